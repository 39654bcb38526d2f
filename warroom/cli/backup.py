"""Backups of the log: writing one while it is in use, putting one back, and trying whether one would do."""

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from warroom.cli import custody
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.moments import moment
from warroom.domain.text import counted
from warroom.room.plain import View, stamp

if TYPE_CHECKING:
    from warroom.room.checkpoints import Vouched
    from warroom.room.restoring import Rehearsal
    from warroom.room.verify import Verdict
    from warroom.store.contract import Store
    from warroom.store.portable import About


class Opened(NamedTuple):
    """A backup in a scratch place, what it says of itself, and whether its chains hold."""

    copy: "Store"
    about: "About"
    verdict: "Verdict"


def backup(session: Session, values: Values) -> int:
    """Write a backup, and check it. 1 where the log itself does not hold: then the file is the best copy there is."""
    from warroom.bootstrap import back_up

    custody.vouch(session)
    file = Path(values["file"])
    back_up(session.settings.db, file, _progress(session, "Copying"))
    code = check(session, file)
    session.out.say(f"Put it back with: warroom restore {file} --db NEW")
    return code


def check(session: Session, file: Path, vouched: "Sequence[Vouched]" = ()) -> int:
    """Check a backup, and say until when it reaches. 0: it holds; 1: it does not.

    `vouched`: checkpoints from elsewhere to hold it against.
    """
    from warroom.room import verify

    with _opened(session, file, vouched) as (_, about, verdict):
        if session.out.json:
            session.out.data(verify.view(verdict) | _view(about))
        else:
            _tell(session, about, verdict)
            custody.tell_vouched(session.out, verdict)
        return 0 if verdict.bad is None else 1


def restore(session: Session, values: Values) -> int:
    """Put a backup into a new database, which is held until it is released. Refused where the backup does not hold."""
    from warroom.bootstrap import actor, put_back
    from warroom.domain import restored
    from warroom.room import restoring
    from warroom.room.feed import Feed

    if not session.db:
        raise Usage("Say where the backup goes: --db NEW.", hint="A path that is not there yet, or postgresql://…")
    with _opened(session, Path(values["file"])) as (copy, about, verdict):
        _refuse_broken(verdict)
        old = values.get("old")
        lost = _lost(session, copy, old) if old else None
        me = actor(session.settings, Feed(copy, None).state.org)
        told = restoring.told(copy, me, about.taken, about.reaches, lost, copy.now())
        put_back(copy, session.settings.db, told, _progress(session, "Restoring"))
    room = session.room()
    held = restored.warning(room.feed(None).refresh().org)
    if session.out.json:
        waiting = len(restoring.waiting(room.store))
        session.out.data({"db": room.store.url, "held": waiting, "missing": lost} | _view(about))
    else:
        session.out.line(f"restored: {counted(about.events, 'event')} into {room.store.place}")
        session.out.say(held)
    return 0


def _lost(session: Session, copy: "Store", old: str) -> int | None:
    """How many events the lost log has beyond a backup; None where it cannot be read any more, which is said."""
    from warroom.bootstrap import Missing, open_store
    from warroom.room import restoring

    try:
        return restoring.missing(copy, open_store(old, create=False))
    except (Missing, Unavailable) as problem:
        session.out.say(f"{problem.message} So nobody knows how much is missing.")
        return None


def release(session: Session, values: Values) -> int:
    """Let a restored log send again."""
    from warroom.room import restoring

    goes_on = bool(values.get("go_on"))
    found = restoring.release(session.room(), values["because"], goes_on)
    if session.out.json:
        session.out.data({"sent": found.sent, "dropped": found.dropped, "stopped": found.stopped})
    elif goes_on:
        session.out.line(f"released: {counted(found.sent, 'message')} go out if they still matter, and ladders go on")
    else:
        messages, ladders = counted(found.dropped, "message"), counted(found.stopped, "ladder")
        session.out.line(f"released: dropped {messages}, stopped {ladders}")
        session.out.say("Nobody is paged for what was open then. Page by hand where it still matters: warroom page")
    return 0


def drill(session: Session, values: Values) -> int:
    """Try a backup: put it in a scratch place, check it, fold every incident, compare it with the log, throw it away.

    0: it would do; 1: it would not; 2: it, or the log in use, cannot be read.
    """
    from warroom.cli import failure

    try:
        return _rehearse(session, values)
    except Refused as refused:
        failure.tell(refused, session.out)
        return custody.UNVERIFIED


