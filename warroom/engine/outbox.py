"""The outbox: pages are claimed, judged anew, handed over, and what came of it is written down.

The promise: a page is attempted at least once while it still matters. A receiver that folds repeats by our key sees it
once; another one may see it twice only where an engine died or hung between handing it over and writing that down.
"""

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from warroom.domain import effects, modules, pages
from warroom.domain.case import Case
from warroom.domain.effects import Realm
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.escalation import Page
from warroom.domain.event import incident_of
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.throttle import not_before
from warroom.domain.wording import page_words
from warroom.engine.escalation import ACTOR
from warroom.outreach.contract import Adapter, Message, Receipt
from warroom.room import reminders
from warroom.room.feed import uuid_of
from warroom.room.room import Room
from warroom.room.writing import Content, PageContent, ReminderContent
from warroom.store.contract import Append, Claimed, Conflict, Fenced, Parcel, Parcelling, Settled

LEASE = 30_000_000
TIMEOUT = 8.0
"Seconds for one attempt: well below the lease, so that whoever holds it can still write down what came of it."

_ATTEMPT = int(TIMEOUT * 1_000_000)

ATTEMPTS = 6
_PAUSES = (5, 15, 45, 120, 300)


class Outbox:
    """Sends what one engine may, through the adapters of its host."""

    def __init__(self, room: Room, link: Callable[[str, str, str], str] = lambda incident, page, person: "") -> None:
        """`room`: the engine's own; `link`: where (incident, page, person) can be acknowledged, "" = nowhere."""
        self._store = room.store
        self._room = room
        self._link = link

    def claim(self, realm: Realm, channels: tuple[str, ...], limit: int = 20) -> list[Claimed]:
        """Take what is due on these channels; nobody else gets it while the lease lasts."""
        now = self._store.now()
        return self._store.claim(channels, realm, now, now + LEASE, limit) if channels else []

    def carry(self, claimed: Claimed, adapter: Adapter) -> Receipt | None:
        """Judge, hand over, write down. The receipt; None where it was not handed over at all."""
        message = self.prepare(claimed)
        receipt = self.hand_over(claimed, message, adapter) if message else None
        if receipt:
            self.settle(claimed, receipt)
        return receipt

    def hand_over(self, claimed: Claimed, message: Message, adapter: Adapter) -> Receipt | None:
        """One attempt; None where it could outlast the claim: whoever was frozen may have lost it to another engine."""
        if self._store.now() + _ATTEMPT > claimed.lease_until:
            return None
        return adapter.send(message, TIMEOUT)

    def prepare(self, claimed: Claimed) -> Message | None:
        """The message as things stand now; None where it is not to be sent (that is written down here)."""
        content = msgspec.json.decode(claimed.parcel.payload, type=Content)
        incident = incident_of(claimed.parcel.stream)
        case = None if incident is None else self._case(incident)
        if case and _strays(case, claimed.parcel):
            self.settle(claimed, Receipt("failed", "a drill reaches no real channel"))
            return None
        if isinstance(content, ReminderContent):
            return self._reminder(claimed, content)
        if not isinstance(content, PageContent) or incident is None or case is None:
            text = "" if isinstance(content, PageContent) else content.text
            subject = "" if isinstance(content, PageContent) else content.subject
            return Message(
                claimed.parcel.id,
                claimed.parcel.to,
                subject,
                text,
                "low",
                repeat=claimed.repeat,
                channel=claimed.parcel.channel,
            )
        if why := pages.objection(case, content.page, content.contact):
            why += "; an earlier attempt may have arrived" if claimed.repeat else ""
            self._write(incident, claimed, content, Receipt("failed", why), "dropped")
            return None
        if _out_of_reach(case, content.page):
            self._write(incident, claimed, content, Receipt("failed", "unreachable, says the scenario"))
            return None
        if later := self._throttled(case.org, claimed, _first(case, content)):
            self._later(claimed, later)
            return None
        page = case.incident.escalation.page(content.page)
        assert page is not None
        known = page.tried(content.contact)
        repeat = claimed.repeat or (known is not None and known.doubt)
        link = self._link(incident, content.page, page.order.person) if page.order.person else ""
        words = page_words(case.incident, page, case.now, link, repeat)
        return Message(
            claimed.parcel.id,
            claimed.parcel.to or page.order.person,
            words.subject,
            words.text,
            page.order.urgency,
            link,
            words.marks,
            repeat,
            case.incident.name,
            claimed.parcel.channel,
        )

    def _reminder(self, claimed: Claimed, content: ReminderContent) -> Message | None:
        """A drill that is to come, in the words of this moment; None where it was called off or has begun."""
        org = self._room.feed(None).refresh().org
        word = reminders.reminder(org, content.drill, content.person, moment(self._store.now()))
        if word is None:
            self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, "dropped"))
            return None
        return Message(
            claimed.parcel.id,
            claimed.parcel.to,
            word.subject,
            word.text,
            "low",
            marks="DRILL",
            repeat=claimed.repeat,
            channel=claimed.parcel.channel,
        )

    def settle(self, claimed: Claimed, receipt: Receipt) -> None:
        """Write down what came of an attempt. Nothing where another engine has claimed the page meanwhile."""
        content = msgspec.json.decode(claimed.parcel.payload, type=Content)
        incident = incident_of(claimed.parcel.stream)
        if isinstance(content, PageContent) and incident is not None:
            self._write(incident, claimed, content, receipt)
            return
        state, again = _becomes(claimed.parcel, receipt, claimed.attempt, self._store.now())
        self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, state, again))

    def forget(self) -> int:
        """Write down what expired before anybody could send it. How many there were."""
        lapsed = self._store.overdue(self._store.now())
        for parcel in lapsed:
            try:
                self._expired(parcel)
            except Unavailable:
                raise
            except Exception:  # noqa: BLE001 - what cannot be told is settled all the same, or it would come back for ever
                self._beside(Claimed(parcel, 0, 0, 0), Settled(parcel.id, 0, "dropped"))
        return len(lapsed)

    def abandon(self, known: Collection[str]) -> None:
        """Give up what is due on a channel that the playbook has no more: nobody will ever serve it."""
        now = self._store.now()
        waiting = (parcel for parcel, _, _ in self._store.outbox(states=("pending",)) if parcel.not_before <= now)
        gone = {(parcel.realm, parcel.channel) for parcel in waiting if parcel.channel not in known}
        for realm, channel in sorted(gone):
            for claimed in self._store.claim((channel,), realm, now, now + LEASE):
                self._abandoned(claimed)

    def _abandoned(self, claimed: Claimed) -> None:
        """As `settle`; what cannot be told is settled all the same, or it would come back for ever."""
        try:
            if self.prepare(claimed):
                why = f"the playbook has no channel {claimed.parcel.channel} any more"
                self.settle(claimed, Receipt("failed", why))
        except Unavailable:
            raise
        except Exception:  # noqa: BLE001 - one broken message must not keep the engine from its work
            self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, "dropped"))
        finally:
            self._room.forget(uuid_of(claimed.parcel.stream))

    def _expired(self, parcel: Parcel) -> None:
        claimed = Claimed(parcel, ATTEMPTS, 0, 0)
        content = msgspec.json.decode(parcel.payload, type=Content)
        incident = incident_of(parcel.stream)
        if isinstance(content, PageContent) and incident is not None:
            self._write(incident, claimed, content, Receipt("failed", "no engine could send it in time"), "dropped")
            self._room.forget(incident)
        else:
            self._beside(claimed, Settled(parcel.id, 0, "dropped"))

    def _case(self, incident: str) -> Case:
        """The state as it is in the log at this moment: an acknowledgment that is there is seen."""
        self._room.forget(incident)
        state = self._room.feed(incident).refresh()
        assert state.incident is not None
        database = moment(self._store.now())
        return Case(
            state.incident, state.org, self._room.actor.person, state.incident.clock.time(database), real=database
        )  # fmt: skip

    def _throttled(self, org: Org, claimed: Claimed, first: bool) -> int:
        """Until when the address has had enough, in microseconds; 0 = it has not."""
        channel = modules.channels(org).get(claimed.parcel.channel)
        if first or channel is None or not channel.at_most:
            return 0
        now = self._store.now()
        since = now - channel.per // timedelta(microseconds=1)
        sent = self._store.sent(claimed.parcel.channel, claimed.parcel.to, since, claimed.parcel.realm)
        return not_before(sent, channel.at_most, channel.per, now)

    def _write(
        self,
        incident: str,
        claimed: Claimed,
        content: PageContent,
        receipt: Receipt,
        outcome: Parcelling | None = None,
    ) -> None:
        """The attempt as an event, and the parcel's new state, in one transaction."""
        state, again = _becomes(claimed.parcel, receipt, self._tries(incident, content) + 1, self._store.now())
        state = outcome or state
        given: dict[str, Any] = {"says": receipt.says, "reference": receipt.reference}
        if state == "pending":
            given["again"] = datetime.fromtimestamp(again / 1e6, UTC)
        came: str = state if state in ("sent", "failed", "dropped") else "retry"
        if receipt.outcome == "unknown" and state != "dropped":
            came = "unknown"
        settled = Settled(claimed.parcel.id, claimed.lease_epoch, state, again)
        try:
            self._room.do(
                "page.report",
                incident,
                command_id=f"{claimed.parcel.id}/{claimed.attempt}/{came}",
                settled=(settled,),
                page=content.page,
                contact=content.contact,
                outcome=came,
                attempt=claimed.attempt,
                **given,
            )
        except Fenced:
            return
        except Unavailable:
            raise
        except Refused:
            self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, "dropped"))
        self._store.ring()

    def _tries(self, incident: str, content: PageContent) -> int:
        """How many attempts are on record: a claim that ended in a throttle was none."""
        state = self._room.feed(incident).state
        page = state.incident.escalation.page(content.page) if state.incident else None
        known = page.tried(content.contact) if page else None
        return known.count if known else 0

    def _later(self, claimed: Claimed, when: int) -> None:
        self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, "pending", when))

    def _beside(self, claimed: Claimed, settled: Settled) -> None:
        """Settle without an event."""
        stream = claimed.parcel.stream
        append = Append(f"settled {settled.id}", stream, 0, ACTOR, ACTOR, (), commuting=True, settled=(settled,))
        try:
            self._store.append(append)
        except (Fenced, Conflict):
            return


