"""The timeline: one entry per event, in the order of the log."""

from datetime import datetime
from typing import Literal

import msgspec

Kind = Literal[
    "declared", "note", "decision", "evidence", "correction", "milestone", "severity", "role", "step", "service",
    "runbook", "page", "undo", "opaque", "bookmark", "inject",
    "drill", "access",
]  # fmt: skip


class Entry(msgspec.Struct, frozen=True):
    """One line of the record.

    `seq` is its number within the incident. `corrected`: the text that replaces it; `retracted`: it is struck out.
    `late`: it was recorded noticeably after it happened. `alarm`: it tells that somebody was not reached.
    """

    seq: int
    pos: int
    happened: datetime
    recorded: datetime
    actor: str
    via: str
    kind: Kind
    text: str
    corrected: str = ""
    retracted: bool = False
    approximate: bool = False
    alarm: bool = False

    @property
    def late(self) -> bool:
        """Whether this was written down more than two minutes after it happened."""
        return (self.recorded - self.happened).total_seconds() > 120
