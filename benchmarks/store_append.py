"""One writer that appends notes to one incident through our store.

An append that the store refuses leaves nothing in the log, and there it is missed.
Usage: python -m benchmarks.store_append DATABASE COUNT
"""

import contextlib
import sys
import uuid

from benchmarks import writers
from warroom.domain.errors import Refused
from warroom.domain.event import incident_stream
from warroom.store.contract import Append, Draft
from warroom.store.sqlite import SqliteStore

STREAM = incident_stream(str(uuid.UUID(int=1)))
_BODY = b'{"event":"note-added.v1","text":"' + b"x" * 100 + b'"}'


def note() -> Append:
    """One note, as a command of its own."""
    draft = Draft(str(uuid.uuid4()), "note-added.v1", uuid.uuid4().bytes, _BODY)
    return Append(str(uuid.uuid4()), STREAM, 0, "ana", "login", (draft,), commuting=True)


def main(path: str, count: int) -> None:
    """Take part in a race."""
    store = SqliteStore(path)

    def append(_number: int) -> None:
        with contextlib.suppress(Refused):
            store.append(note())

    writers.run(append, count)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
