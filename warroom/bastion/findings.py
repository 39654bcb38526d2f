"""What a check of a bastion says: what holds, what is open, and how to close it."""

from typing import Literal

import msgspec

State = Literal["ok", "open", "unknown"]


class Finding(msgspec.Struct, frozen=True):
    """One thing that was looked at. `fix`: what closes it, or how to find out; "" where it holds."""

    state: State
    what: str
    fix: str = ""
