"""What a scenario expected of those who took part, against what they did.

An expectation waits for the start or for its inject. Of several deeds that fit, the first one after that counts; a note
answers one expectation only, as nothing tells it from the next.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Literal, get_args

import msgspec

from warroom.domain.deeds import Deed
from warroom.domain.exercise import Drill
from warroom.domain.moments import span
from warroom.domain.scenario import Expected

Verdict = Literal["on time", "late", "missed", "twice", "out of order", "not due", "not due yet"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)
DONE: tuple[Verdict, ...] = ("on time", "twice")
"The verdicts that count as done in time."

_LASTING = ("ack", "role.take", "role.accept", "runbook.attach", "escalate", "page")
_LASTING_MILESTONES = ("acknowledgment", "escalation")
_ALIKE = ("note", "decide", "evidence", "step.note", "correct", "page")
"Commands of which one deed cannot be told from another, unless by what they are matched by."
_ONCE = ("resolve", "close")


class Judged(msgspec.Struct, frozen=True):
    """An expected action and what became of it.

    `begin`, `due`: from when and until when, None = its inject never came. `done`, `by`: the deed that counts, None and
    "" = there is none. `remark`: what else there is to say, "" = nothing.
    """

    expected: Expected
    begin: datetime | None
    due: datetime | None
    done: datetime | None
    by: str
    verdict: Verdict
    remark: str = ""

    @property
    def counts(self) -> bool:
        """Whether its time had come."""
        return self.verdict not in ("not due", "not due yet")


def judge(drill: Drill, deeds: Iterable[Deed], until: datetime) -> tuple[Judged, ...]:
    """Each expected action of a drill's scenario, in the scenario's order. `until`: how far the drill is known.

    What its end was reached without is missed; what a drill that was stopped or cut short had not got to is not due,
    and what is still ahead while it runs is not due yet.
    """
    if drill.scenario is None or drill.started is None:
        return ()
    start = drill.started
    told = tuple(deed for deed in deeds if deed.at >= start or not deed.by)
    slots = [_Slot(each, _begin(drill, each)) for each in drill.scenario.expected]
    answers = _answers(slots, told)
    over = drill.met is not None and drill.ended is not None and not drill.aborted
    return tuple(_judged(drill, slot, answers.get(number), told, until, over) for number, slot in enumerate(slots))


class _Slot(msgspec.Struct, frozen=True):
    expected: Expected
    begin: datetime | None

    @property
    def due(self) -> datetime | None:
        return None if self.begin is None else self.begin + self.expected.within

    @property
    def lasting(self) -> bool:
        """Whether what was done before it was asked for still stands."""
        milestone = dict(self.expected.match).get("milestone")
        return self.expected.command in _LASTING or milestone in _LASTING_MILESTONES

    @property
    def telling(self) -> bool:
        """Whether a deed that fits can only be this one, even where it came before it was called for."""
        return bool(self.expected.match) or self.expected.command in _ONCE

    @property
    def alike(self) -> bool:
        return self.expected.command in _ALIKE and not self.expected.match

    def meets(self, deed: Deed, anybody: bool = False) -> bool:
        """Whether a deed is the expected one, whenever it was done. `anybody`: whoever did it."""
        allowed = anybody or not self.expected.who or not deed.by or self.expected.who in deed.roles
        return allowed and deed.fits(self.expected.command, self.expected.match)

    def takes(self, deed: Deed, anybody: bool = False) -> bool:
        """Whether a deed is the expected one, at its time or after it."""
        if self.begin is None or not self.meets(deed, anybody):
            return False
        return deed.at >= self.begin or self.lasting or not deed.by


def _begin(drill: Drill, expected: Expected) -> datetime | None:
    if not expected.after:
        return drill.started
    progress = drill.progress(expected.after)
    return progress.made if progress else None


def _answers(slots: list[_Slot], deeds: tuple[Deed, ...]) -> dict[int, Deed]:
    """Which deed answers which expectation. What can still be done in time comes before what is late anyway."""
    found: dict[int, Deed] = {}
    used: set[int] = set()
    for late in (False, True):
        for place, deed in enumerate(deeds):
            for number in _waiting(slots, found, deed, late):
                if not slots[number].alike:
                    found[number] = deed
                elif place not in used:
                    found[number] = deed
                    used.add(place)
    return found


def _waiting(slots: list[_Slot], found: dict[int, Deed], deed: Deed, late: bool) -> list[int]:
    """The expectations without an answer that a deed fits, soonest due first."""
    fitting = [
        (slot.due, number)
        for number, slot in enumerate(slots)
        if number not in found and slot.due is not None and slot.takes(deed) and (late or deed.at <= slot.due)
    ]
    return [number for _, number in sorted(fitting)]


def _judged(
    drill: Drill, slot: _Slot, answer: Deed | None, deeds: tuple[Deed, ...], until: datetime, over: bool
) -> Judged:
    begin, due = slot.begin, slot.due
    if begin is None or due is None:
        return _waits(drill, slot.expected)
    if answer:
        done = max(answer.at, drill.started or answer.at)
        twice = slot.expected.command == "step.done" and sum(map(slot.meets, deeds)) > 1
        verdict: Verdict = "late" if answer.at > due else "twice" if twice else "on time"
        return Judged(slot.expected, begin, due, done, answer.by, verdict, "done again later" if twice else "")
    early = next((each for each in deeds if slot.meets(each)), None)
    if early and slot.telling:
        return Judged(slot.expected, begin, due, early.at, early.by, "out of order", "before it was called for")
    others = next((each for each in deeds if slot.takes(each, anybody=True)), None) if not slot.alike else None
    remark = f"{others.by} did it at {span(others.at - begin)}, not as {slot.expected.who}" if others else ""
    if until < due and drill.going:
        return Judged(slot.expected, begin, due, None, "", "not due yet", remark)
    if until < due and not over:
        return Judged(slot.expected, begin, due, None, "", "not due", remark or "the drill was over before")
    return Judged(slot.expected, begin, due, None, "", "missed", remark)


def _waits(drill: Drill, expected: Expected) -> Judged:
    """What waits for an inject that has not come: for good, once the drill is over or the inject was left out."""
    progress = drill.progress(expected.after)
    if drill.going and progress and progress.open:
        return Judged(expected, None, None, None, "", "not due yet", "its inject is still to come")
    return Judged(expected, None, None, None, "", "not due", "its inject never came")


def share(rows: Iterable[Judged]) -> tuple[int, int]:
    """How many expected actions were done in time, and of how many whose time had come."""
    counted = [each for each in rows if each.counts]
    return sum(each.verdict in DONE for each in counted), len(counted)
