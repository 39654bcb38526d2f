"""Working through the runbook: by keys, without ever leaving the pane, and told what others did meanwhile."""

from pathlib import Path

import pytest

from tests.tui.desk import console
from tests.tui.stories import Team

DEAF = 600.0
"""Seconds between polls of a console that does not hear the bell: it learns of others only when it acts."""


async def test_space_ticks_the_step_and_goes_on_to_the_next(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("space")
        await desk.sees(r"✓ 1\.1 confirm the impact.*done ana")
        await desk.press("space")
        await desk.sees(r"✓ 1\.2 freeze deploys.*done ana", r"▸ 1\.3", r"2/7")


async def test_the_cursor_starts_on_the_next_step_to_do(team: Team) -> None:
    for step in ("1.1", "1.2", "1.3"):
        team.do("bo", "step.done", step=step)
    async with console(team, "cy") as desk:
        await desk.sees(r"› ▸ 2\.1 ")


async def test_c_claims_a_step_and_gives_it_back(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("c")
        await desk.sees(r"1\.1 confirm.*ana is on it")
        await desk.press("c")
        await desk.sees("ana.*left 1.1")
        await desk.sees_no(r"1\.1 confirm.*ana is on it")


async def test_a_step_is_skipped_with_a_reason_and_not_without(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("s")
        await desk.sees("Skip 1.1", "Why is it left out")
        await desk.press("enter")
        await desk.sees_no("Skip 1.1")
        await desk.press("s")
        await desk.type("known already")
        await desk.press("enter")
        await desk.sees(r"– 1\.1 confirm.*skipped ana", "known already")


async def test_a_failed_step_says_what_was_seen(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("j", "f")
        await desk.type("nobody may merge")
        await desk.press("enter")
        await desk.sees(r"✗ 1\.2 freeze deploys.*FAILED ana", "nobody may merge")
        await desk.press("enter")
        await desk.sees("✗ failed by ana  nobody may merge")


async def test_a_finished_step_can_be_reopened(team: Team) -> None:
    team.do("bo", "step.done", step="1.1")
    async with console(team) as desk:
        await desk.press("g", "o")
        await desk.sees("Reopen 1.1")
        await desk.press("enter")
        await desk.sees(r"▸ 1\.1 confirm")


async def test_a_note_on_a_step_has_several_lines(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("n")
        await desk.sees("Note on 1.1")
        await desk.type("p99 is 14 s\nsince 13:58")
        await desk.press("f2")
        await desk.sees("✎1")
        await desk.press("enter")
        await desk.sees("ana: p99 is 14 s", "ana: since 13:58")


async def test_a_step_reads_in_full_and_q_closes_it(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("j", "enter")
        await desk.sees("Tell the release channel.", "Nobody merges until it is over.")
        await desk.press("q")
        await desk.sees_no("Tell the release channel.")
        assert desk.app.is_running


async def test_who_was_faster_is_said_on_the_row_without_a_dialog(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.tui.link._POLL", DEAF)
    async with console(team) as desk:
        await desk.sees("LIVE")
        team.room("bo").do("step.done", team.incident, step="1.1")
        await desk.press("space")
        await desk.sees(r"✓ 1\.1 was already done .* ago by bo\.")
        assert len(desk.app.screen_stack) == 1


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 36)])
async def test_a_refusal_is_read_whole_at_every_size(
    team: Team, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.tui.link._POLL", DEAF)
    async with console(team, size=size) as desk:
        await desk.sees("Triage")
        team.room("bo").do("step.done", team.incident, step="1.1")
        await desk.press("space")
        await desk.sees(r"1\.1 was already done .* ago by bo\.")


async def test_an_action_that_is_off_says_why(team: Team) -> None:
    team.do("bo", "step.done", step="1.1")
    async with console(team) as desk:
        await desk.sees(r"✓ 1\.1")
        await desk.press("g", "c")
        await desk.sees("✓ 1.1 is already done")


async def test_what_others_do_appears_by_itself(team: Team) -> None:
    async with console(team) as desk:
        await desk.sees("LIVE")
        team.do("bo", "step.done", step="1.2")
        await desk.sees(r"✓ 1\.2 freeze deploys.*done bo")


async def test_undo_takes_back_ones_own_last_act(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("space")
        await desk.sees(r"✓ 1\.1")
        team.do("bo", "step.done", step="1.2")
        await desk.press("z")
        await desk.sees(r"▸ 1\.1", r"✓ 1\.2", "took back")
        await desk.press("z", "z", "z")
        await desk.sees("cannot be undone|nothing here that can be undone")


async def test_a_file_is_kept_as_evidence_on_its_step(team: Team, tmp_path: Path) -> None:
    shot = tmp_path / "gateway.txt"
    shot.write_text("504")
    async with console(team) as desk:
        await desk.press("e")
        await desk.sees("Evidence on 1.1")
        await desk.type(str(shot))
        await desk.press("enter")
        await desk.sees("evidence gateway.txt on 1.1, 3 bytes")
        await desk.press("enter")
        await desk.sees("gateway.txt  3 bytes")


@pytest.mark.parametrize("path", ["/nowhere/at/all", "~nobody-of-this-name/x", "/dev/null", "/", "a" * 5000])
async def test_what_cannot_be_kept_is_refused_with_a_sentence(team: Team, path: str) -> None:
    async with console(team) as desk:
        await desk.press("e")
        await desk.paste(path)
        await desk.press("enter")
        await desk.sees(r"is no file of at most 1 MiB|cannot be read")
        await desk.press("space")
        await desk.sees(r"✓ 1\.1")


async def test_a_runbook_is_attached_from_the_list(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("B")
        await desk.sees("Attach a runbook")
        await desk.type("no-such-book")
        await desk.sees("nothing of that name")
        await desk.press("enter")
        await desk.sees("No runbook is called “no-such-book”")
