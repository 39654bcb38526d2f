"""A bundle proves by itself that nothing in it was changed, and says where something was."""

from functools import cache
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.room.house import House, MemoryAt
from warroom.domain.errors import Refused
from warroom.room import bundle as bundles
from warroom.room.bundle import BadBundle, BadLine, Bundle, examine, gather, is_bundle, read, write
from warroom.store import chain
from warroom.store.contract import GENESIS, Row, Store


@cache
def sample() -> Bundle:
    """An incident with two notes and one piece of evidence, which another incident's events lie between."""
    house = House(cache(MemoryAt))
    room, incident = house.incident()
    room.do("note", incident, text="first, with a line end\nand ␛[31m")
    room.do("declare", title="another", severity="3")
    room.do("evidence", incident, content=b"\x00\xff bytes", name="dump")
    room.do("note", incident, text="second")
    return gather(house.store, incident)


@cache
def written() -> bytes:
    return write(sample())


def found(data: bytes) -> BadLine | None:
    return examine(data).bad


def line_of(data: bytes, place: int) -> int:
    """The line on which a byte stands."""
    return data.count(b"\n", 0, place) + 1


def test_a_bundle_is_read_as_it_was_written() -> None:
    assert read(written()) == sample()
    assert write(read(written())) == written()
    assert is_bundle(written())
    assert [row.seq for row in sample().rows] == [1, 2, 3, 4]
    assert found(written()) is None


def test_what_is_printed_of_one_that_holds() -> None:
    view = bundles.view(examine(written()))
    last = sample().rows[-1]
    assert view == {
        "ok": True,
        "events": 4,
        "evidence": 1,
        "redacted": 0,
        "first_bad": None,
        "head": {"seq": 4, "pos": last.pos, "epoch": 1, "hash": last.hash.hex()},
        "log_id": sample().log_id,
        "incident": "INC-1",
        "uuid": sample().stream.removeprefix("incident:"),
    }


def test_every_byte_counts_and_the_first_bad_line_is_named() -> None:
    data = written()
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        bad = found(changed)
        assert bad is not None, place
        assert bad.line == line_of(data, place), place


@settings(max_examples=400, database=None)
@given(data=st.data())
def test_whatever_one_hand_does_to_a_byte_is_found(data: st.DataObject) -> None:
    whole = written()
    place = data.draw(st.integers(0, len(whole) - 1))
    put = data.draw(st.binary(max_size=2).filter(lambda each: each != whole[place : place + 1]))
    changed = whole[:place] + put + whole[place + 1 :]
    bad = found(changed)
    assert (bad is None) == (changed == whole)
    if bad is not None:
        assert bad.line >= line_of(whole, place)


@pytest.mark.parametrize("line", range(7))
def test_a_line_that_is_missing_twice_there_or_moved_is_found(line: int) -> None:
    lines = written().splitlines(keepends=True)
    assert len(lines) == 7
    without = b"".join(lines[:line] + lines[line + 1 :])
    twice = b"".join(lines[: line + 1] + lines[line:])
    assert found(without) is not None
    assert found(twice) == BadLine(line + 2, "something stands after the end" if line == 6 else _CHANGED)
    if line < 6:
        moved = b"".join([*lines[:line], lines[line + 1], lines[line], *lines[line + 2 :]])
        assert found(moved) == BadLine(line + 1, _CHANGED)


_CHANGED = "it was changed, or a line before it is missing"


@pytest.mark.parametrize("size", [0, 1, 100, 1500])
def test_a_file_that_was_cut_off_is_found(size: int) -> None:
    assert found(written()[:size]) is not None
    assert found(written()[:-1]) == BadLine(7, "the file ends before its last line")


def changed(place: int, **fields: object) -> Bundle:
    """The bundle with one of its rows changed, and all the checks of its lines made anew."""
    rows = list(sample().rows)
    rows[place] = replace(rows[place], **fields)
    return replace(sample(), rows=tuple(rows))


