"""The glossary: what the organisation's words mean, for those who read a runbook at three in the morning."""

import msgspec


class Term(msgspec.Struct, frozen=True):
    """A word and what it means, in a sentence. `also`: other spellings, such as an abbreviation written out."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()
