"""Who is on call: layers, overrides, swaps and absences, one after the other."""

import random
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.rosters import ZONES, changes, layers, moments, schedule, utc, weekly, window
from warroom.domain.roster import (
    Absence,
    Change,
    Changes,
    Layer,
    Override,
    Schedule,
    Shift,
    Swap,
    on_call,
    shifts,
    stretches,
    turn_of,
)

NOTHING = Changes()
START, NOON, END = utc("2026-05-05 08:00"), utc("2026-05-05 12:00"), utc("2026-05-05 18:00")
WEEK = schedule(weekly("ana", "bo", start="2026-05-04 09:00"))


def override(change: Change, person: str, instead: str = "", order: int = 0) -> Override:
    """An override of the day."""
    return Override("o", "payments", change, START, END, person, instead, order=order)


def swap(person: str, taken_by: str, order: int = 0) -> Swap:
    """A swap of the day that was taken."""
    return Swap("s", "payments", person, START, END, taken_by=taken_by, order=order)


def away(person: str) -> Absence:
    """Somebody is away that day."""
    return Absence("a", person, START, END)


def standing(
    *overrides: Override, swaps: tuple[Swap, ...] = (), absent: tuple[str, ...] = (), known: Schedule = WEEK
) -> tuple[str, ...]:
    """Who is on call at noon; by the rotation it is ana."""
    return on_call(known, Changes(overrides, swaps, tuple(away(each) for each in absent)), NOON)


def test_a_later_layer_takes_the_place_of_earlier_ones_while_it_has_somebody() -> None:
    night = weekly("cy", name="night", windows=(window(range(7), "22:00", "06:00"),))
    known = schedule(*WEEK.layers, night)
    assert on_call(known, NOTHING, NOON) == ("ana",)
    assert on_call(known, NOTHING, utc("2026-05-05 23:00")) == ("cy",)
    besides = schedule(*WEEK.layers, msgspec.structs.replace(night, joins=True))
    assert on_call(besides, NOTHING, utc("2026-05-05 23:00")) == ("ana", "cy")


def test_somebody_in_two_layers_is_on_call_once() -> None:
    known = schedule(*WEEK.layers, weekly("ana", name="shadow", joins=True))
    assert on_call(known, NOTHING, NOON) == ("ana",)


def test_turn_of_looks_at_one_rotation_alone() -> None:
    known = schedule(*WEEK.layers, weekly("cy", name="top"))
    assert turn_of(known, "week", NOON) == ("ana",)
    assert turn_of(known, "top", NOON) == ("cy",)
    assert turn_of(known, "none", NOON) == ()


def test_overrides_add_remove_and_replace() -> None:
    assert standing(override("add", "cy")) == ("ana", "cy")
    assert standing(override("remove", "ana")) == ()
    assert standing(override("remove", "bo")) == ("ana",)
    assert standing(override("replace", "cy", "ana")) == ("cy",)


def test_a_replacement_applies_only_while_the_other_is_on_call() -> None:
    assert standing(override("replace", "cy", "bo")) == ("ana",)
    known = schedule(*WEEK.layers, weekly("bo", name="second", joins=True))
    assert standing(override("replace", "cy", "ana"), known=known) == ("cy", "bo")
    assert standing(override("replace", "bo", "ana"), known=known) == ("bo",)


def test_the_last_word_counts() -> None:
    assert standing(override("replace", "bo", "ana", 1), override("replace", "cy", "bo", 2)) == ("cy",)
    assert standing(override("replace", "bo", "ana", 2), override("replace", "cy", "bo", 1)) == ("bo",)
    assert standing(override("add", "cy", order=1), override("remove", "cy", order=2)) == ("ana",)
    assert standing(override("add", "cy", order=2), override("remove", "cy", order=1)) == ("ana", "cy")


def test_a_swap_and_an_override_can_follow_each_other_either_way() -> None:
    taken_first = standing(override("replace", "cy", "bo", 2), swaps=(swap("ana", "bo", 1),))
    assert taken_first == ("cy",), "whoever took a swap can be replaced"
    override_first = standing(override("replace", "bo", "ana", 1), swaps=(swap("bo", "cy", 2),))
    assert override_first == ("cy",), "whoever stands in can swap"


def test_an_offer_that_nobody_took_changes_nothing() -> None:
    assert standing(swaps=(swap("ana", ""),)) == ("ana",)


def test_whoever_is_absent_is_on_call_in_no_way() -> None:
    assert standing(absent=("ana",)) == ()
    assert standing(override("add", "cy"), absent=("cy",)) == ("ana",)
    assert standing(override("replace", "cy", "ana"), absent=("cy",)) == ("ana",)
    assert standing(swaps=(swap("ana", "cy"),), absent=("cy",)) == ("ana",)


