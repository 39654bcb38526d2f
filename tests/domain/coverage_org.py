"""A small shop with rosters, to be bent by each test: two people, one schedule, one ladder."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from msgspec.structs import replace

from warroom.domain.contacts import Channel, Contact, Verified
from warroom.domain.coverage import Proof, prove
from warroom.domain.findings import Finding
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Org, Person, Playbook
from warroom.domain.roster import Layer, Schedule, Window
from warroom.domain.services import Service
from warroom.domain.severity import Severity

MONDAY = datetime(2026, 5, 4, tzinfo=UTC)
ALWAYS = tuple(range(7))
FIVE = timedelta(minutes=5)
PHONE = Contact("phone", "sms", "+1")


def moment(day: int, clock: str) -> datetime:
    """`clock` in UTC, so many days after the Monday."""
    return MONDAY + timedelta(days=day, hours=int(clock[:2]), minutes=int(clock[3:]))


def layer(*members: str, **more: Any) -> Layer:
    """A rotation, weekly and in place for a year."""
    return Layer("week", members, datetime.fromisoformat("2025-05-05T00:00"), **more)


def window(start: str, end: str, days: tuple[int, ...] = ALWAYS) -> Window:
    """A part of each of these days."""
    return Window(days, time.fromisoformat(start), time.fromisoformat(end))


def ladder(*rungs: tuple[Target, ...], **more: Any) -> Ladder:
    """A ladder of five minutes each."""
    return Ladder("page", tuple(Rung(targets, FIVE) for targets in rungs), **more)


PRIMARY = (Target("service", "primary"),)
SECONDARY = (Target("service", "secondary"),)
ANA = (Target("person", "ana"),)
CHAT = (Target("channel", "chat"),)


def org(*rungs: tuple[Target, ...], schedules: tuple[Schedule, ...] = (), more: Any = None, **playbook: Any) -> Org:
    """Shop with ana and bo, who have a phone that answered; `more`: of the ladder."""
    people = (Person("ana", contacts=(PHONE,)), Person("bo", contacts=(PHONE,)))
    book = Playbook(
        "shop",
        severities=(Severity(1, "SEV1", "", "", acknowledge_within=FIVE), Severity(2, "SEV2", "", "")),
        services=(Service("shop", schedules=tuple(each.name for each in schedules)),),
        people=people,
        channels=(Channel("sms", "apprise"), Channel("chat", "webhook")),
        schedules=schedules,
        ladders=(ladder(*(rungs or (PRIMARY,)), **(more or {})),),
        routes=(Route("page"),),
    )
    return Org(replace(book, **playbook), 1, verified=(Verified("ana", PHONE), Verified("bo", PHONE)))


def proof(given: Org, days: int = 7) -> Proof:
    """What is proved of the days from Monday on."""
    return prove(given, MONDAY, days)


def of(found: Proof, kind: str) -> list[Finding]:
    """The findings of a kind."""
    return [each for each in found.findings if each.kind == kind]
