"""Signed checkpoints: at this moment the log ended here, with this hash, and a key vouches for it.

A hash chain alone shows what one hand changed, and nothing of a log that was written anew from some position on, or of
an older one put back. Copies of checkpoints, out of reach of whoever did that, show both. They also lie beside the log
in a table of its own, which goes with either database and its backups; that copy is a convenience and proves nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from warroom.custody.contract import Judge, Signer, Witness
from warroom.domain.errors import Refused, Unavailable
from warroom.store import chain
from warroom.store.contract import PAGE, Cursor, Damaged, Forked, Head, Row, Store

EVERY = 256
"Positions after which the engine makes the next one."
INSIDE = "the database"

_TEXT = (
    "warroom checkpoint 1\nlog {log_id}\nepoch {epoch}\nposition {pos}\nhash {hash}\n"
    "at {at} microseconds since 1970 UTC\nkey {key}\n"
)
_BEGIN = "warroom checkpoint 1\n"
_FORM = re.compile(
    r"^warroom checkpoint 1\nlog (?P<log_id>[0-9a-f-]{1,64})\nepoch (?P<epoch>\d{1,18})\nposition (?P<pos>\d{1,18})\n"
    r"hash (?P<hash>[0-9a-f]{64})\nat (?P<at>\d{1,18}) microseconds since 1970 UTC\n"
    r"key (?P<key>SHA256:[A-Za-z0-9+/]{43})\n"
    r"(?P<signature>-----BEGIN SSH SIGNATURE-----\n[A-Za-z0-9+/=\n]{1,16384}-----END SSH SIGNATURE-----\n)",
    re.MULTILINE | re.ASCII,
)


class Checkpoint(msgspec.Struct, frozen=True):
    """The log's hash at a position. `at`: the database's time, microseconds; `key`: the signing key's fingerprint."""

    log_id: str
    epoch: int
    pos: int
    hash: bytes
    at: int
    key: str
    signature: str = ""

    @property
    def message(self) -> bytes:
        """The bytes that are signed."""
        fields = msgspec.structs.asdict(self) | {"hash": self.hash.hex()}
        return _TEXT.format(**fields).encode("ascii")

    @property
    def text(self) -> str:
        """The whole of it: what is signed, and the signature."""
        return self.message.decode("ascii") + self.signature


class Vouched(msgspec.Struct, frozen=True):
    """A checkpoint whose signature holds. `place`: where it was found; `by`: whom the list of signers names, if any."""

    checkpoint: Checkpoint
    place: str
    by: str = ""


class Made(msgspec.Struct, frozen=True):
    """A checkpoint that was made. `copies`: where it lies now; `problems`: why it does not lie elsewhere."""

    checkpoint: Checkpoint
    copies: tuple[str, ...]
    problems: tuple[str, ...]


class Contradicted(Refused):
    """The log is not the one that was vouched for. Nothing was signed."""

    code = "damaged"


def parse(text: str) -> tuple[list[Checkpoint], int]:
    """The checkpoints in a text, whatever stands between them, and how many more begin that cannot be read."""
    plain = text.replace("\r\n", "\n")
    found = [_read(match) for match in _FORM.finditer(plain)]
    return found, plain.count(_BEGIN) - len(found)


def _read(match: "re.Match[str]") -> Checkpoint:
    get = match.group
    numbers = (int(get("epoch")), int(get("pos")))
    return Checkpoint(
        get("log_id"), *numbers, bytes.fromhex(get("hash")), int(get("at")), get("key"), get("signature")
    )  # fmt: skip


def collect(texts: Mapping[str, str], judge: Judge) -> tuple[list[Vouched], list[str]]:
    """The checkpoints in these texts (by place) whose signature holds, and what is wrong with the others."""
    good: list[Vouched] = []
    problems: list[str] = []
    for place, text in texts.items():
        found, unreadable = parse(text)
        if unreadable:
            problems.append(f"{place}: {unreadable} that cannot be read")
        if not found and not unreadable:
            problems.append(f"{place}: there is no checkpoint in it")
        for each in found:
            known = judge.judge(each.message, each.signature, each.at)
            if problem := known.problem or ("" if known.key == each.key else "it names another key"):
                problems.append(f"{place}: position {each.pos}: {problem}")
            else:
                good.append(Vouched(each, place, known.by))
    return good, problems


def inside(store: Store) -> list[Vouched]:
    """The checkpoints beside the log, unjudged: a forger could have put them there, but should they contradict the
    log, something is wrong all the same."""
    return [Vouched(each, INSIDE) for text in store.checkpoints() for each in parse(text)[0]]


