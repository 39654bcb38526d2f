"""A whole world of one seed: engines on one database, people, channels, a clock, and everything that goes wrong.

An engine's work on a page is taken in steps (judge, hand over, write down), so that it can be killed or frozen between
any two of them. The store fails before or after it has written. Nothing here sleeps, and nothing reads a real clock.
"""

import random
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, NamedTuple, cast

from msgspec.structs import replace

from tests.room.house import MemoryAt, Wall
from tests.support.builders import ORG, reachable
from tests.support.ladders import rung
from warroom.domain.effects import Realm
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.ladder import Ladder, Route
from warroom.domain.org import Org
from warroom.engine.loop import Engine
from warroom.engine.outbox import Outbox
from warroom.outreach.contract import Adapter, Message, Receipt
from warroom.room.room import Actor, Room
from warroom.store.contract import Append, Appended, Claimed, Store

PEOPLE = ("ana", "bo", "cy", "di")
CHANNELS = ("push", "phone", "chat")
SECOND = 1_000_000
MINUTE = 60 * SECOND


def playbook() -> Org:
    """Everybody can be reached; rungs follow each other fast, and telephones are throttled."""
    ladder = Ladder(
        "everybody",
        (
            rung("person ana", minutes=1),
            rung("person bo", "role commander", minutes=2),
            rung("person cy", "channel chat"),
        ),
        repeat=1,
        silent_after=timedelta(minutes=6),
    )
    mild = Ladder("mild", (rung("person di", minutes=2), rung("person cy", minutes=2)))
    org = reachable(ORG, (ladder, mild), (Route("everybody", (1, 2)), Route("mild")))
    channels = tuple(
        replace(each, at_most=2, per=timedelta(minutes=3)) if each.name == "phone" else each
        for each in org.playbook.channels
    )
    return replace(org, playbook=replace(org.playbook, channels=channels))


class Handed(NamedTuple):
    """One message as a channel got it. `judged`: where the log ended when it was judged; `taken`: it arrived."""

    key: str
    channel: str
    judged: int
    repeat: bool
    taken: bool
    realm: Realm


class Flaky:
    """A store that cannot be reached now and then: before it has written, or after."""

    def __init__(self, store: Store, world: "World") -> None:
        self._store = store
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def append(self, append: Append) -> Appended:
        self._world.fail()
        done = self._store.append(append)
        self._world.fail()
        return done

    def claim(self, *given: Any) -> list[Claimed]:
        self._world.fail()
        found = self._store.claim(*given)
        self._world.fail([each.parcel.id for each in found])
        return found

    def exclusive(self) -> Any:
        self._world.fail()
        return self._store.exclusive()


class Channel:
    """What takes messages, or does not, as the seed will have it."""

    def __init__(self, world: "World", name: str, realm: Realm) -> None:
        self._world, self._name, self._realm = world, name, realm

    def check(self) -> str:
        return ""

    def send(self, message: Message, timeout: float) -> Receipt:
        world = self._world
        outcome = "sent" if world.calm else world.random.choices(*_ANSWERS)[0]
        if not world.calm and world.chance(0.05):
            world.wall.time += int(world.random.uniform(0, timeout) * SECOND)
        taken = outcome == "sent" or (outcome == "unknown" and world.chance(0.5))
        world.handed.append(Handed(message.key, self._name, world.judged, message.repeat, taken, self._realm))
        if outcome == "unknown":
            world.doubtful.add(message.key)
        after = timedelta(seconds=60) if world.chance(0.3) else None
        return Receipt(cast(Any, outcome), "as the seed has it", after if outcome == "retry" else None)


_ANSWERS = (("sent", "retry", "failed", "unknown"), (0.7, 0.15, 0.05, 0.1))


class Job:
    """One page in the hands of an engine, and what is to be done next with it."""

    def __init__(self, claimed: Claimed, adapter: Adapter) -> None:
        self.claimed, self.adapter = claimed, adapter
        self.message: Message | None = None
        self.receipt: Receipt | None = None
        self.judged = 0


