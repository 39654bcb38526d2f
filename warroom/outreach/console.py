"""`console`: the person's own open terminal, which shows what the log says; here is only told whether there is one."""

from collections.abc import Callable

from warroom.outreach.contract import Message, Receipt


class Console:
    """People's terminals. `present` gives the names of those who have one open; a message's `to` is such a name."""

    def __init__(self, present: Callable[[], frozenset[str]]) -> None:
        self._present = present

    def check(self) -> str:
        """Always "": a terminal may be opened at any time."""
        return ""

    def send(self, message: Message, timeout: float) -> Receipt:
        """`sent` where the person has a terminal open, and else `retry`."""
        try:
            there = message.to in self._present()
        except Exception as fault:  # noqa: BLE001 - the contract: an adapter raises nothing
            return Receipt("retry", f"Who has a terminal open is not known ({type(fault).__name__}).")
        if there:
            return Receipt("sent", "Shown in an open terminal.")
        return Receipt("failed", "No terminal of theirs is open.")
