"""Drills as data, in the manner of `views`: what everybody may see, and what only those may who lead or watch one."""

from datetime import datetime

from warroom.domain.comparison import held
from warroom.domain.exercise import Drill, Progress
from warroom.domain.expecting import Expectation, expectations
from warroom.domain.incident import Incident
from warroom.domain.scenario_words import waiting_words
from warroom.room.plain import View, maybe, seconds, stamp


def drill(incident: Incident, now: datetime, asker: str | None = None) -> View | None:
    """The drill that an incident is, at its time `now`; null where it is none.

    One that took an incident over has no scenario. `asker`: who looks, None = nobody in particular; for whoever neither
    leads nor watches it, `led` is null, and so is the scenario while it is played. `started` and `ended` are times of
    the database: a takeover is played today, whatever year its incident's clock shows.
    """
    if incident.exercise != "drill":
        return None
    played = incident.drill
    inside = asker is not None and played.watches(asker)
    return {
        "scenario": _scenario(played, asker),
        "started": maybe(held(incident)),
        "team": played.team or None,
        "announced": played.announced,
        "injects": [_came(each) for each in _arrived(played)],
        "ended": maybe(_ended(incident)),
        "ending": played.ending or None,
        "aborted": played.aborted,
        "led": _led(incident, played, now) if inside else None,
    }


def listed(incident: Incident, asker: str) -> View:
    """A drill in a list. One that took an incident over plays no scenario: `source` then names it."""
    played = incident.drill
    return {
        "id": incident.name,
        "uuid": incident.id,
        "title": incident.title,
        "scenario": played.scenario.name if played.scenario and played.reveals(asker) else None,
        "source": incident.source or None,
        "team": played.team or None,
        "started": maybe(held(incident)),
        "ended": maybe(_ended(incident)),
        "outcome": outcome(incident),
        "because": played.ending or None,
    }


def _ended(incident: Incident) -> datetime | None:
    """When a drill was over, which may be when it was closed. A takeover's own time is that of its original."""
    played, clock = incident.drill, incident.clock
    ended = played.ended or (clock.turned[1] if clock.closed and clock.turned else None)
    return ended if played.started or not ended else clock.database(ended)


def outcome(incident: Incident) -> str:
    """How far a drill is: `running`, `ended`, `aborted`, or `closed` where nobody ended it as a drill."""
    if incident.drill.aborted:
        return "aborted"
    if incident.drill.ended:
        return "ended"
    return "closed" if incident.clock.closed else "running"


def _scenario(played: Drill, asker: str | None) -> View | None:
    if played.scenario is None or not played.reveals(asker or ""):
        return None
    return {"name": played.scenario.name, "title": played.scenario.title}


def _arrived(played: Drill) -> list[Progress]:
    """What came, in the order in which it did."""
    came = [(each.made, number, each) for number, each in enumerate(played.injects) if each.made]
    return [each for _, _, each in sorted(came, key=lambda row: row[:2])]


def _came(each: Progress) -> View:
    return {
        "id": each.inject.id,
        "kind": each.inject.kind,
        "by": each.inject.by or None,
        "text": each.inject.text,
        "at": maybe(each.made),
    }


def _led(incident: Incident, played: Drill, now: datetime) -> View:
    """What is to come and what is expected, and the private notes."""
    return {
        "controllers": list(played.controllers),
        "evaluators": list(played.evaluators),
        "live": list(played.live),
        "ends": maybe(played.over),
        "injects": [_inject(each, now, played.going) for each in played.injects],
        "expected": [_expected(each, now, played.going) for each in expectations(incident)],
        "notes": [{"seq": each.seq, "by": each.by, "at": stamp(each.at), "text": each.text} for each in played.remarks],
    }


def _inject(each: Progress, now: datetime, going: bool) -> View:
    """`due_in` is negative where it is overdue, null where it has come, is left out or waits for its condition.

    Once the drill is over nothing is due any more.
    """
    inject, due = each.inject, each.due if going else None
    return {
        "id": inject.id,
        "kind": inject.kind,
        "by": inject.by or None,
        "text": inject.text,
        "service": inject.service or None,
        "health": inject.health,
        "person": inject.person or None,
        "when": waiting_words(inject),
        "met": maybe(each.met),
        "due": maybe(due),
        "due_in": seconds(due - now) if due else None,
        "delayed_until": maybe(each.until),
        "made": maybe(each.made),
        "made_by": each.by or None,
        "skipped": each.skipped is not None,
        "because": each.skipped or None,
    }


def _expected(each: Expectation, now: datetime, going: bool) -> View:
    """`seen`: whether the state tells if it was done; `due`, `due_in`: null where its inject has not come.

    `due_in` is null as well once the drill is over.
    """
    at, by = each.done or (None, None)
    return {
        "title": each.expected.title,
        "command": each.expected.command,
        "who": each.expected.who or None,
        "match": dict(each.expected.match),
        "after": each.expected.after or None,
        "within": seconds(each.expected.within),
        "due": maybe(each.due),
        "due_in": seconds(each.due - now) if each.due and going else None,
        "done": maybe(at),
        "done_by": by,
        "seen": each.told,
    }
