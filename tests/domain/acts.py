"""What several people might do to one incident: random commands in the registry's words, sensible ones and others."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.support.builders import GUARDED, ORG, SCENARIO, Tale, at, reachable, runbook
from warroom.domain import record
from warroom.domain.clock import NAMES, ClockMapped
from warroom.domain.errors import Refused
from warroom.domain.escalation import OUTCOMES
from warroom.domain.event import Event
from warroom.domain.exercise import DrillStarted
from warroom.domain.roles import ROLES
from warroom.domain.services import HEALTHS
from warroom.room import commands

PEOPLE = ("ana", "bo", "cy")
Given = dict[str, Any]


class Act(NamedTuple):
    """`wait` seconds later `by` carries out a command, while `here` have a terminal open. A time is how long ago."""

    by: str
    name: str
    given: Given
    wait: int = 60
    here: frozenset[str] = frozenset(PEOPLE)

    def at(self, now: datetime) -> Given:
        """The parameters as of a moment: how long ago becomes when; how long stays as it is."""
        moments = (name for name, value in self.given.items() if isinstance(value, timedelta) and name != "span")
        return self.given | {name: now - self.given[name] for name in moments}


def _given(
    *required: tuple[str, st.SearchStrategy[Any]], **optional: st.SearchStrategy[Any]
) -> st.SearchStrategy[Given]:
    return st.fixed_dictionaries(dict(required), optional=optional)


_STEP = ("step", st.sampled_from(["1.1", "1.2", "1.3", "2.1", "2.2", "2.2.1", "2.2.2", "2/1.1", "9.9"]))
_ROLE = ("role", st.sampled_from([role.id for role in ROLES]))
_WORDS = st.sampled_from(["it is back", "no access", "seen on two hosts", " "]) | st.text(max_size=12)
_WHY = ("because", _WORDS)
_TEXT = ("text", _WORDS)
_INJECT = ("inject", st.sampled_from(["page", "down", "asks", "well", "never"]))
_FLAG = st.booleans()
# Mostly the past; sometimes the future, which must be refused.
_AGO = st.integers(-2, 90).map(lambda minutes: timedelta(minutes=minutes))
_BOOKS = st.sampled_from(
    [runbook(), runbook("disk-full", triage="find what grows", contain="free some space"), GUARDED]
)
_RUNS = st.sampled_from(["the last", "another"])

#: Parameters for every command but `declare`, with which each tale begins.
GIVEN: dict[str, st.SearchStrategy[Given]] = {
    "ack": _given(),
    "ack.page": _given(("page", st.sampled_from(["the last", "another"]))),
    "milestone": _given(("milestone", st.sampled_from(NAMES)), at=_AGO, approximate=_FLAG),
    "sev": _given(("level", st.sampled_from(["1", "SEV2", "minor", "9"])), _WHY),
    "resolve": _given(at=_AGO),
    "close": _given(),
    "drill.abort": _given(because=_WORDS),
    "drill.inject": _given(_INJECT),
    "drill.delay": _given(_INJECT, ("span", st.sampled_from([timedelta(minutes=5), timedelta(days=3)]))),
    "drill.skip": _given(_INJECT, because=_WORDS),
    "drill.note": _given(_TEXT, at=_AGO),
    "drill.end": _given(because=_WORDS),
    "drill.fire": _given(_INJECT),
    "drill.finish": _given(),
    "reopen": _given(_WHY),
    "role.take": _given(_ROLE, because=_WORDS, subject=_WORDS, force=_FLAG),
    "role.offer": _given(_ROLE, ("to", st.sampled_from([*PEOPLE, "eve"])), subject=_WORDS, force=_FLAG),
    "role.accept": _given(_ROLE),
    "role.decline": _given(_ROLE, because=_WORDS),
    "role.release": _given(_ROLE, person=st.sampled_from(PEOPLE)),
    "runbook.attach": _given(("runbook", _BOOKS)),
    "step.done": _given(_STEP, note=_WORDS),
    "step.skip": _given(_STEP, _WHY),
    "step.fail": _given(_STEP, _WHY),
    "step.claim": _given(_STEP),
    "step.reopen": _given(_STEP, because=_WORDS),
    "step.timebox": _given(_STEP, span=st.sampled_from([timedelta(minutes=5), timedelta(days=3)])),
    "step.add": _given(("title", _WORDS), after=_STEP[1], kind=st.sampled_from(["do", "decide", "gate", "dance"])),
    "step.approve": _given(_STEP),
    "step.override": _given(_STEP, _WHY),
    "step.run": _given(_STEP, ("host", st.sampled_from(["bastion", "laptop"])), again=_FLAG),
    "step.ended": _given(
        _STEP, ("run", _RUNS), ("ending", st.sampled_from(["passed", "failed", "stopped"])), says=_WORDS
    ),
    "runbook.fill": _given(("name", st.sampled_from(["cluster", "<cluster>", "zone"])), ("value", _WORDS)),
    "step.note": _given(_STEP, _TEXT, at=_AGO),
    "note": _given(_TEXT, at=_AGO),
    "decide": _given(_TEXT, because=_WORDS, at=_AGO),
    "correct": _given(("entry", st.integers(0, 12)), _TEXT),
    "evidence": _given(("content", st.binary(max_size=3)), step=_STEP[1], text=_WORDS, at=_AGO),
    "service.health": _given(
        ("service", st.sampled_from(["payments", "Checkout", "telex"])),
        ("health", st.sampled_from(HEALTHS)),
        because=_WORDS,
        at=_AGO,
    ),
    "clock.pace": _given(("since", _AGO), ("rate", st.sampled_from([0.0, 1.0, 60.0]))),
    "page": _given(("to", st.sampled_from(["bo", "commander", "chat", "rung 2", "rung 9", "eve"])), because=_WORDS),
    "escalate": _given(_WHY),
    "ladder.fire": _given(),
    "ladder.lapse": _given(),
    "ladder.stop": _given(_WHY),
    "page.report": _given(
        ("page", st.sampled_from(["the last", "another"])),
        ("contact", st.sampled_from(["push", "phone"])),
        ("outcome", st.sampled_from([*OUTCOMES, "eaten"])),
        ("attempt", st.integers(1, 3)),
        says=_WORDS,
    ),
    "bookmark": _given(remark=_WORDS, at=st.none() | st.integers(0, 12)),
    "bookmark.remove": _given(("bookmark", st.integers(0, 12))),
    "break-glass": _given(_WHY),
    "undo": _given(),
}
assert set(GIVEN) | {"declare"} == set(commands.BY_NAME), "every command takes part"


def acts(*names: str, by: tuple[str, ...] = PEOPLE) -> st.SearchStrategy[Act]:
    """Single acts: of these commands, or of all."""
    here = st.sets(st.sampled_from(PEOPLE)).map(frozenset)
    return st.sampled_from(names or tuple(GIVEN)).flatmap(
        lambda name: st.builds(Act, st.sampled_from(by), st.just(name), GIVEN[name], st.integers(0, 600), here)
    )


def courses(*names: str, by: tuple[str, ...] = PEOPLE, longest: int = 25) -> st.SearchStrategy[list[Act]]:
    """Courses of events; most begin with a runbook, so that there is something to do."""
    rest = st.lists(acts(*names, by=by), max_size=longest)
    return rest.map(lambda rest: [ATTACH, *rest]) | rest.map(lambda rest: [GUARD, *rest]) | rest


def drilled() -> Tale:
    """A drill that plays a scenario."""
    started = DrillStarted(SCENARIO, controllers=("bo",), evaluators=("cy",))
    return Tale(org=reachable(ORG), title="DRILL: payments", exercise="drill", drill=started)


def rehearsed() -> Tale:
    """A tale in mapped time, so that its clock can be paced, and with a ladder."""
    return Tale(org=reachable(ORG), clock=ClockMapped(at("14:00"), at("14:00"), 1.0))


ATTACH = Act("ana", "runbook.attach", {"runbook": runbook()})
GUARD = Act("ana", "runbook.attach", {"runbook": GUARDED})


def perform(tale: Tale, act: Act) -> list[Event]:
    """Carry an act out on a tale, as the room would. Raises what its rule raises."""
    tale.now += timedelta(seconds=act.wait)
    command = commands.find(act.name)
    if tale.incident.clock.closed and not command.closed:
        raise Refused("The incident is closed.")
    rule: Callable[..., list[Event]] = command.rule
    given = act.at(tale.now)
    when = given.get("at") if "at" in rule.__annotations__ else given.pop("at", None)
    happened = when if isinstance(when, datetime) else None  # a bookmark is set at an entry, not at a time
    if given.get("run") == "the last":
        last = tale.incident.automation.last(given["step"])
        given["run"] = last.run if last else "none"
    if given.get("page") == "the last":
        pages = tale.incident.escalation.pages
        given["page"] = pages[-1].order.id if pages else "none"
    if rule is record.keep:
        content = given.pop("content")
        given |= {"name": "graph.png", "digest": sha256(content).hexdigest(), "size": len(content)}
    return tale.do(rule, by=act.by, present=act.here, happened=happened, **given)


def attempt(tale: Tale, act: Act) -> list[Event]:
    """Carry an act out, or nothing where it is refused; a refusal is a sentence."""
    try:
        return perform(tale, act)
    except Refused as refused:
        sentence = refused.message
    assert sentence.endswith("."), sentence
    return []
