"""Times that people plan: read in their own zone, the next one unless a day is named."""

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.domain.rosters import utc
from warroom.domain.errors import Invalid
from warroom.domain.planned import read_planned

BERLIN = ZoneInfo("Europe/Berlin")
NOW = utc("2026-05-06 10:00")
"A Wednesday; noon in Berlin."


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("now", "2026-05-06 10:00"),
        ("+2h", "2026-05-06 12:00"),
        ("-1h30m", "2026-05-06 08:30"),
        ("−30m", "2026-05-06 09:30"),
        ("14:05", "2026-05-06 12:05"),
        ("12:00", "2026-05-06 10:00"),
        ("11:59", "2026-05-07 09:59"),
        ("today 09:00", "2026-05-06 07:00"),
        ("tomorrow 09:00", "2026-05-07 07:00"),
        ("Tomorrow", "2026-05-06 22:00"),
        ("Mon 09:00", "2026-05-11 07:00"),
        ("monday  9:00", "2026-05-11 07:00"),
        ("Wed 11:00", "2026-05-13 09:00"),
        ("Wed 13:00", "2026-05-06 11:00"),
        ("Sun 03:00", "2026-05-10 01:00"),
        ("sun", "2026-05-09 22:00"),
        ("2026-05-04", "2026-05-03 22:00"),
        ("2026-05-04 14:05", "2026-05-04 12:05"),
        ("2026-05-04T14:05Z", "2026-05-04 14:05"),
        ("2026-05-04T14:05+09:00", "2026-05-04 05:05"),
        ("2026-03-29 02:30", "2026-03-29 01:30"),
        ("2026-10-25 02:30", "2026-10-25 00:30"),
    ],
)
def test_what_is_read(typed: str, meant: str) -> None:
    assert read_planned(typed, NOW, BERLIN) == utc(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+8h", "2026-05-11 15:00"),
        ("17:00", "2026-05-11 15:00"),
        ("09:00", "2026-05-12 07:00"),
        ("Fri 17:00", "2026-05-15 15:00"),
        ("Mon 09:00", "2026-05-18 07:00"),
        ("tomorrow 17:00", "2026-05-07 15:00"),
        ("2026-05-12", "2026-05-11 22:00"),
    ],
)
def test_an_end_is_counted_from_its_start(typed: str, meant: str) -> None:
    assert read_planned(typed, NOW, BERLIN, utc("2026-05-11 07:00")) == utc(meant)


@pytest.mark.parametrize(
    "typed",
    ["", " ", "soon", "25:00", "Moon 09:00", "tomorrow morning", "+", "+2", "--1h", "2026-13-01", "2026-05-04 25:00",
     "2099-01-01", "1999-01-01", "0001-01-01", "9999-12-31T23:59-12:00", "+99999999999999999d",
     "mon tue 09:00", "٣:٠٠"],
)  # fmt: skip
def test_nonsense_is_refused(typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_planned(typed, NOW, BERLIN)
    assert refused.value.hint


@given(st.text(max_size=20), st.sampled_from((UTC, BERLIN)))
def test_any_text_is_read_or_refused(typed: str, zone: ZoneInfo) -> None:
    try:
        found = read_planned(typed, NOW, zone)
    except Invalid:
        return
    assert abs(found - NOW) <= timedelta(days=3660)
