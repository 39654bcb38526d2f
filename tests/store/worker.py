"""A terminal in a process of its own, for tests that kill, freeze or starve it.

Usage: python -m tests.store.worker VERB URL [ARGUMENT …]. Each verb is a function below.
"""

import os
import resource
import signal
import sys
from contextlib import closing, suppress
from pathlib import Path

from tests.store.support import command, draft, open_url, settle, verified
from warroom.domain.errors import Refused, Unavailable
from warroom.store.contract import Conflict, Fenced, Settled, Store


def say(*words: object) -> None:
    """Write one line to standard output, in one piece, at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def race(url: str, stream: str, count: str) -> None:
    """Say `ready`, wait for the end of standard input, then write `count` commands to one stream.

    Every second one decides on what it has seen; a lost race is decided again under the lock, as the room does it.
    """
    with closing(open_url(url)) as store:
        seen = len(store.stream(stream).rows)
        say("ready")
        sys.stdin.read()
        for number in range(int(count)):
            text = f"{os.getpid()} {number}"
            if number % 2:
                store.append(command(stream, 0, [draft(text)], commuting=True))
                continue
            try:
                seen = store.append(command(stream, seen, [draft(text)])).rows[-1].seq
            except Conflict:
                with store.exclusive() as held:
                    seen += len(held.stream(stream, seen).rows)
                    seen = held.append(command(stream, seen, [draft(text)])).rows[-1].seq
            store.ring()


def endless(url: str, stream: str) -> None:
    """Append until killed; say each command, with its position, once it was confirmed."""
    store = open_url(url)
    while True:
        append = command(stream, 0, [draft(), draft()], commuting=True)
        say(os.getpid(), append.command_id, store.append(append).rows[0].pos)


def freeze(url: str, stream: str) -> None:
    """Stop dead while holding the log; once continued, write, or say what came instead."""
    with closing(open_url(url)) as store:
        try:
            with store.exclusive() as held:
                os.kill(os.getpid(), signal.SIGSTOP)
                held.append(command(stream, 0, [draft("thawed")], commuting=True))
            say("written")
        except Refused as refusal:
            say("refused", refusal.message)


def fill(url: str, stream: str) -> None:
    """Write with ever a little more room left for files; say what was confirmed, and check the log each time."""
    with closing(open_url(url)) as store:
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        size = Path(url).stat().st_size
        confirmed = refused = 0
        rooms = range(0, 60_000, 3_000)
        for room in rooms:
            resource.setrlimit(resource.RLIMIT_FSIZE, (size + room, most))
            try:
                store.append(command(stream, 0, [draft(b"x" * 9_000)], commuting=True, blobs=(("d", b"y" * 9_000),)))
                confirmed += 1
            except Unavailable as refusal:
                refused += "is full" in refusal.message
            assert len(verified(store)) == confirmed
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        store.append(command(stream, 0, commuting=True))
        say(confirmed, refused, len(rooms))


def send_all(url: str, now: str) -> None:
    """Say `ready`, wait for the end of standard input, then claim a few parcels at a time until none is left.

    Say each of them once it is settled.
    """
    with closing(open_url(url)) as store:
        say("ready")
        sys.stdin.read()
        while claimed := store.claim(("sms",), "real", int(now), int(now) + 1_000, 3):
            settle(store, *(Settled(each.parcel.id, each.lease_epoch, "sent") for each in claimed))
            for each in claimed:
                say(each.parcel.id, each.attempt)


def hang_on(url: str, now: str, until: str) -> None:
    """Claim a parcel, say which, and stop dead before it is settled; once continued, say what became of it."""
    with closing(open_url(url)) as store:
        [mine] = store.claim(("sms",), "real", int(now), int(until))
        say("claimed", mine.parcel.id, mine.attempt, mine.repeat)
        os.kill(os.getpid(), signal.SIGSTOP)
        try:
            settle(store, Settled(mine.parcel.id, mine.lease_epoch, "sent"))
            say("settled")
        except Fenced:
            say("fenced")


def take_lease(url: str, name: str, now: str, until: str) -> None:
    """Say `ready`, wait for the end of standard input, then try to take a lease; say the epoch."""
    with closing(open_url(url)) as store:
        say("ready")
        sys.stdin.read()
        say(store.lease(name, str(os.getpid()), int(now), int(until)))


def as_stranger(url: str) -> None:
    """Read, and try to write, as somebody who may do nothing that is not allowed to everybody."""
    import warroom.store.sqlite  # noqa: F401  (a stranger may not be able to read the program's files either)

    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(65534)
        os.setuid(65534)
    try:
        with closing(open_url(url)) as store:
            say("read", len(verified(store)))
            _try_to_write(store)
    except Refused as refusal:
        say(refusal.code, refusal.message)


def _try_to_write(store: Store) -> None:
    store.wait(0)
    store.ring()
    try:
        store.append(command("org", 0, commuting=True))
        say("written")
    except Unavailable as refusal:
        say(refusal.code, refusal.message, refusal.hint)


def driver_only(url: str, stream: str) -> None:
    """Use a store, and fail where anything but the driver opens the database file: closing it would drop its locks."""
    opened = []

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and str(arguments[0]) in (url, f"{url}-journal"):
            opened.append(str(arguments[0]))

    sys.addaudithook(listen)
    with closing(open_url(url)) as store:
        store.append(command(stream))
        store.wait(0)
        verified(store)
    with suppress(FileNotFoundError), Path(f"{url}-journal").open("rb"):  # proves that the hook hears
        pass
    say(*opened)


if __name__ == "__main__":
    globals()[sys.argv[1]](*sys.argv[2:])
