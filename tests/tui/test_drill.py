"""A drill at the console: led by some, taken part in by others, marked for all, and stopped by anybody."""

from contextlib import closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.support.builders import SCENARIO, at
from tests.tui.consoles import join
from tests.tui.desk import Desk, console
from tests.tui.drills import HOSTILE, fire, halfway, hostile, rehearsal, rehearse
from tests.tui.stories import Team, outage
from tests.tui.test_replay import replay
from warroom.bootstrap import open_store
from warroom.domain.scenario import Inject


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each ring of any console."""
    rung: list[str] = []
    monkeypatch.setattr("textual.app.App.bell", lambda app: rung.append("bell"))
    return rung


def framed(desk: Desk) -> bool:
    """Whether the panes have the double lines of a drill."""
    return "╔═" in desk.text and "╭─" not in desk.text


# The mark.


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (40, 20), (24, 10)])
async def test_word_and_lines_mark_a_drill_at_every_size(size: tuple[int, int]) -> None:
    async with console(rehearsal(), "bo", size) as desk:
        await desk.sees(r"^ INC-1  DRILL ")
        assert framed(desk) == (size[0] >= 40)


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "colour-blind"])
async def test_the_lines_of_a_drill_have_a_colour_that_nothing_real_has(theme: str) -> None:
    async with console(outage(), theme=theme) as desk:
        await desk.sees("LIVE")
        assert not framed(desk)
        real = borders(desk)
    async with console(rehearsal(), theme=theme) as desk:
        await desk.sees("DRILL")
        played = borders(desk)
    assert not real & played


def borders(desk: Desk) -> set[str]:
    """The colours of all panes' lines, with and without the cursor."""
    panes = desk.app.screen.query("#middle Lines, #timeline")
    return {str(edge[1].hex) for pane in panes for edge in pane.styles.border if edge[0]}


async def test_in_ascii_its_lines_are_others_too() -> None:
    async with console(rehearsal(), ascii=True) as desk:
        await desk.sees("DRILL")
        screen = [line for line in desk.text.split("\n") if "3 Runbook" in line]
        assert "#= 3 Runbook" in screen[0]


async def test_dialogs_in_a_drill_say_so_and_those_of_what_is_real_do_not() -> None:
    async with console(rehearsal(), "bo") as desk:
        await desk.press("D")
        await desk.sees("╔═ DRILL · Decision ═")
    async with console(outage()) as desk:
        await desk.press("D")
        await desk.sees("╭─ Decision ─")


async def test_the_list_of_incidents_marks_it_and_is_itself_no_drill() -> None:
    team = rehearsal()
    team.room("bo").do("declare", title="search is slow", severity="3")
    async with console(team, "bo") as desk:
        await desk.sees("^ INC-1  DRILL ")
        await desk.press("minus")
        await desk.sees("INC-1 +SEV1 +DRILL +card payments fail", "INC-2 +SEV3 +search is slow", "╭─ Incidents")
        await desk.press("g", "enter")
        await desk.sees("search is slow  SEV3", "╭─ 3 Runbook")


async def test_the_replay_of_a_drill_is_marked_as_one() -> None:
    async with replay(halfway(), position=6) as desk:
        await desk.sees("^ REPLAY", "^ INC-1  DRILL ", "╔═ 3 Runbook")
        await desk.press("C")
        await desk.sees("This is a replay")


# Behind it.


async def test_who_takes_part_cannot_look_behind_and_reads_why() -> None:
    async with console(rehearsal(), "bo") as desk:
        await desk.press("C")
        await desk.sees("You take part in this drill: only those who lead or watch it see what is to come")
        assert "Is it us?" not in desk.text
    async with console(outage()) as desk:
        await desk.press("C")
        await desk.sees("This is no drill")


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
async def test_a_controller_brings_in_puts_off_and_leaves_out_and_takes_notes(size: tuple[int, int]) -> None:
    team = rehearsal()
    async with console(team, "ana", size) as desk, console(team, "bo", size) as trainee:
        await desk.press("C")
        await desk.sees("page .*The queue grows", "down .*in 5:00", "6 to come")
        await desk.press("i")
        await desk.sees("Bring in “page” now", "The queue grows")
        await desk.press("y")
        await desk.sees("● page .*came 14:00:00 by ana")
        await trainee.sees("INJECT +ALERT · monitoring: The queue grows")
        await desk.press("j", "d")
        await desk.sees("Put off “down”")
        await desk.type("3m\n")
        await desk.sees("down .*put off, in 8:00")
        await desk.press("j", "x")
        await desk.sees("Leave out “asks”")
        await desk.type("too much\n")
        await desk.sees("– asks .*left out", "^.* too much")
        await desk.press("n")
        await desk.sees("Private note")
        await desk.type("bo is calm")
        await desk.press("f2")
        await desk.sees("1 left out")
        await desk.press("G")
        await desk.sees("ana: bo is calm")
        await trainee.sees("a controller left out what was to come", "a private note was taken")
        assert "too much" not in trainee.text
        assert "bo is calm" not in trainee.text


