"""The organisation: its playbook, published, linted, compared and shown; other tools' rosters brought into it."""

from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.org import Playbook
from warroom.room import org_views
from warroom.room.plain import View
from warroom.room.views import VERSION

if TYPE_CHECKING:
    from warroom.domain.playbook_diff import Change


def init(session: Session, values: Values) -> int:
    """Put the sample organisation in force, with the starter runbooks."""
    from warroom.playbook import samples
    from warroom.playbook.organisation import read_organisation

    code = _publish(session, read_organisation(samples.organisation(), samples.runbooks()))
    session.out.say("It is a pattern for your own: copy its folder, change it, and publish that.")
    session.out.say(f"The folder: {samples.organisation()}")
    return code


def publish(session: Session, values: Values) -> int:
    """Put the playbook of a folder in force for everybody, and say what that changes, and for whom."""
    from warroom.playbook.organisation import read_organisation

    playbook = read_organisation(Path(values["dir"]))
    before = session.room(create=True).feed(None).state.org.playbook
    return _publish(session, playbook, before)


def _publish(session: Session, playbook: Playbook, before: Playbook | None = None) -> int:
    """`before`: the playbook to compare with; None = say nothing of what has changed."""
    from warroom.domain.playbook_diff import changes, concerns

    room, out = session.room(create=True), session.out
    changed = room.publish(playbook)
    org = room.feed(None).state.org
    found = changes(before, playbook) if changed and before else ()
    told = concerns(before, playbook) if changed and before else {}
    if out.json:
        out.data(org_views.org(org) | {"changed": changed} | _differences(found, told))
        return 0
    out.line(f"{playbook.name}, version {org.version}: {_holds(playbook)}")
    _tell(session, found, told)
    what = "is now in force" if changed else "was in force already; nothing was changed"
    out.say(f"{playbook.name} {what} in {room.store.place}.")
    return 0


def diff(session: Session, values: Values) -> int:
    """What publishing a folder would change, and for whom. Nothing is published."""
    from warroom.domain.playbook_diff import changes, concerns
    from warroom.playbook.organisation import read_organisation

    org, out = session.org(), session.out
    playbook = read_organisation(Path(values["dir"]))
    found, told = changes(org.playbook, playbook), concerns(org.playbook, playbook)
    if out.json:
        out.data({"version": VERSION, "playbook_version": org.version} | _differences(found, told))
        return 0
    _tell(session, found, told)
    named = f"{org.playbook.name}, version {org.version}"
    out.say(f"{len(found)} changes against {named}." if found else f"This is {named}; nothing would change.")
    return 0


def _tell(session: Session, found: "tuple[Change, ...]", told: dict[str, tuple[str, ...]]) -> None:
    """The changes, and for each person what of them concerns her or him."""
    out = session.out
    for change in found:
        out.line(change.head)
        for detail in change.details:
            out.line(f"  {detail}")
    for person, lines in told.items():
        out.line(f"For {person}:")
        for line in lines:
            out.line(f"  {line}")


def lint(session: Session, values: Values) -> int:
    """Check a folder without publishing it. What is wrong is refused, as publishing it would be."""
    from warroom.playbook.organisation import read_organisation

    playbook = read_organisation(Path(values["dir"]))
    if session.out.json:
        session.out.data({"ok": True, **org_views.playbook(playbook)})
    else:
        session.out.line(f"{playbook.name}: {_holds(playbook)}")
    return 0


