"""What is decided about pages: a ladder starts, fires, is acknowledged, lapses; somebody is paged by hand.

Every id is made of what it stands for, so that any number of engines fires a rung once and pages a person once for it.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid5

from msgspec.structs import replace

from warroom.domain import clock, modules, reach, restored, services, severity
from warroom.domain.case import Case
from warroom.domain.climb import Firing, Lookout, Place, after, climb_from, gather, next_firing
from warroom.domain.clock import MilestoneSet
from warroom.domain.contacts import Contact, Urgency
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.escalation import (
    Acknowledged,
    AcknowledgmentLapsed,
    Escalation,
    LadderEnded,
    LadderHeld,
    LadderStarted,
    Order,
    Paged,
    RungFired,
)
from warroom.domain.event import Event
from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.lookout import lookout
from warroom.domain.roles import ROLES

_SPACE = UUID("6f1a2c9e-3d0b-5c55-9d1e-8f0f3a6b7c21")
_OVER = ("resolved", "closed")


def run_id(incident: str, runs: int) -> str:
    """The id of an incident's next run."""
    return str(uuid5(_SPACE, f"{incident}/{runs + 1}"))


def firing_id(state: Escalation) -> str:
    """The command id for what is due now: the same for every engine that sees this state."""
    return str(uuid5(_SPACE, f"{state.run}/{state.place.round}/{state.place.rung}/{state.due}"))


def lapse_id(state: Escalation) -> str:
    """The command id of a silence that has lasted too long."""
    return str(uuid5(_SPACE, f"{state.run}/lapse/{state.silent}"))


def _world(case: Case, urgency: Urgency) -> Lookout:
    """What a ladder sees from this case: the incident's services and roles, the rosters as they are now."""
    held = tuple((each.role, each.person) for each in case.incident.roles.held)
    return lookout(case.org, case.now, urgency, case.incident.services.hurt, held)


def start(case: Case, because: str = "", known: tuple[str, ...] = (), level: int | None = None) -> list[Event]:
    """A new run of the ladder for the incident's severity (or `level`); nothing where no ladder fits."""
    incident = case.incident
    ladder = incident.escalation.policy.ladder(level or incident.severity.level, incident.services.hurt)
    if ladder is None or not ladder.rungs:
        return []
    return [LadderStarted(_next_run(case), ladder, case.now, because, known)]


def walk(case: Case, ladder: Ladder) -> list[Event]:
    """A test of a ladder: every rung fires, and whoever acknowledges has answered."""
    return [LadderStarted(_next_run(case), ladder, case.now, "test", walk=True)]


def _next_run(case: Case) -> str:
    return run_id(case.incident.id, case.incident.escalation.runs)


def fire(case: Case) -> list[Event]:
    """What is due: a rung fires, waits, or the ladder ends. Already where nothing is due any more."""
    state, ladder = case.incident.escalation, case.incident.escalation.ladder
    if ladder is None or state.going != "climbing" or state.due is None or case.now < state.due:
        raise Already("No rung is due.")
    if case.incident.clock.status in _OVER:
        raise Already("The incident is over.")
    firing = next_firing(ladder, state.place, state.due, case.now, _world(case, ladder.urgency))
    match firing.kind:
        case "hold":
            return [LadderHeld(state.run, firing.until or case.now, firing.because, firing.passed)]
        case "end":
            because = "every rung has fired" if state.walk else firing.because
            return [LadderEnded(state.run, because, firing.passed)]
        case "fire":
            return _fired(case, ladder, firing, "no page of the rung before went out" if state.futile else "")


def escalate(case: Case, because: str) -> list[Event]:
    """The next rung, now, whether or not somebody has acknowledged."""
    state, ladder = case.incident.escalation, case.incident.escalation.ladder
    if ladder is None:
        raise Refused("This incident has no ladder.", hint="Page somebody by name.")
    if case.incident.clock.status in _OVER:
        raise Refused("The incident is over.", hint="Reopen it first.")
    here = after(ladder, state.place)
    if here is None:
        raise Refused(f"The last rung of {ladder.name} has fired already.", hint="Page somebody by name.")
    firing = climb_from(ladder, here, case.now, _world(case, ladder.urgency))
    if firing.kind != "fire":
        raise Refused(f"No rung above reaches anybody: {firing.because}.", hint="Page somebody by name.")
    return _fired(case, ladder, firing, because.strip() or "by hand", forced=True)


