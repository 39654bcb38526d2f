"""What a rule may look at when it decides: nothing else reaches it, so it can be decided again anywhere."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from warroom.domain.incident import Incident
    from warroom.domain.org import Org


class Case(msgspec.Struct, frozen=True):
    """The incident and the organisation as they stand, who acts, the incident's time, and who has a terminal open.

    `present` is None where presence is not known (a rule must then not conclude that somebody is gone).
    `via`: how it was established who acts. `real`: the database's time. `may`: the rights of who acts,
    None = every one.
    """

    incident: Incident
    org: Org
    by: str
    now: datetime
    present: frozenset[str] | None = None
    via: str = "login"
    real: datetime | None = None
    may: Collection[str] | None = None

    @property
    def clock(self) -> datetime:
        """The database's time, whatever the incident's time is (drills, the demo)."""
        return self.real or self.now
