"""What a new playbook changes, in words, and whom it concerns."""

from datetime import datetime, time, timedelta

import msgspec
import pytest

from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Checklist, Ladder, Module, Route, Rung, Target
from warroom.domain.org import BUILT_IN, Person, Playbook
from warroom.domain.playbook_diff import Change, changes, concerns
from warroom.domain.roster import Layer, Schedule, Window
from warroom.domain.services import Service
from warroom.domain.severity import Severity

START = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a wall-clock time
MINUTE = timedelta(minutes=1)
replace = msgspec.structs.replace

BOOK = Playbook(
    "Acme",
    severities=(Severity(1, "SEV1", "Critical", "Bad.", acknowledge_within=5 * MINUTE),),
    services=(
        Service("web", depends_on=("db",), schedules=("web-first", "second")),
        Service("db", schedules=("db-first",)),
    ),
    people=(
        Person("ana", contacts=(Contact("sms", "sms", "+1 202 555 0101"),)),
        Person("bo"),
        Person("cy"),
        Person("di"),
    ),
    channels=(Channel("sms", "apprise", "sms"),),
    schedules=(
        Schedule("web-first", (Layer("week", ("ana", "bo"), START),)),
        Schedule("second", (Layer("week", ("cy", ""), START),)),
        Schedule("db-first", (Layer("day", ("di",), START, "daily"),)),
    ),
    ladders=(
        Ladder(
            "loud",
            (
                Rung((Target("service", "primary"), Target("role", "commander")), 5 * MINUTE),
                Rung((Target("rotation", "second/week"),), 10 * MINUTE),
            ),
        ),
    ),
    routes=(Route("loud", (1,)),),
)


def layer(schedule: str, **fields: object) -> Playbook:
    """The playbook with another first layer in a schedule."""
    rows = tuple(
        replace(each, layers=(replace(each.layers[0], **fields),)) if each.name == schedule else each
        for each in BOOK.schedules
    )
    return replace(BOOK, schedules=rows)


def ladder(*rungs: Rung, **fields: object) -> Playbook:
    return replace(BOOK, ladders=(replace(BOOK.ladders[0], rungs=rungs or BOOK.ladders[0].rungs, **fields),))


def lines(old: Playbook, new: Playbook) -> list[str]:
    return [str(change) for change in changes(old, new)]


def test_the_same_playbook_changes_nothing_for_nobody() -> None:
    assert changes(BOOK, BOOK) == ()
    assert concerns(BOOK, BOOK) == {}


@pytest.mark.parametrize(
    ("new", "expected"),
    [
        (replace(BOOK, name="Beta"), ["playbook Beta changed: name: Acme → Beta"]),
        (replace(BOOK, severities=(replace(BOOK.severities[0], name="P1", acknowledge_within=None),)),
         ["severity P1 changed: name: SEV1 → P1; acknowledge within: 5m → nothing"]),
        (replace(BOOK, severities=()), ["severity SEV1 removed"]),
        (layer("web-first", members=("bo", "ana")),
         ["schedule web-first changed: layer week: members: ana, bo → bo, ana"]),
        (layer("web-first", members=("ana", "bo", "")),
         ["schedule web-first changed: layer week: members: ana, bo → ana, bo, nobody"]),
        (layer("web-first", windows=(Window((0, 4), time(9), time(17)),), turn="daily"),
         [("schedule web-first changed: layer week: turn: weekly → daily; "
          "layer week: windows: always → mon fri 09:00-17:00")]),
        (layer("web-first", name="month"),
         [("schedule web-first changed: layer week removed; "
          "layer month added: members ana, bo; start 2026-01-05 09:00; turn weekly; every 1")]),
        (ladder(repeat=-1), ["ladder loud changed: repeat: 0 → forever"]),
        (ladder(replace(BOOK.ladders[0].rungs[0], delay=3 * MINUTE)),
         ["ladder loud changed: rung 1: delay: 5m → 3m; rung 2 removed"]),
        (ladder(silent_after=30 * MINUTE), ["ladder loud changed: silent after: nothing → 30m"]),
        (replace(BOOK, routes=(Route("loud"),)),
         [("routes changed: no longer: incidents of level 1 take the ladder loud; "
          "now: all incidents take the ladder loud")]),
        (replace(BOOK, checklists=(Checklist(("latency",), (1,)),)),
         ["checklists changed: now: incidents of level 1 get latency"]),
        (replace(BOOK, channels=()), ["channel sms removed"]),
        (replace(BOOK, channels=(replace(BOOK.channels[0], at_most=3, per=10 * MINUTE),)),
         ["channel sms changed: at most: 0 → 3; per: 0 → 10m"]),
        (replace(BOOK, people=(replace(BOOK.people[0], contacts=()), *BOOK.people[1:])),
         ["person ana changed: contact sms removed"]),
        (replace(BOOK, modules=(Module("pay", ("db",)),)), ["module pay added"]),
    ],
)  # fmt: skip
def test_what_differs(new: Playbook, expected: list[str]) -> None:
    assert lines(BOOK, new) == expected


