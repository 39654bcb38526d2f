"""Calendars on the command line: shifts out, absences and overrides in."""

import os
import stat
from contextlib import closing
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from tests.cli.shell import Shell
from tests.playbook.calendars import calendar
from tests.support.rosters import ROSTERS
from warroom.bootstrap import open_store
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.roster import Changes, on_call
from warroom.room.room import Actor, Room

PAYMENTS = ROSTERS.schedules[0]
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def shop(anywhere: Shell) -> Shell:
    """A shell whose database has people on call."""
    with closing(open_store(anywhere.db, create=True)) as store:
        Room(store, Actor("ana")).publish(ROSTERS)
    return anywhere


def noon(shell: Shell, days: int = 2) -> datetime:
    """Noon in UTC so many days after the database's today."""
    with closing(open_store(shell.db)) as store:
        today = moment(store.now()).date()
    return datetime.combine(today + timedelta(days=days), time(12), UTC)


def org(shell: Shell) -> Org:
    with closing(open_store(shell.db)) as store:
        return Room(store, Actor("ana")).feed(None).refresh().org


def event(uid: str, start: datetime, hours: int, *lines: str) -> str:
    times = f"DTSTART:{start:%Y%m%dT%H%M%SZ}\nDTEND:{start + timedelta(hours=hours):%Y%m%dT%H%M%SZ}"
    return "\n".join((f"UID:{uid}", times, *lines))


def written(folder: Path, *events: str) -> str:
    """A calendar as a file."""
    path = folder / "team.ics"
    path.write_bytes(calendar(*events))
    return str(path)


def test_the_shifts_of_three_months_are_a_calendar(shop: Shell) -> None:
    done = shop.run("oncall", "export", "--schedule", "payments")
    assert (done.code, done.err) == (0, "")
    events = Calendar.from_ical(done.out).walk("VEVENT")
    assert len(events) in (13, 14)
    assert {str(each["SUMMARY"]) for each in events} == {"payments: ana", "payments: bo", "payments: cy"}


def test_one_person_s_shifts_and_the_gaps(shop: Shell) -> None:
    told = shop.ask("oncall", "export", "--person", "aruiz", "--days", "14")
    assert {(each["schedule"], each["person"]) for each in told["shifts"]} <= {("payments", "ana")}
    told = shop.ask("oncall", "export", "--schedule", "ledger", "--gaps", "--from", "2026-05-04T09:00Z", "--days", "1")
    assert [(each["person"], each["start"], each["end"]) for each in told["shifts"]] == [
        ("di", "2026-05-04T07:00:00Z", "2026-05-04T15:00:00Z"),
        (None, "2026-05-04T15:00:00Z", "2026-05-05T07:00:00Z"),
        ("di", "2026-05-05T07:00:00Z", "2026-05-05T09:00:00Z"),
    ]


def test_a_calendar_goes_into_a_file_and_over_the_last_one(shop: Shell, tmp_path: Path) -> None:
    path = tmp_path / "rota.ics"
    for days in ("30", "10"):
        done = shop.run("oncall", "export", str(path), "--days", days)
        assert (done.code, done.out) == (0, "")
    assert len(Calendar.from_ical(path.read_bytes()).walk("VEVENT")) < 30
    refused = shop.run("oncall", "export", str(tmp_path / "none" / "rota.ics"), "--json")
    assert (refused.code, refused.error["code"]) == (3, "unavailable")
    assert shop.run("oncall", "export", "--days", "400").err.startswith("--days: “400” is no number from 1 to 366.")


def test_absences_come_in_once(shop: Shell, tmp_path: Path) -> None:
    at = noon(shop)
    file = written(
        tmp_path,
        event("1", at, 8, "SUMMARY:Holiday", "ATTENDEE:mailto:ana@example.org"),
        f"UID:2\nDTSTART;VALUE=DATE:{at + timedelta(days=3):%Y%m%d}\nSUMMARY:bo away",
        event("3", at, 8, "SUMMARY:lunch"),
        event("4", at - timedelta(days=9), 8, "SUMMARY:ana"),
    )
    told = shop.ask("oncall", "import", file, "--into", "absences")
    assert [(each["kind"], each["person"], each["because"]) for each in told["changes"]] == [
        ("absence", "ana", "from a calendar"),
        ("absence", "bo", "from a calendar"),
    ]
    assert told["left_out"] == [
        "team.ics:22: 4: it is over",
        "team.ics:16: 3: it names nobody of the playbook; say whose it is with --person",
    ]
    starts = [each.start for each in org(shop).changes.absences]
    assert starts[0] == at
    assert starts[1].astimezone(BERLIN).time() == time(0), "a whole day is one in the person's zone"
    again = shop.ask("oncall", "import", file, "--into", "absences")
    assert (again["entries"], again["changes"]) == (2, [])
    assert len(org(shop).changes.absences) == 2


