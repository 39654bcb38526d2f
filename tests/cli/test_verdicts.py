"""The table of docs/custody.md, row by row: what is found of what somebody did to the database, and by what."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from tests.cli.shell import ROOT
from tests.store.support import open_url
from tests.support import signing
from tests.support.forger import Forger, everything, rechained
from warroom.custody.copies import FileCopy
from warroom.custody.ssh import SshJudge, SshSigner
from warroom.room.checkpoints import Notary, collect
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.store.contract import Row

BEFORE, PLACE, AFTER, LENGTH = 4, 6, 9, 12
COLUMNS = [field for field in Row.__struct_fields__ if field not in ("salt", "body")]


class Scene(msgspec.Struct):
    """A database, whoever forges it, and the copies of its checkpoints elsewhere."""

    url: str
    folder: Path
    forger: Forger
    copies: dict[int, str]
    signers: Path

    def rows(self) -> list[Row]:
        """The log as it is."""
        with closing(open_url(self.url)) as store:
            return everything(store)

    def found(self, *places: int) -> str:
        """What verify says, with the copies of these checkpoints: as a cell of the table."""
        texts = {f"copy {place}": self.copies[place] for place in places}
        vouched, problems = collect(texts, SshJudge(self.signers))
        if problems:
            return "signature"
        with closing(open_url(self.url)) as store:
            bad = verify(store, vouched).bad
        return "no" if bad is None else str(bad.pos) if bad.pos else "all"

    def verdicts(self) -> tuple[str, str, str]:
        """The cells: by the chain alone, with a checkpoint of before, and with those of before and after."""
        return self.found(), self.found(BEFORE), self.found(BEFORE, AFTER)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Scene:
    """A log of two incidents, 12 events, evidence at 6; checkpoints of 4 and 9; and an older copy, which ends at 5."""
    url = str(tmp_path / "w.db") if request.param == "sqlite" else request.getfixturevalue("postgres_url")
    key = signing.key(tmp_path)
    copies: dict[int, str] = {}
    with closing(open_url(url)) as store:
        room, kept = Room(store, Actor("ana")), FileCopy(tmp_path / "copies.txt")
        one, two = (room.do("declare", title=title).incident.id for title in ("one", "two"))
        for number in range(3, LENGTH + 1):
            if number == PLACE:
                room.do("evidence", one, content=b"graph", name="graph.png")
            else:
                room.do("note", one if number % 2 else two, text=f"note {number}")
            if number in (BEFORE, AFTER):
                copies[number] = Notary(store, SshSigner(key), [kept]).make().checkpoint.text
            if number == PLACE - 1 and request.param == "sqlite":
                shutil.copy(url, tmp_path / "older.db")
    return Scene(url, tmp_path, Forger(url), copies, signing.signers(tmp_path, engine=key))


def anew(scene: Scene, start: int = PLACE, log_id: str = "") -> None:
    """Write everything anew from a position on, as whoever knows the program can."""
    rows = scene.rows()
    (known,) = scene.forger.do("SELECT log_id FROM head")[0]

    def change(row: Row) -> Row:
        return row if row.pos != start else replace(row, actor="eve")

    scene.forger.put(rechained(log_id or known, rows, change))


# What somebody does, by the words of the table. One that does several things yields after each, to be looked at.

Deed = Callable[[Scene], Iterator[None]]
DEEDS: dict[str, Deed] = {}


def deed(words: str) -> Callable[[Deed], Deed]:
    """The deed of a row of the table."""

    def known(found: Deed) -> Deed:
        DEEDS[words] = found
        return found

    return known


@deed("edited any field of an event")
def _fields(scene: Scene) -> Iterator[None]:
    for column in COLUMNS:
        ((old,),) = scene.forger.do(f"SELECT {column} FROM event WHERE pos = ?", PLACE)
        new = old + 1000 if isinstance(old, int) else f"{old}x" if isinstance(old, str) else bytes(old)[::-1]
        at = new if column == "pos" else PLACE
        scene.forger.do(f"UPDATE event SET {column} = ? WHERE pos = ?", new, PLACE)
        yield
        scene.forger.do(f"UPDATE event SET {column} = ? WHERE pos = ?", old, at)


@deed("edited a body, or its salt")
def _bodies(scene: Scene) -> Iterator[None]:
    for column in ("body", "salt"):
        ((old,),) = scene.forger.do(f"SELECT {column} FROM body WHERE pos = ?", PLACE)
        scene.forger.do(f"UPDATE body SET {column} = ? WHERE pos = ?", bytes(old)[::-1], PLACE)
        yield
        scene.forger.do(f"UPDATE body SET {column} = ? WHERE pos = ?", old, PLACE)


@deed("took a body away, with a note that it was redacted")
def _taken(scene: Scene) -> Iterator[None]:
    scene.forger.do("INSERT INTO redaction VALUES (?, 'ana', 'a password')", PLACE)
    scene.forger.do("DELETE FROM body WHERE pos = ?", PLACE)
    yield


@deed("edited or deleted evidence")
def _evidence(scene: Scene) -> Iterator[None]:
    scene.forger.do("UPDATE blob SET content = ?", b"another graph")
    yield
    scene.forger.do("DELETE FROM blob")
    yield


@deed("deleted an event")
def _deleted(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM event WHERE pos = ?", PLACE)
    yield


@deed("deleted an event and closed the gap")
def _closed(scene: Scene) -> Iterator[None]:
    for table in ("event", "body"):
        scene.forger.do(f"DELETE FROM {table} WHERE pos = ?", PLACE)
        for pos in range(PLACE + 1, LENGTH + 1):
            scene.forger.do(f"UPDATE {table} SET pos = ? WHERE pos = ?", pos - 1, pos)
    scene.forger.do("UPDATE head SET pos = pos - 1")
    yield


@deed("let two events change places")
def _swapped(scene: Scene) -> Iterator[None]:
    for table in ("event", "body"):
        for old, new in ((PLACE, -1), (PLACE + 1, PLACE), (-1, PLACE + 1)):
            scene.forger.do(f"UPDATE {table} SET pos = ? WHERE pos = ?", new, old)
    yield


@deed("put an event in")
def _inserted(scene: Scene) -> Iterator[None]:
    rows = scene.rows()
    for table in ("event", "body"):
        for pos in range(LENGTH, PLACE - 1, -1):
            scene.forger.do(f"UPDATE {table} SET pos = ? WHERE pos = ?", pos + 1, pos)
    scene.forger.insert(replace(rows[PLACE - 1], event_id="x", command_id="x", seq=99))
    scene.forger.do("UPDATE head SET pos = pos + 1")
    yield


@deed("numbered positions anew")
def _numbered(scene: Scene) -> Iterator[None]:
    for table in ("event", "body"):
        scene.forger.do(f"UPDATE {table} SET pos = pos + 100 WHERE pos >= ?", PLACE)
    scene.forger.do("UPDATE head SET pos = pos + 100")
    yield


@deed("cut the end off from there")
def _cut_off(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM event WHERE pos >= ?", PLACE)
    yield


@deed("edited the row in the list of incidents")
def _listed(scene: Scene) -> Iterator[None]:
    scene.forger.do("UPDATE summary SET title = 'nothing happened' WHERE number = 2")
    yield


@deed("edited where the log ends")
def _end(scene: Scene) -> Iterator[None]:
    scene.forger.do("UPDATE head SET hash = ?", bytes(32))
    yield


@deed("edited where an incident ends")
def _ends(scene: Scene) -> Iterator[None]:
    scene.forger.do("UPDATE stream SET seq = seq - 1 WHERE number = 1")
    yield
    scene.forger.do("UPDATE stream SET seq = seq + 1, hash = ? WHERE number = 1", bytes(32))
    yield


@deed("wrote everything anew from there, all hashes right")
def _anew(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint WHERE pos > ?", PLACE)
    anew(scene)
    yield


@deed("the same, and the checkpoints beside the log taken away")
def _anew_without(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint")
    anew(scene)
    yield


@deed("the same, with checkpoints beside the log by a key of his own")
def _anew_signed(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint")
    anew(scene)
    with closing(open_url(scene.url)) as store:
        Notary(store, SshSigner(signing.key(scene.folder, "eve"))).make()
    yield


@deed("wrote the whole log anew, under its own name")
def _whole(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint")
    anew(scene, start=1)
    yield


@deed("wrote the whole log anew, under another name")
def _renamed(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint")
    anew(scene, log_id="0b6d4f0e-8f5e-5c7d-9d43-2a4d1c0e7b52")
    scene.forger.do("UPDATE head SET log_id = '0b6d4f0e-8f5e-5c7d-9d43-2a4d1c0e7b52'")
    yield


@deed("cut the end off from there, all hashes right")
def _cut_right(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint WHERE pos >= ?", PLACE)
    scene.forger.put(scene.rows()[: PLACE - 1])
    yield


@deed("put an older copy back, which ended before")
def _older(scene: Scene) -> Iterator[None]:
    if scene.url.startswith("postgresql://"):  # what a dump of that moment would have held
        scene.forger.do("DELETE FROM checkpoint WHERE pos >= ?", PLACE)
        scene.forger.do("DELETE FROM blob")
        scene.forger.put(scene.rows()[: PLACE - 1])
    else:
        shutil.copy(scene.folder / "older.db", scene.url)
    yield


@deed("edited the epoch from there, all hashes right")
def _epoch(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint WHERE pos >= ?", PLACE)
    (log_id,) = scene.forger.do("SELECT log_id FROM head")[0]
    scene.forger.put(rechained(log_id, scene.rows(), lambda row: replace(row, epoch=2) if row.pos >= PLACE else row))
    yield


@deed("edited a copy of the checkpoint elsewhere")
def _edited_copy(scene: Scene) -> Iterator[None]:
    scene.copies = {place: re.sub("hash .", "hash 0", text) for place, text in scene.copies.items()}
    scene.copies = {place: re.sub("at 1", "at 2", text) for place, text in scene.copies.items()}
    yield


@deed("put a checkpoint of his own among the copies, with `--signers`")
def _own_copy(scene: Scene) -> Iterator[None]:
    scene.forger.do("DELETE FROM checkpoint")
    anew(scene)
    with closing(open_url(scene.url)) as store:
        own = Notary(store, SshSigner(signing.key(scene.folder, "eve"))).make().checkpoint.text
    scene.copies = {place: text + own for place, text in scene.copies.items()}
    yield


def table() -> dict[str, tuple[str, str, str]]:
    """The rows of the page."""
    text = (ROOT / "docs" / "custody.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", text, re.MULTILINE)
    return {words: (alone, before, after) for words, alone, before, after in rows[1:]}


def test_the_page_has_a_row_for_every_deed_and_no_other() -> None:
    assert list(table()) == list(DEEDS)


def test_a_log_that_nobody_touched_holds(scene: Scene) -> None:
    assert scene.verdicts() == ("no", "no", "no")


@pytest.mark.parametrize("words", list(DEEDS))
def test_what_the_page_says_is_so(scene: Scene, words: str) -> None:
    looked = 0
    for _ in DEEDS[words](scene):
        assert scene.verdicts() == table()[words]
        looked += 1
    assert looked
