"""Whatever happened in an incident, the scenario drawn from it can be written, read and played."""

import pytest
from hypothesis import given, settings

from tests.domain.acts import Act, attempt, courses, rehearsed
from warroom.domain.scenario_past import from_incident
from warroom.playbook.scenario import lint_scenario
from warroom.playbook.scenario_writer import write_scenario
from warroom.room.commands import ALL

COMMANDS = {each.name: [param.name for param in each.params] for each in ALL if not each.internal}


@settings(max_examples=100, deadline=None)
@given(courses())
def test_what_is_drawn_from_any_incident_is_accepted(
    tmp_path_factory: pytest.TempPathFactory, course: list[Act]
) -> None:
    tale = rehearsed()
    for act in course:
        attempt(tale, act)
    scenario = from_incident(tale.incident, tale.facts, tale.org)
    path = tmp_path_factory.mktemp("drawn") / "drill.yaml"
    path.write_text(write_scenario(scenario), encoding="utf-8")
    found = lint_scenario(path, tale.org, COMMANDS)
    assert (found.problems, found.scenario) == ((), scenario)