def test_an_absence_calls_no_lower_layer_back() -> None:
    known = schedule(*WEEK.layers, weekly("cy", name="top"))
    assert standing(absent=("cy",), known=known) == ()


def test_somebody_absent_can_be_replaced() -> None:
    assert standing(override("replace", "cy", "ana"), absent=("ana",)) == ("cy",)
    assert standing(swaps=(swap("ana", "bo"),), absent=("ana",)) == ("bo",)


def test_changes_hold_from_their_start_until_before_their_end_and_for_their_schedule_alone() -> None:
    known = Changes((override("add", "cy"),))
    moment = timedelta(microseconds=1)
    at = (START - moment, START, END - moment, END)
    assert [on_call(WEEK, known, each) for each in at] == [("ana",), ("ana", "cy"), ("ana", "cy"), ("ana",)]
    assert on_call(msgspec.structs.replace(WEEK, name="ledger"), known, NOON) == ("ana",)


@pytest.mark.parametrize(
    "rotation",
    [
        weekly("bo", "ana", start="2026-05-04 09:00"),
        weekly("cy", "ana", start="2026-05-04 09:00"),
        weekly("ana", "bo", start="2026-04-28 13:00"),
        Layer("week", ("di", "ana"), datetime(2026, 5, 5, 9), "daily"),  # noqa: DTZ001
        weekly(),
    ],
)
def test_a_swap_never_drifts_when_the_rotation_changes(rotation: Layer) -> None:
    known = Changes(swaps=(swap("ana", "di"),))
    start, end = utc("2026-05-01 00:00"), utc("2026-05-20 00:00")
    before = shifts(schedule(rotation), NOTHING, start, end)
    after = shifts(schedule(rotation), known, start, end)
    for at in (start + timedelta(hours=each) for each in range(19 * 24)):
        was = {each.person for each in before if each.start <= at < each.end}
        now = {each.person for each in after if each.start <= at < each.end}
        swapped = START <= at < END and "ana" in was
        assert now == (was - {"ana"} | {"di"} if swapped else was), at


def test_shifts_are_as_long_as_they_last_and_cut_to_the_span() -> None:
    known = Changes((override("replace", "cy", "ana"),))
    found = shifts(WEEK, known, utc("2026-05-04 12:00"), utc("2026-05-12 00:00"))
    assert found == (
        Shift("ana", utc("2026-05-04 12:00"), START, "payments", "week"),
        Shift("cy", START, END, "payments"),
        Shift("ana", END, utc("2026-05-11 07:00"), "payments", "week"),
        Shift("bo", utc("2026-05-11 07:00"), utc("2026-05-12 00:00"), "payments", "week"),
    )
    alone = schedule(weekly("ana"))
    assert len(shifts(alone, NOTHING, utc("2026-01-06 00:00"), utc("2027-01-01 00:00"))) == 1
    assert shifts(WEEK, NOTHING, END, START) == shifts(WEEK, NOTHING, END, END) == ()


def test_stretches_show_gaps() -> None:
    found = stretches(WEEK, Changes((override("remove", "ana"),)), utc("2026-05-05 00:00"), utc("2026-05-06 00:00"))
    assert [(each.start, each.people) for each in found] == [
        (utc("2026-05-05 00:00"), ("ana",)),
        (START, ()),
        (END, ("ana",)),
    ]


@given(st.lists(layers(windowed=True), max_size=3), st.sampled_from(ZONES), changes(), moments, st.integers(1, 60))
def test_what_is_said_of_a_span_agrees_with_what_is_said_of_its_moments(
    rows: list[Layer], zone: str, changed: Changes, start: datetime, days: int
) -> None:
    known, end = Schedule("payments", tuple(rows), zone), start + timedelta(days=days)
    found, whole = shifts(known, changed, start, end), stretches(known, changed, start, end)
    assert [each.start for each in whole] == [start, *(each.end for each in whole[:-1])]
    assert whole[-1].end == end
    assert all(one.standing != next.standing for one, next in pairwise(whole))
    dice = random.Random(days)
    edges = [each.start for each in whole]
    anywhere = [start + (end - start) * dice.random() for _ in range(20)]
    for at in (*edges, *(edge - timedelta(microseconds=1) for edge in edges[1:]), *anywhere):
        people = on_call(known, changed, at)
        assert {each.person for each in found if each.start <= at < each.end} == set(people)
        (stretch,) = (each for each in whole if each.start <= at < each.end)
        assert stretch.people == people


def test_a_year_of_hourly_turns_is_reckoned_whole() -> None:
    hourly = schedule(Layer("h", ("ana", "bo"), datetime(2026, 1, 1), "hourly"))  # noqa: DTZ001
    found = shifts(hourly, NOTHING, datetime(2026, 1, 2, tzinfo=UTC), datetime(2027, 1, 2, tzinfo=UTC))
    assert sum((each.end - each.start for each in found), timedelta(0)) == timedelta(days=365)
