"""The organisation's stream: the published playbook, and the people in it.

YAML enters the log by publishing; terminals never read their own files. An empty database starts with `BUILT_IN`.
"""

from datetime import datetime, timedelta

import msgspec

from warroom.domain import changes as rosters
from warroom.domain import restored as restores
from warroom.domain import scheduled
from warroom.domain import verified as contacts
from warroom.domain.changes import ChangesEvent
from warroom.domain.contacts import Channel, Contact, Verified
from warroom.domain.errors import unknown
from warroom.domain.event import Event, Fact
from warroom.domain.glossary import Term
from warroom.domain.ladder import Checklist, Ladder, Module, Route
from warroom.domain.library import LibraryEntry, RunbooksImported, merged
from warroom.domain.permissions import Permissions
from warroom.domain.restored import Restored, RestoredEvent
from warroom.domain.roster import Changes, Schedule
from warroom.domain.runbook import Runbook
from warroom.domain.scheduled import Scheduled, ScheduledEvent
from warroom.domain.services import Service
from warroom.domain.severity import Severity
from warroom.domain.verified import ContactVerified


class Person(msgspec.Struct, frozen=True):
    """Somebody who can hold a role. `logins`: system logins that are this person; `time_zone`: IANA name.

    `keys`: public SSH keys (`ssh-ed25519 AAAA…`) by which they join at a bastion.
    """

    name: str
    full_name: str = ""
    time_zone: str = "UTC"
    team: str = ""
    logins: tuple[str, ...] = ()
    expertise: tuple[str, ...] = ()
    contacts: tuple[Contact, ...] = ()
    keys: tuple[str, ...] = ()


class Audience(msgspec.Struct, frozen=True):
    """Somebody to be told, such as executives or customers."""

    name: str
    title: str = ""


class Playbook(msgspec.Struct, frozen=True):
    """The organisation as its files have it: taxonomy, catalogue, people, audiences, runbooks, glossary.

    `permissions`: None = everybody may do everything.
    """

    name: str
    severities: tuple[Severity, ...] = ()
    services: tuple[Service, ...] = ()
    people: tuple[Person, ...] = ()
    audiences: tuple[Audience, ...] = ()
    runbooks: tuple[Runbook, ...] = ()
    glossary: tuple[Term, ...] = ()
    channels: tuple[Channel, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    ladders: tuple[Ladder, ...] = ()
    routes: tuple[Route, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    modules: tuple[Module, ...] = ()
    permissions: Permissions | None = None


class PlaybookPublished(Event, frozen=True, tag="playbook-published.v1"):
    """A playbook came into force, whole."""

    playbook: Playbook


OrgEvent = PlaybookPublished | RunbooksImported | ChangesEvent | ContactVerified | ScheduledEvent | RestoredEvent


def _minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


_COMMAND = ("commander", "scribe", "communications-lead")

BUILT_IN = Playbook(
    name="built-in",
    severities=(
        Severity(
            1, "SEV1", "Critical", "Customers cannot use the product, data is being lost, or security is breached.",
            ("checkout is down", "customer data is exposed"),
            _minutes(5), _minutes(10), _minutes(60), _minutes(240), _minutes(20), _COMMAND,
        ),
        Severity(
            2, "SEV2", "Major", "A main function fails for many customers, and there is no way round it.",
            ("card payments fail for one bank",),
            _minutes(10), _minutes(20), _minutes(120), _minutes(480), _minutes(30), ("commander", "scribe"),
        ),
        Severity(
            3, "SEV3", "Minor", "A function is impaired, or a main one fails for a few; there is a way round it.",
            ("search is slow",), _minutes(30), None, None, _minutes(1440), _minutes(120), ("commander",),
        ),
        Severity(
            4, "SEV4", "Low", "A defect that customers hardly notice.",
            ("a report is late",), _minutes(240), None, None, None, None, (),
        ),
        Severity(
            5, "SEV5", "Notice", "Nothing is broken; something needs watching.", ("a disk fills slowly",),
        ),
    ),
)  # fmt: skip


class Org(msgspec.Struct, frozen=True):
    """The organisation as of a position: the playbook in force, its version (0 = built-in), who published it, when.

    `library`: the imported runbooks. `changes`: overrides, swaps and absences. `verified`: contacts that answered.
    `drills`: those that were ever planned. `restored`: when the log was last put back from a backup, if ever.
    """

    playbook: Playbook = BUILT_IN
    version: int = 0
    published_by: str = ""
    published: datetime | None = None
    seq: int = 0
    library: tuple[LibraryEntry, ...] = ()
    changes: Changes = Changes()
    verified: tuple[Verified, ...] = ()
    drills: tuple[Scheduled, ...] = ()
    restored: Restored | None = None

    @property
    def runbooks(self) -> tuple[Runbook | LibraryEntry, ...]:
        """Every runbook that can be attached by name; of the imported ones what is known without their texts."""
        mine = {each.name for each in self.playbook.runbooks}
        return (*self.playbook.runbooks, *(each for each in self.library if each.name not in mine))

    def imported(self, name: str) -> LibraryEntry | None:
        """The imported runbook of that name, or None."""
        return next((each for each in self.library if each.name == name), None)

    def person(self, name: str) -> str:
        """The playbook's spelling of a person's name. Where a playbook names people, others are Unknown."""
        wanted = name.strip()
        people = self.playbook.people
        for person in people:
            if wanted.lower() in (person.name.lower(), *(login.lower() for login in person.logins)):
                return person.name
        if people or not wanted:
            raise unknown("person", name, [person.name for person in people])
        return wanted

    def known_as(self, login: str) -> str:
        """Who a system login is; the login itself where the playbook does not know it."""
        for person in self.playbook.people:
            if login in (person.name, *person.logins):
                return person.name
        return login

    def zone(self, name: str) -> str:
        """The IANA time zone of a person, `UTC` where it is not known."""
        return next((person.time_zone for person in self.playbook.people if person.name == name), "UTC")

    def runbook(self, name: str) -> Runbook | None:
        """The runbook of that name, or None."""
        return next((each for each in self.playbook.runbooks if each.name == name), None)


def evolve(org: Org, fact: Fact) -> Org:
    """The organisation after one fact of its stream; events it does not know change nothing but the place."""
    match fact.event:
        case PlaybookPublished(playbook=playbook):
            return msgspec.structs.replace(
                org,
                playbook=playbook,
                version=org.version + 1,
                published_by=fact.actor,
                published=fact.happened,
                seq=fact.seq,
            )
        case RunbooksImported(entries=entries):
            return msgspec.structs.replace(org, seq=fact.seq, library=merged(org.library, entries))
        case ContactVerified() as event:
            return msgspec.structs.replace(org, seq=fact.seq, verified=contacts.evolve(org.verified, event, fact.actor))
        case Event() as event if isinstance(event, ChangesEvent):
            return msgspec.structs.replace(org, seq=fact.seq, changes=rosters.evolve(org.changes, fact, event))
        case Event() as event if isinstance(event, ScheduledEvent):
            return msgspec.structs.replace(org, seq=fact.seq, drills=scheduled.evolve(org.drills, fact, event))
        case Event() as event if isinstance(event, RestoredEvent):
            return msgspec.structs.replace(org, seq=fact.seq, restored=restores.evolve(org.restored, fact, event))
        case _:
            return msgspec.structs.replace(org, seq=fact.seq)


def publish(org: Org, playbook: Playbook) -> list[Event]:
    """Put a playbook in force; the same one again changes nothing."""
    return [] if org.version and org.playbook == playbook else [PlaybookPublished(playbook)]
