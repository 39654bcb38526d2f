"""What an auditor gets verifies with nothing but Python and ssh-keygen, and not a byte of it can change unseen."""

import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.support import signing
from tests.support.forger import everything, rechained
from warroom.custody import verifier
from warroom.custody.ssh import SshSigner
from warroom.room import handover, redaction
from warroom.room.bundle import Bundle, gather, write
from warroom.room.checkpoints import Notary, inside
from warroom.room.handover import BUNDLE, CHECKPOINTS, LINKS, MANIFEST, VERIFIER, hand_over
from warroom.room.room import Actor, Room
from warroom.store import chain
from warroom.store.contract import GENESIS, Damaged
from warroom.store.memory import MemoryStore
from warroom.store.sqlite import SqliteStore

SOURCE = Path(verifier.__file__).read_bytes()


class Scene(msgspec.Struct):
    """An incident that was handed over: its store, its id, its files, and the key that vouched."""

    store: MemoryStore
    incident: str
    files: dict[str, bytes]
    key: Path


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """Two incidents, their events mixed; of the first, a note was redacted; a checkpoint in the middle and after it."""
    key = signing.key(tmp_path_factory.mktemp("key"))
    store = MemoryStore()
    room, notary = Room(store, Actor("ana")), Notary(store, SshSigner(key))
    room.do("declare", title="before it")
    one, two = (room.do("declare", title=title).incident.id for title in ("one", "two"))
    for number in range(3):
        room.do("note", one, text=f"note {number}\n␛[31m")
        room.do("note", two, text="a secret of the other incident")
    notary.make()
    room.do("evidence", one, content=b"\x00 graph", name="graph.png")
    redaction.redact(room, one, 3, "a password")
    room.do("note", two, text="meanwhile")
    notary.make()
    room.do("note", two, text="later")
    made = [each.checkpoint for each in inside(store)]
    return Scene(store, one, hand_over(store, one, made, SOURCE), key)


def put(files: dict[str, bytes], folder: Path) -> Path:
    """The files in a folder."""
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    return folder


def checked(folder: Path, *words: str) -> tuple[int, str]:
    """What the verifier says of a folder, run from there by a Python without our packages, in an empty environment."""
    argv = [sys.executable, "-I", "-S", str(folder / VERIFIER), *words]
    done = subprocess.run(argv, cwd=folder, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True, check=False)
    assert done.stderr == ""
    return done.returncode, done.stdout


def found(files: dict[str, bytes], folder: Path) -> int:
    """The exit code for these files, by the same program in this process."""
    return verifier.main([str(put(files, folder))])


