"""One place for everybody in a replay: the trainer says where they are, and every console follows.

The place is a lease beside the log, so it is no history, and a trainer who dies leaves nothing behind. It also says how
the place moves on from there, so that followers need no word from the trainer while it plays.
"""

import msgspec

from warroom.domain.errors import Refused, Unavailable
from warroom.domain.replay import Place
from warroom.store.contract import Lease, Store

BEAT = 2.0
"Seconds between two renewals."
TTL = 10_000_000
"Microseconds after which a trainer of whom nothing is heard has lost the lead."
REMEMBERED = 300_000_000
"Microseconds for which followers are told that the trainer's link is gone."

GONE = "The trainer's link is gone."
_PREFIX = "replay:"


class _Detail(msgspec.Struct, frozen=True):
    """What the lease says."""

    person: str
    place: Place


class Led(msgspec.Struct, frozen=True):
    """Who leads a replay, and the place that they last told. `gone`: nothing was heard of them for ten seconds.

    Where they are now is `place.now(course, time)`; of one who is gone, the place stays where it was last heard of.
    """

    person: str
    place: Place
    gone: bool = False


class Lead:
    """The trainer's end: takes the lead of one incident's replay and tells where it is."""

    def __init__(self, store: Store, incident: str, person: str, session: str) -> None:
        """`session` names this terminal, so that a second one of the same person is another."""
        self._store = store
        self._name = _PREFIX + incident
        self._holder = session
        self._person = person

    def tell(self, place: Place) -> None:
        """Take or keep the lead, at this place, and wake everybody who follows.

        Refused where somebody else leads, with who; Unavailable where it could not be written.
        """
        self.beat(place)
        self._store.ring()

    def beat(self, place: Place) -> None:
        """Renew the lead, every `BEAT` seconds. Refused and Unavailable as in `tell`."""
        now = self._store.now()
        detail = msgspec.json.encode(_Detail(self._person, place)).decode()
        if self._store.lease(self._name, self._holder, now, now + TTL, detail):
            return
        other = _lease(self._store, self._name)
        if other is None or other.until <= now or other.holder == self._holder:
            raise Unavailable("The place of the replay could not be written down.", hint="It is tried again.")
        known = _read(other)
        leads = known.person if known else "Somebody else"
        raise Refused(f"{leads} leads this replay.", hint="Follow them, or look around alone.")

    def leave(self) -> None:
        """Give the lead back; followers keep their place and nobody leads."""
        self._store.release(self._name, self._holder)
        self._store.ring()


def following(store: Store, incident: str, now: int) -> Led | None:
    """Who leads the replay of an incident (a UUID) at the database's time `now`; None: nobody.

    Somebody whose lease ran out is gone, and five minutes later forgotten.
    """
    lease = _lease(store, _PREFIX + incident)
    if lease is None or now - lease.until > REMEMBERED:
        return None
    known = _read(lease)
    return Led(known.person, known.place, lease.until <= now) if known else None


def _lease(store: Store, name: str) -> Lease | None:
    return next((each for each in store.leases() if each.name == name), None)


def _read(lease: Lease) -> _Detail | None:
    """What a lease says; None where another version wrote it and it cannot be read."""
    try:
        return msgspec.json.decode(lease.detail, type=_Detail)
    except msgspec.DecodeError:
        return None
