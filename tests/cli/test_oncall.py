"""Rosters on the command line: who is on call, the calendar as text, and what people change."""

import re
from contextlib import closing
from datetime import date

import pytest

from tests.cli.shell import Shell
from tests.support.builders import at, reachable
from tests.support.rosters import ROSTERS
from warroom.bootstrap import open_store
from warroom.cli.oncall import picture
from warroom.domain.org import Org
from warroom.domain.roster import Changes, Override
from warroom.room import roster_views
from warroom.room.room import Actor, Room

WEEK = roster_views.calendar(Org(ROSTERS), ROSTERS.schedules, date(2026, 5, 4), 7, "Europe/Berlin")


@pytest.fixture
def shop(anywhere: Shell) -> Shell:
    """A shell whose database has people on call."""
    with closing(open_store(anywhere.db, create=True)) as store:
        Room(store, Actor("ana")).publish(ROSTERS)
    return anywhere


def changed(shell: Shell, *words: str) -> dict[str, object]:
    """Change the rosters; what was made or changed."""
    (made,) = shell.ask("oncall", *words)["changes"]
    assert isinstance(made, dict)
    return made


def test_the_picture_of_a_week_fits_eighty_columns() -> None:
    assert picture(WEEK, 80) == [
        "Europe/Berlin, 2026-05-04 to 2026-05-10",
        "         Mon 04    Tue 05    Wed 06    Thu 07    Fri 08    Sat 09    Sun 10",
        "UTC      22:00     22:00     22:00     22:00     22:00     22:00     22:00",
        "payments |bo |ana",
        "ledger   !!!!|di!!!!!!!|di!!!!!!!|di!!!!!!!|di!!!!!!!|di!nobody!!!!!!!!!!!!!!!!",
    ]
    for columns in (80, 100, 60, 40, 20):
        for days in (1, 7, 14, 31):
            shown = roster_views.calendar(Org(ROSTERS), ROSTERS.schedules, date(2026, 5, 4), days, "UTC")
            lines = picture(shown, columns)
            assert all(len(line) <= max(columns, 9 + days) for line in lines[1:]), (columns, days)


def test_names_are_data_in_the_picture() -> None:
    hostile = Override("o", "payments", "add", at("00:00"), at("00:00", 7), "\x1b[31m東京")
    known = Org(ROSTERS, changes=Changes((hostile,)))
    shown = roster_views.calendar(known, ROSTERS.schedules, date(2026, 5, 4), 7, "UTC")
    text = "\n".join(picture(shown, 80))
    assert "\x1b" not in text
    assert "ana+␛[31m東京" in text
    assert "\n".join(picture(shown, 80, ascii=True)).isascii()


def test_who_is_on_call(shop: Shell) -> None:
    told = shop.ask("oncall", "now", "--service", "payments", "--at", "2026-05-04 14:00", "--zone", "utc")
    assert told == [
        {"schedule": "payments", "title": "Card payments", "people": ["ana"], "until": "2026-05-11T07:00:00Z"},
        {"schedule": "ledger", "title": None, "people": ["di"], "until": "2026-05-04T15:00:00Z"},
    ]
    done = shop.run("oncall", "now", "--schedule", "ledger", "--at", "2026-05-04T15:30Z", "--zone", "Europe/Berlin")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1] == "ledger    nobody   Tue 2026-05-05 09:00 CEST (07:00 UTC)"


def test_the_calendar(shop: Shell) -> None:
    words = ("oncall", "calendar", "--from", "2026-05-04", "--zone", "Europe/Berlin")
    done = shop.run(*words, "--schedule", "ledger")
    assert done.code == 0
    assert done.out.splitlines()[3].startswith("ledger !!!!|di!!!!!!!|di")
    assert done.out.splitlines()[4] == (
        "ledger: nobody from Mon 2026-05-04 00:00 CEST (Sun 22:00 UTC) until Mon 2026-05-04 09:00 CEST (07:00 UTC)"
    )
    view = shop.ask(*words, "--days", "2")
    assert (view["zone"], view["days"]) == ("Europe/Berlin", ["2026-05-04", "2026-05-05"])
    assert (view["start"], view["end"]) == ("2026-05-03T22:00:00Z", "2026-05-05T22:00:00Z")
    assert view["schedules"][0]["stretches"] == [
        {"start": "2026-05-03T22:00:00Z", "end": "2026-05-04T07:00:00Z", "people": ["bo"]},
        {"start": "2026-05-04T07:00:00Z", "end": "2026-05-05T22:00:00Z", "people": ["ana"]},
    ]
    assert shop.run(*words, "--days", "40").err.startswith("--days: “40” is no number from 1 to 31.")
    assert "“Berlin” is no time zone." in shop.run("oncall", "calendar", "--zone", "Berlin").err


