"""What can be written into the record."""

from pathlib import Path

from warroom.domain.errors import Refused
from warroom.domain.text import one_line
from warroom.domain.timeline import Entry
from warroom.tui.actions.base import Action, Desk, Option, may
from warroom.tui.present import timeline


def _entry(desk: Desk) -> Entry | None:
    number = desk.row.removeprefix("entry:")
    entries = desk.scene.incident.timeline
    at = int(number) - 1 if number.isdecimal() else -1
    return entries[at] if 0 <= at < len(entries) else None


def _written(desk: Desk) -> str:
    entry = _entry(desk)
    if entry is None or entry.kind not in ("note", "decision"):
        return "Only notes and decisions can be corrected."
    return ""


async def note(desk: Desk) -> None:
    """A note on the incident."""
    if text := await desk.ask("Note", long=True):
        desk.do("note", text=text)


async def decide(desk: Desk) -> None:
    """A decision, with its reason."""
    if text := await desk.ask("Decision", "What was decided?", long=True):
        because = await desk.ask("Decision", "Why? (may stay empty)")
        if because is not None:
            desk.do("decide", text=text, because=because)


async def correct(desk: Desk) -> None:
    """Correct the entry under the cursor; the original stays readable."""
    if entry := _entry(desk):
        text = await desk.ask(f"Correct entry {entry.seq}", initial=entry.corrected or entry.text, long=True)
        if text and text != entry.text:
            desk.do("correct", desk.row, entry=entry.seq, text=text)


def open_entry(desk: Desk) -> None:
    """Read the whole entry."""
    if entry := _entry(desk):
        desk.read(f"Entry {entry.seq}", timeline.details(desk.scene, entry))


def _readable(desk: Desk) -> str:
    """Off where the machine is a bastion: its files are not the person's."""
    off = "Files of this machine are out of reach: you came in by a key." if desk.kiosk else ""
    return off or may("evidence")(desk)


async def evidence(desk: Desk) -> None:
    """Keep a file of this machine as evidence, on the step under the cursor if there is one."""
    step = desk.row if desk.pane == "checklist" and desk.scene.incident.checklist.find(desk.row) else ""
    title = f"Evidence on {step}" if step else "Evidence"
    path = await desk.ask(title, "Which file? (at most 1 MiB; kept in the database under its SHA-256)")
    if path:
        try:
            content = _read(path)
        except Refused as refused:
            desk.say(refused.message)
        else:
            desk.do("evidence", step, content=content, name=Path(path).name, step=step)


def _read(named: str) -> bytes:
    shown = one_line(named, 60)
    try:
        path = Path(named).expanduser()
        if not path.is_file() or path.stat().st_size > 1024 * 1024:
            raise Refused(f"{shown} is no file of at most 1 MiB.")
        return path.read_bytes()
    except (OSError, RuntimeError) as error:  # expanduser raises the latter for a home that nobody has
        reason = getattr(error, "strerror", None) or str(error).rstrip(".")
        raise Refused(f"{shown} cannot be read: {reason}.") from None


def _waiting(desk: Desk) -> str:
    return "" if desk.scene.view.unsent else "No note waits to be sent."


async def unsent(desk: Desk) -> None:
    """Notes that were written while the database was away, and were not sent since."""
    count = len(desk.scene.view.unsent)
    options = [Option("send", "Send them", "with the time at which they were written"), Option("drop", "Drop them")]
    chosen = await desk.choose(f"{count} unsent", options)
    if chosen == "send":
        desk.settle_unsent(send=True)
    elif chosen == "drop" and await desk.confirm(f"Drop {count} unsent notes?", "Nobody else has seen them."):
        desk.settle_unsent(send=False)


def undo(desk: Desk) -> None:
    """Take back your last act."""
    desk.do("undo")


ACTIONS = (
    Action(
        "entry.open", "Read the entry", ("enter",), open_entry, "timeline", command="show INC", footer=20, short="open"
    ),
    Action(
        "entry.correct", "Correct the entry", ("x",), correct, "timeline", _written, "correct INC N TEXT", 40, "correct"
    ),
    Action("note", "Write a note", ("n", "N"), note, "", may("note"), "note INC TEXT", 30, "note"),
    Action("decide", "Record a decision", ("D",), decide, "", may("decide"), "decide INC TEXT", 45, "decide"),
    Action("evidence", "Keep a file as evidence", ("e",), evidence, "", _readable, "evidence INC FILE", 0),
    Action("unsent", "Send or drop the notes that wait on this machine", ("W",), unsent, "", _waiting, "", 3, "unsent"),
    Action("undo", "Undo your last act", ("z",), undo, "", command="undo INC", footer=65, short="undo"),
)
