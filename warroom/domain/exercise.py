"""A drill as it is played: its scenario, what has come and what is still to come, who leads it, how it ended.

The conditions of injects are looked at after every fact, and what was met once stays met: a step that is reopened does
not call back what it has set off. Only “nobody has acknowledged” waits for its whole span.
"""

from collections.abc import Callable
from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from warroom.domain.event import Event, Fact
from warroom.domain.scenario import Begun, Condition, Inject, Scenario, Unacknowledged

MARK = "DRILL: "
"What the title of a drill begins with, so that no list, header or export can show one without saying so."

ABORTED = "real incident: stop the drill"


class DrillStarted(Event, frozen=True, tag="drill-started.v1"):
    """A scenario begins to be played; it is pinned whole, as files change.

    `controllers` may bring in, put off and leave out injects; they and the `evaluators` take private notes. Where
    nobody is named, everybody may. `live`: the channels on which this drill pages for real; all others are played.
    """

    scenario: Scenario
    controllers: tuple[str, ...] = ()
    evaluators: tuple[str, ...] = ()
    team: str = ""
    announced: bool = True
    live: tuple[str, ...] = ()


class Injected(Event, frozen=True, tag="inject-made.v1"):
    """An inject came, by itself or by a controller's hand."""

    inject: str


class InjectDelayed(Event, frozen=True, tag="inject-delayed.v1"):
    """An inject comes at `until` at the earliest."""

    inject: str
    until: datetime


class InjectSkipped(Event, frozen=True, tag="inject-skipped.v1"):
    """An inject does not come, and neither does what waits for it."""

    inject: str
    because: str = ""


class EvaluatorNoted(Event, frozen=True, tag="evaluator-noted.v1"):
    """What an evaluator has seen. Shown to those who lead the drill only; the log itself is no secret."""

    text: str


class DrillEnded(Event, frozen=True, tag="drill-ended.v1"):
    """The drill is over as it was meant to be: its end is reached, its time is up, or a controller ends it."""

    because: str = ""


class DrillAborted(Event, frozen=True, tag="drill-aborted.v1"):
    """The drill is over at once, because something real needs the people."""

    because: str = ""


DrillEvent = DrillStarted | Injected | InjectDelayed | InjectSkipped | EvaluatorNoted | DrillEnded | DrillAborted


class Progress(msgspec.Struct, frozen=True):
    """An inject, and how far it is.

    `met`: since when its condition is met; `until`: to when it was put off; `made`, `by`: when it came, and by whose
    hand (the engine's where it came by itself); `skipped`: why it does not come, None = it may.
    """

    inject: Inject
    met: datetime | None = None
    until: datetime | None = None
    made: datetime | None = None
    by: str = ""
    skipped: str | None = None

    @property
    def open(self) -> bool:
        """Whether it may still come."""
        return self.made is None and self.skipped is None

    @property
    def due(self) -> datetime | None:
        """When it comes; None where it has come, never comes, or waits for its condition."""
        if self.met is None or not self.open:
            return None
        due = self.met + self.inject.delay
        return max(due, self.until) if self.until else due


class Remark(msgspec.Struct, frozen=True):
    """What an evaluator wrote down. `seq`: the number of its event."""

    seq: int
    by: str
    at: datetime
    text: str


class Drill(msgspec.Struct, frozen=True):
    """The drill that an incident is; all empty where it is none, or has no scenario.

    `met`: since when the scenario's end is reached; `ended`, `ending`: when and why the drill was over.
    """

    scenario: Scenario | None = None
    started: datetime | None = None
    controllers: tuple[str, ...] = ()
    evaluators: tuple[str, ...] = ()
    team: str = ""
    announced: bool = True
    live: tuple[str, ...] = ()
    injects: tuple[Progress, ...] = ()
    met: datetime | None = None
    ended: datetime | None = None
    ending: str = ""
    aborted: bool = False
    remarks: tuple[Remark, ...] = ()

    @property
    def going(self) -> bool:
        """Whether a scenario is being played."""
        return self.started is not None and self.ended is None

    @property
    def over(self) -> datetime | None:
        """When the drill ends by itself; None where none is played."""
        if self.scenario is None or self.started is None or self.ended is not None:
            return None
        limit = self.started + self.scenario.end.limit
        return min(limit, self.met) if self.met else limit

    @property
    def unreachable(self) -> tuple[str, ...]:
        """The people who cannot be reached in this drill by now."""
        return tuple(each.inject.person for each in self.injects if each.inject.person and each.made)

    def progress(self, inject: str) -> Progress | None:
        """How far an inject is, or None where the scenario has none of that id."""
        return next((each for each in self.injects if each.inject.id == inject), None)

    def leads(self, person: str) -> bool:
        """Whether somebody may see and change what is to come."""
        return not self.controllers or person in self.controllers

    def reveals(self, person: str) -> bool:
        """Whether somebody may read the scenario's name, which may give the cause away: all may once it is over."""
        return self.ended is not None or self.watches(person)

    def watches(self, person: str) -> bool:
        """Whether somebody may take and read private notes."""
        return self.leads(person) or person in self.evaluators


