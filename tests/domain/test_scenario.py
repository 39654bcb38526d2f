"""Scenarios: when their injects come, and each thing that can be wrong with one."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.support.builders import ORG
from warroom.domain.org import BUILT_IN, Org
from warroom.domain.scenario import (
    Begun,
    Condition,
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
    earliest,
)
from warroom.domain.scenario_problems import problems
from warroom.domain.services import Service
from warroom.room.commands import ALL

COMMANDS = {each.name: [param.name for param in each.params] for each in ALL if not each.internal}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


ALARM = Inject("alarm", "alert", "It is slow.")
DOWN = Inject("down", "service", "It is down.", InjectMade("alarm"), minutes(5), service="payments", health="degraded")
GOOD = Scenario(
    "slow-payments",
    "Payments are slow",
    2,
    Start("Payments take a minute", 2, ("payments",), minutes(4)),
    End(minutes(60), MilestoneReached("resolution")),
    (ALARM, DOWN),
    (Expected("Contain it", "milestone", minutes(20), "down", "commander", (("milestone", "containment"),)),),
    roles=("commander",),
)


def found(org: Org = ORG, **changed: Any) -> list[tuple[str, str]]:
    """What is wrong with the good scenario after a change."""
    return [(flaw.where, flaw.text) for flaw in problems(replace(GOOD, **changed), org, COMMANDS)]


def only(org: Org = ORG, **changed: Any) -> tuple[str, str]:
    (flaw,) = found(org, **changed)
    return flaw


def waiting(condition: Condition, delay: timedelta = timedelta(0)) -> Inject:
    return Inject("late", "note", "Later.", condition, delay)


def test_injects_are_named_in_the_order_of_the_file() -> None:
    notes = tuple(Inject(name, "note", name) for name in "abcdefg")
    said = found(injects=notes, end=End(minutes(60), InjectMade("zzz")))
    assert ("end.when.inject", "No inject is called “zzz”. There is: a, b, c, d, e, ….") in said


def test_a_good_scenario_has_no_problems() -> None:
    assert found() == []


def test_an_inject_comes_after_all_that_it_waits_for() -> None:
    silence = Inject("boss", "executive", "Well?", Unacknowledged(minutes(7)), minutes(2))
    after = Inject("again", "executive", "Well??", InjectMade("boss"), minutes(3))
    scenario = replace(GOOD, injects=(ALARM, DOWN, silence, after))
    assert [earliest(scenario.by_id, each) for each in scenario.injects] == [
        minutes(0),
        minutes(5),
        minutes(9),
        minutes(12),
    ]


def test_injects_that_wait_for_each_other_never_come() -> None:
    loop = (
        Inject("a", "note", "A", InjectMade("c")),
        Inject("b", "note", "B", InjectMade("a")),
        Inject("c", "note", "C", InjectMade("b")),
    )
    flaws = found(injects=(ALARM, DOWN, *loop))
    assert [where for where, _ in flaws] == [f"injects[{place}].when" for place in (2, 3, 4)]
    assert all("never comes" in text for _, text in flaws)
    itself = Inject("a", "note", "A", InjectMade("a"))
    assert only(injects=(ALARM, DOWN, itself))[0] == "injects[2].when"


def test_an_end_that_never_comes() -> None:
    loop = (Inject("a", "note", "A", InjectMade("b")), Inject("b", "note", "B", InjectMade("a")))
    flaws = found(injects=(ALARM, DOWN, *loop), end=End(minutes(60), InjectMade("a")))
    assert flaws[-1] == ("end.when", 'never comes, because "a" never comes; the drill would only run out of time')
    assert only(end=End(minutes(60), InjectMade("nope")))[0] == "end.when.inject"


@pytest.mark.parametrize("when", [Begun(), SeverityReached(2), SeverityReached(3)])
def test_an_end_that_is_there_from_the_start(when: Condition) -> None:
    assert only(end=End(minutes(60), when)) == (
        "end.when",
        "is so from the start, so that the drill would end at once",
    )


def test_an_end_that_comes_with_the_declaration_or_the_first_inject() -> None:
    hurt = Start("Payments are slow", 2, impact=minutes(4))
    assert ("end.when", "is so from the start, so that the drill would end at once") in found(
        start=hurt, end=End(minutes(60), MilestoneReached("impact"))
    )
    at_once = found(injects=(replace(ALARM, delay=minutes(0)),), end=End(minutes(60), InjectMade(ALARM.id)))
    assert ("end.when", f'is met as soon as the drill begins, because "{ALARM.id}" comes at once') in at_once


def test_an_end_by_the_limit_alone_is_an_end() -> None:
    assert found(end=End(minutes(60))) == []


def test_a_drill_takes_time() -> None:
    assert ("end.limit", "leaves no time") in found(end=End(timedelta(0)))


def test_injects_before_the_start_and_after_the_end() -> None:
    early = replace(ALARM, delay=minutes(-1))
    assert only(injects=(early, DOWN)) == ("injects[0].at", "lies before the start")
    assert found(injects=(ALARM, DOWN, waiting(RoleHeld("scribe"), minutes(-1))))[0] == (
        "injects[2].delay",
        "is negative",
    )
    assert only(injects=(ALARM, DOWN, waiting(Begun(), minutes(61))))[0] == "injects[2]"
    assert only(injects=(ALARM, DOWN, waiting(InjectMade("down"), minutes(56))))[0] == "injects[2]"
    assert found(injects=(ALARM, DOWN, waiting(InjectMade("down"), minutes(55)))) == []


@pytest.mark.parametrize(
    ("when", "where", "said"),
    [
        (InjectMade("alrm"), "inject", "No inject is called “alrm”. Did you mean alarm?"),
        (StepFinished("payment-errors", "9.9"), "step", "No step of payment-errors is called “9.9”."),
        (StepFinished("nope", "1.1"), "step", "No runbook is called “nope”."),
        (RoleHeld("king"), "role", "No role is called “king”."),
        (HealthIs("paymnts", "degraded"), "service", "No service is called “paymnts”. Did you mean payments?"),
        (MilestoneReached("contained"), "milestone", "No milestone is called “contained”."),
        (SeverityReached(7), "severity", "No severity level is called “7”."),
        (Unacknowledged(timedelta(0)), "unacknowledged", "is no time at all"),
    ],
)
def test_a_condition_on_what_is_not_there(when: Condition, where: str, said: str) -> None:
    at, text = only(injects=(ALARM, DOWN, waiting(when)))
    assert (at, text[: len(said)]) == (f"injects[2].when.{where}", said)
    assert found(end=End(minutes(60), when))[0][0] == f"end.when.{where}"


@pytest.mark.parametrize(
    "when",
    [
        StepFinished("payment-errors", "1.1"),
        RoleHeld("scribe"),
        HealthIs("ledger", "operational"),
        MilestoneReached("containment"),
        SeverityReached(1),
        Unacknowledged(minutes(5)),
    ],
)
def test_a_condition_on_what_is_there(when: Condition) -> None:
    assert found(injects=(ALARM, DOWN, waiting(when, minutes(1))), end=End(minutes(60), when)) == []


def test_where_the_organisation_has_no_names_any_will_do() -> None:
    nothing = Org(BUILT_IN)
    away = Inject("away", "unreachable", "No answer.", person="somebody")
    assert found(nothing, injects=(ALARM, DOWN, away, waiting(StepFinished("nope", "1.1")))) == []
    assert only(injects=(ALARM, DOWN, away))[0] == "injects[2].person"


def test_services_of_its_own_stand_in_for_the_catalogue() -> None:
    own = (Service("payments"), Service("till"))
    till = replace(DOWN, service="till")
    assert found(catalogue=own, injects=(ALARM, till)) == []
    assert only(injects=(ALARM, till)) == (
        "injects[1].service",
        "No service is called “till”. There is: web, mobile, checkout, payments, ledger.",
    )


def test_the_start_names_what_there_is() -> None:
    assert [where for where, _ in found(start=Start("x", 8, ("nope", "web"), minutes(-1)))] == [
        "start.severity",
        "start.services[0]",
        "start.impact",
    ]


def test_contradictions_are_found_by_whatever_way_the_moment_is_written() -> None:
    again = replace(DOWN, id="again", when=Begun(), delay=minutes(5), health="operational")
    assert only(injects=(ALARM, DOWN, again)) == (
        "injects[2].health",
        'contradicts "down", which marks payments degraded at the same moment',
    )
    assert found(injects=(ALARM, DOWN, replace(again, health="degraded"))) == []
    assert found(injects=(ALARM, DOWN, replace(again, service="ledger"))) == []
    assert found(injects=(ALARM, DOWN, replace(again, delay=minutes(6)))) == []
    branch = replace(again, when=RoleHeld("scribe"))
    assert found(injects=(ALARM, DOWN, branch)) == []
    assert only(injects=(ALARM, DOWN, branch, replace(branch, id="more", health="degraded")))[0] == "injects[3].health"


def test_an_id_is_given_once() -> None:
    assert only(injects=(ALARM, DOWN, ALARM)) == (
        "injects[2].id",
        '"alarm" is given to two injects',
    )


def test_each_kind_says_what_it_needs() -> None:
    assert only(injects=(ALARM, replace(DOWN, health=None))) == (
        "injects[1]",
        "a change of a service needs service and health",
    )
    assert only(injects=(replace(ALARM, health="degraded"), DOWN))[0] == "injects[0].health"
    assert only(injects=(replace(ALARM, kind="unreachable"), DOWN))[0] == "injects[0]"
    assert only(injects=(replace(ALARM, person="ana"), DOWN))[0] == "injects[0].person"
    assert found(injects=(replace(ALARM, kind="unreachable", person="ana"), DOWN)) == []


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"command": "milestones"}, "do"),
        ({"command": "ladder.fire"}, "do"),
        ({"after": "nope"}, "after"),
        ({"who": "king"}, "who"),
        ({"within": timedelta(0)}, "within"),
        ({"within": minutes(56)}, "within"),
        ({"match": (("role", "commander"),)}, "match.role"),
        ({"match": (("milestone", "contained"),)}, "match.milestone"),
        ({"command": "role.take", "match": (("role", "king"),)}, "match.role"),
        ({"command": "sev", "match": (("level", "12"),)}, "match.level"),
        ({"command": "step.done", "match": (("step", "payment-errors 9.9"),)}, "match.step"),
        ({"command": "service.health", "match": (("service", "nope"),)}, "match.service"),
        ({"command": "service.health", "match": (("health", "ill"),)}, "match.health"),
        ({"command": "runbook.attach", "match": (("runbook", "nope"),)}, "match.runbook"),
    ],
)
def test_expected_actions_are_commands_that_exist(changed: dict[str, Any], where: str) -> None:
    assert only(expected=(replace(GOOD.expected[0], **changed),))[0] == f"expect[0].{where}"


def test_difficulty_and_roles() -> None:
    assert only(difficulty=6) == ("difficulty", "lies outside 1 to 5")
    assert only(roles=("commander", "king"))[0] == "roles[1]"
