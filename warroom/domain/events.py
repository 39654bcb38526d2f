"""Every event this version knows, by its stable name: what the codec reads and writes."""

from typing import get_args

from warroom.domain.event import Event
from warroom.domain.incident import IncidentEvent
from warroom.domain.org import OrgEvent

ALL: tuple[type[Event], ...] = (*get_args(IncidentEvent), *get_args(OrgEvent))
BY_NAME: dict[str, type[Event]] = {event.tag(): event for event in ALL}
