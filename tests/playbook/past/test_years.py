"""Years that cannot be right, or need not be: each row is judged by itself, and hands nothing wrong on to the next."""

from datetime import UTC, date, datetime

import pytest

from tests.playbook.past.test_postmortem import table, told
from warroom.playbook.document import BadFile
from warroom.playbook.incident import PastIncident
from warroom.playbook.past.postmortem import read_postmortem

TODAY = date(2026, 3, 1)
REMARK = "kept as a remark without a time"


def read(*rows: str, title: str = "Mail stands still", today: date | None = TODAY) -> PastIncident:
    """A report with these rows in UTC, the first on line 7."""
    return read_postmortem("report.md", table(*rows, title=title), None, today)


def moments(past: PastIncident) -> list[tuple[str, bool]]:
    """What was dated, as `YYYY-MM-DD HH:MM`, and whether only about so."""
    return [(f"{each.when.at:%Y-%m-%d %H:%M}", each.when.approximate) for each in past.timeline]


def remarks(past: PastIncident) -> list[str]:
    return [note.partition(",")[0] for note in past.notes]


def test_a_far_year_is_not_handed_on_and_makes_no_milestone() -> None:
    past = read(
        "10:00 | The outage begins",
        "2103-11-05 10:10 | far year",
        "10:30 | The outage is over",
        title="Mail, 2023-11-05",
    )
    assert moments(past) == [("2023-11-05 10:00", False)]
    assert past.milestone("resolution") is None
    assert told(past) == [
        "7: no day is given; 2023-11-05 is taken from the title",
        f"8: “2103-11-05 10:10” lies in the future; {REMARK}",
        f"9: “10:30” has no day, and that of line 8 is not known; {REMARK}",
    ]
    assert remarks(past) == ["line 8", "line 9"]


@pytest.mark.parametrize("wrong", ["2103-11-05", "2024-02-30", "20991-11-05", "2023-MM-05", "03/04/2023"])
def test_no_day_that_was_not_used_is_inherited_nor_the_one_before_it(wrong: str) -> None:
    past = read("2023-11-05 10:00 | a", f"{wrong} 10:10 | b", "10:30 | c", "2023-11-06 10:00 | d", "10:40 | e")
    assert [at for at, _ in moments(past)] == ["2023-11-05 10:00", "2023-11-06 10:00", "2023-11-06 10:40"]
    assert f"9: “10:30” has no day, and that of line 8 is not known; {REMARK}" in told(past)


def test_a_day_beside_a_time_that_is_none_still_counts() -> None:
    past = read("2023-11-05 10:00 | a", "2023-11-06 25:61 | b", "10:30 | c")
    assert moments(past) == [("2023-11-05 10:00", False), ("2023-11-06 10:30", False)]


def test_rows_without_a_day_do_not_outvote_a_true_one() -> None:
    past = read("2023-11-05 10:00 | true", "2103-11-05 10:10 | far", "10:20 | a", "10:30 | b")
    assert moments(past) == [("2023-11-05 10:00", False)]
    assert remarks(past) == ["line 8", "line 9", "line 10"]


def test_nothing_is_in_the_future_where_the_day_of_the_import_is_not_known() -> None:
    late = "2103-11-05 10:10 | x"
    assert moments(read(late, today=None)) == [("2103-11-05 10:10", False)]
    with pytest.raises(BadFile, match="no row of a timeline says when it was"):
        read(late)


def test_the_day_of_the_import_counts_in_every_zone() -> None:
    assert len(read("2026-03-02 10:00 | a", "2026-03-03 10:00 | b").timeline) == 1


def test_a_title_in_the_future_gives_no_day() -> None:
    past = read("10:00 | a", "2023-11-05 10:10 | b", title="Mail, 2103-11-05")
    assert moments(past) == [("2023-11-05 10:10", False)]
    assert told(past) == [
        "1: 2103-11-05 in the title lies in the future; not used",
        f"7: “10:00” has no day; {REMARK}",
    ]


