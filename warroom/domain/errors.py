"""Refusals: what a user reads when something cannot be done.

The text of each is a plain sentence: what happened; the hint says what to do. `code` is the stable word
that scripts see in `{"error": {"code", "message", "hint"}}`.
"""

from collections.abc import Iterable
from difflib import SequenceMatcher


class Refused(Exception):
    """The command was understood and cannot be done. Nothing was written."""

    code = "refused"

    def __init__(self, message: str, *, hint: str = "", code: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        if code:
            self.code = code


class Unknown(Refused):
    """A name that nothing bears: an incident, role, step, person, service, command."""

    code = "unknown"


class Already(Refused):
    """Somebody was faster: the thing is already so. The text says who, and when."""

    code = "already"


class Invalid(Refused):
    """A value that cannot be read, such as a time in no accepted form."""

    code = "invalid"


class Unavailable(Refused):
    """The database cannot be reached or used right now; reading again later may work."""

    code = "unavailable"


_LIKE = 0.5
"How much of two names has to agree, between 0 and 1, for one to be meant by the other."


def unknown(kind: str, name: str, candidates: Iterable[str]) -> Unknown:
    """An `Unknown` that names the nearest candidates: at most five, the likeliest first, else as they come."""
    known = list(candidates)
    lower = {each.lower(): each for each in known}
    near = [lower[each] for each in _near(name.lower(), lower)]
    shown = ", ".join(near or known[:5])
    if not known:
        hint = f"There is no {kind} yet."
    elif near:
        hint = f"Did you mean {shown}?"
    else:
        hint = f"There is: {shown}{', …' if len(known) > 5 else ''}."
    return Unknown(f"No {kind} is called “{name}”.", hint=hint)


def _near(name: str, candidates: Iterable[str]) -> list[str]:
    """The three candidates most like a name; of equally likely ones the first, unlike `difflib`'s own choice."""
    matcher = SequenceMatcher(b=name)
    likely = []
    for each in candidates:
        matcher.set_seq1(each)
        if matcher.real_quick_ratio() >= _LIKE and matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE:
            likely.append((matcher.ratio(), each))
    return [each for _, each in sorted(likely, key=lambda pair: -pair[0])[:3]]
