"""What every way out of the house promises.

An adapter sends one message and says what came of it; it never decides whether to send. It may be called from any
thread, blocks no longer than its timeout, and raises nothing: what went wrong is a `Receipt`. No secret, and no address
with a secret in it, ever stands in what it returns.
"""

from datetime import timedelta
from typing import Literal, Protocol

import msgspec

Outcome = Literal["sent", "retry", "failed", "unknown"]


class Message(msgspec.Struct, frozen=True):
    """What goes out. `key`: the same for every attempt, for receivers that fold repeats; `marks`: `DRILL`, `TEST`, "".

    `to`: an address or a person, "" = the channel as a whole. `link`: where it can be acknowledged; `incident`: its
    short name; `channel`: the playbook's name of the way that it goes.
    """

    key: str
    to: str
    subject: str
    text: str
    urgency: str = "high"
    link: str = ""
    marks: str = ""
    repeat: bool = False
    incident: str = ""
    channel: str = ""


class Receipt(msgspec.Struct, frozen=True):
    """What came of it.

    `sent`: the receiver took it. `retry`: it did not, and may later (`after`: when it says so). `failed`: it never
    will. `unknown`: the answer did not come in time, so it may have been taken. `says`: one line for people.
    """

    outcome: Outcome
    says: str = ""
    after: timedelta | None = None
    reference: str = ""


class Adapter(Protocol):
    """One channel, ready to send."""

    def check(self) -> str:
        """Why it could not send anything right now, as a sentence; "" = it could. Sends nothing."""

    def send(self, message: Message, timeout: float) -> Receipt:
        """Hand over one message within `timeout` seconds."""