class Notary:
    """Makes checkpoints of one log. Before it signs, it checks that the log goes on from what was vouched for."""

    def __init__(self, store: Store, signer: Signer, witnesses: Sequence[Witness] = ()) -> None:
        """`witnesses`: where copies go."""
        self._store = store
        self._signer = signer
        self._witnesses = witnesses
        self._checked = Cursor()
        self._agreed: set[Checkpoint] = set()
        self._last: Cursor | None = None

    def last(self) -> Cursor:
        """The last place that is vouched for by this key, as far as is known here; the beginning where none is."""
        if self._last is None:
            mine = [each.checkpoint for each in inside(self._store) if self._mine(each.checkpoint)]
            last = max(mine, key=lambda made: made.pos, default=None)
            self._last = Cursor(last.epoch, last.pos, last.hash) if last else Cursor()
        return self._last

    def make(self) -> Made:
        """Vouch for the log as it stands. Contradicted where it is not what was vouched for; Damaged; Unavailable."""
        copies, problems = self._copies()
        known = [*inside(self._store), *_parsed(copies)]
        head = self._store.head()  # read last: others may vouch for what comes after it
        if not head.pos:
            raise Refused("The log is empty, so there is nothing to vouch for yet.")
        self._check(head, known)
        made = self._known(head) or self._signed(head)
        self._store.vouch(made.pos, made.key, made.text)
        self._agreed.add(made)
        self._last = head.cursor
        return self._spread(made, copies, problems)

    def _spread(self, made: Checkpoint, copies: Mapping[str, str], problems: list[str]) -> Made:
        """Put a checkpoint wherever it does not lie yet."""
        kept = [INSIDE]
        for witness in self._witnesses:
            if witness.place not in copies:
                continue
            try:
                if made.text not in copies[witness.place].replace("\r\n", "\n"):
                    witness.add(made.text)
                kept.append(witness.place)
            except Unavailable as problem:
                problems.append(problem.message)
        return Made(made, tuple(kept), tuple(problems))

    def _copies(self) -> tuple[dict[str, str], list[str]]:
        """What lies in each place that can be read, and why others cannot."""
        found: dict[str, str] = {}
        problems: list[str] = []
        for witness in self._witnesses:
            try:
                found[witness.place] = witness.read()
            except Unavailable as problem:
                problems.append(problem.message)
        return found, problems

    def _check(self, head: Head, known: Iterable[Vouched]) -> None:
        """Read the log on from where it was last checked, and hold it against every checkpoint of it."""
        new = [each for each in known if each.checkpoint.log_id == head.log_id and each.checkpoint not in self._agreed]
        wanted: dict[int, list[Vouched]] = {}
        for each in new:
            wanted.setdefault(each.checkpoint.pos, []).append(each)
        cursor = Cursor() if min(wanted, default=head.pos) <= self._checked.pos else self._checked
        while cursor.pos < head.pos:
            rows = self._rows(cursor, head)
            cursor = chain.follow(head.log_id, cursor, rows)
            for row in rows:
                for each in wanted.pop(row.pos, ()):
                    if differs(each.checkpoint, row.cursor):
                        raise _contradiction(each)
        for each in (each for later in wanted.values() for each in later):
            if each.checkpoint.epoch >= head.epoch:  # else the log was restored since, and says so by its epoch
                raise _contradiction(each)
        self._checked = cursor
        self._agreed.update(each.checkpoint for each in new)

    def _rows(self, cursor: Cursor, head: Head) -> list[Row]:
        try:
            rows = self._store.after(cursor, min(PAGE, head.pos - cursor.pos))
        except Forked:
            self._checked = Cursor()
            raise Contradicted(
                f"Another log took the place of this one after position {cursor.pos}.", hint="Run: warroom verify"
            ) from None
        if not rows:
            raise Damaged(f"The log ends at {cursor.pos}, but {head.pos} was confirmed.", hint="Run: warroom verify")
        return rows

    def _known(self, head: Head) -> Checkpoint | None:
        """The checkpoint of this very place by this key, if there is one."""
        for each in inside(self._store):
            if self._mine(each.checkpoint) and each.checkpoint.pos == head.pos and each.checkpoint.hash == head.hash:
                return each.checkpoint
        return None

    def _signed(self, head: Head) -> Checkpoint:
        bare = Checkpoint(head.log_id, head.epoch, head.pos, head.hash, self._store.now(), self._signer.key)
        return msgspec.structs.replace(bare, signature=self._signer.sign(bare.message))

    def _mine(self, made: Checkpoint) -> bool:
        return made.key == self._signer.key


def differs(made: Checkpoint, here: Cursor) -> bool:
    """Whether a checkpoint says something else of a position than the log. One from before a restore does not count."""
    return made.epoch >= here.epoch and (made.epoch, made.hash) != (here.epoch, here.hash)


def _parsed(copies: Mapping[str, str]) -> list[Vouched]:
    return [Vouched(each, place) for place, text in copies.items() for each in parse(text)[0]]


def _contradiction(each: Vouched) -> Contradicted:
    return Contradicted(
        f"The log is not the one that was vouched for: see position {each.checkpoint.pos} in {each.place}.",
        hint="Nothing was signed. Keep a copy of the database, and run: warroom verify",
    )
