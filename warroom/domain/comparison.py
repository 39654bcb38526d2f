"""Two courses of events side by side: times to the milestones, steps, updates, rungs and decisions.

Each side is an incident with its facts: a drill, the incident that it began as, or any two. Times count from the
detection, else the declaration; of a drill that plays a scenario from its start. What nobody recorded is None.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Literal

import msgspec

from warroom.domain import severity
from warroom.domain.checklist import Run, StepDone, StepInformed, StepState
from warroom.domain.clock import MilestoneSet, Name
from warroom.domain.escalation import Acknowledged, AcknowledgmentWithdrawn, Page, RungFired
from warroom.domain.event import Fact
from warroom.domain.incident import Incident
from warroom.domain.record import DecisionMade

MEASURED: tuple[Name, ...] = ("acknowledgment", "escalation", "containment", "resolution")
Fault = Literal["passed over", "twice", "out of order"]
Firing = tuple[str, int, int, datetime]
"""A run of a ladder, round, rung, and when it fired."""


class Story(msgspec.Struct, frozen=True):
    """An incident and the facts of its stream. `now`: its time now, which matters while it runs; None = unknown."""

    incident: Incident
    facts: tuple[Fact, ...]
    now: datetime | None = None

    @property
    def zero(self) -> datetime:
        """What its times count from."""
        clock, drill = self.incident.clock, self.incident.drill
        if drill.started:
            return drill.started
        detection = clock.get("detection")
        known = detection.happened if detection else clock.declared
        assert known is not None  # every incident begins with its declaration
        return known

    @property
    def begin(self) -> datetime:
        """From when on its own people acted: a takeover's after what it tells again."""
        if self.incident.exercise != "drill":
            return min((fact.happened for fact in self.facts), default=self.zero)
        if self.incident.drill.started:
            return self.incident.drill.started
        return next((fact.recorded for fact in self.facts if fact.via != "import"), self.zero)

    @property
    def held(self) -> datetime:
        """When it was really played: a takeover runs on the clock of the incident that it began as."""
        return held(self.incident) or self.begin

    @property
    def running(self) -> bool:
        """Whether it is a drill that is not over yet."""
        return self.incident.exercise == "drill" and not (self.incident.drill.ended or self.incident.clock.closed)

    @property
    def end(self) -> datetime:
        """How far it is known: the end of the drill, the resolution, the last fact, or now."""
        drill, resolution = self.incident.drill, self.incident.clock.get("resolution")
        if drill.ended:
            return drill.ended
        if resolution and not drill.started and resolution.happened >= self.begin:
            return resolution.happened
        last = max((fact.recorded for fact in self.facts), default=self.zero)
        return max(last, self.now) if self.now and self.running else last

    @property
    def own(self) -> tuple[Fact, ...]:
        """The facts that were not told again from another incident."""
        drill = self.incident.exercise == "drill"
        return tuple(fact for fact in self.facts if not drill or fact.via != "import")


def held(incident: Incident) -> datetime | None:
    """When a drill really began, by the database's time; None where its incident is none, or tells no more of it.

    A takeover has no start of its own in the incident's time, which goes on where the original stood: its clock does.
    """
    if incident.exercise != "drill":
        return None
    mapped = incident.clock.map
    return incident.drill.started or (mapped.since if mapped else incident.clock.declared)


class Time(msgspec.Struct, frozen=True):
    """How long a milestone took on each side, and what the severity wants; None = unknown, or no target.

    `approximate`, `other_approximate`: the time is roughly known.
    """

    milestone: Name
    taken: timedelta | None
    other: timedelta | None = None
    wanted: timedelta | None = None
    approximate: bool = False
    other_approximate: bool = False


