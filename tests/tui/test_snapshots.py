"""The main screen as pictures: looked at once by a person, and the same ever since.

After an intended change: pytest tests/tui/test_snapshots.py --snapshot-update, then look at each picture again.
"""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.builders import at
from tests.tui.desk import Desk
from tests.tui.drills import halfway
from tests.tui.shop import Shop
from tests.tui.stories import outage
from warroom.settings import Settings
from warroom.tui.app import Console

Compare = Callable[..., bool]


def picture(compare: Compare, size: tuple[int, int], **settings: Any) -> bool:
    """Whether ana's screen, half an hour into an outage, looks as it did. The store's clock stands still."""
    team = outage()
    app = Console(team.room("ana"), team.incident, Settings(**settings))

    async def settle(pilot: Pilot[None]) -> None:
        await Desk(app, pilot).sees("SEV1  T.00:33:10", "switch to .*cy is on it")
        await Desk(app, pilot).sees("LIVE .*(di|4 here)" if size[0] >= 80 else "1 Triage")
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


def test_all_panes_at_120_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, (120, 36))


def test_two_panes_at_80_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, (80, 24))


def test_one_pane_at_40_columns(snap_compare: Compare) -> None:
    assert picture(snap_compare, (40, 20))


def test_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert picture(snap_compare, (80, 24))


def test_in_ascii(snap_compare: Compare) -> None:
    assert picture(snap_compare, (80, 24), ascii=True)


def climbing(compare: Compare, person: str, size: tuple[int, int]) -> bool:
    """Whether somebody's screen looks as it did two minutes after the first rung paged bo."""
    shop = Shop()
    shop.do("ana", "runbook.attach", runbook="payment-errors")
    shop.engine("ladder.fire")
    page = shop.known.escalation.pages[0].order.id
    shop.engine("page.report", page=page, contact="console", outcome="sent", attempt=1)
    shop.do("ana", "page", to="di", because="the ledger is yours")
    shop.clockwork.moment = at("14:02:10")
    shop.lead("console")
    app = Console(shop.room(person), shop.incident, Settings())

    async def settle(pilot: Pilot[None]) -> None:
        await Desk(app, pilot).sees("pages in 02:50", f"LIVE .*{person}")
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


def test_a_climbing_ladder_under_the_roles(snap_compare: Compare) -> None:
    assert climbing(snap_compare, "ana", (120, 36))


def test_a_climbing_ladder_above_two_panes_for_whoever_is_paged(snap_compare: Compare) -> None:
    assert climbing(snap_compare, "bo", (80, 24))


def rehearsing(compare: Compare, person: str, size: tuple[int, int], *keys: str, **settings: Any) -> bool:
    """Whether somebody's screen looks as it did seven minutes into a drill, after some keys."""
    team = halfway()
    app = Console(team.room(person), team.incident, Settings(**settings))

    async def settle(pilot: Pilot[None]) -> None:
        desk = Desk(app, pilot)
        await desk.sees("DRILL .*T.00:07:10", "LIVE")
        await desk.press(*keys)
        await desk.sees("left out" if keys else "INJECT")
        await pilot.pause()

    return compare(app, terminal_size=size, run_before=settle)


@pytest.mark.parametrize("theme", ["dark", "light", "high-contrast", "colour-blind"])
def test_a_drill_in_every_theme(snap_compare: Compare, theme: str) -> None:
    assert rehearsing(snap_compare, "bo", (120, 36), theme=theme)


def test_a_drill_in_ascii(snap_compare: Compare) -> None:
    assert rehearsing(snap_compare, "bo", (80, 24), ascii=True)


def test_a_drill_without_colour(snap_compare: Compare, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert rehearsing(snap_compare, "bo", (80, 24))


@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_a_drill_from_behind(snap_compare: Compare, size: tuple[int, int]) -> None:
    assert rehearsing(snap_compare, "ana", size, "C")


def test_an_aborted_drill(snap_compare: Compare) -> None:
    team = halfway()
    team.do("di", "drill.abort", because="checkout is down")
    app = Console(team.room("bo"), team.incident, Settings())

    async def settle(pilot: Pilot[None]) -> None:
        await Desk(app, pilot).sees("DRILL ABORTED", "LIVE")
        await pilot.pause()

    assert snap_compare(app, terminal_size=(120, 36), run_before=settle)
