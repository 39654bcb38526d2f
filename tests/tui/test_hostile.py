"""What people and machines wrote is data: shown letter by letter, in every place it can come to, and obeyed nowhere."""

import re

import pytest
from rich.segment import ControlType, Segment
from rich.style import Style
from textual.color import Color

from tests.tui.desk import Desk, console
from tests.tui.stories import Team
from warroom.domain.text import visible
from warroom.tui.safety import Visible, filters

MARKUP = (
    "[/x]",
    "[/]",
    "[bold red]loud[/]",
    "[@click=app.quit]b[/]",
    "[type=x, v={'a[0]'}]",
    "[link=https://example.org]x[/link]",
    "$accent [$error]",
    r"\[x] \\",
    "[",
    "]]]",
    ":boom: {0} %s",
)
CONTROLS = (
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZXZpbA==\x1b\\",
    "\x1bP+q\x1b\\",
    "\x9b31m\x9d0;x\x9c",
    "\x07\x08\x7f",
    "a\rb",
    "\u202egnp.exe",
    "\u2066x\u2069\u200b\ufeff",
)
CORPUS = (*MARKUP, *CONTROLS)
WORST = ("[/x]", "[@click=app.quit]b[/]", "[type=x, v={'a[0]'}]", "[", "\x1b]52;c;ZXZpbA==\x1b\\", "\u202egnp.exe")


def shown(text: str, width: int = 100) -> str:
    """A pattern for the beginning of a text as it stands on a screen."""
    return re.escape(visible(" ".join(text.split()))[:width])


async def unharmed(desk: Desk) -> None:
    """The console is alive, in one piece, and holds no character that a terminal would obey."""
    text = desk.text
    assert desk.app.is_running
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert all(len(line) <= desk.app.size.width for line in text.split("\n"))


async def test_notes_are_shown_as_they_were_written(team: Team) -> None:
    for wild in CORPUS:
        team.do("bo", "note", text=f"begin {wild} end")
    async with console(team, size=(120, 50)) as desk:
        await desk.press("5", "5")
        await desk.sees(*(f"note +begin {shown(wild)} end" for wild in CORPUS))
        for wild in CORPUS[:-6:-1]:
            await desk.press("enter")
            await desk.sees(f"│ begin {re.escape(visible(wild))} end")
            await unharmed(desk)
            await desk.press("q", "k")


async def test_titles_are_shown_as_they_were_written_on_the_list_and_in_the_headline(team: Team) -> None:
    for wild in CORPUS:
        team.declare(f"begin {wild} end")
    async with console(team, size=(120, 50), home=True) as desk:
        await desk.sees(*(f"SEV1 +begin {shown(wild)} end" for wild in CORPUS))
        await unharmed(desk)
        for wild in WORST[:4]:
            await desk.press("g", *["j"] * CORPUS[::-1].index(wild), "enter")
            await desk.sees(f"INC-[0-9]+ begin {shown(wild)} end", "3 Runbook")
            await unharmed(desk)
            await desk.press("minus")
            await desk.sees("Incidents ─")


async def test_a_filter_is_shown_as_it_was_typed_in_the_border_and_in_its_field(team: Team) -> None:
    async with console(team) as desk:
        for wild in WORST:
            await desk.press("slash")
            await desk.paste(wild)
            await unharmed(desk)
            await desk.press("enter")
            await desk.sees(f"only “{shown(wild, 23)}")
            await unharmed(desk)
            await desk.press("slash", "end", "ctrl+u", "enter")
            await desk.sees_no("only “")


async def test_services_are_shown_by_their_names_in_panes_dialogs_and_titles(team: Team) -> None:
    for wild in CORPUS:
        team.do("bo", "service.health", service=f"svc {wild}", health="degraded", because=wild)
    async with console(team, size=(120, 60)) as desk:
        await desk.press("4")
        for wild in WORST:
            name = f"svc {wild}"
            cell = f"! {shown(name, 12)}" + ("  " if len(name) < 12 else "")
            await desk.click(cell)
            await desk.sees(f"›.*{cell}")
            await desk.press("enter")
            await desk.sees(f"─ {shown(name, 69)} ─", f"since .* by bo: {shown(wild)}")
            await unharmed(desk)
            await desk.press("q", "space")
            await desk.sees(f"─ How is {shown(name, 60)}")
            await unharmed(desk)
            await desk.press("f10")
        await desk.press("3", "H")
        await desk.type("svc")
        await desk.sees("Which service", "› svc")
        await unharmed(desk)


