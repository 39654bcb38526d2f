"""Post-mortems: every trap of real ones, each told with its line, and nothing made up."""

from datetime import UTC, datetime
from textwrap import dedent

import pytest

from warroom.domain.clock import Name
from warroom.playbook.document import BadFile
from warroom.playbook.incident import PastIncident
from warroom.playbook.past.postmortem import read_postmortem
from warroom.playbook.past.zones import read_zone


def read(text: str, name: str = "report.md", zone: str = "") -> PastIncident:
    return read_postmortem(name, dedent(text), read_zone(zone) if zone else None)


def table(*rows: str, head: str = "All times in UTC.", title: str = "Mail stands still", tail: str = "") -> str:
    """A report with these rows; the first stands on line 7."""
    lines = [f"# {title}", "## Timeline", head, "", "| Time | Event |", "| :--- | ---"]
    return "\n".join([*lines, *(f"| {row} |" for row in rows), "", tail])


def at(day: int, hour: int, minute: int = 0, month: int = 3, year: int = 2024) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


def times(past: PastIncident) -> list[datetime]:
    return [entry.when.at for entry in past.timeline]


def milestone(past: PastIncident, name: Name) -> datetime | None:
    known = past.milestone(name)
    return known.at if known else None


def told(past: PastIncident) -> list[str]:
    """The warnings without the name of the file."""
    return [warning.removeprefix("report.md:") for warning in past.warnings]


def test_a_table() -> None:
    past = read(table("2024-03-05 10:00 | the disk &amp; the queue fill up", "2024-03-05   10:04 | a second \\| pipe"))
    assert (past.id, past.title, past.source, past.source_time_zone) == (
        "report",
        "Mail stands still",
        ("report.md",),
        "UTC",
    )
    assert [(each.when.at, each.fact, each.line, each.written) for each in past.timeline] == [
        (at(5, 10), "the disk & the queue fill up", 7, "2024-03-05 10:00"),
        (at(5, 10, 4), "a second | pipe", 8, "2024-03-05 10:04"),
    ]
    assert past.warnings == ()


def test_columns_stand_where_their_heading_says() -> None:
    past = read("""\
        # T
        ## Timeline
        | Who | When (UTC) | What |
        |-----|------------|------|
        | ana | 2024-03-05 10:00 | restarts it |
        """)
    assert [entry.fact for entry in past.timeline] == ["ana | restarts it"]
    assert past.source_time_zone == "UTC"


@pytest.mark.parametrize(
    ("zone", "wall", "moment"),
    [
        ("CET", "2024-01-10 12:00", at(10, 11, month=1)),
        ("CEST", "2024-07-10 12:00", at(10, 10, month=7)),
        ("PST", "2024-01-10 23:48", at(11, 7, 48, month=1)),
        ("PDT", "2024-07-10 23:48", at(11, 6, 48, month=7)),
        ("EST", "2024-01-10 12:00", at(10, 17, month=1)),
        ("EDT", "2024-07-10 12:00", at(10, 16, month=7)),
        ("BST", "2024-07-10 12:00", at(10, 11, month=7)),
        ("UTC-7", "2024-07-10 12:00", at(10, 19, month=7)),
        ("UTC+05:30", "2024-07-10 12:00", at(10, 6, 30, month=7)),
        ("Europe/Berlin", "2024-07-10 12:00", at(10, 10, month=7)),
        ("US/Pacific", "2024-01-10 12:00", at(10, 20, month=1)),
    ],
)
def test_zones(zone: str, wall: str, moment: datetime) -> None:
    past = read(table(f"{wall} | x", head=f"All times are in {zone}."))
    assert (times(past), past.warnings) == ([moment], ())


def test_a_row_may_have_its_own_zone() -> None:
    past = read(table("2024-01-05 10:00 PST | a", "2024-01-05 19:00 | b"))
    assert times(past) == [at(5, 18, month=1), at(5, 19, month=1)]


def test_a_zone_that_clocks_did_not_show_is_read_as_written_and_pointed_out_once() -> None:
    past = read(table("2024-06-05 10:00 | a", "2024-06-05 10:05 | b", head="All times in CET."))
    assert times(past) == [at(5, 9, month=6), at(5, 9, 5, month=6)]
    assert told(past) == ["7: CET is read as written, though clocks showed CEST then: it may be an hour off"]


