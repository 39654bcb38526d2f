"""The organisation: its playbook, published, linted and shown."""

from pathlib import Path

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.org import Playbook
from warroom.room import org_views


def init(session: Session, values: Values) -> int:
    """Put the sample organisation in force, with the starter runbooks."""
    from warroom.playbook import samples
    from warroom.playbook.organisation import read_organisation

    code = _publish(session, read_organisation(samples.organisation(), samples.runbooks()))
    session.out.say("It is a pattern for your own: copy its folder, change it, and publish that.")
    session.out.say(f"The folder: {samples.organisation()}")
    return code


def publish(session: Session, values: Values) -> int:
    """Put the playbook of a folder in force for everybody."""
    from warroom.playbook.organisation import read_organisation

    return _publish(session, read_organisation(Path(values["dir"])))


def _publish(session: Session, playbook: Playbook) -> int:
    room, out = session.room(create=True), session.out
    changed = room.publish(playbook)
    org = room.feed(None).state.org
    if out.json:
        out.data(org_views.org(org) | {"changed": changed})
        return 0
    out.line(f"{playbook.name}, version {org.version}: {_holds(playbook)}")
    what = "is now in force" if changed else "was in force already; nothing was changed"
    out.say(f"{playbook.name} {what} in {room.store.place}.")
    return 0


def lint(session: Session, values: Values) -> int:
    """Check a folder without publishing it. What is wrong is refused, as publishing it would be."""
    from warroom.playbook.organisation import read_organisation

    playbook = read_organisation(Path(values["dir"]))
    if session.out.json:
        session.out.data({"ok": True, **org_views.playbook(playbook)})
    else:
        session.out.line(f"{playbook.name}: {_holds(playbook)}")
    return 0


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


def _holds(playbook: Playbook) -> str:
    parts = (
        (playbook.severities, "severities"),
        (playbook.services, "services"),
        (playbook.people, "people"),
        (playbook.audiences, "audiences"),
        (playbook.runbooks, "runbooks"),
        (playbook.glossary, "terms"),
    )
    return ", ".join(f"{len(found)} {what}" for found, what in parts)


_DIR = Arg("DIR", "the folder of the organisation", path=True)

ACTIONS = {
    "init": Action("put the sample organisation and the starter runbooks into the database", init),
    "playbook publish": Action("put the playbook of a folder in force, for everybody", publish, (_DIR,)),
    "playbook lint": Action("check a folder without publishing it", lint, (_DIR,)),
    "playbook show": Action("the playbook in force", show),
}
