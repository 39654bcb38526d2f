"""What drills have shown: the report on one, the trend of a team, and what was exercised."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused
from warroom.domain.moments import moment

if TYPE_CHECKING:
    from warroom.domain.aar import Report
    from warroom.domain.comparison import Story
    from warroom.reports.document import Document
    from warroom.room.room import Room

_FORMATS = ("text", "md", "html", "svg")
_FORMAT = Arg("--format", f"{', '.join(_FORMATS)}; text where nothing is said", required=False)
_PUBLIC = Arg("--public", "without what evaluators wrote", kind="flag", required=False)
_AGAINST = Arg(
    "--against", "the incident to compare a drill with; the one that it took over if left out", required=False
)
REPORT = (_AGAINST, _FORMAT, _PUBLIC)


def meant(session: Session, given: str | None) -> str:
    """The UUID of the exercise that was named; else of the one that runs, else of the last one, and it says which.

    What is real is never meant.
    """
    from warroom.domain.summary import marked

    room = session.room()
    if given is not None:
        return room.find(given)
    known = [row for row in room.store.summaries() if marked(row.title)]
    running = [row for row in known if row.status != "closed"]
    if not known:
        raise Refused("There was no drill yet.", hint="Begin one: warroom drill start SCENARIO")
    if len(running) > 1:
        names = ", ".join(f"INC-{row.number}" for row in running[:5]) + (", …" if len(running) > 5 else "")
        raise Refused(f"{len(running)} drills run: {names}.", hint="Say which one is meant.")
    row = (running or known)[0]
    session.out.say(f"INC-{row.number}: {row.title}")
    return room.find(str(row.number))


def report(session: Session, values: Values) -> int:
    """What a drill was meant to be, what became of it, and what to change. `incident`: which one, as a UUID."""
    from warroom.domain import aar
    from warroom.room import reports

    room = session.room()
    story = _now(room, reports.story(room.store, values["incident"]))
    if story.incident.exercise != "drill":
        raise Refused(
            f"{story.incident.name} is no drill.",
            hint=f"Compare it with another: warroom drill compare {story.incident.name} INC",
        )
    reports.check_readable(room.actor.person, story.incident)
    named = values.get("against")
    other = reports.story(room.store, room.find(named)) if named else reports.original(room, story.incident)
    return _print(session, values, _readable(session, values, story, aar.report(story, other)))


def compare(session: Session, values: Values) -> int:
    """Two incidents side by side, drills or not."""
    from warroom.domain import aar
    from warroom.room import reports

    room = session.room()
    one, other = (_now(room, reports.story(room.store, room.find(values[name]))) for name in ("one", "other"))
    for each in (one, other):
        reports.check_readable(room.actor.person, each.incident)
    if one.incident.id == other.incident.id:
        raise Refused("That is the same incident twice.", hint="Name two.")
    return _print(session, values, _readable(session, values, one, aar.report(one, other)))


def trend(session: Session, values: Values) -> int:
    """Every drill that is over, by team and day."""
    from warroom.domain import trends
    from warroom.reports.training import trend_document
    from warroom.room import report_views, reports

    team = values.get("team", "")
    played = trends.trend(reports.exercises(session.room().store), team)
    if session.out.json:
        session.out.data(report_views.trend(played))
    elif not played:
        whose = f" of {team}" if team else ""
        session.out.say(f"No drill{whose} is over yet.")
    else:
        _write(session, values, trend_document(played))
    return 0


def coverage(session: Session, values: Values) -> int:
    """Which rungs, runbooks and roles drills have exercised, and which never."""
    from warroom.domain import trends
    from warroom.reports.training import coverage_document
    from warroom.room import report_views, reports

    room = session.room()
    org = room.feed(None).refresh().org
    now = moment(room.store.now())
    covered = trends.coverage(org, reports.exercises(room.store), now)
    if session.out.json:
        session.out.data(report_views.coverage(covered))
    else:
        _write(session, values, coverage_document(covered))
    return 0


def _now(room: "Room", story: "Story") -> "Story":
    """The story as far as it is known by now, which one that still runs does not tell by its facts."""
    return replace(story, now=story.incident.clock.time(moment(room.store.now())))


def _readable(session: Session, values: Values, story: "Story", found: "Report") -> "Report":
    """The report without evaluators' remarks, for those who did not lead or watch the drill and where asked for."""
    watches = story.incident.drill.watches(session.room().actor.person)
    return found if watches and "public" not in values else found.public


def _print(session: Session, values: Values, found: "Report") -> int:
    """A report, in the format that was asked for."""
    from warroom.reports.aar import document
    from warroom.room import report_views

    if session.out.json:
        session.out.data(report_views.report(found))
    else:
        _write(session, values, document(found))
    return 0


def _write(session: Session, values: Values, document: "Document") -> None:
    """A document in the format that was asked for."""
    from warroom.reports import html, markdown, svg, text

    name = values.get("format", "text")
    match name:
        case "text":
            session.out.text(text.text(document).removesuffix("\n"))
        case "md":
            session.out.exact(markdown.markdown(document))
        case "html":
            session.out.exact(html.html(document))
        case "svg" if document.picture is None or not document.picture.drawn:
            raise Refused("There is nothing to draw.", hint="Choose another format.")
        case "svg":
            session.out.exact(svg.svg(document))
        case _:
            raise Usage(f"There is no format {name}.", hint=f"There is: {', '.join(_FORMATS)}.")


ACTIONS = {
    "drill compare": Action(
        "two incidents side by side: times, steps, rungs, updates and decisions",
        compare,
        (Arg("INC", "the one", dest="one"), Arg("OTHER", "the one beside it", dest="other"), _FORMAT, _PUBLIC),
    ),
    "drill trend": Action(
        "how teams do from drill to drill",
        trend,
        (Arg("--team", "of one team", required=False), _FORMAT),
    ),
    "drill coverage": Action(
        "which rungs, runbooks and roles drills exercised in the last 90 days, and which never",
        coverage,
        (_FORMAT,),
    ),
}
