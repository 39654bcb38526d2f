"""Moving about: panes, keys of both traditions, the mouse, help, palette, and every size of terminal."""

import pytest

from tests.tui.desk import Desk, console
from tests.tui.stories import Team
from warroom.settings import THEMES
from warroom.store.contract import Presence
from warroom.tui.actions.catalogue import ALL
from warroom.tui.palette import Actions
from warroom.tui.screens.incident import IncidentScreen

NAMES = {"1": "Clock", "2": "Roles", "3": "Runbook", "4": "Services", "5": "Timeline"}


def focused(desk: Desk) -> str:
    """The pane with the cursor."""
    return str(desk.app.focused.id if desk.app.focused else "")


@pytest.mark.parametrize("key", NAMES)
async def test_a_number_goes_to_its_pane_and_once_more_fills_the_screen(team: Team, key: str) -> None:
    async with console(team) as desk:
        await desk.press("2" if key == "3" else "3", key)
        assert focused(desk) == {"Runbook": "checklist"}.get(NAMES[key], NAMES[key].lower())
        await desk.sees(f"{key} {NAMES[key]}")
        if key != "1":
            await desk.press(key)
            await desk.sees_no("Roles ──" if key != "2" else "Runbook ·.*──")
            await desk.press(key)
            await desk.sees("2 Roles ──", "5 Timeline")


@pytest.mark.parametrize("keys", [("tab", "shift+tab"), ("l", "h"), ("right", "left")])
async def test_panes_follow_each_other_by_tab_vim_and_arrow_keys(team: Team, keys: tuple[str, str]) -> None:
    async with console(team) as desk:
        seen = []
        for _ in range(4):
            await desk.press(keys[0])
            seen.append(focused(desk))
        assert seen == ["services", "timeline", "roles", "checklist"]
        await desk.press(keys[1])
        assert focused(desk) == "roles"


@pytest.mark.parametrize("keys", [("j", "k", "g", "G"), ("down", "up", "home", "end")])
async def test_rows_follow_each_other_by_vim_and_arrow_keys(team: Team, keys: tuple[str, str, str, str]) -> None:
    down, up, top, end = keys
    async with console(team) as desk:
        await desk.press(down, down, down)
        await desk.sees(r"› ☐ 2\.1")
        await desk.press(up)
        await desk.sees(r"› ☐ 1\.3")
        await desk.press(end)
        await desk.sees(r"› ☐ 3\.2")
        await desk.press(end, down, top, up)
        await desk.sees(r"› ▸ 1\.1")


async def test_a_click_selects_and_a_second_one_opens(team: Team) -> None:
    async with console(team) as desk:
        await desk.click("freeze deploys")
        await desk.sees(r"› ☐ 1\.2")
        assert len(desk.app.screen_stack) == 1
        await desk.click("freeze deploys")
        await desk.sees("Tell the release channel.")


async def test_a_click_into_another_pane_goes_there_and_opens_nothing(team: Team) -> None:
    async with console(team) as desk:
        await desk.click("— open —")
        assert focused(desk) == "roles"
        await desk.sees("›IC +— open —")
        assert len(desk.app.screen_stack) == 1
        await desk.click("— open —")
        await desk.sees("incident commander: open")


async def test_a_dialogs_choices_can_be_clicked(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("S")
        await desk.sees("SEV3 Minor")
        await desk.click("SEV3 Minor")
        await desk.sees("› SEV3")
        await desk.click("SEV3 Minor")
        await desk.sees("Severity 3")


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 36)])
async def test_help_can_be_read_to_its_end_at_every_size(team: Team, size: tuple[int, int]) -> None:
    async with console(team, size=size) as desk:
        await desk.press("question_mark")
        await desk.sees("In this pane .Runbook.", "Tick the step", "q leaves")
        await desk.press("G")
        await desk.sees("Read the entry", "q leaves")
        await desk.press("g")
        await desk.sees("Tick the step")
        await desk.press("q")
        await desk.sees_no("Tick the step")


async def test_help_teaches_the_command_line(team: Team) -> None:
    async with console(team, size=(80, 24)) as desk:
        await desk.press("f1")
        await desk.sees("step INC claim STEP", "step INC run STEP")
        await desk.press("pagedown")
        await desk.sees("milestone INC NAME --at T", "resolve.close.reopen INC")


