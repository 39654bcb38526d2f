"""`load`: the load averages of this host against its cores, and its memory where /proc tells.

`expect`: how high the load of the last minute may be for each core; without it, it is only shown.
"""

import os
from pathlib import Path

from warroom.domain.errors import Invalid
from warroom.probes import expectations
from warroom.probes.session import Session, Trouble, Verdict, size, table

MEMORY = Path("/proc/meminfo")
_SHOWN = {"MemTotal": "memory", "MemAvailable": "available", "SwapTotal": "swap", "SwapFree": "swap free"}


def read(target: str, expect: str) -> float | None:
    """The highest load for each core, None = any. Invalid where it is no number, or where a target is given."""
    if target:
        raise Invalid("“load” is always that of this host.", hint="Leave the target out.")
    return expectations.number(expect, None, "the highest load for each core")


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Read the averages."""
    most = read(target, expect)
    try:
        averages = os.getloadavg()
    except OSError:
        raise Trouble("This host does not tell its load.") from None
    cores = os.cpu_count() or 1
    each = averages[0] / cores
    rows = [("load", "{:.2f} (1 min), {:.2f} (5 min), {:.2f} (15 min)".format(*averages))]
    rows += [("cores", str(cores)), ("for each core", f"{each:.2f}")]
    memory = _memory()
    rows += [(label, size(memory[name])) for name, label in _SHOWN.items() if name in memory]
    session.say(table(rows))
    what = f"load {averages[0]:.2f} on {cores} cores, {each:.2f} for each"
    if "MemAvailable" in memory:
        what += f"; {size(memory['MemAvailable'])} of memory available"
    if most is not None and each > most:
        return Verdict(False, f"{what}; at most {most:g} for each is expected.")
    return Verdict(True, f"{what}.")


def _memory() -> dict[str, int]:
    """Bytes by the kernel's name; nothing where there is no such file, or it reads otherwise."""
    try:
        pairs = (line.split() for line in MEMORY.read_text().splitlines())
        return {words[0].rstrip(":"): int(words[1]) * 1024 for words in pairs if len(words) > 1}
    except (OSError, ValueError):
        return {}