def _strays(case: Case, parcel: Parcel) -> bool:
    """Whether a parcel would carry a drill to a real channel, whoever wrote it: the incident itself says what it is."""
    incident = case.incident
    if parcel.realm == "drill" or effects.realm(incident) != "drill":
        return False
    channel = modules.channels(case.org).get(parcel.channel)
    return effects.realm_on(incident, parcel.channel) != "real" or channel is None or not channel.drill


def _out_of_reach(case: Case, page: str) -> bool:
    """Whether a page goes to somebody whom the scenario of a drill has made unreachable: the ladder goes on without."""
    known = case.incident.escalation.page(page)
    return known is not None and known.order.person in case.incident.drill.unreachable


def _first(case: Case, content: PageContent) -> bool:
    """Whether nothing of this incident has gone to that person, or channel, before this page: it is never held back."""
    pages = case.incident.escalation.pages
    mine = case.incident.escalation.page(content.page)
    others = (each for each in pages if mine and each is not mine and _addressee(each) == _addressee(mine))
    return not any(each.out for each in others)


def _addressee(page: Page) -> str:
    return page.order.person or page.order.contacts[0].channel


def _becomes(parcel: Parcel, receipt: Receipt, attempt: int, now: int) -> tuple[Parcelling, int]:
    """What becomes of a parcel after so many attempts; when it is tried again (microseconds; 0 = never)."""
    match receipt.outcome:
        case "sent":
            return "sent", 0
        case "failed":
            return "failed", 0
        case "retry" | "unknown":
            if attempt >= ATTEMPTS:
                return "failed", 0
            pause = timedelta(seconds=_PAUSES[min(attempt, len(_PAUSES)) - 1])
            again = now + max(pause, receipt.after or pause) // timedelta(microseconds=1)
            return ("pending", again) if again < parcel.expires else ("failed", 0)
