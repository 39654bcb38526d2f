"""What the console says of a ladder: where it stands, who was reached, and what nobody may overlook."""

from datetime import timedelta
from typing import Any

import pytest

from tests.support.builders import ORG, at
from tests.support.ladders import Climb, rung, with_ladder
from tests.tui.scenes import scene, text, texts
from warroom.domain import clock, pages, paging
from warroom.domain.clock import ClockMapped
from warroom.domain.roster import Window
from warroom.room.calls import open_page
from warroom.room.engines import Engines
from warroom.tui.present import escalation, roles
from warroom.tui.present import timeline as record
from warroom.tui.present.cells import Line, Role
from warroom.tui.scene import Freshness, Scene, View

NARROW, WIDE = 26, 78
LEADS = Engines(leads=True, served=("push", "phone", "chat"))


def pane(tale: Climb, width: int = NARROW, **given: Any) -> list[str]:
    return [text(each) for each in escalation.pane(scene(tale, **given), width)][2:]


def strip(tale: Climb, width: int = 80) -> str:
    return texts(escalation.strip(scene(tale), width))


def alarms(tale: Climb, engines: Engines | None = LEADS, me: str = "di") -> list[str]:
    shown = scene(tale, me=me)
    view = View(shown.incident, shown.view.org, engines=engines)
    return [text(each).strip() for each in escalation.alarms(Scene(view, me, tale.now, shown.zone), 120)]


def roles_of(lines: list[Line], word: str) -> set[Role]:
    return {span.role for each in lines for span in each.left if word in span.text}


def test_without_a_ladder_the_roles_stand_alone() -> None:
    tale = Climb(org=ORG)
    assert escalation.pane(scene(tale), NARROW) == []
    assert "Escalation" not in texts(roles.pane(scene(tale)))
    assert strip(tale) == ""


def test_before_the_first_rung_the_pane_says_that_it_pages_now() -> None:
    tale = Climb()
    assert text(escalation.pane(scene(tale), NARROW)[1]) == "Escalation everybody"
    assert pane(tale) == ["pages now"]


def test_a_page_that_is_told_again_waits_for_nothing() -> None:
    tale = Climb().at("14:02")
    tale.via = "import"
    tale.do(paging.fire, by="engine")
    assert pane(tale)[-1] == "ana – not sent here"
    tale.via = "login"
    tale.do(paging.page, to="bo", by="cy")
    assert pane(tale)[-2:] == ["ana – not sent here", "bo  … waiting"]


def test_a_rung_says_whom_it_paged_and_when_the_next_one_does() -> None:
    tale = Climb().until("14:02")
    assert pane(tale.at("14:02:50")) == ["rung 1 of 3 → ana", "pages in 02:10", "ana … waiting"]
    assert strip(tale) == " everybody rung 1 of 3 → ana · pages in 02:10"
    assert escalation.ticks(scene(tale))


def test_each_person_has_a_line_in_the_same_columns() -> None:
    tale = Climb().until("14:15:30")
    tale.report("ana", "push", "sent")
    tale.report("bo", "push", "failed")
    tale.report("cy", "push", "retry")
    tale.report("cy", "phone", "unknown")
    assert pane(tale)[-4:] == ["ana  ✓ push", "bo   ✗ push failed", "cy   ! phone unknown", "chat … waiting"]
    tale.at("14:18")
    assert pane(tale)[-4] == "ana  ✓ push 2 min"


def test_where_there_is_room_every_way_is_shown_with_what_it_said() -> None:
    tale = Climb().until("14:01")
    tale.report("ana", "push", "sent")
    page = tale.ladder.pages[-1].order.id
    tale.engine(lambda case: pages.report(case, page, "phone", "failed", 1, says="no such number"))
    assert pane(tale, WIDE)[-1] == "ana ✓ push  ✗ phone failed: no such number"


def test_an_overdue_rung_is_told_as_such_only_after_a_minute() -> None:
    tale = Climb().until("14:00")
    assert pane(tale.at("14:05:30"))[1] == "pages now"
    assert pane(tale.at("14:07"))[1] == "page OVERDUE 2:00"
    assert roles_of(escalation.pane(scene(tale), NARROW), "OVERDUE") == {"bad"}


def test_a_round_is_told_and_the_last_rung_says_that_the_ladder_ends() -> None:
    tale = Climb().until("14:45")
    assert pane(tale)[0] == "rung 3 of 3, round 2 →"
    assert "ladder ends in 05:00" in pane(tale)
    assert "rung 3 of 3, round 2 → cy, chat · ladder ends in 02:00" in strip(tale.at("14:48"))


def test_a_ladder_that_has_ended_says_so_in_the_colour_of_alarm() -> None:
    tale = Climb().until("15:00")
    assert " ".join(pane(tale)[2:4]) == "ladder has ended: nobody acknowledged"
    assert roles_of(escalation.strip(scene(tale), 80), "ladder has ended") == {"bad"}


def test_a_rung_that_waits_says_until_when_and_why() -> None:
    night = Window(tuple(range(7)), at("13:00").time(), at("16:00").time())
    tale = Climb(org=with_ladder(rung("person ana"), quiet=(night,))).fires()
    assert " ".join(pane(tale, WIDE)) == "waits until Mon 16:00: quiet hours"