def test_an_override_from_its_beginning_to_its_end(shop: Shell) -> None:
    made = changed(shop, "override", "payments", "add", "di", "--until", "+2h", "--because", "a big sale")
    assert (made["kind"], made["change"], made["person"], made["because"]) == ("override", "add", "di", "a big sale")
    assert "di" in shop.ask("oncall", "now", "--schedule", "payments")[0]["people"]
    assert [each["id"] for each in shop.ask("oncall", "list")] == [made["id"]]
    assert "payments: di besides" in shop.run("oncall", "list").out
    done = shop.run("oncall", "drop", str(made["id"]))
    assert (done.code, done.out) == (0, f"{made['id']} payments: di besides\n")
    assert "di" not in shop.ask("oncall", "now", "--schedule", "payments")[0]["people"]
    again = shop.run("oncall", "drop", str(made["id"]), "--json")
    assert (again.code, again.error["code"]) == (1, "already")


def test_a_swap_between_two(shell: Shell) -> None:
    with closing(open_store(shell.db, create=True)) as store:
        Room(store, Actor("ana")).publish(ROSTERS)
    (turn,) = shell.ask("oncall", "now", "--schedule", "payments")[0]["people"]
    other = next(name for name in ("ana", "bo", "cy") if name != turn)
    made = changed(shell, "swap", "payments", "--until", "+3h", "--to", other, "--as", turn)
    assert re.search(r" CES?T \(", shell.run("oncall", "list", "--as", turn).out), "in one's own zone"
    assert shell.run("oncall", "take", str(made["id"]), "--as", "di").err.startswith(f"Swap {made['id']} asks {other}.")
    assert changed(shell, "take", str(made["id"]), "--as", other)["taken_by"] == other
    assert shell.ask("oncall", "now", "--schedule", "payments")[0]["people"] == [other]
    changed(shell, "withdraw", str(made["id"]), "--as", turn)
    assert shell.ask("oncall", "now", "--schedule", "payments")[0]["people"] == [turn]


def test_an_absence_says_who_is_missing_then(shop: Shell) -> None:
    (turn,) = shop.ask("oncall", "now", "--schedule", "payments")[0]["people"]
    done = shop.run("oncall", "away", "--until", "+30m", "--person", turn)
    assert done.code == 0
    assert "Now payments: nobody from " in done.err
    name = done.out.split()[0]
    assert done.out == f"{name} {turn} is away\n"
    assert shop.ask("oncall", "now", "--schedule", "payments")[0]["people"] == []
    assert changed(shop, "back", name)["person"] == turn
    assert shop.ask("oncall", "now", "--schedule", "payments")[0]["people"] == [turn]
    verdict = shop.ask("verify")
    assert (verdict["ok"], verdict["events"]) == (True, 3)


def test_a_command_id_makes_a_repeated_act_change_nothing(shop: Shell) -> None:
    words = ("oncall", "override", "payments", "add", "di", "--until", "+2h")
    one = "0b6d4f0e-8f5e-4c7d-9d43-2a4d1c0e7b52"
    first, again = (shop.ask(*words, "--command-id", one) for _ in range(2))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert first["changes"] == again["changes"]
    assert len(shop.ask("oncall", "list")) == 1


def test_mistakes_are_sentences(shop: Shell) -> None:
    assert (
        "No schedule is called “paymets”.\nDid you mean payments?"
        in shop.run("oncall", "now", "--schedule", "paymets").err
    )
    late = shop.run("oncall", "away", "--until", "-2h", "--person", "ana")
    assert (late.code, late.err.splitlines()[0]) == (
        1,
        "That is over already: only what is still to come can be changed.",
    )
    assert shop.run("oncall", "override", "payments", "add", "di").code == 2
    assert "--until" in shop.run("oncall", "override", "--help").out


def test_without_schedules_there_is_nobody_to_show(shell: Shell) -> None:
    shell.run("declare", "one")
    assert shell.ask("oncall", "now") == shell.ask("oncall", "list") == []
    for words in (("now",), ("calendar",)):
        done = shell.run("oncall", *words)
        assert (done.code, done.out, done.err) == (0, "", "No schedule is there yet.\n")


LATER = ("--from", "tomorrow 10:00", "--until", "+2h", "--zone", "utc")


def test_an_override_that_does_nothing_is_made_with_a_word_about_it(shop: Shell) -> None:
    done = shop.run("oncall", "override", "payments", "remove", "di", *LATER)
    assert (done.code, "This changes nothing: di is not on call by payments then." in done.err) == (0, True)
    (there,) = shop.ask("oncall", "now", "--schedule", "payments", "--at", LATER[1], "--zone", "utc")[0]["people"]
    real = shop.run("oncall", "override", "payments", "remove", there, *LATER)
    assert (real.code, "changes nothing" in real.err) == (0, False)
    assert "Now payments: nobody from" in real.err


def test_whoever_is_put_on_call_and_has_no_contact_is_named(shop: Shell) -> None:
    done = shop.ask("oncall", "override", "payments", "add", "di", *LATER)
    assert done["warnings"] == ["di has no contact, and cannot be paged."]
    with closing(open_store(shop.db)) as store:
        Room(store, Actor("ana")).publish(reachable(Org(ROSTERS)).playbook)
    assert shop.ask("oncall", "override", "ledger", "add", "bo", *LATER)["warnings"] == []
