"""The ladder of an incident: which rung it stands on, who was paged by which way, who answered.

Only an acknowledgment stops a ladder; handing a role to somebody does not. A reopened incident, another severity with
another ladder, or a long silence after an acknowledgment starts a new run. What is decided lies in `paging`.
"""

from datetime import datetime
from typing import Literal, assert_never

import msgspec
from msgspec.structs import replace

from warroom.domain.climb import Passed, Place
from warroom.domain.contacts import Contact, Urgency
from warroom.domain.event import Event, Fact
from warroom.domain.ladder import Ladder, Policy

Going = Literal["none", "climbing", "acknowledged", "ended"]
Came = Literal["sent", "retry", "failed", "unknown", "dropped"]
OUTCOMES: tuple[Came, ...] = ("sent", "retry", "failed", "unknown", "dropped")


class Order(msgspec.Struct, frozen=True):
    """Somebody is to be paged: a person by these contacts, or a channel (`person` is "" then).

    `forced`: by hand, so that no acknowledgment before it speaks against it.
    """

    id: str
    person: str
    contacts: tuple[Contact, ...]
    urgency: Urgency = "high"
    forced: bool = False


class LadderStarted(Event, frozen=True, tag="ladder-started.v1"):
    """A run of a ladder begins; its first rung is due at `due`. `known`: who was paged already and is not paged again.

    `walk`: a test of the ladder, in which every rung fires and an acknowledgment is an answer. `by`, `since`: whose
    acknowledgment stands again, where an undo restores it. `place`: the rung after which it goes on, in a drill that
    took an incident over.
    """

    run: str
    ladder: Ladder
    due: datetime
    because: str = ""
    known: tuple[str, ...] = ()
    walk: bool = False
    by: str = ""
    since: datetime | None = None
    place: Place = Place()


class RungFired(Event, frozen=True, tag="rung-fired.v1"):
    """A rung fired. `next`: when the one after it is due; `already`: whom it did not page, since they had been."""

    run: str
    round: int
    rung: int
    pages: tuple[Order, ...]
    next: datetime
    already: tuple[str, ...] = ()
    passed: tuple[Passed, ...] = ()
    missed: int = 0
    because: str = ""


class LadderHeld(Event, frozen=True, tag="ladder-held.v1"):
    """The next rung waits."""

    run: str
    until: datetime
    because: str
    passed: tuple[Passed, ...] = ()


class LadderEnded(Event, frozen=True, tag="ladder-ended.v1"):
    """Nobody acknowledged, and there is no rung left."""

    run: str
    because: str
    passed: tuple[Passed, ...] = ()


class Paged(Event, frozen=True, tag="paged.v1"):
    """Somebody was paged by hand."""

    to: str
    pages: tuple[Order, ...]
    because: str = ""


class Acknowledged(Event, frozen=True, tag="acknowledged.v1"):
    """Somebody is on it: the run stops. In a walk, that person has answered."""

    run: str


class AcknowledgmentWithdrawn(Event, frozen=True, tag="acknowledgment-withdrawn.v1"):
    """The acknowledgment was taken back: the run goes on where it stood.

    `by`, `since`: whose acknowledgment stands again, where there was an earlier one.
    """

    run: str
    by: str = ""
    since: datetime | None = None


class AcknowledgmentLapsed(Event, frozen=True, tag="acknowledgment-lapsed.v1"):
    """After an acknowledgment nobody has done anything since then."""

    run: str
    since: datetime


class PageTried(Event, frozen=True, tag="page-tried.v1"):
    """What came of one attempt to hand a page to a channel. `again`: when the next attempt is due."""

    page: str
    contact: str
    outcome: Came
    attempt: int
    says: str = ""
    again: datetime | None = None
    reference: str = ""


_Ladder = LadderStarted | RungFired | LadderHeld | LadderEnded
EscalationEvent = _Ladder | Paged | Acknowledged | AcknowledgmentWithdrawn | AcknowledgmentLapsed | PageTried


