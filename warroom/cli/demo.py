"""`warroom demo`: a real past incident, worked on live by simulated responders, in a database file of its own.

The simulated people play in a child process, which ends with the console. Without a terminal the same people play the
whole script at once, and the timeline is printed.
"""

import contextlib
import itertools
import sys
from pathlib import Path

import msgspec

from warroom.bootstrap import here, library, open_store
from warroom.cli import beside, own_file
from warroom.cli.demo_rosters import on_call
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain.clock import NAMES
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident
from warroom.domain.moments import span
from warroom.domain.org import Person, Playbook
from warroom.domain.script import Script
from warroom.domain.services import Service
from warroom.engine.players import DIRECTOR, Players, rehearsal
from warroom.playbook import samples
from warroom.playbook.incident import read_incident
from warroom.playbook.organisation import read_organisation
from warroom.playbook.script import read_script
from warroom.room import views
from warroom.room.room import Actor, Room
from warroom.store.contract import Store


def run(session: Session, speed: float = 1.0, keep: bool = False) -> int:
    """Play the demo until the person leaves, or without a terminal to its end; the exit code.

    It plays in the database that the words name, else in a new file; `keep`: in the last demo's file, once more.
    """
    out = session.out
    script, catalogue = _script(speed)
    place = own_file.place("demo", session.db, keep, sweep=True)
    store = open_store(str(place))
    me = _publish(store)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        with contextlib.closing(store):
            return _print(out, store, script, catalogue, place)
    incident = _players(store, script, catalogue).declare().incident
    join = own_file.join(incident, place)
    with beside.playing(out, "warroom.cli.demo", str(place), incident.id, str(speed)):
        room = Room(store, me, library)
        code = session.console(room, incident.id, session.settings, f"From a second terminal: {join}")
    out.line(f"The simulated people have gone. The incident stays in {own_file.short(place)}; to join it again:")
    out.line(join)
    return code


def _script(speed: float) -> tuple[Script, tuple[Service, ...]]:
    """The script, and the services of the incident that it retells."""
    script = read_script(samples.demo())
    return script.faster(speed), read_incident(samples.incident(script.incident)).services


def _players(store: Store, script: Script, catalogue: tuple[Service, ...] = ()) -> Players:
    return Players(lambda person: Room(store, Actor(person, "asserted"), library), script, catalogue)


# The organisation.


def _publish(store: Store) -> Actor:
    """Put the sample organisation in force, with the user as one of its people; who the user is in it."""
    sample = on_call(read_organisation(samples.organisation(), samples.runbooks()))
    known = here(store.url)
    me = _user(sample, known.person)
    room = Room(store, Actor(DIRECTOR, "asserted"))
    playbook = room.feed(None).state.org.playbook
    playbook_name = f"{sample.name} (demo)"
    if store.head().pos and playbook.name != playbook_name:
        raise Refused(
            f"{store.place} holds something else than a demo, and stays as it is.",
            hint="Name a new file with --db, or leave --db out.",
        )
    room.publish(msgspec.structs.replace(sample, name=playbook_name, people=(me, *sample.people)))
    return Actor(me.name, known.via)


def _user(sample: Playbook, login: str) -> Person:
    """The user as a person: their login, or `you` where one of the simulated people has that name."""
    taken = {DIRECTOR, *(name for person in sample.people for name in (person.name, *person.logins))}
    return Person("you" if login in taken else login, logins=(login,))


# With a terminal: a child process.


def main(place: str, incident: str, speed: str) -> int:
    """The child process: play in a file on an incident (a UUID) until the script or the parent ends."""
    script, _ = _script(float(speed))
    try:
        with contextlib.closing(open_store(place, create=False)) as store:
            players = _players(store, script)
            beside.end_with_parent(players.stop)
            for _ in players.play(incident):
                pass
    except Refused as refused:
        Out().say(refused.message)
        return 1
    return 0


# Without a terminal: all at once.


def _print(out: Out, store: Store, script: Script, catalogue: tuple[Service, ...], place: Path) -> int:
    """Print the timeline while it comes about, as if all of it had been played just now."""
    seconds = script.seconds(script.lines[-1].at)
    players = _players(rehearsal(store, store.now() - round(seconds * 1_000_000)), script, catalogue)
    opening = players.declare()
    incident = opening.incident
    for outcome in itertools.chain([opening], players.play(incident.id)):
        incident = outcome.incident
        for entry in incident.timeline.last(len(outcome.facts)):
            if out.json:
                out.data(views.entry(entry))
            else:
                out.line(f"{entry.happened:%Y-%m-%d %H:%M:%S}Z  {entry.actor:<5}  {entry.kind:<9}  {entry.text}")
        out.flush()
    tell = out.say if out.json else out.line
    tell(f"{incident.name} is {incident.clock.status}: {incident.title}")
    tell(_milestones(incident))
    tell(f"To look around in it: {own_file.join(incident, place)}")
    return 0


def _milestones(incident: Incident) -> str:
    """Every milestone, counted from the impact; unknown is unknown."""
    known = {name: incident.clock.get(name) for name in NAMES}
    origin = incident.clock.origin[0]
    return " · ".join(
        f"{name} {f'+{span(found.happened - origin)}' if found and origin else 'unknown'}"
        for name, found in known.items()
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
