"""One database and several terminals on it, at a time of day that the test sets."""

from collections.abc import Callable
from typing import Any, cast

from tests.support.builders import PLAYBOOK, at
from warroom.domain.moments import micros
from warroom.room.room import Actor, Room
from warroom.store.contract import Append, Appended, Store
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore


class Wall:
    """The clock on the wall of the database."""

    def __init__(self) -> None:
        self.time = micros(at("14:00"))


class MemoryAt(MemoryStore):
    """The log in memory, at the wall's time."""

    def __init__(self, wall: Wall) -> None:
        super().__init__()
        self._wall = wall

    def now(self) -> int:
        return self._wall.time


class SqliteAt(SqliteStore):
    """The log in a file, at the wall's time."""

    def __init__(self, path: str, wall: Wall) -> None:
        self._wall = wall
        super().__init__(path)

    def now(self) -> int:
        return self._wall.time


class House:
    """Rooms over one database. `open` opens it once more, as another terminal does."""

    def __init__(self, open: Callable[[Wall], Store]) -> None:
        self.wall = Wall()
        self._open = open
        self.store = self.open()

    def open(self) -> Store:
        """The database, opened once more."""
        return self._open(self.wall)

    def at(self, clock: str, day: int = 0) -> "House":
        """Time passes, until then."""
        self.wall.time = micros(at(clock, day))
        return self

    def room(self, person: str = "ana", store: Store | None = None) -> Room:
        """Somebody's own terminal."""
        return Room(store or self.open(), Actor(person))

    def incident(self, person: str = "ana", **given: Any) -> tuple[Room, str]:
        """Somebody's terminal, and the incident that they have just declared under the shop's playbook."""
        room = self.room(person)
        room.publish(PLAYBOOK)
        return room, declare(room, **given)


def declare(room: Room, **given: Any) -> str:
    """The UUID of a new incident."""
    return room.do("declare", **{"title": "card payments fail", "severity": "1", **given}).incident.id


class Meddled:
    """A store where something happens right after a decision, before its events are appended."""

    def __init__(self, store: Store, meddle: Callable[[], object]) -> None:
        self._store = store
        self._meddle: Callable[[], object] | None = meddle

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, append: Append) -> Appended:
        meddle, self._meddle = self._meddle, None
        if meddle is not None:
            meddle()
        return self._store.append(append)


def meddled(store: Store, meddle: Callable[[], object]) -> Store:
    """The same store; `meddle` runs once, between the next decision and its append."""
    return cast(Store, Meddled(store, meddle))
