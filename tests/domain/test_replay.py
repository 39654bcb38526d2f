"""The course of an incident: positions, milestones, gaps, the screen's time, and the place that a trainer tells."""

from datetime import UTC, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.acts import Act, attempt, courses, rehearsed
from tests.support.builders import Tale, at
from warroom.domain import bookmarks, clock, record
from warroom.domain.errors import Already, Invalid, Refused, Unknown
from warroom.domain.replay import Course, Gap, Mark, Place, course, find, search
from warroom.domain.truth import Truth, truth

SECOND = 1_000_000


@pytest.fixture
def told() -> Tale:
    """Declared at 14:00; detected, quiet for an hour, contained about 15:01."""
    tale = Tale(at=at("13:50"))
    tale.at("14:01").do(clock.mark, "detection", at("13:55"), happened=at("13:55"))
    tale.at("14:01").do(record.note, "Checkout fails for one bank", by="bo")
    tale.at("15:01").do(clock.mark, "containment", approximate=True)
    return tale


def test_milestones_stand_where_they_became_known(told: Tale) -> None:
    marks = course(told.facts).marks
    assert marks == (
        Mark("declaration", 1, at("14:00")),
        Mark("impact", 1, at("13:50")),
        Mark("detection", 2, at("13:55")),
        Mark("containment", 4, at("15:01"), approximate=True),
    )


def test_long_gaps_are_compressed_and_listed(told: Tale) -> None:
    made = course(told.facts, cap=timedelta(seconds=90))
    assert made.seconds == (0.0, 60.0, 60.0, 150.0)
    assert made.gaps == (Gap(3, at("14:01"), at("15:01")),)
    assert (made.gap(3), made.gap(2)) == (made.gaps[0], None)
    assert made.gaps[0].length == timedelta(hours=1)


def test_the_screen_s_time_leads_to_positions_and_moments(told: Tale) -> None:
    made = course(told.facts, cap=timedelta(seconds=90))
    assert [made.at_screen(each) for each in (-1, 0, 59.9, 60, 149, 150, 1e9)] == [0, 1, 1, 3, 3, 4, 4]
    assert [made.moment_at_screen(each) for each in (-1, 30, 105, 200)] == [
        at("14:00"),
        at("14:00:30"),
        at("14:31"),
        at("15:01"),
    ]
    assert [made.at(at(each)) for each in ("13:59", "14:00", "14:30", "15:01")] == [0, 1, 3, 4]


@given(courses(), st.integers(1, 40), st.integers(1, 900))
def test_any_course_holds_together(acts: list[Act], buckets: int, cap: int) -> None:
    tale = rehearsed()
    for act in acts:
        attempt(tale, act)
    made = course(tale.facts, timedelta(seconds=cap))
    assert list(made.moments) == sorted(made.moments)
    assert sum(made.density(buckets)) == made.length
    assert len(made.density(buckets)) == buckets
    for position in range(made.length + 1):
        again = made.at_screen(made.screen_time(position))
        assert again >= position
        assert made.screen_time(again) == made.screen_time(position)
    assert sorted(truth(made).moments) == list(truth(made).moments)


def test_nothing_is_a_course_too() -> None:
    nothing = course(())
    assert nothing == Course()
    assert (nothing.length, nothing.duration, nothing.moment(3), nothing.moment_at_screen(1.0)) == (0, 0.0, None, None)
    assert (nothing.at_screen(5.0), nothing.screen_time(2), nothing.density(3)) == (0, 0.0, (0, 0, 0))
    assert truth(nothing) == Truth()
    assert Truth().at(at("14:00")) == 0


def test_what_is_recorded_before_its_forerunner_waits_for_it(told: Tale) -> None:
    facts = [*told.facts[:3], replace(told.facts[3], recorded=at("13:00"))]
    assert course(facts).moments[-1] == at("14:01")


def test_words_are_found_whatever_their_case(told: Tale) -> None:
    timeline = told.incident.timeline
    assert (search(timeline, " checkout FAILS "), search(timeline, "bank"), search(timeline, " ")) == ((3,), (3,), ())


def test_a_place_is_found_by_number_milestone_time_or_words(told: Tale) -> None:
    made = course(told.facts)
    found = {text: find(made, told.incident.timeline, text, UTC) for text in ("3", "Detection", "14:30", "one bank")}
    assert found == {"3": 3, "Detection": 2, "14:30": 3, "one bank": 3}
    assert find(made, told.incident.timeline, "2026-05-04T15:00Z", UTC) == 3
    assert find(made, told.incident.timeline, "end", UTC) == 4
    with pytest.raises(Invalid, match="no entry 5"):
        find(made, told.incident.timeline, "5", UTC)
    with pytest.raises(Unknown, match="resolution was not known"):
        find(made, told.incident.timeline, "resolution", UTC)
    with pytest.raises(Unknown, match="hamsters"):
        find(made, told.incident.timeline, "hamsters", UTC)


def test_a_time_of_day_is_the_first_one_in_the_course() -> None:
    tale = Tale("23:50")
    tale.at("0:10", 1).do(record.note, "seen")
    tale.at("23:55", 1).do(record.note, "seen again")
    made = course(tale.facts)
    assert [find(made, tale.incident.timeline, text, UTC) for text in ("23:52", "0:10", "12:00")] == [1, 2, 2]
    with pytest.raises(Invalid, match="not in this incident"):
        find(course(tale.facts[:2]), tale.incident.timeline, "12:00", UTC)


def test_a_place_moves_on_by_itself_and_stops_at_either_end(told: Tale) -> None:
    made = course(told.facts, cap=timedelta(seconds=90))
    start = Place(playing=True, rate=2.0, since=0)
    moved = start.now(made, 30 * SECOND)
    assert (moved.position, moved.seconds, moved.playing, moved.since) == (3, 60.0, True, 30 * SECOND)
    ended = start.now(made, 500 * SECOND)
    assert (ended.position, ended.seconds, ended.playing) == (4, 150.0, False)
    back = replace(ended, playing=True, rate=-1.0).now(made, 520 * SECOND)
    assert (back.position, back.seconds) == (3, 130.0)
    assert replace(back, playing=False).now(made, 900 * SECOND).position == 3


def test_a_jump_keeps_playing_from_there(told: Tale) -> None:
    made = course(told.facts, cap=timedelta(seconds=90))
    jumped = Place(playing=True, rate=8.0).jump(made, 4, SECOND)
    assert (jumped.position, jumped.seconds, jumped.since, jumped.playing) == (4, 150.0, SECOND, True)
    assert Place().jump(made, 99, 0).position == 4


def test_one_fact_among_several_of_the_same_second_can_be_looked_at(told: Tale) -> None:
    made = course(told.facts)
    assert Place().jump(made, 2, 0).now(made, 9 * SECOND).position == 2


def test_bookmarks_are_kept_in_the_order_of_their_places_and_taken_away_once(told: Tale) -> None:
    told.do(bookmarks.bookmark, "here", at=3)
    told.do(bookmarks.bookmark, " there ", at=1)
    assert [(each.seq, each.at, each.remark) for each in told.incident.bookmarks] == [(6, 1, "there"), (5, 3, "here")]
    assert course(told.facts).length == 4
    told.do(bookmarks.remove, 5)
    assert [each.seq for each in told.incident.bookmarks] == [6]
    with pytest.raises(Already, match="already gone"):
        told.do(bookmarks.remove, 5)
    with pytest.raises(Refused, match="no bookmark 3"):
        told.do(bookmarks.remove, 3)
    with pytest.raises(Refused, match="no entry 99"):
        told.do(bookmarks.bookmark, at=99)