def summed(files: dict[str, bytes]) -> dict[str, bytes]:
    """The same files, with a list of digests that fits them."""
    names = sorted(name for name in files if name != MANIFEST)
    return files | {MANIFEST: "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in names).encode()}


def test_it_verifies_alone_in_an_empty_folder(scene: Scene, tmp_path: Path) -> None:
    folder = put(scene.files, tmp_path / "handed over")
    listed = signing.signers(tmp_path, engine=scene.key)
    code, said = checked(folder, "--signers", str(listed))
    lines = said.splitlines()
    assert code == 0, said
    assert lines[0].startswith("ok: INC-2 of log ")
    assert lines[0].endswith(": 6 events, 1 files of evidence, 1 redacted")
    assert lines[1:] == ["vouched: up to position 9, by engine", "vouched: up to position 12, by engine"]
    code, said = checked(folder)
    assert (code, SshSigner(scene.key).key in said) == (0, True)
    stranger = signing.signers(tmp_path, eve=signing.key(tmp_path, "eve"))
    assert checked(folder, "--signers", str(stranger))[0] == 1
    missing = tmp_path / "missing"
    code, said = checked(folder, "--signers", str(missing))
    assert (code, said) == (2, f"unchecked: {missing} cannot be read: No such file or directory\n")


def test_nothing_of_another_incident_comes_along(scene: Scene) -> None:
    assert not any(b"a secret of the other incident" in data for data in scene.files.values())
    assert scene.files[LINKS].count(b"\n") == 3 + 11  # three lines of head; positions 2 to 12


def test_every_byte_counts(scene: Scene, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(scene.files, tmp_path)
    for name, data in scene.files.items():
        for place in range(0, len(data), 7 if name == VERIFIER else 1):
            (tmp_path / name).write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            assert verifier.main([str(tmp_path)]) == 1, (name, place)
        for changed in (data[:-1], data + b"\n", b""):
            (tmp_path / name).write_bytes(changed)
            assert verifier.main([str(tmp_path)]) == 1, name
        (tmp_path / name).unlink()
        assert verifier.main([str(tmp_path)]) == 2, name
        (tmp_path / name).write_bytes(data)
    assert verifier.main([str(tmp_path)]) == 0
    capsys.readouterr()


def test_a_note_in_the_verifier_itself_is_found_by_itself(scene: Scene, tmp_path: Path) -> None:
    folder = put(scene.files, tmp_path)
    (folder / VERIFIER).write_bytes(SOURCE + b"# all is well\n")
    assert checked(folder) == (1, "broken: verify.py was changed, or its line in SHA256SUMS\n")


def forged(scene: Scene, change: Callable[[Bundle], Bundle]) -> dict[str, bytes]:
    """The files with a bundle that was changed, all its own checks and the list of digests made anew."""
    return summed(scene.files | {BUNDLE: write(change(gather(scene.store, scene.incident)))})


def _row(bundle: Bundle, place: int, **fields: object) -> Bundle:
    rows = list(bundle.rows)
    rows[place] = msgspec.structs.replace(rows[place], **fields)
    return msgspec.structs.replace(bundle, rows=tuple(rows))


@pytest.mark.parametrize(
    "change",
    [
        lambda bundle: _row(bundle, 1, actor="eve"),
        lambda bundle: _row(bundle, 1, happened=0),
        lambda bundle: _row(bundle, -1, actor="eve"),
        lambda bundle: _row(bundle, 1, body=b"{}"),
        lambda bundle: _row(bundle, 1, salt=None),
        lambda bundle: _row(bundle, 1, log_hash=bytes(32)),
        lambda bundle: _row(bundle, 1, seq=7),
        lambda bundle: msgspec.structs.replace(bundle, blobs=()),
        lambda bundle: msgspec.structs.replace(bundle, rows=bundle.rows[1:]),
        lambda bundle: msgspec.structs.replace(bundle, rows=bundle.rows[:-1], blobs=()),
        lambda bundle: msgspec.structs.replace(
            bundle, rows=tuple(rechained(bundle.log_id, [r for r in bundle.rows if r.body]))
        ),
    ],
)
def test_what_new_digests_hide_the_chains_find(
    scene: Scene, tmp_path: Path, change: Callable[[Bundle], Bundle]
) -> None:
    assert found(forged(scene, change), tmp_path) == 1


@pytest.mark.parametrize("place", [3, 5, 13])
def test_a_link_of_the_log_that_was_changed_or_taken_out_is_found(scene: Scene, tmp_path: Path, place: int) -> None:
    lines = scene.files[LINKS].decode().splitlines(keepends=True)
    epoch, pos, hash_ = lines[place].split()
    for other in ("", f"{epoch} {pos} {hash_[::-1]}\n", f"9 {pos} {hash_}\n"):
        files = summed(scene.files | {LINKS: "".join([*lines[:place], other, *lines[place + 1 :]]).encode()})
        assert found(files, tmp_path) == 1


@pytest.fixture
def alone() -> tuple[Bundle, dict[str, bytes]]:
    """An incident that is all its log, which nobody vouches for: its bundle, and its files."""
    store = MemoryStore()
    room = Room(store, Actor("ana"))
    incident = room.do("declare", title="one").incident.id
    for number in range(3):
        room.do("note", incident, text=f"note {number}")
    return gather(store, incident), hand_over(store, incident, [], SOURCE)


def test_links_that_end_before_the_incident_does_are_found(
    alone: tuple[Bundle, dict[str, bytes]], tmp_path: Path
) -> None:
    _, files = alone
    assert found(files, tmp_path) == 0
    cut = b"".join(files[LINKS].splitlines(keepends=True)[:-1])
    assert found(summed(files | {LINKS: cut}), tmp_path) == 1


def test_an_event_that_does_not_follow_from_the_one_before_is_found(
    alone: tuple[Bundle, dict[str, bytes]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All that is left of it is the chain of the incident: the forger made everything else fit."""
    bundle, files = alone
    rows = list(bundle.rows)
    other = msgspec.structs.replace(rows[1], actor="eve")
    rows[1] = msgspec.structs.replace(other, hash=chain.event_hash(bundle.log_id, other))
    before, lines = GENESIS, files[LINKS].decode().splitlines(keepends=True)[:3]
    for place, row in enumerate(rows):
        before = chain.log_hash(before, row.epoch, row.pos, row.hash)
        rows[place] = msgspec.structs.replace(row, log_hash=before)
        lines.append(f"{row.epoch} {row.pos} {row.hash.hex()}\n")
    forgery = {BUNDLE: write(msgspec.structs.replace(bundle, rows=tuple(rows))), LINKS: "".join(lines).encode()}
    assert found(summed(files | forgery), tmp_path) == 1
    assert "event 3 (position 3): the chain is broken before it" in capsys.readouterr().out


def test_a_log_that_was_written_anew_is_found_by_the_checkpoint(scene: Scene, tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "w.db")) as store:
        room = Room(store, Actor("ana"))
        incident = room.do("declare", title="nothing happened").incident.id
        files = hand_over(store, incident, [], SOURCE)
        assert found(files, tmp_path / "own") == 0
        assert len(everything(store)) == 1
    assert found(summed(files | {CHECKPOINTS: scene.files[CHECKPOINTS]}), tmp_path / "own") == 1


def test_a_signature_that_was_changed_is_found(scene: Scene, tmp_path: Path) -> None:
    text = scene.files[CHECKPOINTS].decode().replace("at 1", "at 2", 1)
    assert found(summed(scene.files | {CHECKPOINTS: text.encode()}), tmp_path) == 1


def test_without_ssh_keygen_it_says_what_it_could_not_check(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert found(scene.files, tmp_path / "own") == 2
    assert "ssh-keygen is missing" in capsys.readouterr().out


def test_a_log_that_is_not_what_was_vouched_for_is_not_handed_over(scene: Scene) -> None:
    made = [msgspec.structs.replace(each.checkpoint, hash=bytes(32)) for each in inside(scene.store)]
    with pytest.raises(Damaged, match="not what was vouched for at position 9"):
        handover.hand_over(scene.store, scene.incident, made, SOURCE)