@pytest.mark.parametrize("head", ["All times in CST.", "All times are local."])
def test_without_a_zone_that_says_which_times_are_approximate_unless_one_is_given(head: str) -> None:
    text = table("2024-06-05 10:00 | a", head=head)
    past = read(text)
    assert (times(past), past.timeline[0].when.approximate) == ([at(5, 10, month=6)], True)
    assert len(told(past)) == 1
    assert "read as UTC, and approximate" in told(past)[0]
    given = read(text, zone="Europe/Berlin")
    assert (times(given), given.timeline[0].when.approximate, given.warnings) == ([at(5, 8, month=6)], False, ())


def test_a_time_that_a_region_shows_twice_is_the_first_and_says_so() -> None:
    past = read(table("2024-10-27 02:30 | a", head="All times in Europe/Berlin."))
    assert times(past) == [at(27, 0, 30, month=10)]
    assert "the first reading of 02:30 is taken" in told(past)[0]


@pytest.mark.parametrize(
    ("written", "moment", "approximate", "why"),
    [
        ("2024-03-05 10:??", at(5, 10), True, "the minute is not known; taken as 10:00, and approximate"),
        ("2024-03-05 ~10:30", at(5, 10, 30), True, "is an approximate time"),
        ("2024-03-05 10:30~", at(5, 10, 30), True, "is an approximate time"),
        ("2024-03-05 ±23:00", at(5, 23), True, "is an approximate time"),
        ("2024-03-05 about 10:30", at(5, 10, 30), True, "is an approximate time"),
        ("2024-03-05 09:00 - 11:00", at(5, 9), False, "is a range; taken as its beginning, with its end in the words"),
        ("2024-03-05 09:00-HH:??", at(5, 9), False, "is a range; taken as its beginning, with its end in the words"),
    ],
)
def test_half_known_times(written: str, moment: datetime, approximate: bool, why: str) -> None:
    past = read(table(f"{written} | x"))
    (entry,) = past.timeline
    assert (entry.when.at, entry.when.approximate, entry.when.day) == (moment, approximate, False)
    assert len(told(past)) == 1
    assert told(past)[0].startswith("7: “")
    assert told(past)[0].endswith(why)
    assert entry.fact.startswith("x")


def test_the_end_of_a_range_stays_in_the_words() -> None:
    assert read(table("2024-03-05 09:00 - 11:00 | x")).timeline[0].fact == "x (until 11:00)"


@pytest.mark.parametrize("written", ["2024-03-05 --:--", "2024-03-05 ??:??", "2024-03-05 HH:??", "2024-03-05"])
def test_a_day_without_a_time_is_a_day(written: str) -> None:
    past = read(table(f"{written} | x", "2024-03-05 10:00 | y"))
    day = past.timeline[0].when
    assert (day.at, day.day, day.approximate) == (at(5, 0), True, True)
    assert [" only the day" in warning for warning in told(past)] == [True] * (":" in written)


@pytest.mark.parametrize(
    "written",
    [
        "--:--",
        "??:??",
        "???",
        "2024-MM-DD",
        "2024/25-??-??",
        "25:61",
        "03/04/2024 10:00",
        "2024-02-30 10:00",
        "0204-03-05 10:00",
        "9999-12-31",
        "",
    ],
)
def test_a_row_without_a_usable_time_keeps_its_words_as_a_remark(written: str) -> None:
    past = read(table("2024-03-05 10:00 | y", f"{written} | the words"))
    assert [entry.fact for entry in past.timeline] == ["y"]
    assert len(past.notes) == 1
    assert past.notes[0].startswith("line 8")
    assert past.notes[0].endswith("the words")
    assert [warning.partition(":")[0] for warning in told(past)] == ["8"]


def test_a_year_of_five_digits_is_read_where_the_report_leaves_one_way() -> None:
    past = read(table("20242-03-05 10:00 | x", title="Outage of 2024"))
    assert (times(past), past.timeline[0].when.approximate) == ([at(5, 10)], True)
    assert "the year 20242 has a digit too many; read as 2024" in told(past)[0]


