"""What must hold of a log and an outbox, whatever became of the engines that wrote them."""

from collections.abc import Iterable, Iterator

from warroom.domain.contacts import Contact
from warroom.domain.effects import effect_id
from warroom.domain.escalation import LadderStarted, Order, Paged, PageTried, RungFired
from warroom.domain.event import Fact
from warroom.store.contract import Cursor, Row, Store


def commands_stand_once(store: Store) -> None:
    """One command's events lie side by side: none was written a second time."""
    last = ""
    seen: set[str] = set()
    for row in _rows(store):
        if row.command_id != last:
            assert row.command_id not in seen
            seen.add(row.command_id)
            last = row.command_id


def rungs_fire_once_and_in_order(facts: list[Fact]) -> None:
    """Within a run the rungs follow each other; what is left out was missed or passed over, and is said to be."""
    place, rungs = 0, 0
    fired: set[tuple[str, int, int]] = set()
    for event in (fact.event for fact in facts):
        if isinstance(event, LadderStarted):
            place, rungs = 0, len(event.ladder.rungs)
        elif isinstance(event, RungFired):
            assert (event.run, event.round, event.rung) not in fired
            fired.add((event.run, event.round, event.rung))
            here = (event.round - 1) * rungs + event.rung
            assert here == place + 1 + event.missed + len(event.passed)
            place = here


def no_page_is_forgotten(store: Store, facts: Iterable[list[Fact]]) -> None:
    """Of each page by each contact the log says what came of it, and the outbox the same."""
    states = {parcel.id: state for parcel, state, _ in store.outbox()}
    facts = list(facts)
    ordered = {effect_id(order.id, way.name) for each in facts for order, way in pages_by_contact(each)}
    ends: dict[str, list[str]] = {}
    for event in (fact.event for each in facts for fact in each):
        if isinstance(event, PageTried):
            ends.setdefault(effect_id(event.page, event.contact), []).append(event.outcome)
    assert ordered == set(states)
    for key, state in states.items():
        if state not in ("pending", "leased"):
            told = ends.get(key, ["nothing"])
            assert told[-1] == state or (state, told[-1]) == ("failed", "unknown"), (state, told)
            assert told.count("sent") <= 1


def pages_by_contact(facts: Iterable[Fact]) -> Iterator[tuple[Order, Contact]]:
    """Everything that was to go out: each page with each of its contacts."""
    for event in (fact.event for fact in facts):
        if isinstance(event, RungFired | Paged):
            yield from ((order, way) for order in event.pages for way in order.contacts)


def _rows(store: Store) -> Iterator[Row]:
    cursor = Cursor(store.head().epoch)
    while page := store.after(cursor):
        yield from page
        cursor = page[-1].cursor
