"""Unsent notes: what waits for the database, what of it is sent, and as having happened when."""

import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.room.house import House, Meddled, declare
from tests.room.unsent import keep, notes, spool_of, texts
from tests.support.builders import at
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Invalid, Refused, Unavailable, Unknown
from warroom.domain.moments import micros
from warroom.room import commands
from warroom.room.room import Room
from warroom.room.spool import Drained, Spool
from warroom.store.contract import Append, Appended


@pytest.mark.parametrize("name", [command.name for command in commands.ALL if not command.commuting])
def test_what_must_be_decided_does_not_wait(house: House, folder: Path, name: str) -> None:
    spool = spool_of(house, folder)
    with pytest.raises(Refused, match="Only notes can wait for the database"):
        spool.add("c", "i", name, {}, house.wall.time)
    assert spool.pending() == ()


@pytest.mark.parametrize(
    ("name", "params", "what"),
    [
        ("note", {}, "text is missing"),
        ("note", {"text": " \n"}, "text is missing"),
        ("step.note", {"text": "seen"}, "step is missing"),
        ("note", {"text": "x" * 8193}, "longer than 8 KiB"),
        ("note", {"text": "caf\udce9"}, "half a character"),
        ("note", {"text": "x", "at": "soon"}, "is no time"),
        ("note", {"text": "x", "at": "2026-05-04T14:01Z"}, "lies in the future"),
        ("note", {"text": "x", "colour": "red"}, "No parameter is called “colour”"),
        ("nope", {"text": "x"}, "No command is called “nope”"),
    ],
)
def test_what_would_be_refused_later_is_refused_at_once(
    house: House, folder: Path, name: str, params: dict[str, object], what: str
) -> None:
    spool = spool_of(house, folder)
    with pytest.raises(Refused, match=what):
        spool.add("c", "i", name, params, house.wall.time)
    assert spool.pending() == ()


def test_notes_are_sent_in_order_under_their_own_ids_as_having_happened_when_written(
    house: House, folder: Path
) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    ids = [keep(spool, incident, text, when) for text, when in (("first", "14:01"), ("second", "14:02"))]
    assert [each.command_id for each in spool.pending()] == ids
    house.at("14:10")
    outcome = spool.drain(room)
    assert (texts(outcome.sent), outcome.old, outcome.refused, outcome.left) == (["first", "second"], (), (), ())
    assert [(each.text, each.happened, each.recorded, each.late) for each in notes(house, incident)] == [
        ("first", at("14:01"), at("14:10"), True),
        ("second", at("14:02"), at("14:10"), True),
    ]
    assert spool.pending() == spool_of(house, folder).pending() == ()
    assert spool.drain(room) == Drained()
    assert room.do("note", incident, command_id=ids[0], text="first").repeated


def test_a_note_on_a_step_waits_like_any_other(house: House, folder: Path) -> None:
    room, incident = house.incident()
    room.do("runbook.attach", incident, runbook="payment-errors")
    spool = spool_of(house, folder)
    spool.add("c1", incident, "step.note", {"step": "1.2", "text": "frozen"}, micros(at("14:03")))
    house.at("14:05")
    spool.drain(room)
    state = room.feed(incident).state.incident
    assert state is not None
    assert (state.timeline[-1].happened, state.timeline[-1].recorded) == (at("14:03"), at("14:05"))
    step = state.checklist.find("1.2")
    assert step is not None
    assert step.notes == (("ana", "frozen"),)


@pytest.mark.parametrize(
    ("typed", "meant"), [("-5m", "13:55"), ("13:58", "13:58"), (at("13:50"), "13:50"), ("", "14:00"), ("now", "14:00")]
)
def test_a_time_that_was_typed_is_meant_as_of_then_and_there(
    house: House, folder: Path, typed: object, meant: str
) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "seen", "14:00", at=typed)
    house.at("14:40")
    spool.drain(room)
    assert [each.happened for each in notes(house, incident)] == [at(meant)], (
        "ana lives in Berlin, but sees and types UTC"
    )


def test_a_terminal_whose_clock_is_ahead_writes_nothing_from_the_future(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "seen", "14:09")
    house.at("14:05")
    spool.drain(room)
    assert [each.happened for each in notes(house, incident)] == [at("14:05")]


def test_in_mapped_time_a_note_happened_when_it_was_written_there(house: House, folder: Path) -> None:
    room = house.room()
    incident = declare(room, clock=ClockMapped(at("14:00"), at("03:00"), 10.0))
    spool = spool_of(house, folder)
    keep(spool, incident, "seen", "14:06")
    house.at("14:12")
    spool.drain(room)
    assert [(each.happened, each.recorded) for each in notes(house, incident)] == [(at("04:00"), at("05:00"))]