def _fired(case: Case, ladder: Ladder, firing: Firing, because: str = "", forced: bool = False) -> list[Event]:
    state = case.incident.escalation
    place, delay = firing.place, ladder.rungs[firing.place.rung - 1].delay
    spare = state.known if place.round == 1 and not forced else ()
    already = tuple(person for person in firing.people if person in spare)
    orders = tuple(
        _order(case, f"{state.run}/{place.round}/{place.rung}", person, ladder.urgency, forced)
        for person in firing.people
        if person not in already
    )
    posts = tuple(_post(case, f"{state.run}/{place.round}/{place.rung}", name, forced) for name in firing.channels)
    since = case.now
    if already and not orders and not posts:
        # Nothing new goes out, so those who were paged have their time from then on.
        pages = [page.at for page in state.pages if page.order.person in already]
        since = max(pages, default=case.now)
    fired = RungFired(
        state.run, place.round, place.rung, (*orders, *posts), max(case.now, since + delay),
        already, firing.passed, firing.missed, because,
    )  # fmt: skip
    return [fired, *_escalation(case, place)]


def _escalation(case: Case, place: Place) -> list[Event]:
    """The escalation milestone, where this is the first time that anybody beyond the first rung is called."""
    if case.incident.clock.get("escalation") or place in (Place(1, 1), Place()) or case.incident.escalation.walk:
        return []
    return [MilestoneSet("escalation", case.now)]


def _order(case: Case, what: str, person: str, urgency: Urgency, forced: bool) -> Order:
    return Order(
        str(uuid5(_SPACE, f"{what}/{person}")), person, reach.contacts(case.org, person, urgency), urgency, forced
    )


def _post(case: Case, what: str, channel: str, forced: bool) -> Order:
    key = modules.channel_key(case.org, case.incident.escalation.policy.module, channel)
    return Order(str(uuid5(_SPACE, f"{what}/channel/{key}")), "", (Contact(channel, key),), forced=forced)


def stop(case: Case, because: str) -> list[Event]:
    """The ladder does not go on, in a restored log that is held. Already where it stands still."""
    restored.holding(case.org)
    state = case.incident.escalation
    if state.going != "climbing":
        raise Already("No ladder runs.")
    return [LadderEnded(state.run, because)]


def lapse(case: Case) -> list[Event]:
    """After an acknowledgment nobody has done anything for too long: the ladder begins anew."""
    state = case.incident.escalation
    if state.ladder is None or state.silent is None or case.now < state.silent or case.incident.clock.status in _OVER:
        raise Already("The incident is not silent.")
    last = max(each for each in (state.since, state.active) if each)
    because = f"no word since {last:%H:%M} UTC"
    # A severity that no ladder is for has left the ladder of the earlier one in force: that one begins anew.
    again = start(case, because) or [LadderStarted(_next_run(case), state.ladder, case.now, because)]
    return [AcknowledgmentLapsed(state.run, last), *again]


def acknowledge(case: Case) -> list[Event]:
    """Somebody is on it: the ladder stops. The milestone keeps the first time.

    Whoever was paged by hand answers, even where somebody else has acknowledged before.
    """
    state, known = case.incident.escalation, case.incident.clock.get("acknowledgment")
    mine = [page for page in state.pages if page.order.person == case.by and page.answered is None]
    events: list[Event] = []
    if known is None:
        events.append(MilestoneSet("acknowledgment", case.now))
    if state.walk and not mine:
        raise Already("No test page to you is open.")
    if state.walk or state.going in ("climbing", "ended") or any(page.order.forced for page in mine):
        events.append(Acknowledged(state.run))
    if events:
        return events
    assert known is not None
    by, since = (state.by, state.since) if state.by and state.since else (known.by, known.happened)
    raise Already(f"Already acknowledged by {by} at {since:%H:%M} UTC.")


def mark(case: Case, milestone: str, at: datetime | None = None, approximate: bool = False) -> list[Event]:
    """Record or correct a milestone, as `clock.mark`; an acknowledgment that becomes known stops the ladder."""
    events = clock.mark(case, milestone, at, approximate)
    first = case.incident.clock.get("acknowledgment") is None
    reached = any(isinstance(each, MilestoneSet) and each.milestone == "acknowledgment" for each in events)
    climbing = case.incident.escalation.going in ("climbing", "ended") and not case.incident.escalation.walk
    return [*events, Acknowledged(case.incident.escalation.run)] if first and reached and climbing else events


def reopen(case: Case, because: str) -> list[Event]:
    """Back to active, as `clock.reopen`; the ladder begins a new run, and a test of one goes on where it stood."""
    if case.incident.drill.ended:
        raise Refused("A drill that is over stays so.", hint="Begin another one, or take it over from its replay.")
    events = clock.reopen(case, because)
    return events if case.incident.escalation.walk else [*events, *start(case, "reopened")]