@pytest.mark.parametrize("wild", WORST)
async def test_people_are_shown_by_their_names_everywhere(team: Team, wild: str) -> None:
    name = f"p {wild}"
    team.room(name).do("role.take", team.incident, role="scribe")
    team.room(name).do("step.fail", team.incident, step="1.1", because=wild)
    team.room(name).do("step.claim", team.incident, step="1.2")
    async with console(team, name) as desk:
        await desk.sees("Scribe +p ", r"✗ 1\.1 .*FAILED p ", r"1\.2 .*p .*is on it")
        await unharmed(desk)
        await desk.press("g", "enter")
        await desk.sees("failed by p")
        await unharmed(desk)
        await desk.press("q", "2", "j", "j", "space")
        await desk.sees("scribe: p ")
        await unharmed(desk)


async def test_refusals_that_repeat_what_was_typed_show_it_as_it_was_typed(team: Team) -> None:
    async with console(team) as desk:
        for number, wild in enumerate(WORST):
            await desk.press("B")
            await desk.paste(f"{number} {' '.join(wild.split())}")
            await desk.press("enter")
            await desk.sees(f"No runbook is called “{number} {shown(wild)}”")
            await unharmed(desk)


async def test_the_palette_takes_what_is_typed_for_letters(team: Team) -> None:
    async with console(team) as desk:
        for wild in WORST:
            await desk.press("colon")
            await desk.paste(wild)
            await desk.sees(shown(wild, 10))
            await unharmed(desk)
            await desk.press("escape")


async def test_half_a_character_is_refused_with_a_sentence(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("N")
        await desk.paste("half a \ud800 letter")
        await desk.press("f2")
        await desk.sees("half a character")
        await desk.press("space")
        await desk.sees(r"✓ 1\.1")


def test_the_last_gate_stops_what_came_past_all_others() -> None:
    wild = [Segment("\x1b[31m\x9b\u202e\x07", Style()), Segment("plain", Style(bold=True))]
    out = Visible(ascii=False).apply(wild, Color(0, 0, 0))
    assert [segment.text for segment in out] == ["␛[31m\ufffd\ufffd␇", "plain"]
    assert out[1].style == Style(bold=True)


def test_the_frameworks_own_control_segments_pass() -> None:
    control = Segment("\x1b[H", None, [(ControlType.HOME,)])
    assert Visible(ascii=True).apply([control], Color(0, 0, 0)) == [control]


@pytest.mark.parametrize("size", [(40, 20), (80, 24), (120, 36)])
async def test_in_ascii_nothing_is_drawn_that_is_not_ascii(team: Team, size: tuple[int, int]) -> None:
    team.do("bo", "step.done", step="1.1")
    team.do("bo", "step.skip", step="1.2", because="known")
    team.do("bo", "step.fail", step="1.3", because="no answer")
    team.do("bo", "step.note", step="2.1", text="\x1b[31m \u202e")
    team.do("bo", "note", text="\x1b[31m error rate 4 % → 31 %")
    team.do("bo", "correct", entry=len(team.known.timeline), text="31")
    team.do("bo", "role.take", role="commander")
    for service, health in (("web", "operational"), ("mobile", "degraded"), ("checkout", "major-outage")):
        team.do("bo", "service.health", service=service, health=health)
    async with console(team, "cy", size, ascii=True) as desk:
        await desk.sees("INC-1")
        for keys in ("1", "2", "3", "4", "5", "5enter", "S", "N", "?", "X", "3enter", "4enter", "R", "M"):
            for key in (keys[0], *([keys[1:]] if keys[1:] else [])):
                await desk.press({"?": "question_mark"}.get(key, key))
            strange = sorted({letter for letter in desk.text if not letter.isascii()})
            assert strange == [], f"{keys}\n{desk.text}"
            await desk.press("f10")


def test_in_ascii_no_two_states_look_alike() -> None:
    table = filters(ascii=True)[0]
    assert isinstance(table, Visible)
    glyphs = "☐✓–✗▸!~"
    drawn = [segment.text for segment in table.apply([Segment(glyph) for glyph in glyphs], Color(0, 0, 0))]
    assert len({letter.lower() for letter in drawn}) == len(glyphs), drawn
