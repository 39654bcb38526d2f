"""What was imported can be written, read and published, whatever another tool's names are made of."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.playbook.files import write
from tests.playbook.oncall import test_opsgenie, test_pagerduty
from warroom.playbook.ladders import Ladders
from warroom.playbook.oncall.reader import read_oncall
from warroom.playbook.oncall.shapes import WEEK, windows
from warroom.playbook.organisation import read_organisation
from warroom.playbook.roster_writer import write_ladders, write_schedules
from warroom.playbook.times import _spans

NOW = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.parametrize("text", [test_pagerduty.API, test_opsgenie.API])
def test_an_import_is_a_playbook(tmp_path: Path, text: str) -> None:
    found = read_oncall([write(tmp_path, "a.yaml", text)], (), NOW)
    folder = tmp_path / "acme"
    write(folder, "organisation.yaml", "name: Acme\n")
    write(folder, "severities.yaml", "severities: [{level: 1, name: S1, title: A, definition: B}]\n")
    write(folder, "people.yaml", "people:\n" + "".join(f"- name: {name}\n" for name in found.people))
    write(folder, "schedules.yaml", write_schedules(found.schedules))
    write(folder, "ladders.yaml", write_ladders(Ladders(found.ladders)))
    playbook = read_organisation(folder)
    assert (playbook.schedules, playbook.ladders) == (found.schedules, found.ladders)


def test_names_and_titles_of_any_signs_can_be_read_again(tmp_path: Path) -> None:
    name = 'Ops  "on call": #1 ' + "ü" * 100
    text = test_pagerduty.API.replace('"name": "Web: first"', '"name": ' + json.dumps(name))
    found = read_oncall([write(tmp_path, "a.json", text)], (), NOW)
    (schedule,) = found.schedules
    assert (schedule.name, len(schedule.title)) == ("ops-on-call-1", 80)
    assert schedule.title.startswith('Ops "on call": #1 üü')
    write(tmp_path / "acme", "schedules.yaml", write_schedules(found.schedules))
    write(tmp_path / "acme", "organisation.yaml", "name: Acme\n")
    write(tmp_path / "acme", "severities.yaml", "severities: [{level: 1, name: S1, title: A, definition: B}]\n")
    assert read_organisation(tmp_path / "acme").schedules == found.schedules


def test_names_that_two_schedules_share_are_told_apart(tmp_path: Path) -> None:
    one, two = (write(tmp_path, f"{name}.json", test_pagerduty.API) for name in ("a", "b"))
    found = read_oncall([one, two], (), NOW)
    assert [each.name for each in found.schedules] == ["web-first", "web-first-2"]
    assert [each.name for each in found.ladders] == ["everybody", "everybody-2"]


@given(st.lists(st.tuples(st.integers(0, WEEK - 1), st.integers(1, WEEK + 60)), min_size=1, max_size=4))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_windows_are_the_same_minutes_and_never_overlap(spans: list[tuple[int, int]]) -> None:
    wanted = {minute % WEEK for start, length in spans for minute in range(start, start + min(length, WEEK))}
    found = windows(spans)
    minutes = [minute for window in found for start, end in _spans(window) for minute in range(start, end)]
    assert len(minutes) == len(set(minutes))
    assert set(minutes) == (wanted if found else set())
    assert found or len(wanted) == WEEK