class Try(msgspec.Struct, frozen=True):
    """The last that is known of one contact of a page.

    `count`: how many attempts are on record; `doubt`: one of them may have arrived, and nobody knows.
    """

    contact: str
    outcome: Came
    attempt: int
    at: datetime
    says: str = ""
    again: datetime | None = None
    count: int = 1
    doubt: bool = False


class Page(msgspec.Struct, frozen=True):
    """One person, or one channel, paged by one firing (round and rung 0 = by hand).

    `tries`: one per contact; `answered`: when that person acknowledged; `retold`: it was ordered in another log, or in
    the incident that a drill took over, and nothing of it goes out from here.
    """

    order: Order
    run: str
    round: int
    rung: int
    at: datetime
    tries: tuple[Try, ...] = ()
    answered: datetime | None = None
    retold: bool = False

    def tried(self, contact: str) -> Try | None:
        """What is known of one contact, or None = not tried yet."""
        return next((each for each in self.tries if each.contact == contact), None)

    @property
    def lost(self) -> bool:
        """Whether it never went out by any way, and never will."""
        tries = (self.tried(each.name) for each in self.order.contacts)
        return all(each is not None and each.outcome in ("failed", "dropped") for each in tries)

    @property
    def out(self) -> bool:
        """Whether it went out by some way, or may have."""
        return any(each.outcome == "sent" or each.doubt for each in self.tries)


class Escalation(msgspec.Struct, frozen=True):
    """Where the ladder stands.

    `policy`: pinned at the declaration. `place`: the rung that fired last; `due`: when the next one is; `held`: why it
    waits; `ended`: why the ladder is through. `by`, `since`: who acknowledged last; `active`: when a person last did
    anything; `known`: whom this run does not page again in its first round; `stood`: whose acknowledgment this run
    replaced.
    """

    policy: Policy = Policy()
    ladder: Ladder | None = None
    run: str = ""
    runs: int = 0
    going: Going = "none"
    place: Place = Place()
    due: datetime | None = None
    held: str = ""
    ended: str = ""
    by: str = ""
    since: datetime | None = None
    active: datetime | None = None
    known: tuple[str, ...] = ()
    walk: bool = False
    stood: tuple[str, datetime] | None = None
    pages: tuple[Page, ...] = ()

    def page(self, order: str) -> Page | None:
        """The page with this order's id, or None."""
        return next((each for each in reversed(self.pages) if each.order.id == order), None)

    @property
    def futile(self) -> bool:
        """Whether the rung that fired last has paged people, and nothing of it went out or ever will."""
        here = [each for each in self.pages if each.run == self.run and Place(each.round, each.rung) == self.place]
        people = [each for each in here if each.order.person]
        return self.going == "climbing" and bool(people) and all(each.lost for each in people)

    @property
    def silent(self) -> datetime | None:
        """When the acknowledged incident is paged again if nobody does anything; None = it is not."""
        if self.going != "acknowledged" or self.ladder is None or self.ladder.silent_after is None:
            return None
        last = max(each for each in (self.since, self.active) if each) if self.since or self.active else None
        return None if last is None else last + self.ladder.silent_after


def evolve(state: Escalation, fact: Fact, event: EscalationEvent) -> Escalation:
    """The state after one event."""
    match event:
        case LadderStarted():
            return _started(state, event)
        case RungFired(run=run, round=round, rung=rung, pages=orders, next=due):
            made = tuple(_ordered(order, fact, run, round, rung) for order in orders)
            place = Place(round, rung)
            going: Going = "climbing" if state.going == "ended" else state.going
            return replace(state, going=going, place=place, due=due, held="", ended="", pages=(*state.pages, *made))
        case LadderHeld(until=until, because=because):
            return replace(state, due=until, held=because)
        case LadderEnded(because=because):
            return replace(state, going="ended", due=None, held="", ended=because)
        case Paged(pages=orders):
            made = tuple(_ordered(order, fact, state.run, 0, 0) for order in orders)
            return replace(state, pages=(*state.pages, *made))
        case Acknowledged():
            return _acknowledged(state, fact)
        case AcknowledgmentWithdrawn():
            return _withdrawn(state, fact, event)
        case AcknowledgmentLapsed():
            return replace(state, by="", since=None)
        case PageTried():
            return _tried(state, fact, event)
        case _:
            assert_never(event)


