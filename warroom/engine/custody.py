"""Checkpoints that nobody has to think of: every so many events, and when an incident is closed.

A duty of the engine that leads. Signing takes a process, and copies may lie on slow disks, so it happens apart from the
loop: a rung must never wait for it.
"""

from collections.abc import Callable
from threading import Lock, Thread
from time import monotonic

from warroom.domain.clock import Closed
from warroom.domain.errors import Refused
from warroom.room.checkpoints import EVERY, Notary
from warroom.store.contract import PAGE, Cursor, Forked, Store

_AGAIN = 60.0
"Seconds until what failed is tried once more."


class Custody:
    """Makes checkpoints when they are due."""

    def __init__(
        self, store: Store, notary: Notary, report: Callable[[str], None], clock: Callable[[], float] = monotonic
    ) -> None:
        """`report`: where sentences go about what failed; `clock`: seconds that never jump back."""
        self._store = store
        self._notary = notary
        self._report = report
        self._clock = clock
        self._working = Lock()
        self._seen: Cursor | None = None
        self._failed = float("-inf")

    def turn(self, cursor: Cursor) -> None:
        """Look, apart from the caller, whether a checkpoint is due where the log ends; one at a time."""
        if self._rests(cursor) or self._working.locked():
            return
        Thread(target=self.work, args=(cursor,), name="checkpoint", daemon=True).start()

    def work(self, cursor: Cursor) -> None:
        """Make a checkpoint, if one is due now. What goes wrong is reported and tried again later."""
        if self._rests(cursor) or not self._working.acquire(blocking=False):
            return
        try:
            if self._due(cursor):
                for problem in self._notary.make().problems:
                    self._report(f"checkpoint: {problem}")
            self._seen = cursor
        except Refused as problem:
            self._failed = self._clock()
            self._report(f"No checkpoint was made. {problem.message}")
        finally:
            self._working.release()

    def _rests(self, cursor: Cursor) -> bool:
        return cursor == self._seen or self._clock() - self._failed < _AGAIN

    def _due(self, cursor: Cursor) -> bool:
        last = self._notary.last()
        return cursor.pos - last.pos >= EVERY or self._closes(last)

    def _closes(self, place: Cursor) -> bool:
        """Whether an incident was closed since then."""
        try:
            while rows := self._store.after(place, PAGE):
                if any(row.name == Closed.tag() for row in rows):
                    return True
                place = rows[-1].cursor
        except Forked:
            return True  # the notary says what became of the log
        return False
