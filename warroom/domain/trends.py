"""What drills say together: how a team does from one to the next, and what has been exercised and what never was.

Days are those of the database, not of incidents, as a drill may be played on the clock of another year.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from warroom.domain import comparison, expectations
from warroom.domain.checklist import Checklist, ChecklistEvent, StepDone
from warroom.domain.checklist import evolve as checked
from warroom.domain.comparison import Story
from warroom.domain.deeds import deeds
from warroom.domain.escalation import LadderStarted, RungFired
from warroom.domain.ladder import Ladder
from warroom.domain.org import Org
from warroom.domain.roles import ROLES, RoleAccepted, RoleTaken

QUARTER = timedelta(days=90)


class Played(msgspec.Struct, frozen=True):
    """One drill of a trend. `on_time` of `judged` expected actions; times are None where they are unknown."""

    name: str
    title: str
    team: str
    day: datetime
    on_time: int
    judged: int
    acknowledged: timedelta | None
    contained: timedelta | None
    aborted: bool = False


def trend(stories: Iterable[Story], team: str = "") -> tuple[Played, ...]:
    """The drills that are over, of a team or of all, oldest first. Without a scenario nothing was expected."""
    found = [_played(story) for story in stories if _over(story) and team in ("", story.incident.drill.team)]
    return tuple(sorted(found, key=lambda each: each.day))


def _over(story: Story) -> bool:
    """Whether a drill has been played to an end."""
    return story.incident.exercise == "drill" and not story.incident.drill.going and not story.incident.clock.running


def _played(story: Story) -> Played:
    incident = story.incident
    on_time, judged = expectations.share(expectations.judge(incident.drill, deeds(story.facts), story.end))
    acknowledged, _ = comparison.taken_for(story, "acknowledgment")
    contained, _ = comparison.taken_for(story, "containment")
    return Played(
        incident.name,
        incident.title,
        incident.drill.team,
        story.facts[0].appended,
        on_time,
        judged,
        acknowledged,
        contained,
        incident.drill.aborted,
    )


Subject = Literal["rung", "runbook", "role"]


class Covered(msgspec.Struct, frozen=True):
    """Something that drills can exercise: how often they did within the span, and when last, None = never."""

    subject: Subject
    name: str
    times: int
    last: datetime | None


def coverage(org: Org, stories: Iterable[Story], now: datetime, within: timedelta = QUARTER) -> tuple[Covered, ...]:
    """What the playbook in force has, and whether drills and tests of ladders exercised it. `now`: the database's time.

    A rung is exercised when it fires, a runbook when a step of it is done, a role when somebody takes it.
    """
    seen: dict[tuple[Subject, str], list[datetime]] = {}
    for story in stories:
        if story.incident.exercise:
            days: dict[tuple[Subject, str], datetime] = {}
            for subject, name, day in _exercised(story):
                days[subject, name] = day
            for key, day in days.items():
                seen.setdefault(key, []).append(day)
    return tuple(
        Covered(
            subject,
            name,
            sum(now - day <= within for day in seen.get((subject, name), ())),
            max(seen.get((subject, name), ()), default=None),
        )
        for subject, name in _subjects(org, seen)
    )


def _subjects(org: Org, seen: Iterable[tuple[Subject, str]]) -> Iterator[tuple[Subject, str]]:
    """All that the playbook has, and of the library, which may hold hundreds, what was exercised."""
    book = org.playbook
    ladders: tuple[Ladder, ...] = (*book.ladders, *(ladder for module in book.modules for ladder in module.ladders))
    yield from dict.fromkeys(
        ("rung", _rung(ladder.name, number)) for ladder in ladders for number in range(1, len(ladder.rungs) + 1)
    )
    own = [each.name for each in book.runbooks]
    yield from (("runbook", name) for name in own)
    exercised = {name for subject, name in seen if subject == "runbook"}
    yield from (("runbook", each.name) for each in org.library if each.name in exercised and each.name not in own)
    yield from (("role", each.title) for each in ROLES)


def _rung(ladder: str, number: int) -> str:
    return f"{ladder}, rung {number}"


def _exercised(story: Story) -> Iterator[tuple[Subject, str, datetime]]:
    ladders: dict[str, str] = {}
    runs = Checklist()
    titles = {each.id: each.title for each in ROLES}
    for fact in story.facts:
        event, day = fact.event, fact.appended
        if isinstance(event, LadderStarted):
            ladders[event.run] = event.ladder.name
        if isinstance(event, ChecklistEvent):
            runs = checked(runs, fact, event)
        if fact.via == "import":
            continue
        if isinstance(event, RungFired) and event.run in ladders:
            yield "rung", _rung(ladders[event.run], event.rung), day
        elif isinstance(event, StepDone) and (run := runs.run_of(event.step)):
            yield "runbook", run.runbook.name, day
        elif isinstance(event, RoleTaken | RoleAccepted):
            yield "role", titles.get(event.role, event.role), day
