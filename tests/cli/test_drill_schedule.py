"""Drills that are to come, on the command line: planned, listed, begun, called off, and in calendars."""

from contextlib import closing
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from msgspec.structs import replace

from tests.cli.shell import Shell
from tests.support.rosters import ROSTERS
from warroom.bootstrap import open_store
from warroom.room.room import Actor, Room

SCENARIO = """\
scenario: slow-payments
title: Payments are slow
difficulty: 2
start: {title: Payments take a minute, severity: 2, services: [payments]}
injects:
  - {id: slow, at: 30m, kind: alert, by: monitoring, text: The queue of payments grows.}
end: {limit: 1h}
"""


ANA, *OTHERS = ROSTERS.people
BOOK = replace(ROSTERS, people=(replace(ANA, logins=(*ANA.logins, getuser())), *OTHERS))
"Whoever runs the tests is ana, unless they say otherwise."


def published(shell: Shell) -> Shell:
    """The same shell, whose database has people on call."""
    with closing(open_store(shell.db, create=True)) as store:
        Room(store, Actor("ana")).publish(BOOK)
    return shell


@pytest.fixture
def shop(shell: Shell) -> Shell:
    """Ana's shell. On SQLite, where others can be asked for as well."""
    return seen_by(published(shell), "ana")


@pytest.fixture
def file(tmp_path: Path) -> str:
    """A scenario that fits the shop."""
    path = tmp_path / "slow.yaml"
    path.write_text(SCENARIO, encoding="utf-8")
    return str(path)


def seen_by(shell: Shell, person: str) -> Shell:
    """The same database, for somebody else."""
    return Shell(shell.db, {"WARROOM_AS": person})


def plan(shell: Shell, file: str, *words: str) -> Any:
    return shell.ask("drill", "schedule", file, "--at", "+3d", *words)


def entries(text: str | bytes) -> list[tuple[str, str, str, int]]:
    """(UID, summary, status, sequence) of each event, by somebody else's reader."""
    rows = Calendar.from_ical(text).walk("VEVENT")
    return [(str(row["UID"]), str(row["SUMMARY"]), str(row["STATUS"]), row.decoded("SEQUENCE")) for row in rows]


def test_a_drill_is_planned_and_everybody_sees_it_but_only_its_leader_what_it_is_about(shop: Shell, file: str) -> None:
    done = shop.run("drill", "schedule", file, "--at", "+3d", "--invite", "bo", "--invite", "cy")
    assert done.code == 0, done
    assert done.out.startswith("2 ")
    assert "Told of it now: bo, cy." in done.err, "ana plans it, and knows"
    assert "Reminded of it a day and 15 minutes before: ana, bo, cy." in done.err
    assert "warroom drill start --scheduled 2" in done.err
    (mine,) = shop.ask("drill", "scheduled")["drills"]
    assert (mine["scenario"], mine["title"], mine["invited"]) == ("slow-payments", "Payments are slow", ["bo", "cy"])
    (other,) = seen_by(shop, "bo").ask("drill", "scheduled")["drills"]
    assert (other["scenario"], other["title"], other["start"]) == (None, None, mine["start"])
    assert "Payments are slow" not in seen_by(shop, "bo").run("drill", "scheduled").out
    assert "Payments are slow" in shop.run("drill", "scheduled").out


def test_an_unannounced_drill_is_nowhere_but_with_those_who_lead_it(shop: Shell, file: str) -> None:
    plan(shop, file, "--invite", "bo", "--unannounced")
    bo = seen_by(shop, "bo")
    assert bo.ask("drill", "scheduled", "--all")["drills"] == []
    assert bo.run("drill", "scheduled").err.strip() == "No drill is planned."
    assert entries(bo.run("drill", "scheduled", "--ical", "-").out) == []
    assert entries(shop.run("drill", "scheduled", "--ical", "-").out)[0][1:] == (
        "DRILL: Payments are slow", "CONFIRMED", 0,
    )  # fmt: skip
    refused = bo.run("drill", "cancel", "2", "--because", "no")
    assert (refused.code, "No scheduled drill is called “2”" in refused.err) == (1, True)


def test_a_drill_that_is_called_off_keeps_its_entry_and_says_so(shop: Shell, file: str, tmp_path: Path) -> None:
    plan(shop, file, "--team", "payments", "--controller", "cy")
    bo, cy, path = seen_by(shop, "bo"), seen_by(shop, "cy"), tmp_path / "drills.ics"
    assert bo.run("drill", "scheduled", "--ical", str(path)).code == 0
    ((uid, *first),) = entries(path.read_bytes())
    assert first == ["DRILL: payments", "CONFIRMED", 0]
    refused = bo.run("drill", "cancel", "2", "--because", "no")
    assert (refused.code, "led by cy" in refused.err) == (1, True)
    done = cy.run("drill", "cancel", "2", "--because", "a release")
    assert (done.code, done.out) == (0, "2 called off: a release\n")
    assert "They are told: " in done.err
    assert "cy" not in done.err, "cy calls it off, and knows"
    assert bo.run("drill", "scheduled", "--ical", str(path)).code == 0
    assert entries(path.read_bytes()) == [(uid, "DRILL: payments", "CANCELLED", 1)]
    assert shop.ask("drill", "scheduled")["drills"] == []
    (kept,) = shop.ask("drill", "scheduled", "--all")["drills"]
    assert (kept["state"], kept["cancelled_by"], kept["because"]) == ("cancelled", "cy", "a release")