def test_a_heading_in_the_future_gives_no_day() -> None:
    text = "# T\n## Timeline\n### 2103-11-05\n- 10:00 UTC: a\n### 2023-11-05\n- 10:30 UTC: b\n"
    past = read_postmortem("report.md", text, None, TODAY)
    assert moments(past) == [("2023-11-05 10:30", False)]
    assert told(past) == [
        "4: the day of the heading above it, 2103-11-05, lies in the future; not used",
        f"4: “10:00 UTC” has no day, and that of line 4 is not known; {REMARK}",
    ]


def test_a_year_against_that_of_the_title_is_not_used_where_the_title_would_bring_it_near() -> None:
    past = read("2013-11-05 10:00 | a", "10:10 | b", "2023-11-05 10:20 | c", title="Mail, 2023-11-05")
    assert moments(past) == [("2023-11-05 10:20", False)]
    assert f"7: “2013-11-05 10:00” lies far from the report's own day, and would not in 2023; {REMARK}" in told(past)
    assert remarks(past) == ["line 7", "line 8"]


def test_any_other_year_that_the_report_does_not_state_is_about_so_and_told_row_by_row() -> None:
    past = read("2022-06-01 10:00 | the bug", "10:10 | more of it", "2023-11-05 10:20 | c", title="Mail, 2023-11-05")
    assert moments(past) == [("2022-06-01 10:00", True), ("2022-06-01 10:10", True), ("2023-11-05 10:20", False)]
    assert told(past) == [
        "7: “2022-06-01 10:00” is not in the year that the report states, 2023; kept as it is written, and approximate",
        "8: “10:10” has no day; that of line 7 is taken, which is doubtful, and approximate",
    ]


def test_an_incident_may_run_over_the_end_of_the_stated_year() -> None:
    past = read("2023-12-31 23:50 | a", "2024-01-02 10:00 | b", title="Mail in 2023")
    assert (moments(past)[1], past.warnings) == (("2024-01-02 10:00", False), ())


def test_most_rows_outweigh_another_and_a_title() -> None:
    rows = ("2024-01-01 10:00 | a", "2023-01-01 10:05 | b", "2024-01-01 10:09 | c", "2024-01-01 10:12 | d")
    past = read(*rows)
    assert [entry.fact for entry in past.timeline] == ["a", "c", "d"]
    assert told(past) == [f"8: “2023-01-01 10:05” lies far from the other rows, and would not in 2024; {REMARK}"]
    assert past.notes == ("line 8, 2023-01-01 10:05: b",)
    against = read(*rows, title="Mail, 2022-01-01")
    assert [approximate for _, approximate in moments(against)] == [True] * 3


@pytest.mark.parametrize(
    "rows", [("2013-11-05", "2023-11-05"), ("2013-11-05", "2013-11-06", "2023-11-05", "2023-11-06")]
)
def test_where_nothing_says_which_year_is_right_every_row_is_doubtful(rows: tuple[str, ...]) -> None:
    past = read(*(f"{day} 10:00 | x" for day in rows))
    assert [approximate for _, approximate in moments(past)] == [True] * len(rows)
    assert sum("nothing says which of them is right" in each for each in told(past)) == len(rows)


def test_what_happened_long_before_stays() -> None:
    past = read("2022-06-01 10:00 | the bug arrives", "2024-01-01 10:05 | b", "2024-01-01 10:09 | c")
    assert (len(past.timeline), past.warnings) == (3, ())


def test_a_year_that_turned_with_the_months_is_not_held_against_the_title() -> None:
    past = read("11-05 10:00 | the bug", "03-26 10:00 | it breaks", title="Mail, March 26th, 2019")
    assert moments(past) == [("2018-11-05 10:00", False), ("2019-03-26 10:00", False)]
    assert not any("approximate" in each for each in told(past))


def test_every_moment_lies_before_the_import() -> None:
    past = read("2026-03-01 10:00 | a", "2026-12-24 10:00 | b", "12-24 10:00 | c", title="Mail, 2026-02-28")
    assert [entry.when.at for entry in past.timeline] == [datetime(2026, 3, 1, 10, tzinfo=UTC)]
