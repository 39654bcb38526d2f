"""The incident clock: what T+ counts from, times that are put right later, what is due, and time that is mapped."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.support.builders import Tale, at
from warroom.domain import clock
from warroom.domain.clock import NAMES, ClockMapped, Target
from warroom.domain.declaration import declare
from warroom.domain.errors import Already, Refused, Unknown
from warroom.domain.event import Event
from warroom.domain.severity import Severity

Rule = Callable[..., list[Event]]


def test_t_plus_counts_from_the_impact_else_the_detection_else_the_declaration() -> None:
    tale = Tale("14:00")
    assert tale.incident.clock.origin == (at("14:00"), "declaration")
    tale.at("14:05").do(clock.mark, "detection", at("13:58"))
    assert tale.incident.clock.origin == (at("13:58"), "detection")
    tale.at("14:06").do(clock.mark, "impact", at("13:46"))
    assert tale.incident.clock.origin == (at("13:46"), "impact")


def test_an_impact_known_at_the_declaration_is_a_milestone_at_once() -> None:
    tale = Tale("14:00", at=at("13:48"), approximate=True)
    impact = tale.milestone("impact")
    assert (impact.happened, impact.recorded, impact.by, impact.approximate) == (at("13:48"), at("14:00"), "ana", True)


def test_a_milestone_keeps_when_it_happened_apart_from_when_it_was_recorded() -> None:
    tale = Tale("14:00").at("14:20")
    tale.do(clock.mark, "containment", at("14:12"), by="bo", happened=at("14:12"))
    contained = tale.milestone("containment")
    assert (contained.happened, contained.recorded, contained.by) == (at("14:12"), at("14:20"), "bo")
    assert tale.incident.clock.status == "contained"


def test_a_correction_replaces_the_time_and_keeps_the_one_before() -> None:
    tale = Tale("14:00").at("14:20")
    tale.do(clock.mark, "detection", at("14:12"), by="bo")
    tale.at("14:30").do(clock.mark, "detection", at("14:02"), True)
    detected = tale.milestone("detection")
    assert (detected.happened, detected.recorded, detected.by, detected.approximate) == (
        at("14:02"),
        at("14:30"),
        "ana",
        True,
    )
    ((name, before),) = tale.incident.clock.earlier
    assert (name, before.happened, before.recorded, before.by) == ("detection", at("14:12"), at("14:20"), "bo")
    assert tale.last == "detection corrected: 14:12:00 → about 14:02:00 UTC"


def test_a_milestone_nobody_recorded_is_unknown() -> None:
    tale = Tale("14:00")
    assert [name for name in NAMES if tale.incident.clock.get(name)] == []


@pytest.mark.parametrize("name", NAMES)
def test_no_milestone_lies_in_the_future(name: str) -> None:
    tale = Tale("14:00").at("14:10")
    with pytest.raises(Refused, match=f"The {name} cannot lie in the future"):
        tale.do(clock.mark, name, at("14:11"))


def test_an_impact_in_the_future_is_no_way_to_declare() -> None:
    with pytest.raises(Refused, match="The impact cannot lie in the future"):
        Tale("14:00", at=at("14:01"))


def test_the_impact_comes_before_everything_else_and_nothing_else_is_ordered() -> None:
    tale = Tale("14:00", at=at("13:50")).at("14:30")
    tale.do(clock.mark, "containment", at("14:10"))
    tale.do(clock.mark, "escalation", at("14:20"))
    with pytest.raises(Refused, match=r"cannot lie before the impact \(13:50:00 UTC\)"):
        tale.do(clock.mark, "detection", at("13:49"))
    with pytest.raises(Refused, match=r"cannot begin after the containment \(14:10:00 UTC\)"):
        tale.do(clock.mark, "impact", at("14:15"))


def test_the_same_time_twice_is_already_so() -> None:
    tale = Tale("14:00").at("14:10")
    tale.do(clock.mark, "detection", at("14:01"))
    with pytest.raises(Already, match=r"already set to 14:01:00 UTC \d+ \w+ ago by ana"):
        tale.do(clock.mark, "Detection ", at("14:01"), by="bo")
    tale.do(clock.mark, "detection", at("14:01"), True)
    assert tale.milestone("detection").approximate


def test_a_milestone_that_does_not_exist_names_the_near_one() -> None:
    with pytest.raises(Unknown) as refused:
        Tale().do(clock.mark, "containmnt")
    assert refused.value.hint == "Did you mean containment?"


def test_the_first_acknowledgment_stands() -> None:
    tale = Tale("14:00").at("14:02")
    tale.do(clock.acknowledge, by="bo")
    with pytest.raises(Already, match="Already acknowledged by bo at 14:02 UTC"):
        tale.at("14:03").do(clock.acknowledge)


def test_the_life_of_an_incident() -> None:
    tale = Tale("14:00")
    lived = [tale.incident.clock.status]
    course: list[tuple[str, Rule, list[str]]] = [
        ("14:30", clock.mark, ["containment"]),
        ("15:00", clock.resolve, []),
        ("15:30", clock.close, []),
        ("16:00", clock.reopen, [" the errors are back "]),
    ]
    for minute, rule, given in course:
        tale.at(minute).do(rule, *given)
        lived.append(tale.incident.clock.status)
    assert lived == ["active", "contained", "resolved", "closed", "active"]
    assert tale.last == "reopened: the errors are back"


def test_reopening_opens_containment_and_resolution_again_and_keeps_their_times() -> None:
    tale = Tale("14:00").at("14:02")
    tale.do(clock.acknowledge)
    tale.at("14:30").do(clock.mark, "containment")
    tale.at("15:00").do(clock.resolve)
    tale.at("16:00").do(clock.reopen, "the errors are back")
    known = tale.incident.clock
    assert (known.get("containment"), known.get("resolution"), known.reopened) == (None, None, 1)
    assert tale.milestone("acknowledgment").happened == at("14:02")
    assert [(name, each.happened) for name, each in known.earlier] == [
        ("containment", at("14:30")),
        ("resolution", at("15:00")),
    ]
    tale.at("16:30").do(clock.resolve)
    tale.at("17:00").do(clock.reopen, "again")
    assert tale.incident.clock.reopened == 2


def test_what_cannot_be_done_to_an_incident_says_why() -> None:
    tale = Tale("14:00").at("14:30")
    with pytest.raises(Already, match="nothing to reopen"):
        tale.do(clock.reopen, "why not")
    with pytest.raises(Refused, match="Only a resolved incident can be closed"):
        tale.do(clock.close)
    tale.do(clock.resolve)
    with pytest.raises(Already, match="Already resolved by ana at 14:30 UTC"):
        tale.do(clock.resolve, by="bo")
    with pytest.raises(Refused, match="needs a reason"):
        tale.do(clock.reopen, "  ")
    tale.do(clock.close)
    with pytest.raises(Already, match="already closed 2 min ago by ana"):
        tale.at("14:32").do(clock.close, by="bo")
    tale.do(clock.reopen, "it is back", by="bo")
    with pytest.raises(Already, match="already reopened 3 min ago by bo"):
        tale.at("14:35").do(clock.reopen, "it is back")


def test_the_clock_stands_at_the_resolution_and_is_unknown_where_nobody_knows_one() -> None:
    tale = Tale("14:00").at("14:30")
    assert (tale.incident.clock.elapsed(tale.now), tale.incident.clock.running) == (timedelta(minutes=30), True)
    solved = tale.branch()
    solved.do(clock.resolve)
    solved.do(clock.close)
    assert (solved.incident.clock.elapsed(at("20:00")), solved.incident.clock.running) == (timedelta(minutes=30), False)
    tale.write(clock.Closed())
    assert (tale.incident.clock.elapsed(at("20:00")), tale.incident.clock.running) == (None, False)
    assert clock.Clock().elapsed(at("20:00")) is None


def test_times_can_be_set_and_corrected_after_the_incident_was_closed() -> None:
    tale = Tale("14:00").at("14:30")
    tale.do(clock.resolve)
    tale.do(clock.close)
    tale.do(clock.mark, "detection", at("14:10"))
    tale.do(clock.mark, "review")
    assert tale.incident.clock.status == "closed"
    assert [name for name, _ in tale.incident.clock.known] == ["detection", "resolution", "review"]


# Targets.

HASTY = Severity(
    1,
    "SEV1",
    "Critical",
    "",
    acknowledge_within=timedelta(minutes=5),
    contain_within=timedelta(minutes=60),
)


def test_targets_are_due_then_met_or_missed() -> None:
    tale = Tale("14:00").at("14:04")
    assert clock.targets(tale.incident.clock, HASTY) == (
        Target("acknowledgment", at("14:05"), None),
        Target("containment", at("15:00"), None),
    )
    tale.do(clock.acknowledge)
    tale.at("15:01").do(clock.mark, "containment")
    assert [target.met for target in clock.targets(tale.incident.clock, HASTY)] == [True, False]


def test_targets_count_from_the_detection_and_a_corrected_time_counts() -> None:
    tale = Tale("14:00").at("14:08")
    tale.do(clock.mark, "detection", at("13:55"))
    tale.do(clock.acknowledge)
    ack, _ = clock.targets(tale.incident.clock, HASTY)
    assert ack == Target("acknowledgment", at("14:00"), False)
    tale.do(clock.mark, "acknowledgment", at("14:00"))
    ack, _ = clock.targets(tale.incident.clock, HASTY)
    assert ack == Target("acknowledgment", at("14:00"), True)


def test_nothing_is_due_before_an_incident_is_declared() -> None:
    assert clock.targets(clock.Clock(), HASTY) == ()


# Mapped time: drills and the demo.

HOUR = timedelta(hours=1)


def mapped(rate: float = 10.0) -> ClockMapped:
    """Since 14:00 today the incident's time runs from 22:52 on some other day."""
    return ClockMapped(at("14:00"), datetime(2018, 10, 21, 22, 52, tzinfo=at("14:00").tzinfo), rate)