def test_a_drill_may_be_planned_for_others_to_lead(shop: Shell, file: str) -> None:
    made = plan(shop, file, "--controller", "cy", "--invite", "bo", "--unannounced")
    assert (made["controllers"], made["announced"], made["title"]) == (["cy"], False, "Payments are slow")
    assert shop.ask("drill", "cancel", made["id"], "--because", "a release")["state"] == "cancelled"


def test_a_person_s_calendar_has_their_drills_beside_their_shifts(shop: Shell, file: str) -> None:
    plan(shop, file, "--invite", "bo")
    plan(shop, file, "--invite", "bo", "--unannounced")
    told = shop.ask("oncall", "export", "--person", "bo", "--days", "10")
    assert [each["uid"] for each in told["drills"]] == [
        entries(shop.run("drill", "scheduled", "--ical", "-").out)[0][0]
    ]
    his = shop.run("oncall", "export", "--person", "bo", "--days", "10").out
    assert "Payments are slow" not in his, "his calendar tells him nothing, whoever writes it for him"
    mine = shop.run("oncall", "export", "--person", "ana", "--days", "10").out
    drills = [str(row["SUMMARY"]) for row in Calendar.from_ical(mine).walk("VEVENT") if "STATUS" in row]
    assert drills == ["DRILL: Payments are slow"] * 2
    hers = seen_by(shop, "bo").run("oncall", "export", "--person", "ana", "--days", "10").out
    drills = [str(row["SUMMARY"]) for row in Calendar.from_ical(hers).walk("VEVENT") if "STATUS" in row]
    assert drills == ["DRILL"], "of an unannounced drill its leader's calendar tells nobody else"
    assert shop.ask("oncall", "export", "--person", "bo", "--days", "2")["drills"] == []
    assert shop.ask("oncall", "export", "--days", "10")["drills"] == []


def test_a_planned_drill_is_begun_as_it_was_planned_and_only_once(shop: Shell, file: str) -> None:
    plan(shop, file, "--invite", "bo", "--team", "payments")
    Path(file).unlink()
    refused = seen_by(shop, "bo").run("drill", "start", "--scheduled", "2")
    assert (refused.code, "led by ana, not by bo" in refused.err) == (1, True)
    done = shop.run("drill", "start", "--scheduled", "2", "--detach", "--yes")
    assert (done.code, done.out) == (0, "INC-1\n")
    (kept,) = shop.ask("drill", "scheduled", "--all")["drills"]
    assert (kept["state"], kept["begun"] < kept["start"]) == ("held", True)
    day, time = kept["begun"][:10], kept["begun"][11:16]
    assert f"{day} {time} UTC" in shop.run("drill", "scheduled", "--all", "--zone", "UTC").out
    shown = shop.ask("drill", "status", "INC-1")
    assert (shown["title"], shown["team"]) == ("DRILL: Payments take a minute", "payments")
    again = shop.run("drill", "start", "--scheduled", "2")
    assert (again.code, "already been held" in again.err) == (1, True)
    assert len(shop.ask("list")) == 1


def test_a_drill_is_planned_called_off_and_begun_on_either_database(anywhere: Shell, file: str) -> None:
    ana = published(anywhere)
    for name in ("2", "3"):
        assert plan(ana, file, "--invite", "bo")["id"] == name
    assert ana.ask("drill", "cancel", "3", "--because", "a release")["state"] == "cancelled"
    assert ana.run("drill", "start", "--scheduled", "2", "--detach", "--yes").out == "INC-1\n"
    known = {each["id"]: each["state"] for each in ana.ask("drill", "scheduled", "--all")["drills"]}
    assert known == {"2": "held", "3": "cancelled"}
    assert [row[2] for row in entries(ana.run("drill", "scheduled", "--ical", "-").out)] == ["CONFIRMED", "CANCELLED"]


def test_days_before_its_time_a_drill_is_begun_only_by_somebody_who_means_it(shop: Shell, file: str) -> None:
    plan(shop, file, "--invite", "bo")
    refused = shop.run("drill", "start", "--scheduled", "2", "--detach")
    assert (refused.code, refused.err) == (
        2,
        "Drill 2 is planned to begin in 2 d, and nobody is here to ask.\nSay --yes to do it all the same.\n",
    )
    assert shop.ask("list") == []
    soon = shop.ask("drill", "schedule", file, "--at", "+50m", "--invite", "bo")["id"]
    assert shop.run("drill", "start", "--scheduled", soon, "--detach").code == 0


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("drill", "start"), "Which scenario is missing."),
        (("drill", "start", "FILE", "--scheduled", "2"), "settled when it was planned"),
        (("drill", "start", "--scheduled", "2", "--team", "ops"), "settled when it was planned"),
        (("drill", "start", "FILE", "--team", "nosuch"), "No team is called “nosuch”"),
        (("drill", "start", "--scheduled", "7"), "No scheduled drill is called “7”"),
        (("drill", "schedule", "FILE", "--at", "soon", "--invite", "bo"), "“soon” is no time"),
        (("drill", "schedule", "FILE", "--at", "-1h", "--invite", "bo"), "still to come"),
        (("drill", "schedule", "FILE", "--at", "+1h"), "Say who takes part"),
        (("drill", "schedule", "expired-certificate", "--at", "+1h", "--invite", "bo"), "expired-certificate"),
        (("drill", "schedule", "nothing-such", "--at", "+1h", "--invite", "bo"), "No scenario is called"),
    ],
)
def test_what_is_refused_plans_and_begins_nothing(shop: Shell, file: str, words: tuple[str, ...], said: str) -> None:
    done = shop.run(*(file if word == "FILE" else word for word in words))
    assert done.code in (1, 2), done
    assert said in done.out + done.err
    assert shop.ask("drill", "scheduled", "--all")["drills"] == []
    assert shop.ask("list") == []