def _rehearse(session: Session, values: Values) -> int:
    from warroom.room import restoring

    start = time.monotonic()
    with _opened(session, Path(values["file"])) as (copy, about, verdict):
        live = _live(session, values)
        found = restoring.rehearse(copy, live) if verdict.bad is None else None
        seconds = time.monotonic() - start
    problem = found.problem if found else _broken(verdict)
    if session.out.json:
        session.out.data(
            _view(about)
            | {
                "ok": not problem,
                "problem": problem or None,
                "incidents": found.incidents if found else 0,
                "behind": found.behind if found else None,
                "seconds": round(seconds, 3),
            }
        )
    else:
        _report(session, about, found, problem, seconds)
    return 1 if problem else 0


def _report(session: Session, about: "About", found: "Rehearsal | None", problem: str, seconds: float) -> None:
    out = session.out
    if problem or found is None:
        out.line(f"it would not do: {problem}")
        return
    events, incidents = counted(about.events, "event"), counted(found.incidents, "incident")
    out.line(f"it would do: {events} and {incidents} read back in {seconds:.1f} s")
    if found.behind is None:
        out.line("not compared with a log in use")
    else:
        out.line(f"the log in use begins with it, and goes on for {counted(found.behind, 'event')}")
    out.say(f"It reaches until {_time(about.reaches)}.")


def _live(session: Session, values: Values) -> "Store | None":
    """The log in use, where there is one and it is to be compared."""
    from warroom.bootstrap import Missing, open_store

    if values.get("alone"):
        return None
    try:
        return open_store(session.settings.db, create=False)
    except Missing:
        return None


@contextlib.contextmanager
def _opened(session: Session, file: Path, vouched: "Sequence[Vouched]" = ()) -> Iterator[Opened]:
    from warroom.bootstrap import unpacked
    from warroom.room.verify import verify

    with unpacked(file, _progress(session, "Reading")) as (copy, about):
        session.out.progress("Checking …")
        verdict = verify(copy, vouched)
        session.out.progress("")
        yield Opened(copy, about, verdict)


def _progress(session: Session, what: str) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        session.out.progress(f"{what} {done * 100 // max(of, 1)} % …" if done < of else "")

    return tell


def _tell(session: Session, about: "About", verdict: "Verdict") -> None:
    out = session.out
    if verdict.bad is not None:
        out.line(f"broken: {_broken(verdict)}")
        out.say(custody.before(verdict))
        return
    out.line(f"ok: {verdict.events} events in {verdict.streams} streams, {verdict.redacted} redacted")
    out.line(f"head: position {verdict.end.pos}, {verdict.end.hash.hex()}, log {verdict.log_id}")
    out.line(f"reaches until {_time(about.reaches)}; taken at {_time(about.taken)}")


def _broken(verdict: "Verdict") -> str:
    bad = verdict.bad
    assert bad is not None
    return f"position {bad.pos}: {bad.problem}" if bad.pos else bad.problem


def _refuse_broken(verdict: "Verdict") -> None:
    if verdict.bad is not None:
        raise Refused(
            f"The backup does not hold: {_broken(verdict)}.",
            hint="Use an older one; nothing was restored.",
            code="damaged",
        )


def _view(about: "About") -> View:
    reaches = stamp(moment(about.reaches)) if about.events else None
    return {"events": about.events, "reaches": reaches, "taken": stamp(moment(about.taken))}


def _time(micros: int) -> str:
    return f"{moment(micros):%Y-%m-%d %H:%M:%S} UTC" if micros else "nothing: the log was empty"


_FILE = Arg("FILE", "the backup", path=True)

ACTIONS = {
    "backup": Action(
        "copy the log while it is in use into a new file, and check that",
        backup,
        (Arg("FILE", "where to; nothing is overwritten", path=True),),
    ),
    "restore": Action(
        "put a backup into a new database (--db NEW), which sends nothing until it is released",
        restore,
        (_FILE, Arg("--old", "the log that was lost, if it can be read: how much is missing is told", required=False)),
    ),
    "restore release": Action(
        "let a restored log send again; what was held is dropped, unless it is to go on",
        release,
        (
            Arg("--because", "the reason, in a few words"),
            Arg("--go-on", "send the held messages, and let the ladders go on", kind="flag", required=False),
        ),
    ),
    "restore drill": Action(
        "try a backup in a scratch place: whether it could be put back, and how long that takes",
        drill,
        (_FILE, Arg("--alone", "without comparing it with the log in use", kind="flag", required=False)),
    ),
}
