"""Who would be paged, and when, if nobody answered; and with the past as a measure, how likely somebody answers."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.cli.zones import ZONE, zone_of
from warroom.domain import modules, services, severity
from warroom.domain.errors import Invalid, Refused
from warroom.domain.moments import moment, read_duration, span
from warroom.domain.planned import read_planned
from warroom.room.plain import View
from warroom.room.roster_views import clock

if TYPE_CHECKING:
    from warroom.domain.incident import Incident
    from warroom.domain.ladder import Ladder
    from warroom.domain.odds import Odds
    from warroom.domain.simulation import Fired

_LONGEST = timedelta(days=31)
_RUNS = 2000
_MOST_RUNS = 100_000
_SEED = 1


def simulate(session: Session, values: Values) -> int:
    """Walk the ladder of an incident that has not happened."""
    from warroom.domain import simulation

    room, out = session.room(), session.out
    org = room.feed(None).refresh().org
    zone = zone_of(session, values, org)
    hurt = services.known(org.playbook.services, values.get("service", []))
    level = severity.find(modules.severities_of(org, hurt), values["sev"])
    at = read_planned(values.get("at", "now"), moment(room.store.now()), zone)
    ladder = simulation.ladder_for(org, hurt, level.level)
    if ladder is None or not ladder.rungs:
        whom = f"{level.name} of {', '.join(hurt)}" if hurt else f"{level.name} without a service"
        raise Refused(f"No ladder answers for {whom}.", hint="warroom doctor lists what has none.")
    fired = simulation.walk(org, ladder, hurt, at, limit=_limit(values.get("limit"), simulation.LIMIT))
    odds = _odds(session, values, fired) if values.get("odds") else None
    if out.json:
        out.data(_view(ladder, at, fired) | ({"odds": _odds_view(odds)} if values.get("odds") else {}))
        return 0
    out.line(f"{level.name}, ladder {ladder.name}, from {clock(at, zone)}")
    for each in fired:
        _show(session, each, at, zone)
    if values.get("odds"):
        _show_odds(session, odds)
    return 0


def _limit(text: str | None, usual: timedelta) -> timedelta:
    limit = read_duration(text) if text else usual
    if limit > _LONGEST:
        raise Invalid(f"“{text}” is too long.", hint="At most 31d.")
    return limit


def _show(session: Session, each: "Fired", start: datetime, zone: ZoneInfo) -> None:
    out = session.out
    for passed in each.passed:
        out.line(f"{'':>10}  rung {passed.rung} is passed over: {passed.because}")
    when = f"+{span(each.at - start):>9}  round {each.round}, rung {each.rung}"
    if each.kind == "hold" and each.until:
        out.line(f"{when} waits until {clock(each.until, zone)}: {each.because}")
    elif each.kind == "end":
        out.line(f"{when}: the ladder ends, {each.because}")
    else:
        out.line(f"{when}, {clock(each.at, zone)}")
        for call in each.calls:
            ways = ", ".join(f"{contact.name} at +{span(at - start)}" for at, contact in call.contacts)
            out.line(f"{'':>12}{call.person}: {ways}")
        for channel in each.channels:
            out.line(f"{'':>12}channel {channel}")


def _view(ladder: "Ladder", at: datetime, fired: "tuple[Fired, ...]") -> View:
    return {
        "ladder": ladder.name,
        "start": at.isoformat(),
        "rungs": [_rung(each) for each in fired if each.kind == "fire"],
        "waits": [
            _place(each) | {"until": each.until.isoformat(), "because": each.because} for each in fired if each.until
        ],
        "ends": next((_place(each) | {"because": each.because} for each in fired if each.kind == "end"), None),
    }


def _place(each: "Fired") -> View:
    passed = [{"round": one.round, "rung": one.rung, "because": one.because} for one in each.passed]
    return {"at": each.at.isoformat(), "round": each.round, "rung": each.rung, "passed": passed}


def _rung(each: "Fired") -> View:
    targets = [
        {"kind": target.kind, "name": target.name, "people": list(reached.people), "channels": list(reached.channels)}
        for target, reached in each.targets
    ]
    pages = [
        {
            "person": call.person,
            "contacts": [
                {"name": contact.name, "channel": contact.channel, "at": at.isoformat()}
                for at, contact in call.contacts
            ],
        }
        for call in each.calls
    ]
    return _place(each) | {"targets": targets, "pages": pages, "channels": list(each.channels)}


def _odds(session: Session, values: Values, fired: "tuple[Fired, ...]") -> "Odds | None":
    from random import Random

    from warroom.domain.odds import estimate, history

    seed, runs = _number(values, "seed", _SEED), _number(values, "runs", _RUNS)
    if not 0 < runs <= _MOST_RUNS:
        raise Invalid(f"--runs: “{runs}” is no number from 1 to {_MOST_RUNS}.")
    return estimate(fired, history(_incidents(session)), Random(seed).random, runs)


def _number(values: Values, name: str, usual: int) -> int:
    text = values.get(name)
    if text is None:
        return usual
    if not (text.isascii() and text.isdecimal() and len(text) < 7):
        raise Invalid(f"“{text}” is no number.", hint=f"Give a whole number below a million, such as --{name} {usual}.")
    return int(text)


def _incidents(session: Session) -> "Iterator[Incident]":
    from warroom.domain.event import incident_of
    from warroom.room.feed import Feed

    store = session.room().store
    for row in store.summaries():
        incident = Feed(store, incident_of(row.stream)).state.incident
        if incident is not None:
            yield incident


def _show_odds(session: Session, odds: "Odds | None") -> None:
    out = session.out
    if odds is None:
        out.say("No page of the past was answered, so nothing can be said about the odds.")
        return
    out.line()
    out.table(
        [
            (
                f"round {each.round}, rung {each.rung}",
                f"{each.chance:.0%}",
                span(each.proposed) if each.proposed else "-",
            )
            for each in odds.rungs
        ],
        ("before the rung after", "somebody answers", "proposed delay"),
    )
    for percent, wait in odds.waits:
        out.line(f"{percent} % are answered within {span(wait)}" if wait else f"{percent} % are not answered at all")
    out.say(f"Drawn {odds.runs} times from {odds.sample} answers.")
    if not odds.enough:
        out.say("That is too little to rely on: a handful of answers says more about chance than about people.")


def _odds_view(odds: "Odds | None") -> View | None:
    if odds is None:
        return None
    return {
        "sample": odds.sample,
        "enough": odds.enough,
        "runs": odds.runs,
        "never": odds.never,
        "seconds": {f"p{percent}": wait.total_seconds() if wait else None for percent, wait in odds.waits},
        "rungs": [
            {
                "round": each.round,
                "rung": each.rung,
                "chance": each.chance,
                "proposed_seconds": each.proposed.total_seconds() if each.proposed else None,
            }
            for each in odds.rungs
        ],
    }


ACTIONS = {
    "simulate": Action(
        "who would be paged when, if nobody answered",
        simulate,
        (
            Arg("--sev", "the severity, such as 1 or SEV1"),
            Arg("--service", "a service that it hurts; more than once for several", required=False, several=True),
            Arg(
                "--at",
                'when it starts: "Sun 03:00", 14:05, 2026-05-04T14:05Z; now where nothing is said',
                required=False,
            ),
            Arg("--limit", "how long to follow the ladder, such as 4h; a day where nothing is said", required=False),
            Arg("--odds", "how likely somebody answers, going by the past", kind="flag", required=False),
            Arg("--seed", f"for the draws of --odds; {_SEED} where nothing is said", required=False),
            Arg("--runs", f"how many draws, 1 to {_MOST_RUNS}; {_RUNS} where nothing is said", required=False),
            ZONE,
        ),
    ),
}
