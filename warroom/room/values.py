"""What a front end passes to a command, read as what its rule takes: moments, spans, names, runbooks, files."""

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from hashlib import sha256

import msgspec

from warroom.domain import record
from warroom.domain.case import Case
from warroom.domain.errors import Invalid, Refused, unknown
from warroom.domain.moments import read_duration, read_moment
from warroom.domain.org import Org
from warroom.domain.runbook import Runbook
from warroom.room import library
from warroom.room.commands import Command, Param
from warroom.store.contract import Store

BIGGEST_EVIDENCE = 1024 * 1024


class Passed(msgspec.Struct, frozen=True):
    """A rule's arguments, when the act happened if somebody said so, and the bytes to be kept under their SHA-256."""

    values: dict[str, object]
    happened: datetime | None = None
    blobs: tuple[tuple[str, bytes], ...] = ()


class Reader:
    """Reads what is passed. Invalid, Refused and Unknown with a sentence."""

    def __init__(self, store: Store, library: Callable[[str], Runbook | None]) -> None:
        """`library` finds a runbook outside the log, by name or file."""
        self._store = store
        self._library = library

    def read(self, command: Command, case: Case, given: Mapping[str, object], zone: tzinfo) -> Passed:
        """The rule's arguments. `zone`: the one in which the person types times."""
        known = [param.name for param in command.params]
        if strangers := set(given) - {*known, *command.besides}:
            raise unknown("parameter", min(strangers), known)
        values: dict[str, object] = {}
        happened = None
        blobs: tuple[tuple[str, bytes], ...] = ()
        for param in command.params:
            raw = given.get(param.name)
            if raw is None or raw == "" or raw == ():
                if param.required:
                    raise Invalid(f"{command.title}: {param.name} is missing ({param.help}).")
                continue
            value = self._value(param, raw, case, zone)
            if isinstance(value, bytes):
                digest = sha256(value).hexdigest()
                blobs = ((digest, value),)
                values |= {"name": text(given.get("name") or "evidence"), "digest": digest, "size": len(value)}
                continue
            if param.happened and isinstance(value, datetime):
                if value > case.now:
                    raise Refused("What happened cannot lie in the future.")
                happened = value
                if param.name not in command.rule.__annotations__:
                    continue
            values[param.name] = value
        values |= {key: given[key] for key in command.besides if key in given and key not in values}
        return Passed(values, happened, blobs)

    def _value(self, param: Param, raw: object, case: Case, zone: tzinfo) -> object:
        match param.kind:
            case "moment" if isinstance(raw, str):
                return read_moment(raw, case.now, zone)
            case "duration" if isinstance(raw, str):
                return read_duration(raw)
            case "integer" if isinstance(raw, str):
                if not (raw.isascii() and raw.isdecimal() and len(raw) < 18):
                    raise Invalid(f"{param.name}: “{raw}” is no whole number.")
                return int(raw)
            case "names" if isinstance(raw, str):
                return tuple(text(part.strip()) for part in raw.split(",") if part.strip())
            case "names" if isinstance(raw, list | tuple):
                return tuple(text(part) for part in raw)
            case "runbook" if isinstance(raw, str):
                return self._runbook(raw, case.org)
            case "content":
                if not isinstance(raw, bytes) or len(raw) > BIGGEST_EVIDENCE:
                    raise Invalid("Evidence is a file of at most 1 MiB.", hint="Keep a shorter cut of it.")
                return raw
            case "text":
                return text(raw)
        return raw

    def _runbook(self, name: str, org: Org) -> Runbook:
        """The runbook of that name: of the playbook, imported, or from outside the log."""
        if found := org.runbook(name):
            return found
        if imported := org.imported(name):
            return library.read(self._store, imported)
        if found := self._library(name):
            return found
        raise unknown("runbook", name, [runbook.name for runbook in org.runbooks])


def text(raw: object) -> str:
    """A text that the log can keep."""
    found = str(raw)
    record.check(found)
    return found
