"""What to change after a drill: action items, each drawn from one finding by one rule.

A rule names what was seen and what to look at; whether the runbook, the severity or the ladder is wrong, or the people
were, is for them to say.
"""

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

from warroom.domain.comparison import RungSeen, StepFault, Time, Updates
from warroom.domain.expectations import Judged
from warroom.domain.moments import longer, span
from warroom.domain.roles import seat_of

Kind = Literal["runbook", "severity", "ladder", "roles"]


class Lesson(msgspec.Struct, frozen=True):
    """An action item: what it is about, and what to do, as a sentence."""

    kind: Kind
    text: str


def lessons(
    judged: Iterable[Judged],
    times: Iterable[Time],
    faults: Iterable[StepFault],
    rungs: Iterable[RungSeen],
    updates: Updates | None,
) -> tuple[Lesson, ...]:
    """The action items of a drill, each once."""
    found = [
        *(lesson for each in faults for lesson in _of_step(each)),
        *(lesson for each in judged for lesson in _of_expected(each)),
        *(lesson for each in times for lesson in _of_time(each)),
        *(lesson for each in rungs for lesson in _of_rung(each)),
        *_of_updates(updates),
    ]
    return tuple(dict.fromkeys(found))


def _of_step(each: StepFault) -> Iterator[Lesson]:
    """A step that people did not follow is unclear, in the wrong place, or not needed."""
    where = f"{each.runbook} {each.step} “{each.title}”"
    match each.fault:
        case "passed over":
            yield Lesson("runbook", f"{where} was passed over: say when it may be skipped, or take it out.")
        case "twice":
            yield Lesson("runbook", f"{where} was done more than once: say how one sees that it has worked.")
        case "out of order":
            yield Lesson("runbook", f"{where} was done before {each.before}: move it up, or say why it has to wait.")


def _of_expected(each: Judged) -> Iterator[Lesson]:
    """What was expected of a step or a role, and came late or not at all, was not to be found where people looked."""
    if each.verdict not in ("late", "missed"):
        return
    how = "came late" if each.verdict == "late" else "was missed"
    match = dict(each.expected.match)
    if each.expected.command == "step.done" and "step" in match:
        yield Lesson("runbook", f"“{each.expected.title}” ({match['step']}) {how}: make the step easier to find.")
    elif each.expected.command == "runbook.attach" and "runbook" in match:
        yield Lesson("runbook", f"{match['runbook']} {how}: let its symptom say what people saw.")
    elif each.expected.command == "role.take" and "role" in match:
        yield Lesson("roles", f"Nobody was {seat_of(match['role']).title} in time: say who takes it first.")
    elif each.expected.who and each.verdict == "missed":
        seat = seat_of(each.expected.who).title
        yield Lesson("roles", f"“{each.expected.title}” {how}: rehearse it with whoever is {seat}.")


def _of_time(each: Time) -> Iterator[Lesson]:
    """A target that was not met is too tight, or the way to it is too long; to the first answer that is the ladder."""
    if each.wanted is None or each.taken is None or not longer(each.taken, each.wanted):
        return
    took = f"The {each.milestone} took {span(each.taken)}; the severity wants it within {span(each.wanted)}"
    if each.milestone in ("acknowledgment", "escalation"):
        yield Lesson("ladder", f"{took}: shorten the delays of the ladder, or page by a faster way.")
    else:
        yield Lesson("severity", f"{took}: check whether that can be reached.")


def _of_rung(each: RungSeen) -> Iterator[Lesson]:
    """Whoever is paged and does not answer cannot be reached, or did not think that it was meant.

    Once somebody else has acknowledged, nobody need answer any more.
    """
    if each.paged and not each.answered and not each.stopped and each.rung:
        who = ", ".join(each.paged)
        yield Lesson("ladder", f"Nobody on rung {each.rung} answered ({who}): verify their contacts.")


def _of_updates(updates: Updates | None) -> Iterator[Lesson]:
    """A cadence that is not kept needs somebody whose work it is, or is too fast."""
    if updates and updates.late:
        yield Lesson(
            "severity",
            f"The longest silence was {span(updates.longest)}, and an update is due every {span(updates.every)}: "
            "name a communications lead sooner, or change the cadence.",
        )