def times(story: Story, other: Story | None = None) -> tuple[Time, ...]:
    """The measured milestones of one story, beside those of another."""
    level, _, _ = story.incident.severity.history[0]
    target = severity.row(story.incident.severity.table, level)
    wanted: dict[Name, timedelta | None] = {
        "acknowledgment": target.acknowledge_within,
        "escalation": target.escalate_within,
        "containment": target.contain_within,
        "resolution": target.resolve_within,
    }
    found = []
    for name in MEASURED:
        taken, vague = taken_for(story, name)
        theirs, other_vague = taken_for(other, name) if other else (None, False)
        found.append(Time(name, taken, theirs, wanted[name], vague, other_vague))
    return tuple(found)


def taken_for(story: Story, name: Name) -> tuple[timedelta | None, bool]:
    """How long a milestone took, and whether that is roughly known. A time before the beginning says nothing.

    What the engine did counts for nobody, nor does what a takeover tells again, for nobody in the drill did it.
    """
    known = story.incident.clock.get(name)
    if known is None or known.happened < story.zero or not _own(story, name, known.happened):
        return None, False
    return known.happened - story.zero, known.approximate


def _own(story: Story, name: Name, at: datetime) -> bool:
    """Whether a milestone that lies at a time was set there by the story's own people, not by the engine or told again.

    What lies before the beginning of a drill, its trainees cannot have done.
    """
    if story.incident.exercise == "drill" and at < story.begin:
        return False
    return any(
        isinstance(fact.event, MilestoneSet) and (fact.event.milestone, fact.event.at) == (name, at)
        for fact in story.own
        if fact.via != "engine"
    )


class StepFault(msgspec.Struct, frozen=True):
    """A step that was not done as its runbook has it. `before`: the step that it should have followed, "" = none."""

    runbook: str
    step: str
    title: str
    fault: Fault
    before: str = ""


def step_faults(story: Story) -> tuple[StepFault, ...]:
    """Steps that were left behind without a word, done more than once, or done before one that stands above them."""
    return tuple(fault for run in story.incident.checklist.runs for fault in _faults(story, run))


def _faults(story: Story, run: Run) -> Iterator[StepFault]:
    ticked, own = _ticked(story.facts), set(_ticked(story.own))
    first = {step: place for place, step in reversed(list(enumerate(ticked)))}
    last = max((place for place, state in enumerate(run.steps) if state.id in own), default=-1)
    for place, state in enumerate(run.steps):
        name = state.id.removeprefix(run.prefix)
        if state.outcome == "todo" and place < last and not _awaited(run, state):
            yield StepFault(run.runbook.name, name, state.step.title, "passed over")
        if state.id in own and ticked.count(state.id) > 1:
            yield StepFault(run.runbook.name, name, state.step.title, "twice")
        if state.id in own and (before := _overtaken(run.steps[:place], state, first)):
            passed = before.id.removeprefix(run.prefix)
            yield StepFault(run.runbook.name, name, state.step.title, "out of order", passed)


def _ticked(facts: Iterable[Fact]) -> list[str]:
    """The steps that were done, as often and in the order as they were."""
    return [fact.event.step for fact in facts if isinstance(fact.event, StepDone)]


def _awaited(run: Run, state: StepState) -> bool:
    """Whether a step is open only because one of its own checklist is, which is told of anyway."""
    return any(each.outcome == "todo" for each in run.children(state.id))


def _overtaken(earlier: Iterable[StepState], state: StepState, first: Mapping[str, int]) -> StepState | None:
    """The first step above that was done later; a step follows those of its own checklist. `first`: when each was."""
    mine = first[state.id]
    return next((each for each in earlier if each.id != state.parent and first.get(each.id, mine) > mine), None)


class Updates(msgspec.Struct, frozen=True):
    """How often people were told. `every`: the cadence; `told`: how many updates; `late`: how many silences exceed it.

    `longest`: the longest silence.
    """

    every: timedelta
    told: int
    late: int
    longest: timedelta


