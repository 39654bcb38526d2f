"""Who is on call, in the console: now, by the week, in two zones, and changed."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.support.builders import at
from tests.support.rosters import ROSTERS
from tests.tui.desk import console
from tests.tui.scenes import text, texts
from tests.tui.stories import Clockwork, Team
from warroom.domain.org import Org
from warroom.domain.roster import Layer, Schedule
from warroom.tui.present import oncall
from warroom.tui.present.cells import Line, Role

NOON = at("12:00")


def shown(team: Team, zone: str = "Europe/Berlin") -> oncall.Rosters:
    org = team.room("ana").feed(None).refresh().org
    return oncall.rosters(org, NOON, oncall.monday(NOON, zone), zone)


def lines(team: Team, me: str = "ana", width: int = 100) -> list[Line]:
    return oncall.page(shown(team), me, width)


@pytest.fixture
def team() -> Team:
    """The shop with two schedules, on Monday, 4 May 2026, at noon."""
    team = Team(Clockwork(NOON), ROSTERS)
    team.declare(services=("checkout",))
    return team


def test_now_says_who_until_when_and_who_comes_next(team: Team) -> None:
    found = [text(each) for each in lines(team, width=80)[:3]]
    assert found[0].startswith("On call now Mon 2026-05-04 14:00 CEST (12:00 UTC)")
    assert found[1] == "payments  ana  until Mon 11 May 09:00  then cy"
    assert found[2] == "ledger    di   until Mon 04 May 17:00  then nobody"


def test_oneself_and_nobody_stand_out(team: Team) -> None:
    def role(word: str) -> set[Role]:
        return {span.role for each in lines(team) for span in each.left if span.text.strip() == word}

    assert role("ana") == {"accent"}
    assert role("di") == {"strong"}
    assert role("then nobody") == {"bad"}


def test_the_week_is_a_picture_with_every_gap_in_it(team: Team) -> None:
    rows = {each.key: text(each) for each in lines(team)}
    assert rows["week:payments"].replace(" ", "") == "payments│bo│ana"
    assert rows["week:ledger"].count("│di") == 5
    assert "!" in rows["week:ledger"]
    assert "ledger: nobody from Mon 04 May 00:00 until Mon 04 May 09:00" in texts(lines(team))


def test_days_begin_in_the_viewers_zone_and_say_so_in_utc(team: Team) -> None:
    said = texts(lines(team))
    assert "04 May 2026 to 10 May 2026 Europe/Berlin" in said
    assert "UTC" in said
    assert "22:00" in said
    assert "22:00" not in texts(oncall.page(shown(team, "UTC"), "ana", 100))


@pytest.mark.parametrize("width", [20, 40, 60, 80, 120, 200])
def test_the_picture_fits_every_width(team: Team, width: int) -> None:
    week = [each for each in lines(team, width=width) if each.key.startswith("week:")]
    assert all(len(text(each)) < max(width, 20) for each in week)


def test_without_schedules_it_says_so() -> None:
    nothing = oncall.rosters(Org(), NOON, oncall.monday(NOON, "UTC"), "UTC")
    assert texts(oncall.page(nothing, "ana", 80)) == "The playbook has no schedules yet."


async def test_the_calendar_opens_from_the_incident_turns_weeks_and_goes_back(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees("payments +ana +until", "04 May 2026 to 10 May 2026")
        await desk.press("right")
        await desk.sees("11 May 2026 to 17 May 2026")
        await desk.press("left", "left")
        await desk.sees("27 Apr 2026 to 03 May 2026")
        await desk.press("t")
        await desk.sees("04 May 2026 to 10 May 2026 +Europe/Berlin")
        await desk.press("v")
        await desk.sees("04 May 2026 to 10 May 2026 +UTC")
        await desk.press("q")
        await desk.sees("3 Runbook")


async def test_it_opens_from_the_list_of_incidents_too(team: Team) -> None:
    async with console(team, home=True) as desk:
        await desk.sees("O on call")
        await desk.press("O")
        await desk.sees("payments +ana +until")
        await desk.press("escape")
        await desk.sees("card payments fail")


async def test_what_is_typed_behind_the_leaving_key_is_for_the_screen_below(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees("payments +ana +until")
        await desk.type("qNit gets worse")
        await desk.sees("Note", "it gets worse")


async def test_an_override_is_asked_for_and_shown(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees("payments +ana +until")
        await desk.type("o\n")
        await desk.sees("Whose place", "ana +on call now")
        await desk.type("\n")
        await desk.sees("Who is put on call")
        await desk.type("bo\n")
        await desk.sees("From when")
        await desk.type("\n")
        await desk.sees("Until when")
        await desk.type("\n")
        await desk.sees("Why")
        await desk.type("dentist\n")
        await desk.sees("payments +bo +until", "payments: bo instead of ana · dentist")
    (made,) = team.room("bo").feed(None).refresh().org.changes.overrides
    assert (made.person, made.instead, made.by) == ("bo", "ana", "ana")


async def test_a_swap_is_offered_by_one_and_taken_by_another(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees("payments +ana +until")
        await desk.type("s")
        await desk.sees("Who stands in for you")
        for asked in ("From when", "Until when", "Why"):
            await desk.type("\n")
            await desk.sees(asked)
        await desk.type("\n")
        await desk.sees("payments: ana asks anybody to stand in")
    async with console(team, "bo") as desk:
        await desk.press("O")
        await desk.sees("ana asks anybody")
        await desk.press("G", "enter")
        await desk.sees("Stand in for ana")
        await desk.press("y")
        await desk.sees("payments: bo stands in for ana", "payments +bo +until")


async def test_a_refusal_is_read_in_a_sentence(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees("payments +ana +until")
        await desk.type("o")
        await desk.sees("Override payments")
        await desk.press("down", "enter")
        await desk.sees("Who is put on call")
        await desk.type("nobody-known\n")
        for asked in ("From when", "Until when", "Why"):
            await desk.sees(asked)
            await desk.type("\n")
        await desk.sees("nobody-known")
    assert team.room("bo").feed(None).refresh().org.changes.overrides == ()


async def test_what_people_named_their_schedules_is_data() -> None:
    hostile = "[bold]\x1b[31mred"
    layer = Layer("week", ("[/]ana",), datetime(2026, 1, 5, 9))  # noqa: DTZ001 - wall-clock time
    team = Team(Clockwork(NOON), replace(ROSTERS, services=(), schedules=(Schedule(hostile, (layer,)),)))
    team.declare()
    async with console(team) as desk:
        await desk.press("O")
        await desk.sees(r"\[bold\].*red", r"\[/\]ana")
        assert "\x1b" not in desk.text
