"""`warroom practice`: one person commands a drill alone, with simulated colleagues, in a database file of its own.

The colleagues play in a child process that ends with the console; the console's own engine brings in the injects. A
console that was killed ends nothing: its practice can be taken up again.
"""

import contextlib
import sys
from pathlib import Path

from msgspec.structs import replace

from warroom.bootstrap import here, library, open_store
from warroom.cli import beside, own_file
from warroom.cli.console import read_speed
from warroom.cli.drill_play import read
from warroom.cli.options import Action, Arg, Values
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain.contacts import Contact
from warroom.domain.errors import Invalid, Refused
from warroom.domain.incident import Incident
from warroom.domain.ladder import Ladder, Target
from warroom.domain.org import Org, Person, Playbook
from warroom.engine.colleagues import DIRECTOR, Colleagues
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation
from warroom.room import drills
from warroom.room.room import Actor, Room
from warroom.store.contract import Store

FIRST = "tutorial"
"The scenario of whoever names none."

_LOOK_BACK = 10
"Files in which an unfinished practice is looked for."


def run(session: Session, values: Values) -> int:
    """Practise in the console until the person leaves; the exit code."""
    if "list" in values:
        return _list(session.out)
    speed, seed = read_speed(values), _seed(values)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise Refused("Practice needs a terminal.", hint="To see what there is: warroom practice --list")
    login = here(session.db)
    sample = read_organisation(samples.organisation(), samples.runbooks())
    person = _person(sample, login.person)
    me = Actor(person.name, login.via)
    if "resume" in values:
        return _resume(session, values, me, seed)
    playbook = _with(sample, person)
    scenario = read(values.get("scenario", FIRST), Org(playbook))
    left = _unfinished(session.db)
    place = own_file.place("practice", session.db)
    store = open_store(str(place))
    _publish(store, playbook)
    incident = _colleagues(store, me.person, seed).begin(scenario, speed).incident
    hint = f"You are {me.person}. The rest are simulated."
    if left:
        named = f" --db {own_file.short(left[0])}" if session.db else ""
        hint += f" An earlier practice is unfinished; to go on with it: warroom practice --resume{named}"
    return _play(session, place, incident, me, seed, hint)


def _resume(session: Session, values: Values, me: Actor, seed: int) -> int:
    """Go on with a practice whose console did not come to its end."""
    if given := next((each for each in ("scenario", "speed") if each in values), ""):
        raise Refused(f"--resume goes on as it was begun: with its own {given}.", hint="Leave that out.")
    found = _unfinished(session.db)
    if found is None:
        raise Refused("No practice is unfinished.", hint="Begin one: warroom practice")
    place, incident = found
    hint = f"You are {me.person} again. The drill's time went on meanwhile; q ends it."
    return _play(session, place, incident, me, seed, hint)


def _unfinished(db: str) -> tuple[Path, Incident] | None:
    """The newest practice that was begun and is not over, and its file."""
    for place in own_file.earlier("practice", db)[:_LOOK_BACK]:
        with contextlib.suppress(Refused), contextlib.closing(open_store(str(place), create=False)) as store:
            room = Room(store, Actor(DIRECTOR, "asserted"))
            if found := next((each for each in drills.drills(room) if _practised(each)), None):
                return place, found
    return None


def _practised(drill: Incident) -> bool:
    return drill.drill.going and drill.drill.controllers == (DIRECTOR,)


def _play(session: Session, place: Path, incident: Incident, me: Actor, seed: int, hint: str) -> int:
    """The console and the colleagues, until the person leaves; then it is over, and they read where it is kept."""
    store = open_store(str(place))
    where = own_file.short(place)
    words = (str(place), incident.id, me.person, str(seed))
    with beside.playing(session.out, "warroom.cli.practice", *words):
        code = session.console(Room(store, me, library), incident.id, session.settings, hint)
    _colleagues(store, me.person, seed).end(incident.id)
    session.out.line(f"Your colleagues have gone. The practice stays in {where}; to look around in it again:")
    session.out.line(own_file.join(incident, place))
    session.out.line("To read how you did:")
    session.out.line(f"{own_file.program()} --db {where} drill report {incident.name}")
    return code


