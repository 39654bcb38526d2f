"""Whether somebody may do something: how it was established who they are, then what the playbook's rules grant.

Deny by default: a command whose right nobody granted is refused. The engine and imports act under rights of their own,
and a one-time link acknowledges and does nothing else.
"""

from warroom.domain.errors import Refused
from warroom.domain.org import Org
from warroom.domain.permissions import EVERYTHING, GLASS, Right

_PERSONAL = ("login", "sudo", "asserted", "database", "key")
_PROVEN = ("login", "sudo", "database", "key")
_OTHERS: dict[str, frozenset[Right]] = {
    "import": EVERYTHING | {"import"},
    "engine": frozenset({"observe", "engine"}),
    "link": frozenset({"acknowledge"}),
}


def check_proven(via: str, what: str) -> None:
    """Refuse a name that is only asserted: where it takes two people, one could be both."""
    if via not in _PROVEN:
        raise Refused(
            f"Your name is only asserted, so you cannot {what}: that takes two people.",
            hint="Log in as yourself, and leave out --as.",
        )


def granted(via: str, person: str, org: Org, broken: tuple[str, ...] = ()) -> frozenset[Right]:
    """Everything that somebody may do. `broken`: who broke the glass in the incident that it is about."""
    if via not in _PERSONAL:
        return _OTHERS.get(via, frozenset())
    rules = org.playbook.permissions
    if rules is None:
        return EVERYTHING
    team = next((each.team for each in org.playbook.people if each.name == person), None)
    if team is None:
        return frozenset()
    mine = rules.granted(person, team)
    return mine | GLASS if person in broken else mine


def check(via: str, right: Right, person: str, org: Org, broken: tuple[str, ...] = ()) -> None:
    """Refuse whoever does not have the right. `code` is then `forbidden`."""
    if right in granted(via, person, org, broken):
        return
    who = [each.name for each in org.playbook.people if right in granted("login", each.name, org)]
    several = ", …" if len(who) > 5 else ""
    hint = f"{', '.join(who[:5])}{several} may." if who and via in _PERSONAL else ""
    raise Refused(f"{person} has no right to {right} here.", hint=hint, code="forbidden")
