"""The log as a whole: checking it, and incidents that go out."""

from pathlib import Path

from warroom.cli import custody
from warroom.cli.files import write_new
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused

UNVERIFIED = 2


def check(session: Session, values: Values) -> int:
    """Derive both chains of everything again, or those of one backup or bundle, which needs no database.

    0: all of it holds; 1: something does not; 2: it cannot be read.
    """
    from warroom.store.portable import is_backup

    if "file" not in values:
        return custody.check_log(session, values)
    backup = is_backup(Path(values["file"]))
    if not backup and "checkpoints" in values:
        raise Usage("Checkpoints vouch for a log, and this is no log.", hint="Say: warroom export INC --custody FOLDER")
    return _check_backup(session, values) if backup else _check_bundle(session, values["file"])


def _check_backup(session: Session, values: Values) -> int:
    from warroom.cli import backup, failure

    try:
        vouched, problems = custody.elsewhere(values)
        code = backup.check(session, Path(values["file"]), vouched)
    except Refused as refused:
        failure.tell(refused, session.out)
        return UNVERIFIED
    for problem in problems:
        session.out.say(f"broken: a checkpoint in {problem}")
    return 1 if problems else code


def _check_bundle(session: Session, name: str) -> int:
    from warroom.cli import failure
    from warroom.playbook.past.reader import load
    from warroom.room.bundle import examine, view

    try:
        _, data = load(Path(name))
    except Refused as refused:
        failure.tell(refused, session.out)
        return UNVERIFIED
    found = examine(data)
    out, bad, shown = session.out, found.bad, view(found)
    if out.json:
        out.data(shown)
    elif bad is None:
        events, evidence, redacted = shown["events"], shown["evidence"], shown["redacted"]
        out.line(f"ok: {events} events of {shown['incident']}, {evidence} files of evidence, {redacted} redacted")
        out.line(f"head: number {shown['head']['seq']}, {shown['head']['hash']}, log {shown['log_id']}")
    else:
        out.line(f"broken: line {bad.line}: {bad.problem}")
        out.say(f"The {shown['events']} events before it hold.")
    return 0 if bad is None else 1


def export(session: Session, values: Values) -> int:
    """Write one incident as a bundle: into a new file that only its owner may read, or to stdout."""
    from warroom.room.bundle import gather, write
    from warroom.room.reports import check_leaving

    check_leaving(session.room(), session.incident(values.get("incident")))
    if "custody" in values:
        return custody.hand_over(session, values)
    data = write(gather(session.room().store, session.incident(values.get("incident"))))
    if "file" not in values:
        session.out.exact(data.decode())
        return 0
    path = Path(values["file"])
    write_new(path, data)
    session.out.say(f"{path}: check it anywhere with: warroom verify {path}")
    return 0


_VERIFY = "check that nothing in the log, or in a backup or bundle, was changed, taken out or put in"

ACTIONS = {
    "verify": Action(
        _VERIFY,
        check,
        (Arg("FILE", "a backup or bundle, to be checked instead", required=False, path=True), *custody.ELSEWHERE),
    ),
    "export": Action(
        "write one incident as a bundle, which import and verify accept elsewhere",
        export,
        (
            Arg("FILE", "where to; without it, to stdout", required=False, path=True),
            Arg("--custody", "into a new folder, for an auditor: it verifies without us", kind="flag", required=False),
        ),
        incident=True,
    ),
}
