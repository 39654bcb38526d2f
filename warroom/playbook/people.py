"""`people.yaml`: who can hold a role or be paged, and how each is reached."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast, get_args

from warroom.domain.contacts import Channel, Contact, Urgency, misread_address, wrong_address
from warroom.domain.errors import Invalid
from warroom.domain.org import Person
from warroom.domain.public_keys import bare
from warroom.playbook.channels import STAYS, looks_secret
from warroom.playbook.fields import Fields, nearest
from warroom.playbook.rows import distinct, rows_of
from warroom.playbook.times import read_span, read_zone

NOBODY = "nobody"
"The word for an empty turn in a rotation; no person can bear it."
URGENCIES: tuple[Urgency, ...] = get_args(Urgency)
_LONGEST_FILE = 16 * 1024
"Characters: a private key that was pasted whole, so that it is told of as one."
_ADDRESSED = "apprise"
"The kind of channel that sends to an address; the others know where to."


def read_people(fields: Fields | None, channels: Mapping[str, Channel] | None) -> tuple[Person, ...]:
    """The people of a file; `channels`: those that contacts may name, None = not known."""
    rows = rows_of(fields, "people")
    people: list[Person] = []
    owners: dict[str, str] = {}
    holders: dict[str, str] = {}
    for row, name in zip(rows, distinct(rows, "name"), strict=True):
        person = _person(row, name, channels)
        for login in {name, *person.logins} - {""}:
            if owners.setdefault(login, name) != name:
                row.problem("logins", f'"{login}" already belongs to {owners[login]}')
        for key in person.keys:
            if holders.setdefault(key, name) != name:
                row.problem("keys", f"one of them already belongs to {holders[key]}; a key is one person's")
        people.append(person)
    return tuple(people)


def _person(row: Fields, name: str, channels: Mapping[str, Channel] | None) -> Person:
    person = Person(
        name=name,
        full_name=row.text("full_name", longest=80),
        time_zone=read_zone(row),
        team=row.text("team", longest=64),
        logins=row.texts("logins", longest=64),
        expertise=row.texts("expertise", longest=80),
        contacts=_contacts(row.maps("contacts"), channels),
        keys=_keys(row),
    )
    row.close()
    if name == NOBODY:
        row.problem("name", f'"{NOBODY}" is the word for a turn that nobody has; take another name')
    return person


def _keys(row: Fields) -> tuple[str, ...]:
    """A person's public keys, each once, without the comments behind them."""
    if not row.shape("keys"):
        return ()
    found: dict[str, None] = {}
    for place, text in enumerate(row.words("keys", longest=_LONGEST_FILE)):
        try:
            found[bare(text)] = None
        except Invalid as problem:
            row.problem(f"keys[{place}]", ". ".join(filter(None, (problem.message, problem.hint))), row.line_of("keys"))
    return tuple(found)


def _contacts(rows: list[Fields], channels: Mapping[str, Channel] | None) -> tuple[Contact, ...]:
    """A person's contacts, in the order of the file. One that has no name of its own is called as its channel."""
    found: list[Contact] = []
    for row in rows:
        contact = _contact(row, channels)
        if contact.name and any(contact.name == other.name for other in found):
            row.problem("name", f'"{contact.name}" is the name of two contacts; give this one another')
        found.append(contact)
    return tuple(found)


def _contact(row: Fields, channels: Mapping[str, Channel] | None) -> Contact:
    channel = row.name("channel")
    contact = Contact(
        name=row.name("name", required=False) or channel,
        channel=channel,
        to=row.text("to", longest=200),
        urgencies=cast(tuple[Urgency, ...], row.names("urgencies", "urgency", URGENCIES)) or URGENCIES,
        after=read_span(row, "after", timedelta(seconds=1), timedelta(hours=12)) or timedelta(0),
    )
    row.close()
    if looks_secret(contact.to):
        row.problem("to", f"this looks like a secret: {STAYS}")
    elif wrong := wrong_address(contact.to):
        row.problem("to", wrong)
    if channels is None or not channel:
        return contact
    if channel not in channels:
        row.problem("channel", f'no channel is called "{channel}"{nearest(channel, channels)}')
    elif channels[channel].kind == _ADDRESSED and not row.shape("to"):
        row.problem("to", f"is missing; {channel} sends to an address")
    elif channels[channel].kind == _ADDRESSED and (wrong := misread_address(contact.to)):
        row.problem("to", wrong)
    return contact
