"""Whatever a file holds, reading it ends in incidents or in a sentence, and loses no row."""

import json
from datetime import UTC
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.playbook.past.test_feeds import CLOUD, PAGE
from warroom.playbook.document import BadFile
from warroom.playbook.incident import PastIncident
from warroom.playbook.past.reader import read_past

_PIECES = st.sampled_from(
    [
        "2024-03-05", "20242-01-16", "10:00", "23:59", "00:10", "24:61", "??:??", "10:??", "--:--", "~", "±", "–", "-",
        "UTC", "CST", "UTC+99", "Europe/Berlin", "PM", "0000-01-01", "9999-12-31", "0001-01-01 00:00", "03-26", "02-30",
        "January 23rd, 2019", "1 May", "outage begins", "restored", "`", "**", "&amp;",
    ]
)  # fmt: skip
_BREAKS = frozenset("\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029|\\")
_TIMES = st.lists(_PIECES, max_size=5).map(" ".join)
_ROWS = st.lists(st.tuples(_TIMES, st.text(max_size=20)), max_size=8)
_BEFORE = ("2024-03-05 10:00", "a row")
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from(["2024-03-05T10:00:00Z", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*PAGE, *CLOUD]), inner, max_size=4),
    max_leaves=8,
)


def read(name: str, data: bytes) -> tuple[PastIncident, ...]:
    """The incidents, or none where the file is refused in words."""
    try:
        found = read_past(name, data)
    except BadFile:
        return ()
    return found.incidents


@settings(max_examples=400, database=None, deadline=None)
@given(rows=_ROWS, head=_TIMES, title=_TIMES)
def test_any_rows_become_entries_or_remarks(rows: list[tuple[str, str]], head: str, title: str) -> None:
    text = f"# {title}\n## Timeline\nAll times in {head}\n\n| Time | Event |\n|---|---|\n"
    plain = [_BEFORE, *((when, each) for when, each in rows if each.strip() and not _BREAKS & set(each))]
    text += "".join(f"| {when} | x{each} |\n" for when, each in plain)
    for past in read("x.md", text.encode("utf-8", "surrogatepass")):
        assert len(past.timeline) + len(past.notes) == len(plain)
        assert all(entry.when.at.tzinfo is UTC for entry in past.timeline)


@settings(max_examples=300, database=None, deadline=None)
@given(st.text(max_size=300) | _ROWS.map(lambda rows: "\n".join(f"- [{when}] {each}" for when, each in rows)))
def test_any_markdown(text: str) -> None:
    read("x.md", text.encode("utf-8", "surrogatepass"))


@settings(max_examples=300, database=None, deadline=None)
@given(st.sampled_from(["x", "x.json", "x.yaml", "x.md"]), st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    read(name, data)


@settings(max_examples=400, database=None, deadline=None)
@given(st.sampled_from([PAGE, CLOUD]), st.sampled_from([*PAGE, *CLOUD]), _JSON)
def test_a_feed_with_anything_in_any_field(item: dict[str, Any], field: str, value: Any) -> None:
    for past in read("x.json", json.dumps([item | {field: value}]).encode()):
        assert past.timeline
