"""What the screen shows, as one frozen value: the view of the log, who looks, when, and how fresh it is."""

from datetime import date, datetime, tzinfo
from typing import Literal

import msgspec

from warroom.domain.incident import Incident
from warroom.domain.library import LibraryEntry
from warroom.domain.org import Org
from warroom.domain.runbook import Runbook
from warroom.room.calls import Call
from warroom.room.engines import Engines
from warroom.room.presence import Someone

Word = Literal["LIVE", "LAGGING", "RECONNECTING", "OFFLINE", "REPLAY"]
LAGGING_AFTER = 3.0
OFFLINE_AFTER = 10.0
_OFFERED = 5


class Unsent(msgspec.Struct, frozen=True):
    """A note that waits for the database: what it says, and when it was written."""

    text: str
    step: str
    written: datetime


class View(msgspec.Struct, frozen=True):
    """What the log says, who is here, and which notes still wait to be sent.

    `lost`: the position after which the log turned out to be another one, 0 = never. `alarm`: what is wrong with the
    stored log. `shelf`: the runbooks outside the log, once they are found. `engines`: who fires what is due and
    sends it, None = not looked yet. `calls`: open pages to the viewer in other incidents.
    """

    incident: Incident
    org: Org
    people: tuple[Someone, ...] = ()
    unsent: tuple[Unsent, ...] = ()
    lost: int = 0
    alarm: str = ""
    shelf: tuple[LibraryEntry, ...] = ()
    engines: Engines | None = None
    calls: tuple[Call, ...] = ()

    @property
    def runbooks(self) -> tuple[Runbook | LibraryEntry, ...]:
        """Every runbook that can be attached by name."""
        known = {each.name for each in self.org.runbooks}
        return (*self.org.runbooks, *(each for each in self.shelf if each.name not in known))


class Freshness(msgspec.Struct, frozen=True):
    """How fresh the data is: seconds since the database last answered, tries since, and what it said.

    `REPLAY`: it is not meant to be fresh.
    """

    word: Word = "LIVE"
    age: float = 0.0
    tries: int = 0
    problem: str = ""


class Scene(msgspec.Struct, frozen=True):
    """Everything that the present functions look at.

    `now` is the incident's time. `notices`: row key -> what to say there for a moment. `pending`: rows whose command
    has not returned. `unread`: the sequence number after which entries are new, 0 = none are marked.
    `window`: how many timeline entries to show; `wanted`: only those that contain it. `offers`: runbooks that may fit,
    each with why. `real`: the database's time, where it is another than the incident's. `unknown`: entries of the
    timeline that nobody knew of at the time (replay).
    """

    view: View
    me: str
    now: datetime
    zone: tzinfo
    fresh: Freshness = Freshness()
    notices: tuple[tuple[str, str], ...] = ()
    pending: frozenset[str] = frozenset()
    unread: int = 0
    marks: bool = True
    selected: str = ""
    window: int = 300
    wanted: str = ""
    offers: tuple[tuple[str, str], ...] = ()
    real: datetime | None = None
    unknown: frozenset[int] = frozenset()

    @property
    def database(self) -> datetime:
        """The database's time."""
        return self.real or self.now

    @property
    def incident(self) -> Incident:
        """The incident."""
        return self.view.incident

    def notice(self, key: str) -> str:
        """What to say on a row for a moment, or ""."""
        return next((text for row, text in self.notices if row == key), "")

    def clock(self, moment: datetime, seconds: bool = False) -> str:
        """A moment in the viewer's zone; with its date where that is not today's."""
        return wall(moment, self.zone, self.today, seconds)

    @property
    def today(self) -> date:
        """The date of the incident's now, in the viewer's zone."""
        return self.now.astimezone(self.zone).date()

    def others_on(self, key: str) -> list[str]:
        """Who else has their cursor on a row."""
        if not self.marks:
            return []
        return [each.person for each in self.view.people if key in each.rows and each.person != self.me]


class Fitting:
    """The runbooks that may fit an incident, worked out anew only where it or the playbook has changed."""

    def __init__(self) -> None:
        self._org: Org | None = None
        self._shelf: tuple[LibraryEntry, ...] = ()
        self._about: tuple[str, tuple[str, ...]] = ("", ())
        self._found: tuple[tuple[str, str], ...] = ()

    def offers(self, view: View) -> tuple[tuple[str, str], ...]:
        """The likeliest first, at most five: name and why."""
        about = (view.incident.title, view.incident.services.affected)
        if not (view.org.runbooks or view.shelf):
            return ()
        if view.org is not self._org or view.shelf is not self._shelf or about != self._about:
            from warroom.domain.offers import offers

            self._org, self._shelf, self._about = view.org, view.shelf, about
            found = offers(view.runbooks, *about)
            self._found = tuple((each.name, each.why) for each in found[:_OFFERED])
        return self._found


def wall(moment: datetime, zone: tzinfo, today: date, seconds: bool = False) -> str:
    """A moment as a wall clock in a zone shows it; with its date where that is not `today`."""
    local = moment.astimezone(zone)
    clock = f"{local.hour:02}:{local.minute:02}" + (f":{local.second:02}" if seconds else "")
    return clock if local.date() == today else f"{local:%d %b} {clock}"


def freshness(age: float, tries: int, problem: str) -> Freshness:
    """The state of the link from how long ago the database last answered."""
    if age >= OFFLINE_AFTER:
        return Freshness("OFFLINE", age, tries, problem)
    if tries:
        return Freshness("RECONNECTING", age, tries, problem)
    return Freshness("LAGGING" if age >= LAGGING_AFTER else "LIVE", age, 0, problem)
