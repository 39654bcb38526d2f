"""Proving ninety days of a large organisation, against the bare arithmetic of its calendar.

dateutil only writes down when windows open and turns change, once for each rotation; the proof goes on to say who that
is, what every ladder does at each such moment, and who carries how much.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, WEEKLY, rrule

from benchmarks.harness import Bar, Bench, ratio, take_turns
from benchmarks.organisation import large
from warroom.domain.coverage import prove
from warroom.domain.org import Org

_START = datetime(2026, 9, 1, tzinfo=UTC)
_DAYS = 90
_MANY, _FEW = 200, 20


def bars(bench: Bench) -> list[Bar]:
    """Prove in turns with the reference, and a tenth of the services in turns with all of them."""
    many, few = large(_MANY), large(_FEW)
    contenders = {
        f"{_MANY} services": partial(_timed, partial(prove, many, _START, _DAYS)),
        f"{_FEW} services": partial(_timed, partial(prove, few, _START, _DAYS)),
        "dateutil, all handoffs": partial(_timed, partial(_handoffs, many)),
    }
    all_of_them, tenth, reference = take_turns(contenders, bench.runs(10)).values()
    return [
        ratio(f"proof, {_DAYS} days, {_MANY} services / dateutil", 20.0, all_of_them, reference, at="median"),
        ratio(f"proof, {_MANY} services / {_FEW} services", 15.0, all_of_them, tenth, at="median"),
    ]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def _handoffs(org: Org) -> list[datetime]:
    """Every moment, in UTC, at which a window opens or closes or a turn ends, by dateutil."""
    found: list[datetime] = []
    for schedule in org.playbook.schedules:
        zone = ZoneInfo(schedule.time_zone)
        since, until = (each.astimezone(zone) for each in (_START, _START + timedelta(days=_DAYS)))
        for layer in schedule.layers:
            first = layer.start.replace(tzinfo=zone)
            every = rrule(WEEKLY if layer.turn == "weekly" else DAILY, dtstart=first, interval=layer.every)
            found += [each.astimezone(UTC) for each in every.between(since, until, inc=True)]
            for clock in (edge for window in layer.windows for edge in (window.start, window.end)):
                daily = rrule(DAILY, dtstart=datetime.combine(since.date(), clock, zone))
                found += [each.astimezone(UTC) for each in daily.between(since, until, inc=True)]
    return sorted(found)