def import_schedules(session: Session, values: Values) -> int:
    """Other tools' rosters as files of ours, and everything that did not come across. 1 where nothing did."""
    from datetime import UTC, datetime

    from warroom.playbook.ladders import Ladders
    from warroom.playbook.oncall.reader import read_oncall
    from warroom.playbook.roster_writer import write_ladders, write_schedules

    found = read_oncall(map(Path, values["file"]), session.org().playbook.people, datetime.now(UTC))
    out = session.out
    files = {
        "schedules.yaml": write_schedules(found.schedules) if found.schedules else "",
        "ladders.yaml": write_ladders(Ladders(found.ladders)) if found.ladders else "",
    }
    if values.get("to"):
        _write(Path(values["to"]), files)
    if out.json:
        out.data(
            {
                "version": VERSION,
                "schedules": [each.name for each in found.schedules],
                "ladders": [each.name for each in found.ladders],
                "people": list(found.people),
                "left_out": list(found.left_out),
                "files": files,
            }
        )
    elif not values.get("to"):
        for name, text in files.items():
            if text:
                out.exact(f"# {name}\n{text}")
    for line in found.left_out:
        out.say(line)
    if found.people:
        out.say(f"These people are not in the playbook; write them into people.yaml: {', '.join(found.people)}.")
    counted = f"{len(found.schedules)} schedules and {len(found.ladders)} ladders"
    out.say(f"{counted}; {len(found.left_out)} things did not come across.")
    return 0 if found.schedules or found.ladders else 1


def _write(folder: Path, files: dict[str, str]) -> None:
    """Write the files that hold something. One that is there already is never touched, and then nothing is written."""
    from warroom.domain.errors import Refused, Unavailable

    wanted = {folder / name: text for name, text in files.items() if text}
    if there := next((path for path in wanted if path.exists()), None):
        raise Refused(f"{there} is there already.", hint="Name another folder, or move the file away.")
    try:
        for path, text in wanted.items():
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be written to: {error.strerror}.") from None


def show(session: Session, values: Values) -> int:
    """The playbook in force."""
    org, out = session.org(), session.out
    if out.json:
        out.data(org_views.org(org))
        return 0
    playbook = org.playbook
    out.line(f"{playbook.name}, version {org.version}: {_holds(playbook)}")
    if org.published:
        out.line(f"published by {org.published_by}, {org.published:%Y-%m-%d %H:%M} UTC")
    if playbook.people:
        out.line()
        out.table([(each.name, each.team, each.time_zone) for each in playbook.people], ("person", "team", "time zone"))
    return 0


def _differences(found: "tuple[Change, ...]", told: dict[str, tuple[str, ...]]) -> View:
    rows = [
        {
            "what": each.what,
            "name": each.name or None,
            "how": each.how,
            "module": each.module or None,
            "details": list(each.details),
        }
        for each in found
    ]
    return {"changes": rows, "concerns": {person: list(lines) for person, lines in told.items()}}


def _holds(playbook: Playbook) -> str:
    parts = (
        (playbook.severities, "severities"),
        (playbook.services, "services"),
        (playbook.people, "people"),
        (playbook.audiences, "audiences"),
        (playbook.runbooks, "runbooks"),
        (playbook.glossary, "terms"),
        (playbook.channels, "channels"),
        (playbook.schedules, "schedules"),
        (playbook.ladders, "ladders"),
        (playbook.modules, "modules"),
    )
    return ", ".join(f"{len(found)} {what}" for found, what in parts)


_DIR = Arg("DIR", "the folder of the organisation", path=True)

ACTIONS = {
    "init": Action("put the sample organisation and the starter runbooks into the database", init),
    "playbook publish": Action("put the playbook of a folder in force, for everybody", publish, (_DIR,)),
    "playbook lint": Action("check a folder without publishing it", lint, (_DIR,)),
    "playbook diff": Action("what publishing a folder would change, and for whom", diff, (_DIR,)),
    "playbook import-schedules": Action(
        "rosters and ladders of PagerDuty or Opsgenie as files of a playbook",
        import_schedules,
        (
            Arg("FILE", "Terraform (.tf), or what the tool's API answers as YAML or JSON", several=True, path=True),
            Arg("--to", "the folder to write schedules.yaml and ladders.yaml to", required=False, path=True),
        ),
    ),
    "playbook show": Action("the playbook in force", show),
}
