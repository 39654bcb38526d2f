"""Writing the record: notes, decisions, corrections, and finding what was written."""

import pytest

from tests.tui.desk import console
from tests.tui.stories import Team


async def test_a_note_has_several_lines_and_enter_never_sends_it(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("N")
        await desk.type("error rate 31 %\nsince 13:58")
        await desk.sees("error rate 31 %", "since 13:58", "saves")
        await desk.press("f2")
        await desk.sees("note     error rate 31 % since 13:58")
        await desk.press("5", "enter")
        await desk.sees("│ error rate 31 %", "│ since 13:58")


async def test_ctrl_s_saves_a_note_as_well(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("N")
        await desk.type("second bank takes traffic")
        await desk.press("ctrl+s")
        await desk.sees("note     second bank takes traffic")


async def test_what_is_typed_ahead_of_a_dialog_is_its_own(team: Team) -> None:
    async with console(team) as desk:
        await desk.type("Ngateway is back")
        await desk.press("f2")
        await desk.sees("note     gateway is back")


async def test_what_is_pasted_ahead_of_a_dialog_is_its_own(team: Team) -> None:
    async with console(team) as desk:
        await desk.type("N")
        await desk.paste("504 from the\ngateway")
        await desk.press("f2")
        await desk.sees("note     504 from the gateway")


async def test_a_note_that_was_left_is_kept_as_a_draft(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("N")
        await desk.type("half a thought")
        for _ in range(3):
            await desk.press("escape")
            await desk.sees_no("half a thought")
            await desk.press("N")
            await desk.sees("half a thought")
        await desk.press("f2")
        await desk.sees("note     half a thought")
        await desk.press("N")
        await desk.sees("saves")
        await desk.sees_no("│ *half a thought")


async def test_a_paste_of_several_lines_moves_to_the_long_field_and_loses_nothing(team: Team) -> None:
    lines = [f"line {number} of the log" for number in range(1, 8)]
    async with console(team) as desk:
        await desk.press("s")
        await desk.type("seen: ")
        await desk.paste("\r\n".join(lines))
        await desk.sees("seen: line 1 of the log", *lines[1:])
        await desk.press("f2")
        await desk.sees(r"– 1\.1 confirm")
    step = team.known.checklist.find("1.1")
    assert step
    assert step.because == "seen: " + "\n".join(lines)


async def test_a_pasted_text_that_was_left_is_kept_as_a_draft(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("s")
        await desk.paste("one\ntwo")
        await desk.sees("two")
        await desk.press("escape")
        await desk.sees_no("two")
        await desk.press("s")
        await desk.sees("│ +one +│", "│ +two +│", "saves · esc keeps it as a draft")


async def test_a_note_that_is_too_long_is_not_lost(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("N")
        await desk.paste("x" * 9000)
        await desk.press("f2")
        await desk.sees("longer than 8 KiB")
        await desk.press("N")
        await desk.sees("xxxxxxxxxx")


async def test_a_decision_has_a_reason(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("D")
        await desk.type("switch banks")
        await desk.press("f2")
        await desk.sees("Why\\?")
        await desk.type("it takes 3 minutes")
        await desk.press("enter")
        await desk.sees(r"DECISION switch banks \(because it takes 3 minutes\)")


async def test_an_entry_is_corrected_and_both_texts_stay(team: Team) -> None:
    team.do("ana", "note", text="error rate 13 %")
    async with console(team) as desk:
        await desk.press("5", "x")
        await desk.sees("Correct entry", "error rate 13 %")
        await desk.press("backspace", "backspace", "backspace", "backspace")
        await desk.type("31 %")
        await desk.press("f2")
        await desk.sees("error rate 31 %.*corrected")
        await desk.press("k", "enter")
        await desk.sees("error rate 13 %", "Corrected to")


async def test_only_notes_and_decisions_can_be_corrected(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("5", "x")
        await desk.sees("Only notes and decisions can be corrected.")


async def test_a_filter_shows_only_what_is_wanted_until_it_is_taken_off(team: Team) -> None:
    team.do("bo", "note", text="gateway is slow")
    team.do("cy", "note", text="tickets pile up")
    async with console(team) as desk:
        await desk.press("slash")
        await desk.type("GATEWAY")
        await desk.press("enter")
        await desk.sees("only “GATEWAY”", "gateway is slow")
        await desk.sees_no("tickets pile up")
        await desk.press("slash", *["backspace"] * 7, "enter")
        await desk.sees("tickets pile up")
        await desk.sees_no("only “")


async def test_what_came_while_nobody_looked_is_marked_and_u_goes_there(
    team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.tui.screens.incident._AWAY_AFTER", -1.0)
    async with console(team, size=(120, 50)) as desk:
        await desk.press("u")
        await desk.sees("Nothing is new.")
        for number in range(3):
            team.do("bo", "note", text=f"news {number}")
        await desk.sees("news 2")
        await desk.press("j")
        await desk.sees(r"── new since .* \(3\) ──")
        await desk.press("u")
        await desk.sees(r"›.*news 0")


async def test_times_can_be_read_in_ones_own_zone(team: Team) -> None:
    async with console(team) as desk:
        await desk.sees("Timeline · UTC")
        await desk.press("v")
        await desk.sees("Timeline · Europe/Berlin")
        await desk.press("v")
        await desk.sees("Timeline · UTC")


async def test_a_long_timeline_is_read_from_its_beginning(team: Team) -> None:
    room = team.room("bo")
    for number in range(330):
        room.do("note", team.incident, text=f"entry number {number}")
    async with console(team) as desk:
        await desk.press("5", "5")
        await desk.sees("entry number 329")
        await desk.press("g")
        await desk.sees("DECLARED")
        await desk.press("ctrl+d", "G")
        await desk.sees("entry number 329")


@pytest.mark.parametrize("pasted", ["502 from the gateway", "\n502 from the gateway\r\n"])
async def test_a_paste_of_one_line_stays_in_its_field_once(team: Team, pasted: str) -> None:
    async with console(team) as desk:
        await desk.press("s")
        await desk.type("seen: ")
        await desk.paste(pasted)
        await desk.press("enter")
        await desk.sees("skipped ana")
    step = team.known.checklist.find("1.1")
    assert step
    assert step.because == "seen: 502 from the gateway"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\v", "\f", "\x1e", "\x85", "\u2028"])
async def test_whatever_ends_its_lines_a_paste_loses_nothing(team: Team, end: str) -> None:
    async with console(team) as desk:
        await desk.press("s")
        await desk.paste(f"one{end}two")
        await desk.sees("saves · esc keeps")
        await desk.press("f2")
        await desk.sees("skipped ana")
    step = team.known.checklist.find("1.1")
    assert step
    assert step.because in ("one\ntwo", f"one{end}two")
