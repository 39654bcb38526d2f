"""What came of carrying out one automation: a command or a built-in diagnostic."""

from typing import Literal

import msgspec

Outcome = Literal["passed", "failed", "timed-out", "stopped"]


class Ran(msgspec.Struct, frozen=True):
    """How it ended.

    `says`: one plain sentence for the timeline, without control characters. `output`: raw bytes, kept as evidence;
    where there was too much, its beginning and its end with a line between them, and `cut` bytes left out.
    `code`: a command's exit code; None where it has none (a diagnostic, ended by a signal, never started).
    `seconds`: how long it took.
    """

    outcome: Outcome
    says: str
    output: bytes = b""
    code: int | None = None
    seconds: float = 0.0
    cut: int = 0