def updates(story: Story) -> Updates | None:
    """The updates against the cadence of the severity in force; None = not measured.

    Only inform steps say that somebody was told. Without one, or without a cadence, the log cannot tell.
    """
    runs = story.incident.checklist.runs
    informing = {state.id for run in runs for state in run.steps if state.step.kind == "inform"}
    cadence = _cadence(story, story.begin)
    if not informing or cadence is None:
        return None
    told = {
        fact.happened
        for fact in story.own
        if isinstance(fact.event, StepInformed | StepDone) and fact.event.step in informing
    }
    moments = [story.begin, *sorted(each for each in told if story.begin <= each <= story.end), story.end]
    gaps = [(later - earlier, _cadence(story, earlier)) for earlier, later in pairwise(moments)]
    late = sum(every is not None and gap > every for gap, every in gaps)
    return Updates(cadence, len(moments) - 2, late, max(gap for gap, _ in gaps))


def _cadence(story: Story, at: datetime) -> timedelta | None:
    """How often the severity that was in force at a moment wants updates."""
    history = story.incident.severity.history
    level = next((level for level, since, _ in reversed(history) if since <= at), history[0][0])
    return severity.row(story.incident.severity.table, level).update_every


class RungSeen(msgspec.Struct, frozen=True):
    """A rung that fired (round and rung 0 = paged by hand): after how long, which people it paged, who answered.

    `stopped`: who acknowledged before its time was up, paged by it or not; "" = nobody, or no rung.
    """

    round: int
    rung: int
    after: timedelta
    paged: tuple[str, ...]
    answered: tuple[str, ...]
    stopped: str = ""


def rungs(story: Story) -> tuple[RungSeen, ...]:
    """The rungs that fired in the story itself, in order. Channels are posted to and answer nothing."""
    firings: dict[Firing, list[Page]] = {}
    for page in story.incident.escalation.pages:
        if page.at >= story.begin:
            firings.setdefault((page.run, page.round, page.rung, page.at), []).append(page)
    stopped = _stopped(story)
    return tuple(
        RungSeen(
            round,
            rung,
            at - story.zero,
            tuple(page.order.person for page in pages if page.order.person),
            tuple(page.order.person for page in pages if page.order.person and page.answered),
            stopped.get((run, round, rung, at), ""),
        )
        for (run, round, rung, at), pages in firings.items()
    )


def _stopped(story: Story) -> dict[Firing, str]:
    """Whose acknowledgment stopped which firing, before the next rung was due. In a walk none does."""
    found: dict[Firing, str] = {}
    here: Firing | None = None
    until = story.begin
    for fact in story.facts if not story.incident.escalation.walk else ():
        match fact.event:
            case RungFired(run=run, round=round, rung=rung, next=until):
                here = (run, round, rung, fact.happened)
            case Acknowledged(run=run) if here and run == here[0] and fact.happened <= until:
                found.setdefault(here, fact.actor)
            case AcknowledgmentWithdrawn() if here:
                found.pop(here, None)
    return found


class Decision(msgspec.Struct, frozen=True):
    """What was decided on one side, after how long, by whom. `both`: the other side decided the same in these words."""

    after: timedelta
    by: str
    text: str
    because: str
    both: bool = False


def decisions(story: Story, other: Story | None = None) -> tuple[Decision, ...]:
    """What was decided in a story. Those that were struck out are none; a takeover shares those that it tells again."""
    same = {_key(text) for _, text in _decided(other, other.facts)} if other else set()
    return tuple(
        Decision(fact.happened - story.zero, fact.actor, text, _because(fact), _key(text) in same)
        for fact, text in _decided(story, story.own)
    )


def _decided(story: Story, facts: Iterable[Fact]) -> Iterator[tuple[Fact, str]]:
    """The decisions among facts of a story, with the text that stands in the end."""
    entries = {entry.seq: entry for entry in story.incident.timeline}
    for fact in facts:
        entry = entries.get(fact.seq)
        if isinstance(fact.event, DecisionMade) and entry and not entry.retracted:
            yield fact, entry.corrected or fact.event.text


def _because(fact: Fact) -> str:
    return fact.event.because if isinstance(fact.event, DecisionMade) else ""


def _key(text: str) -> str:
    return " ".join(text.casefold().split())