def _list(out: Out) -> int:
    """What there is to practise, the easiest first."""
    from warroom.playbook.scenario import read_scenario

    known = sorted(map(read_scenario, samples.scenarios().values()), key=lambda each: (each.difficulty, each.name))
    known.sort(key=lambda each: each.name != FIRST)
    if out.json:
        out.data([{"scenario": each.name, "difficulty": each.difficulty, "title": each.title} for each in known])
    else:
        rows = [(each.name, str(each.difficulty), each.title) for each in known]
        out.table(rows, ("scenario", "difficulty", "title"))
    return 0


def _seed(values: Values) -> int:
    text = values.get("seed", "1")
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        raise Invalid(f"--seed: “{text}” is no whole number.", hint="Each number is a course of its own.")
    return int(text)


def _colleagues(store: Store, human: str, seed: int) -> Colleagues:
    return Colleagues(lambda person: Room(store, Actor(person, "asserted"), library), human, seed)


def _person(sample: Playbook, login: str) -> Person:
    """The user as a person: one of the sample's people where they bear its login, else somebody new."""
    known = next((each for each in sample.people if login in (each.name, *each.logins)), None)
    return known or Person("you" if login == DIRECTOR else login, logins=(login,))


def _publish(store: Store, playbook: Playbook) -> None:
    room = Room(store, Actor(DIRECTOR, "asserted"))
    if store.head().pos and room.feed(None).refresh().org.playbook.name != playbook.name:
        raise Refused(
            f"{store.place} holds something else than a practice, and stays as it is.",
            hint="Name a new file with --db, or leave --db out.",
        )
    room.publish(playbook)


def _with(sample: Playbook, me: Person) -> Playbook:
    """The sample with the user and the director in it, and the user alone on the first rung of every ladder."""
    others = tuple(each for each in sample.people if each.name != me.name)
    contacts = me.contacts or (Contact("console", "console"),)
    people = (replace(me, contacts=contacts), Person(DIRECTOR, "Simulated director"), *others)
    modules = tuple(replace(each, ladders=_first(each.ladders, me.name)) for each in sample.modules)
    ladders = _first(sample.ladders, me.name)
    return replace(sample, name=f"{sample.name} (practice)", people=people, ladders=ladders, modules=modules)


def _first(ladders: tuple[Ladder, ...], person: str) -> tuple[Ladder, ...]:
    target = (Target("person", person),)
    return tuple(
        replace(each, rungs=(replace(each.rungs[0], targets=target), *each.rungs[1:])) if each.rungs else each
        for each in ladders
    )


def main(place: str, incident: str, human: str, seed: str) -> int:
    """The child process: play along in a file on an incident (a UUID) until the drill or the parent ends."""
    try:
        with contextlib.closing(open_store(place, create=False)) as store:
            colleagues = _colleagues(store, human, int(seed))
            beside.end_with_parent(colleagues.stop)
            for _ in colleagues.play(incident):
                pass
    except Refused as refused:
        Out().say(refused.message)
        return 1
    return 0


ACTIONS = {
    "practice": Action(
        "command a drill alone, with simulated colleagues; without a scenario, the tutorial of the console",
        run,
        (
            Arg("SCENARIO", "a scenario's name or its file", required=False, path=True),
            Arg("--seed", "a number: the same one gives the same colleagues and delays", required=False),
            Arg("--speed", "how many times as fast the drill's time runs, 0.1 to 100", required=False),
            Arg("--resume", "go on with one that did not come to its end", kind="flag", required=False),
            Arg("--list", "say what there is to practise", kind="flag", required=False),
        ),
    ),
}

if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
