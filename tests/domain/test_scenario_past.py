"""A scenario from an incident that happened: what comes across, when, and what does not."""

from datetime import timedelta

from tests.support.builders import ORG, Tale
from warroom.domain import clock, record, roles, services, undo
from warroom.domain.scenario import End, MilestoneReached, Scenario, Start
from warroom.domain.scenario_past import from_incident
from warroom.domain.scenario_problems import problems
from warroom.room.commands import ALL

COMMANDS = {each.name: [param.name for param in each.params] for each in ALL if not each.internal}


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def drawn(tale: Tale) -> Scenario:
    """The scenario of a tale, which has no problems of its own."""
    scenario = from_incident(tale.incident, tale.facts, tale.org)
    assert problems(scenario, tale.org, COMMANDS) == ()
    return scenario


def lived() -> Tale:
    """An hour of trouble with payments, told as it was lived."""
    tale = Tale(services=("payments",))
    tale.do(clock.mark, milestone="impact", at=tale.now - minutes(4))
    tale.at("14:02").do(roles.take, role="commander", by="bo")
    tale.at("14:05").do(record.note, text="The provider says it is us.", by="cy")
    tale.at("14:10").do(services.judge, service="payments", health="major-outage", because="nobody pays")
    tale.at("14:30").do(clock.mark, milestone="containment")
    tale.at("15:00").do(clock.resolve)
    tale.at("15:10").do(record.note, text="It was the certificate.")
    return tale


def test_what_people_learned_becomes_injects_until_the_resolution() -> None:
    scenario = drawn(lived())
    told = [(each.id, each.kind, each.delay, each.by, each.service, each.health) for each in scenario.injects]
    assert told == [
        ("note-1", "note", minutes(5), "cy", "", None),
        ("service-2", "service", minutes(10), "", "payments", "major-outage"),
    ]
    assert [each.text for each in scenario.injects] == [
        "The provider says it is us.",
        "payments is major outage: nobody pays",
    ]


def test_it_begins_as_the_incident_began_and_ends_half_as_long_again_after() -> None:
    scenario = drawn(lived())
    assert scenario.start == Start("card payments fail", 1, ("payments",), minutes(4))
    assert scenario.end == End(minutes(90), MilestoneReached("resolution"))
    assert (scenario.name, scenario.catalogue) == ("inc-1", ())
    assert scenario.roles == ("commander", "scribe", "communications-lead")


def test_milestones_become_expected_actions_within_the_targets() -> None:
    expected = drawn(lived()).expected
    assert [(each.command, each.match, each.within) for each in expected] == [
        ("ack", (), minutes(5)),
        ("milestone", (("milestone", "escalation"),), minutes(10)),
        ("milestone", (("milestone", "containment"),), minutes(60)),
        ("resolve", (), minutes(60)),  # the target of four hours lies after the end; it took an hour
    ]


def test_where_neither_target_nor_time_ends_before_the_drill_two_thirds_of_it_count() -> None:
    tale = Tale()
    tale.at("14:01").do(record.note, text="It was a false alarm.")
    scenario = drawn(tale)
    assert scenario.end.limit == timedelta(seconds=90)
    assert [(each.command, each.within) for each in scenario.expected] == [
        ("ack", minutes(1)),
        ("milestone", minutes(1)),
        ("milestone", minutes(1)),
        ("resolve", minutes(1)),
    ]


def test_a_drill_leaves_its_mark_behind() -> None:
    scenario = drawn(Tale(title="DRILL: payments", exercise="drill"))
    assert (scenario.title, scenario.start.title) == ("payments", "payments")


def test_where_the_severity_asks_for_nothing_the_original_times_count() -> None:
    tale = Tale(severity="5")
    tale.at("14:20").do(clock.mark, milestone="containment")
    tale.at("15:00").do(clock.resolve)
    assert [(each.title, each.within) for each in drawn(tale).expected] == [
        ("Contain the harm", minutes(20)),
        ("Resolve", minutes(60)),
    ]


def test_an_incident_that_was_declared_after_it_was_over_begins_with_its_impact() -> None:
    tale = Tale("18:00")
    now = tale.now
    tale.do(clock.mark, milestone="impact", at=now - minutes(180))
    tale.do(record.note, text="We saw it at once.", happened=now - minutes(170))
    tale.do(clock.resolve, at=now - minutes(120))
    scenario = drawn(tale)
    assert (scenario.start.impact, scenario.end.limit) == (timedelta(0), minutes(90))
    assert [each.delay for each in scenario.injects] == [minutes(10)]


def test_a_resolution_that_nobody_knows_leaves_the_last_fact() -> None:
    tale = Tale()
    assert drawn(tale).end.limit == minutes(90)  # nothing but its declaration: an hour, and half of one
    tale.at("14:40").do(record.note, text="Still slow.")
    tale.at("15:20").do(record.note, text="Better.")
    scenario = drawn(tale)
    assert scenario.end.limit == minutes(120)
    assert [each.text for each in scenario.injects] == ["Still slow."]


def test_what_was_corrected_or_taken_back_comes_across_as_it_stands() -> None:
    tale = Tale()
    tale.at("14:01").do(record.note, text="Host a is down.")
    tale.do(record.correct, entry=len(tale.incident.timeline), text="Host b is down.")
    tale.at("14:02").do(record.note, text="Nonsense.", by="bo")
    tale.at("14:03").do(undo.undo, by="bo")
    tale.at("15:00").do(clock.resolve)
    assert [each.text for each in drawn(tale).injects] == ["Host b is down."]


def test_of_several_marks_within_a_second_the_last_one_holds() -> None:
    tale = Tale()
    tale.at("14:01").do(services.judge, service="payments", health="degraded")
    tale.do(services.judge, service="payments", health="major-outage")
    tale.at("15:00").do(clock.resolve)
    assert [each.health for each in drawn(tale).injects] == ["major-outage"]


def test_services_that_the_organisation_does_not_have_are_brought_along() -> None:
    tale = Tale(services=("payments",))
    tale.at("14:01").do(services.judge, service="till", health="degraded")
    tale.at("15:00").do(clock.resolve)
    names = [each.name for each in drawn(tale).catalogue]
    assert names == [*(each.name for each in ORG.playbook.services), "till"]


def test_what_a_file_cannot_hold_is_made_fit() -> None:
    tale = Tale(title="t\x1b" * 100)
    tale.at("14:01").do(record.note, text=f"\x1b[31mred\x1b[0m\n  {chr(9) * 4000}end")
    tale.at("15:00").do(clock.resolve)
    scenario = drawn(tale)
    (inject,) = scenario.injects
    assert (len(scenario.title), len(inject.text) <= 8192, inject.text[:6]) == (200, True, "␛[31mr")
