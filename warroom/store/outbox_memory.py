"""The outbox in memory. What is done to it gives a new one, so whatever is refused leaves the old one standing."""

from collections.abc import Iterable

import msgspec
from msgspec.structs import replace

from warroom.store.contract import Append, Claimed, Fenced, Parcel, Parcelling, Settled


class Entry(msgspec.Struct, frozen=True):
    """One row: a parcel and what became of it so far. `lapsed`: claims that ran out; `sent`: when, None = not yet."""

    parcel: Parcel
    state: Parcelling = "pending"
    attempt: int = 0
    lease_epoch: int = 0
    lease_until: int = 0
    lapsed: int = 0
    sent: int | None = None

    def idle(self, now: int) -> bool:
        """Whether nobody is sending it, and somebody still might."""
        return self.state == "pending" or (self.state == "leased" and self.lease_until < now)


Outbox = dict[str, Entry]


def written(outbox: Outbox, append: Append, now: int) -> Outbox:
    """The outbox after a command at a moment. Fenced where a parcel that it settles is somebody else's by now."""
    if not append.outbox and not append.settled:
        return outbox
    known = {parcel.id: Entry(parcel) for parcel in append.outbox} | outbox
    for done in append.settled:
        entry = known.get(done.id)
        if entry is not None and _applies(done, entry, now):
            known[done.id] = _settled(done, entry, now)
        elif done.lease_epoch and (append.drafts or not _repeated(done, entry)):
            raise Fenced
    return known


def _applies(done: Settled, entry: Entry, now: int) -> bool:
    if done.lease_epoch:
        return (entry.state, entry.lease_epoch) == ("leased", done.lease_epoch)
    return entry.state == "pending" or (entry.idle(now) and entry.parcel.expires <= now)


def _repeated(done: Settled, entry: Entry | None) -> bool:
    return entry is not None and (entry.state, entry.lease_epoch) == (done.state, done.lease_epoch)


def _settled(done: Settled, entry: Entry, now: int) -> Entry:
    not_before = done.not_before if done.state == "pending" else entry.parcel.not_before
    return replace(
        entry,
        parcel=replace(entry.parcel, not_before=not_before),
        state=done.state,
        lease_until=0,
        sent=now if done.state == "sent" else entry.sent,
    )


def due(outbox: Outbox, channels: tuple[str, ...], realm: str, now: int, limit: int) -> list[Entry]:
    """What may be claimed, the longest due first."""
    found = (
        entry
        for entry in outbox.values()
        if entry.idle(now)
        and entry.parcel.realm == realm
        and entry.parcel.channel in channels
        and entry.parcel.not_before <= now < entry.parcel.expires
    )
    return in_order(found)[:limit]


def claimed(entry: Entry, until: int) -> Entry:
    """An entry in the hands of one more engine."""
    return replace(
        entry,
        state="leased",
        attempt=entry.attempt + 1,
        lease_epoch=entry.lease_epoch + 1,
        lease_until=until,
        lapsed=entry.lapsed + (entry.state == "leased"),
    )


def shown(entry: Entry) -> Claimed:
    """What the engine that claimed it gets to see."""
    return Claimed(entry.parcel, entry.attempt, entry.lease_epoch, entry.lease_until, entry.lapsed > 0)


def overdue(outbox: Outbox, now: int, limit: int) -> list[Parcel]:
    """What expired while nobody held it, the longest expired first."""
    gone = [entry.parcel for entry in outbox.values() if entry.idle(now) and entry.parcel.expires <= now]
    return sorted(gone, key=lambda parcel: (parcel.expires, parcel.id))[:limit]


def in_order(entries: Iterable[Entry]) -> list[Entry]:
    """Entries, the longest due first."""
    return sorted(entries, key=lambda entry: (entry.parcel.not_before, entry.parcel.id))


def sent(outbox: Outbox, channel: str, to: str, since: int, realm: str) -> list[int]:
    """When parcels were handed to one address, oldest first."""
    address = (channel, to, realm)
    mine = (each for each in outbox.values() if (each.parcel.channel, each.parcel.to, each.parcel.realm) == address)
    return sorted(each.sent for each in mine if each.sent is not None and each.sent >= since)