async def test_the_palette_finds_an_action_by_its_name_and_does_it(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("colon")
        await desk.sees("Tick the step +.space.", "warroom step INC done STEP")
        await desk.type("acknowledge")
        await desk.sees_no("Tick the step")
        await desk.press("enter")
        await desk.sees("● ack")


async def test_the_palette_does_what_asks_back_too(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("ctrl+p")
        await desk.type("record a decision")
        await desk.sees("Record a decision")
        await desk.press("enter")
        await desk.sees("What was decided")
        await desk.type("switch banks")
        await desk.press("f2")
        await desk.sees("Why")
        await desk.press("enter")
        await desk.sees("DECISION switch banks")


async def test_the_palette_leaves_out_what_is_off(team: Team) -> None:
    team.do("bo", "ack")
    async with console(team, "cy") as desk:
        await desk.press("colon")
        await desk.sees("Tick the step")
        await desk.type("acknowledge")
        await desk.sees_no("warroom ack INC")


@pytest.mark.parametrize("key", NAMES)
async def test_the_palette_offers_every_action_that_is_on(team: Team, key: str) -> None:
    async with console(team) as desk:
        await desk.press("2" if key == "3" else "3", key)
        screen = desk.app.screen
        assert isinstance(screen, IncidentScreen)
        offered = [str(hit.help) async for hit in Actions(screen).discover()]
        wanted = [action for action in ALL if action.pane in ("", screen.pane) and not action.when(screen)]
        assert len(offered) == len(wanted)
        assert all(f"warroom {action.command}" in offered for action in wanted if action.command)


@pytest.mark.parametrize("theme", THEMES)
async def test_every_theme_shows_the_incident(team: Team, theme: str) -> None:
    async with console(team, theme=theme) as desk:
        await desk.press("space")
        await desk.sees("INC-1 card payments fail", r"✓ 1\.1")
        await desk.press("S")
        await desk.sees("SEV1 Critical")


async def test_every_dialog_can_be_left_without_escape(team: Team) -> None:
    async with console(team) as desk:
        for key in ("S", "s", "N", "D", "M", "R", "X", "B", "H", "e", "slash"):
            await desk.press(key)
            assert len(desk.app.screen_stack) == 2, key
            await desk.press("f10")
            assert len(desk.app.screen_stack) == 1, key


SIZES = [(100, 30), (80, 24), (59, 20), (40, 12), (20, 6), (10, 3), (1, 1), (250, 80), (119, 36), (120, 36)]


async def test_every_size_can_be_had_and_nothing_is_lost_on_the_way_back(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("space")
        await desk.sees(r"✓ 1\.1")
        before = desk.text
        for width, height in SIZES:
            await desk.pilot.resize_terminal(width, height)
            await desk.pilot.pause()
            assert max(map(len, desk.text.split("\n"))) <= width
        strip = [line[:50] for line in before.split("\n")[2:]]
        await desk.sees(r"✓ 1\.1")
        assert [line[:50] for line in desk.text.split("\n")[2:]] == strip


@pytest.mark.parametrize("key", ["S", "N", "question_mark", "colon", "e", "X", "1"])
async def test_dialogs_survive_every_size(team: Team, key: str) -> None:
    async with console(team) as desk:
        await desk.press(key)
        for width, height in SIZES:
            await desk.pilot.resize_terminal(width, height)
            await desk.pilot.pause()
        await desk.press("f10" if key != "colon" else "escape", "3", "space")
        await desk.sees(r"✓ 1\.1")


async def test_on_the_smallest_terminal_a_step_can_be_ticked(team: Team) -> None:
    async with console(team, size=(20, 6)) as desk:
        await desk.sees("INC-1", r"› ▸ 1\.1")
        await desk.press("space")
        await desk.sees(r"✓ 1\.1")


async def test_where_others_are_can_be_hidden(team: Team) -> None:
    now = team.store.now()
    team.store.beat(Presence("bo's", "bo", team.incident, "1.2", now, now))
    async with console(team) as desk:
        await desk.sees(r"1\.2 .*bo is here")
        await desk.press("m")
        await desk.sees_no("bo is here")


async def test_q_leaves(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("q")
        await desk.pilot.pause()
        assert not desk.app.is_running or desk.app._exit


async def test_a_key_typed_right_after_the_one_that_opens_is_for_what_was_opened(team: Team) -> None:
    async with console(team) as desk:
        for key in "\n?":
            await desk.type(f"{key}q")
            await desk.settles()
            await desk.press("j")
        await desk.sees(r"› ☐ 1\.3")
        assert not desk.app._exit
