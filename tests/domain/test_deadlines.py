"""Everything that falls due, soonest first; and the line that stands for an incident in a list."""

import pytest

from tests.support.builders import Tale, at
from warroom.domain import clock, roles, severity
from warroom.domain.deadlines import deadlines
from warroom.domain.incident import Incident
from warroom.domain.summary import Overview, overview


def test_open_targets_fall_due_soonest_first() -> None:
    assert deadlines(Tale("14:00").incident) == [
        ("milestone:acknowledgment", at("14:05")),
        ("milestone:escalation", at("14:10")),
        ("milestone:containment", at("15:00")),
        ("milestone:resolution", at("18:00")),
    ]


def test_what_was_reached_in_time_or_not_is_due_no_more() -> None:
    tale = Tale("14:00").at("14:30")
    tale.do(clock.acknowledge)
    tale.do(clock.mark, "containment", at("14:20"))
    assert [key for key, _ in deadlines(tale.incident)] == ["milestone:escalation", "milestone:resolution"]


def test_another_severity_has_other_deadlines() -> None:
    tale = Tale("14:00")
    tale.do(severity.change, "3", "there is a way round it")
    assert deadlines(tale.incident) == [
        ("milestone:acknowledgment", at("14:30")),
        ("milestone:resolution", at("14:00", day=1)),
    ]


def test_nothing_is_due_once_it_is_over_and_all_is_due_when_it_is_back() -> None:
    tale = Tale("14:00").at("14:30")
    tale.do(clock.resolve)
    assert deadlines(tale.incident) == []
    tale.do(clock.close)
    assert deadlines(tale.incident) == []
    tale.do(clock.reopen, "it is back")
    assert len(deadlines(tale.incident)) == 4


def test_the_overview_of_an_incident() -> None:
    tale = Tale("14:00", at=at("13:50")).at("14:30")
    tale.do(roles.take, "ic", by="bo")
    tale.do(clock.resolve)
    assert overview(tale.incident) == Overview(
        title="card payments fail",
        status="resolved",
        level=1,
        severity="SEV1",
        commander="bo",
        declared=at("14:00"),
        origin=at("13:50"),
        origin_name="impact",
        ended=at("14:30"),
    )


def test_an_incident_that_nobody_declared_has_no_overview() -> None:
    with pytest.raises(ValueError, match="not declared"):
        overview(Incident("new"))
