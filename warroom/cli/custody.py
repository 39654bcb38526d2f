"""What keeps the log worthy of belief, and what is taken out of it."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.files import write_folder
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid, Refused, Unavailable
from warroom.domain.text import counted

if TYPE_CHECKING:
    from warroom.cli.out import Out
    from warroom.room.checkpoints import Vouched
    from warroom.room.verify import Verdict

UNVERIFIED = 2
ELSEWHERE = (
    Arg(
        "--checkpoints",
        "a file or git repository with copies of checkpoints, to hold the log against",
        required=False,
        several=True,
        path=True,
    ),
    Arg("--signers", "a file of allowed signers: only their checkpoints count", required=False, path=True),
)


def check_log(session: Session, values: Values) -> int:
    """Derive both chains of the whole log again, and hold it against checkpoints that were kept elsewhere.

    0: all of it holds; 1: something does not, a signature included; 2: it cannot be read.
    """
    from warroom.bootstrap import open_store
    from warroom.cli import failure
    from warroom.room.verify import verify, view

    out = session.out
    try:
        store = open_store(session.settings.db, create=False)
        vouched, problems = elsewhere(values)
        verdict = verify(store, vouched)
    except Refused as refused:
        failure.tell(refused, out)
        return UNVERIFIED
    if out.json:
        out.data(view(verdict) | {"checkpoint_problems": problems, "ok": verdict.bad is None and not problems})
    else:
        _tell(out, verdict, problems, "checkpoints" in values)
    return 1 if verdict.bad or problems else 0


def elsewhere(values: Values) -> "tuple[list[Vouched], list[str]]":
    """The checkpoints of the places that were named, and what is wrong with others in them. Unavailable."""
    from warroom.bootstrap import read_checkpoints

    places, signers = values.get("checkpoints", []), values.get("signers", "")
    if signers and not places:
        raise Usage("--signers says whose checkpoints count.", hint="Name some: --checkpoints FILE")
    for place in places:
        # Where copies go, a file may be missing until the first one; here it would pass for one without checkpoints.
        if not Path(place).expanduser().exists():
            raise Unavailable(f"{place} cannot be read: there is nothing.", hint="Name a file or a git repository.")
    return read_checkpoints(places, signers) if places else ([], [])


def _tell(out: "Out", verdict: "Verdict", problems: list[str], asked: bool) -> None:
    bad, end = verdict.bad, verdict.end
    for problem in problems:
        out.line(f"broken: a checkpoint in {problem}")
    if bad is None:
        out.line(f"ok: {verdict.events} events in {verdict.streams} streams, {verdict.redacted} redacted")
        out.line(f"head: position {end.pos}, {end.hash.hex()}, log {verdict.log_id}")
    else:
        where = [f"position {bad.pos}"] * bool(bad.pos) + [f"{bad.stream} number {bad.seq}"] * bool(bad.stream)
        out.line(f"broken: {' = '.join(where) or 'the log'}: {bad.problem}")
        out.say(f"{before(verdict)} Keep a copy of the database before anything else.")
    tell_vouched(out, verdict)
    if asked and not verdict.vouched:
        out.say("No checkpoint vouches for any of it.")


def before(verdict: "Verdict") -> str:
    """How many events hold before the first thing that does not; of those that were read, later ones do not count."""
    pos = verdict.bad.pos if verdict.bad else 0
    events = min(verdict.events, pos - 1) if pos > 0 else verdict.events
    return f"{counted(events, 'event')} before it {'holds' if events == 1 else 'hold'}."


def tell_vouched(out: "Out", verdict: "Verdict") -> None:
    """Say up to where a checkpoint from elsewhere vouches for a log, if one does."""
    if known := verdict.vouched:
        made = known.checkpoint
        out.line(f"vouched: up to position {made.pos}, by {known.by or made.key}, in {known.place}")
        if made.pos < verdict.end.pos:
            out.say(f"From position {made.pos + 1} on, nothing but the chain vouches for it.")
        if not known.by:
            out.say("Whose key that is, is for you to know: name a file of --signers.")


def vouch(session: Session) -> None:
    """Make a checkpoint where there is a key. What hinders is said, and keeps nothing else from being done."""
    from warroom.bootstrap import open_notary

    try:
        if notary := open_notary(session.settings, session.room().store):
            for problem in notary.make().problems:
                session.out.say(problem)
    except Refused as refused:
        session.out.say(f"No checkpoint was made. {refused.message}")


def hand_over(session: Session, values: Values) -> int:
    """Write one incident into a new folder, with what is needed to verify it without this program."""
    from importlib.resources import files

    from warroom.bootstrap import open_notary, read_checkpoints
    from warroom.room import handover
    from warroom.room.checkpoints import inside

    if "file" not in values:
        raise Usage("A custody folder needs a name.", hint="Say: warroom export INC --custody FOLDER")
    out, store = session.out, session.room().store
    incident = session.incident(values.get("incident"))
    if notary := open_notary(session.settings, store):
        for problem in notary.make().problems:
            out.say(problem)
    made = [each.checkpoint for each in inside(store)]
    if places := [place for place in session.settings.checkpoints.split(os.pathsep) if place]:
        vouched, problems = read_checkpoints(places)
        made += [each.checkpoint for each in vouched]
        for problem in problems:
            out.say(f"A checkpoint in {problem}.")
    verifier = files("warroom.custody").joinpath("verifier.py").read_bytes()
    write_folder(Path(values["file"]), handover.hand_over(store, incident, made, verifier))
    out.say(f"{values['file']}: check it anywhere with: python3 -I {values['file']}/verify.py")
    if not made:
        out.say("No checkpoint vouches for it: set signing_key, see docs/custody.md.")
    return 0


def checkpoint(session: Session, values: Values) -> int:
    """Sign where the log ends, and put copies of it elsewhere. 1 where a place could not be written."""
    from warroom.bootstrap import open_notary

    out = session.out
    store = session.room().store
    notary = open_notary(session.settings, store, values.get("key", ""), values.get("to", ()))
    if notary is None:
        raise Refused(
            "There is no key to sign with.",
            hint="Name one with --key, or in the setting signing_key; ssh-keygen -t ed25519 makes one.",
        )
    done = notary.make()
    made = done.checkpoint
    if out.json:
        shown = {"log_id": made.log_id, "epoch": made.epoch, "pos": made.pos, "hash": made.hash.hex(), "key": made.key}
        out.data(shown | {"text": made.text, "copies": list(done.copies), "problems": list(done.problems)})
    else:
        out.exact(made.text)
        out.say(f"Position {made.pos} is vouched for in: {', '.join(done.copies)}.")
        for problem in done.problems:
            out.say(problem)
        if len(done.copies) == 1:
            out.say("A copy beside the log proves nothing: keep one elsewhere, with --to.")
    return 1 if done.problems else 0


def redact(session: Session, values: Values) -> int:
    """Take what an entry says out of the database, for good, and say so in the log."""
    from warroom.room import redaction, views

    out, given = session.out, values["entry"].removeprefix("#")
    if not (given.isascii() and given.isdecimal() and len(given) < 18):
        raise Invalid(f"ENTRY: “{values['entry']}” is no whole number.", hint="Its number stands in: warroom follow")
    incident = session.incident(values.get("incident"))
    room = session.room()
    if not values.get("yes"):
        if not sys.stdin.isatty():
            raise Usage("This cannot be undone, and nobody is here to ask.", hint="Say --yes to do it all the same.")
        if not out.ask(f"Redact entry {given}? Its bytes are gone for good."):
            out.say("Nothing was done.")
            return 1
    done = redaction.redact(room, incident, int(given), values["because"])
    entries = [done.incident.timeline[fact.seq - 1] for fact in done.facts]
    if out.json:
        out.data(views.acted(done.state, entries, not entries) | {"warnings": list(done.remarks)})
        return 0
    for remark in done.remarks:
        out.say(remark)
    for entry in entries:
        out.line(f"{done.incident.name} {entry.seq} {entry.text}")
    return 0


ACTIONS = {
    "checkpoint": Action(
        "sign where the log ends, with a copy elsewhere",
        checkpoint,
        (
            Arg("--key", "the key to sign with, in place of the setting signing_key", required=False, path=True),
            Arg(
                "--to",
                "where a copy goes, in place of the setting checkpoints: a file, or the folder of a git repository",
                required=False,
                several=True,
                path=True,
            ),
        ),
    ),
    "redact": Action(
        "take a pasted secret out of the database; that it was, by whom and why stays",
        redact,
        (
            Arg("ENTRY", "its number on the timeline"),
            Arg("--because", "the reason, without what is to be taken away"),
            Arg("--yes", "do it without asking", kind="flag", required=False),
        ),
        incident=True,
    ),
}
