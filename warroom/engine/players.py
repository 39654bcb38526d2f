"""Simulated responders: they play a script in a real room, through the same door as everybody else.

They act in the incident's own time, which runs faster than the clock on the wall. Live users work beside them: what
these have settled stands, and a line that has nothing left to do is passed over.
"""

import contextlib
import math
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any, TypeVar, cast

import msgspec

from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.incident import Incident
from warroom.domain.moments import micros, moment
from warroom.domain.script import Line, Pace, Script
from warroom.domain.services import Service
from warroom.room.presence import BEAT, Seat
from warroom.room.room import Outcome, Room
from warroom.store.contract import Store

DIRECTOR = "demo"
"Who sets the pace: nobody of the cast."

_TRIES = 30
_T = TypeVar("_T")


class Player(msgspec.Struct):
    """One simulated person at their terminal; `row` is the step that they look at."""

    room: Room
    seat: Seat
    row: str = ""


class Players:
    """The cast of one script. `open_room` gives each person a room of their own, all over one store."""

    def __init__(self, open_room: Callable[[str], Room], script: Script, catalogue: tuple[Service, ...] = ()) -> None:
        """`catalogue`: the services that the incident brings along."""
        self._open = open_room
        self._script = script
        self._catalogue = catalogue
        self._director = open_room(DIRECTOR)
        self._store = self._director.store
        self._here: dict[str, Player] = {}
        self._incident = ""
        self._stopped = False

    def declare(self) -> Outcome:
        """Speak the first line: declare the incident, with a clock that begins where the script does."""
        script, line = self._script, self._script.lines[0]
        given: dict[str, Any] = {**line.given(), "catalogue": self._catalogue, "source": script.incident}
        given["clock"] = ClockMapped(moment(self._store.now()), script.starts, script.pace[0].rate)
        return self._open(line.by).do(line.command, None, **given)

    def play(self, incident: str) -> Iterator[Outcome]:
        """Play on from the second line, each at its moment, and tell what came of it. Ends early after `stop`.

        Played twice on one incident (a UUID), a script still happens once. Unavailable where the database stays away.
        """
        self._incident = incident
        self._enter(self._script.lines[0])
        try:
            # The declaration was the first pace and the first line.
            for number, (at, cue) in enumerate(self._script.cues[2:]):
                if not self._reach(at):
                    return
                command = str(uuid.uuid5(uuid.UUID(incident), f"cue {number}"))
                if isinstance(cue, Pace):
                    self._try(self._director, "clock.pace", command, since=moment(self._store.now()), rate=cue.rate)
                elif outcome := self._act(cue, command):
                    yield outcome
        finally:
            self._leave()

    def stop(self) -> None:
        """End the play soon, from another thread."""
        self._stopped = True
        self._store.wake()

    def _reach(self, at: datetime) -> bool:
        """Wait for a moment of the incident, as people do who are here. False where the play was stopped."""
        coming = {line.by for line in self._script.lines if line.at >= at}
        while not self._stopped:
            incident = self._look()
            self._attend(incident, coming)
            left = _due(incident.clock.map, at) - self._store.now()
            if left <= 0:
                return True
            self._store.wait(min(left / 1_000_000, BEAT))
        return False

    def _act(self, line: Line, command_id: str) -> Outcome | None:
        """Speak one line; None where a live user has left nothing of it to do."""
        player = self._enter(line)
        incident = self._look()
        if self._settled(line, incident):
            return None
        given: dict[str, Any] = {**line.given()}
        if "step" in given:
            given["step"] = player.row = self._step(incident, given["step"])
        return self._try(player.room, line.command, command_id, **given)

    def _settled(self, line: Line, incident: Incident) -> bool:
        """Whether a live user has settled what the line is about."""
        by = ""
        if line.command == "sev":
            by = incident.severity.history[-1][2]
        elif line.command == "milestone" and (known := incident.clock.get(str(line.given()["milestone"]))):
            by = known.by
        return incident.clock.closed or (by != "" and by not in self._script.cast)

    def _step(self, incident: Incident, step: str) -> str:
        """The script's step as it is named here: the steps of a runbook that came second have a number before them."""
        runs = (run for run in incident.checklist.runs if run.runbook.name == self._script.runbook)
        run = next(runs, None)
        return step if run is None or run.number == 1 else f"{run.number}/{step}"

    def _enter(self, line: Line) -> Player:
        """Somebody who has a line is here from then on, and has just pressed a key."""
        person = line.by
        if person not in self._here:
            room = self._open(person)
            self._here[person] = Player(room, Seat(room.store, str(uuid.uuid4()), person, DIRECTOR))
        player = self._here[person]
        player.seat.active()
        return player

    def _attend(self, incident: Incident, coming: set[str]) -> None:
        """Renew the leases; whoever is no longer needed leaves. Roles that users offer are accepted."""
        for person, player in list(self._here.items()):
            if person in coming or incident.roles.of(person):
                player.seat.beat(incident.id, player.row)
            else:
                self._here.pop(person).seat.leave()
        for offer in incident.roles.offers:
            if offer.by not in self._script.cast and offer.to in self._here:
                self._try(self._here[offer.to].room, "role.accept", role=offer.role)

    def _leave(self) -> None:
        """Go, and leave the incident to those who stay, in a time that runs as theirs does."""
        while self._here:
            self._here.popitem()[1].seat.leave()
        with contextlib.suppress(Refused):
            self._director.do("clock.pace", self._incident, since=moment(self._store.now()), rate=1.0)

    def _look(self) -> Incident:
        """The incident as it stands."""
        incident = self._patiently(self._director.feed(self._incident).refresh).incident
        assert incident is not None
        return incident

    def _try(self, room: Room, command: str, command_id: str = "", **given: Any) -> Outcome | None:
        """Do it, or let it be where it is refused."""
        try:
            outcome = self._patiently(lambda: room.do(command, self._incident, command_id=command_id, **given))
            self._store.ring()
            return outcome
        except Unavailable:
            raise
        except Refused:
            return None

    def _patiently(self, what: Callable[[], _T]) -> _T:
        """Try again while the database is busy. Unavailable where it stays so, and at once where its file is gone."""
        for _ in range(_TRIES):
            try:
                return what()
            except Unavailable:
                if self._stopped:
                    raise
                self._store.wait(1.0)
        return what()


def _due(clock: ClockMapped | None, at: datetime) -> int:
    """The database's time at which an incident's clock reaches a moment."""
    assert clock is not None, "players play in mapped time only"
    return micros(clock.since) + math.ceil((micros(at) - micros(clock.origin)) / clock.rate)


class _Rehearsal:
    """Every other call goes to the store itself."""

    def __init__(self, store: Store, now: int) -> None:
        self._store = store
        self._now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def now(self) -> int:
        return self._now

    def wait(self, timeout: float) -> bool:
        self._now += round(timeout * 1_000_000)
        return False


def rehearsal(store: Store, now: int) -> Store:
    """The same store, but its time stands still at `now` and leaps where somebody waits: a play takes no time."""
    return cast(Store, _Rehearsal(store, now))
