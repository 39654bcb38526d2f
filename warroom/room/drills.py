"""Playing scenarios: beginning a drill, and finding those that run or are over."""

from collections.abc import Iterable, Iterator

from warroom.domain import scenario_problems, scheduled
from warroom.domain.clock import ClockMapped
from warroom.domain.errors import Invalid
from warroom.domain.event import incident_of
from warroom.domain.exercise import MARK, DrillStarted
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.scenario import Scenario
from warroom.domain.takeover import titled
from warroom.room.commands import ALL
from warroom.room.room import Outcome, Room


def commands() -> dict[str, frozenset[str]]:
    """Each command that people can give, with its parameters: what a scenario may expect of them."""
    return {each.name: frozenset(param.name for param in each.params) for each in ALL if not each.internal}


def start(
    room: Room,
    scenario: Scenario,
    *,
    controllers: Iterable[str] = (),
    evaluators: Iterable[str] = (),
    team: str = "",
    announced: bool = True,
    live: Iterable[str] = (),
    speed: float | None = None,
    command_id: str = "",
) -> Outcome:
    """Begin a drill: its incident is declared now, and had hurt for as long as the scenario says.

    Who starts it leads it where no controller is named. `live`: channels on which it pages for real. `speed`: how fast
    its time runs at first, None = as the clock on the wall, for good. Invalid where the scenario cannot be played in
    this organisation; Unknown where the playbook has teams, and none of that name; Refused and its kin as by `declare`.
    Nothing was written then.
    """
    org = room.feed(None).refresh().org
    _check(scenario, org)
    begin = scenario.start
    leading = _people(org, controllers) or (room.actor.person,)
    trained, _ = scheduled.team_of(org, team)
    played = DrillStarted(scenario, leading, _people(org, evaluators), trained, announced, tuple(live))
    now = moment(room.store.now())
    outcome = room.do(
        "declare",
        command_id=command_id,
        title=titled("", begin.title),
        severity=str(begin.level),
        services=begin.services,
        at=None if begin.impact is None else now - begin.impact,
        catalogue=scenario.catalogue,
        exercise="drill",
        clock=None if speed is None else ClockMapped(now, now, speed),
        drill=played,
    )
    room.store.ring()
    return outcome


def drills(room: Room) -> Iterator[Incident]:
    """Every drill of the log, the newest first, as it stands."""
    for row in room.store.summaries():
        uuid = incident_of(row.stream)
        if row.title.startswith(MARK) and uuid and (incident := room.feed(uuid).refresh().incident):
            yield incident
            room.forget(uuid)


def _check(scenario: Scenario, org: Org) -> None:
    flaws = scenario_problems.problems(scenario, org, commands())
    if flaws:
        told = "\n".join(f"{flaw.where}: {flaw.text}" for flaw in flaws)
        raise Invalid(f"“{scenario.name}” cannot be played:\n{told}", hint="Correct it; nothing was begun.")


def _people(org: Org, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(org.person(name) for name in names))
