"""`warroom doctor --terminal|--store|--security`: what is wrong with where this runs, each with its fix."""

from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.options import Values
from warroom.cli.session import Session
from warroom.domain.checkup import Check
from warroom.domain.errors import Refused

if TYPE_CHECKING:
    from warroom.domain.checkup_security import Keeps

PARTS = ("terminal", "store", "security")
_SIGNS = {"fine": "✓", "doubtful": "!", "bad": "✗"}


def wanted(values: Values) -> tuple[str, ...]:
    """Which of these were asked for."""
    return tuple(part for part in PARTS if values.get(part))


def look(session: Session, parts: tuple[str, ...]) -> int:
    """Measure, judge, and say it. 1 where something is bad."""
    checks = {part: _LOOKS[part](session) for part in parts}
    ok = all(each.level != "bad" for found in checks.values() for each in found)
    if session.out.json:
        session.out.data({"ok": ok} | {part: [_view(each) for each in found] for part, found in checks.items()})
    else:
        for part, found in checks.items():
            _show(session, part, found)
    return 0 if ok else 1


def _show(session: Session, part: str, found: tuple[Check, ...]) -> None:
    session.out.line(part.capitalize())
    for each in found:
        session.out.line(f"  {_SIGNS[each.level]} {each.about}: {each.says}")
        if each.fix:
            session.out.line(f"      {each.fix}")


def _view(each: Check) -> dict[str, str | None]:
    return {"about": each.about, "level": each.level, "says": each.says, "fix": each.fix or None}


def _terminal(session: Session) -> tuple[Check, ...]:
    from warroom.domain.checkup import terminal
    from warroom.probes.terminal import measure

    return terminal(measure())


def _store(session: Session) -> tuple[Check, ...]:
    from warroom.bootstrap import file_of, on_server
    from warroom.domain import checkup_store
    from warroom.settings import state_path

    if on_server(session.settings.db):
        from warroom.store import checkup_postgres

        server, _ = checkup_postgres.measure(session.settings.db)
        return (*checkup_store.server(server), *_sending(session, server.version == server.known))
    from warroom.store import checkup

    place = checkup.measure(file_of(session.settings.db), state_path())
    whole = place.version == place.known and not (place.network or place.unwritable)
    return (*checkup_store.place(place), *_sending(session, whole))


def _sending(session: Session, whole: bool) -> tuple[Check, ...]:
    """Whether the log is held; only asked where it can be opened without changing it."""
    from warroom.domain import checkup_store, restored

    if not whole:
        return ()
    try:
        return checkup_store.held(restored.warning(session.org()))
    except Refused as refused:
        return (Check("database", "bad", refused.message, refused.hint),)


def _security(session: Session) -> tuple[Check, ...]:
    import os

    from warroom.bootstrap import here, on_server
    from warroom.domain import checkup_security
    from warroom.probes import permissions

    db = session.settings.db
    files = checkup_security.kept(permissions.look(_places(session)), os.geteuid())
    asserted = session.settings.person and not session.settings.kiosk
    via = "key" if session.settings.kiosk else "asserted" if asserted else here(db).via
    checks = (checkup_security.identity(via), checkup_security.umask(permissions.umask()), *files)
    if not on_server(db):
        return checks
    from warroom.store import checkup_postgres

    return (*checks, checkup_security.link(checkup_postgres.measure(db)[1]))


def _places(session: Session) -> "list[tuple[Path, Keeps]]":
    """What this user keeps, and the folders that it lies in."""
    from warroom.bootstrap import file_of, on_server
    from warroom.settings import commands_path, config_path, secrets_path, state_path

    found: list[tuple[Path, Keeps]] = [(config_path(), "settings"), (commands_path(), "settings")]
    folders = {config_path().parent, secrets_path(), state_path()}
    if secrets_path().is_dir():
        found += [(each, "secret") for each in sorted(secrets_path().iterdir()) if each.is_file()]
    if not on_server(session.settings.db):
        from warroom.store.checkup import beside

        log = file_of(session.settings.db).expanduser().resolve()
        found += [(each, "log") for each in (log, *beside(log))]
        folders.add(log.parent)
    return [*found, *((each, "folder") for each in sorted(folders))]


_LOOKS = {"terminal": _terminal, "store": _store, "security": _security}