def progress(scenario: Scenario) -> tuple[Progress, ...]:
    """The injects of a scenario before anything has come, in the order of its file; of two with one id the first."""
    known = scenario.by_id
    return tuple(Progress(each) for each in scenario.injects if known[each.id] is each)


def due(drill: Drill) -> list[tuple[str, datetime]]:
    """What falls due in a drill, in incident time: injects as `inject:ID`, its end as `drill:end`."""
    found = [(f"inject:{each.inject.id}", each.due) for each in drill.injects]
    return [(key, at) for key, at in (*found, ("drill:end", drill.over)) if at] if drill.going else []


def evolve(state: Drill, fact: Fact, event: DrillEvent) -> Drill:
    """The drill after one event of its own; conditions are looked at afterwards, by `latch`."""
    match event:
        case DrillStarted(scenario, controllers, evaluators, team, announced, live):
            injects = progress(scenario)
            return Drill(scenario, fact.recorded, controllers, evaluators, team, announced, live, injects)
        case Injected(inject):
            return _put(state, inject, lambda each: replace(each, made=fact.recorded, by=fact.actor))
        case InjectDelayed(inject, until):
            return _put(state, inject, lambda each: replace(each, until=until))
        case InjectSkipped(inject, because):
            return _put(state, inject, lambda each: replace(each, skipped=because))
        case EvaluatorNoted(text):
            return replace(state, remarks=(*state.remarks, Remark(fact.seq, fact.actor, fact.happened, text)))
        case DrillEnded(because):
            return replace(state, ended=fact.recorded, ending=because)
        case DrillAborted(because):
            return replace(state, ended=fact.recorded, ending=because, aborted=True)
        case _:
            assert_never(event)


def closed(state: Drill, fact: Fact) -> Drill:
    """The drill once its incident was closed, which ends it."""
    return replace(state, ended=fact.recorded, ending=f"closed by {fact.actor}")


def _put(state: Drill, inject: str, change: Callable[[Progress], Progress]) -> Drill:
    injects = tuple(change(each) if each.inject.id == inject else each for each in state.injects)
    return replace(state, injects=injects)


def latch(state: Drill, at: datetime, acknowledged: datetime | None, holds: Callable[[Condition], bool]) -> Drill:
    """The drill once conditions were looked at, as of a fact that was recorded `at`.

    `acknowledged`: when somebody acknowledged first; `holds`: whether a condition about the incident holds now.
    """
    if not state.going or state.scenario is None or state.started is None:
        return state

    def since(condition: Condition, before: datetime | None) -> datetime | None:
        if isinstance(condition, Unacknowledged):
            end = (state.started or at) + condition.span
            return end if acknowledged is None or acknowledged > end else None
        if isinstance(condition, Begun):
            return state.started
        return before or (at if holds(condition) else None)

    injects = tuple(
        replace(each, met=since(each.inject.when, each.met)) if each.open else each for each in state.injects
    )
    end = state.scenario.end.when
    return replace(state, injects=injects, met=since(end, state.met) if end else None)


def describe(event: DrillEvent, state: Drill) -> str:
    """The timeline's sentence. It gives nothing away of what is still to come, nor what an evaluator has written."""
    match event:
        case DrillStarted():
            return "the drill begins"
        case Injected(inject):
            return _told(state.progress(inject), inject)
        case InjectDelayed():
            return "a controller put off what was to come"
        case InjectSkipped():
            return "a controller left out what was to come"
        case EvaluatorNoted():
            return "a private note was taken"
        case DrillEnded(because):
            return f"the drill is over: {because}" if because else "the drill is over"
        case DrillAborted(because):
            return f"{ABORTED} ({because})" if because else ABORTED
        case _:
            assert_never(event)


def _told(progress: Progress | None, name: str) -> str:
    if progress is None:
        return f"inject {name}"
    inject = progress.inject
    about = f"{inject.by}: " if inject.by else ""
    return f"{inject.kind.upper() if inject.kind == 'alert' else inject.kind} · {about}{inject.text}"
