"""Any file of past incidents: which kind it is, and the incidents in it.

The kind is told by what a file holds, not by its name alone: a file may be compressed, or have no suffix. Files of a
feed hold many incidents, and one of them that cannot be read never keeps the others out.
"""

import zlib
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from warroom.domain.text import one_line
from warroom.playbook.document import BadFile, Problem, parse
from warroom.playbook.incident import PastIncident, parse_incident
from warroom.playbook.past.feeds import LeftOut
from warroom.playbook.past.gcp import is_gcp, read_gcp
from warroom.playbook.past.postmortem import read_postmortem
from warroom.playbook.past.statuspage import is_statuspage, read_statuspage
from warroom.playbook.past.zones import Zone
from warroom.playbook.paths import Unreadable, contents

LARGEST = 64 * 1024 * 1024
"Bytes of a file, and of what a compressed one holds."
_SHOWN = 40
_GZIP = b"\x1f\x8b"
_MARKDOWN = (".md", ".markdown", ".mdown", ".mdx")
_YAML = (".yaml", ".yml")


class Read(msgspec.Struct, frozen=True):
    """The incidents of one file, and what is to be said of those that could not be read."""

    incidents: tuple[PastIncident, ...]
    warnings: tuple[str, ...] = ()


def load(path: Path) -> tuple[str, bytes]:
    """The name of a file without the suffix of its compression, and its bytes without that compression."""
    name = path.name
    try:
        data = contents(path, LARGEST + 1)
    except Unreadable as why:
        raise _bad(name, str(why)) from None
    if data.startswith(_GZIP):
        name, data = name.removesuffix(".gz"), _unpacked(name, data)
    if len(data) > LARGEST:
        raise _bad(name, f"the file holds more than {LARGEST // 1024 // 1024} MiB")
    if not data.strip():
        raise _bad(name, "the file is empty")
    return name, data


def read_past(name: str, data: bytes, zone: Zone | None = None, today: date | None = None) -> Read:
    """The past incidents in the bytes of a file of that name. BadFile where nothing of it can be used.

    `zone`: the one that counts where a Markdown report states none, or one with several meanings. `today`: the day of
    the import, after which no row of such a report can lie; None = not known.
    """
    suffix = Path(name).suffix.lower()
    if suffix in _MARKDOWN or (suffix not in (*_YAML, ".json") and data.lstrip().startswith((b"# ", b"+++"))):
        return Read((read_postmortem(name, _text(name, data), zone, today),))
    if data.lstrip()[:1] in (b"{", b"["):
        items = _items(_json(data))
        for known, read in ((is_statuspage, read_statuspage), (is_gcp, read_gcp)):
            if items and any(known(item) for item in items):
                return _feed(name, items, read)
    return Read((parse_incident(name, parse(name, data)),))


def _feed(name: str, items: list[Any], read: Callable[[str, Any], PastIncident]) -> Read:
    """The incidents of a feed, each once. One that cannot be used is a warning; BadFile where none of them can."""
    found: dict[str, PastIncident] = {}
    problems = []
    for number, item in enumerate(items, 1):
        try:
            past = read(name, item)
            if past.origin in found:
                raise LeftOut("id", "it stands in the file before")
        except LeftOut as left:
            place = ": ".join(filter(None, (f"incident {number}{_id(item)}", left.field)))
            problems.append(Problem(name, 1, place, f"left out: {left.why}"))
            continue
        found[past.origin] = past
    if not found:
        raise BadFile(problems) if problems else _bad(name, "the feed holds no incident")
    return Read(tuple(found.values()), tuple(f"{name}: {each.field}: {each.text}" for each in problems))


def _id(item: Any) -> str:
    """What a feed calls one of its incidents, in brackets; "" where it gives no name."""
    named = (item.get("id") or item.get("number")) if isinstance(item, dict) else None
    return f" ({one_line(str(named), _SHOWN)})" if named else ""


def _items(value: Any) -> list[Any]:
    """The incidents of a feed: the list itself, that of a summary, or the one there is."""
    if isinstance(value, list):
        return value
    inner = value.get("incidents") if isinstance(value, dict) else None
    if isinstance(inner, list):
        return inner
    one = value.get("incident") if isinstance(value, dict) else None
    return [one if isinstance(one, dict) else value]


def _json(data: bytes) -> Any:
    """A value of JSON; None where it is none: what begins with a brace may be YAML."""
    try:
        return msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def _text(name: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _bad(name, "this is not text in UTF-8", data.count(b"\n", 0, error.start) + 1) from None


def _unpacked(name: str, data: bytes) -> bytes:
    """What a gzip file holds, but never more than may be held."""
    unpacker = zlib.decompressobj(wbits=31)
    try:
        found = unpacker.decompress(data, LARGEST + 1)
    except zlib.error:
        raise _bad(name, "the compressed file is damaged") from None
    if not unpacker.eof and len(found) <= LARGEST:
        raise _bad(name, "the compressed file ends too soon")
    return found


def _bad(name: str, why: str, line: int = 1) -> BadFile:
    return BadFile([Problem(name, line, "", why)])
