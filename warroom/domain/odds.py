"""The odds that somebody answers, drawn from how pages were answered before.

A bootstrap: each run draws, for every page of a walk, one of the answers of the past, and looks who is first. It knows
no more than the past does, so the size of that sample belongs beside every figure.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from math import ceil

import msgspec

from warroom.domain.escalation import Page
from warroom.domain.incident import Incident
from warroom.domain.simulation import Fired

ENOUGH = 20
"With fewer answers than this, figures say little."

OWN = 5
"So many answers of their own count for a person; with fewer, everybody's do."

PERCENTILES = (50, 80, 95)
PROPOSED = 80
"A delay is proposed in which so many of a hundred pages are answered."


class Answer(msgspec.Struct, frozen=True):
    """How a page was answered: after so many seconds, None = never. `person` "" = by whom is not known."""

    person: str
    seconds: float | None


class RungOdds(msgspec.Struct, frozen=True):
    """The chance, from 0 to 1, that somebody has answered before the rung after this one fires.

    `proposed`: the delay in which PROPOSED % of the pages to its people are answered; None = so many never are.
    """

    round: int
    rung: int
    chance: float
    proposed: timedelta | None


class Odds(msgspec.Struct, frozen=True):
    """What `runs` runs came to. `sample`: how many answers they were drawn from.

    `waits`: (percentile, time until the first answer), None = that many runs are answered by nobody.
    """

    sample: int
    runs: int
    rungs: tuple[RungOdds, ...]
    waits: tuple[tuple[int, timedelta | None], ...]
    never: float

    @property
    def enough(self) -> bool:
        """Whether the sample says anything."""
        return self.sample >= ENOUGH


def history(incidents: Iterable[Incident]) -> tuple[Answer, ...]:
    """How pages were answered in these incidents; where one has none, from its detection to its acknowledgment.

    Tests of a ladder do not count, and neither do pages that nobody had to answer any more.
    """
    found: list[Answer] = []
    for incident in incidents:
        pages = [page for page in incident.escalation.pages if page.order.person]
        if incident.escalation.walk:
            continue
        found += [_answer(page) for page in pages if page.answered or _climbed_on(page, pages)]
        detected, acknowledged = (incident.clock.get(name) for name in ("detection", "acknowledgment"))
        if not pages and detected and acknowledged and acknowledged.happened >= detected.happened:
            found.append(Answer("", (acknowledged.happened - detected.happened).total_seconds()))
    return tuple(found)


def _answer(page: Page) -> Answer:
    return Answer(page.order.person, (page.answered - page.at).total_seconds() if page.answered else None)


def _climbed_on(page: Page, pages: Sequence[Page]) -> bool:
    """Whether a later rung fired: until then the page mattered, and was not answered."""
    return any(each.run == page.run and each.at > page.at and each.round for each in pages)


def estimate(
    fired: Iterable[Fired], answers: Sequence[Answer], draw: Callable[[], float], runs: int = 2000
) -> Odds | None:
    """What the past says about a walk; None where there is no past. `draw`: a number from 0 up to 1, at random."""
    firings = [each for each in fired if each.kind == "fire"]
    if not answers or not firings:
        return None
    pools = _pools(answers)
    start = firings[0].at
    pages = [
        ((contact_at - start).total_seconds(), pools.get(call.person, pools[""]))
        for firing in firings
        for call in firing.calls
        for contact_at, _ in call.contacts[:1]
    ]
    firsts = sorted((_first(pages, draw) for _ in range(runs)), key=_endless)
    ends = [(each.at - start).total_seconds() for each in firings[1:]]
    rungs = tuple(
        RungOdds(firing.round, firing.rung, _share(firsts, end), _proposed(firing, pools))
        for firing, end in zip(firings, [*ends, None], strict=True)
    )
    waits = tuple((each, _span(_percentile(firsts, each))) for each in PERCENTILES)
    return Odds(len(answers), runs, rungs, waits, firsts.count(None) / runs)


def _pools(answers: Sequence[Answer]) -> dict[str, list[float | None]]:
    """The answers to draw from, by person; under "" everybody's."""
    pools: dict[str, list[float | None]] = {}
    for each in answers:
        if each.person:
            pools.setdefault(each.person, []).append(each.seconds)
    own = {person: found for person, found in pools.items() if len(found) >= OWN}
    return own | {"": [each.seconds for each in answers]}


def _first(pages: list[tuple[float, list[float | None]]], draw: Callable[[], float]) -> float | None:
    """When the first answer comes in one run, in seconds from the start."""
    first: float | None = None
    for at, pool in pages:
        if first is not None and at >= first:
            continue
        seconds = pool[int(draw() * len(pool))]
        if seconds is not None:
            first = at + seconds if first is None else min(first, at + seconds)
    return first


def _endless(seconds: float | None) -> float:
    return float("inf") if seconds is None else seconds


def _share(firsts: list[float | None], end: float | None) -> float:
    """How many of the runs were answered before `end`; None = at all."""
    return sum(each is not None and (end is None or each < end) for each in firsts) / len(firsts)


def _percentile(found: list[float | None], percent: int) -> float | None:
    """The value that so many of a hundred do not exceed (nearest rank). `found` is in order, None last."""
    return found[ceil(percent / 100 * len(found)) - 1]


def _proposed(firing: Fired, pools: dict[str, list[float | None]]) -> timedelta | None:
    """The delay in which enough of a rung's people answer, in whole minutes, at least one."""
    found = [seconds for call in firing.calls for seconds in pools.get(call.person, pools[""])]
    seconds = _percentile(sorted(found, key=_endless), PROPOSED) if found else None
    return None if seconds is None else timedelta(minutes=max(1, ceil(seconds / 60)))


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=round(seconds))
