"""Scenario files: each mistake with its line, and what is written can be read."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.playbook.files import said, write
from warroom.domain.clock import NAMES
from warroom.domain.org import Org
from warroom.domain.scenario import (
    KINDS,
    Begun,
    End,
    Expected,
    HealthIs,
    Inject,
    InjectMade,
    MilestoneReached,
    RoleHeld,
    Scenario,
    SeverityReached,
    Start,
    StepFinished,
    Unacknowledged,
)
from warroom.domain.services import HEALTHS, Service
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation
from warroom.playbook.scenario import CONDITIONS, lint_scenario, read_scenario
from warroom.playbook.scenario_writer import write_scenario
from warroom.room.commands import ALL

COMMANDS = {each.name: [param.name for param in each.params] for each in ALL if not each.internal}
GOOD = """\
scenario: slow-payments
title: Payments are slow
difficulty: 2
summary: The first one.
roles: [commander]
services: [payments, ledger]
depends_on: [[payments, ledger]]
start:
  title: Payments take a minute
  severity: 2
  services: [payments]
  impact: 4m
injects:
  - id: alarm
    at: 0
    kind: alert
    by: monitoring
    text: It is slow.
  - id: down
    when: {inject: alarm}
    delay: 5m
    kind: service
    service: payments
    health: degraded
    text: It is down.
expect:
  - title: Contain it
    do: milestone
    match: {milestone: containment}
    within: 20m
    after: down
    who: commander
end:
  when: {milestone: resolution}
  limit: 1h
"""


def lines(folder: Path, old: str, new: str) -> list[str]:
    """The problems of the good file after a change, without the file's name."""
    assert GOOD.count(old) == 1
    path = write(folder, "a.yaml", GOOD.replace(old, new))
    return [str(each).removeprefix(f"{path}:") for each in lint_scenario(path, Org(), COMMANDS).problems]


def test_a_scenario_is_read_whole(tmp_path: Path) -> None:
    assert read_scenario(write(tmp_path, "a.yaml", GOOD)) == Scenario(
        name="slow-payments",
        title="Payments are slow",
        difficulty=2,
        start=Start("Payments take a minute", 2, ("payments",), timedelta(minutes=4)),
        end=End(timedelta(hours=1), MilestoneReached("resolution")),
        injects=(
            Inject("alarm", "alert", "It is slow.", by="monitoring"),
            Inject(
                "down", "service", "It is down.", InjectMade("alarm"), timedelta(minutes=5),
                service="payments", health="degraded",
            ),
        ),
        expected=(
            Expected(
                "Contain it", "milestone", timedelta(minutes=20), "down", "commander", (("milestone", "containment"),)
            ),
        ),
        summary="The first one.",
        roles=("commander",),
        catalogue=(Service("payments", depends_on=("ledger",)), Service("ledger")),
    )  # fmt: skip


