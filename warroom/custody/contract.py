"""What signs checkpoints, says who signed one, and keeps copies of them out of reach of whoever can write the log."""

from typing import Protocol

import msgspec


class Judgement(msgspec.Struct, frozen=True):
    """What is known of a signature. `key`: the fingerprint of the key that made it, "" = it does not hold.

    `by`: whom the list of signers names for that key, "" = nobody, or there is no list. `problem`: one line, "" = none.
    """

    key: str
    by: str = ""
    problem: str = ""


class Signer(Protocol):
    """A key that signs checkpoints."""

    key: str
    "Its fingerprint: `SHA256:…`."

    def sign(self, message: bytes) -> str:
        """An armoured signature, with a line end. Unavailable where the key cannot be used."""


class Judge(Protocol):
    """Whoever can tell what a signature is worth."""

    def judge(self, message: bytes, signature: str, at: int) -> Judgement:
        """Check a signature that was made at a moment (microseconds since 1970). Unavailable where nothing can."""


class Witness(Protocol):
    """A place where copies of checkpoints lie."""

    place: str
    "Where that is, for people."

    def read(self) -> str:
        """Everything that lies there, "" where nothing does. Unavailable."""

    def add(self, text: str) -> None:
        """Put one more there. Unavailable."""
