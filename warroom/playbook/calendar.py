"""Rosters and planned drills as iCalendar (RFC 5545), for the calendar programs of the people on call.

The library is an extra (`pip install "warroom[ical]"`), loaded only where a calendar is read or written.
"""

from collections.abc import Iterable
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from warroom.domain.errors import Unavailable
from warroom.domain.roster import Shift
from warroom.domain.scheduled import Appointment
from warroom.domain.text import one_line

if TYPE_CHECKING:
    import icalendar

NOBODY = "NOBODY"
"Who is on call in a gap. People's names are no match for it: `nobody` is none that a person may have."

_PROGRAM = "-//warroom//on call//EN"
_SPACE = UUID("4f4f2d8e-0f0c-5d0b-9a55-6b1f7f6f2b1d")


def needed() -> None:
    """Unavailable where the libraries that know calendars are not installed."""
    if not all(map(find_spec, ("icalendar", "recurring_ical_events"))):
        hint = 'Install it: pip install "warroom[ical]"'
        raise Unavailable("What reads and writes calendars is not installed here.", hint=hint)


def write_calendar(shifts: Iterable[Shift], stamp: datetime, drills: Iterable[Appointment] = ()) -> str:
    """Shifts and drills as a calendar, an event each, in UTC. `stamp`: when it is written; `NOBODY` = a gap.

    An event keeps its UID as long as its schedule, person and beginning stay, so that importing again updates it.
    """
    needed()
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("PRODID", _PROGRAM)
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    for shift in shifts:
        calendar.add_component(_event(shift, stamp))
    for drill in drills:
        calendar.add_component(_drill(drill, stamp))
    return str(calendar.to_ical(), "utf-8")


def uid_of(shift: Shift) -> str:
    """By what calendars know a shift: its schedule, beginning and person."""
    return str(uuid5(_SPACE, f"{shift.schedule}\n{shift.start.isoformat()}\n{shift.person}"))


def _event(shift: Shift, stamp: datetime) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    event.add("UID", uid_of(shift))
    event.add("DTSTAMP", stamp)
    event.add("DTSTART", shift.start)
    event.add("DTEND", shift.end)
    event.add("SUMMARY", one_line(f"{shift.schedule}: {shift.person}"))
    # Whoever is on call may still be invited to something.
    event.add("TRANSP", "TRANSPARENT")
    return event


def _drill(drill: Appointment, stamp: datetime) -> "icalendar.Event":
    import icalendar

    event = icalendar.Event()
    event.add("UID", drill.uid)
    event.add("DTSTAMP", stamp)
    event.add("DTSTART", drill.start)
    event.add("DTEND", drill.end)
    event.add("SUMMARY", one_line(drill.summary))
    event.add("SEQUENCE", drill.sequence)
    event.add("STATUS", "CANCELLED" if drill.cancelled else "CONFIRMED")
    return event
