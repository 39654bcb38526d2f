"""A drill in words: the mark, what everybody reads at its end, and what only those see who lead or watch it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from tests.domain.acts import drilled
from tests.support.builders import ORG, SCENARIO, Tale, reachable
from tests.tui.drills import hostile
from tests.tui.scenes import said, scene, text, texts
from warroom.domain import clock, conducting, roles
from warroom.domain.event import incident_stream
from warroom.domain.exercise import DrillStarted
from warroom.room.engines import Engines
from warroom.store.contract import Summary
from warroom.tui.present import conduct, drill, header, home, timeline
from warroom.tui.present import escalation as ladder
from warroom.tui.present.cells import Line, Role, width_of
from warroom.tui.scene import Freshness
from warroom.tui.themes import PALETTES, Palette


@pytest.fixture
def tale() -> Tale:
    """A drill that began at 14:00; bo leads it and cy watches it."""
    return drilled()


def behind(tale: Tale, **given: Any) -> str:
    return "\n".join(map(said, conduct.lines(scene(tale, me="bo", **given))))


# The mark.


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_the_first_line_marks_a_drill_at_every_width(tale: Tale, width: int) -> None:
    shown = header.headline(scene(tale, "ana", "bo"), width)
    spans = [span for part in shown for span in part.left]
    assert drill.TAG in spans
    assert width_of(spans[: spans.index(drill.TAG) + 1]) <= width, "it stands where nothing is cut"
    assert "DRILL: " not in "".join(span.text for span in spans), "said once, not twice"


def test_nothing_marks_what_is_real_and_the_test_of_a_ladder_is_no_drill() -> None:
    for real in (Tale(), Tale(exercise="ladder-test")):
        spans = [span for part in header.headline(scene(real, "ana"), 120) for span in part.left]
        assert drill.TAG not in spans


@pytest.mark.parametrize("palette", PALETTES.values(), ids=PALETTES)
def test_a_drill_has_a_colour_that_nothing_else_has(palette: Palette) -> None:
    others: tuple[Role, ...] = ("accent", "warn", "bad", "ok", "strong", "head", "dim", "key")
    assert palette["drill"].color not in [palette[role].color for role in others]
    assert palette["tag"].color == palette["drill"].color


def test_without_colours_the_mark_and_the_alarm_are_reversed() -> None:
    plain = PALETTES["dark"].colourless()
    marks: tuple[Role, ...] = ("tag", "alarm")
    for role in marks:
        assert plain[role].reverse
        assert plain[role].color is None


def test_the_list_of_incidents_marks_drills_also_those_that_are_over() -> None:
    row = Summary(incident_stream("a"), "DRILL: payments", "active", 1, "SEV1", "", 0, 0, "declared", None, 3, 7)
    for each in (row, replace(row, status="closed", ended=5)):
        (line,) = [line for line in home.rows([each], 60_000_000, 80) if line.key]
        assert drill.TAG in line.left
        assert "DRILL payments" in said(line)
    (real,) = home.rows([replace(row, title="a drill press fails")], 60_000_000, 80)
    assert drill.TAG not in real.left


# What everybody reads.


def test_while_a_drill_goes_on_nothing_is_said_of_its_end(tale: Tale) -> None:
    assert drill.banner(scene(tale), 80) == []


@pytest.mark.parametrize(("width", "why"), [(30, "it is really down"), (80, "checkout は down"), (120, "本当に")])
def test_an_abort_is_told_over_the_whole_width_with_who_and_when_and_why(tale: Tale, width: int, why: str) -> None:
    tale.at("14:09").do(conducting.abort, because=why, by="di")
    lines = drill.banner(scene(tale), width)
    told = " ".join(" ".join(text(line).split()) for line in lines)
    assert told == f"DRILL ABORTED — real incident: stop the drill ({why}) · di 14:09"
    assert [width_of(line.left) for line in lines] == [width] * len(lines)
    assert {span.role for line in lines for span in line.left} == {"alarm"}


def test_an_abort_without_a_reason_is_told_as_well(tale: Tale) -> None:
    tale.do(conducting.abort)
    assert "stop the drill · ana 14:00" in texts(drill.banner(scene(tale), 120))


def test_a_drill_that_ended_says_so_calmly_and_how_to_read_on(tale: Tale) -> None:
    tale.do(conducting.end, because="enough for today", by="bo")
    (line,) = drill.banner(scene(tale), 120)
    assert said(line) == "The drill is over: enough for today. How it went: warroom drill report INC-1"
    assert line.left[0].role == "drill"


def test_a_drill_that_an_earlier_version_let_go_on_is_not_said_to_be_over(tale: Tale) -> None:
    tale.do(conducting.abort)
    tale.write(clock.Reopened("it was a false alarm"))
    assert drill.banner(scene(tale), 80) == []


def test_what_a_real_incident_ends_with_says_nothing_of_drills() -> None:
    tale = Tale()
    tale.do(clock.resolve)
    tale.do(clock.close)
    assert drill.banner(scene(tale), 80) == []


def test_injects_and_the_drills_own_entries_stand_out_on_the_timeline_and_the_abort_most(tale: Tale) -> None:
    tale.do(conducting.fire, "page", by="engine")
    tale.do(conducting.abort, by="di")
    lines = timeline.pane(scene(tale), 100)
    assert [span.role for line in lines for span in line.left if span.text.strip() == "INJECT"] == ["drill"]
    (aborted,) = [line for line in lines if "stop the drill" in text(line)]
    assert {span.role for span in aborted.left[2:]} == {"warn"}


def test_what_an_inject_says_is_text_everywhere() -> None:
    started = DrillStarted(hostile(), controllers=("bo",))
    tale = Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)
    wanted = "[bold red]all[/] is ␛[31mlost␛]0;title␇ [@click=app.quit]here[/]"
    assert wanted in behind(tale)
    assert wanted in texts(conduct.details(scene(tale, me="bo"), "inject:odd"))
    tale.do(conducting.fire, "odd", by="engine")
    assert f"[red]a shop[/]: {wanted}" in texts(timeline.pane(scene(tale), 200))


def test_without_an_engine_everybody_reads_that_nothing_comes(tale: Tale) -> None:
    shown = replace(scene(tale), view=replace(scene(tale).view, engines=Engines()))
    assert "NO ENGINE: nothing of the drill comes, nobody is paged" in texts(ladder.alarms(shown, 200))


def test_what_came_last_is_told_whole_until_the_next_one_comes() -> None:
    words = "The queue grows, and nobody who could drain it has looked at it for an hour. Whoever reads this should."
    long = replace(SCENARIO.injects[0], text=words, by="the [b]boss[/]")
    started = DrillStarted(replace(SCENARIO, injects=(long, *SCENARIO.injects[1:])), controllers=("bo",))
    tale = Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)
    assert drill.latest(scene(tale), 80, 3) == []
    tale.do(conducting.fire, long.id, by="engine")
    lines = drill.latest(scene(tale), 80, 3)
    assert " ".join(texts(lines).split()) == f"14:00 INJECT the [b]boss[/]: {words}"
    assert all(width_of(each.left) < 80 for each in lines)
    (only,) = drill.latest(scene(tale), 80, 1)
    assert said(only).endswith("…")
    assert drill.latest(scene(tale), 80, 0) == []
    tale.at("14:01").do(conducting.make, "down", by="bo")
    assert texts(drill.latest(scene(tale), 80, 3)) == " 14:01 INJECT Nobody can pay."
    tale.do(conducting.end, by="bo")
    assert drill.latest(scene(tale), 80, 3) == []


# From behind.


def test_every_inject_says_when_it_comes_what_it_waits_for_or_what_became_of_it(tale: Tale) -> None:
    tale.do(conducting.fire, "page", by="engine")
    tale.at("14:02").do(conducting.skip, "gone", because="bo is needed", by="bo")
    shown = behind(tale)
    assert "● page alert · The queue grows. came 14:00:00\n" in shown
    assert "○ down service · Nobody can pay. in 3:00" in shown
    assert "○ asks customer · Is it us? waits\nwhen “down” has come, 2:00 later" in shown
    assert "○ nobody executive · Who has this? in 6:00" in shown
    assert "– gone unreachable · Bo is on a train. left out\nbo is needed" in shown
    assert "1 came · 4 to come · 1 left out" in shown
    assert "it ends in 58:00, or when the resolution is known" in shown


def test_what_was_put_off_says_so_and_what_is_due_comes_now(tale: Tale) -> None:
    tale.do(conducting.delay, "down", timedelta(minutes=5), by="bo")
    assert "Nobody can pay. put off, in 10:00" in behind(tale)
    assert "The queue grows. now" in behind(tale)


def test_offline_nothing_is_counted_down(tale: Tale) -> None:
    shown = behind(tale.at("14:06"), fresh=Freshness("OFFLINE", 12.0, 3))
    assert "Nobody can pay. by 14:05:00" in shown
    assert "overdue" not in shown


def test_what_is_expected_says_until_when_whether_it_is_done_and_how_late(tale: Tale) -> None:
    assert "☐ Acknowledge in 5:00" in behind(tale)
    tale.at("14:04").do(roles.take, role="commander", by="di")
    tale.at("14:06:30")
    shown = behind(tale)
    assert "! Acknowledge overdue 1:30" in shown
    assert "✓ Take command 14:04:00 by di" in shown
    assert "○ Answer the shop scribe 5:00 after asks" in shown


def test_what_the_state_cannot_tell_is_left_to_whoever_looks() -> None:
    wanted = replace(SCENARIO.expected[0], command="page", title="Page the bank")
    started = DrillStarted(replace(SCENARIO, expected=(wanted,)))
    tale = Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)
    assert "? Page the bank look yourself, by 14:05:00" in behind(tale)


def test_who_leads_watches_cannot_be_reached_and_is_paged_for_real_is_told(tale: Tale) -> None:
    tale.do(roles.take, role="commander", by="di")
    tale.do(conducting.make, "gone", by="bo")
    tale.do(conducting.note, "nobody looks\nat the queue", by="cy")
    shown = behind(tale)
    assert "led by bo · watched by cy · announced" in shown
    assert "cannot be reached: bo" in shown
    assert "14:00 cy: nobody looks\nat the queue" in shown


def test_the_row_under_the_cursor_is_told_in_full(tale: Tale) -> None:
    lines = conduct.details(scene(tale), "inject:down")
    assert list(map(said, lines)) == [
        "when the drill begins, 5:00 later payments · major-outage",
        "Nobody can pay.",
    ]
    assert conduct.details(scene(tale), "") == []


def test_a_drill_that_plays_no_scenario_has_nothing_behind() -> None:
    shown: list[Line] = conduct.lines(scene(Tale(exercise="drill")))
    assert list(map(said, shown)) == ["This drill plays no scenario: it is led by hand."]


def test_once_it_is_over_nothing_is_counted_down(tale: Tale) -> None:
    tale.at("14:06").do(conducting.end, by="bo")
    shown = behind(tale)
    assert "did not come" in shown
    assert "not done" in shown
    assert "Expected what became of it" in shown
    assert "– Answer the shop scribe not due" in shown
    assert not re.search(r"in \d+:\d\d|\bnow\b|waits|overdue", shown), shown
