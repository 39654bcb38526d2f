"""What a drill expects, while it runs: since when, until when, and what of it is seen to be done."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.domain.acts import drilled
from tests.support.builders import ORG, SCENARIO, Tale, at, reachable, runbook
from warroom.domain import checklist, clock, conducting, paging, record, roles, services, steps
from warroom.domain.event import Event
from warroom.domain.exercise import DrillStarted
from warroom.domain.expecting import Expectation, expectations
from warroom.domain.scenario import Expected


def expecting(*expected: Expected) -> Tale:
    """A drill of these expected actions, from 14:00."""
    started = DrillStarted(replace(SCENARIO, expected=expected))
    return Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)


def one(tale: Tale) -> Expectation:
    (found,) = expectations(tale.incident)
    return found


def expected(command: str, after: str = "", who: str = "", **match: str) -> Expected:
    return Expected("it", command, timedelta(minutes=5), after, who, tuple(match.items()))


def test_what_waits_for_the_start_is_due_from_the_start_and_what_waits_for_an_inject_from_its_coming() -> None:
    tale = drilled()
    first, *_, contain = expectations(tale.incident)
    assert (first.since, first.due) == (at("14:00"), at("14:05"))
    assert (contain.since, contain.due) == (None, None)
    tale.at("14:06").do(conducting.fire, "down", by="engine")
    assert expectations(tale.incident)[-1].due == at("14:26")


def test_an_incident_that_plays_no_scenario_expects_nothing() -> None:
    assert expectations(Tale().incident) == ()


def test_each_command_of_which_the_state_tells_is_seen_with_its_time_and_its_person() -> None:
    cases: tuple[tuple[Expected, Callable[..., list[Event]], dict[str, Any]], ...] = (
        (expected("ack"), paging.acknowledge, {}),
        (expected("role.take", role="commander"), roles.take, {"role": "commander"}),
        (expected("milestone", milestone="containment"), clock.mark, {"milestone": "containment"}),
        (expected("resolve"), clock.resolve, {}),
        (expected("sev", level="2"), paging.change, {"level": "2", "because": "milder"}),
        (expected("service.health", service="ledger"), services.judge, {"service": "ledger", "health": "degraded"}),
        (expected("note"), record.note, {"text": "seen"}),
        (expected("decide"), record.decide, {"text": "go", "because": "now"}),
        (expected("runbook.attach", runbook="disk-full"), checklist.attach, {"runbook": runbook("disk-full")}),
    )
    for wanted, rule, given in cases:
        tale = expecting(wanted)
        assert one(tale).told
        assert one(tale).done is None, wanted
        tale.at("14:03").do(rule, by="bo", **given)
        assert one(tale).done == (at("14:03"), "bo"), wanted


def test_a_step_is_seen_once_it_is_done_and_not_when_it_is_reopened() -> None:
    tale = expecting(expected("step.done", step="payment-errors 1.1"))
    tale.do(checklist.attach, runbook())
    tale.at("14:02").do(steps.finish, "1.1", by="cy")
    assert one(tale).done == (at("14:02"), "cy")
    tale.do(steps.reopen, "1.1", because="it is back")
    assert one(tale).done is None


def test_words_before_what_they_should_answer_are_no_answer() -> None:
    tale = expecting(expected("note", after="down"))
    tale.do(record.note, "before")
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    assert one(tale).done is None
    tale.at("14:07").do(record.note, "after")
    assert one(tale).done == (at("14:07"), "ana")


def test_where_a_role_should_write_somebody_elses_words_do_not_count() -> None:
    tale = expecting(expected("note", who="scribe"))
    tale.do(roles.take, role="scribe", by="bo")
    tale.do(record.note, "from ana", by="ana")
    assert one(tale).done is None
    tale.do(record.note, "from bo", by="bo")
    assert one(tale).done == (tale.now, "bo")


def test_words_that_were_struck_out_do_not_count() -> None:
    tale = expecting(expected("note"))
    tale.do(record.note, "wrong")
    entry = tale.incident.timeline[-1].seq
    tale.do(record.retract, entry, because="wrong incident")
    assert one(tale).done is None


def test_another_health_is_not_what_was_expected() -> None:
    tale = expecting(expected("service.health", service="ledger", health="degraded"))
    tale.do(services.judge, "ledger", "major-outage")
    assert one(tale).done is None


@pytest.mark.parametrize("command", ["page", "evidence", "escalate"])
def test_of_other_commands_somebody_has_to_see_it(command: str) -> None:
    found = one(expecting(expected(command)))
    assert not found.told
    assert found.done is None
