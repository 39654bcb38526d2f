"""Past incidents: strict about what identifies one, lenient about the rest."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.services import Service
from warroom.playbook.incident import PastEntry, PastIncident, When, read_incident

GOOD = """\
    id: acme-2026-01-01
    title: Acme is down
    severity: null
    severity_note: none given
    source_time_zone: UTC
    fidelity: primary
    source: [https://acme.example/report]
    services: [web, db]
    depends_on:
      - [web, db]
    depends_on_note: inferred
    roles: [engineers]
    milestones:
      impact_start: '2026-01-01T10:00:00Z'
      detection: 2026-01-01T10:05:00+00:00
      acknowledgment: null
      review: 2026-01-09
    expected_metrics:
      ttd_min: 5.0
      tta_min: null
    timeline:
      - at: '2026-01-01T10:00:00Z'
        kind: impact_start
        fact: it begins
        approx: true
      - at: '2026-01-09'
        kind: review
        fact: the report is published
    notes: [a note]
    """


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def read(folder: Path, old: str = "", new: str = "") -> PastIncident:
    """The good file with one thing replaced."""
    assert not old or GOOD.count(old) == 1
    return read_incident(write(folder, "acme.yaml", GOOD.replace(old, new) if old else GOOD))


def test_a_past_incident(tmp_path: Path) -> None:
    review = When(at(0, day=9), approximate=True, day=True)
    assert read(tmp_path) == PastIncident(
        id="acme-2026-01-01",
        title="Acme is down",
        severity="",
        severity_note="none given",
        source_time_zone="UTC",
        fidelity="primary",
        source=("https://acme.example/report",),
        services=(Service("web", depends_on=("db",)), Service("db")),
        roles=("engineers",),
        milestones=(
            ("impact", When(at(10), approximate=True)),
            ("detection", When(at(10, 5))),
            ("acknowledgment", None),
            ("escalation", None),
            ("containment", None),
            ("resolution", None),
            ("review", review),
        ),
        expected=(
            ("ttd_min", 5.0),
            ("tta_min", None),
            ("tt_contain_min", None),
            ("ttr_min", None),
            ("tt_escalate_min", None),
        ),
        timeline=(
            PastEntry(When(at(10), approximate=True), "impact_start", "it begins"),
            PastEntry(review, "review", "the report is published"),
        ),
        notes=("a note",),
    )


def test_a_milestone_by_name(tmp_path: Path) -> None:
    incident = read(tmp_path)
    assert incident.milestone("detection") == When(at(10, 5))
    assert incident.milestone("resolution") is None


def test_the_least_that_is_an_incident(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "id: a\ntitle: A\ntimeline: [{at: 2026-01-01, fact: x}]\n")
    incident = read_incident(path)
    assert incident.timeline == (PastEntry(When(at(0), approximate=True, day=True), "note", "x"),)
    assert {when for _, when in incident.milestones} == {None}
    assert incident.warnings == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("id: acme-2026-01-01", "", "acme.yaml:2: id: is missing"),
        ("title: Acme is down", "title:", "acme.yaml:2: title: is missing"),
        ("timeline:\n", "timeline: []\n    other:\n", "acme.yaml:21: timeline: must have at least one row"),
    ],
)
def test_what_an_incident_must_have(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert said(lambda: read(tmp_path, old, new)) == [expected]


def test_what_is_no_mapping(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "just text\n")
    assert said(lambda: read_incident(path)) == ["a.yaml:1: must be a mapping of fields, not a single value"]


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("  - at: '2026-01-01T10:00:00Z'", "  - at: 10:??",
         '22: timeline[0].at: "10:??" is not a moment with its time zone, or a date'),
        ("fact: it begins", "text: it begins", "22: timeline[0].fact: is missing"),
        ("  - at: '2026-01-01T10:00:00Z'", "  - at: ~", "22: timeline[0].at: is missing"),
    ],
)  # fmt: skip
def test_a_bad_row_is_a_warning_and_the_rest_is_kept(tmp_path: Path, old: str, new: str, warning: str) -> None:
    incident = read(tmp_path, old, new)
    assert f"acme.yaml:{warning}" in incident.warnings
    assert [entry.fact for entry in incident.timeline] == ["the report is published"]
    assert incident.milestone("impact") == When(at(10))


def test_a_row_of_an_unknown_kind_is_kept_as_a_note(tmp_path: Path) -> None:
    incident = read(tmp_path, "kind: review", "kind: reveiw")
    assert incident.warnings == ('acme.yaml:27: timeline[1].kind: "reveiw" is not valid here; did you mean "review"?',)
    assert incident.timeline[1].kind == "note"


@pytest.mark.parametrize(
    ("old", "new", "warning"),
    [
        ("detection: 2026-01-01T10:05:00+00:00", "detection: 2026-01-01T10:05",
         '15: milestones.detection: "2026-01-01T10:05" is not a moment with its time zone, or a date'),
        ("detection:", "detected:",
         '15: milestones.detected: there is no such field; did you mean "detection"?'),
        ("ttd_min: 5.0", "ttd_min: five",
         '19: expected_metrics.ttd_min: "five" is not a number from 0 to 1e+07'),
        ("- [web, db]", "- [web, bd]", '10: depends_on: no service is called "bd"; did you mean "db"?'),
        ("fidelity: primary", "fidellity: primary",
         '6: fidellity: there is no such field; did you mean "fidelity"?'),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_a_warning(tmp_path: Path, old: str, new: str, warning: str) -> None:
    incident = read(tmp_path, old, new)
    assert incident.warnings == (f"acme.yaml:{warning}",)
    assert len(incident.timeline) == 2


def test_an_unreadable_milestone_is_unknown(tmp_path: Path) -> None:
    assert read(tmp_path, "detection: 2026-01-01T10:05:00+00:00", "detection: soon").milestone("detection") is None
