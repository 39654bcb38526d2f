"""What is wrong with an organisation's rosters and ladders: one finding, its kinds, and which of them endanger."""

from datetime import datetime
from typing import Literal, get_args

import msgspec

Kind = Literal[
    "held", "no-engine", "unserved", "gap", "no-ladder", "late", "unknown", "unreachable", "alone", "overlap", "unfair"
]
KINDS: tuple[Kind, ...] = get_args(Kind)
"The worst first."

ENDANGERS: frozenset[Kind] = frozenset(KINDS) - {"alone", "overlap", "unfair"}
"With one of these, somebody may be needed and not be paged in time."

TITLES: dict[Kind, str] = {
    "held": "The log is held",
    "no-engine": "No engine runs",
    "unserved": "Channels that nobody serves",
    "gap": "Nobody is paged",
    "no-ladder": "No ladder",
    "late": "Paged too late",
    "unknown": "Unknown names",
    "unreachable": "People who cannot be reached",
    "alone": "One person alone",
    "overlap": "Primary and secondary are the same person",
    "unfair": "Unfair load",
}


class Finding(msgspec.Struct, frozen=True):
    """One thing that is wrong. `about`: what or whom it concerns; `says`: it as a sentence.

    `start` and `end`: when; both None = always. `services` and `severities`: for which incidents, where it matters.
    `times`: how often, where more than once; then `start` and `end` are those of the first time.
    """

    kind: Kind
    about: str
    says: str
    start: datetime | None = None
    end: datetime | None = None
    services: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    times: int = 1

    @property
    def endangers(self) -> bool:
        """Whether somebody may not be paged in time because of it."""
        return self.kind in ENDANGERS


def ordered(found: list[Finding]) -> tuple[Finding, ...]:
    """The findings, each once: the worst kind first, then the soonest, then by name."""
    once = dict.fromkeys(found)
    return tuple(sorted(once, key=lambda each: (KINDS.index(each.kind), str(each.start or ""), each.about, each.says)))


def listed(names: tuple[str, ...], most: int = 4) -> str:
    """Names as people say them: `a, b and c`; of many only some, and how many more."""
    if len(names) > most:
        return f"{', '.join(names[: most - 1])} and {len(names) - most + 1} more"
    return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