@pytest.mark.parametrize("title", ["Outage", "Between 2024 and 2042"])
def test_otherwise_it_is_not_guessed(title: str) -> None:
    past = read(table("20242-03-05 10:00 | x", "2019-01-01 10:00 | y", title=title))
    assert [entry.fact for entry in past.timeline] == ["y"]
    assert any("its year is not known" in warning for warning in told(past))


def test_rows_out_of_order_and_over_a_year_end_are_kept_and_told() -> None:
    past = read(table("2024-12-31 15:50 | a", "2024-12-31 14:30 | b", "2025-01-04 11:03 | c"))
    assert times(past) == [at(31, 15, 50, 12), at(31, 14, 30, 12), at(4, 11, 3, 1, 2025)]
    assert told(past) == ["8: “2024-12-31 14:30” is earlier than the row before it; kept as it is written"]


def test_a_list_with_its_day_in_a_sentence_and_items_of_several_lines() -> None:
    past = read("""\
        # Partial outage
        ## Timeline
        All times in PST, on February 5th 2019

        * [08:47] A deploy goes out. **Outage begins.**
        * [08:57] @ana notices that some
        statuses are missing
        * [09:34] It works again. **Outage ends.**

        ## Appendix
        * [10:00] chat
        """)
    assert times(past) == [at(5, 16, 47, 2, 2019), at(5, 16, 57, 2, 2019), at(5, 17, 34, 2, 2019)]
    assert past.timeline[1].fact == "@ana notices that some statuses are missing"
    assert [milestone(past, name) for name in ("impact", "detection", "resolution")] == times(past)
    assert past.warnings == ()


def test_a_list_that_runs_past_midnight() -> None:
    past = read("""\
        +++
        title = "Update on the October 15, 2018 incident"
        +++
        ## Timeline of events
        - 23:58 UTC: deleted
        - 00:40 UTC: removed
        """)
    assert past.title == "Update on the October 15, 2018 incident"
    assert times(past) == [at(15, 23, 58, 10, 2018), at(16, 0, 40, 10, 2018)]
    assert told(past) == [
        "5: no day is given; 2018-10-15 is taken from the title",
        "6: “00:40 UTC” is past midnight; taken as 2018-10-16",
    ]


def test_days_in_headings_and_halves_of_the_day() -> None:
    past = read("""\
        # T
        ## Timeline
        All times in PST

        2019-01-22

        - 2:54 PM PST: merged

        ### 2019-01-23
        - 12:10 AM: seen
        - **4:49 AM: told**
        """)
    assert times(past) == [at(22, 22, 54, 1, 2019), at(23, 8, 10, 1, 2019), at(23, 12, 49, 1, 2019)]
    assert [entry.fact for entry in past.timeline] == ["merged", "seen", "told"]
    assert past.warnings == ()


def test_months_and_days_take_the_year_of_the_title_and_turn_with_it() -> None:
    past = read("""\
        # March 26th, 2019 Outage
        All times in UTC.
        ## Timeline
        - [12-05 16:21] a bug
        - [03-26 23:04] it breaks
        - [03-26 02:50] reported
        """)
    assert times(past) == [at(5, 16, 21, 12, 2018), at(26, 23, 4, 3, 2019), at(26, 2, 50, 3, 2019)]
    assert sum("has no year" in warning for warning in told(past)) == 3
    assert sum("earlier than the row before" in warning for warning in told(past)) == 1


def test_without_any_year_there_is_no_time() -> None:
    with pytest.raises(BadFile, match="no row of a timeline says when it was"):
        read("# T\n## Timeline\n- [03-26 23:04] it breaks\n")


def test_prose_gives_only_whole_moments() -> None:
    past = read("""\
        # DNS
        On Wednesday, 2023-01-25 at 09:15 UTC, we deployed.
        Around 9:30 UTC it came back.
        """)
    assert times(past) == [at(25, 9, 15, 1, 2023)]
    assert told(past) == [
        "2: “2023-01-25 at 09:15 UTC” stands in prose; its line is taken as a row",
        "3: “9:30 UTC” stands in prose without its day; not used",
    ]


def test_code_is_no_timeline() -> None:
    past = read("# T\n## Timeline\n- 2024-03-05 10:00 UTC: a\n```\n- 2024-03-05 11:00 UTC: b\n```\n")
    assert len(past.timeline) == 1


