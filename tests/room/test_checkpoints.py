"""A checkpoint is signed only where the log goes on from what was vouched for; what is forged later is found by it."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.room.house import House
from tests.support import signing
from warroom.custody.copies import FileCopy
from warroom.custody.ssh import SshJudge, SshSigner
from warroom.domain.errors import Refused
from warroom.engine.custody import Custody
from warroom.room import checkpoints
from warroom.room.checkpoints import INSIDE, Checkpoint, Contradicted, Notary, collect, parse
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.store.contract import Store
from warroom.store.memory import MemoryStore

LOG = "0b6d4f0e-8f5e-5c7d-9d43-2a4d1c0e7b52"
KEY = "SHA256:" + "a" * 43
ARMOUR = "-----BEGIN SSH SIGNATURE-----\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"


@pytest.fixture
def signer(tmp_path: Path) -> SshSigner:
    """A key of the engine's."""
    return SshSigner(signing.key(tmp_path))


@pytest.fixture
def copy(tmp_path: Path) -> FileCopy:
    """A file elsewhere."""
    return FileCopy(tmp_path / "copies.txt")


@given(st.integers(1, 10**17), st.integers(1, 10**17), st.integers(0, 10**17), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_is_read_as_it_was_written_whatever_stands_around_it(
    epoch: int, pos: int, at: int, hash: bytes
) -> None:
    made = Checkpoint(LOG, epoch, pos, hash, at, KEY, ARMOUR)
    assert parse(f"ana, 14:05:\n{made.text}thanks\r\n{made.text}".replace("\n", "\r\n")) == ([made, made], 0)
    assert parse(made.text[:-5]) == ([], 1)


def test_it_lies_beside_the_log_and_elsewhere_once(house: House, signer: SshSigner, copy: FileCopy) -> None:
    _, _ = house.incident()
    notary = Notary(house.store, signer, [copy])
    made = notary.make()
    assert (made.copies, made.problems) == ((INSIDE, copy.place), ())
    assert notary.make() == made
    assert Notary(house.open(), signer, [copy]).make().checkpoint == made.checkpoint
    assert house.store.checkpoints() == [copy.read()] == [made.checkpoint.text]
    good, problems = collect({copy.place: copy.read()}, SshJudge())
    assert ([each.checkpoint for each in good], problems) == ([made.checkpoint], [])
    found = verify(house.store, good)
    assert found.bad is None
    assert found.vouched == good[0]


def test_a_place_that_cannot_be_written_does_not_keep_it_from_the_others(
    house: House, signer: SshSigner, copy: FileCopy, tmp_path: Path
) -> None:
    house.incident()
    made = Notary(house.store, signer, [FileCopy(tmp_path / "no" / "x"), copy]).make()
    assert made.copies == (INSIDE, copy.place)
    assert ["cannot be written" in each for each in made.problems] == [True]


def test_an_empty_log_is_not_vouched_for(house: House, signer: SshSigner) -> None:
    with pytest.raises(Refused, match="nothing to vouch for"):
        Notary(house.store, signer).make()


def other(lines: int, log_id: str = LOG) -> Store:
    """A log that somebody wrote anew."""
    store = MemoryStore()
    store._log_id = log_id
    room = Room(store, Actor("eve"))
    incident = room.do("declare", title="nothing happened").incident.id
    for number in range(lines):
        room.do("note", incident, text=f"all is well {number}")
    return store


def test_a_log_that_contradicts_a_copy_is_not_signed(house: House, signer: SshSigner, copy: FileCopy) -> None:
    room, incident = house.incident()
    room.do("note", incident, text="seen")
    Notary(house.store, signer, [copy]).make()
    forged = other(9, house.store.head().log_id)
    assert verify(forged).bad is None
    with pytest.raises(Contradicted, match="not the one that was vouched for"):
        Notary(forged, signer, [copy]).make()
    assert forged.checkpoints() == []


def test_a_log_that_was_cut_off_is_not_signed(signer: SshSigner, copy: FileCopy) -> None:
    store = other(5)
    Notary(store, signer, [copy]).make()
    del store._rows[4:]  # type: ignore[attr-defined]
    with pytest.raises(Contradicted, match="not the one that was vouched for: see position 6"):
        Notary(store, signer, [copy]).make()


def test_a_notary_that_was_there_sees_another_log_in_its_place(signer: SshSigner) -> None:
    store = other(5)
    notary = Notary(store, signer)
    notary.make()
    store._checkpoints.clear()  # type: ignore[attr-defined]
    store._rows = other(7)._rows  # type: ignore[attr-defined]
    with pytest.raises(Contradicted, match="Another log took the place"):
        notary.make()


def test_a_signature_by_nobody_on_the_list_is_worth_nothing(signer: SshSigner, copy: FileCopy, tmp_path: Path) -> None:
    Notary(other(2), signer, [copy]).make()
    stranger = signing.signers(tmp_path, eve=signing.key(tmp_path, "eve"))
    good, problems = collect({"copies": copy.read()}, SshJudge(stranger))
    assert (good, len(problems)) == ([], 1)
    changed = copy.read().replace("position 3", "position 2")
    good, problems = collect({"copies": changed}, SshJudge())
    assert (good, problems) == ([], ["copies: position 2: its signature does not hold"])
    assert collect({"copies": "nothing\n"}, SshJudge())[1] == ["copies: there is no checkpoint in it"]
    renamed = copy.read().replace("key SHA256:", "key SHA256:A", 1)
    assert collect({"copies": renamed}, SshJudge())[1] == ["copies: 1 that cannot be read"]


# By the engine.


@pytest.fixture
def said() -> list[str]:
    """What the engine had to say."""
    return []


@pytest.fixture
def duty(house: House, signer: SshSigner, copy: FileCopy, said: list[str]) -> Iterator[Custody]:
    """The engine's duty, with a signing key."""
    with closing(house.open()) as store:
        yield Custody(store, Notary(store, signer, [copy]), said.append, clock=lambda: 0.0)


def places(store: Store) -> list[int]:
    """The positions that are vouched for."""
    return [each.checkpoint.pos for each in checkpoints.inside(store)]


def test_the_engine_vouches_every_so_many_events_and_when_an_incident_closes(
    house: House, duty: Custody, said: list[str]
) -> None:
    room, incident = house.incident()

    def look() -> list[int]:
        duty.work(house.store.head().cursor)
        return places(house.store)

    assert look() == []
    for number in range(checkpoints.EVERY):
        room.do("note", incident, text=f"{number}")
    first = house.store.head().pos
    assert look() == look() == [first]
    room.do("note", incident, text="one more")
    assert look() == [first]
    room.do("resolve", incident)
    room.do("close", incident)
    assert look() == look() == [first, house.store.head().pos]
    assert said == []


def test_what_the_engine_cannot_sign_is_said_and_left_for_a_while(house: House, said: list[str]) -> None:
    house.incident()

    class Lost:
        """A key that is gone."""

        key = KEY

        def sign(self, message: bytes) -> str:
            raise Refused("The key is gone.")

    now = [0.0]
    duty = Custody(house.store, Notary(house.store, Lost()), said.append, clock=lambda: now[0])
    room, incident = house.room(), house.store.summaries()[0].stream.removeprefix("incident:")
    room.do("resolve", incident)
    room.do("close", incident)
    for seconds, times in ((0.0, 1), (59.0, 1), (61.0, 2)):
        now[0] = seconds
        duty.work(house.store.head().cursor)
        assert said == ["No checkpoint was made. The key is gone."] * times
    assert places(house.store) == []