def _ordered(order: Order, fact: Fact, run: str, round: int, rung: int) -> Page:
    return Page(order, run, round, rung, fact.happened, retold=fact.via == "import")


def _started(state: Escalation, event: LadderStarted) -> Escalation:
    stood = (state.by, state.since) if state.going == "acknowledged" and state.since else None
    fresh = replace(state, ladder=event.ladder, run=event.run, runs=state.runs + 1, place=event.place, due=event.due)
    return replace(
        fresh,
        going="acknowledged" if event.by else "climbing",
        by=event.by,
        since=event.since,
        stood=stood,
        held="",
        ended="",
        known=event.known,
        walk=event.walk,
    )


def _withdrawn(state: Escalation, fact: Fact, event: AcknowledgmentWithdrawn) -> Escalation:
    """Whatever the acknowledgment answered is open again, and the run is where it was."""
    pages = tuple(
        replace(each, answered=None) if each.order.person == fact.actor and each.answered == state.since else each
        for each in state.pages
    )
    return replace(state, going=_stopped(state, event), by=event.by, since=event.since, pages=pages)


def _stopped(state: Escalation, event: AcknowledgmentWithdrawn) -> Going:
    """What a run did before the acknowledgment that is withdrawn."""
    if event.by:
        return "acknowledged"
    if state.ladder is None:
        return "none"
    return "ended" if state.ended else "climbing"


def _acknowledged(state: Escalation, fact: Fact) -> Escalation:
    """Whoever acknowledges answers every open page of their own."""
    pages = tuple(
        replace(each, answered=fact.happened) if each.order.person == fact.actor and each.answered is None else each
        for each in state.pages
    )
    if state.walk:
        return _walked(replace(state, pages=pages), fact)
    return replace(state, going="acknowledged", by=fact.actor, since=fact.happened, held="", pages=pages)


def _walked(state: Escalation, fact: Fact) -> Escalation:
    """In a walk the next rung is due as soon as everybody on this one has answered."""
    here = [each for each in state.pages if each.run == state.run and Place(each.round, each.rung) == state.place]
    if state.going == "climbing" and all(each.answered or not each.order.person for each in here):
        return replace(state, due=fact.happened)
    return state


def _tried(state: Escalation, fact: Fact, event: PageTried) -> Escalation:
    made = Try(event.contact, event.outcome, event.attempt, fact.happened, event.says, event.again)
    pages = tuple(_with(each, made) if each.order.id == event.page else each for each in state.pages)
    after = replace(state, pages=pages)
    if after.futile and after.due and fact.happened < after.due and not state.futile:
        return replace(after, due=fact.happened)
    return after


def _with(page: Page, made: Try) -> Page:
    """The page after one more attempt."""
    before = page.tried(made.contact)
    others = tuple(each for each in page.tries if each.contact != made.contact)
    count = before.count + 1 if before else 1
    doubt = made.outcome == "unknown" or (before is not None and before.doubt)
    return replace(page, tries=(*others, replace(made, count=count, doubt=doubt)))


def alive(state: Escalation, fact: Fact) -> Escalation:
    """The state after anything at all happened: a person's act ends the silence after an acknowledgment.

    It counts when it was said, however long ago what it tells of has happened.
    """
    if not state.run or fact.via in ("engine", "import"):
        return state
    return replace(state, active=fact.recorded if state.active is None else max(state.active, fact.recorded))


def compensate(event: EscalationEvent, before: Escalation, now: Escalation) -> list[Event]:
    """The events that undo one, if nothing has changed since: only an acknowledgment can be taken back."""
    match event:
        case Acknowledged(run=run) if run == now.run and now.going == "acknowledged" and not now.walk:
            stood = before.going == "acknowledged"
            return [AcknowledgmentWithdrawn(run, before.by, before.since) if stood else AcknowledgmentWithdrawn(run)]
        case _:
            return []
