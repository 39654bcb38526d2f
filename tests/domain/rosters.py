"""Schedules for tests: in the domain's words, and at random."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import available_timezones

from hypothesis import strategies as st

from warroom.domain.oncall import CHANGES
from warroom.domain.roster import Absence, Change, Changes, Layer, Override, Schedule, Swap, Turn, Window

PEOPLE = ("ana", "bo", "cy", "di")
ZONES = sorted(available_timezones() - {"localtime", "Factory"})
EVERY_DAY = tuple(range(7))


def wall(text: str) -> datetime:
    """A naive wall-clock time: `2026-05-04 09:00`."""
    return datetime.fromisoformat(text)


def utc(text: str) -> datetime:
    """A moment: `2026-05-04 09:00` in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def weekly(*members: str, name: str = "week", start: str = "2026-01-05 09:00", **more: object) -> Layer:
    """A rotation that hands over on Mondays at 09:00."""
    return Layer(name, members, wall(start), **more)  # type: ignore[arg-type]


def schedule(*layers: Layer, zone: str = "Europe/Berlin") -> Schedule:
    """A schedule called payments."""
    return Schedule("payments", layers, zone)


def window(days: Sequence[int], start: str, end: str) -> Window:
    """A part of the week: `window((0, 1), "09:00", "17:00")`."""
    return Window(tuple(days), time.fromisoformat(start), time.fromisoformat(end))


_START, _LATEST = datetime(2025, 1, 1), datetime(2026, 12, 31)  # noqa: DTZ001 - wall-clock times
starts = st.datetimes(_START, _LATEST).map(lambda at: at.replace(second=0, microsecond=0))
moments = st.datetimes(_START, _LATEST, timezones=st.just(UTC)).map(lambda at: at.replace(microsecond=0))
turns: st.SearchStrategy[Turn] = st.sampled_from(("hourly", "daily", "weekly", "monthly"))
clocks = st.builds(time, st.integers(0, 23), st.sampled_from((0, 15, 30, 59)))
days = st.lists(st.sampled_from(EVERY_DAY), min_size=1, max_size=7, unique=True).map(tuple)
windows = st.builds(Window, days, clocks, clocks)
people = st.sampled_from(PEOPLE)


@st.composite
def layers(draw: st.DrawFn, windowed: bool = False) -> Layer:
    """Any rotation that a playbook may have."""
    return Layer(
        draw(st.sampled_from(("one", "two", "three"))),
        tuple(draw(st.lists(st.sampled_from((*PEOPLE, "")), min_size=1, max_size=5))),
        draw(starts),
        draw(turns),
        draw(st.integers(1, 20)),
        draw(st.sampled_from(("", *ZONES))),
        tuple(draw(st.lists(windows, max_size=2))) if windowed else (),
        draw(st.booleans()),
    )


@st.composite
def changes(draw: st.DrawFn) -> Changes:
    """Anything that people may have said, in any order; each lasts for months, so that they meet."""

    def spans() -> st.SearchStrategy[tuple[datetime, datetime]]:
        return st.tuples(moments, st.integers(1, 5000)).map(lambda at: (at[0], at[0] + timedelta(hours=at[1])))

    def override(name: str) -> Override:
        kind: Change = draw(st.sampled_from(CHANGES))
        start, end = draw(spans())
        who, other = draw(st.permutations(PEOPLE))[:2]
        schedule = draw(st.sampled_from(("payments", "payments", "ledger")))
        instead = other if kind == "replace" else ""
        return Override(name, schedule, kind, start, end, who, instead, order=draw(st.integers(0, 5)))

    def swap(name: str) -> Swap:
        start, end = draw(spans())
        who, other = draw(st.permutations(PEOPLE))[:2]
        taken_by = draw(st.sampled_from(("", other)))
        return Swap(name, "payments", who, start, end, taken_by=taken_by, order=draw(st.integers(0, 5)))

    def absence(name: str) -> Absence:
        return Absence(name, draw(people), *draw(spans()))

    def several(count: int) -> range:
        return range(draw(st.integers(0, count)))

    return Changes(
        tuple(override(f"o{n}") for n in several(3)),
        tuple(swap(f"s{n}") for n in several(2)),
        tuple(absence(f"a{n}") for n in several(2)),
    )