def test_mapped_time_runs_from_its_origin_at_its_rate() -> None:
    assert mapped().time(at("14:00")) == mapped().origin
    assert mapped().time(at("14:06")) == mapped().origin + HOUR
    assert mapped(0).time(at("14:06")) == mapped().origin


def test_an_incident_runs_on_the_databases_time_unless_its_declaration_maps_it() -> None:
    assert Tale().incident.clock.time(at("14:06")) == at("14:06")
    tale = Tale(clock=mapped())
    assert tale.incident.clock.time(at("14:06")) == mapped().origin + HOUR


def test_a_new_pace_makes_no_jump() -> None:
    tale = Tale(clock=mapped())
    for minute, rate in (("14:06", 60.0), ("14:07", 0.0), ("14:30", 1.0)):
        before = tale.incident.clock.time(at(minute))
        tale.do(clock.pace, at(minute), rate)
        assert tale.incident.clock.time(at(minute)) == before
    assert tale.incident.clock.time(at("14:40")) == mapped().origin + 2 * HOUR + timedelta(minutes=10)


def test_the_clock_of_a_real_incident_cannot_be_paced() -> None:
    with pytest.raises(Refused, match="real incident"):
        Tale().do(clock.pace, at("14:06"), 2.0)


@pytest.mark.parametrize("rate", [-1.0, 100_001.0, float("nan"), float("inf")])
def test_a_pace_has_limits(rate: float) -> None:
    with pytest.raises(Refused, match="100 000 times"):
        Tale(clock=mapped()).do(clock.pace, at("14:06"), rate)


def test_an_incident_is_declared_once() -> None:
    with pytest.raises(Refused, match="INC-1 is already declared"):
        Tale().do(declare, "again")
