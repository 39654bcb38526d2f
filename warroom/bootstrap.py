"""The only place where parts are put together: settings -> store -> room."""

import os
from pathlib import Path

from warroom.domain.checklist import Runbook
from warroom.domain.errors import Invalid, Refused
from warroom.room.feed import Feed
from warroom.room.room import Actor, Room
from warroom.settings import Settings, state_path
from warroom.store.contract import Store
from warroom.store.files import login


def open_store(url: str, create: bool = True) -> Store:
    """The store that a `--db` value names. `create` False: a file that is not there is refused."""
    if url.startswith(("postgresql://", "postgres://")):
        from warroom.store.postgres import PostgresStore

        return PostgresStore(url)
    path = url.removeprefix("sqlite:///") if url.startswith("sqlite:///") else url
    if "://" in path:
        raise Invalid(
            f"“{url.partition('://')[0]}://” is no database that warroom knows.",
            hint="Use a path, sqlite:///PATH or postgresql://…",
        )
    from warroom.store.sqlite import SqliteStore

    place = Path(path) if path else state_path() / "warroom.db"
    if not create and not place.expanduser().exists():
        raise Refused(
            f"There is no database at {place}.",
            hint='Declare an incident to make one: warroom declare "what fails"',
            code="unknown",
        )
    if not path:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return SqliteStore(place)


def open_room(settings: Settings, create: bool = True) -> Room:
    """A room over the database of the settings, for the person who runs this process."""
    store = open_store(settings.db, create)
    if not settings.person:
        me = os.environ.get("SUDO_USER") or login()
        return Room(store, Actor(Feed(store, None).state.org.known_as(me), "login"), library)
    if settings.db.startswith(("postgresql://", "postgres://")):
        raise Refused("--as works only on SQLite; on Postgres you are who you log in as.")
    person = Feed(store, None).state.org.person(settings.person)
    return Room(store, Actor(person, "asserted"), library)


def library(name: str) -> Runbook | None:
    """A runbook from a YAML file, or a starter runbook by name. Read only when one is attached."""
    from warroom.playbook import samples
    from warroom.playbook.runbook import read_runbook

    path = Path(name).expanduser()
    if path.suffix in (".yaml", ".yml"):
        return read_runbook(path)
    starter = samples.runbooks() / f"{name}.yaml"
    return read_runbook(starter) if starter.is_file() and starter.parent == samples.runbooks() else None
