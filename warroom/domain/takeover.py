"""Taking over: a drill that begins as another incident stood at a position of its course.

The facts are told again in a stream of their own, in the same order and at the same times, and the incident's time goes
on from there. What only tells how the original reached people, or about its replays, is no part of a drill. Where the
original is a drill itself, its scenario stays behind, with everything that only its leaders know and the channels that
it paged on: what had come so far is told as notes.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from warroom.domain import paging
from warroom.domain.bookmarks import BookmarkEvent
from warroom.domain.case import Case
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Invalid, Refused
from warroom.domain.escalation import Escalation, LadderEnded, LadderStarted, PageTried
from warroom.domain.event import Event, Fact, Opaque
from warroom.domain.exercise import MARK, Drill, DrillEvent, DrillStarted, Injected, describe, progress
from warroom.domain.incident import Declared, Incident, Undone
from warroom.domain.record import EntryCorrected, EntryRedacted, EntryRetracted, NoteAdded, check
from warroom.domain.replay import Course
from warroom.domain.roles import RoleReleased

_LONGEST = 200
_WHY = "the drill begins here"
_LEFT_OUT = PageTried | ClockMapped | BookmarkEvent | DrillEvent | EntryRedacted | Opaque


def check_position(course: Course, position: int, incident: Incident) -> None:
    """Refuse a position from which no drill can go on. `incident`: the original as it stood there."""
    if not 0 < position <= course.length:
        raise Invalid(f"There is no entry {position}.", hint=f"Entries are numbered from 1 to {course.length}.")
    if incident.exercise == "ladder-test":
        raise Refused(f"{incident.name} is a test of a ladder; there is nothing to take over.")
    if incident.clock.closed:
        raise Refused(f"{incident.name} was closed at entry {position}.", hint="Take over at an earlier one.")
    if not isinstance(course.facts[0].event, Declared):
        raise Refused(f"The declaration of {incident.name} cannot be read, so no drill can begin with it.")


def check_taker(incident: Incident, person: str) -> None:
    """Refuse whoever takes part in a drill that still runs. `incident`: the original as it stands now."""
    if incident.drill.going and not incident.drill.watches(person):
        raise Refused(
            f"{incident.name} is a drill that you take part in, and it still runs.",
            hint="Take it over once it is over.",
        )


def titled(original: str, given: str = "") -> str:
    """The drill's title: the one given, else the original's, marked as a drill's."""
    check(given)
    text = (" ".join(given.split()) or original).removeprefix(MARK)
    if given and len(MARK + text) > _LONGEST:
        raise Invalid(f"The title is longer than {_LONGEST - len(MARK)} characters.")
    return MARK + text


def declared(original: Declared, source: str, title: str, clock: ClockMapped) -> Declared:
    """The drill's declaration: the original's with everything that it pins, on a clock of its own."""
    return replace(original, title=titled(original.title, title), source=source, clock=clock, exercise="drill")


def retold(facts: Iterable[Fact]) -> Iterator[Fact]:
    """The facts that a drill tells again, numbered anew without a gap; those that name another by its number follow."""
    places: dict[int, int] = {}
    played = Drill()
    for fact in facts:
        if isinstance(fact.event, DrillStarted):
            played = Drill(fact.event.scenario, injects=progress(fact.event.scenario))
        event = NoteAdded(describe(fact.event, played)) if isinstance(fact.event, Injected) else fact.event
        if not isinstance(event, _LEFT_OUT):
            places[fact.seq] = len(places) + 1
            yield replace(fact, seq=places[fact.seq], event=_renumbered(event, places))


def _renumbered(event: Event, places: dict[int, int]) -> Event:
    """The event with the number of the fact that it names; 0, which is nobody's, where that one was left out."""
    match event:
        case EntryCorrected(entry=entry) | EntryRetracted(entry=entry):
            return replace(event, entry=places.get(entry, 0))
        case Undone(act=act):
            return replace(event, act=places.get(act, 0))
        case _:
            return event


def begin(case: Case, source: str) -> list[Event]:
    """What whoever takes over does first: everybody else's seat is free, and the ladder is the drill's own."""
    released = (
        RoleReleased(each.role, each.person, _WHY) for each in case.incident.roles.held if each.person != case.by
    )
    return [NoteAdded(f"This is a drill. It begins as {source} was."), *released, *_ladder(case)]


def _ladder(case: Case) -> list[Event]:
    """The ladder where it stood, as a run of its own: pages and firings are named by their run, and go out once."""
    state = case.incident.escalation
    if state.ladder is None or state.going == "none":
        return []
    run = paging.run_id(case.incident.id, state.runs)
    known = (state.by, state.since) if state.going == "acknowledged" else ("", None)
    started = LadderStarted(
        run, state.ladder, _due(state, case.now), _WHY, walk=state.walk, by=known[0], since=known[1], place=state.place
    )  # fmt: skip
    return [started, LadderEnded(run, state.ended)] if state.going == "ended" else [started]


def _due(state: Escalation, now: datetime) -> datetime:
    return now if state.due is None else max(state.due, now)
