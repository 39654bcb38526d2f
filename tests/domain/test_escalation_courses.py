"""What holds for ladders whatever people do and whenever an engine looks."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from tests.domain.acts import Act, acts, attempt
from tests.domain.organisations import organisations
from tests.support.ladders import Climb
from warroom.domain import paging
from warroom.domain.errors import Refused
from warroom.domain.escalation import Acknowledged, AcknowledgmentWithdrawn, LadderStarted, RungFired
from warroom.domain.event import incident_stream
from warroom.domain.org import Org

_PEOPLE = acts(
    "ack", "milestone", "sev", "resolve", "reopen", "role.take", "note", "page", "escalate", "page.report", "undo"
)
_ENGINE = st.integers(0, 3600).map(lambda wait: Act("engine", "ladder.fire", {}, wait))
COURSES = st.lists(_PEOPLE | _ENGINE | _ENGINE, max_size=40)


def climbed(course: list[Act]) -> Climb:
    """A tale after this course, in which the engine comes along when the course says so."""
    tale = Climb()
    for act in course:
        if act.by == "engine":
            tale.now += timedelta(seconds=act.wait)
            for rule in (paging.fire, paging.lapse):
                try:
                    tale.engine(rule)
                except Refused:
                    continue
        else:
            attempt(tale, act)
    return tale


@given(COURSES)
def test_no_rung_of_a_round_of_a_run_fires_twice(course: list[Act]) -> None:
    fired = [(e.run, e.round, e.rung) for e in _events(climbed(course)) if isinstance(e, RungFired)]
    assert len(fired) == len(set(fired))


@given(COURSES)
def test_rungs_of_a_run_fire_in_order_and_the_next_is_never_due_before_this_one_fired(course: list[Act]) -> None:
    last: dict[str, tuple[int, int]] = {}
    for fact in climbed(course).facts:
        if isinstance(event := fact.event, RungFired):
            assert last.get(event.run, (0, 0)) < (event.round, event.rung)
            assert event.next >= fact.happened
            last[event.run] = (event.round, event.rung)


@given(COURSES)
def test_nobody_who_has_answered_is_paged_again_in_the_same_run_unless_by_hand(course: list[Act]) -> None:
    answered: set[str] = set()
    for fact in climbed(course).facts:
        match fact.event:
            case LadderStarted() | AcknowledgmentWithdrawn():
                answered.clear()
            case Acknowledged():
                answered.add(fact.actor)
            case RungFired(pages=pages):
                assert not answered & {order.person for order in pages if not order.forced}


@given(COURSES)
def test_no_page_is_ordered_twice(course: list[Act]) -> None:
    ids = [page.order.id for page in climbed(course).ladder.pages]
    assert len(ids) == len(set(ids))


@given(COURSES)
def test_what_is_due_can_be_done_and_is_not_due_afterwards(course: list[Act]) -> None:
    tale = climbed(course)
    for _ in range(30):
        if tale.due is None:
            return
        due, rule = tale.due
        before = (tale.due, tale.ladder.place)
        tale.now = max(tale.now, due)
        tale.engine(rule)
        assert (tale.due, tale.ladder.place) != before, "a rung that has to wait for nobody may be due at once"


@given(organisations(), st.lists(st.integers(0, 90), min_size=1, max_size=20))
def test_a_ladder_of_any_organisation_is_climbed_without_a_fault(organisation: Org, waits: list[int]) -> None:
    """People, gaps, windows and zones at random; the engine looks at random."""
    tale = Climb(org=organisation)
    for wait in waits:
        tale.now += timedelta(minutes=wait)
        if tale.due and tale.due[0] <= tale.now:
            tale.engine(tale.due[1])
    assert {fact.stream for fact in tale.facts} == {incident_stream(tale.incident.id)}


def _events(tale: Climb) -> list[object]:
    return [fact.event for fact in tale.facts]
