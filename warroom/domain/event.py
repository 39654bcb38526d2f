"""What happened: events, the facts that carry them, and the streams they belong to.

An event is a frozen value with a stable, versioned name (`step-done.v1`), never a class path: old logs outlive the
code. Fields may be added with a default; anything else is a new version of the name. `Fact` is an event as it stands
in the log, with its place and its three times.
"""

from datetime import datetime

import msgspec

ORG = "org"
SERVICES = "services"
_INCIDENT = "incident:"


def incident_stream(uuid: str) -> str:
    """The name of an incident's stream."""
    return _INCIDENT + uuid


def incident_of(stream: str) -> str | None:
    """The UUID of the incident whose stream this is, or None."""
    return stream.removeprefix(_INCIDENT) if stream.startswith(_INCIDENT) else None


class Event(msgspec.Struct, frozen=True, tag_field="event"):
    """Base of everything that can stand in the log. Its tag is its name."""

    @classmethod
    def tag(cls) -> str:
        """The stable name, such as `note-added.v1`."""
        return str(cls.__struct_config__.tag)


class Opaque(Event, frozen=True, tag="opaque"):
    """An event that this version of the program does not know, or whose body was redacted. It is shown, not folded."""

    known_as: str = ""
    redacted: bool = False


class Fact(msgspec.Struct, frozen=True):
    """An event in its place.

    `happened`: when it was so. `recorded`: when it was known (for imports the source's time). `appended`: the
    database's time of writing. `via`: how the actor was established (`login`, `sudo`, `asserted`, `database`: the
    server enforced it, `key`, `engine`, `import`, `link`).
    """

    pos: int
    stream: str
    seq: int
    event: Event
    actor: str
    via: str
    happened: datetime
    recorded: datetime
    appended: datetime
    id: str = ""
    command: str = ""
