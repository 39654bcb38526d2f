"""A log that was put back from a backup: until somebody releases it, nothing is sent and no ladder goes on.

Whoever was paged meanwhile, and whatever was acknowledged, may be among what is missing.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, assert_never

import msgspec
from msgspec.structs import replace

from warroom.domain.errors import Already, Refused
from warroom.domain.event import Event, Fact
from warroom.domain.text import counted

if TYPE_CHECKING:
    from warroom.domain.org import Org

STOPPED = "the log was restored from a backup"
"Why a ladder that ran when the backup was taken does not go on."


class LogRestored(Event, frozen=True, tag="log-restored.v1"):
    """The log was put back from a backup.

    `taken`: when that was written; `events`: how many it holds; `reaches`: when the last of them was appended.
    `missing`: how many more the log had when it was lost; None = not known.
    """

    taken: datetime
    events: int
    reaches: datetime
    missing: int | None = None


class LogReleased(Event, frozen=True, tag="log-released.v1"):
    """The log may send again. `goes_on`: what was held is sent, and ladders go on; else all that was dropped."""

    because: str
    goes_on: bool = False


RestoredEvent = LogRestored | LogReleased


class Restored(msgspec.Struct, frozen=True):
    """The last time the log was put back: by whom, when, from what; and who released it when and why, if anybody.

    `pos`: where in the log; what stands before it is of the backup.
    """

    by: str
    at: datetime
    taken: datetime
    events: int
    reaches: datetime
    missing: int | None = None
    pos: int = 0
    released: datetime | None = None
    released_by: str = ""
    because: str = ""

    @property
    def held(self) -> bool:
        """Whether nothing may be sent."""
        return self.released is None


def evolve(state: Restored | None, fact: Fact, event: RestoredEvent) -> Restored | None:
    """What is known of it after one event."""
    match event:
        case LogRestored():
            known = (event.taken, event.events, event.reaches, event.missing)
            return Restored(fact.actor, fact.happened, *known, fact.pos)
        case LogReleased(because=because):
            done = {"released": fact.happened, "released_by": fact.actor, "because": because}
            return None if state is None else replace(state, **done)
        case _:
            assert_never(event)


def holding(org: Org) -> Restored:
    """What holds the log back. Refused where nothing does."""
    found = org.restored
    if found is None:
        raise Refused("Nothing is held: this log was not restored.")
    if found.released:
        raise Already(f"{found.released_by} released it at {_stamp(found.released)}: {found.because}.")
    return found


def release(org: Org, by: str, now: datetime, because: str, goes_on: bool = False) -> list[Event]:
    """Let the log send again."""
    holding(org)
    return [LogReleased(because.strip(), goes_on)]


def sentence(event: LogRestored | Restored) -> str:
    """What everybody is told: `restored from a backup of 4 May 2026 14:00 UTC; 3 events may be missing`."""
    lead = f"restored from a backup of {_stamp(event.taken)}"
    if event.missing is None:
        return f"{lead}; what was written after {_stamp(event.reaches)} is missing, and nobody knows how much that is"
    return f"{lead}; {counted(event.missing, 'event')} may be missing"


def warning(org: Org) -> str:
    """What every front end says while the log is held; "" = it is not."""
    found = org.restored
    if found is None or not found.held:
        return ""
    return f"HELD, nobody is paged: {sentence(found)}. Run: warroom restore release --because REASON"


def _stamp(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y %H:%M} UTC"
