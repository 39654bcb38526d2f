"""Replaying an incident: in the console, as the story that the log tells, or as the beginning of a drill."""

import sys
import time
from collections.abc import Iterable
from datetime import datetime, timedelta

from warroom.cli.acts import acts
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid
from warroom.domain.moments import brief
from warroom.domain.replay import CAP, Place
from warroom.domain.timeline import Entry
from warroom.room import plain, views
from warroom.room.feed import State
from warroom.room.replay import Replay

_AT_HELP = "the last moment: a time (14:05 UTC or ISO 8601), a milestone, an entry's number, or words of the timeline"
_TOLD = ("from", "plain", "speed", "instant", "known", "true")


def replay(session: Session, values: Values) -> int:
    """Open the replay in the console; without a terminal, or where asked for it, tell the story as text."""
    if "takeover" in values:
        return _take_over(session, values)
    if "title" in values:
        raise Usage("--title names a drill.", hint="Begin one with --takeover.")
    speed = _speed(values)
    room = session.room()
    incident = session.incident(values.get("incident"))
    found = Replay(room.store, incident)
    first = found.find(values["from"]) if "from" in values else 1
    last = found.find(values["at"]) if "at" in values else found.course.length
    if session.out.json and "at" in values:
        session.out.data(views.show(_state(found, last, values), found.time(last)))
    elif session.out.json or "plain" in values or not (sys.stdin.isatty() and sys.stdout.isatty()):
        _tell(session, _story(found, first, last, values), "true" in values, speed)
    else:
        begin = last if "at" in values else first
        place = Place(truth="true" in values).jump(found.course, begin, room.store.now())
        return session.replay(room, incident, session.settings, place)
    return 0


def _take_over(session: Session, values: Values) -> int:
    """Begin a drill as the incident stood at a moment; without one, as it stands."""
    from warroom.room.takeover import take_over

    if strange := [f"--{name}" for name in _TOLD if name in values]:
        raise Usage(f"{strange[0]} tells a story, and --takeover begins a drill.", hint="Say which one is meant.")
    room, out = session.room(), session.out
    incident = session.incident(values.get("incident"))
    found = Replay(room.store, incident)
    position = found.find(values["at"]) if "at" in values else found.course.length
    outcome = take_over(room, incident, position, values.get("title", ""))
    drill = outcome.incident
    if out.json:
        out.data(views.acted(outcome.state, list(drill.timeline), False) | {"warnings": []})
        return 0
    out.line(drill.name)
    out.say(f"This is a drill. It begins as {drill.source} was, and reaches nobody outside the sandbox.")
    out.say(f"To open the console: warroom join {drill.name}")
    return 0


def _speed(values: Values) -> float:
    """How many times as fast; 0 = at once."""
    if "known" in values and "true" in values:
        raise Invalid("--known and --true exclude each other.", hint="Say which story is meant.")
    if "instant" in values or "speed" not in values:
        return 0.0
    try:
        speed = float(values["speed"])
    except ValueError:
        speed = 0.0
    if not 0.1 <= speed <= 10_000:
        raise Invalid(f"--speed: “{values['speed']}” is no speed.", hint="60 tells an hour in a minute.")
    return speed


def _state(found: Replay, position: int, values: Values) -> State:
    return found.true_at(position)[0] if "true" in values else found.at(position)


def _story(found: Replay, first: int, last: int, values: Values) -> list[tuple[datetime, Entry]]:
    """The entries between two positions, each with when it was known or, where the truth is told, when it happened."""
    incident = _state(found, last, values).incident
    assert incident is not None  # it was found before
    entries = list(incident.timeline)
    if "true" not in values:
        return list(zip(found.course.moments, entries, strict=False))[first - 1 :]
    story = list(zip(found.truth.moments, entries, strict=False))
    begin = found.course.moment(first)
    return [told for told in story if begin is None or told[0] >= begin] if "from" in values else story


def _tell(session: Session, story: Iterable[tuple[datetime, Entry]], truth: bool, speed: float) -> None:
    """Print the entries, in their own time where a speed is given. Bookmarks are no part of the story."""
    out, before = session.out, None
    for moment, entry in story:
        if entry.kind == "bookmark":
            continue
        passed = moment - before if before is not None else timedelta()
        if speed:
            out.flush()
            time.sleep(min(passed, CAP).total_seconds() / speed)
        if out.json:
            out.record(views.entry(entry))
        else:
            if passed > CAP:
                out.line(f"… {brief(passed)} pass …")
            when = plain.stamp(entry.happened if truth else entry.recorded)
            out.line(f"{when} {entry.actor} {entry.kind} {_text(entry, truth)}")
        before = moment


def _text(entry: Entry, truth: bool) -> str:
    text = f"{entry.text} (corrected: {entry.corrected})" if entry.corrected else entry.text
    text = f"{text} (struck out)" if entry.retracted else text
    if not entry.late:
        return text
    other = f"known at {plain.stamp(entry.recorded)}" if truth else f"happened at {plain.stamp(entry.happened)}"
    return f"{text} ({other})"


ACTIONS = {
    "replay": Action(
        "replay an incident, in the console or as text",
        replay,
        (
            Arg("--from", "where to begin: as for --at", required=False),
            Arg("--at", _AT_HELP, required=False),
            Arg("--plain", "as text, although there is a terminal", kind="flag", required=False),
            Arg("--speed", "tell it in its own time, so many times as fast", required=False),
            Arg("--instant", "tell it at once, as it is without a speed", kind="flag", required=False),
            Arg("--known", "what was known, by when it was recorded; so it is anyway", kind="flag", required=False),
            Arg("--true", "what was true, by when it happened", kind="flag", required=False),
            Arg("--takeover", "begin a drill as it stood at --at", kind="flag", required=False),
            Arg("--title", "what the drill is called", required=False),
        ),
        incident=True,
    ),
    **acts("bookmark"),
}