def test_what_is_older_than_a_day_is_sent_only_when_asked(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "yesterday", "14:00")
    keep(spool, incident, "today", "14:01")
    house.at("14:00:30", day=1)
    outcome = spool.drain(room)
    assert (texts(outcome.old), texts(outcome.sent)) == (["yesterday"], ["today"])
    assert texts(spool.pending()) == ["yesterday"]
    outcome = spool.drain(room, old=True)
    assert texts(outcome.sent) == ["yesterday"]
    assert [each.happened for each in notes(house, incident)] == [at("14:01"), at("14:00")]


def test_a_note_that_is_refused_stays_and_holds_nothing_up(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    lost = keep(spool, str(uuid.uuid4()), "to an incident that a restore has lost")
    spool.add("c", incident, "step.note", {"step": "9.9", "text": "no such step"}, house.wall.time)
    keep(spool, incident, "fine")
    outcome = spool.drain(room)
    assert texts(outcome.sent) == ["fine"]
    assert [sentence for _, sentence in outcome.refused] == [
        "There is no such incident in this log.",
        "No runbook is attached to this incident.",
    ]
    assert len(spool.pending()) == 2
    spool.forget([lost])
    assert texts(spool.pending()) == ["no such step"]


class Failing(Meddled):
    """A store that goes away after some appends."""

    left = 1

    def append(self, append: Append) -> Appended:
        if not self.left:
            raise Unavailable("The database cannot be reached.")
        self.left -= 1
        return super().append(append)


def test_a_database_that_goes_away_again_leaves_the_rest_waiting(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    for text in ("first", "second", "third"):
        keep(spool, incident, text)
    flaky: Any = Failing(house.open(), lambda: None)
    outcome = spool.drain(Room(flaky, room.actor))
    assert (texts(outcome.sent), texts(outcome.left)) == (["first"], ["second", "third"])
    assert texts(spool.drain(room).sent) == ["second", "third"]
    assert [each.text for each in notes(house, incident)] == ["first", "second", "third"]


def test_a_database_that_is_still_away_says_so_and_keeps_everything(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "first")

    class Away(Meddled):
        """A store that cannot be reached at all."""

        def head(self) -> None:
            raise Unavailable("The database cannot be reached.")

    away: Any = Away(house.open(), lambda: None)
    with pytest.raises(Unavailable):
        spool.drain(Room(away, room.actor))
    assert texts(spool.pending()) == ["first"]


def test_a_note_written_while_another_console_sends_is_not_lost(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool, other = spool_of(house, folder), spool_of(house, folder)
    keep(spool, incident, "first")
    meanwhile: Any = Meddled(house.open(), lambda: keep(other, incident, "second"))
    assert texts(spool.drain(Room(meanwhile, room.actor)).sent) == ["first"]
    assert texts(spool.pending()) == texts(other.pending()) == ["second"]


def test_notes_go_to_their_own_log_only(house: House, folder: Path) -> None:
    spool = Spool(folder, str(uuid.uuid4()))
    keep(spool, str(uuid.uuid4()), "elsewhere")
    with pytest.raises(Refused, match="belong to another log"):
        spool.drain(house.room())
    assert len(spool.pending()) == 1


def test_people_who_share_a_login_send_their_own_notes(house: House, folder: Path) -> None:
    room, incident = house.incident()
    ana, bo = spool_of(house, folder, "ana"), spool_of(house, folder, "bo")
    keep(ana, incident, "ana saw it")
    keep(bo, incident, "bo saw it")
    ana.drain(room)
    bo.drain(house.room("bo"))
    assert [(each.actor, each.text) for each in notes(house, incident)] == [("ana", "ana saw it"), ("bo", "bo saw it")]


@pytest.mark.parametrize("log_id", ["", "../evil", "a/b", "a.b", "x" * 65, "a\n"])
def test_the_name_of_a_log_leads_nowhere_else(folder: Path, log_id: str) -> None:
    with pytest.raises(Invalid, match="is no name of a log"):
        Spool(folder, log_id)


def test_others_learn_of_notes_that_were_sent(house: House, folder: Path) -> None:
    room, incident = house.incident()
    spool = spool_of(house, folder)
    keep(spool, incident, "seen")
    rung: list[bool] = []

    class Ringing(Meddled):
        """A store whose bell can be counted."""

        def ring(self) -> None:
            rung.append(True)

    ringing: Any = Ringing(house.open(), lambda: None)
    spool.drain(Room(ringing, room.actor))
    spool.drain(Room(ringing, room.actor))
    assert rung == [True]


def test_an_unknown_command_names_the_near_one(house: House, folder: Path) -> None:
    with pytest.raises(Unknown) as refused:
        spool_of(house, folder).add("c", "i", "step.notes", {}, 0)
    assert "step.note" in refused.value.hint
