"""Refusals: what a user reads when something cannot be done.

The text of each is a plain sentence: what happened; the hint says what to do. `code` is the stable word
that scripts see in `{"error": {"code", "message", "hint"}}`.
"""

from collections.abc import Iterable
from difflib import get_close_matches


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


def unknown(kind: str, name: str, candidates: Iterable[str]) -> Unknown:
    """An `Unknown` that names the nearest candidates: at most five, the likeliest first."""
    known = list(candidates)
    lower = {each.lower(): each for each in known}
    near = [lower[each] for each in get_close_matches(name.lower(), lower, n=3, cutoff=0.5)]
    shown = ", ".join(near or known[:5])
    if not known:
        hint = f"There is no {kind} yet."
    elif near:
        hint = f"Did you mean {shown}?"
    else:
        hint = f"There is: {shown}{', …' if len(known) > 5 else ''}."
    return Unknown(f"No {kind} is called “{name}”.", hint=hint)
