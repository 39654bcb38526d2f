"""The chains: what they cover, and what they notice."""

from hashlib import sha256

import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream
from warroom.store import chain
from warroom.store.contract import GENESIS, Cursor, Damaged, Head, Row
from warroom.store.memory import MemoryStore

GOLDEN = Row(
    epoch=1,
    pos=7,
    stream="incident:0",
    seq=2,
    event_id="e",
    command_id="c",
    ord=0,
    name="note-added.v1",
    actor="añа",
    via="login",
    happened=1,
    recorded=2,
    appended=3,
    body_hash=sha256(b"saltbody").digest(),
    prev=GENESIS,
    hash=GENESIS,
    log_hash=GENESIS,
    salt=b"salt",
    body=b"body",
)


def test_the_hashes_stay_what_they_were() -> None:
    """Logs outlive the program: these values may never change."""
    hashed = chain.event_hash("log", GOLDEN)
    assert hashed.hex() == "adc6cdff1f4ffbba0b8062e75f26e5d78507c5ecf02ea5d1d07414854ece248f"
    hashed = chain.log_hash(GENESIS, 1, 7, hashed)
    assert hashed.hex() == "4fdaadf0eeafdbb3876b7b8803b64f1f75a53a0db2910f05018b1895d7726983"


@pytest.fixture
def log() -> tuple[Head, list[Row]]:
    """Three events in one stream."""
    store = MemoryStore()
    store.append(command(new_stream(), 0, [draft("a"), draft("b"), draft("c")]))
    return store.head(), store.after(Cursor())


def test_a_log_that_holds_together_is_followed_to_its_end(log: tuple[Head, list[Row]]) -> None:
    head, rows = log
    assert chain.follow(head.log_id, Cursor(), rows) == head.cursor
    assert chain.follow(head.log_id, Cursor(), []) == Cursor()


CHANGES: list[dict[str, object]] = [
    {"epoch": 2},
    {"stream": "org"},
    {"seq": 3},
    {"event_id": "x"},
    {"command_id": "x"},
    {"ord": 5},
    {"name": "note-added.v2"},
    {"actor": "eve"},
    {"via": "asserted"},
    {"happened": 0},
    {"recorded": 0},
    {"appended": 0},
    {"body": b"x"},
    {"salt": b"x"},
    {"body_hash": GENESIS},
    {"prev": b"\1" * 32},
    {"hash": GENESIS},
    {"log_hash": GENESIS},
    {"actor": b"ana"},
    {"happened": "yesterday"},
    {"ord": 2**40},
    {"via": None},
    {"body": "text"},
    {"salt": None},
    {"body": None},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_change_to_any_field_is_noticed(log: tuple[Head, list[Row]], change: dict[str, object]) -> None:
    head, rows = log
    rows[1] = replace(rows[1], **change)
    with pytest.raises(Damaged, match="2"):
        chain.follow(head.log_id, Cursor(), rows)


def test_a_missing_or_moved_row_is_noticed(log: tuple[Head, list[Row]]) -> None:
    head, rows = log
    for broken in (rows[1:], [rows[0], rows[2]], [rows[0], rows[2], rows[1]]):
        with pytest.raises(Damaged, match="missing"):
            chain.follow(head.log_id, Cursor(), broken)


def test_rows_of_another_log_are_noticed(log: tuple[Head, list[Row]]) -> None:
    with pytest.raises(Damaged):
        chain.follow("another log", Cursor(), log[1])


def test_texts_cannot_be_shifted_from_one_field_to_the_next() -> None:
    one = replace(GOLDEN, actor="ab", via="c")
    two = replace(GOLDEN, actor="a", via="bc")
    assert chain.event_hash("log", one) != chain.event_hash("log", two)


@pytest.mark.parametrize("moved", [-1, 1])
def test_nothing_can_be_moved_between_a_body_and_its_salt(log: tuple[Head, list[Row]], moved: int) -> None:
    head, rows = log
    assert rows[1].salt is not None
    assert rows[1].body is not None
    both, size = rows[1].salt + rows[1].body, len(rows[1].salt) + moved
    rows[1] = replace(rows[1], salt=both[:size], body=both[size:])
    with pytest.raises(Damaged, match="body was changed"):
        chain.follow(head.log_id, Cursor(), rows)


def test_a_salt_of_another_size_is_not_written() -> None:
    with pytest.raises(ValueError, match="salt"):
        chain.check(command(new_stream(), 0, [replace(draft(), salt=b"short")]))


def test_a_redacted_body_leaves_the_chain_whole(log: tuple[Head, list[Row]]) -> None:
    head, rows = log
    rows[1] = replace(rows[1], salt=None, body=None)
    assert chain.follow(head.log_id, Cursor(), rows) == head.cursor
