"""Schedules, ladders, channels, contacts and modules as files: what they become."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from tests.playbook.acme import acme
from tests.playbook.files import write
from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Checklist, Ladder, Module, Route, Rung, Target
from warroom.domain.roster import Layer, Schedule, Window
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return acme(tmp_path)


def test_schedules(folder: Path) -> None:
    playbook = read_organisation(folder)
    start = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a wall-clock time
    assert playbook.schedules == (
        Schedule(
            "primary",
            (
                Layer(
                    "week", ("ana", "", "bo", "ana"), start, "daily", 2,
                    windows=(
                        Window((0, 1, 2, 4), time(9), time(17)),
                        Window((5, 6), time(22), time(6)),
                    ),
                ),
                Layer("always", ("bo",), start, time_zone="Asia/Singapore", joins=True),
            ),
            "Europe/Berlin", "First", "web",
        ),
        Schedule("backup", (Layer("month", ("bo",), datetime(2026, 1, 1), "monthly"),)),  # noqa: DTZ001
    )  # fmt: skip
    assert [service.schedules for service in playbook.services] == [("primary", "backup"), ()]


def test_ladders_routes_and_checklists(folder: Path) -> None:
    playbook = read_organisation(folder)
    assert playbook.ladders == (
        Ladder(
            "loud",
            (
                Rung((Target("schedule", "primary"), Target("person", "ana")), timedelta(minutes=5)),
                Rung((Target("rotation", "primary/always"), Target("role", "commander")), timedelta(hours=1)),
                Rung((Target("channel", "hook"), Target("service", "secondary")), timedelta(days=7)),
            ),
            "Loud", -1, "low", "hold", (Window((0, 1, 2, 3, 4, 5, 6), time(22), time(6)),), "Europe/Berlin",
            timedelta(minutes=30),
        ),
    )  # fmt: skip
    assert playbook.routes == (Route("loud", (1, 2), ("web",)),)
    assert playbook.checklists == (Checklist(("latency",), (2,)),)


def test_channels_and_contacts(folder: Path) -> None:
    playbook = read_organisation(folder)
    assert playbook.channels == (
        Channel("phone", "apprise", "phone", at_most=3, per=timedelta(minutes=10), drill=True),
        Channel("hook", "webhook", "hook"),
        Channel("console", "console"),
    )
    assert playbook.people[0].contacts == (
        Contact("phone", "phone", "+1 202 555 0101", ("high",), timedelta(minutes=2)),
        Contact("private", "phone", "+1 202 555 0102"),
        Contact("console", "console"),
    )


def test_modules(folder: Path) -> None:
    playbook = read_organisation(folder)
    (module,) = playbook.modules
    assert module == Module(
        "pay", ("payments",), "Pay",
        severities=module.severities,
        ladders=(
            Ladder("money", (Rung((Target("channel", "bank"), Target("channel", "hook")), timedelta(minutes=1)),)),
        ),
        routes=(Route("money", (7,)), Route("loud")),
        channels=(Channel("bank", "webhook", "bank"),),
        checklists=(Checklist(("refund",)),),
    )  # fmt: skip
    assert [row.name for row in module.severities] == ["P7"]
    assert [book.name for book in playbook.runbooks] == ["latency", "refund"]


def test_all_of_it_may_be_left_out(folder: Path) -> None:
    for name in ("channels.yaml", "schedules.yaml", "ladders.yaml"):
        (folder / name).unlink()
    for name in ("module.yaml", "severities.yaml", "channels.yaml", "ladders.yaml", "runbooks/refund.yaml"):
        (folder / "modules/pay" / name).unlink()
    (folder / "modules/pay/runbooks").rmdir()
    (folder / "modules/pay").rmdir()
    write(folder, "people.yaml", "people: [{name: ana}]\n")
    write(folder, "services.yaml", "services: [{name: web}]\n")
    playbook = read_organisation(folder)
    assert (playbook.channels, playbook.schedules, playbook.ladders, playbook.modules) == ((), (), (), ())


def test_whoever_is_not_listed_anywhere_may_be_on_call_where_nobody_is_listed(folder: Path) -> None:
    (folder / "people.yaml").unlink()
    assert read_organisation(folder).schedules[0].layers[1].members == ("bo",)


def test_the_sample_organisation_has_all_of_it() -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    assert all(len(service.schedules) == 2 for service in playbook.services)
    assert all({way.channel for way in person.contacts} >= {"console", "mail", "phone"} for person in playbook.people)
    assert {route.ladder for route in playbook.routes} == {ladder.name for ladder in playbook.ladders}
    (module,) = playbook.modules
    assert [row.level for row in module.severities] == [row.level for row in playbook.severities]