def test_a_good_file_has_no_problems(tmp_path: Path) -> None:
    found = lint_scenario(write(tmp_path, "a.yaml", GOOD), Org(), COMMANDS)
    assert (found.problems, found.scenario and found.scenario.name) == ((), "slow-payments")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("scenario: slow-payments", "scenario: Slow Payments", "1: scenario: "),
        ("difficulty: 2", "difficulty: 6", '3: difficulty: "6" is not a whole number from 1 to 5'),
        ("roles: [commander]", "roles: [king]", '5: roles: no role is called "king"'),
        ("[[payments, ledger]]", "[[payments, nope]]", '7: depends_on: no service is called "nope"'),
        ("  severity: 2", "  severity: bad", '10: start.severity: "bad" is not a whole number'),
        ("  impact: 4m", "  impact: later", '12: start.impact: "later" is not how long'),
        ("    at: 0\n", "", "14: injects[0]: needs either at or when, and not both"),
        ("    at: 0\n", "    at: 0\n    delay: 1m\n", "16: injects[0].delay: goes with when"),
        ("    at: 0\n", "    at: soon\n", '15: injects[0].at: "soon" is not a time from the start'),
        ("    kind: alert", "    kind: alarm", '16: injects[0].kind: "alarm" is not valid here'),
        ("    by: monitoring", "    from: monitoring", "17: injects[0].from: there is no such field"),
        ("    when: {inject: alarm}", "    when: {}", "20: injects[1].when: needs exactly one of step, severity"),
        (
            "    when: {inject: alarm}",
            "    when: {inject: alarm, role: commander}",
            "20: injects[1].when: needs exactly",
        ),
        ("    when: {inject: alarm}", "    when: {step: bad-deploy}", "20: injects[1].when.step: needs a runbook and"),
        ("    when: {inject: alarm}", "    when: {service: ledger}", "20: injects[1].when.health: is missing"),
        (
            "    when: {inject: alarm}",
            "    when: {inject: alarm, health: degraded}",
            "20: injects[1].when.health: goes with service",
        ),
        ("    health: degraded", "    health: ill", '24: injects[1].health: "ill" is not valid here'),
        ("    do: milestone\n", "", "27: expect[0].do: is missing"),
        ("match: {milestone: containment}", "match: {stone: containment}", "29: expect[0].match.stone: there is no"),
        ("    within: 20m\n", "", "27: expect[0].within: is missing"),
        ("  limit: 1h", "", "34: end.limit: is missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = lines(tmp_path, old, new)
    assert found[0].startswith(problem), found
    path = write(tmp_path, "b.yaml", GOOD.replace(old, new))
    assert said(lambda: read_scenario(path))[0].startswith(f"b.yaml:{problem}")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("  severity: 2", "  severity: 8", "10: start.severity: No severity level is called “8”."),
        ("  services: [payments]", "  services: [nope]", "11: start.services[0]: No service is called “nope”."),
        ("  - id: down", "  - id: alarm", '19: injects[1].id: "alarm" is given to two injects'),
        ("    at: 0\n", "    at: -5m\n", "15: injects[0].at: lies before the start"),
        ("    at: 0\n", "    when: {inject: down}\n", "15: injects[0].when: never comes"),
        ("    when: {inject: alarm}", "    when: {inject: nope}", "20: injects[1].when.inject: No inject is called"),
        ("    when: {inject: alarm}", "    when: {role: king}", "20: injects[1].when.role: No role is called “king”."),
        ("    delay: 5m", "    delay: 2h", "19: injects[1]: comes after the limit of the drill at the earliest"),
        ("    health: degraded\n", "", "19: injects[1]: a change of a service needs service and health"),
        ("    do: milestone\n", "    do: ladder.fire\n", "28: expect[0].do: No command is called “ladder.fire”."),
        ("{milestone: containment}", "{role: scribe}", "29: expect[0].match.role: milestone has no such parameter"),
        ("    who: commander", "    who: king", "32: expect[0].who: No role is called “king”."),
        ("{milestone: resolution}", "{milestone: over}", "34: end.when.milestone: No milestone is called “over”."),
        ("{milestone: resolution}", "{severity: 2}", "34: end.when: is so from the start"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_line(tmp_path: Path, old: str, new: str, problem: str) -> None:
    found = lines(tmp_path, old, new)
    assert found[0].startswith(problem), found


def test_whole_parts_that_are_missing(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yaml", "scenario: a\ntitle: A\ndifficulty: 1\n")
    assert said(lambda: read_scenario(path)) == ["a.yaml:1: start: is missing", "a.yaml:1: end: is missing"]
    assert [each.line for each in lint_scenario(tmp_path / "none.yaml", Org(), COMMANDS).problems] == [1]


@pytest.mark.parametrize("name", sorted(samples.scenarios()))
def test_the_samples_are_clean(name: str) -> None:
    org = Org(read_organisation(samples.organisation(), samples.runbooks()))
    found = lint_scenario(samples.scenarios()[name], org, COMMANDS)
    assert found.problems == ()
    assert found.scenario is not None
    assert (found.scenario.name, bool(found.scenario.injects), bool(found.scenario.expected)) == (name, True, True)


def test_the_samples_are_graded() -> None:
    found = sorted(read_scenario(path).difficulty for path in samples.scenarios().values())
    assert (len(found), found[0], found[-1]) == (7, 1, 5)


# Whole values through a file.

_seconds = st.integers(1, 86_400).map(lambda count: timedelta(seconds=count))
_offsets = st.integers(-86_400, 86_400).map(lambda count: timedelta(seconds=count))
_names = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
_texts = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=40)
_blocks = st.lists(_texts, min_size=1, max_size=3).map("\n".join)
_health = st.sampled_from(HEALTHS)
_waits = st.one_of(
    st.builds(StepFinished, _names, st.sampled_from(("1.1", "2.3.1"))),
    st.builds(SeverityReached, st.integers(1, 9)),
    st.builds(RoleHeld, _names),
    st.builds(MilestoneReached, st.sampled_from(NAMES)),
    st.builds(HealthIs, _names, _health),
    st.builds(InjectMade, _names),
    st.builds(Unacknowledged, _seconds),
)
_moments = st.one_of(st.tuples(st.just(Begun()), _offsets), st.tuples(_waits, _offsets.map(abs)))
_injects = st.builds(
    lambda moment, **given: Inject(when=moment[0], delay=moment[1], **given),
    _moments,
    id=_names,
    kind=st.sampled_from(KINDS),
    text=_blocks,
    by=_texts,
    service=_names,
    health=st.none() | _health,
    person=_names,
)
_expects = st.builds(
    Expected, _texts, _names, _seconds, _names, _names, st.just(()) | _texts.map(lambda text: (("to", text),))
)
_scenarios = st.builds(
    Scenario,
    _names,
    _texts,
    st.integers(1, 5),
    st.builds(Start, _texts, st.integers(1, 9), st.lists(_names, unique=True).map(tuple), st.none() | _offsets),
    st.builds(End, _seconds, st.none() | _waits),
    st.lists(_injects, max_size=4).map(tuple),
    st.lists(_expects, max_size=4).map(tuple),
    _blocks,
    st.just(("commander", "scribe")),
    st.just((Service("a", depends_on=("b",)), Service("b"))),
)


@given(scenario=_scenarios)
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, scenario: Scenario) -> None:
    path = write(tmp_path_factory.mktemp("scenario"), "a.yaml", "")
    path.write_text(write_scenario(scenario), encoding="utf-8")
    assert read_scenario(path) == scenario


def test_the_example_of_the_documents_is_clean(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "drills.md").read_text(encoding="utf-8")
    path = write(tmp_path, "a.yaml", page.partition("```yaml\n")[2].partition("```")[0])
    org = Org(read_organisation(samples.organisation(), samples.runbooks()))
    assert lint_scenario(path, org, COMMANDS).problems == ()
    assert all(f"`{kind}`" in page for kind in KINDS)
    assert all(f"`{{{name}: " in page for name in CONDITIONS)
