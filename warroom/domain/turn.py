"""What a simulated colleague is about to do, and how long people take.

Nothing here is random: who is chosen and how long somebody takes is drawn from a seed and the act's own key, so that
the same seed and the same acts of the person who practises give the same course.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.roles import COMMANDER, Holding


class Turn(msgspec.Struct, frozen=True):
    """At the incident's time `at`, `by` gives a command. `key` names the act: it is done once."""

    key: str
    by: str
    at: datetime
    command: str
    given: tuple[tuple[str, str], ...] = ()


class Cast(msgspec.Struct, frozen=True):
    """Who plays along: `people` by name, all of them simulated. `seed`: which of many courses it is."""

    people: tuple[str, ...]
    seed: int = 1

    def here(self, incident: Incident) -> tuple[str, ...]:
        """Those who can be reached in this drill by now."""
        return tuple(each for each in self.people if each not in incident.drill.unreachable)

    def holding(self, incident: Incident, role: str) -> Holding | None:
        """The seat of whoever of them holds a role, or None. Command is the practising person's; nobody plays it."""
        here = self.here(incident)
        held = (each for each in incident.roles.held if each.role == role != COMMANDER and each.person in here)
        return next(held, None)

    def pause(self, key: str, shortest: float, longest: float) -> timedelta:
        """How long somebody takes for an act: whole seconds between these two."""
        return timedelta(seconds=round(shortest + self._drawn(key) * (longest - shortest)))

    def pick(self, key: str, names: Iterable[str]) -> str:
        """One of these names, "" where there is none."""
        return min(names, key=lambda name: self._drawn(f"{key}/{name}"), default="")

    def _drawn(self, key: str) -> float:
        """A number from 0 up to 1."""
        return int.from_bytes(sha256(f"{self.seed}/{key}".encode()).digest()[:6]) / 2**48


def cast(org: Org, human: Iterable[str], seed: int) -> Cast:
    """Everybody of the organisation but those who are no part of the play."""
    others = set(human)
    return Cast(tuple(each.name for each in org.playbook.people if each.name not in others), seed)
