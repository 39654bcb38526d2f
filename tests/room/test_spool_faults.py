"""Unsent notes survive kill -9 at the worst moments, a full disk, and several consoles at once."""

import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from textwrap import dedent
from threading import Thread

import pytest

from tests.support.processes import uncovered
from warroom.room.room import Actor, Room
from warroom.room.spool import Spool
from warroom.store.sqlite import SqliteStore

pytestmark = pytest.mark.fault
TEXTS = ["first", "second", "third"]

#: What the child does: it opens the same database and the same notes, and dies where it is told to.
CHILD = """
import os, signal, sys
from pathlib import Path
from warroom.room import spool as module
from warroom.room.room import Actor, Room
from warroom.room.spool import Spool
from warroom.store.sqlite import SqliteStore

database, folder, where = sys.argv[1], Path(sys.argv[2]), sys.argv[3]

def die(*args, **kwargs):
    os.kill(os.getpid(), signal.SIGKILL)

class Dying(SqliteStore):
    left = 2
    def append(self, append):
        written = super().append(append)
        self.left -= 1
        if where == "in the middle" and not self.left:
            die()
        return written

store = Dying(database)
spool = Spool(folder, store.head().log_id)
if where == "before the removal":
    Spool.forget = die
elif where == "before the renaming":
    Path.replace = die
elif where == "after the renaming":
    module._sync = die
spool.drain(Room(store, Actor("ana")))
"""


def run(code: str, *args: object) -> subprocess.CompletedProcess[str]:
    """Run a child to its end."""
    command = [sys.executable, "-c", dedent(code), *map(str, args)]
    return subprocess.run(command, env=uncovered(), capture_output=True, text=True, timeout=60, check=False)


class Scene:
    """A database in a file, an incident in it, and a folder for notes."""

    def __init__(self, home: Path) -> None:
        self.database = home / "warroom.db"
        self.folder = home / "spool"
        self.store = SqliteStore(self.database)
        self.room = Room(self.store, Actor("ana"))
        self.incident = self.room.do("declare", title="card payments fail").incident.id
        self.log_id = self.store.head().log_id

    def spool(self) -> Spool:
        """The notes that wait."""
        return Spool(self.folder, self.log_id)

    def keep(self, text: str) -> None:
        """Write one while the database is away."""
        self.spool().add(str(uuid.uuid4()), self.incident, "note", {"text": text}, self.store.now())

    def notes(self) -> list[str]:
        """What the log holds of them."""
        state = self.room.feed(self.incident).refresh().incident
        assert state is not None
        return [entry.text for entry in state.timeline if entry.kind == "note"]


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A fresh database."""
    scene = Scene(tmp_path)
    with closing(scene.store):
        yield scene


@pytest.mark.parametrize(
    ("where", "sent", "waiting"),
    [
        ("in the middle", ["first", "second"], TEXTS),
        ("before the removal", TEXTS, TEXTS),
        ("before the renaming", TEXTS, TEXTS),
        ("after the renaming", TEXTS, []),
    ],
)
def test_killed_while_sending_nothing_is_lost_and_nothing_is_there_twice(
    scene: Scene, where: str, sent: list[str], waiting: list[str]
) -> None:
    for text in TEXTS:
        scene.keep(text)
    ended = run(CHILD, scene.database, scene.folder, where)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert scene.notes() == sent
    assert [each.params["text"] for each in scene.spool().pending()] == waiting
    scene.keep("after the crash")
    assert scene.spool().drain(scene.room).left == ()
    assert scene.notes() == [*TEXTS, "after the crash"]
    assert scene.spool().pending() == ()


def test_a_full_disk_is_a_sentence_and_leaves_the_notes_before_whole(scene: Scene) -> None:
    scene.keep("first")
    code = """
        import resource, sys
        from pathlib import Path
        from warroom.domain.errors import Unavailable
        from warroom.room.spool import Spool

        resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
        try:
            Spool(Path(sys.argv[1]), sys.argv[2]).add("c", "i", "note", {"text": "x" * 2000}, 0)
        except Unavailable as refused:
            print(refused.message)
    """
    ended = run(code, scene.folder, scene.log_id)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert ended.stdout.startswith("Notes cannot be kept in")
    (path,) = scene.folder.glob("*.jsonl")
    assert path.read_bytes().count(b"\n") == 1, "not half a line more"
    assert path.read_bytes().endswith(b"\n")
    scene.keep("second")
    scene.spool().drain(scene.room)
    assert scene.notes() == ["first", "second"]


def test_consoles_that_write_and_send_at_once_lose_nothing_and_repeat_nothing(scene: Scene) -> None:
    def write(name: str) -> None:
        for number in range(12):
            scene.keep(f"{name} {number}")

    def send() -> None:
        with closing(SqliteStore(scene.database)) as store:
            for _ in range(12):
                scene.spool().drain(Room(store, Actor("ana")))

    threads = [Thread(target=write, args=(name,)) for name in ("a", "b")] + [Thread(target=send) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    scene.spool().drain(scene.room)
    assert sorted(scene.notes()) == sorted(f"{name} {number}" for name in ("a", "b") for number in range(12))
    assert scene.spool().pending() == ()
