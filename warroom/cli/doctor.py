"""What is wrong before it matters: whether every incident would page a human in time, and who is worn out."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from warroom.cli import channels, checkup
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.cli.zones import ZONE, zone_of
from warroom.domain.errors import Invalid
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.room.plain import View
from warroom.room.roster_views import clock

if TYPE_CHECKING:
    from warroom.domain.coverage import Proof
    from warroom.domain.findings import Finding

_DAYS = 90
_MOST_DAYS = 366
_SPANS = 3
_SHOWN = 20
"Findings of a kind; JSON has them all."


def doctor(session: Session, values: Values) -> int:
    """Prove the coverage, and say what was found. 1 where somebody may be needed and not be paged in time."""
    from warroom.domain.coverage import prove
    from warroom.domain.findings import ordered

    if parts := checkup.wanted(values):
        return checkup.look(session, parts)
    org, now = _organisation(session, values)
    days, zone = _days(values.get("days")), zone_of(session, values, org)
    start = now.replace(second=0, microsecond=0)
    ladders = session.out.progress
    proof = prove(org, start, days, "ci" not in values, lambda done, of: ladders(f"Proving ladder {done} of {of} …"))
    ladders("")
    host = None if "ci" in values else channels.look(session, org)
    if host:
        proof = replace(proof, findings=ordered([*channels.findings(host), *proof.findings]))
    if session.out.json:
        session.out.data(_view(proof) | {"host": host})
    else:
        if host:
            channels.show(session.out, host)
        _show(session, proof, zone)
        if values.get("load"):
            _loads(session, proof)
    return 1 if proof.endangers else 0


def _organisation(session: Session, values: Values) -> tuple[Org, datetime]:
    """The organisation of a folder, or the one in force; and the time."""
    if folder := values.get("ci"):
        from warroom.playbook.organisation import read_organisation

        return Org(read_organisation(Path(folder))), datetime.now(UTC)
    room = session.room()
    return room.feed(None).refresh().org, moment(room.store.now())


def _days(text: str | None) -> int:
    if text is None:
        return _DAYS
    if not (text.isascii() and text.isdecimal() and len(text) < 4 and 0 < int(text) <= _MOST_DAYS):
        raise Invalid(f"“{text}” is no number of days.", hint=f"Give a whole number up to {_MOST_DAYS}.")
    return int(text)


def _show(session: Session, proof: "Proof", zone: ZoneInfo) -> None:
    """The findings by kind, the worst first; those that only differ in their time as one."""
    from warroom.domain.findings import KINDS, TITLES

    out = session.out
    for kind in KINDS:
        same: dict[str, list[Finding]] = {}
        for each in proof.findings:
            if each.kind == kind:
                same.setdefault(each.says, []).append(each)
        if same:
            out.line(f"{TITLES[kind]} ({len(same)})")
            for says, found in list(same.items())[:_SHOWN]:
                out.line(f"  {says}")
                for line in _spans(found, zone):
                    out.line(f"    {line}")
            if len(same) > _SHOWN:
                out.line(f"  and {len(same) - _SHOWN} more; --json lists them all")
            out.line()
    days = (proof.end - proof.start).days
    looked = (
        f"{proof.pairs} pairs of service and severity with a ladder, over {days} days from {clock(proof.start, zone)}"
    )
    if not proof.findings:
        out.say(f"Nothing is wrong: {looked}.")
    else:
        danger = sum(each.endangers for each in proof.findings)
        what = "finding" if len(proof.findings) == 1 else "findings"
        out.say(f"{len(proof.findings)} {what}, {danger} of which endanger somebody's page; {looked}.")


def _spans(found: "Sequence[Finding]", zone: ZoneInfo) -> list[str]:
    """When: the first few times, and how many more."""
    spans = [(each.start, each.end) for each in found if each.start and each.end]
    lines = [f"{clock(start, zone)} until {clock(end, zone)}" for start, end in spans[:_SPANS]]
    if len(spans) > _SPANS:
        lines.append(f"and {len(spans) - _SPANS} more times until {clock(spans[-1][1], zone)}")
    if again := sum(each.times - 1 for each in found):
        lines.append(f"and {again} more {'time' if again == 1 else 'times'}")
    return lines


def _loads(session: Session, proof: "Proof") -> None:
    rows = [
        (
            each.person,
            each.schedule or "together",
            each.time_zone,
            *map(_hours, (each.hours, each.nights, each.weekends)),
        )
        for each in proof.loads
    ]
    session.out.table(rows, ("person", "schedule", "time zone", "hours", "at night", "at weekends"))


def _hours(span: timedelta) -> str:
    return f"{span.total_seconds() / 3600:.1f}"


def _view(proof: "Proof") -> View:
    return {
        "ok": not proof.endangers,
        "from": proof.start.isoformat(),
        "until": proof.end.isoformat(),
        "services": proof.services,
        "pairs": proof.pairs,
        "findings": [_finding(each) for each in proof.findings],
        "load": [
            {
                "person": each.person,
                "schedule": each.schedule or None,
                "time_zone": each.time_zone,
                "hours": each.hours.total_seconds() / 3600,
                "night_hours": each.nights.total_seconds() / 3600,
                "weekend_hours": each.weekends.total_seconds() / 3600,
            }
            for each in proof.loads
        ],
    }


def _finding(each: "Finding") -> View:
    return {
        "kind": each.kind,
        "endangers": each.endangers,
        "about": each.about,
        "says": each.says,
        "from": each.start.isoformat() if each.start else None,
        "until": each.end.isoformat() if each.end else None,
        "times": each.times,
        "services": list(each.services),
        "severities": list(each.severities),
    }


ACTIONS = {
    "doctor": Action(
        "prove that every incident pages a human in time, and list what is wrong; or look at where this runs",
        doctor,
        (
            Arg("--ci", "check this folder of a playbook, without a database", required=False, path=True),
            Arg("--days", f"how far ahead to look; {_DAYS} where nothing is said", required=False),
            Arg("--load", "who carries how much, as a table", kind="flag", required=False),
            Arg("--terminal", "instead: what this terminal can do", kind="flag", required=False),
            Arg("--store", "instead: the place where the log lies", kind="flag", required=False),
            Arg("--security", "instead: who else can read, write and pretend", kind="flag", required=False),
            ZONE,
        ),
    ),
}
