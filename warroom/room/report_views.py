"""Reports as JSON carries them: times in seconds from the beginning, null where they are unknown."""

from collections.abc import Iterable
from datetime import datetime

from warroom.domain.aar import Report
from warroom.domain.comparison import Decision
from warroom.domain.expectations import Judged
from warroom.domain.trends import Covered, Played
from warroom.room.plain import View, maybe, seconds, stamp
from warroom.room.views import VERSION


def report(found: Report) -> View:
    """An after-action report."""
    on_time, judged = found.share
    return {
        "version": VERSION,
        "incident": found.name,
        "title": found.title,
        "exercise": found.exercise or None,
        "scenario": found.scenario or None,
        "team": found.team or None,
        "against": found.against or None,
        "zero": stamp(found.zero),
        "begin": stamp(found.begin),
        "end": stamp(found.end),
        "held": stamp(found.held),
        "running": found.running,
        "ending": found.ending or None,
        "aborted": found.aborted,
        "on_time": on_time,
        "judged": judged,
        "expected": [_judged(found, each) for each in found.judged],
        "times": [
            {
                "milestone": each.milestone,
                "seconds": seconds(each.taken),
                "approximate": each.approximate,
                "other_seconds": seconds(each.other),
                "other_approximate": each.other_approximate,
                "target_seconds": seconds(each.wanted),
            }
            for each in found.times
        ],
        "steps": [
            {
                "runbook": each.runbook,
                "step": each.step,
                "title": each.title,
                "fault": each.fault,
                "before": each.before or None,
            }
            for each in found.faults
        ],
        "rungs": [
            {
                "round": each.round,
                "rung": each.rung,
                "after": seconds(each.after),
                "paged": list(each.paged),
                "answered": list(each.answered),
                "stopped_by": each.stopped or None,
            }
            for each in found.rungs
        ],
        "updates": _updates(found),
        "decisions": [_decision(each) for each in found.decisions],
        "other_decisions": [_decision(each) for each in found.other_decisions],
        "injects": [
            {
                "inject": each.id,
                "kind": each.kind,
                "text": each.text,
                "came": each.came,
                "planned": seconds(each.planned),
                "after": seconds(each.after),
                "by": each.by or None,
                "because": each.because or None,
            }
            for each in found.injects
        ],
        "remarks": [{"by": each.by, "at": stamp(each.at), "text": each.text} for each in found.remarks],
        "lessons": [{"about": each.kind, "text": each.text} for each in found.lessons],
    }


def _judged(found: Report, each: Judged) -> View:
    return {
        "title": each.expected.title,
        "command": each.expected.command,
        "who": each.expected.who or None,
        "due": _after(found, each.due),
        "done": _after(found, each.done),
        "by": each.by or None,
        "verdict": each.verdict,
        "remark": each.remark or None,
    }


def _after(found: Report, at: datetime | None) -> int | None:
    return seconds(at - found.zero) if at else None


def _updates(found: Report) -> View | None:
    told = found.updates
    if told is None:
        return None
    return {
        "every": seconds(told.every),
        "told": told.told,
        "late": told.late,
        "longest": seconds(told.longest),
    }


def _decision(each: Decision) -> View:
    return {
        "after": seconds(each.after),
        "by": each.by,
        "text": each.text,
        "because": each.because or None,
        "both": each.both,
    }


def trend(played: Iterable[Played]) -> View:
    """Drills, oldest first."""
    return {
        "version": VERSION,
        "drills": [
            {
                "incident": each.name,
                "title": each.title,
                "team": each.team or None,
                "day": stamp(each.day),
                "on_time": each.on_time,
                "judged": each.judged,
                "acknowledged_seconds": seconds(each.acknowledged),
                "contained_seconds": seconds(each.contained),
                "aborted": each.aborted,
            }
            for each in played
        ],
    }


def coverage(covered: Iterable[Covered]) -> View:
    """What was exercised: how often in the last quarter, and when last."""
    return {
        "version": VERSION,
        "covered": [
            {"subject": each.subject, "name": each.name, "times": each.times, "last": maybe(each.last)}
            for each in covered
        ],
    }