class Crew:
    """One engine's process. It lives until it is killed; then another takes its place."""

    def __init__(self, world: "World", name: str) -> None:
        self._world = world
        self.room = Room(cast(Store, Flaky(world.store, world)), Actor("engine", "engine"))
        adapters = {channel: Channel(world, channel, "real") for channel in CHANNELS}
        sandbox = Channel(world, "sandbox", "drill")
        self.engine = Engine(
            self.room, name, lambda org: cast(Mapping[str, Any], adapters), sandbox,
            report=world.said.append, clock=lambda: world.wall.time / SECOND,
        )  # fmt: skip
        self.outbox = Outbox(self.room)
        self.jobs: list[Job] = []
        self.frozen = 0

    def work(self) -> None:
        """One step of what an engine does: look what is due, or go on with a page."""
        world = self._world
        if world.wall.time < self.frozen:
            return
        if not self.jobs or world.chance(0.4):
            self._guarded(
                lambda: self.engine.turn(lambda claimed, adapter: self._take(claimed, cast(Channel, adapter)))
            )
            return
        job = world.random.choice(self.jobs)
        if not self._guarded(lambda: self._go_on(job)):
            self.lose(job)

    def _take(self, claimed: Claimed, adapter: Adapter) -> None:
        self.jobs.append(Job(claimed, adapter))

    def _go_on(self, job: Job) -> None:
        world = self._world
        if job.message is None:
            job.judged = world.store.head().pos
            job.message = self.outbox.prepare(job.claimed)
            if job.message is None:
                self.jobs.remove(job)
        elif job.receipt is None:
            world.judged = job.judged
            job.receipt = self.outbox.hand_over(job.claimed, job.message, job.adapter)
            if job.receipt is None:
                self.jobs.remove(job)
        else:
            if world.wall.time > job.claimed.lease_until:  # it was left standing so long that another may have it
                world.doubtful.add(job.claimed.parcel.id)
            self.outbox.settle(job.claimed, job.receipt)
            self.jobs.remove(job)

    def _guarded(self, step: Callable[[], object]) -> bool:
        """Whether the step got through: the database may be away, and nothing else may go wrong."""
        try:
            step()
        except Unavailable:
            return False
        return True

    def lose(self, job: Job) -> None:
        """A page is let go of in the middle; whether it went out is written down nowhere."""
        if job.receipt is not None:
            self._world.doubtful.add(job.claimed.parcel.id)
        self.jobs.remove(job)

    def freeze(self, seconds: float) -> None:
        """Nothing happens here for so long. Another engine may take over what this one holds."""
        self.frozen = self._world.wall.time + int(seconds * SECOND)
        self._world.doubtful |= {job.claimed.parcel.id for job in self.jobs}

    def die(self) -> None:
        """The process is gone, and what it held with it."""
        for job in list(self.jobs):
            self.lose(job)


class World:
    """One seed's world. `live` lets it run; then `handed`, the store and its log are there to be judged."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self.random = random.Random(seed)
        self.wall = Wall()
        self.store = MemoryAt(self.wall)
        self.calm = True
        self.handed: list[Handed] = []
        self.judged = 0
        self.doubtful: set[str] = set()
        self.said: list[str] = []
        self.incidents: list[str] = []
        self.rooms = {name: Room(self.store, Actor(name)) for name in PEOPLE}
        self.rooms["ana"].publish(playbook().playbook)
        self._made = 0
        self.crews = [self._crew() for _ in range(self.random.randint(2, 4))]

    def _crew(self) -> Crew:
        self._made += 1
        return Crew(self, f"engine-{self._made}")

    def chance(self, likely: float) -> bool:
        """Whether the dice say so."""
        return self.random.random() < likely

    def fail(self, held: list[str] | None = None) -> None:
        """Perhaps the database is away. `held`: parcels whose claim nobody hears of."""
        if not self.calm and self.chance(0.03):
            self.doubtful |= set(held or ())
            raise Unavailable("The database is away.")

    def live(self, steps: int) -> "World":
        """So many steps of trouble, then a long calm in which everything that is left must come to its end."""
        for number in range(3):
            self._declare(exercise="drill" if number == 2 else "")
        self.calm = False
        for _ in range(steps):
            self._step()
        self.calm = True
        end = self.wall.time + 30 * MINUTE
        while self.wall.time < end or any(crew.jobs for crew in self.crews):
            self.wall.time += self._pace()
            for crew in self.crews:
                crew.frozen = 0
                for _ in range(1 + 2 * len(crew.jobs)):
                    crew.work()
        return self

    def _pace(self) -> int:
        """Until something falls due, or a while."""
        due = [at for _, _, at in self.store.timers(self.wall.time + MINUTE, ("rung", "silent"))]
        due += [parcel.not_before for parcel, _, _ in self.store.outbox(states=("pending",))]
        waits = [at - self.wall.time for at in due if at > self.wall.time]
        return min([*waits, MINUTE]) + SECOND // 10

    def _step(self) -> None:
        self.wall.time += int(self.random.choice((0.05, 0.3, 1, 5, 20)) * SECOND)
        place = self.random.randrange(len(self.crews))
        dice = self.random.random()
        if dice < 0.02:
            self.crews[place].die()
            self.crews[place] = self._crew()
        elif dice < 0.05:
            self.crews[place].freeze(self.random.uniform(1, 90))
        elif dice < 0.15:
            self._somebody_acts()
        for _ in range(3):
            self.random.choice(self.crews).work()

    def _declare(self, **given: Any) -> None:
        name = f"{self.seed}/{len(self.incidents)}"
        severity = self.random.choice("13")
        outcome = self.rooms["di"].do("declare", command_id=name, title="it fails", severity=severity, **given)
        self.incidents.append(outcome.incident.id)

    def _somebody_acts(self) -> None:
        who, incident = self.random.choice(PEOPLE), self.random.choice(self.incidents)
        name, given = self.random.choice(_ACTS)
        try:
            self.rooms[who].do(name, incident, **given)
        except Refused:
            return


_ACTS: list[tuple[str, dict[str, Any]]] = [
    *([("ack", {})] * 4),
    *([("undo", {})] * 3),
    ("note", {"text": "still here"}),
    ("sev", {"level": "1", "because": "it spreads"}),
    ("sev", {"level": "3", "because": "it does not"}),
    ("role.take", {"role": "commander"}),
    ("page", {"to": "di"}),
    ("escalate", {"because": "more hands"}),
    ("resolve", {}),
    ("reopen", {"because": "it is back"}),
]