async def test_what_is_refused_is_said_where_it_was_asked_for() -> None:
    team = rehearsal()
    fire(team, "page")
    async with console(team, "ana") as desk:
        await desk.press("C")
        await desk.sees("● page")
        await desk.press("i")
        await desk.sees("y yes")
        await desk.press("y")
        await desk.sees("“page” came at 14:00:00 UTC")
        assert desk.text.count("came at 14:00:00 UTC") == 1
        assert "! abort · q leaves" in desk.text
        await desk.press("q")
        await desk.settles()


async def test_a_span_that_will_not_do_stays_to_be_put_right_with_the_reason() -> None:
    team = rehearsal()
    async with console(team, "ana", (80, 24)) as desk:
        await desk.press("C")
        await desk.sees("down .*in 5:00")
        await desk.press("j", "d")
        await desk.sees("Put off “down”")
        for text, why in (("99999d", "An inject is put off by up to a day"), ("soon", "“soon” is no duration")):
            await desk.type(f"{text}\n")
            await desk.sees("Put off “down”", f"║ +{text} +║", why)
            assert desk.text.count(why) == 1
            await desk.press(*["backspace"] * len(text))
        await desk.type("3m\n")
        await desk.sees("down .*put off, in 8:00")


@pytest.mark.parametrize("size", [(120, 36), (80, 24), (70, 20), (40, 10)])
async def test_from_behind_the_keys_that_matter_most_stand_on_every_screen(size: tuple[int, int]) -> None:
    async with console(halfway(), "ana", size) as desk:
        await desk.press("C")
        await desk.sees("! abort · q leaves")
        every = ("i now", "d later", "x leave out", "n note")
        assert all(key in desk.text for key in every)


async def test_of_a_drill_that_is_over_only_what_still_works_is_offered() -> None:
    team = rehearsal()
    async with console(team, "ana") as desk:
        await desk.press("C")
        await desk.sees("! abort · q leaves")
        team.do("ana", "drill.end")
        await desk.sees("q leaves · n note", "what became of it", "Answer the shop .*not due")
        assert not any(key in desk.text for key in ("abort", "i now", "d later", "x leave out", "e end"))
        await desk.press("n")
        await desk.sees("Private note")
        await desk.type("they were calm")
        await desk.press("f2")
        await desk.press("G")
        await desk.sees("ana: they were calm")


async def test_what_came_last_stands_whole_where_the_timeline_is_not_shown() -> None:
    words = "Tell the shops that they can sell for cash until the payments work, and that nobody loses an order by it."
    team = rehearsal(scenario=replace(SCENARIO, injects=(Inject("ask", "note", words, by="tutor"),)))
    fire(team, "ask")
    async with console(team, "bo", (80, 24)) as desk:
        whole = f"14:00 INJECT tutor: {words}"
        await desk.sees("INJECT tutor: Tell")
        assert whole in " ".join(desk.text.split())
        await desk.press("3")
        await desk.sees_no("5 Timeline ·")
        assert whole in " ".join(desk.text.split())
        team.do("bo", "note", text="we told them")
        await desk.press("3")
        await desk.sees("we told them")
        assert whole in " ".join(desk.text.split())
        team.do("ana", "drill.end")
        await desk.sees("The drill is over")
        assert whole not in " ".join(desk.text.split())


async def test_on_another_row_than_an_inject_nothing_is_brought_in_or_left_out() -> None:
    team = rehearsal()
    async with console(team, "ana", (80, 24)) as desk:
        await desk.press("C")
        await desk.sees("6 to come")
        await desk.press("G")
        await desk.sees("› ?[!☐○✓].*Contain")
        for key in ("i", "d", "x"):
            await desk.press(key)
            await desk.sees("Put the cursor on an inject first")
            await desk.sees("› ?[!☐○✓].*Contain")
    assert all(each.open for each in team.known.drill.injects)


async def test_an_evaluator_looks_and_notes_but_changes_nothing() -> None:
    team = rehearsal()
    async with console(team, "cy") as desk:
        await desk.press("C")
        await desk.sees("6 to come")
        await desk.press("x")
        await desk.sees("You watch this drill: only those who lead it change what comes")
        await desk.press("q")
        await desk.settles()
    assert all(each.open for each in team.known.drill.injects)


