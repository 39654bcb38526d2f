"""A large organisation, made up: many services with schedules of their own, people in many zones, ladders by level."""

from datetime import datetime, time, timedelta

from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import BUILT_IN, Org, Person, Playbook
from warroom.domain.roster import Layer, Schedule, Window
from warroom.domain.services import Service

_ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "UTC")
_MONDAY = datetime.fromisoformat("2026-01-05T09:00")
_TEAM = 6
_DAY, _NIGHT = Window(tuple(range(7)), time(8), time(20)), Window(tuple(range(7)), time(20), time(8))


def large(services: int) -> Org:
    """So many services, each with two schedules, one of which follows the sun; six people for each."""
    names = [f"service-{number}" for number in range(services)]
    people = tuple(_person(name, place) for name in names for place in range(_TEAM))
    schedules = tuple(each for number, name in enumerate(names) for each in _schedules(name, number))
    rows = tuple(
        Service(name, schedules=(f"{name}-first", f"{name}-second"), depends_on=(names[number - 1],))
        for number, name in enumerate(names)
    )
    return Org(
        Playbook(
            "large",
            severities=BUILT_IN.severities,
            services=rows,
            people=people,
            channels=(Channel("sms", "apprise"), Channel("chat", "webhook")),
            schedules=schedules,
            ladders=(_ladder("urgent", 2), _ladder("calm", 5)),
            routes=(Route("urgent", (1, 2)), Route("calm")),
        ),
        1,
    )


def _person(service: str, place: int) -> Person:
    # One in six has no contact at once, so that lines differ and ladders climb.
    after = timedelta(minutes=3 if place == _TEAM - 1 else 0)
    return Person(
        f"{service}-{place}", time_zone=_ZONES[place % len(_ZONES)], contacts=(Contact("phone", "sms", after=after),)
    )


def _schedules(service: str, number: int) -> tuple[Schedule, Schedule]:
    team = [f"{service}-{place}" for place in range(_TEAM)]
    zone = _ZONES[number % len(_ZONES)]
    sun = (
        Layer("day", tuple(team[:3]), _MONDAY, "daily", windows=(_DAY,)),
        Layer("night", tuple(team[3:]), _MONDAY, "daily", windows=(_NIGHT,)),
    )
    weekly = (Layer("weekly", tuple(team), _MONDAY + timedelta(days=number % 7)),)
    return Schedule(f"{service}-first", sun, zone), Schedule(f"{service}-second", weekly, zone)


def _ladder(name: str, minutes: int) -> Ladder:
    delay = timedelta(minutes=minutes)
    rungs = (
        Rung((Target("service", "primary"),), delay),
        Rung((Target("service", "secondary"), Target("channel", "chat")), delay),
        Rung((Target("service", "dependencies"),), delay),
    )
    return Ladder(name, rungs, repeat=2)
