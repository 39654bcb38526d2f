"""The only place where parts are put together: settings -> store -> room."""

import os
import socket
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import msgspec

from warroom.domain import modules, rights
from warroom.domain.errors import Invalid, Refused, Unavailable
from warroom.domain.library import LibraryEntry, entry
from warroom.domain.org import Org
from warroom.domain.runbook import Runbook
from warroom.outreach.contract import Adapter
from warroom.room.feed import Feed
from warroom.room.presence import GONE
from warroom.room.room import Actor, Room
from warroom.runner.contract import Runner
from warroom.settings import Settings, commands_path, load, secrets_path, state_path
from warroom.store.contract import Append, Cursor, Store
from warroom.store.files import login

if TYPE_CHECKING:
    from warroom.engine.loop import Engine
    from warroom.room.checkpoints import Notary, Vouched
    from warroom.runner.commands import Line
    from warroom.store.grants_postgres import Grants
    from warroom.store.portable import About

ACTOR = "engine"


class Missing(Refused):
    """There is no database yet. Nothing was made."""

    code = "unknown"


def open_store(url: str, create: bool = True) -> Store:
    """The store that a `--db` value names. `create` False: Missing where there is no such file."""
    if on_server(url):
        from warroom.store.postgres import PostgresStore

        return PostgresStore(url)
    from warroom.store.sqlite import SqliteStore

    place = file_of(url)
    try:
        if not create and not place.expanduser().exists():
            raise Missing(
                f"There is no database at {place}.",
                hint='Declare an incident to make one: warroom declare "what fails"',
            )
        if place.parent == state_path():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (OSError, RuntimeError) as error:
        raise Unavailable(f"{place} cannot be used: {getattr(error, 'strerror', error)}.") from None
    return SqliteStore(place)


def file_of(url: str) -> Path:
    """The file that a `--db` value names where it names no server; "" = the default one. Invalid for anything else."""
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else url
    if "://" in path:
        raise Invalid(
            f"“{url.partition('://')[0]}://” is no database that warroom knows.",
            hint="Use a path, sqlite:///PATH or postgresql://…",
        )
    return Path(path) if path else state_path() / "warroom.db"


def place_of(db: str) -> Path | None:
    """The absolute path of the database file that a `--db` value names; None where it is on a server."""
    return None if on_server(db) else file_of(db).expanduser().resolve()


def open_bastion(place: Path | None, person: str, key: str) -> Settings:
    """The settings of a session of whom a key (its fingerprint) names, read anew from the account's own file.

    `place`: the database file, None = it is on a server. Refused there, where the key is not theirs, and where others
    could have written the database: then it would prove nothing.
    """
    from warroom.bastion.files import private
    from warroom.domain.bastion import admit

    if place is None:
        raise Refused("On Postgres a key proves nothing.", hint="There people are who the server says they are.")
    if why := private(place.parent, os.geteuid()):
        raise Refused(
            f"A key proves nothing here: {why}.", hint="Ask whoever looks after this host: warroom bastion check"
        )
    settings = load({"db": str(place)}, environ={})
    admit(Feed(open_store(settings.db, create=False), None).state.org, person, key)
    return msgspec.structs.replace(settings, person=person, kiosk=True)


def open_room(settings: Settings, create: bool = True) -> Room:
    """A room over the database of the settings, for the person who runs this process."""
    store = open_store(settings.db, create)
    finds = partial(library, folders=shelves(settings), files=not settings.kiosk)
    org = Feed(store, None).state.org
    me = actor(settings, org, store)
    rights.check(me.via, "observe", me.person, org)
    return Room(store, me, finds)


def actor(settings: Settings, org: Org, store: Store | None = None) -> Actor:
    """Who runs this process: as the server of `store` has it where it enforces that, else as the playbook knows the
    login. Refused where somebody else's name would be no more than asserted."""
    if settings.kiosk:
        return Actor(settings.person, "key")
    if not settings.person:
        if store and (enforced := _enforced(settings.db, store)):
            return enforced
        me = here(settings.db)
        return Actor(org.known_as(me.person), me.via)
    if on_server(settings.db):
        raise Refused("--as works only on SQLite; on Postgres you are who you log in as.")
    return Actor(org.person(settings.person), "asserted")


