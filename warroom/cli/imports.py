"""Past incidents into the log: each file stands by itself, and one that fails keeps no other out."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from warroom.cli.options import Action, Arg, Values
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain.errors import Invalid, Refused, Unavailable

if TYPE_CHECKING:
    from warroom.playbook.incident import PastIncident
    from warroom.playbook.past.zones import Zone
    from warroom.room.bundle import Bundle

    Found = list[PastIncident | Bundle]


class _Problem(msgspec.Struct, frozen=True):
    """Why nothing of a file came in. `line` 0 and `field` "" = the file as a whole."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """The problem as one line, for people."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        return ": ".join(filter(None, (place, self.field, self.message)))


class _Failed(msgspec.Struct, frozen=True):
    """A file of which nothing came in: what scripts see as `error`, and every problem."""

    error: dict[str, str]
    problems: tuple[_Problem, ...]


class _Told:
    """What came of the files so far: the names of incidents, warnings, and the files that failed."""

    def __init__(self) -> None:
        self.incidents: list[str] = []
        self.warnings: list[str] = []
        self.failed: list[_Failed] = []


def bring(session: Session, values: Values) -> int:
    """Import past incidents, file by file. 0: all of them came in; 1: at least one file did not, and it says why.

    A database that cannot be used ends it; the files before that are in the log.
    """
    zone = _zone(values.get("zone", ""))
    told = _Told()
    for name in values["file"]:
        _bring(session, Path(name), zone, told)
    if session.out.json:
        session.out.data(_data(told))
    else:
        _conclude(session.out, len(values["file"]), told.failed)
    return 1 if told.failed else 0


def _bring(session: Session, path: Path, zone: "Zone | None", told: _Told) -> None:
    """One file into the log, all or none of it.

    The room is opened only once there is something to bring, so that where every file fails no database is made.
    """
    from warroom.room import imports

    try:
        found, said = _read(path, zone)
    except Refused as why:
        told.failed.append(_failed(path.name, why))
        return
    room = session.room(create=True)
    try:
        brought = imports.bring(room, found)
    except Unavailable:
        raise
    except Refused as why:
        told.failed.append(_failed(path.name, why))
        return
    told.incidents += brought.incidents
    told.warnings += [*said, *brought.warnings]
    if not session.out.json:
        for name, incident in zip(brought.incidents, found, strict=True):
            session.out.line(f"{name} {_title(incident)}")
        for warning in (*said, *brought.warnings):
            session.out.say(warning)


def _read(path: Path, zone: "Zone | None") -> "tuple[Found, tuple[str, ...]]":
    """What a file holds, and what is to be said of what could not be read in it."""
    from warroom.playbook.past.reader import load, read_past
    from warroom.room import bundle, bundles

    file, data = load(path)
    if bundle.is_bundle(data):
        found = bundle.read(data)
        bundles.uuid_of(found)
        return [found], ()
    read = read_past(file, data, zone, datetime.now(UTC).date())
    return list(read.incidents), read.warnings


def _failed(file: str, why: Refused) -> _Failed:
    from warroom.cli import failure
    from warroom.playbook.document import BadFile
    from warroom.room.bundle import BadBundle

    if isinstance(why, BadFile):
        problems = tuple(_Problem(each.file, each.line, each.field, each.text) for each in why.problems)
    else:
        line = why.line if isinstance(why, BadBundle) else 0
        problems = (_Problem(file, line, "", " ".join(filter(None, (why.message, why.hint)))),)
    return _Failed(failure.view(why), problems)


def _data(told: _Told) -> dict[str, Any]:
    """What came of it, for scripts. Where nothing at all came in, it is an error like any other, too."""
    error = {"error": told.failed[0].error} if told.failed and not told.incidents else {}
    problems = [msgspec.to_builtins(problem) for each in told.failed for problem in each.problems]
    return {**error, "incidents": told.incidents, "warnings": told.warnings, "failed": problems}


def _conclude(out: Out, files: int, failed: list[_Failed]) -> None:
    """Say which files failed, and what to do about it."""
    for each in failed:
        out.say("\n".join(map(str, each.problems)))
    if len(failed) == files:
        out.say("Nothing was imported.")
    elif failed:
        out.say(
            f"{len(failed)} of {files} files did not come in. "
            "Correct them and import again: what is here already is left as it is."
        )


def _zone(word: str) -> "Zone | None":
    from warroom.playbook.past.zones import read_zone

    if not word:
        return None
    zone = read_zone(word)
    if zone.doubt:
        raise Invalid(f"{zone.doubt}.", hint="Accepted: UTC, CET, UTC+2, Europe/Berlin and the like.")
    return zone


def _title(incident: "PastIncident | Bundle") -> str:
    from warroom.room.bundle import Bundle

    return f"from log {incident.log_id}" if isinstance(incident, Bundle) else incident.title


ACTIONS = {
    "import": Action(
        "bring past incidents in, each file by itself",
        bring,
        (
            Arg("FILE", "past incidents: YAML, Markdown, status feeds in JSON, bundles", several=True, path=True),
            Arg("--zone", "the time zone of reports that state none", required=False),
        ),
    )
}
