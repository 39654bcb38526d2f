"""Who is here: one lease per terminal, beside the log. One that stops beating is gone after 45 s, however it died.

Being connected is not attending: `active` is the last key press, and a terminal counts as idle two minutes after it.
"""

from collections.abc import Iterable

import msgspec

from warroom.store.contract import Presence, Store

BEAT = 5.0
GREY = 15_000_000
GONE = 45_000_000
IDLE = 120_000_000


class Someone(msgspec.Struct, frozen=True):
    """One person here, over all their terminals. `idle`: minutes since their last key press, 0 = attending."""

    person: str
    rows: tuple[str, ...]
    idle: int
    fading: bool


def people(present: Iterable[Presence], incident: str) -> frozenset[str]:
    """The names of those who have a terminal open on an incident."""
    return frozenset(each.person for each in present if each.incident == incident)


def gather(present: Iterable[Presence], incident: str, now: int) -> tuple[Someone, ...]:
    """Those on an incident, by name, from their terminals' heartbeats."""
    terminals: dict[str, list[Presence]] = {}
    for each in present:
        if each.incident == incident:
            terminals.setdefault(each.person, []).append(each)
    return tuple(_someone(person, mine, now) for person, mine in sorted(terminals.items()))


def _someone(person: str, terminals: list[Presence], now: int) -> Someone:
    quiet = now - max(each.active for each in terminals)
    rows = tuple(dict.fromkeys(each.row for each in terminals if each.row))
    fading = now - max(each.seen for each in terminals) > GREY
    return Someone(person, rows, quiet // 60_000_000 if quiet > IDLE else 0, fading)


class Seat:
    """This terminal's own lease: what it last said of itself."""

    def __init__(self, store: Store, session: str, person: str, host: str) -> None:
        self._store = store
        self._session = session
        self._person = person
        self._host = host
        self._active = store.now()

    def active(self) -> None:
        """A key was pressed."""
        self._active = self._store.now()

    def beat(self, incident: str, row: str) -> None:
        """Renew the lease."""
        now = self._store.now()
        self._store.beat(Presence(self._session, self._person, incident, row, now, self._active, self._host))

    def leave(self) -> None:
        """Give the lease up; only a courtesy, since it runs out by itself."""
        self._store.leave(self._session)
