"""The test of a ladder: it pages every rung and counts who answers, and when."""

from datetime import timedelta
from statistics import median

import msgspec

from warroom.domain.errors import Invalid
from warroom.domain.escalation import Escalation, Page
from warroom.domain.ladder import Ladder

LONGEST_WAIT = timedelta(days=1)


class Answer(msgspec.Struct, frozen=True):
    """One person (or channel, `person` "") on one rung: how many contacts took the page, and the time to the answer.

    `after` None = no answer. `ways`: (contact, outcome) of each; an outcome of "" has not been tried.
    """

    rung: int
    person: str
    channel: str
    ways: tuple[tuple[str, str], ...]
    after: timedelta | None


class RungAnswers(msgspec.Struct, frozen=True):
    """A rung: how many people it paged, how many answered, and the median of their times."""

    rung: int
    paged: int
    answered: int
    median: timedelta | None


def for_test(ladder: Ladder, wait: timedelta | None = None) -> Ladder:
    """The ladder as it is walked in a test: once, at once, whatever the hour; `wait`: in place of every delay.

    Invalid where a rung would wait longer than a day.
    """
    if wait is not None and wait > LONGEST_WAIT:
        raise Invalid("A rung of a test waits a day at most.", hint="Accepted: 90s, 5m, 1h30m, 1d.")
    rungs = tuple(msgspec.structs.replace(rung, delay=wait or rung.delay) for rung in ladder.rungs)
    return msgspec.structs.replace(ladder, rungs=rungs, repeat=0, nobody="skip", quiet=(), silent_after=None)


def answers(state: Escalation) -> tuple[Answer, ...]:
    """Who was paged in the run of this test, rung by rung, and who answered."""
    return tuple(_answer(page) for page in state.pages if page.run == state.run and page.rung)


def _answer(page: Page) -> Answer:
    order = page.order
    ways = tuple((each.name, tried.outcome if (tried := page.tried(each.name)) else "") for each in order.contacts)
    channel = "" if order.person or not order.contacts else order.contacts[0].name
    return Answer(page.rung, order.person, channel, ways, page.answered - page.at if page.answered else None)


def by_rung(found: tuple[Answer, ...]) -> tuple[RungAnswers, ...]:
    """The same, rung by rung; channels are posted to and answer nothing, so they do not count."""
    rows = []
    for rung in sorted({each.rung for each in found}):
        people = [each for each in found if each.rung == rung and each.person]
        times = [each.after for each in people if each.after is not None]
        middle = timedelta(seconds=median(time.total_seconds() for time in times)) if times else None
        rows.append(RungAnswers(rung, len(people), len(times), middle))
    return tuple(rows)
