"""Who may do what. Deny by default: a command whose right nobody granted is refused.

So far every person is a responder and has every right of one; the engine and imports act under rights of their own,
and a one-time link acknowledges and does nothing else.
"""

from typing import Literal

from warroom.domain.errors import Refused

Right = Literal["observe", "acknowledge", "respond", "command", "administer", "import", "engine"]
_RESPONDER: frozenset[Right] = frozenset({"observe", "acknowledge", "respond", "command", "administer"})
_GRANTED: dict[str, frozenset[Right]] = {
    "login": _RESPONDER,
    "sudo": _RESPONDER,
    "asserted": _RESPONDER,
    "database": _RESPONDER,
    "import": _RESPONDER | {"import"},
    "engine": frozenset({"observe", "engine"}),
    "link": frozenset({"acknowledge"}),
}


_PROVEN = ("login", "sudo", "database")


def check_proven(via: str, what: str) -> None:
    """Refuse a name that is only asserted: where it takes two people, one could be both."""
    if via not in _PROVEN:
        raise Refused(
            f"Your name is only asserted, so you cannot {what}: that takes two people.",
            hint="Log in as yourself, and leave out --as.",
        )


def check(via: str, right: Right, actor: str) -> None:
    """Refuse an actor whose identity was established by `via` and who does not have the right."""
    if right not in _GRANTED.get(via, frozenset()):
        raise Refused(f"{actor} has no right to {right} here.", code="forbidden")