def test_an_order_that_matters_is_a_change() -> None:
    two = replace(BOOK, routes=(Route("loud", (1,)), Route("loud", (2,))))
    other = replace(two, routes=two.routes[::-1])
    assert lines(two, other) == ["routes changed: another order"]
    layers = (*BOOK.schedules[0].layers, Layer("top", ("cy",), START))
    above = replace(BOOK, schedules=(replace(BOOK.schedules[0], layers=layers),))
    below = replace(BOOK, schedules=(replace(BOOK.schedules[0], layers=layers[::-1]),))
    assert lines(above, below) == ["schedule web-first changed: layers in another order: top, week"]
    assert concerns(above, below)["cy"] == (
        "The rotation web-first/top, which you are in, has changed: the layers of the schedule are in another order.",
    )


def test_inside_a_module() -> None:
    old = Module("pay", ("db",), "Pay", ladders=BOOK.ladders, channels=(Channel("bank", "webhook", "bank"),))
    new = replace(old, services=("db", "web"), ladders=(replace(BOOK.ladders[0], repeat=1),), channels=())
    found = changes(replace(BOOK, modules=(old,)), replace(BOOK, modules=(new,)))
    assert [str(each) for each in found] == [
        "module pay changed: services: db → db, web",
        "module pay: channel bank removed",
        "module pay: ladder loud changed: repeat: 0 → 1",
    ]
    assert found[2] == Change("ladder", "loud", "changed", ("repeat: 0 → 1",), "pay")


def test_who_comes_into_a_rotation_and_who_leaves_it() -> None:
    told = concerns(BOOK, layer("web-first", members=("ana", "cy")))
    assert told == {
        "ana": ("The rotation web-first/week, which you are in, has changed: members: ana, bo → ana, cy.",),
        "bo": ("You are no longer in the rotation web-first/week.", "The ladder loud no longer pages you."),
        "cy": ("You are now in the rotation web-first/week.",),
    }


def test_a_new_zone_moves_every_handoff() -> None:
    new = replace(BOOK, schedules=(replace(BOOK.schedules[0], time_zone="Asia/Singapore"), *BOOK.schedules[1:]))
    text = "The rotation web-first/week, which you are in, has changed: time zone: UTC → Asia/Singapore."
    assert concerns(BOOK, new) == {"ana": (text,), "bo": (text,)}


def test_a_title_concerns_nobody() -> None:
    new = replace(BOOK, schedules=(replace(BOOK.schedules[0], title="First"), *BOOK.schedules[1:]))
    assert len(changes(BOOK, new)) == 1
    assert concerns(BOOK, new) == {}


def test_a_ladder_that_pages_others() -> None:
    rungs = (Rung((Target("person", "cy"), Target("service", "dependencies")), 5 * MINUTE),)
    told = concerns(BOOK, ladder(*rungs))
    assert told["ana"] == ("The ladder loud no longer pages you.",)
    assert told["cy"][0].startswith("The ladder loud, which pages you, has changed: rung 1: targets: ")
    assert told["di"][0].startswith("The ladder loud, which pages you, has changed: ")
    gone = replace(BOOK, ladders=(), routes=())
    assert set(concerns(BOOK, gone)) == {"ana", "bo", "cy", "di"}
    assert concerns(gone, BOOK)["cy"] == ("The ladder loud now pages you: rung 2 by rotation second/week.",)


def test_the_ladder_of_a_module_pages_those_of_its_services() -> None:
    module = Module("pay", ("db",), ladders=(Ladder("money", (Rung((Target("service", "primary"),), MINUTE),)),))
    assert concerns(BOOK, replace(BOOK, modules=(module,))) == {
        "di": ("The ladder money of module pay now pages you: rung 1 by service primary.",)
    }


def test_which_incidents_take_a_ladder_concerns_those_whom_it_pages() -> None:
    told = concerns(BOOK, replace(BOOK, routes=()))
    assert set(told) == {"ana", "bo", "cy", "di"}
    assert told["ana"] == (
        "The ladder loud, which pages you, has changed: no longer: incidents of level 1 take the ladder loud.",
    )


def test_contacts_and_channels() -> None:
    other = replace(BOOK.people[0], contacts=(Contact("sms", "sms", "+1 202 555 0199"),))
    assert concerns(BOOK, replace(BOOK, people=(other, *BOOK.people[1:]))) == {
        "ana": ("What the playbook says about you has changed: contact sms: to: +1 202 555 0101 → +1 202 555 0199.",)
    }
    assert concerns(BOOK, replace(BOOK, channels=())) == {
        "ana": ("The channel sms, on which you are reached, is gone.",)
    }


def test_the_first_playbook_greets_everybody_and_a_farewell_is_said() -> None:
    told = concerns(BUILT_IN, BOOK)
    assert list(told) == ["ana", "bo", "cy", "di"]
    assert told["ana"] == (
        "You are now one of the people of Acme.",
        "You are now in the rotation web-first/week.",
        "The ladder loud now pages you: rung 1 by service primary.",
    )
    assert concerns(BOOK, replace(BOOK, people=BOOK.people[:3]))["di"] == (
        "You are no longer one of the people of Acme.",
    )


def test_what_people_wrote_stays_on_one_line() -> None:
    new = replace(BOOK, people=(replace(BOOK.people[0], full_name="Ana\n\x1b[31mR"), *BOOK.people[1:]))
    assert lines(BOOK, new) == ["person ana changed: full name: nothing → Ana ␛[31mR"]
