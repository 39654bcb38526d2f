"""`dns`: the addresses of a host, as this machine's own resolver sees them (its hosts file and caches included).

`expect`: an address that must be among them.
"""

import ipaddress
import socket
import time
from typing import NamedTuple

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes.network import read_host, resolve
from warroom.probes.session import Session, Trouble, Verdict, ms, table

_FAMILIES = (("A", socket.AF_INET), ("AAAA", socket.AF_INET6))


class Question(NamedTuple):
    """What is asked, and which address the answer must hold ("" = any will do)."""

    host: str
    wanted: str


def read(target: str, expect: str) -> Question:
    """The question; Invalid where the host or the expected address is none."""
    wanted = expect.strip()
    try:
        return Question(read_host(target), str(ipaddress.ip_address(wanted)) if wanted else "")
    except ValueError:
        what = f"“{one_line(expect, 60)}” is no address."
        raise Invalid(what, hint="Expect an address, such as 10.0.0.7, or nothing.") from None


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Ask for A and AAAA."""
    question = read(target, expect)
    rows, found, reasons = [], list[str](), list[str]()
    begun = time.monotonic()
    for kind, family in _FAMILIES:
        asked = time.monotonic()
        try:
            answers = resolve(question.host, 0, family)
        except Trouble as trouble:
            reasons.append(str(trouble))
            answers = []
        took = ms(time.monotonic() - asked)
        rows += [(kind, answer, took) for answer in answers or ["-"]]
        found += answers
    took = ms(time.monotonic() - begun)
    session.say(table(rows))
    if not found:
        return Verdict(False, reasons[0])
    shown = ", ".join(found[:4]) + (", …" if len(found) > 4 else "")
    if question.wanted and question.wanted not in {str(ipaddress.ip_address(each)) for each in found}:
        return Verdict(False, f"{question.host} is {shown}, without {question.wanted} ({took}).")
    return Verdict(True, f"{question.host} is {shown} ({took}).")
