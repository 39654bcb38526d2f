"""Who is on call in the demo: its incident lies years before the sample's rosters begin, and has ladders of its own.

They follow what GitHub told of that day: the alarms reached the first responders, status yellow the coordinator, and
status red the database engineers.
"""

from datetime import datetime, timedelta

from msgspec.structs import replace

from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Playbook
from warroom.domain.roster import Layer, Schedule

_EARLIER = timedelta(weeks=416)
"Whole weeks, so that each handoff stays on its day of the week."
_BEGIN = datetime(2018, 1, 1, 9)  # noqa: DTZ001 - wall-clock time of its schedule
_TEAMS = {
    "first-responders": ("ana", "max"),
    "incident-coordinator": ("bo",),
    "database-engineers": ("di", "eli"),
}


def on_call(sample: Playbook) -> Playbook:
    """The sample as if it had been in force in 2018, with the teams of the demo's incident on call together."""
    teams = tuple(_together(name, people) for name, people in _TEAMS.items())
    return replace(
        sample,
        schedules=(*teams, *(_earlier(each) for each in sample.schedules)),
        ladders=_LADDERS,
        routes=(Route("red", (1,)), Route("yellow", (2,)), Route("alarms")),
    )


def _together(name: str, people: tuple[str, ...]) -> Schedule:
    """A schedule by which all of them are on call at once."""
    first, *others = (Layer(person, (person,), _BEGIN) for person in people)
    return Schedule(name, (first, *(replace(each, joins=True) for each in others)))


def _earlier(schedule: Schedule) -> Schedule:
    return replace(schedule, layers=tuple(replace(each, start=each.start - _EARLIER) for each in schedule.layers))


def _rung(schedule: str, minutes: int) -> Rung:
    return Rung((Target("schedule", schedule),), timedelta(minutes=minutes))


# None is patient with silence: the script leaps over hours in which people did work.
_LADDERS = (
    Ladder("alarms", (_rung("first-responders", 20), _rung("incident-coordinator", 10)), "Whoever gets the alarms"),
    Ladder("yellow", (_rung("incident-coordinator", 5), _rung("database-engineers", 10)), "Status yellow"),
    Ladder("red", (_rung("database-engineers", 5), _rung("incident-coordinator", 10)), "Status red"),
)
