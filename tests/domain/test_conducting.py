"""Drills: what comes and when, who may change it, and how one ends."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, acts, attempt, drilled
from tests.support.builders import ORG, SCENARIO, Tale, at, reachable, runbook
from warroom.domain import checklist, clock, conducting, exercise, paging, roles, services, steps
from warroom.domain.case import Case
from warroom.domain.clock import ClockMapped
from warroom.domain.conducting import check_start
from warroom.domain.deadlines import deadlines
from warroom.domain.effects import realm, realm_on
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.exercise import DrillStarted
from warroom.domain.fold import fold
from warroom.domain.incident import Incident
from warroom.domain.org import Org


@pytest.fixture
def tale() -> Tale:
    """A drill that began at 14:00; bo leads it and cy watches it."""
    return drilled()


def played(tale: Tale) -> list[tuple[str, str]]:
    """What is due of the drill itself, soonest first."""
    return [(key, f"{due:%H:%M}") for key, due in deadlines(tale.incident) if key.startswith(("inject", "drill"))]


def test_what_waits_for_the_clock_alone_is_due_from_the_start(tale: Tale) -> None:
    assert played(tale) == [
        ("inject:page", "14:00"),
        ("inject:down", "14:05"),
        ("inject:nobody", "14:08"),
        ("drill:end", "15:00"),
    ]


def test_an_inject_comes_once_and_is_told_in_the_words_of_whoever_says_it(tale: Tale) -> None:
    tale.do(conducting.fire, "page", by="engine")
    assert tale.last == "ALERT · monitoring: The queue grows."
    with pytest.raises(Already):
        tale.do(conducting.fire, "page", by="engine")
    with pytest.raises(Already, match=r"^That inject is not due\.$"):
        tale.do(conducting.fire, "down", by="engine")


def test_an_inject_marks_a_service_and_sets_off_what_waits_for_it(tale: Tale) -> None:
    tale.at("14:05").do(conducting.fire, "down", by="engine")
    assert tale.incident.services.health("payments") == "major-outage"
    assert ("inject:asks", "14:07") in played(tale)


def test_a_service_that_is_marked_so_already_is_not_marked_again(tale: Tale) -> None:
    tale.do(services.judge, "payments", "major-outage")
    tale.at("14:05")
    assert len(tale.do(conducting.fire, "down", by="engine")) == 1


def test_what_people_do_sets_off_an_inject_and_taking_it_back_does_not_call_it_back(tale: Tale) -> None:
    tale.write(checklist.RunbookAttached(runbook()))
    tale.at("14:10").do(steps.finish, "2.1")
    assert ("inject:well", "14:10") in played(tale)
    tale.at("14:11").do(steps.reopen, "2.1")
    assert ("inject:well", "14:10") in played(tale)


def test_the_step_of_a_runbook_that_came_second_counts_too(tale: Tale) -> None:
    tale.write(checklist.RunbookAttached(runbook("disk-full")), checklist.RunbookAttached(runbook()))
    tale.at("14:10").do(steps.finish, "2/2.1")
    assert ("inject:well", "14:10") in played(tale)


def test_who_is_acknowledged_in_time_is_not_asked_why_nobody_is_there(tale: Tale) -> None:
    early, late = tale.branch(), tale.branch()
    early.at("14:07").do(paging.acknowledge)
    assert "inject:nobody" not in dict(played(early))
    late.at("14:09").do(paging.acknowledge)
    assert ("inject:nobody", "14:08") in played(late)


def test_a_person_is_unreachable_from_the_inject_on(tale: Tale) -> None:
    tale.at("14:02").do(roles.take, "commander", by="ana")
    before = tale.incident.drill.unreachable
    tale.do(conducting.fire, "gone", by="engine")
    assert (before, tale.incident.drill.unreachable) == ((), ("bo",))


def test_the_drill_ends_when_its_end_is_reached_or_its_time_is_up(tale: Tale) -> None:
    other = tale.branch()
    with pytest.raises(Already, match=r"^The drill goes on\.$"):
        tale.do(conducting.finish, by="engine")
    tale.at("14:30").do(clock.resolve)
    assert played(tale)[-1] == ("drill:end", "14:30")
    tale.do(conducting.finish, by="engine")
    assert (tale.incident.drill.ending, tale.incident.clock.status, deadlines(tale.incident)) == (
        "its end is reached",
        "closed",
        [],
    )
    other.at("15:00").do(conducting.finish, by="engine")
    assert (other.incident.drill.ending, other.incident.clock.get("resolution")) == ("its time, 1:00:00, is up", None)


def test_a_drill_is_resolved_before_what_comes_later_and_it_still_comes() -> None:
    scenario = replace(SCENARIO, end=replace(SCENARIO.end, when=None))
    tale = Tale(org=reachable(ORG), title="DRILL: x", exercise="drill", drill=DrillStarted(scenario))
    tale.at("14:01").do(clock.resolve)
    assert ("inject:down", "14:05") in played(tale)
    tale.do(clock.close)
    assert (played(tale), tale.incident.drill.ending) == ([], "closed by ana")
    with pytest.raises(Refused, match=r"^A drill that is over stays so\.$"):
        tale.do(paging.reopen, "it came back")


def test_only_a_controller_changes_what_is_to_come(tale: Tale) -> None:
    with pytest.raises(Refused, match=r"^Only a controller of this drill can do that: bo\.$"):
        tale.do(conducting.make, "down", by="ana")
    tale.at("14:02").do(conducting.make, "down", by="bo")
    assert tale.incident.services.health("payments") == "major-outage"
    with pytest.raises(Already, match=r"^“down” came at 14:02:00 UTC\.$"):
        tale.do(conducting.make, "down", by="bo")
    with pytest.raises(Unknown, match="No inject is called “up”"):
        tale.do(conducting.make, "up", by="bo")


def test_an_inject_is_put_off_and_left_out_without_a_word_of_what_it_is(tale: Tale) -> None:
    tale.at("14:01").do(conducting.delay, "down", timedelta(minutes=10), by="bo")
    assert (tale.last, dict(played(tale))["inject:down"]) == ("a controller put off what was to come", "14:15")
    tale.do(conducting.delay, "asks", timedelta(minutes=30), by="bo")
    tale.at("14:15").do(conducting.fire, "down", by="engine")
    assert dict(played(tale))["inject:asks"] == "14:31"
    tale.do(conducting.skip, "asks", "they know", by="bo")
    assert tale.last == "a controller left out what was to come"
    assert "inject:asks" not in dict(played(tale))
    with pytest.raises(Already, match=r"^“asks” is already left out\.$"):
        tale.do(conducting.skip, "asks", by="bo")


@pytest.mark.parametrize("by", [timedelta(0), timedelta(minutes=-1), timedelta(days=2)])
def test_by_how_much_an_inject_can_be_put_off(tale: Tale, by: timedelta) -> None:
    with pytest.raises(Invalid):
        tale.do(conducting.delay, "down", by, by="bo")


def test_a_private_note_is_not_told_on_the_timeline(tale: Tale) -> None:
    tale.at("14:03").do(conducting.note, "they look at the wrong graph", by="cy")
    assert tale.last == "a private note was taken"
    assert [(each.by, each.at, each.text) for each in tale.incident.drill.remarks] == [
        ("cy", at("14:03"), "they look at the wrong graph")
    ]
    with pytest.raises(Refused, match="Only a controller or an evaluator"):
        tale.do(conducting.note, "we are fine", by="ana")
    with pytest.raises(Invalid):
        tale.do(conducting.note, "  ", by="cy")


def test_an_aborted_drill_is_over_at_once_and_everybody_reads_why(tale: Tale) -> None:
    tale.at("14:05").do(conducting.abort, " checkout is really down ", by="ana")
    assert (tale.incident.clock.status, deadlines(tale.incident)) == ("closed", [])
    assert tale.incident.clock.get("resolution") is None
    assert (tale.incident.drill.aborted, tale.incident.drill.ended) == (True, at("14:05"))
    said, closed = list(tale.incident.timeline)[-2:]
    assert (said.actor, said.text, said.alarm) == (
        "ana",
        "real incident: stop the drill (checkout is really down)",
        True,
    )
    assert closed.text == "closed"


def test_a_drill_without_a_scenario_is_aborted_too_and_plays_nothing() -> None:
    tale = Tale(exercise="drill", clock=ClockMapped(at("14:00"), at("14:00"), 1.0))
    with pytest.raises(Refused, match=r"^INC-1 plays no scenario\.$"):
        tale.do(conducting.make, "down")
    tale.do(conducting.note, "nobody wrote down the time", by="di")
    tale.do(conducting.abort)
    assert [entry.text for entry in tale.incident.timeline][-2:] == ["real incident: stop the drill", "closed"]


def test_what_is_real_is_never_aborted_and_never_bears_the_mark() -> None:
    tale = Tale()
    for rule in (conducting.abort, conducting.end, conducting.finish):
        with pytest.raises(Refused, match=r"^INC-1 is no drill\.$"):
            tale.do(rule)
    with pytest.raises(Invalid, match=r"^“TEST of the ladder” marks tests of ladders\.$"):
        Tale(title="Test of the \u200bLADDER payments")


@pytest.mark.parametrize(
    "title",
    [
        "DRILL: payments",
        " DRILL:\tpayments",
        "drill : fake",
        "Drill:fake",
        "DRILL fake",
        "DRILL",
        "DRILL\u2013fake",
        "\u200bDRILL: fake",
        "D\u00adR\u2060ILL\ufeff: fake",
        "\u202eDRILL: fake",
        "\u3164DRILL\u3164 : fake",
        "D\u0332RILL: fake",
        "ＤＲＩＬＬ： fake",
        "𝐃𝐑𝐈𝐋𝐋∶ fake",
        "\u2003drill\u00a0\u2003: fake",
    ],
)
def test_nothing_real_looks_like_a_drill(title: str) -> None:
    with pytest.raises(Invalid, match=r"^“DRILL:” marks drills\.$"):
        Tale(title=title)


@pytest.mark.parametrize(
    "title", ["Drill press: down", "A drill: late", "Drilling: no power", "DRILLS late", "DRІLL: і"]
)
def test_other_words_and_other_scripts_are_no_mark(title: str) -> None:
    assert Tale(title=title).incident.title == title


def test_a_reason_that_no_log_can_keep_is_refused(tale: Tale) -> None:
    for rule in (conducting.abort, conducting.end):
        with pytest.raises(Invalid):
            tale.do(rule, "x" * 9000, by="bo")


def case(org: Org, by: str = "ana") -> Case:
    """Somebody is about to start a drill."""
    return Case(Incident("new"), org, by, at("14:00"))


def channelled(drill: bool) -> Org:
    """An organisation whose channel `push` drills may use, or not."""
    org = reachable(ORG)
    channels = tuple(replace(each, drill=drill and each.name == "push") for each in org.playbook.channels)
    return replace(org, playbook=replace(org.playbook, channels=channels))


def test_a_drill_pages_for_real_only_where_it_and_the_playbook_say_so() -> None:
    started = DrillStarted(SCENARIO, live=("push",))
    check_start(case(channelled(True)), started)
    with pytest.raises(Refused, match=r"^Drills may not page on push\.$"):
        check_start(case(channelled(False)), started)
    with pytest.raises(Unknown):
        check_start(case(channelled(True)), replace(started, live=("pigeon",)))
    tale = Tale(org=channelled(True), title="DRILL: x", exercise="drill", drill=started)
    assert [realm_on(tale.incident, each) for each in ("push", "phone")] == ["real", "drill"]
    assert realm(tale.incident) == "drill"
    tale.do(conducting.abort)
    assert realm_on(tale.incident, "push") == "drill", "what is over pages nobody for real"


def test_nobody_unknown_leads_a_drill_but_whoever_starts_it() -> None:
    check_start(case(ORG, "eve"), DrillStarted(SCENARIO, controllers=("eve",)))
    with pytest.raises(Unknown):
        check_start(case(ORG), DrillStarted(SCENARIO, controllers=("eve",)))


@settings(max_examples=150)
@given(st.lists(acts(), max_size=30))
def test_a_drill_is_what_its_facts_say_and_nothing_comes_twice(course: list[Act]) -> None:
    tale = drilled()
    for act in course:
        attempt(tale, act)
        assert all(due >= at("14:00") for _, due in exercise.due(tale.incident.drill))
    assert fold(Incident(tale.incident.id, 1), tale.facts) == tale.incident
    made = [fact.event.inject for fact in tale.facts if isinstance(fact.event, exercise.Injected)]
    assert len(made) == len(set(made))
    over = [fact for fact in tale.facts if isinstance(fact.event, exercise.DrillEnded | exercise.DrillAborted)]
    assert len(over) <= 1 or any(isinstance(fact.event, clock.Reopened) for fact in tale.facts)
