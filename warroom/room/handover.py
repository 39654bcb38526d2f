"""An incident for an auditor: everything that is needed to verify it without us, as files of one folder.

Its events and evidence are the bundle that `export` writes anyway. A checkpoint vouches for the log as a whole, so the
log's links come along, from the incident's first event to the first checkpoint after its last: of what others did
meanwhile, only hashes.
"""

from collections.abc import Iterable
from hashlib import sha256

from warroom.domain.errors import Refused
from warroom.room.bundle import gather, write
from warroom.room.checkpoints import Checkpoint, differs
from warroom.store import chain
from warroom.store.contract import GENESIS, PAGE, Cursor, Damaged, Row, Store

BUNDLE, LINKS, CHECKPOINTS, VERIFIER = "incident.bundle.jsonl", "links.txt", "checkpoints.txt", "verify.py"
MANIFEST = "SHA256SUMS"


def hand_over(store: Store, incident: str, made: Iterable[Checkpoint], verifier: bytes) -> dict[str, bytes]:
    """The files of the folder by name, for an incident (a UUID).

    `made`: checkpoints whose signatures hold. Damaged where the log does not hold, or is not what was vouched for.
    """
    bundle = gather(store, incident)
    if not bundle.rows:
        raise Refused("There is no such incident in this log.", hint="Run: warroom list")
    first, last = bundle.rows[0].pos, bundle.rows[-1].pos
    mine = sorted((each for each in made if each.log_id == bundle.log_id), key=lambda each: each.pos)
    wanted = {each.text: each for each in mine if first <= each.pos <= _end(mine, last)}
    before, rows = _links(store, bundle.log_id, first, _end(mine, last))
    for each in wanted.values():
        if differs(each, rows[each.pos - first].cursor):
            raise Damaged(f"The log is not what was vouched for at position {each.pos}.", hint="Run: warroom verify")
    head = f"warroom links 1\nlog {bundle.log_id}\nbefore {before.hex()}\n"
    files = {
        BUNDLE: write(bundle),
        LINKS: (head + "".join(f"{row.epoch} {row.pos} {row.hash.hex()}\n" for row in rows)).encode(),
        CHECKPOINTS: "".join(wanted).encode(),
        VERIFIER: verifier,
    }
    sums = "".join(f"{sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files))
    return files | {MANIFEST: sums.encode()}


def _end(mine: list[Checkpoint], last: int) -> int:
    """The position of the first checkpoint that vouches for the whole incident; without one, of its last event."""
    return next((each.pos for each in mine if each.pos >= last), last)


def _links(store: Store, log_id: str, first: int, last: int) -> tuple[bytes, list[Row]]:
    """The log's hash before a position, and the rows from there to another one, checked."""
    cursor, before, rows = Cursor(), GENESIS, list[Row]()
    while cursor.pos < last and (page := store.after(cursor, min(PAGE, last - cursor.pos))):
        cursor = chain.follow(log_id, cursor, page)
        before = next((row.log_hash for row in page if row.pos == first - 1), before)
        rows += [row for row in page if row.pos >= first]
    return before, rows
