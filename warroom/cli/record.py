"""The record: notes, decisions, corrections and evidence."""

from pathlib import Path

from warroom.cli.acts import acts
from warroom.cli.files import write_new
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session


def show(session: Session, values: Values) -> int:
    """Write kept evidence into a new file, if it is still what was kept."""
    from warroom.room import evidence

    room = session.room()
    incident = room.feed(session.incident(values.get("incident"))).state.incident
    assert incident is not None  # it was found
    kept = evidence.find(incident, values["name"])
    data = evidence.content(room.store, kept.digest)
    path = Path(values["file"])
    write_new(path, data)
    if session.out.json:
        session.out.data({"name": kept.name, "digest": kept.digest, "size": kept.size, "file": str(path)})
    else:
        session.out.line(f"{kept.name}: {len(data)} bytes, SHA-256 {kept.digest}, as they were kept")
    return 0


ACTIONS = {
    **(acts("note") | acts("decide") | acts("correct") | acts("evidence")),
    "evidence show": Action(
        "write kept evidence into a file, if it is still what was kept",
        show,
        (
            Arg("NAME", "its name, or how its SHA-256 begins"),
            Arg("FILE", "a new file", path=True),
        ),
        incident=True,
    ),
}
