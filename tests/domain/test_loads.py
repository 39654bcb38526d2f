"""Who carries how much: equal to counting every five minutes; unfair only beyond what a turn makes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from tests.domain.coverage_org import MONDAY, layer, moment, of, org, proof
from tests.domain.organisations import START, organisations
from warroom.domain.coverage import prove
from warroom.domain.loads import Load
from warroom.domain.org import Org
from warroom.domain.roster import Changes, Override, Schedule, on_call

TICK = timedelta(minutes=5)
DAYS = 3


def _counted(org: Org) -> dict[tuple[str, str], list[timedelta]]:
    """Hours, nights and weekends by (person, schedule), from looking at the clock on everybody's wall."""
    found: dict[tuple[str, str], list[timedelta]] = {}
    for count in range(DAYS * 24 * 12):
        at = START + TICK * count
        standing = {each.name: on_call(each, org.changes, at) for each in org.playbook.schedules}
        everybody = {person for people in standing.values() for person in people}
        for schedule, people in (*standing.items(), ("", tuple(everybody))):
            for person in people:
                local = at.astimezone(ZoneInfo(org.zone(person)))
                load = found.setdefault((person, schedule), [timedelta(0)] * 3)
                load[0] += TICK
                load[1] += TICK * (local.hour >= 22 or local.hour < 7)
                load[2] += TICK * (local.weekday() >= 5)
    return found


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(organisations())
def test_loads_are_what_somebody_counts_who_looks_all_the_time(org: Org) -> None:
    loads = prove(org, START, DAYS).loads
    assert len({(each.person, each.schedule) for each in loads}) == len(loads)
    carried = {(each.person, each.schedule): [each.hours, each.nights, each.weekends] for each in loads if each.hours}
    assert carried == _counted(org)


def _load(found: tuple[Load, ...], person: str, schedule: str = "first") -> Load:
    return next(each for each in found if (each.person, each.schedule) == (person, schedule))


def test_nights_and_weekends_are_those_of_the_person_who_has_them() -> None:
    given = org(schedules=(Schedule("first", (layer("ana"),)),))
    far = replace(
        given, playbook=replace(given.playbook, people=(replace(given.playbook.people[0], time_zone="Asia/Tokyo"),))
    )
    mine, theirs = (_load(proof(each, 1).loads, "ana") for each in (given, far))
    assert (mine.hours, mine.nights, mine.weekends) == (timedelta(hours=24), timedelta(hours=9), timedelta(0))
    assert (theirs.time_zone, theirs.nights) == ("Asia/Tokyo", timedelta(hours=9))
    sunday = prove(far, moment(6, "00:00"), 1).loads
    assert _load(sunday, "ana").weekends == timedelta(hours=15)


def test_two_schedules_at_once_are_counted_once_together() -> None:
    given = org(schedules=(Schedule("first", (layer("ana"),)), Schedule("second", (layer("ana"),))))
    found = proof(given, 7).loads
    assert {each.schedule: each.hours.days for each in found} == {"": 7, "first": 7, "second": 7}


def test_an_uneven_rest_of_a_rotation_is_not_unfair_but_a_stand_in_for_all_is() -> None:
    turns = Schedule("first", (layer("ana", "bo", "cy", "di"),))
    given = org(schedules=(turns,))
    assert of(proof(given, 35), "unfair") == []
    always = Override("o1", "first", "replace", MONDAY, moment(28, "00:00"), "ana", "bo")
    also = replace(always, id="o2", instead="cy")
    found = of(proof(replace(given, changes=Changes((always, also))), 28), "unfair")
    assert "ana has 504 hours by first; the mean is 168." in [each.says for each in found]
    assert {each.about for each in found} == {"ana"}