def test_whoever_acknowledged_stands_there_and_silence_counts_down_only_after_half_of_it() -> None:
    tale = Climb().until("14:02")
    tale.do(paging.acknowledge, by="ana")
    assert pane(tale)[1:] == ["✓ ana acknowledged 14:02", "ana ● answered"]
    assert strip(tale) == ""
    tale.at("14:16")
    assert not escalation.ticks(scene(tale))
    tale.at("14:20")
    assert "silent in 12:00" in pane(tale)
    assert "silent in 12:00" in strip(tale)


def test_what_was_not_sent_before_the_acknowledgment_is_not_said_to_wait() -> None:
    tale = Climb().until("14:15")
    tale.do(paging.acknowledge, by="bo")
    assert pane(tale)[-4:] == ["ana  – not sent", "bo   ● answered", "cy   – not sent", "chat – not sent"]


def test_when_the_incident_is_over_nothing_counts_down() -> None:
    tale = Climb().until("14:02")
    tale.do(clock.resolve)
    assert "resolved" in " ".join(pane(tale))
    assert not escalation.ticks(scene(tale))
    assert open_page(tale.incident, "ana") is None
    assert alarms(tale, Engines()) == []


def test_offline_nobody_knows_when_the_next_rung_fires() -> None:
    tale = Climb().until("14:02")
    assert "next rung: unknown while" in pane(tale, fresh=Freshness("OFFLINE", 20))


def test_whoever_is_paged_reads_which_key_acknowledges_until_they_have() -> None:
    tale = Climb().until("14:02")
    assert alarms(tale, me="ana") == ["You are paged (rung 1, 14:00): K acknowledges."]
    assert alarms(tale, me="bo") == []
    tale.do(paging.acknowledge, by="bo")
    assert alarms(tale, me="ana") == [], "somebody is on it"


def test_a_page_by_hand_calls_even_where_somebody_has_acknowledged() -> None:
    tale = Climb().until("14:02")
    tale.do(paging.acknowledge, by="ana")
    tale.at("14:03").do(paging.page, "cy", "the database is yours")
    assert alarms(tale, me="cy") == ["You are paged (by hand, 14:03): K acknowledges."]
    tale.do(paging.acknowledge, by="cy")
    assert alarms(tale, me="cy") == []


def test_nobody_overlooks_that_no_engine_runs() -> None:
    tale = Climb().until("14:02")
    assert alarms(tale, None) == [], "nobody has looked yet"
    assert alarms(tale) == []
    assert alarms(tale, Engines()) == ["NO ENGINE: nobody is paged. Run: warroom engine"]
    assert alarms(tale, Engines(overdue=2)) == ["NO ENGINE: nobody is paged, 2 overdue. Run: warroom engine"]
    assert alarms(tale, Engines(True, LEADS.served, 1)) == ["THE ENGINE IS BEHIND: 1 overdue for more than a minute."]
    tale.do(paging.acknowledge, by="ana")
    assert alarms(tale, Engines()) == [], "there is nothing to fire"


def test_channels_that_nobody_serves_are_named_and_louder_while_nobody_was_reached() -> None:
    tale = Climb().until("14:02")
    lone = Engines(leads=True, served=("push",))
    assert alarms(tale, lone) == ["Nobody serves phone: no engine has what it takes. See: warroom doctor"]

    def loudness() -> set[Role]:
        view = View(tale.incident, tale.org, engines=lone)
        return roles_of(escalation.alarms(Scene(view, "di", tale.now, scene(tale).zone), 120), "Nobody")

    assert loudness() == {"bad"}
    tale.report("ana", "push", "sent")
    assert loudness() == {"warn"}
    tale.do(paging.acknowledge, by="ana")
    assert alarms(tale, lone) == []


def test_a_drill_reaches_no_channel_so_none_is_missed() -> None:
    tale = Climb(clock=ClockMapped(at("14:00"), at("14:00"), 1.0)).until("14:02")
    assert tale.ladder.going == "climbing"
    assert alarms(tale, Engines(leads=True)) == []


def test_pages_have_a_word_on_the_timeline_and_those_that_failed_the_colour_of_a_warning() -> None:
    tale = Climb().until("14:01")
    tale.report("ana", "push", "failed")
    lines = record.pane(scene(tale), 120)
    assert texts(lines[-2:]).split("\n")[0] == "14:00 engine   page     rung 1 of 3 → ana"
    assert roles_of(lines[-2:-1], "page") == {"strong"}
    assert roles_of(lines[-1:], "page") == {"warn"}


@pytest.mark.parametrize("width", [8, 20, 24, 40, 80])
def test_no_line_of_the_strip_is_wider_than_the_terminal(width: int) -> None:
    tale = Climb().until("14:45")
    for each in escalation.strip(scene(tale), width):
        assert len(text(each)) <= width


def test_a_long_wait_is_told_in_days() -> None:
    tale = Climb(org=with_ladder(rung("person ana", minutes=60 * 24 * 3), rung("person bo"))).fires()
    assert "pages in 3 d" in pane(tale)
    tale.now += timedelta(hours=71)
    assert "pages in 1:00:00" in pane(tale)
