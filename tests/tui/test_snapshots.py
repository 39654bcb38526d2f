"""The main screen as pictures: looked at once by a person, and the same ever since.

After an intended change: pytest tests/tui/test_snapshots.py --snapshot-update, then look at each picture again.
"""

from collections.abc import Callable
from typing import Any

import pytest
from textual.pilot import Pilot

from tests.support.builders import at
from tests.tui.desk import Desk
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
