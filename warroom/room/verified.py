"""Test pages: a code goes to each contact of a person, and whoever reads it back has proven that it arrives.

Codes that wait are kept on the host that sent them, for an hour, as salted hashes that only its user reads. A code says
nothing about where it was sent, so a wrong one is counted against all that wait.
"""

import contextlib
import fcntl
import hashlib
import os
import secrets
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec

from warroom.domain.contacts import Contact
from warroom.domain.errors import Refused, Unavailable, unknown
from warroom.domain.org import Org
from warroom.outreach.contract import Adapter, Message, Receipt

LIFE = 3_600_000_000
"Microseconds for which a code can be read back."

MOST_WRONG = 10
"Wrong codes after which those that wait are worthless: they are short enough to be guessed."

TIMEOUT = 8.0
_DIGITS = 6
_OURS = os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW


class Waiting(msgspec.Struct, frozen=True):
    """A code that was sent and not read back. `log`: the id of the database's log; `until`: microseconds."""

    log: str
    person: str
    contact: Contact
    salt: str
    hash: str
    until: int


class Codes(msgspec.Struct, frozen=True):
    """Everything that waits on this host, and how often a wrong code was tried."""

    waiting: tuple[Waiting, ...] = ()
    wrong: int = 0


class Sent(msgspec.Struct, frozen=True):
    """What came of a test page to one contact."""

    contact: Contact
    receipt: Receipt


def contacts(org: Org, person: str, contact: str = "") -> tuple[str, tuple[Contact, ...]]:
    """The person's name, and the contacts to be tested: the one that is named, or all of them.

    Unknown where there is no such person or contact, Refused where they have none.
    """
    who = org.person(person)
    mine = [each for row in org.playbook.people if row.name == who for each in row.contacts]
    if not mine:
        raise Refused(f"{who} has no contact.", hint="Give them one in the playbook.")
    if not contact:
        return who, tuple(mine)
    found = tuple(each for each in mine if each.name.lower() == contact.strip().lower())
    if not found:
        raise unknown(f"contact of {who}", contact, [each.name for each in mine])
    return who, found


def send(adapters: Mapping[str, Adapter], person: str, contact: Contact, code: str) -> Receipt:
    """Send one test page, now; what came of it. `adapters`: by the channel's name."""
    adapter = adapters.get(contact.channel)
    if adapter is None:
        return Receipt("failed", f"There is no channel “{contact.channel}”.")
    if why := adapter.check():
        return Receipt("failed", why)
    subject = f"TEST of {contact.name} for {person}"
    text = f"{subject}\nNothing is wrong. Read this code back: {code}\nwarroom oncall confirm {code}"
    key = f"test-{uuid.uuid4()}"
    return adapter.send(Message(key, contact.to or person, subject, text, "low", marks="TEST"), TIMEOUT)


def new_code() -> str:
    """Six digits that nobody can foresee."""
    return f"{secrets.randbelow(10**_DIGITS):0{_DIGITS}}"


class CodeFile:
    """The codes that wait on this host, in one file. Safe to use from several processes."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, log: str, person: str, contact: Contact, code: str, now: int) -> None:
        """Remember that a code went out; one that went to the same contact before is worthless now."""
        salt = secrets.token_hex(16)
        made = Waiting(log, person, contact, salt, _hash(salt, code), now + LIFE)
        with self._held() as codes:
            others = (each for each in _fresh(codes, now) if (each.log, each.person, each.contact.name) != _whose(made))
            self._write(Codes((*others, made)))

    def take(self, log: str, code: str, now: int) -> Waiting:
        """Whose code that is, which is then used up. Refused for a wrong one, and after too many of them."""
        with self._held() as codes:
            fresh = _fresh(codes, now)
            mine = [each for each in fresh if each.log == log]
            if not mine:
                raise Refused("No test page waits for a code here.", hint="Send one: warroom oncall test-page PERSON")
            wanted = code.strip().replace(" ", "")
            found = next((each for each in mine if secrets.compare_digest(each.hash, _hash(each.salt, wanted))), None)
            if found is not None:
                self._write(Codes(tuple(each for each in fresh if each != found), codes.wrong))
                return found
            left = MOST_WRONG - codes.wrong - 1
            self._write(Codes(fresh, codes.wrong + 1) if left > 0 else Codes())
        if left > 0:
            raise Refused("No test page bore that code.", hint=f"Look again; {left} more tries.")
        raise Refused("No test page bore that code; none is valid any more.", hint="Send new test pages.")

    @contextlib.contextmanager
    def _held(self) -> Iterator[Codes]:
        """What the file holds, while no other process changes it."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | _OURS, 0o600)
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be used: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self._read()
        finally:
            os.close(lock)

    def _read(self) -> Codes:
        """What the file holds; what cannot be read is nothing, since new test pages replace it."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=Codes)
        except FileNotFoundError:
            return Codes()
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be read: {error.strerror}.") from None
        except msgspec.DecodeError:
            return Codes()

    def _write(self, codes: Codes) -> None:
        draft = self._path.with_suffix(".new")
        try:
            draft.unlink(missing_ok=True)
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_EXCL | _OURS, 0o600), "wb") as file:
                file.write(msgspec.json.encode(codes))
            draft.replace(self._path)
        except OSError as error:
            raise Unavailable(f"{self._path} cannot be written: {error.strerror}.") from None


def _fresh(codes: Codes, now: int) -> tuple[Waiting, ...]:
    return tuple(each for each in codes.waiting if each.until > now)


def _whose(waiting: Waiting) -> tuple[str, str, str]:
    return waiting.log, waiting.person, waiting.contact.name


def _hash(salt: str, code: str) -> str:
    return hashlib.sha256(f"{salt}{code}".encode()).hexdigest()