def _enforced(url: str, store: Store) -> Actor | None:
    """Whom a server takes us for, by our login role; None where it enforces nothing on us."""
    if not on_server(url):
        return None
    from warroom.store.grants_postgres import granted

    grant = granted(store)
    return Actor(grant.person, ACTOR if grant.engine else "database") if grant else None


def asking(settings: Settings, org: Org) -> str:
    """Who runs this process, as `open_room` would have it; for what is only shown to them, such as their times."""
    if not on_server(settings.db):
        return org.known_as(settings.person or here(settings.db).person)
    with closing(open_store(settings.db)) as store:
        return actor(settings, org, store).person


def here(url: str) -> Actor:
    """The login that runs this process. Root on a file of its own is whoever sudo says; nobody else's word counts."""
    asked = os.environ.get("SUDO_USER")
    if asked and os.geteuid() == 0 and not on_server(url):
        return Actor(asked, "sudo")
    return Actor(login(), "login")


def on_server(url: str) -> bool:
    """Whether a `--db` value names a server."""
    return url.startswith(("postgresql://", "postgres://"))


def open_grants(settings: Settings) -> "Grants":
    """The grants of a Postgres database. Refused for a file, in which nothing can be enforced."""
    from warroom.store.grants_postgres import Grants
    from warroom.store.postgres import PostgresStore

    if not on_server(settings.db):
        raise Refused("A file has no roles: whoever may write to it may write anything.", hint="Use Postgres for that.")
    return Grants(PostgresStore(settings.db))


def open_runner(settings: Settings) -> Runner:
    """What carries out automated steps on this machine: the commands that its list allows, and the diagnostics.

    In a session that a key opened, commands are off, unless the account's settings allow them.
    """
    from warroom.probes.probes import Probes
    from warroom.runner.commands import Commands
    from warroom.runner.off import Off
    from warroom.runner.supervised import carry_out
    from warroom.runner.tools import Tools

    off = settings.kiosk and not settings.kiosk_commands
    return Tools(Off() if off else Commands(commands_path()), Probes(carry_out))


def open_engine(
    settings: Settings, report: Callable[[str], None], link: Callable[[str, str, str], str] | None = None
) -> "Engine":
    """An engine over the database of the settings: it fires what is due, and sends on the channels of this host.

    `report`: where sentences go about what could not be done; `link`: where (incident, page, person) can be
    acknowledged.
    """
    from warroom.engine.loop import Engine
    from warroom.outreach.heartbeat import heartbeat
    from warroom.outreach.sandbox import Sandbox

    store = open_store(settings.db, create=False)
    if (enforced := _enforced(settings.db, store)) and enforced.via != ACTOR:
        store.close()
        raise Refused(
            f"Your role in this database is {enforced.person}'s, and an engine acts for nobody.",
            hint="Run engines under a role of their own: warroom db grant --engine",
        )
    room = Room(store, Actor(ACTOR, ACTOR), partial(library, folders=shelves(settings)))
    return Engine(
        room,
        f"{socket.gethostname()}:{os.getpid()}:{uuid.uuid4().hex[:8]}",
        partial(adapters, store=room.store),
        Sandbox(state_path() / "drills.jsonl"),
        link or (lambda incident, page, person: ""),
        report,
        partial(heartbeat, secrets_path()),
        custody=_custody(settings, room.store, report),
    )


def _custody(settings: Settings, store: Store, report: Callable[[str], None]) -> Callable[[Cursor], None]:
    """The duty of making checkpoints. A key that is no use must keep no engine from paging."""
    from warroom.engine.custody import Custody

    try:
        notary = open_notary(settings, store)
    except Unavailable as problem:
        report(f"No checkpoints are made. {problem.message}")
        notary = None
    return Custody(store, notary, report).turn if notary else lambda cursor: None


def back_up(url: str, file: Path, progress: Callable[[int, int], None]) -> None:
    """Copy the log that a `--db` value names, while it is in use, into a new file."""
    store = open_store(url, create=False)
    if on_server(url):
        from warroom.store import portable_postgres
        from warroom.store.postgres import PostgresStore

        assert isinstance(store, PostgresStore)
        portable_postgres.write(store, file, progress)
    else:
        from warroom.store import portable
        from warroom.store.sqlite import SqliteStore

        assert isinstance(store, SqliteStore)
        portable.write(store, file, progress)