def change(case: Case, level: str, because: str) -> list[Event]:
    """Set the severity, as `severity.change`; another ladder takes over where one fits."""
    events = severity.change(case, level, because)
    return [*events, *replan(case, severity.find(case.incident.severity.table, level).level)]


def replan(case: Case, level: int) -> list[Event]:
    """The ladder of another level, if it is another one. Whoever was paged as urgently for it is not paged again.

    An acknowledged incident that gets no worse stays acknowledged.
    """
    incident, state = case.incident, case.incident.escalation
    if incident.clock.status in _OVER or state.walk:
        return []
    ladder = state.policy.ladder(level, incident.services.hurt)
    if ladder is None or ladder == state.ladder or (state.going == "acknowledged" and level > incident.severity.level):
        return []
    loud = (page for page in state.pages if page.order.urgency == "high" or ladder.urgency == "low")
    paged = tuple(dict.fromkeys(page.order.person for page in loud if page.order.person and not page.lost))
    name = severity.row(incident.severity.table, level).name
    return start(case, name, (*paged, *((state.by,) if state.by and state.by not in paged else ())), level)


def restore(case: Case, level: int) -> list[Event]:
    """The ladder of a level that an undo puts back, and the acknowledgment that the change had replaced."""
    state = case.incident.escalation
    events = replan(case, level)
    if state.stood is None or state.going != "climbing":
        return events
    by, since = state.stood
    return [replace(each, by=by, since=since) for each in events if isinstance(each, LadderStarted)]


def judge(case: Case, service: str, health: str, because: str = "", at: datetime | None = None) -> list[Event]:
    """Set the health of a service, as `services.judge`; where nobody was paged, its ladder begins."""
    events = services.judge(case, service, health, because, at)
    board, state = case.incident.services, case.incident.escalation
    ill = {each.service for each in events if isinstance(each, services.HealthSet) and each.health in services.ILL}
    if not ill - set(board.hurt) or state.going not in ("none", "ended") or case.incident.clock.status in _OVER:
        return events
    after = replace(board, affected=(*board.affected, *ill))
    worse = replace(case, incident=replace(case.incident, services=after))
    return [*events, *start(worse, f"{', '.join(sorted(ill))} is hurt, too")]


def page(case: Case, to: str, because: str = "") -> list[Event]:
    """Page somebody now: a person, a schedule, a role, a service's on-call, a channel, or `rung 2`."""
    if case.incident.clock.status in _OVER:
        raise Refused("The incident is over.", hint="Reopen it first.")
    rung = _meant(case, to)
    world = _world(case, "high")
    people, channels, nobody = gather(rung, world)
    if not people and not channels:
        raise Refused(f"{to.strip()} reaches nobody: {nobody}.", hint="warroom doctor lists who cannot be reached.")
    what = f"{case.incident.id}/{case.incident.seq}/by-hand"
    orders = (
        *(_order(case, what, person, "high", True) for person in people),
        *(_post(case, what, channel, True) for channel in channels),
    )
    escalated = [] if case.incident.clock.get("escalation") else [MilestoneSet("escalation", case.now)]
    return [Paged(to.strip(), orders, because.strip()), *escalated]


def _meant(case: Case, to: str) -> Rung:
    """The targets that a person named, as a rung."""
    text = to.strip()
    org, ladder = case.org, case.incident.escalation.ladder
    kind, _, rest = text.partition(" ")
    if kind.lower() == "rung" and rest.strip().isdecimal():
        number = int(rest) if len(rest) < 4 else 0
        if ladder is None or not 0 < number <= len(ladder.rungs):
            raise Refused(f"There is no rung {rest.strip()} on this incident's ladder.")
        return ladder.rungs[number - 1]
    roles = {name: role.id for role in ROLES for name in (role.id, role.title, role.short.lower())}
    schedules = {each.name for each in org.playbook.schedules}
    owners = {each.name: each.schedules for each in org.playbook.services}
    if text.lower() in roles:
        return _rung(Target("role", roles[text.lower()]))
    if text in schedules:
        return _rung(Target("schedule", text))
    if owners.get(text):
        return _rung(Target("schedule", owners[text][0]))
    if modules.channel_key(org, case.incident.escalation.policy.module, text) in modules.channels(org):
        return _rung(Target("channel", text))
    known = {login.lower(): each.name for each in org.playbook.people for login in (each.name, *each.logins)}
    if text.lower() in known:
        return _rung(Target("person", known[text.lower()]))
    raise unknown("person, schedule, role or channel", text, [*known, *schedules, *owners, *modules.channels(org)])


def _rung(target: Target) -> Rung:
    return Rung((target,), timedelta(0))
