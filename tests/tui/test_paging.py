"""Being paged, acknowledging, paging others: in the console, and between two real ones with an engine of their own."""

import re
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.builders import at
from tests.support.terminal import Terminal
from tests.tui.consoles import join
from tests.tui.desk import Desk, console
from tests.tui.shop import Shop, paging
from tests.tui.stories import RUNBOOK, Team
from warroom.bootstrap import open_store
from warroom.domain.event import ORG
from warroom.domain.restored import LogRestored
from warroom.room.room import Actor, Room
from warroom.room.writing import draft
from warroom.store.contract import Append


@pytest.fixture
def shop() -> Shop:
    return Shop()


@pytest.fixture
def bells(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Each time that a console rings."""
    rung: list[str] = []
    monkeypatch.setattr("textual.app.App.bell", lambda app: rung.append("bell"))
    return rung


async def test_whoever_is_paged_hears_it_once_and_reads_what_to_press(shop: Shop, bells: list[str]) -> None:
    async with console(shop, "bo") as desk:
        await desk.sees("Escalation +shop", "pages now")
        assert bells == []
        shop.engine("ladder.fire")
        await desk.sees(r"You are paged \(rung 1, 14:00\): K acknowledges", "rung 1 of 2 → bo", "pages in 05:00")
        assert bells == ["bell"]
        shop.do("ana", "note", text="it gets worse")
        await desk.sees("it gets worse")
        assert bells == ["bell"], "once for each page"
        await desk.press("K")
        await desk.sees("✓ bo acknowledged 14:00", "bo ● answered")
        await desk.sees_no("You are paged")
    assert shop.known.escalation.by == "bo"


async def test_nobody_else_hears_it(shop: Shop, bells: list[str]) -> None:
    async with console(shop, "ana") as desk:
        shop.engine("ladder.fire")
        await desk.sees("rung 1 of 2 → bo")
        await desk.sees_no("You are paged")
    assert bells == []


async def test_the_bell_can_be_turned_off(shop: Shop, bells: list[str]) -> None:
    async with console(shop, "bo", bell=False) as desk:
        shop.engine("ladder.fire")
        await desk.sees("You are paged")
    assert bells == []


async def test_a_second_acknowledgment_says_who_was_first(shop: Shop) -> None:
    shop.engine("ladder.fire")
    shop.do("bo", "ack")
    async with console(shop, "ana") as desk:
        await desk.press("K")
        await desk.sees("Already acknowledged by bo at 14:00")


async def test_the_countdown_goes_on_by_itself(shop: Shop) -> None:
    shop.engine("ladder.fire")
    async with console(shop) as desk:
        await desk.sees("pages in 05:00")
        shop.clockwork.moment = at("14:00:30")
        await desk.sees("pages in 04:30")


@pytest.mark.parametrize("size", [(80, 24), (60, 20), (40, 14)])
async def test_where_the_roles_are_folded_away_the_ladder_is_a_line(shop: Shop, size: tuple[int, int]) -> None:
    shop.engine("ladder.fire")
    async with console(shop, size=size) as desk:
        await desk.sees("shop rung 1 of 2 → bo")
        await desk.press("2")
        await desk.sees("Escalation")
        await desk.sees_no("^ shop rung 1")


async def test_somebody_is_paged_by_hand_only_after_a_yes(shop: Shop) -> None:
    async with console(shop) as desk:
        await desk.press("P")
        await desk.sees("rung 1 +person bo", "payments +di", "chat +apprise")
        await desk.type("di\n")
        await desk.sees("Page di", "Why")
        await desk.type("the ledger is yours\n")
        await desk.sees("Page di now")
        await desk.press("n")
        await desk.settles()
        assert not shop.known.escalation.pages
        await page(desk, "di", "the ledger is yours")
        await desk.sees("paged by hand: di: the ledger is yours")
    paged = shop.known.escalation.pages
    assert [each.order.person for each in paged] == ["di"]


async def page(desk: Desk, whom: str, because: str) -> None:
    await desk.press("P")
    await desk.type(f"{whom}\n")
    await desk.sees("Why")
    await desk.type(f"{because}\n")
    await desk.sees("now\\?")
    await desk.press("y")


async def test_whom_nobody_knows_is_refused_in_a_sentence(shop: Shop) -> None:
    async with console(shop) as desk:
        await page(desk, "nobody-known", "")
        await desk.sees("nobody-known")
        await desk.settles()
    assert not shop.known.escalation.pages


async def test_the_next_rung_fires_by_hand_with_a_reason(shop: Shop) -> None:
    shop.engine("ladder.fire")
    async with console(shop) as desk:
        await desk.press("E")
        await desk.sees("Escalate: rung 2 of 2", "person cy, channel chat")
        await desk.type("bo is asleep\n")
        await desk.sees("Fire rung 2 of 2 now")
        await desk.press("y")
        await desk.sees("rung 2 of 2 → cy, chat", "bo is asleep")
        await desk.press("E")
        await desk.sees("The last rung has fired already")


async def test_without_a_ladder_or_channels_the_keys_say_why_they_do_nothing(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("E")
        await desk.sees("This incident has no ladder")
        await desk.press("P")
        await desk.sees("The playbook has no channels")


async def test_a_missing_engine_is_loud_and_a_running_one_quiet(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("warroom.tui.link._GRACE", 0.0)
    monkeypatch.setattr("warroom.tui.link.BEAT", 0.1)
    async with console(shop) as desk:
        await desk.sees("NO ENGINE: nobody is paged. Run: warroom engine")
        shop.lead("console", "chat")
        shop.store.ring()
        await desk.sees_no("NO ENGINE")
        shop.clockwork.moment = at("14:00:20")
        await desk.sees("NO ENGINE")


async def test_a_restored_log_says_that_it_is_held_wherever_one_looks_until_it_is_released(shop: Shop) -> None:
    event = LogRestored(at("13:00"), 3, at("12:59"))
    shop.store.append(Append("restored", ORG, 0, "ana", "login", (draft(event),), commuting=True))
    async with console(shop, size=(120, 36)) as desk:
        await desk.sees("HELD, nobody is paged: restored from a backup of 4 May 2026 13:00 UTC")
        await desk.press("minus")
        await desk.sees("Incidents ─", "HELD, nobody is paged")
        shop.room("ana").arrange("restore.release", because="checked")
        await desk.sees_no("HELD, nobody is paged")


async def test_a_channel_without_an_engine_is_named(shop: Shop) -> None:
    shop.engine("ladder.fire")
    shop.lead("console")
    async with console(shop) as desk:
        await desk.sees("rung 1 of 2")
        await desk.sees_no("Nobody serves")
        shop.do("ana", "escalate", because="it is bad")
        await desk.sees("Nobody serves chat: no engine has what it takes")


def rang(terminal: Terminal) -> bool:
    """Whether a terminal was told to ring; the same character also ends a window's title."""
    return b"\x07" in re.sub(rb"\x1b\][^\x07\x1b]*\x07", b"", terminal.raw)


async def test_a_page_in_another_incident_is_heard_here_and_marked_on_the_list(
    shop: Shop, bells: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warroom.tui.link.BEAT", 0.1)
    other = shop.room("ana").do("declare", title="search is slow", severity="3").incident.id
    async with console(shop, "bo") as desk:
        await desk.sees("card payments fail")
        Room(shop.store, Actor("engine", "engine")).do("ladder.fire", other)
        shop.store.ring()
        await desk.sees("You are paged in INC-2 search is slow too: - lists the incidents")
        assert bells == ["bell"]
        await desk.press("minus")
        await desk.sees("INC-2 +SEV3 +PAGES YOU search is slow")
        await desk.sees_no("PAGES YOU card payments fail")
        assert bells == ["bell"], "what was heard there is not rung for again here"
        shop.engine("ladder.fire")
        await desk.sees("PAGES YOU card payments fail")
        assert bells == ["bell", "bell"]


@pytest.mark.pty
@pytest.mark.parametrize("size", [(120, 36), (80, 24)])
def test_two_consoles_and_the_engine_that_they_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    for name in ("XDG_STATE_HOME", "XDG_CONFIG_HOME"):
        monkeypatch.setenv(name, str(tmp_path / name))
    url = str(tmp_path / "warroom.db")
    with closing(open_store(url)) as store:
        team = Team(store, paging())
        team.declare(services=("checkout",))
        team.do("ana", "runbook.attach", runbook=RUNBOOK.name)
    with join(url, "bo", *size) as bo, join(url, "ana", *size) as ana:
        bo.wait_for(r"You are paged \(rung 1, \d\d:\d\d\): K acknowledges", 30)
        assert rang(bo)
        ana.wait_for("rung 1 of 2 → bo.*", 30)
        assert not rang(ana)
        bo.press("K")
        bo.wait_until_gone("You are paged")
        ana.wait_for("bo +page +acknowledged; the ladder stops|bo acknowledged")
        ana.wait_until_gone("pages in")
    with closing(open_store(url)) as store:
        known = Room(store, Actor("ana")).feed(team.incident).state.incident
        assert known is not None
        assert (known.escalation.going, known.escalation.by) == ("acknowledged", "bo")
