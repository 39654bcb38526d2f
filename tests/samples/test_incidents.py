"""The real past incidents: they load without a warning, and their metrics follow from their milestones."""

from datetime import timedelta
from pathlib import Path

import pytest

from warroom.domain.clock import Name
from warroom.domain.services import layers
from warroom.playbook import samples
from warroom.playbook.incident import METRICS, PastIncident, read_incident

SPANS: dict[str, tuple[Name, Name]] = {
    "ttd_min": ("impact", "detection"),
    "tta_min": ("detection", "acknowledgment"),
    "tt_contain_min": ("impact", "containment"),
    "ttr_min": ("impact", "resolution"),
    "tt_escalate_min": ("impact", "escalation"),
}
each = pytest.mark.parametrize("path", samples.incidents().values(), ids=lambda path: path.stem)


def minutes(incident: PastIncident, start: Name, end: Name) -> float | None:
    """The minutes between two milestones; None if one of them is unknown."""
    first, last = incident.milestone(start), incident.milestone(end)
    return (last.at - first.at) / timedelta(minutes=1) if first and last else None


def test_there_are_enough_to_learn_from() -> None:
    assert len(samples.incidents()) >= 11


@each
def test_a_past_incident_loads_whole(path: Path) -> None:
    incident = read_incident(path)
    assert incident.warnings == ()
    assert incident.id == path.stem
    assert incident.source
    assert len(incident.timeline) >= 3
    assert sum(map(len, layers(incident.services))) == len(incident.services) > 0


@each
def test_metrics_follow_from_milestones_and_unknown_stays_unknown(path: Path) -> None:
    incident = read_incident(path)
    computed = tuple((name, minutes(incident, *SPANS[name])) for name in METRICS)
    assert computed == incident.expected


@each
def test_milestones_stand_in_the_timeline(path: Path) -> None:
    incident = read_incident(path)
    moments = {entry.when.at for entry in incident.timeline}
    assert {when.at for _, when in incident.milestones if when} <= moments


def test_unknown_and_approximate_are_kept_apart() -> None:
    kinesis = read_incident(samples.incident("aws-kinesis-2020-11-25"))
    assert kinesis.milestone("impact") is None
    gitlab = read_incident(samples.incident("gitlab-2017-01-31-database"))
    begin, contained = gitlab.milestone("impact"), gitlab.milestone("containment")
    assert begin is not None
    assert begin.approximate
    assert contained is not None
    assert not contained.approximate