def test_items_without_a_time_are_kept() -> None:
    past = read("# T\n## Timeline\n- 2024-03-05 10:00 UTC: a\n- and then\n")
    assert past.notes == ("line 4: and then",)
    assert told(past) == ["4: this item begins with no time; kept as a remark"]


def test_line_ends_of_windows_and_names_without_letters() -> None:
    past = read_postmortem("—.md", table("2024-03-05 10:00 | a").replace("\n", "\r\n"))
    assert (past.id, len(past.timeline)) == ("incident", 1)


# Which row is a milestone.

STATS = "## Stats\n- Time to detection: {}\n- Time to recovery: {}\n"
ROWS = (
    "2024-03-05 10:00 | a deploy",
    "2024-03-05 10:05 | certificates are gone",
    "2024-03-05 10:20 | users reported errors",
    "2024-03-05 11:00 | service restored",
)


def test_without_words_that_say_so_a_milestone_stays_unknown() -> None:
    past = read(table("2024-03-05 10:00 | a deploy", "2024-03-05 11:00 | a rollback"))
    assert [when for _, when in past.milestones] == [None] * 7


@pytest.mark.parametrize(
    "text", ["not resolved", "some pods are not operational", "it is still not working again", "issue unresolved"]
)
def test_a_not_takes_the_words_back(text: str) -> None:
    assert milestone(read(table(f"2024-03-05 10:00 | {text}")), "resolution") is None


def test_the_beginning_is_counted_back_from_the_stated_recovery_to_a_row() -> None:
    past = read(table(*ROWS, tail=STATS.format("15 minutes", "55 minutes")))
    assert [milestone(past, name) for name in ("impact", "detection", "resolution")] == [
        at(5, 10, 5),
        at(5, 10, 20),
        at(5, 11),
    ]
    begun = past.milestone("impact")
    assert begun is not None
    assert begun.approximate
    assert dict(past.reasons)["impact"] == "line 8, counted back 55 minutes from line 10"
    assert dict(past.expected) == {"ttd_min": 15.0, "ttr_min": 55.0}
    assert past.warnings == ()


def test_else_from_the_stated_detection() -> None:
    past = read(table(*ROWS, tail=STATS.format("15 minutes", "?")))
    assert milestone(past, "impact") == at(5, 10, 5)


def test_a_stated_time_that_leads_to_no_row_finds_nothing_and_says_so() -> None:
    past = read(table(*ROWS, tail=STATS.format("14 minutes", "50 minutes")))
    assert milestone(past, "impact") is None
    assert [warning.partition(": ")[2] for warning in told(past)] == [
        "time to detection is stated as 14 minutes, but no row says when it began; it stays unknown",
        "time to recovery is stated as 50 minutes, but no row says when it began; it stays unknown",
    ]


def test_a_recovery_that_fits_the_containment_is_compared_with_it() -> None:
    rows = ("2024-03-05 10:00 | problem started", "2024-03-05 10:15 | mitigated", "2024-03-05 11:00 | resolved")
    past = read(table(*rows, tail=STATS.format("N/A", "15 minutes")))
    assert dict(past.expected) == {"ttd_min": None, "tt_contain_min": 15.0}
    assert [milestone(past, name) for name in ("containment", "resolution")] == [at(5, 10, 15), at(5, 11)]


def test_hours_count_too() -> None:
    past = read(table(*ROWS, tail=STATS.format("?", "1 hour 5 minutes")))
    assert dict(past.expected)["ttr_min"] == 65.0


def test_a_row_that_ends_it_before_it_began_is_not_used_and_that_is_said() -> None:
    past = read(table("2024-03-05 23:00 | outage starts", "2024-03-05 08:00 | outage ends"))
    assert (milestone(past, "impact"), milestone(past, "resolution")) == (at(5, 23), None)
    assert "8: this row tells the resolution, but lies before the beginning (line 7); not used" in told(past)


def test_a_stated_time_beyond_all_measure_is_none() -> None:
    past = read(table(*ROWS, tail=STATS.format("9999999 days", "?")))
    assert dict(past.expected) == {"ttd_min": None, "ttr_min": None}
