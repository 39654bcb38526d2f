"""Work that may hang, done by a thread that is left behind when its time is up."""

import threading
from collections.abc import Callable

from warroom.outreach.contract import Receipt

AT_MOST = 64
"Messages of one channel that may be under way at once, those left behind among them."


class Hands:
    """The threads of one channel. A channel that hangs cannot fill the process with them."""

    def __init__(self, at_most: int = AT_MOST) -> None:
        self._free = threading.BoundedSemaphore(at_most)

    def within(self, seconds: float, work: Callable[[], Receipt], late: Callable[[], Receipt]) -> Receipt:
        """What `work` gives within so many seconds, or else what `late` gives; `work` then goes on unheard."""
        if not self._free.acquire(blocking=False):
            return Receipt("retry", "Too many earlier messages on this channel still wait for an answer.")
        given: list[Receipt] = []

        def carry() -> None:
            try:
                given.append(work())
            except Exception as fault:  # noqa: BLE001 - the contract: an adapter raises nothing
                given.append(Receipt("unknown", f"Sending broke off ({type(fault).__name__})."))
            finally:
                self._free.release()

        thread = threading.Thread(target=carry, name="outreach", daemon=True)
        thread.start()
        thread.join(max(seconds, 0.0))
        return given[0] if given else late()
