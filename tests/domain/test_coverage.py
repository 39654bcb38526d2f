"""The proof of coverage: what it finds is what somebody finds who looks every five minutes, and nothing else."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, example, given, settings

from tests.domain.organisations import LEVELS, START, organisations
from warroom.domain import reach
from warroom.domain.arrivals import FOLLOWED
from warroom.domain.contacts import Contact
from warroom.domain.coverage import Proof, prove
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Org, Person, Playbook
from warroom.domain.roster import Layer, Schedule, Window
from warroom.domain.services import Service

TICK = timedelta(minutes=5)
DAYS = 2


class Watcher:
    """Follows a ladder by looking every five minutes; it asks nothing but who is on call, and what the clock shows."""

    def __init__(self, org: Org, service: str) -> None:
        self.org = org
        self.service = service
        self.ladder = org.playbook.ladders[0]
        self._seen: dict[tuple[int, datetime], tuple[timedelta | None, bool]] = {}
        self._quiet: dict[datetime, bool] = {}

    def wait(self, start: datetime) -> timedelta | None:
        """How long an incident that starts then waits for its first page to a human; None = longer than a week."""
        ladder, now, place = self.ladder, start, 0
        places = len(ladder.rungs) * (ladder.repeat + 1) if ladder.repeat >= 0 else 10**9
        first: datetime | None = None
        passed = 0
        while place < places and now <= start + FOLLOWED and (first is None or now < first):
            if self.quiet(now):
                now, passed = now + TICK, 0
                continue
            human, anything = self.rung(place % len(ladder.rungs), now)
            if human is not None:
                first = min(first or now + human, now + human)
            if anything:
                now, place, passed = now + ladder.rungs[place % len(ladder.rungs)].delay, place + 1, 0
            elif ladder.nobody == "hold":
                now += TICK
            else:
                place, passed = place + 1, passed + 1
                if passed == len(ladder.rungs) and ladder.repeat >= 0:
                    break
                if passed == len(ladder.rungs):
                    now, place, passed = now + TICK, place - passed, 0
        return None if first is None or first - start > FOLLOWED else first - start

    def rung(self, index: int, at: datetime) -> tuple[timedelta | None, bool]:
        """The time until a rung's first contact that is no screen, and whether it reaches anybody or anything."""
        if (index, at) not in self._seen:
            self._seen[index, at] = self._rung(self.ladder.rungs[index], at)
        return self._seen[index, at]

    def _rung(self, rung: Rung, at: datetime) -> tuple[timedelta | None, bool]:
        found = [reach.resolve(target, self.org, at, (self.service,)) for target in rung.targets]
        people = {person for each in found for person in each.people}
        contacts = [each for person in people for each in reach.contacts(self.org, person, self.ladder.urgency)]
        human = min((each.after for each in contacts if each.channel != "screen"), default=None)
        return human, bool(contacts) or any(each.channels for each in found)

    def quiet(self, at: datetime) -> bool:
        """Whether clocks on the wall show a quiet hour."""
        if at not in self._quiet:
            self._quiet[at] = any(_shows(self.ladder, window.days, window.start, window.end, at)
                                  for window in self.ladder.quiet)  # fmt: skip
        return self._quiet[at]


def _shows(ladder: Ladder, days: tuple[int, ...], start: time, end: time, at: datetime) -> bool:
    local = at.astimezone(ZoneInfo(ladder.time_zone))
    today, yesterday = local.weekday() in days, (local.weekday() - 1) % 7 in days
    if start < end:
        return today and start <= local.time() < end
    return (today and local.time() >= start) or (yesterday and local.time() < end)


def _ticks(proof: Proof) -> list[datetime]:
    """Moments to look at: all over the span, and on both sides of every boundary that was found."""
    edges = {edge for each in proof.findings for edge in (each.start, each.end) if edge}
    near = {edge - step for edge in edges for step in (TICK, timedelta(0))}
    far = {START + TICK * count for count in range(0, DAYS * 24 * 12, 7)}
    return sorted(at for at in near | far if START <= at < START + timedelta(days=DAYS))


def _found(proof: Proof, kind: str, service: str, severity: str, at: datetime) -> bool:
    return any(
        each.kind == kind and service in each.services and severity in each.severities
        and each.start and each.end and each.start <= at < each.end
        for each in proof.findings
    )  # fmt: skip


def _slow_week() -> Org:
    """On Sunday an incident waits for a night, then for a turn of a week, and for one more night: longest of all."""
    nights = Window((0, 1, 6), time(8, 30), time(7))
    weekly = Layer("early", ("bo", "ana"), datetime.fromisoformat("2026-10-05T09:00"), "weekly")
    page = Ladder(
        "page", (Rung((Target("schedule", "first"),), TICK),), nobody="hold", quiet=(nights,),
        time_zone="America/New_York",
    )  # fmt: skip
    services = (Service("shop", schedules=("first",)), Service("bank"))
    return Org(
        Playbook(
            "slow", severities=LEVELS, services=services,
            people=(Person("ana"), Person("bo", contacts=(Contact("phone", "sms"),))),
            schedules=(Schedule("first", (weekly,)),), ladders=(page,), routes=(Route("page"),),
        )
    )  # fmt: skip


# Shrinking follows hundreds of organisations more, each for days, and says little more than the seed does.
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@example(_slow_week())
@given(organisations())
def test_gaps_and_delays_are_those_that_somebody_sees_who_looks_all_the_time(org: Org) -> None:
    proof = prove(org, START, DAYS)
    for service in ("shop", "bank"):
        watcher = Watcher(org, service)
        for at in _ticks(proof):
            waits = watcher.wait(at)
            for severity in LEVELS:
                late = bool(waits and severity.acknowledge_within and waits > severity.acknowledge_within)
                seen = [_found(proof, kind, service, severity.name, at) for kind in ("gap", "late")]
                assert seen == [waits is None, late], (service, severity.name, at, waits)
