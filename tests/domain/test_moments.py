"""Moments and durations: every form people type, in every zone; nonsense and the future are refused, never a crash."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.support.builders import at
from warroom.domain.errors import Invalid
from warroom.domain.moments import ACCEPTED, ago, brief, elapsed, micros, moment, read_duration, read_moment, span

NOW = at("14:30")
BERLIN = ZoneInfo("Europe/Berlin")
LONG = "9" * 5000 + "m"
MICROS = st.integers(0, 4_102_444_800_000_000)
MOMENTS = MICROS.map(moment)
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Pacific/Apia"]
).map(ZoneInfo)


@given(MICROS)
def test_moments_survive_the_log(count: int) -> None:
    assert micros(moment(count)) == count
    assert moment(count + 1) - moment(count) == timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("typed", "seconds"),
    [
        ("90s", 90),
        ("5m", 300),
        ("5min", 300),
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("2D", 172_800),
        (" 1d1h1m1s ", 90_061),
    ],
)
def test_durations(typed: str, seconds: int) -> None:
    assert read_duration(typed) == timedelta(seconds=seconds)


@given(st.integers(0, 400), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_duration_is_the_sum_of_its_parts(days: int, hours: int, minutes: int, seconds: int) -> None:
    wanted = timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
    parts = ((days, "d"), (hours, "h"), (minutes, "m"), (seconds, "s"))
    typed = "".join(f"{count}{unit}" for count, unit in parts if count)
    if wanted:
        assert read_duration(typed) == wanted
        assert read_moment(f"-{typed}", NOW + wanted) == NOW


@pytest.mark.parametrize(
    "typed", ["", "5", "m", "0m", "-5m", "5m5h", "1.5h", "٥m", "9999999999d", pytest.param(LONG, id="huge")]
)
def test_what_is_no_duration(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_duration(typed)
    assert refused.value.hint == "Accepted: 90s, 5m, 1h30m, 2d."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", NOW),
        (" NOW ", NOW),
        ("-12m", at("14:18")),
        ("−12m", at("14:18")),
        ("-1h30m", at("13:00")),
        ("14:05", at("14:05")),
        ("14:30", NOW),
        ("9:05", at("09:05")),
        ("14:05:59", at("14:05:59")),
        ("2026-05-04T14:05Z", at("14:05")),
        ("2026-05-04T14:05:30.5Z", at("14:05:30") + timedelta(milliseconds=500)),
        ("2026-05-04 14:05+02:00", at("12:05")),
        ("20260504T140500Z", at("14:05")),
    ],
)
def test_every_accepted_form(typed: str, meant: datetime) -> None:
    assert read_moment(typed, NOW) == meant
    assert read_moment(typed, NOW).tzinfo is UTC


@pytest.mark.parametrize(
    "typed",
    [
        *("", "soon", "12m", "-", "-0m", "-m", "--5m", "24:00", "14:60", "14.05", "14:05Z", "2026-05-04"),
        *("2026-05-04T14:05", "2026-02-30T10:00Z", "9999-12-31T23:59-14:00", "0001-01-01T00:00+14:00"),
        *("-99999999999d", pytest.param(f"-{LONG}", id="huge")),
    ],
)
def test_nonsense_is_refused_with_the_accepted_forms(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_moment(typed, NOW)
    assert refused.value.hint == ACCEPTED


@pytest.mark.parametrize("typed", ["2026-05-04T14:31Z", "2026-05-04T14:30:00.000001Z", "2026-05-04 16:31+02:00"])
def test_the_future_is_refused(typed: str) -> None:
    with pytest.raises(Invalid, match="lies in the future"):
        read_moment(typed, NOW)


def test_what_was_before_computers_is_refused() -> None:
    for typed in ("1969-12-31T23:59:59Z", "-30000d"):
        with pytest.raises(Invalid, match="too far in the past"):
            read_moment(typed, NOW)


@given(st.text(max_size=40) | st.from_regex(r"\A-?[0-9dhms:TZ+ -]{1,30}\Z"))
@example("2026-05-04\ud80014:05Z")
@example("14:05\x00")
def test_whatever_is_typed_is_a_moment_of_the_past_or_invalid(typed: str) -> None:
    try:
        found = read_moment(typed, NOW, BERLIN)
    except Invalid:
        return
    assert found <= NOW
    assert found.tzinfo is UTC


@given(MOMENTS)
def test_what_is_printed_can_be_typed_again(when: datetime) -> None:
    assert read_moment(when.isoformat(), when) == when
    assert read_moment(when.isoformat(" "), when, BERLIN) == when
    second = when.replace(microsecond=0)
    assert read_moment(f"{second:%H:%M:%S}", second) == second


# 14:05 is the last moment at which a clock on the wall of that zone showed 14:05: today, or shortly before midnight.


@given(st.integers(1_170_000_000, 2_110_000_000).map(lambda s: moment(s * 1_000_000)), ZONES, st.integers(0, 1439))
@example(datetime(2026, 10, 25, 1, 30, tzinfo=UTC), BERLIN, 2 * 60 + 45)
@example(datetime(2026, 10, 25, 9, 0, tzinfo=UTC), BERLIN, 2 * 60 + 30)
@example(datetime(2026, 3, 29, 7, 0, tzinfo=UTC), BERLIN, 2 * 60 + 30)
@example(datetime(2011, 12, 30, 10, 30, tzinfo=UTC), ZoneInfo("Pacific/Apia"), 12 * 60)
def test_a_wall_time_is_the_last_one_that_was(now: datetime, zone: ZoneInfo, minutes: int) -> None:
    typed = f"{minutes // 60:02}:{minutes % 60:02}"
    minute = now.replace(second=0, microsecond=0)
    before = (minute - timedelta(minutes=back) for back in range(4 * 1440))
    shown = next(when for when in before if f"{when.astimezone(zone):%H:%M}" == typed)
    if shown.astimezone(zone).date() == now.astimezone(zone).date() or now - shown <= timedelta(hours=12):
        assert read_moment(typed, now, zone) == shown
    else:
        with pytest.raises(Invalid, match="lies in the future"):
            read_moment(typed, now, zone)


@pytest.mark.parametrize(
    ("now", "typed", "meant"),
    [
        (at("00:10"), "23:50", at("23:50", day=-1)),
        (at("11:50"), "23:50", at("23:50", day=-1)),
        (at("11:50"), "11:50", at("11:50")),
        (at("20:18"), "00:05", at("00:05")),
    ],
)
def test_a_time_of_day_is_todays_or_of_the_evening_before(now: datetime, typed: str, meant: datetime) -> None:
    assert read_moment(typed, now) == meant


@pytest.mark.parametrize(("now", "typed"), [("20:18", "23:59"), ("14:30", "14:31"), ("11:51", "23:50")])
def test_a_time_later_today_is_the_future_and_not_yesterday(now: str, typed: str) -> None:
    with pytest.raises(Invalid, match=f"“{typed}” lies in the future") as refused:
        read_moment(typed, at(now))
    assert "-20h" in refused.value.hint


def test_the_accepted_forms_name_the_zone() -> None:
    assert "14:05 (UTC unless the screen shows another zone)" in ACCEPTED


# Printing.


@pytest.mark.parametrize(
    ("seconds", "printed"),
    [(0, "0:00"), (130, "2:10"), (3730, "1:02:10"), (273_600, "3d 04:00:00"), (-130, "-2:10"), (-0.4, "0:00")],
)
def test_a_span_reads_as_a_clock(seconds: float, printed: str) -> None:
    assert span(timedelta(seconds=seconds)) == printed


@given(st.timedeltas(timedelta(0), timedelta(days=999)))
def test_elapsed_keeps_its_width_and_its_seconds(gap: timedelta) -> None:
    days, _, clock = elapsed(gap).rpartition(" ")
    hours, minutes, seconds = (int(part) for part in clock.split(":"))
    assert len(clock) == 8
    whole = timedelta(days=int(days.rstrip("d") or 0), hours=hours, minutes=minutes, seconds=seconds)
    assert timedelta(0) <= gap - whole < timedelta(seconds=1)


def test_elapsed_never_counts_below_zero() -> None:
    assert elapsed(timedelta(seconds=-5)) == "00:00:00"


def test_how_long_ago() -> None:
    gaps = (timedelta(seconds=2), timedelta(seconds=59), timedelta(minutes=4), timedelta(hours=3), timedelta(days=2))
    assert [brief(gap) for gap in gaps] == ["2 s", "59 s", "4 min", "3 h", "2 d"]
    assert ago(at("14:26"), NOW) == "4 min ago"
    assert ago(at("14:31"), NOW) == "0 s ago"