def test_a_personal_calendar_is_whoever_says_so(shop: Shell, tmp_path: Path) -> None:
    file = written(tmp_path, event("1", noon(shop), 8, "SUMMARY:dentist"))
    done = shop.run("oncall", "import", file, "--into", "absences", "--person", "cy")
    assert (done.code, "cy is away: " in done.out) == (0, True)
    assert done.err.endswith("1 entries, 1 changes; 0 things did not come across.\n")
    assert "dentist" not in done.out + done.err


def test_overrides_come_in_once(shop: Shell, tmp_path: Path) -> None:
    at = noon(shop)
    turns = on_call(PAYMENTS, Changes(), at)
    file = written(
        tmp_path,
        event("1", at, 4, "SUMMARY:Payments on call: di"),
        event("2", at + timedelta(hours=4), 4, "SUMMARY:Payments on call: di"),
    )
    told = shop.ask("oncall", "import", file, "--into", "overrides", "--schedule", "payments")
    assert [(each["change"], each["person"], each["instead"]) for each in told["changes"]] == [
        ("replace", "di", *turns)
    ] * 2
    after = org(shop).changes
    assert on_call(PAYMENTS, after, at + timedelta(hours=7)) == ("di",)
    assert on_call(PAYMENTS, after, at + timedelta(hours=8)) == turns
    again = shop.ask("oncall", "import", file, "--into", "overrides", "--schedule", "payments")
    assert (again["entries"], again["changes"], again["left_out"]) == (2, [], [])


def test_an_override_besides(shop: Shell, tmp_path: Path) -> None:
    at = noon(shop)
    file = written(tmp_path, event("1", at, 4, "SUMMARY:di"))
    shop.ask("oncall", "import", file, "--into", "overrides", "--schedule", "payments", "--add")
    assert on_call(PAYMENTS, org(shop).changes, at) == (*on_call(PAYMENTS, Changes(), at), "di")


def test_what_the_rules_refuse_is_named_and_keeps_nothing_else_out(shop: Shell, tmp_path: Path) -> None:
    at = noon(shop)
    shop.ask("oncall", "away", "--person", "di", "--from", at.isoformat(), "--until", "+3h")
    events = [event("1", at, 4, "SUMMARY:di"), event("2", at + timedelta(days=1), 4, "SUMMARY:di")]
    told = shop.ask("oncall", "import", written(tmp_path, *events), "--into", "overrides", "--schedule", "payments")
    assert [each["start"][:10] for each in told["changes"]] == [f"{at + timedelta(days=1):%Y-%m-%d}"]
    (why,) = told["left_out"]
    assert why.startswith("team.ics:4: 1: di is away from ")
    alone = shop.run("oncall", "import", written(tmp_path, events[0]), "--into", "overrides", "--schedule", "payments")
    assert alone.code == 1


def test_a_new_gap_is_told(shop: Shell, tmp_path: Path) -> None:
    at = noon(shop)
    (turn,) = on_call(PAYMENTS, Changes(), at)
    done = shop.run("oncall", "import", written(tmp_path, event("1", at, 4, f"SUMMARY:{turn}")), "--into", "absences")
    assert "Now payments: nobody from " in done.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--into", "holidays"), "--into: “holidays” is neither absences nor overrides."),
        (("--into", "overrides"), "Overrides are of a schedule."),
        (("--into", "absences", "--add"), "Absences are of no schedule."),
    ],
)
def test_words_that_make_no_sense(shell: Shell, tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    done = shell.run("oncall", "import", str(tmp_path / "none.ics"), *words, "--json")
    assert (done.code, done.error["message"]) == (2, message)


def test_files_that_are_no_calendars(shop: Shell, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ics")
    assert stat.S_ISFIFO((tmp_path / "pipe.ics").stat().st_mode)
    done = shop.run("oncall", "import", str(tmp_path / "pipe.ics"), "--into", "absences", "--json")
    assert done.error["message"].endswith("pipe.ics: this is not a file.")
    (tmp_path / "list.ics").write_text("a shopping list\n")
    done = shop.run("oncall", "import", str(tmp_path / "list.ics"), "--into", "absences", "--json")
    assert (done.code, done.error["message"]) == (
        1,
        "list.ics:1: this is no calendar: it has to begin with BEGIN:VCALENDAR",
    )


def test_without_the_libraries_a_sentence_says_what_to_install(shop: Shell, tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['icalendar'] = None\n")
    poor = Shell(shop.db, {"PYTHONPATH": os.pathsep.join((str(tmp_path), shop.environ()["PYTHONPATH"]))})
    done = poor.run("oncall", "export")
    assert (done.code, done.err) == (
        3,
        'What reads and writes calendars is not installed here.\nInstall it: pip install "warroom[ical]"\n',
    )
