"""The outbox: pages are claimed, judged anew, handed over, and what came of it is written down.

The promise: a page is attempted at least once while it still matters. A receiver that folds repeats by our key sees it
once; another one may see it twice only where an engine died or hung between handing it over and writing that down.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from warroom.domain import modules, paging
from warroom.domain.case import Case
from warroom.domain.effects import Realm
from warroom.domain.errors import Refused
from warroom.domain.event import incident_of
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.throttle import not_before
from warroom.domain.wording import page_words
from warroom.engine.escalation import ACTOR
from warroom.outreach.contract import Adapter, Message, Receipt
from warroom.room.room import Room
from warroom.room.writing import Content, PageContent
from warroom.store.contract import Append, Claimed, Conflict, Fenced, Parcelling, Settled

LEASE = 30_000_000
TIMEOUT = 8.0
"Seconds for one attempt: well below the lease, so that whoever holds it can still write down what came of it."

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
        if message is None:
            return None
        receipt = adapter.send(message, TIMEOUT)
        self.settle(claimed, receipt)
        return receipt

    def prepare(self, claimed: Claimed) -> Message | None:
        """The message as things stand now; None where it is not to be sent (that is written down here)."""
        content = msgspec.json.decode(claimed.parcel.payload, type=Content)
        incident = incident_of(claimed.parcel.stream)
        if not isinstance(content, PageContent) or incident is None:
            text = "" if isinstance(content, PageContent) else content.text
            subject = "" if isinstance(content, PageContent) else content.subject
            return Message(claimed.parcel.id, claimed.parcel.to, subject, text, "low", repeat=claimed.repeat)
        case = self._case(incident)
        if why := paging.objection(case, content.page):
            self._write(incident, claimed, content, Receipt("failed", why), "dropped")
            return None
        if later := self._throttled(case.org, claimed, first=self._first(case, content)):
            self._later(claimed, later)
            return None
        page = case.incident.escalation.page(content.page)
        assert page is not None
        link = self._link(incident, content.page, page.order.person) if page.order.person else ""
        words = page_words(case.incident, page, case.now, link, claimed.repeat)
        return Message(
            claimed.parcel.id,
            claimed.parcel.to or page.order.person,
            words.subject,
            words.text,
            page.order.urgency,
            link,
            words.marks,
            claimed.repeat,
            case.incident.name,
        )

    def settle(self, claimed: Claimed, receipt: Receipt) -> None:
        """Write down what came of an attempt. Nothing where another engine has claimed the page meanwhile."""
        content = msgspec.json.decode(claimed.parcel.payload, type=Content)
        incident = incident_of(claimed.parcel.stream)
        if isinstance(content, PageContent) and incident is not None:
            self._write(incident, claimed, content, receipt)
            return
        state, again = _becomes(claimed, receipt, self._store.now())
        self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, state, again))

    def forget(self) -> int:
        """Write down what expired before anybody could send it. How many there were."""
        lapsed = self._store.overdue(self._store.now())
        for parcel in lapsed:
            claimed = Claimed(parcel, ATTEMPTS, 0, 0)
            content = msgspec.json.decode(parcel.payload, type=Content)
            incident = incident_of(parcel.stream)
            if isinstance(content, PageContent) and incident is not None:
                says = Receipt("failed", "no engine could send it in time")
                self._write(incident, claimed, content, says, "dropped")
            else:
                self._beside(claimed, Settled(parcel.id, 0, "dropped"))
        return len(lapsed)

    def _case(self, incident: str) -> Case:
        """The state as it is in the log at this moment: an acknowledgment that is there is seen."""
        self._room.forget(incident)
        state = self._room.feed(incident).refresh()
        assert state.incident is not None
        database = moment(self._store.now())
        return Case(
            state.incident, state.org, self._room.actor.person, state.incident.clock.time(database), real=database
        )  # fmt: skip

    def _first(self, case: Case, content: PageContent) -> bool:
        """Whether this is the first page of the incident to that person: it is never held back."""
        mine = case.incident.escalation.page(content.page)
        if mine is None:
            return True
        others = (each for each in case.incident.escalation.pages if each.order.person == mine.order.person)
        return not any(each.tries for each in others)

    def _throttled(self, org: Org, claimed: Claimed, first: bool) -> int:
        """Until when the address has had enough, in microseconds; 0 = it has not."""
        channel = modules.channels(org).get(claimed.parcel.channel)
        if first or channel is None or not channel.at_most:
            return 0
        now = self._store.now()
        sent = self._store.sent(
            claimed.parcel.channel, claimed.parcel.to, now - channel.per // timedelta(microseconds=1)
        )
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
        state, again = _becomes(claimed, receipt, self._store.now())
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
        except Refused:
            self._beside(claimed, Settled(claimed.parcel.id, claimed.lease_epoch, "dropped"))
        self._store.ring()

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


def _becomes(claimed: Claimed, receipt: Receipt, now: int) -> tuple[Parcelling, int]:
    """What becomes of a parcel, and when it is tried again (microseconds; 0 = never)."""
    match receipt.outcome:
        case "sent":
            return "sent", 0
        case "failed":
            return "failed", 0
        case "retry" | "unknown":
            if claimed.attempt >= ATTEMPTS:
                return "failed", 0
            pause = timedelta(seconds=_PAUSES[min(claimed.attempt, len(_PAUSES)) - 1])
            again = now + max(pause, receipt.after or pause) // timedelta(microseconds=1)
            return ("pending", again) if again < claimed.parcel.expires else ("failed", 0)
