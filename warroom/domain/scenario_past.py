"""A scenario from an incident that happened: a draft for a trainer, who knows better what to leave out.

What people learned becomes injects at its own times, up to the resolution; what followed would give the end away. The
milestones become expected actions.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from msgspec.structs import replace

from warroom.domain import services
from warroom.domain.event import Fact
from warroom.domain.exercise import MARK
from warroom.domain.incident import Incident
from warroom.domain.org import Org
from warroom.domain.roles import COMMANDER, ROLES
from warroom.domain.scenario import End, Expected, Inject, Kind, MilestoneReached, Scenario, Start
from warroom.domain.services import HealthSet, Service
from warroom.domain.severity import row
from warroom.domain.text import one_line, visible_lines
from warroom.domain.timeline import Entry

_NONE = timedelta(0)
_SHORTEST = timedelta(minutes=1)
_UNKNOWN_LENGTH = timedelta(hours=1)
_LONGEST = timedelta(days=366)
_TEXT, _LINE, _NAME = 8192, 200, 64
_MIDDLE = 3
_TOLD = ("note", "decision", "evidence")
# Notes of an import that say something about its source, look back, or tell what is for the trainees to do.
_NOT_NEWS = (
    "Imported from ", "remark: ", "declared: ", "acknowledgment: ", "escalation: ", "action: ", "containment: ",
    "restored: ", "resolution: ", "review: ",
)  # fmt: skip


def from_incident(incident: Incident, facts: Iterable[Fact], org: Org) -> Scenario:
    """The scenario of an incident and the facts of its stream. It ends at the resolution, or half as long again after.

    Where no resolution is known, the last fact stands in for the length; where even that says nothing, an hour does.
    """
    told = tuple(facts)
    begin = _begin(incident)
    length = _length(incident, told, begin)
    limit = min(max(_seconds(length * 1.5), _SHORTEST), _LONGEST)
    injects = _numbered(_told(incident, told, begin, min(length, limit)))
    named = (*incident.services.affected, *(each.service for each in injects if each.service))
    return Scenario(
        name=incident.name.lower(),
        title=_title(incident),
        difficulty=_MIDDLE,
        summary=f"Drawn from {incident.name}. Read it before you play it, and leave out what gives the answer away.",
        roles=_roles(incident),
        catalogue=_catalogue(incident, named, org),
        start=_start(incident, begin),
        injects=injects,
        expected=tuple(_expected(incident, begin, limit)),
        end=End(limit, MilestoneReached("resolution")),
    )


def _begin(incident: Incident) -> datetime:
    """When it would have been declared live: at the detection, if it was written down later.

    One that was declared after its own resolution begins with its impact.
    """
    clock = incident.clock
    assert clock.declared is not None  # every incident begins with its declaration
    known = [found.happened for name in ("detection", "resolution") if (found := clock.get(name))]
    begin = min([clock.declared, *known])
    resolution, impact = clock.get("resolution"), clock.get("impact")
    return impact.happened if impact and resolution and begin >= resolution.happened else begin


def _length(incident: Incident, facts: tuple[Fact, ...], begin: datetime) -> timedelta:
    resolution = incident.clock.get("resolution")
    end = resolution.happened if resolution else max((fact.happened for fact in facts), default=begin)
    return end - begin if end > begin else _UNKNOWN_LENGTH


def _start(incident: Incident, begin: datetime) -> Start:
    impact = incident.clock.get("impact")
    ago = _seconds(begin - impact.happened) if impact else None
    level, _, _ = incident.severity.history[0]
    hurt = tuple(dict.fromkeys(_short(name) for name in incident.services.affected))
    return Start(_title(incident), level, hurt, ago if ago is None or ago >= _NONE else None)


def _title(incident: Incident) -> str:
    """Its title without the mark that a drill bears: whatever is played is marked when it begins."""
    return one_line(incident.title.removeprefix(MARK), _LINE)


def _roles(incident: Incident) -> tuple[str, ...]:
    """The roles that the severity asks for, and those that somebody held."""
    holdings = (*incident.roles.held, *incident.roles.past)
    wanted = {*incident.severity.now.roles, *(each.role for each in holdings)}
    return tuple(role.id for role in ROLES if role.id in wanted)


def _catalogue(incident: Incident, named: Iterable[str], org: Org) -> tuple[Service, ...]:
    """The services that the scenario brings itself: none where the organisation has all that it names."""
    known = {each.name for each in org.playbook.services}
    names = tuple(dict.fromkeys(_short(name) for name in named))
    if not incident.services.catalogue and all(name in known for name in names):
        return ()
    own = services.catalogue(incident.services, org.playbook.services)
    rows = {_short(each.name): tuple(dict.fromkeys(map(_short, each.depends_on))) for each in own}
    rows |= {name: () for name in names if name not in rows}
    return tuple(
        Service(name, depends_on=tuple(each for each in needs if each in rows)) for name, needs in rows.items()
    )


def _told(incident: Incident, facts: tuple[Fact, ...], begin: datetime, length: timedelta) -> list[Inject]:
    """What is known when, before the incident was over; what was known before it began comes with the start."""
    found = [*_records(incident.timeline, begin), *_healths(facts, begin)]
    return sorted((each for each in found if each.delay < length), key=lambda each: each.delay)


def _records(timeline: Iterable[Entry], begin: datetime) -> Iterator[Inject]:
    for entry in timeline:
        text = _block(entry.corrected or entry.text)
        news = entry.via != "import" or not text.startswith(_NOT_NEWS)
        if entry.kind in _TOLD and text and news and not entry.retracted:
            kind: Kind = "evidence" if entry.kind == "evidence" else "note"
            yield Inject("", kind, text, delay=_offset(entry.happened, begin), by=one_line(entry.actor, 80))


def _healths(facts: tuple[Fact, ...], begin: datetime) -> Iterator[Inject]:
    """Each change of a service. Of several within the same second the last one stands, for only one can hold."""
    found: dict[tuple[timedelta, str], HealthSet] = {}
    for fact in facts:
        if isinstance(fact.event, HealthSet) and fact.event.health != "unknown":
            found[_offset(fact.happened, begin), _short(fact.event.service)] = fact.event
    for (delay, service), event in found.items():
        text = f"{service} is {services.words(event.health)}" + (f": {event.because}" if event.because else "")
        yield Inject("", "service", _block(text), delay=delay, service=service, health=event.health)


def _numbered(injects: Iterable[Inject]) -> tuple[Inject, ...]:
    return tuple(replace(each, id=f"{each.kind}-{number}") for number, each in enumerate(injects, 1))


def _expected(incident: Incident, begin: datetime, limit: timedelta) -> Iterator[Expected]:
    """The milestones that the severity wants in time, or that were reached then."""
    level, _, _ = incident.severity.history[0]
    severity = row(incident.severity.table, level)
    wanted = (
        ("acknowledgment", "Acknowledge", "ack", "", severity.acknowledge_within),
        ("escalation", "Call in whoever is needed", "milestone", COMMANDER, severity.escalate_within),
        ("containment", "Contain the harm", "milestone", COMMANDER, severity.contain_within),
        ("resolution", "Resolve", "resolve", COMMANDER, severity.resolve_within),
    )
    for name, title, command, who, target in wanted:
        reached = incident.clock.get(name)
        took = _offset(reached.happened, begin) if reached else None
        if within := _within(target, took, limit):
            match = (("milestone", name),) if command == "milestone" else ()
            yield Expected(title, command, within, who=who, match=match)


def _within(target: timedelta | None, took: timedelta | None, limit: timedelta) -> timedelta | None:
    """The target, else the time that it took, as far as the drill lasts longer than that; None where neither is known.

    Where neither is shorter, it is two thirds of the drill's limit: when the incident itself was over.
    """
    known = [span for each in (target, took) if each and (span := _seconds(each))]
    return next((span for span in known if span < limit), _seconds(limit * 2 / 3)) if known else None


def _offset(moment: datetime, begin: datetime) -> timedelta:
    return max(_seconds(moment - begin), _NONE)


def _seconds(span: timedelta) -> timedelta:
    """Files count whole seconds."""
    return timedelta(seconds=int(span.total_seconds()))


def _short(name: str) -> str:
    return one_line(name, _NAME)


def _block(text: str) -> str:
    """A text without what files do not take: hidden characters, blank margins, more than they hold."""
    lines = visible_lines(text.expandtabs(4)).strip()
    return lines if len(lines) <= _TEXT else f"{lines[: _TEXT - 1].rstrip()}…"
