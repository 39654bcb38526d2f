"""Whether engines run: who leads, which channels are served, and what is overdue because nobody does either."""

import msgspec

from warroom.store.contract import Lease, Store

LEAD = "engine"
CHANNEL = "channel:"
TTL = 15_000_000
"Microseconds after which an engine that says nothing has lost what it held."

LATE = 60_000_000
FIRED = ("rung", "silent", "inject", "drill")
"The kinds of timers that wait for an engine."
_FOREVER = 2**62


class Engines(msgspec.Struct, frozen=True):
    """What the leases say. `leads`: an engine fires what is due; `served`: channels; `overdue`: how much is late."""

    leads: bool = False
    served: tuple[str, ...] = ()
    overdue: int = 0


def engines(store: Store) -> Engines:
    """The engines of a database, by their leases."""
    now = store.now()
    alive = [each for each in store.leases() if each.until > now]
    late = store.timers(now - LATE, FIRED)
    return Engines(any(each.name == LEAD for each in alive), _served(alive), len(late))


def waiting(store: Store) -> frozenset[str]:
    """The streams that have a rung to come, or a message that has not gone out and is not too late."""
    now = store.now()
    rungs = {stream for stream, _, _ in store.timers(_FOREVER, ("rung",))}
    parcels = store.outbox(states=("pending", "leased"))
    return frozenset(rungs | {parcel.stream for parcel, _, _ in parcels if parcel.expires > now})


def _served(alive: list[Lease]) -> tuple[str, ...]:
    return tuple(each.name.removeprefix(CHANNEL) for each in alive if each.name.startswith(CHANNEL))