@contextmanager
def unpacked(file: Path, progress: Callable[[int, int], None]) -> "Iterator[tuple[Store, About]]":
    """A backup as a store of its own in a scratch place, and what it says of itself; thrown away in the end."""
    from warroom.store import portable
    from warroom.store.sqlite import SqliteStore

    about = portable.about(file)
    with TemporaryDirectory(prefix="warroom-") as folder, closing(SqliteStore(Path(folder) / "copy.db")) as copy:
        portable.unpack(file, copy, progress)
        yield copy, about


def put_back(copy: Store, url: str, told: Iterable[Append], progress: Callable[[int, int], None]) -> None:
    """Put an unpacked backup into the empty database that a `--db` value names, making it where there is none.

    `told`: what is appended in the same transaction. Refused where the database is not empty.
    """
    store = open_store(url)
    if on_server(url):
        from warroom.store import portable_postgres
        from warroom.store.postgres import PostgresStore

        assert isinstance(store, PostgresStore)
        portable_postgres.restore(Path(copy.url), store, told, progress)
    else:
        from warroom.store import portable
        from warroom.store.sqlite import SqliteStore

        assert isinstance(store, SqliteStore)
        portable.restore(Path(copy.url), store, told, progress)
    store.ring()


def open_notary(settings: Settings, store: Store, key: str = "", copies: Sequence[str] = ()) -> "Notary | None":
    """What signs checkpoints of a log, by a key and with copies as given or else of the settings; None without a key.

    Unavailable where the key is no key.
    """
    from warroom.custody.copies import open_copy
    from warroom.custody.ssh import SshSigner
    from warroom.room.checkpoints import Notary

    name = key or settings.signing_key
    places = list(copies) or [part for part in settings.checkpoints.split(os.pathsep) if part]
    if not name:
        return None
    return Notary(store, SshSigner(Path(name).expanduser()), [open_copy(Path(each).expanduser()) for each in places])


def read_checkpoints(places: Sequence[str], signers: str = "") -> "tuple[list[Vouched], list[str]]":
    """The checkpoints in files and git repositories whose signature holds, and what is wrong with the others.

    `signers`: a file of allowed signers; without it, any key will do. Unavailable where one of them cannot be read.
    """
    from warroom.custody.copies import open_copy
    from warroom.custody.ssh import SshJudge
    from warroom.room.checkpoints import collect

    texts = {each: open_copy(Path(each).expanduser()).read() for each in places}
    return collect(texts, SshJudge(Path(signers).expanduser() if signers else None))


def adapters(org: Org, store: Store) -> dict[str, Adapter]:
    """Of an organisation's channels, those that this host has what it takes for; by their keys."""
    from warroom.outreach import channels

    def present() -> frozenset[str]:
        return frozenset(each.person for each in store.present(store.now() - GONE))

    return {name: channels.open(each, secrets_path(), present) for name, each in modules.channels(org).items()}


def host_commands() -> "list[Line]":
    """Every command of this machine's list, with why it may not run, if so."""
    from warroom.runner.commands import Commands

    return Commands(commands_path()).listing()


def shelves(settings: Settings) -> tuple[Path, ...]:
    """The folders of runbooks that are used as they are."""
    from warroom.playbook.paths import at_home

    return tuple(at_home(Path(part)) for part in settings.runbooks.split(os.pathsep) if part)


def shelf(settings: Settings) -> tuple[LibraryEntry, ...]:
    """The runbooks outside the log: those of the folders, and the starters, each name once. What is no use is left out.

    Takes a second for every three hundred files.
    """
    from warroom.playbook import library as files
    from warroom.playbook import samples

    found: dict[str, LibraryEntry] = {}
    for book in files.read([*shelves(settings), samples.runbooks()]).runbooks:
        found.setdefault(book.name, entry(book))
    return tuple(found.values())


def library(name: str, folders: Sequence[Path] = (), files: bool = True) -> Runbook | None:
    """A runbook from a file (YAML; Markdown, `file.md#ALERT` where it holds several), a folder, or the starters.

    Read only when one is attached. `files` False: never from a file that the name itself says.
    """
    from warroom.playbook import library as shelved
    from warroom.playbook import samples
    from warroom.playbook.paths import is_file
    from warroom.playbook.runbook import read_runbook

    if found := shelved.find(name, folders) if files else shelved.among(name, folders):
        return found
    starter = samples.runbooks() / f"{name}.yaml"
    return read_runbook(starter) if is_file(starter) and starter.parent == samples.runbooks() else None
