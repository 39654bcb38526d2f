"""What the terminal of this process says of itself, by its environment and its size."""

import os
from collections.abc import Mapping
from pathlib import Path

from warroom.domain.checkup import Terminal

_PROC = Path("/proc")
_MOST = 32


def measure() -> Terminal:
    """The terminal on standard output; nothing but zeros where that is none."""
    given = _environ()
    columns, rows = _size()
    return Terminal(
        columns,
        rows,
        given.get("TERM", ""),
        given.get("COLORTERM", ""),
        _encoding(given),
        bool(given.get("NO_COLOR")),
        bool(given.get("TMUX")),
        bool(given.get("STY")),
        bool(given.get("SSH_CONNECTION")),
        _above(os.getppid()),
    )


def _environ() -> Mapping[str, str]:
    """The environment as it was given: Python itself puts a UTF-8 locale in the place of C."""
    try:
        raw = (_PROC / "self" / "environ").read_bytes()
    except OSError:
        return os.environ
    pairs = (each.decode(errors="replace").partition("=") for each in raw.split(b"\0") if each)
    return {name: value for name, _, value in pairs}


def _size() -> tuple[int, int]:
    try:
        return tuple(os.get_terminal_size(1)) if os.isatty(1) else (0, 0)  # type: ignore[return-value]
    except OSError:
        return (0, 0)


def _encoding(given: Mapping[str, str]) -> str:
    """What the locale says: `de_DE.UTF-8` -> `utf-8`; that of C is ASCII."""
    name = given.get("LC_ALL") or given.get("LC_CTYPE") or given.get("LANG") or "C"
    if name in ("C", "POSIX"):
        return "ascii"
    return name.partition(".")[2].partition("@")[0].lower()


def _above(pid: int) -> tuple[str, ...]:
    """The names of the programs above, the nearest first; none where the system does not tell."""
    names: list[str] = []
    while pid > 1 and len(names) < _MOST:
        try:
            stat = (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace")
        except OSError:
            break
        name, _, rest = stat.partition("(")[2].rpartition(")")
        names.append(name)
        pid = int(rest.split()[1])
    return tuple(names)
