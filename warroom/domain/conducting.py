"""Leading a drill: what comes, by itself or by a controller's hand, what is put off or left out, and how it ends.

An inject changes the incident as somebody's word would: it is told on the timeline, and a service is marked. Nothing
that a scenario brings in reaches anybody outside the drill.
"""

from datetime import timedelta
from uuid import UUID, uuid5

from warroom.domain import paging
from warroom.domain.case import Case
from warroom.domain.clock import Closed
from warroom.domain.errors import Already, Invalid, Refused, unknown
from warroom.domain.event import Event
from warroom.domain.exercise import (
    Drill,
    DrillAborted,
    DrillEnded,
    DrillStarted,
    EvaluatorNoted,
    InjectDelayed,
    Injected,
    InjectSkipped,
    Progress,
)
from warroom.domain.incident import Incident
from warroom.domain.modules import channels
from warroom.domain.moments import span
from warroom.domain.record import check

_SPACE = UUID("0d7a7f7e-54f2-5f5b-9f3c-0a1b7c1d9e55")
_LONGEST = timedelta(days=1)


def firing_id(incident: str, key: str) -> str:
    """The command id for what falls due in a drill (`inject:ID`, `drill:end`): the same for every engine."""
    return str(uuid5(_SPACE, f"{incident}/{key}"))


def check_start(case: Case, started: DrillStarted) -> None:
    """Refuse a drill that pages for real on a channel which the playbook does not leave to drills, or of strangers.

    Whoever starts it may be one: a trainer from outside, whom no playbook names.
    """
    known = channels(case.org)
    for name in started.live:
        if name not in known:
            raise unknown("channel", name, known)
        if not known[name].drill:
            raise Refused(
                f"Drills may not page on {name}.",
                hint="Say “drill: true” at the channel in the playbook, and publish it.",
            )
    for person in (*started.controllers, *started.evaluators):
        if person != case.by:
            case.org.person(person)


def fire(case: Case, inject: str) -> list[Event]:
    """An inject that is due comes by itself. Already where it is not, or not any more."""
    progress = _playing(case).progress(inject)
    if progress is None or progress.due is None or case.now < progress.due:
        raise Already("That inject is not due.")
    return _made(case, progress)


def finish(case: Case) -> list[Event]:
    """The drill ends by itself: its end is reached, or its time is up. Already where neither is so."""
    drill = _playing(case)
    if drill.over is None or case.now < drill.over or drill.scenario is None:
        raise Already("The drill goes on.")
    reached = drill.met is not None and drill.met <= drill.over
    why = "its end is reached" if reached else f"its time, {span(drill.scenario.end.limit)}, is up"
    return _over(case.incident, why)


def make(case: Case, inject: str) -> list[Event]:
    """Bring an inject in now, whatever it waits for."""
    progress = _open(case, inject)
    return _made(case, progress)


def delay(case: Case, inject: str, span: timedelta) -> list[Event]:
    """Put an inject off: it comes that much later than it would, and not before so much time from now."""
    progress = _open(case, inject)
    if not timedelta(0) < span <= _LONGEST:
        raise Invalid("An inject is put off by up to a day.")
    return [InjectDelayed(inject, max(progress.due or case.now, case.now) + span)]


def skip(case: Case, inject: str, because: str = "") -> list[Event]:
    """Leave an inject out. What waits for it does not come either."""
    check(because)
    _open(case, inject)
    return [InjectSkipped(inject, because.strip())]


def note(case: Case, text: str) -> list[Event]:
    """Take a private note, which only those who lead and watch the drill are shown; also after it is over."""
    _drill(case)
    if not case.incident.drill.watches(case.by):
        raise Refused("Only a controller or an evaluator of this drill can take private notes.", hint="Write a note.")
    check(text)
    if not text.strip():
        raise Invalid("The note is empty.")
    return [EvaluatorNoted(text.strip())]


def end(case: Case, because: str = "") -> list[Event]:
    """End the drill as planned, for everybody."""
    check(because)
    _leading(case)
    return _over(case.incident, because.strip() or f"ended by {case.by}")


def abort(case: Case, because: str = "") -> list[Event]:
    """Stop a drill at once, whatever is open in it: everybody reads why, and it is over. Refused for what is real.

    Anybody may: whoever sees that something real needs the people.
    """
    if not case.incident.exercise:
        raise Refused(f"{case.incident.name} is no drill.", hint="A real incident is resolved, then closed.")
    check(because)
    return [DrillAborted(because.strip()), Closed()]


def _over(incident: Incident, because: str) -> list[Event]:
    """A drill that is over is closed; that nobody reached its resolution stays as it is."""
    return [DrillEnded(because), *(() if incident.clock.closed else (Closed(),))]


def _drill(case: Case) -> Drill:
    if case.incident.exercise != "drill":
        raise Refused(f"{case.incident.name} is no drill.", hint="Begin one: warroom drill start SCENARIO")
    return case.incident.drill


def _playing(case: Case) -> Drill:
    drill = _drill(case)
    if drill.scenario is None:
        raise Refused(f"{case.incident.name} plays no scenario.")
    if not drill.going:
        raise Already(f"The drill is over: {drill.ending}." if drill.ending else "The drill is over.")
    return drill


def _leading(case: Case) -> Drill:
    drill = _playing(case)
    if not drill.leads(case.by):
        raise Refused(f"Only a controller of this drill can do that: {', '.join(drill.controllers)}.")
    return drill


def _open(case: Case, inject: str) -> Progress:
    """The inject as a controller may still handle it."""
    drill = _leading(case)
    progress = drill.progress(inject)
    if progress is None:
        raise unknown("inject", inject, [each.inject.id for each in drill.injects])
    if progress.made:
        raise Already(f"“{inject}” came at {progress.made:%H:%M:%S} UTC.")
    if progress.skipped is not None:
        raise Already(f"“{inject}” is already left out.")
    return progress


def _made(case: Case, progress: Progress) -> list[Event]:
    """What an inject does. A service that is marked so already is not marked again."""
    inject = progress.inject
    told: list[Event] = [Injected(inject.id)]
    if inject.kind != "service" or not inject.health or case.incident.services.health(inject.service) == inject.health:
        return told
    return [*told, *paging.judge(case, inject.service, inject.health, inject.text)]
