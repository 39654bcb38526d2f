"""`journal`: the last 200 lines that systemd's journal has of a unit."""

import re
from pathlib import Path

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes import expectations
from warroom.probes.session import Session, Trouble, Verdict

LINES = 200
PROGRAMS = (Path("/usr/bin/journalctl"), Path("/bin/journalctl"))

_UNIT = re.compile(r"[A-Za-z0-9:_.\\][A-Za-z0-9:_.\\@-]{0,254}", re.ASCII)  # systemd.unit(5)


def read(target: str, expect: str) -> str:
    """The unit; Invalid where it is none."""
    expectations.nothing(expect, "a journal")
    if not _UNIT.fullmatch(target):
        hint = "Write it as systemctl does: checkout.service, worker@3"
        raise Invalid(f"“{one_line(target, 60)}” is no name of a unit.", hint=hint)
    return target


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Have journalctl tell; what it prints is the report."""
    unit = read(target, expect)
    program = next((each for each in PROGRAMS if each.is_file()), None)
    if program is None:
        raise Trouble("This host has no journalctl: it keeps its logs elsewhere.")
    said = bytearray()

    def heard(piece: bytes) -> None:
        said.extend(piece)
        session.write(piece)

    argv = [str(program), f"--unit={unit}", f"--lines={LINES}", "--no-pager", "--quiet", "--output=short-iso"]
    ran = session.program(argv, {}, heard)
    if ran.outcome != "passed":
        raise Trouble(ran.says)
    lines = bytes(said).decode("utf-8", "replace").strip().splitlines()
    if not lines:
        raise Trouble(f"The journal has nothing of {unit}: there is no such unit, or you may not read its journal.")
    return Verdict(True, f"{len(lines)} {'line' if len(lines) == 1 else 'lines'} of {unit}, the last: {lines[-1]}")
