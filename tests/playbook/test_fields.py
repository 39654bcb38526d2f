"""Typed reading: every kind of bad value gets its file, line, field and what would be valid."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.playbook.document import Problem
from warroom.playbook.fields import Fields, check, nearest, open_file

DURATION = "is not a duration up to a year such as 90s, 5m, 1h30m or 2d"
NAME = 'is not a name of lower-case letters, digits, ".", "_" and "-"'


def reading(folder: Path, text: str) -> Fields:
    """The fields of a file; problems are raised by `close`."""
    sink: list[Problem] = []
    fields = open_file(write(folder, "a.yaml", text), sink)
    check(sink)
    assert fields is not None
    return fields


def wrong(folder: Path, text: str, read: Callable[[Fields], object]) -> list[str]:
    """What is said about a file of which `read` reads something."""
    sink: list[Problem] = []
    fields = open_file(write(folder, "a.yaml", text), sink)
    assert fields is not None
    read(fields)
    return said(lambda: check(sink))


def test_good_values(tmp_path: Path) -> None:
    fields = reading(
        tmp_path,
        """\
        text: " two words "
        lines: |
          one
          two
        name: pg_dump-s3.backup
        choice: gate
        integer: -3
        number: 0.5
        boolean: true
        duration: 1h30m
        date: 2026-10-01
        moment: 2026-10-01T14:05:00+02:00
        texts: [one, 2, "three"]
        names: [b, a]
        pairs: [[a, b], [c, d]]
        maps:
          - inner: x
        map: {inner: y}
        """,
    )
    assert fields.text("text") == "two words"
    assert fields.text("lines", lines=True) == "one\ntwo"
    assert fields.name("name") == "pg_dump-s3.backup"
    assert fields.choice("choice", ("do", "gate")) == "gate"
    assert fields.integer("integer", -5, 5) == -3
    assert fields.number("number", 0, 1) == 0.5
    assert fields.boolean("boolean") is True
    assert fields.duration("duration") == timedelta(minutes=90)
    assert fields.date("date") == date(2026, 10, 1)
    assert fields.moment("moment") == datetime(2026, 10, 1, 12, 5, tzinfo=UTC)
    assert fields.texts("texts") == ("one", "2", "three")
    assert fields.names("names", "service", ["a", "b"]) == ("b", "a")
    assert [pair[:2] for pair in fields.pairs("pairs")] == [("a", "b"), ("c", "d")]
    assert [row.text("inner") for row in fields.maps("maps")] == ["x"]
    inner = fields.map("map")
    assert inner is not None
    assert inner.text("inner") == "y"


def test_what_is_missing_is_empty(tmp_path: Path) -> None:
    fields = reading(tmp_path, "empty:\n")
    for field in ("empty", "missing"):
        assert fields.text(field) == ""
        assert fields.choice(field, ("do",), default="do") == "do"
        assert fields.integer(field, 0, 1) is None
        assert fields.boolean(field) is False
        assert fields.duration(field) is None
        assert fields.texts(field) == ()
        assert fields.maps(field) == []
        assert fields.map(field) is None


@pytest.mark.parametrize(
    "read",
    [
        lambda fields: fields.text("b", required=True),
        lambda fields: fields.name("b"),
        lambda fields: fields.choice("b", ("x",), required=True),
        lambda fields: fields.integer("b", 0, 1, required=True),
        lambda fields: fields.moment("b", required=True),
        lambda fields: fields.maps("b", required=True),
    ],
)
def test_what_is_required(tmp_path: Path, read: Callable[[Fields], object]) -> None:
    assert wrong(tmp_path, "\na: 1\n", read) == ["a.yaml:2: b: is missing"]
    assert wrong(tmp_path, "a: 1\nb:\n", read) == ["a.yaml:2: b: is missing"]


@pytest.mark.parametrize(
    ("value", "read", "expected"),
    [
        ('""', lambda f: f.text("a"), "must not be empty"),
        ("[b]", lambda f: f.text("a"), "must be one value, not a list"),
        ("{b: c}", lambda f: f.duration("a"), "must be one value, not a mapping"),
        ("abcdef", lambda f: f.text("a", longest=5), "is longer than 5 characters"),
        ('"b\\nc"', lambda f: f.text("a"), "must be one line"),
        ("Web Shop", lambda f: f.name("a"), f'"Web Shop" {NAME}'),
        ("chek", lambda f: f.choice("a", ("do", "check")), '"chek" is not valid here; did you mean "check"?'),
        ("zzz", lambda f: f.choice("a", ("do", "check")), '"zzz" is not valid here; valid: do, check'),
        ("yes", lambda f: f.boolean("a"), '"yes" is not valid here; valid: true, false'),
        ("0", lambda f: f.integer("a", 1, 9), '"0" is not a whole number from 1 to 9'),
        ("1.5", lambda f: f.integer("a", 1, 9), '"1.5" is not a whole number from 1 to 9'),
        ("1_0", lambda f: f.integer("a", 1, 9), '"1_0" is not a whole number from 1 to 9'),
        ("-1", lambda f: f.number("a", 0, 9), '"-1" is not a number from 0 to 9'),
        ("nan", lambda f: f.number("a", 0, 9), '"nan" is not a number from 0 to 9'),
        ("1e3", lambda f: f.number("a", 0, 9), '"1e3" is not a number from 0 to 9'),
        ("5 minutes", lambda f: f.duration("a"), f'"5 minutes" {DURATION}'),
        ("0m", lambda f: f.duration("a"), f'"0m" {DURATION}'),
        (f"{'9' * 40}d", lambda f: f.duration("a"), f'"{"9" * 40}d" {DURATION}'),
        (f"{'9' * 70}d", lambda f: f.duration("a"), f'"{"9" * 59}…" {DURATION}'),
        ("367d", lambda f: f.duration("a"), f'"367d" {DURATION}'),
        ("1969-12-31", lambda f: f.date("a"), '"1969-12-31" is not a date such as 2026-10-01'),
        ("2026-13-01", lambda f: f.date("a"), '"2026-13-01" is not a date such as 2026-10-01'),
        ("20202-01-16", lambda f: f.date("a"), '"20202-01-16" is not a date such as 2026-10-01'),
        (
            "2026-10-01T14:05:00",
            lambda f: f.moment("a"),
            '"2026-10-01T14:05:00" is not a moment with its time zone such as 2026-10-01T14:05:00Z',
        ),
        (
            "0001-01-01T00:00+14:00",
            lambda f: f.moment("a"),
            '"0001-01-01T00:00+14:00" is not a moment with its time zone such as 2026-10-01T14:05:00Z',
        ),
        ("b", lambda f: f.texts("a"), "must be a list, not a single value"),
        ("{b: c}", lambda f: f.names("a", "service", None), "must be a list, not a mapping"),
        ("[b, b]", lambda f: f.names("a", "service", None), '"b" is listed twice'),
        ("[]", lambda f: f.maps("a", required=True), "must have at least one row"),
        ("b", lambda f: f.map("a"), "must be a mapping of fields"),
    ],
)  # fmt: skip
def test_bad_values(tmp_path: Path, value: str, read: Callable[[Fields], object], expected: str) -> None:
    assert wrong(tmp_path, f"\na: {value}\n", read) == [f"a.yaml:2: a: {expected}"]


@pytest.mark.parametrize(
    ("item", "read", "field", "expected"),
    [
        ("{b: c}", lambda f: f.texts("a"), "a[1]", "must be one value, not a mapping"),
        ("~", lambda f: f.texts("a"), "a[1]", "must not be empty"),
        ('"b\\nc"', lambda f: f.texts("a"), "a[1]", "must be one line"),
        ("paymnets", lambda f: f.names("a", "service", ["x", "payments"]), "a",
         'no service is called "paymnets"; did you mean "payments"?'),
        ("zzz", lambda f: f.names("a", "service", ["x", "payments"]), "a",
         'no service is called "zzz"; valid: x, payments'),
        ("[b, c, d]", lambda f: f.pairs("a"), "a[1]", "must be a pair such as [a, b]"),
        ("[b, [c]]", lambda f: f.pairs("a"), "a[1]", "must be a pair such as [a, b]"),
        ("b", lambda f: f.maps("a"), "a[1]", "must be a mapping of fields"),
    ],
)  # fmt: skip
def test_bad_items_of_lists(
    tmp_path: Path, item: str, read: Callable[[Fields], object], field: str, expected: str
) -> None:
    good = {"a.pairs": "[y, z]"}.get(field, "[y, z]" if "pair" in expected else "x")
    good = "{y: z}" if expected == "must be a mapping of fields" else good
    assert wrong(tmp_path, f"a:\n  - {good}\n\n  - {item}\n", read) == [f"a.yaml:4: {field}: {expected}"]


def test_a_field_that_nobody_asked_for(tmp_path: Path) -> None:
    def read(fields: Fields) -> None:
        fields.text("title")
        fields.texts("services")
        fields.close()

    assert wrong(tmp_path, "title: x\nservcies: []\nzzz: 1\n", read) == [
        'a.yaml:2: servcies: there is no such field; did you mean "services"?',
        "a.yaml:3: zzz: there is no such field; valid: services, title",
    ]


def test_paths_lead_through_lists_and_mappings(tmp_path: Path) -> None:
    def read(fields: Fields) -> None:
        for row in fields.maps("rows"):
            inner = row.map("inner")
            assert inner is not None
            inner.integer("n", 1, 2)

    text = "rows:\n  - inner: {n: 1}\n  - inner:\n      n: 3\n"
    assert wrong(tmp_path, text, read) == ['a.yaml:4: rows[1].inner.n: "3" is not a whole number from 1 to 2']


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    sink: list[Problem] = []
    assert open_file(write(tmp_path, "a.yaml", "- a\n"), sink) is None
    assert said(lambda: check(sink)) == ["a.yaml:1: must be a mapping of fields, not a list"]


def test_problems_come_file_by_file_in_the_order_of_lines() -> None:
    found = [Problem("b", 2, "", "x"), Problem("a", 9, "", "y"), Problem("b", 1, "", "z")]
    assert said(lambda: check(found)) == ["b:1: z", "b:2: x", "a:9: y"]


def test_the_nearest_word_is_found_whatever_its_case() -> None:
    assert nearest("europe/berln", ["Asia/Tokyo", "Europe/Berlin"]) == '; did you mean "Europe/Berlin"?'
    assert nearest("x" * 100_000, ["a"]) == "; valid: a"
    assert nearest("x", []) == ""
    assert nearest("x", [f"word{n}" for n in range(13)]).endswith("word11, …")
