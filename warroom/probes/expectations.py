"""Reading what a step expects of a diagnostic."""

import re

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line

_NUMBER = re.compile(r"\d{1,7}(\.\d{1,3})?", re.ASCII)


def nothing(expect: str, what: str) -> None:
    """Invalid where something is expected of a diagnostic that has nothing to compare with."""
    if expect.strip():
        raise Invalid(f"Of {what} nothing can be expected: “{one_line(expect, 60)}”.", hint="Leave “expect” out.")


def number(expect: str, default: float | None, meaning: str, unit: str = "") -> float | None:
    """A number, with its unit or without; the default where nothing is said."""
    text = expect.strip()
    if not text:
        return default
    bare = text.removesuffix(unit).strip() if unit else text
    if not _NUMBER.fullmatch(bare):
        raise Invalid(
            f"“{one_line(expect, 60)}” is no number.", hint=f"Give {meaning}, such as {default or 2:g}{unit}."
        )
    return float(bare)
