"""What the panes say: roles, runbook, services, clock. Meaning lies in words and glyphs, never in colour alone."""

from datetime import timedelta

import pytest

from tests.support.builders import ORG, Tale, at, service
from tests.tui.scenes import scene, text, texts
from tests.tui.stories import RUNBOOK
from warroom.domain import checklist as runbooks
from warroom.domain import clock as milestones
from warroom.domain import record, roles, services, severity, steps
from warroom.domain.org import Org, Playbook
from warroom.room.presence import Someone
from warroom.tui.present import checklist, clock, step
from warroom.tui.present import roles as seats
from warroom.tui.present import services as board
from warroom.tui.present.cells import Line, Role
from warroom.tui.present.tabs import tabs


def outcomes() -> Tale:
    """A tale with a runbook whose first steps have gone every way there is."""
    tale = Tale()
    tale.do(runbooks.attach, RUNBOOK)
    tale.at("14:05").do(steps.finish, "1.1", by="bo")
    tale.at("14:06").do(steps.skip, "1.2", because="nobody deploys today")
    tale.at("14:07").do(steps.fail, "1.3", because="no answer", by="cy")
    tale.at("14:08").do(steps.claim, "2.1", by="cy")
    return tale.at("14:12")


def row(lines: list[Line], key: str) -> Line:
    """The line of a pane with that key."""
    return next(line for line in lines if line.key == key)


def test_the_runbook_tells_each_outcome_in_a_glyph_and_in_words() -> None:
    lines = checklist.pane(scene(outcomes()))
    assert [text(line) for line in lines] == [
        "1 Triage 3/3",
        " ✓ 1.1 confirm the impact on the payments dashboard done bo 14:05",
        " – 1.2 freeze deploys skipped ana 14:06",
        " ✗ 1.3 check the health of the bank's gateway FAILED cy 14:07",
        "2 Contain 0/2",
        " ▸ 2.1 switch to the second bank cy is on it 4 min",
        " ☐ 2.2 roll back the last release rollback",
        "3 Recover 0/2",
        " ☐ 3.1 retry what failed meanwhile",
        " ☐ 3.2 tell support inform",
    ]
    assert checklist.title(scene(outcomes())) == "Runbook · payment-errors · 3/7"


def test_a_step_says_who_else_is_there_and_what_waits() -> None:
    tale = outcomes()
    tale.do(steps.annotate, "2.2", text="r-2291 is the suspect")
    here = Someone("bo", ("2.2",), 0, False)
    assert text(row(checklist.pane(scene(tale, here)), "2.2")).endswith("✎1 (bo is here) rollback")
    assert "is here" not in texts(checklist.pane(scene(tale, here, marks=False)))
    crowd = [Someone(name, ("2.2",), 0, False) for name in ("ana", "bo", "cy")]
    assert "(2 here)" in text(row(checklist.pane(scene(tale, *crowd)), "2.2")), "oneself is not counted"
    assert text(row(checklist.pane(scene(tale, pending=frozenset({"2.2"}))), "2.2")).startswith(" … 2.2")


def test_the_right_column_ends_on_one_edge_whatever_stands_in_it() -> None:
    tale = outcomes().at("14:20")
    tale.do(steps.timebox, "3.1", timedelta(minutes=10))
    tale.do(steps.annotate, "3.1", text="r-2291 is the suspect")
    shown = checklist.pane(scene(tale))
    assert text(row(shown, "3.1")).endswith("10 min left")
    assert [each for each in shown if each.right and each.right[-1].text.endswith(" ")] == []


def test_a_notice_stands_on_its_row_for_a_moment() -> None:
    shown = scene(outcomes(), notices=(("1.1", "1.1 was already done 7 min ago by bo."),))
    assert text(row(checklist.pane(shown), "1.1")) == " ✓ 1.1 was already done 7 min ago by bo."


def test_several_runbooks_have_their_titles_and_steps_of_their_own() -> None:
    tale = outcomes()
    tale.do(runbooks.attach, tale.org.playbook.runbooks[1])
    lines = checklist.pane(scene(tale))
    assert len({line.key for line in lines if line.key}) == 9
    assert "What to do about disk-full" in texts(lines)
    assert checklist.title(scene(tale)) == "Runbook · payment-errors +1 · 3/9"


def test_without_a_runbook_the_pane_says_how_to_get_one() -> None:
    assert "Press B to attach one." in texts(checklist.pane(scene(Tale())))


def test_a_step_reads_in_full() -> None:
    tale = outcomes()
    tale.do(steps.annotate, "2.1", text="asked the bank\nthey agree", by="bo")
    tale.do(record.keep, "route.txt", "ab" * 32, 120, step="2.1")
    state = tale.incident.checklist.find("2.1")
    assert state
    said = texts(step.details(scene(tale), state))
    for part in ("to do", "cy is on it since 14:08", "payctl route --to second", "bo: asked the bank", "bo: they"):
        assert part in said
    assert "route.txt  120 bytes  abababababab…" in said


