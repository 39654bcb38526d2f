"""The engine: what happens because time passes. Any number of them may run on one database.

One leads, by a lease, and fires what is due at once; the others fire only what it leaves lying. Each sends on the
channels whose secrets its host has; a lease per channel keeps two from waiting on the same one, and the fence on every
parcel keeps them apart even so.
"""

import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Lock, Thread
from time import monotonic

from warroom.domain import modules, restored
from warroom.domain.contacts import Channel
from warroom.domain.effects import Realm
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.org import Org
from warroom.engine.escalation import Ladders
from warroom.engine.outbox import Outbox
from warroom.outreach.contract import Adapter, Receipt
from warroom.room.engines import CHANNEL, LEAD, TTL, engines
from warroom.room.feed import uuid_of
from warroom.room.room import Room
from warroom.store.contract import Claimed, Cursor, Store

RENEW = 5.0
RECHECK = 30.0
AT_ONCE = 4
"How many messages one engine hands to one channel at the same time."

_SOON = 0.5
_SANDBOX: Realm = "drill"


class Engine:
    """One engine. `turn` does what is due and comes back; `run` does so until it is told to stop."""

    def __init__(
        self,
        room: Room,
        me: str,
        adapters: Callable[[Org], Mapping[str, Adapter]],
        sandbox: Adapter,
        link: Callable[[str, str, str], str] = lambda incident, page, person: "",
        report: Callable[[str], None] = lambda sentence: None,
        beat: Callable[[], None] | None = None,
        clock: Callable[[], float] = monotonic,
        custody: Callable[[Cursor], None] = lambda cursor: None,
    ) -> None:
        """`room`: with the actor `engine`; `me`: a name no other engine bears.

        `adapters`: of an organisation's channels, those that this host can serve; `sandbox`: where drills' messages go;
        `link`: where (incident, page, person) can be acknowledged; `report`: where sentences go about what failed;
        `beat`: tells an outside watchdog that nothing is overdue; `clock`: seconds that never jump back;
        `custody`: told where the log ends, by the one that leads; it must not block.
        """
        self._room = room
        self._store: Store = room.store
        self._me = me
        self._open = adapters
        self._sandbox = sandbox
        self._report = report
        self._beat = beat
        self._clock = clock
        self._custody = custody
        self._ladders = Ladders(room, report)
        self._outbox = Outbox(room, link)
        self._channels: dict[str, Channel] = {}
        self._adapters: dict[str, Adapter] = {}
        self._unable: dict[str, str] = {}
        self._busy: Counter[str] = Counter()
        self._counting = Lock()
        self._checked = self._renewed = self._beaten = float("-inf")
        self._held = ""
        self._leads = False
        self._serves: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether others do everything that this engine could."""
        return not self._leads and not self._serves

    def turn(self, hand: Callable[[Claimed, Adapter], None]) -> float:
        """Fire and claim what is due; what is claimed goes to `hand`. Seconds until there is reason to look again."""
        state = self._room.feed(None).refresh()
        org = state.org
        if self._holds(org):
            return _SOON
        self._check(org)
        self._renew()
        due = self._ladders.turn(self._leads)
        for claimed in self._claims():
            hand(claimed, self._sandbox if claimed.parcel.realm == _SANDBOX else self._adapters[claimed.parcel.channel])
        if self._leads:
            self._outbox.forget()
            self._watchdog()
            self._custody(state.cursor)
        wait = _SOON if due is None else (due - self._store.now()) / 1e6
        return min(_SOON, max(0.0, wait))

    def _holds(self, org: Org) -> bool:
        """Whether the log was restored and nobody has released it; that is said once."""
        held = restored.warning(org)
        if held and held != self._held:
            self._report(held)
            self.release()
        self._held = held
        return bool(held)

    def carry(self, claimed: Claimed, adapter: Adapter) -> None:
        """Send one parcel, and write down what came of it; what goes wrong with it stays with it."""
        try:
            self._outbox.carry(claimed, adapter)
        except Unavailable as problem:
            self._report(problem.message)
        except Exception as problem:  # noqa: BLE001 - one broken message must not keep others from going out
            self._broken(claimed, type(problem).__name__)
        finally:
            self._room.forget(uuid_of(claimed.parcel.stream))

    def _broken(self, claimed: Claimed, why: str) -> None:
        """Count an attempt that broke off: it may have gone out, and must not be made for ever."""
        self._report(f"message {claimed.parcel.id}: {why}")
        try:
            self._outbox.settle(claimed, Receipt("unknown", f"the attempt broke off: {why}"))
        except Exception as problem:  # noqa: BLE001 - what cannot be written down is claimed again later
            self._report(f"message {claimed.parcel.id}: {type(problem).__name__}")

    def run(self, stop: Event, enough: Callable[[], bool] = lambda: False) -> None:
        """Work until `stop` is set, or `enough` says so. An unreachable database is waited for."""
        with ThreadPoolExecutor(max_workers=32, thread_name_prefix="outreach") as pool:
            while not stop.is_set() and not enough():
                try:
                    wait = self.turn(lambda claimed, adapter: self._spawn(pool, claimed, adapter))
                except Exception as problem:  # noqa: BLE001 - an engine that ends pages nobody
                    self._report(problem.message if isinstance(problem, Refused) else type(problem).__name__)
                    stop.wait(1.0)
                    continue
                if wait and not stop.is_set():
                    with contextlib.suppress(Unavailable):
                        self._store.wait(wait)
            self.release()

    def release(self) -> None:
        """Give the leases back, so that others need not wait until they run out."""
        with contextlib.suppress(Unavailable):
            self._store.release(LEAD, self._me)
            for name in self._serves:
                self._store.release(f"{CHANNEL}{name}", self._me)
        self._leads, self._serves = False, ()

    def _spawn(self, pool: ThreadPoolExecutor, claimed: Claimed, adapter: Adapter) -> None:
        channel = claimed.parcel.channel
        with self._counting:
            self._busy[channel] += 1

        def done(_: Future[None]) -> None:
            with self._counting:
                self._busy[channel] -= 1
            self._store.wake()

        pool.submit(self.carry, claimed, adapter).add_done_callback(done)

    def _claims(self) -> list[Claimed]:
        """What this engine takes on now: of each channel no more than it can hand over at once."""
        found: list[Claimed] = []
        for name in self._serves:
            found += self._take("real", (name,), AT_ONCE - self._busy[name])
        if self._leads:
            found += self._take(_SANDBOX, tuple(self._channels), AT_ONCE)
        return found

    def _take(self, realm: Realm, channels: tuple[str, ...], limit: int) -> list[Claimed]:
        return self._outbox.claim(realm, channels, limit) if limit > 0 else []

    def _check(self, org: Org) -> None:
        """Look which channels this host could send on: when they change, and every half minute, as secrets change.

        Why it could not is said once, and again when the reason is another one.
        """
        now, channels = self._clock(), modules.channels(org)
        if now - self._checked < RECHECK and channels == self._channels:
            return
        opened = self._open(org)
        unable = {name: why for name, each in opened.items() if (why := each.check())}
        for name, why in unable.items():
            if self._unable.get(name) != why:
                self._report(f"{name} is not served here: {why}")
        self._adapters = {name: each for name, each in opened.items() if name not in unable}
        self._unable = unable
        self._checked, self._channels = now, channels
        self._renewed = float("-inf")

    def _renew(self) -> None:
        """Renew the leases, and take those that are free."""
        now = self._clock()
        if now - self._renewed < RENEW:
            return
        self._renewed = now
        at = self._store.now()
        self._serves = tuple(
            name for name in self._adapters if self._store.lease(f"{CHANNEL}{name}", self._me, at, at + TTL)
        )
        self._leads = bool(self._store.lease(LEAD, self._me, at, at + TTL, " ".join(self._serves)))
        if self._leads:
            self._outbox.abandon(self._channels)

    def _watchdog(self) -> None:
        """Tell the outside that this engine is alive, once a minute, and only while nothing is overdue."""
        now = self._clock()
        if self._beat and now - self._beaten >= 60 and not engines(self._store).overdue:
            self._beaten = now
            # Apart from the loop: a watchdog that does not answer must not keep a rung waiting.
            Thread(target=self._beat, name="watchdog", daemon=True).start()
