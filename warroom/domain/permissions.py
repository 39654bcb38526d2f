"""Permissions: who may do what, as the playbook's rule file has it.

Without a rule file everybody may do everything that a responder does, which suits a team that trusts its host. With one
it is deny by default: whom no rule names may look at nothing and do nothing. In an emergency a person who is known may
break the glass, with a reason, which everybody sees.
"""

from collections.abc import Mapping
from typing import Literal, get_args

import msgspec

Right = Literal[
    "observe",
    "acknowledge",
    "record",
    "respond",
    "declare",
    "command",
    "approve",
    "close",
    "publish",
    "redact",
    "administer",
    "import",
    "engine",
]
Access = Literal["observer", "scribe", "responder", "commander", "communications-lead", "administrator"]
ACCESSES: tuple[Access, ...] = get_args(Access)

_SCRIBE: tuple[Right, ...] = ("observe", "record")
_RESPONDER: tuple[Right, ...] = (*_SCRIBE, "acknowledge", "respond", "declare")
_COMMANDER: tuple[Right, ...] = (*_RESPONDER, "command", "approve", "close")
_EVERYTHING: tuple[Right, ...] = (*_COMMANDER, "publish", "redact", "administer")
EVERYTHING = frozenset(_EVERYTHING)
RIGHTS: Mapping[Access, tuple[Right, ...]] = {
    "observer": ("observe",),
    "scribe": _SCRIBE,
    "responder": _RESPONDER,
    "commander": _COMMANDER,
    "communications-lead": (*_SCRIBE, "acknowledge", "publish"),
    "administrator": _EVERYTHING,
}
GLASS = frozenset(_COMMANDER)
"What somebody may do in an incident after breaking the glass."


class Rule(msgspec.Struct, frozen=True):
    """These people, and everybody of these teams, have this access. `everyone`: so has each person of the playbook."""

    access: tuple[Access, ...]
    people: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    everyone: bool = False


class Permissions(msgspec.Struct, frozen=True):
    """The rules of an organisation. What several rules grant adds up; nothing takes anything away."""

    rules: tuple[Rule, ...] = ()

    def granted(self, person: str, team: str) -> frozenset[Right]:
        """What a person of the playbook may do."""
        mine = (rule for rule in self.rules if rule.everyone or person in rule.people or (team and team in rule.teams))
        return frozenset(right for rule in mine for access in rule.access for right in RIGHTS[access])
