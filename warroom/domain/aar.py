"""The after-action report: what a drill was meant to be, what became of it, and what to change.

It is worked out from the facts alone, so it can be made again at any time, and is the same for everybody. Evaluators'
remarks are part of the full report only.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec
from msgspec.structs import replace

from warroom.domain import comparison, expectations
from warroom.domain.comparison import Decision, RungSeen, StepFault, Story, Time, Updates
from warroom.domain.deeds import deeds
from warroom.domain.exercise import Drill, Progress, Remark
from warroom.domain.expectations import Judged
from warroom.domain.lessons import Lesson, lessons
from warroom.domain.moments import longer
from warroom.domain.scenario import earliest

Came = Literal["came by itself", "brought in", "put off", "left out", "did not come", "to come"]


class InjectSeen(msgspec.Struct, frozen=True):
    """An inject and what became of it. `planned`: the earliest that it could come, None = never; `after`: when it came.

    `by`: whose hand brought it in, "" = nobody's; `because`: why it was left out.
    """

    id: str
    kind: str
    text: str
    came: Came
    planned: timedelta | None
    after: timedelta | None
    by: str = ""
    because: str = ""


class Pair(msgspec.Struct, frozen=True):
    """One thing on both timelines of the picture, as times from each one's beginning; None = it is not on that one."""

    title: str
    above: timedelta | None
    below: timedelta | None
    late: bool = False


class Report(msgspec.Struct, frozen=True):
    """A drill, or any incident beside another, after it is over or, while it is `running`, as far as it is known.

    `against`: the name of the other incident, "" = the scenario alone. `zero`: what times count from; `begin`, `end`:
    how long its own people acted; `held`: when that really was, which a takeover's own times do not tell. `decisions`
    and `other_decisions`: of both sides. `stopped`: when the other side and its own were aborted, as times from the
    beginning of each, None = it was not. `remarks`: evaluators' own.
    """

    name: str
    title: str
    exercise: str
    zero: datetime
    begin: datetime
    end: datetime
    held: datetime
    running: bool = False
    scenario: str = ""
    difficulty: int = 0
    team: str = ""
    ending: str = ""
    aborted: bool = False
    against: str = ""
    against_title: str = ""
    judged: tuple[Judged, ...] = ()
    times: tuple[Time, ...] = ()
    faults: tuple[StepFault, ...] = ()
    rungs: tuple[RungSeen, ...] = ()
    updates: Updates | None = None
    decisions: tuple[Decision, ...] = ()
    other_decisions: tuple[Decision, ...] = ()
    injects: tuple[InjectSeen, ...] = ()
    remarks: tuple[Remark, ...] = ()
    lessons: tuple[Lesson, ...] = ()
    pairs: tuple[Pair, ...] = ()
    stopped: tuple[timedelta | None, timedelta | None] = (None, None)

    @property
    def share(self) -> tuple[int, int]:
        """How many expected actions were done in time, and of how many."""
        return expectations.share(self.judged)

    @property
    def public(self) -> "Report":
        """The report without what evaluators wrote."""
        return replace(self, remarks=())


def report(story: Story, other: Story | None = None) -> Report:
    """The report on a drill, or on any incident; `other`: the one that it is compared with."""
    incident, drill = story.incident, story.incident.drill
    judged = expectations.judge(drill, deeds(story.facts), story.end)
    times = comparison.times(story, other)
    faults, fired = comparison.step_faults(story), comparison.rungs(story)
    told = comparison.updates(story)
    return Report(
        name=incident.name,
        title=incident.title,
        exercise=incident.exercise,
        zero=story.zero,
        begin=story.begin,
        end=story.end,
        held=story.held,
        running=story.running,
        scenario=drill.scenario.title if drill.scenario else "",
        difficulty=drill.scenario.difficulty if drill.scenario else 0,
        team=drill.team,
        ending=drill.ending,
        aborted=drill.aborted,
        against=other.incident.name if other else "",
        against_title=other.incident.title if other else "",
        judged=judged,
        times=times,
        faults=faults,
        rungs=fired,
        updates=told,
        decisions=comparison.decisions(story, other),
        other_decisions=comparison.decisions(other, story) if other else (),
        injects=tuple(_seen(drill, each, story.zero) for each in drill.injects),
        remarks=drill.remarks,
        lessons=lessons(judged, times, faults, fired, told) if incident.exercise else (),
        pairs=_pairs(story, times, judged, other is not None),
        stopped=(_stopped(other) if other else None, _stopped(story)),
    )


def _stopped(story: Story) -> timedelta | None:
    return story.end - story.zero if story.incident.drill.aborted else None


def _seen(drill: Drill, each: Progress, zero: datetime) -> InjectSeen:
    inject = each.inject
    planned = earliest(drill.scenario.by_id, inject) if drill.scenario else None
    after = each.made - zero if each.made else None
    by = each.by if each.made and each.by != "engine" else ""
    return InjectSeen(
        inject.id, inject.kind, inject.text, _came(each, drill.going), planned, after, by, each.skipped or ""
    )


def _came(each: Progress, going: bool) -> Came:
    if each.made:
        by_hand: Came = "brought in" if each.by != "engine" else "came by itself"
        return "put off" if each.until and each.made >= each.until else by_hand
    if each.skipped is not None:
        return "left out"
    return "to come" if going else "did not come"


def _pairs(story: Story, times: tuple[Time, ...], judged: tuple[Judged, ...], against: bool) -> tuple[Pair, ...]:
    """What both timelines show: the milestones where two incidents are compared, else what was expected by when."""
    if against or not judged:
        return tuple(
            Pair(each.milestone, each.other if against else each.wanted, each.taken, _late(each)) for each in times
        )
    zero = story.zero
    return tuple(
        Pair(
            each.expected.title,
            each.due - zero if each.due else None,
            each.done - zero if each.done else None,
            each.verdict == "late",
        )
        for each in judged
    )


def _late(each: Time) -> bool:
    """Whether a milestone came after its target; where it has none, after that of the other incident."""
    limit = each.other if each.wanted is None else each.wanted
    return each.taken is not None and limit is not None and longer(each.taken, limit)