@pytest.mark.parametrize(
    ("forged", "bad"),
    [
        (changed(1, body=b"{}"), BadLine(3, "its body was changed")),
        (changed(1, salt=None), BadLine(3, "its body was changed")),
        (changed(1, actor="eve"), BadLine(3, "its envelope was changed")),
        (changed(1, happened=0), BadLine(3, "its envelope was changed")),
        (changed(1, hash=GENESIS), BadLine(3, "its envelope was changed")),
        (changed(2, seq=9), BadLine(4, "number 3 of the incident is missing")),
        (changed(2, pos=1), BadLine(4, "it comes from an earlier position than the event before it")),
        (changed(2, stream="incident:x"), BadLine(4, "it belongs to another incident")),
        (changed(2, happened=1 << 80), BadLine(4, "its envelope cannot be read")),
        (replace(sample(), rows=sample().rows[1:]), BadLine(2, "number 1 of the incident is missing")),
        (replace(sample(), log_id="another"), BadLine(2, "its envelope was changed")),
        (replace(sample(), stream="org"), BadLine(1, "it names no incident")),
        (replace(sample(), rows=(), blobs=()), BadLine(2, "there are more or fewer lines before it than it says")),
    ],
)
def test_the_chain_of_the_log_finds_what_new_checks_hide(forged: Bundle, bad: BadLine) -> None:
    assert found(write(forged)) == bad


def rehashed(rows: tuple[Row, ...], place: int, name: str) -> tuple[Row, ...]:
    """The rows with another event in one place, whose own hash is right again, and none of those after it."""
    row = replace(rows[place], name=name)
    row = replace(row, hash=chain.event_hash(sample().log_id, row))
    return (*rows[:place], row, *rows[place + 1 :])


def test_a_row_that_was_forged_breaks_the_chain_after_it() -> None:
    forged = replace(sample(), rows=rehashed(sample().rows, 1, "closed.v1"))
    assert found(write(forged)) == BadLine(4, "its stream's chain is broken before it")


def test_evidence_that_is_missing_or_changed_is_found() -> None:
    ((digest, content),) = sample().blobs
    assert found(write(replace(sample(), blobs=()))) == BadLine(6, f"the evidence {digest[:12]}… is missing")
    assert found(write(replace(sample(), blobs=((digest, content + b"x"),)))) == BadLine(6, "the evidence was changed")


def test_a_redacted_body_still_verifies_and_is_counted() -> None:
    redacted = changed(1, salt=None, body=None)
    assert found(write(redacted)) is None
    assert bundles.view(examine(write(redacted)))["redacted"] == 1


def test_a_bundle_of_a_newer_warroom_says_so() -> None:
    # By the page about bundles, and not by the code.
    rest = b'"bundle":2,"log_id":"log","epoch":1,"stream":"incident:x","number":1}'
    seed = sha256(b"warroom bundle 1\n").hexdigest().encode()
    check = sha256(seed + b"{" + rest).hexdigest().encode()
    bad = found(b'{"check":"' + check + b'",' + rest + b"\n")
    assert bad == BadLine(1, "version 2 of bundles was written by a newer warroom")


def test_what_does_not_hold_is_refused_with_its_line() -> None:
    with pytest.raises(BadBundle, match="line 7: the file ends before its last line"):
        read(written()[:-1])


@settings(max_examples=200, database=None)
@given(st.binary(max_size=300))
def test_no_bytes_are_a_traceback(data: bytes) -> None:
    assert found(data) is not None
    assert found(b'{"check":"' + data + b"\n") is not None


class Lost:
    """A store whose evidence is gone."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def blob(self, digest: str) -> bytes | None:
        return None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)


def test_evidence_that_the_database_lost_is_not_exported() -> None:
    house = House(cache(MemoryAt))
    room, incident = house.incident()
    room.do("evidence", incident, content=b"x", name="dump")
    house.store._blobs.clear()  # type: ignore[attr-defined]
    with pytest.raises(Refused, match="is missing from the database"):
        gather(house.store, incident)
