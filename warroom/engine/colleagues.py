"""Simulated colleagues in a room: they do what `domain/colleagues.py` says, each as themselves, until it ends."""

import contextlib
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from warroom.domain import colleagues
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.incident import Incident
from warroom.domain.moments import micros, moment
from warroom.domain.scenario import Scenario
from warroom.domain.turn import Turn, cast
from warroom.engine.players import Player
from warroom.room import drills
from warroom.room.feed import State
from warroom.room.presence import BEAT, Seat
from warroom.room.room import Outcome, Room

DIRECTOR = "director"
"Who leads the drill: nobody of the colleagues, so that the person who practises does not see what is to come."

_LOOK = 1.0


class Colleagues:
    """Everybody but the one who practises. `open_room` gives each person a room of their own, all over one store."""

    def __init__(self, open_room: Callable[[str], Room], human: str, seed: int = 1) -> None:
        """`human`: who practises, by their name in the playbook. `seed`: which of many courses it becomes."""
        self._open = open_room
        self._human = human
        self._seed = seed
        self._director = open_room(DIRECTOR)
        self._store = self._director.store
        self._here: dict[str, Player] = {}
        self._done: set[str] = set()
        self._refused: dict[str, int] = {}
        self._stopped = False

    def begin(self, scenario: Scenario, speed: float = 1.0) -> Outcome:
        """Declare the drill: it happens now, and its time runs `speed` times as fast as the clock on the wall."""
        return drills.start(self._director, scenario, speed=speed)

    def end(self, incident: str) -> None:
        """End the drill, unless it is over: nobody goes on without the one who practises."""
        with contextlib.suppress(Refused):
            self._director.do("drill.end", incident, because=f"{self._human} has left")

    def play(self, incident: str) -> Iterator[Outcome]:
        """Play along in a drill (a UUID) until it is over or `stop` is called, and tell what was done."""
        try:
            while not self._stopped:
                try:
                    yield from self.turn(incident)
                    state = self._look(incident)
                    if not _incident(state).drill.going:
                        return
                    pause = self._pause(state)
                except Unavailable:  # a busy database is asked again
                    pause = _LOOK
                self._store.wait(pause)
        finally:
            self._leave()

    def turn(self, incident: str) -> Iterator[Outcome]:
        """Do everything that is due now. What is refused is tried again once something has changed."""
        while turn := self._due(state := self._look(incident)):
            if outcome := self._do(_incident(state), turn):
                yield outcome
        for player in self._here.values():
            player.seat.beat(incident, player.row)

    def stop(self) -> None:
        """End the play soon, from another thread."""
        self._stopped = True
        self._store.wake()

    def _due(self, state: State) -> Turn | None:
        """The next act that is due and may be tried."""
        now = _incident(state).clock.time(moment(self._store.now()))
        return next((each for each in self._coming(state) if each.at <= now), None)

    def _coming(self, state: State) -> Iterator[Turn]:
        incident = _incident(state)
        everybody = cast(state.org, (self._human, DIRECTOR), self._seed)
        for turn in colleagues.turns(incident, state.org, everybody):
            if turn.key not in self._done and self._refused.get(turn.key) != incident.seq:
                yield turn

    def _pause(self, state: State) -> float:
        """Seconds until the next act, or until somebody should look again."""
        turn = next(self._coming(state), None)
        at = _incident(state).clock.database(turn.at) if turn else None
        left = (micros(at) - self._store.now()) / 1e6 if at else BEAT
        return min(max(left, 0.0), BEAT)

    def _do(self, incident: Incident, turn: Turn) -> Outcome | None:
        """Do it as whoever it is up to, under an id made of the act, so that it happens once."""
        player = self._enter(turn)
        command = str(uuid.uuid5(uuid.UUID(incident.id), f"colleagues/{turn.key}"))
        given: dict[str, Any] = dict(turn.given)
        try:
            outcome = player.room.do(turn.command, incident.id, command_id=command, **given)
        except Unavailable:
            raise
        except Refused:
            self._refused[turn.key] = incident.seq
            return None
        self._done.add(turn.key)
        self._store.ring()
        return None if outcome.repeated else outcome

    def _enter(self, turn: Turn) -> Player:
        """Whoever acts is here from then on, and has just pressed a key."""
        if turn.by not in self._here:
            room = self._open(turn.by)
            self._here[turn.by] = Player(room, Seat(room.store, str(uuid.uuid4()), turn.by, DIRECTOR))
        player = self._here[turn.by]
        player.row = dict(turn.given).get("step", player.row)
        player.seat.active()
        return player

    def _leave(self) -> None:
        while self._here:
            with contextlib.suppress(Unavailable):  # a seat runs out by itself
                self._here.popitem()[1].seat.leave()

    def _look(self, incident: str) -> State:
        return self._director.feed(incident).refresh()


def _incident(state: State) -> Incident:
    if state.incident is None:
        raise ValueError("colleagues play in a drill")
    return state.incident