async def test_what_comes_while_one_looks_is_seen_to_come() -> None:
    team = rehearsal()
    async with console(team, "ana") as desk:
        await desk.press("C")
        await desk.sees("page .* now")
        fire(team, "page")
        await desk.sees("● page .*came 14:00:00")
        team.store.moment = at("14:03")  # type: ignore[attr-defined]
        await desk.sees("down .*in 2:00", "Acknowledge +in 2:00")


async def test_a_controller_ends_it_as_planned_and_everybody_reads_how_it_went() -> None:
    team = rehearsal()
    async with console(team, "ana") as desk, console(team, "bo") as trainee:
        await desk.press("C")
        await desk.sees("6 to come")
        await desk.press("e")
        await desk.sees("End the drill as planned")
        await desk.press("y")
        await desk.sees("over since 14:00:00")
        await trainee.sees("The drill is over: ended by ana. How it went: warroom drill report INC-1")


async def test_text_that_would_like_to_be_more_stays_text() -> None:
    team = rehearsal(scenario=hostile())
    shown = HOSTILE.replace("\x1b", "␛").replace("\x07", "␇")
    async with console(team, "ana") as desk, console(team, "bo") as trainee:
        await desk.press("C")
        await desk.sees("odd ")
        assert shown in desk.text
        await desk.press("i")
        await desk.sees("y yes")
        assert shown in desk.text
        await desk.press("y")
        await trainee.sees("INJECT")
        assert f"customer · [red]a shop[/]: {shown}" in trainee.text


# Stopping it.


async def test_anybody_stops_it_and_everybody_reads_and_hears_it_at_once(bells: list[str]) -> None:
    team = rehearsal()
    async with console(team, "bo") as desk, console(team, "di", (80, 24)) as other:
        await other.press("D")
        await other.sees("What was decided")
        await desk.press("exclamation_mark")
        await desk.sees("Abort the drill for everybody", "Enter stops it at once, esc lets it go on")
        await desk.type("checkout is down\n")
        told = "DRILL ABORTED — real incident: stop the drill .checkout is down. · bo"
        await desk.sees(f"^ {told} 14:00")
        await other.sees(f"^ {told}", "What was decided", "^ INC-1  DRILL  card payments fail")
        assert other.text.count("DRILL ABORTED") == 1, "the line over the dialog covers the one beneath"
        assert bells == ["bell", "bell"], "once on each console"
        await other.press("escape")
        await other.settles()
        await other.sees(f"^ {told}")
        assert bells == ["bell", "bell"]
        await desk.press("C")
        await desk.press("exclamation_mark")
        await desk.sees("The drill is over already", f"^ {told}")


async def test_over_the_calendar_it_is_told_in_the_first_line() -> None:
    team = rehearsal()
    async with console(team, "bo") as desk:
        await desk.press("O")
        await desk.sees("On call")
        team.do("di", "drill.abort")
        await desk.sees("DRILL ABORTED")
        assert desk.text.startswith(" DRILL ABORTED")
        assert desk.text.count("DRILL ABORTED") == 1


async def test_a_second_thought_lets_it_go_on() -> None:
    team = rehearsal()
    async with console(team, "bo") as desk:
        await desk.press("exclamation_mark")
        await desk.sees("Abort the drill")
        await desk.press("escape")
        await desk.settles()
    assert team.known.drill.going


async def test_whoever_opens_an_aborted_drill_reads_it_without_a_bell(bells: list[str]) -> None:
    team = rehearsal()
    team.do("bo", "drill.abort")
    async with console(team, "di") as desk:
        await desk.sees("^ DRILL ABORTED — real incident: stop the drill · bo 14:00")
    assert bells == []


async def test_what_is_real_cannot_be_aborted() -> None:
    async with console(outage()) as desk:
        await desk.press("exclamation_mark")
        await desk.sees("This is no drill. A real incident is resolved, then closed")


# In terminals.


@pytest.mark.pty
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_controller_and_trainee_in_two_terminals(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """What the controller brings in the trainee sees; what the trainee aborts the controller sees, and hears."""
    url = str(tmp_path / "warroom.db") if kind == "sqlite" else request.getfixturevalue("postgres_url")
    with closing(open_store(url)) as store:
        rehearse(Team(store))
    with join(url, "ana") as ana, join(url, "bo", 80, 24) as bo:
        for terminal in (ana, bo):
            terminal.wait_for("DRILL .*LIVE")
        ana.type_text("C")
        ana.wait_for("Nobody can pay")
        ana.press("j")
        ana.type_text("i")
        ana.wait_for("Bring in “down” now")
        ana.type_text("y")
        bo.wait_for("INJECT +service · Nobody can pay")
        bo.type_text("!")
        bo.wait_for("Abort the drill for everybody")
        bo.type_text("the shop is down\n")
        for terminal in (ana, bo):
            terminal.wait_for("DRILL ABORTED — real incident: stop the drill .the shop is down. · bo")
