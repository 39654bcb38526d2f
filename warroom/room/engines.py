"""Whether engines run: who leads, which channels are served, and what is overdue because nobody does either."""

import msgspec

from warroom.store.contract import Lease, Store

LEAD = "engine"
CHANNEL = "channel:"
TTL = 15_000_000
"Microseconds after which an engine that says nothing has lost what it held."

LATE = 60_000_000


class Engines(msgspec.Struct, frozen=True):
    """What the leases say. `leads`: an engine fires what is due; `served`: channels; `overdue`: rungs a minute late."""

    leads: bool = False
    served: tuple[str, ...] = ()
    overdue: int = 0


def engines(store: Store) -> Engines:
    """The engines of a database, by their leases."""
    now = store.now()
    alive = [each for each in store.leases() if each.until > now]
    late = store.timers(now - LATE, ("rung", "silent"))
    return Engines(any(each.name == LEAD for each in alive), _served(alive), len(late))


def _served(alive: list[Lease]) -> tuple[str, ...]:
    return tuple(each.name.removeprefix(CHANNEL) for each in alive if each.name.startswith(CHANNEL))
