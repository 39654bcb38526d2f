"""The fold: whatever several people do, every terminal that reads the same facts knows the same, and none stumbles."""

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, attempt, courses, rehearsed
from tests.support.builders import UUID, Tale
from warroom.domain.event import Event, Fact, Opaque
from warroom.domain.fold import evolve, fold
from warroom.domain.incident import Incident
from warroom.domain.org import PlaybookPublished
from warroom.domain.roles import COMMANDER, ROLES
from warroom.store import codec

NOTHING = Incident(UUID, 1)


def live(course: list[Act]) -> Tale:
    """The tale of a course of events; what is refused did not happen."""
    tale = rehearsed()
    for act in course:
        attempt(tale, act)
    return tale


def stored(fact: Fact) -> Fact:
    """A fact that went through the log."""
    return replace(fact, event=codec.decode(fact.event.tag(), codec.encode(fact.event)))


@given(courses())
def test_every_event_survives_the_log(course: list[Act]) -> None:
    for fact in live(course).facts:
        assert stored(fact) == fact
        assert codec.encode(stored(fact).event) == codec.encode(fact.event)


@given(courses())
def test_folding_from_scratch_is_folding_bit_by_bit(course: list[Act]) -> None:
    tale, seen = rehearsed(), []
    for act in course:
        attempt(tale, act)
        seen.append((len(tale.facts), tale.incident))
    for length, known in seen:
        assert fold(NOTHING, map(stored, tale.facts[:length])) == known
    assert [entry.seq for entry in tale.incident.timeline] == list(range(1, len(tale.facts) + 1))
    assert (tale.incident.seq, tale.incident.pos) == (len(tale.facts), len(tale.facts))


@given(courses(), st.data())
def test_a_fold_of_any_part_of_a_log_goes_through(course: list[Act], data: st.DataObject) -> None:
    facts = live(course).facts
    kept = data.draw(st.lists(st.booleans(), min_size=len(facts), max_size=len(facts)))
    part = [fact for fact, keep in zip(facts, kept, strict=True) if keep]
    assert len(fold(NOTHING, part).timeline) == len(part)


@given(courses(), st.data(), st.sampled_from([Opaque("hand-raised.v1"), Opaque("note-added.v1", True)]))
def test_what_this_version_does_not_know_is_shown_and_changes_nothing_else(
    course: list[Act], data: st.DataObject, event: Event
) -> None:
    tale = live(course)
    place = data.draw(st.integers(0, len(tale.facts) - 1))
    before = fold(NOTHING, tale.facts[:place])
    fact = replace(tale.facts[place], event=event)
    after = evolve(before, fact)
    shown = after.timeline[-1]
    assert (shown.kind, shown.seq, shown.actor) == ("opaque", fact.seq, fact.actor)
    alive = before.escalation  # whatever it was, a person did it
    assert replace(after, timeline=before.timeline, seq=before.seq, pos=before.pos, escalation=alive) == before


def test_an_opaque_line_says_why_it_is_opaque() -> None:
    tale = Tale()
    tale.write(Opaque("hand-raised.v1"))
    assert tale.last == "hand-raised.v1: written by a newer warroom"
    tale.write(Opaque("note-added.v1", redacted=True))
    assert tale.last == "note-added.v1: redacted"
    tale.write(PlaybookPublished(tale.org.playbook))
    assert tale.last == "playbook-published.v1: not an event of an incident"


@settings(max_examples=200)
@given(courses(longest=40))
def test_what_is_always_true_of_an_incident(course: list[Act]) -> None:
    tale = live(course)
    incident = tale.incident
    exclusive = [each.role for each in incident.roles.held if not next(r for r in ROLES if r.id == each.role).several]
    assert len(exclusive) == len(set(exclusive)), "a role has one holder"
    seats = [(each.role, each.person) for each in incident.roles.held]
    assert len(seats) == len(set(seats))
    if not any(act.given.get("force") for act in course):
        commander = incident.roles.holder(COMMANDER)
        assert not commander or incident.roles.of(commander) == (COMMANDER,)
    known = dict(incident.clock.known)
    if "impact" in known:
        assert all(each.happened >= known["impact"].happened for each in known.values())
    assert all(each.happened <= each.recorded <= tale.now for each in known.values())
    assert incident.clock.status != "closed" or "resolution" in known
    for run in incident.checklist.runs:
        for step in run.steps:
            assert (step.outcome == "todo") == (step.at is None) == (not step.by)
            assert step.outcome == "todo" or step.claimed is None