def test_roles_say_who_holds_them_who_is_away_and_what_is_needed() -> None:
    tale = Tale()
    tale.do(roles.take, "commander")
    tale.at("14:03").do(roles.take, "scribe", by="bo")
    tale.do(roles.take, "expert", subject="payments", by="cy")
    tale.do(roles.offer, "deputy", to="di")
    people = ("ana", "cy", Someone("eve", (), 3, False))
    assert [text(line) for line in seats.pane(scene(tale, *people))] == [
        "IC      ana 14:00",
        "Deputy  offered to di",
        "Scribe  bo away 14:03",
        "Comms   — open — needed",
        "Expert  cy payments 14:03",
        "",
        "Also here",
        "eve idle 3m",
    ]
    assert "offered to you" in texts(seats.pane(scene(tale, *people, me="di")))


def test_services_stand_in_layers_with_their_health_in_words() -> None:
    tale = Tale(services=("payments",))
    tale.do(services.judge, "checkout", "partial-outage")
    tale.do(services.judge, "ledger", "operational")
    assert [text(line) for line in board.pane(scene(tale))] == [
        "blast radius: 4 of 5 services",
        "",
        "L0 · web",
        "   · mobile",
        "L1 ✗ checkout partial outage",
        "L2 · payments ◀ affected",
        "   ✓ ledger operational",
    ]


def test_the_service_under_the_cursor_shows_whom_it_hurts_and_what_to_suspect() -> None:
    said = texts(board.pane(scene(Tale(), selected="checkout")))
    assert "web ↑ hurt" in said
    assert "ledger ↓ suspect" in said
    assert "checkout ↑" not in said


def test_no_two_healths_look_alike_without_colour() -> None:
    tale = Tale()
    seen = set()
    for health in services.HEALTHS:
        if health != tale.incident.services.health("web"):
            tale.do(services.judge, "web", health)
        seen.add(text(row(board.pane(scene(tale)), "service:web")))
    assert len(seen) == len(services.HEALTHS)


def test_a_service_reads_in_full() -> None:
    tale = Tale()
    tale.do(services.judge, "checkout", "degraded", because="slow")
    said = texts(board.details(scene(tale), "checkout"))
    for part in ("! degraded", "since 14:00 by ana: slow", "Hurt when it fails (2)", "Suspects when it is ill (2)"):
        assert part in said


def test_without_a_catalogue_the_pane_says_so() -> None:
    bare = Org(Playbook("bare", severities=ORG.playbook.severities))
    assert "No catalogue is published." in texts(board.pane(scene(Tale(org=bare))))


def test_services_in_a_circle_are_shown_too() -> None:
    circle = Org(Playbook("circle", ORG.playbook.severities, (service("a", "b"), service("b", "a"))))
    assert {line.key for line in board.pane(scene(Tale(org=circle)))} >= {"service:a", "service:b"}


def test_the_clock_tells_both_times_the_target_and_what_is_unknown() -> None:
    tale = Tale(at=at("13:50"), approximate=True).at("14:03")
    tale.do(milestones.mark, "detection", at=at("13:55"))
    tale.at("14:08").do(milestones.acknowledge)
    said = texts(clock.pane(scene(tale)))
    assert "T+ counts from impact" in said
    assert "● impact         about 13:50:00  T+0:00" in said
    assert "● detection      13:55:00  T+5:00 recorded 14:03:00 by ana" in said
    assert "● acknowledgment 14:08:00  T+18:00  late recorded 14:08:00 by ana" in said
    assert "! escalation     due 14:05:00 OVERDUE 3:00" in said
    assert "○ containment    due 14:55:00 47:00 left" in said
    assert "○ review         unknown" in said


def test_the_clock_keeps_what_was_corrected_and_how_bad_it_was() -> None:
    tale = Tale().at("14:10")
    tale.do(milestones.mark, "detection", at=at("14:01"))
    tale.do(milestones.mark, "detection", at=at("14:02"))
    tale.do(severity.change, "2", because="one bank only", by="bo")
    said = texts(clock.pane(scene(tale)))
    assert "Earlier values" in said
    assert "detection      14:01:00 by ana" in said
    assert "SEV2 Major" in said
    assert "14:00 SEV1 by ana" in said
    assert "14:10 SEV2 by bo" in said


def test_each_pane_names_what_the_cursor_can_stand_on_only_once() -> None:
    shown = scene(outcomes())
    for pane in (checklist.pane, seats.pane, board.pane, clock.pane):
        keys = [line.key for line in pane(shown) if line.key]
        assert len(keys) == len(set(keys)) > 0


@pytest.mark.parametrize("width", [20, 40, 59, 80, 119])
def test_the_tabs_mark_where_the_cursor_is_without_colour(width: int) -> None:
    line = tabs("services", ("services", "timeline"), width)
    assert "[4 Services]" in text(line)
    assert all(number in text(line) for number in "12345")
    looks: dict[str, Role] = {span.text.strip(" []"): span.role for span in line.left if span.text.strip()}
    assert len(set(looks.values())) > 1


def test_what_waits_two_hours_says_hours() -> None:
    tale = outcomes()
    tale.now += timedelta(hours=3)
    assert "cy is on it 3 h" in texts(checklist.pane(scene(tale)))
