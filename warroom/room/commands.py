"""The one registry of what can be done: name, rule, parameters, right. Every front end derives from it.

The command line makes its options from the parameters, the console its actions, palette and help, the documents their
tables. A name is `step.done` here, `warroom step INC done` on the command line.
"""

from collections.abc import Callable
from typing import Any, Literal

import msgspec

from warroom.domain import (
    answering,
    bookmarks,
    checklist,
    clock,
    conducting,
    declaration,
    glass,
    pages,
    paging,
    parameters,
    record,
    roles,
    steps,
    undo,
)
from warroom.domain.errors import unknown
from warroom.domain.permissions import Right

Kind = Literal["text", "moment", "duration", "names", "integer", "number", "flag", "runbook", "content"]


class Param(msgspec.Struct, frozen=True):
    """One parameter. `happened`: it is the moment at which the whole act happened; `long`: several lines are usual."""

    name: str
    help: str
    kind: Kind = "text"
    required: bool = False
    happened: bool = False
    long: bool = False


class Command(msgspec.Struct, frozen=True):
    """One thing that can be done to an incident.

    `commuting`: it never depends on what others do meanwhile. `final`: it cannot be undone, so a person is asked first.
    `presence`: its rule looks at who is here. `internal`: no front end offers it (players and importers use it).
    `closed`: it may be done in a closed incident, where the record is put right and nothing else goes on. `besides`:
    what a front end passes besides the parameters that people see.
    """

    name: str
    title: str
    rule: Callable[..., Any]
    params: tuple[Param, ...] = ()
    right: Right = "respond"
    commuting: bool = False
    final: bool = False
    presence: bool = False
    internal: bool = False
    closed: bool = False
    besides: tuple[str, ...] = ()


def _need(name: str, help: str, kind: Kind = "text", long: bool = False) -> Param:
    return Param(name, help, kind, required=True, long=long)


_AT = Param("at", "when it happened: -5m, 14:05 (UTC) or ISO 8601", "moment", happened=True)
_WHY = Param("because", "the reason, in a few words")
_MUST_WHY = _need("because", "the reason, in a few words")
_STEP = _need("step", "the step, such as 1.2")
_INJECT = _need("inject", "the inject's id in the scenario")
_ROLE = _need("role", "commander, deputy, scribe, communications-lead or expert")
_SUBJECT = Param("subject", "what an expert is expert in")
_FORCE = Param("force", "do it although the rules advise against it", "flag")

ALL: tuple[Command, ...] = (
    Command(
        "declare", "Declare an incident", declaration.declare,
        (
            _need("title", "what fails, as users see it"),
            Param("severity", "1 (worst) to 5, or a name such as SEV2"),
            Param("services", "the services it hurts", "names"),
            Param("at", "when the impact began: -12m, 14:05 (UTC) or ISO 8601", "moment"),
            Param("approximate", "the time of the impact is a guess", "flag"),
        ),
        besides=("catalogue", "source", "clock", "exercise", "walk", "drill"), right="declare",
    ),
    Command("ack", "Acknowledge", paging.acknowledge, right="acknowledge"),
    Command(
        "ack.page", "Acknowledge by the link of a page", answering.answer, (_need("page", "the page's id"),),
        right="acknowledge", internal=True, closed=True,
    ),
    Command(
        "milestone", "Set a milestone", paging.mark,
        (
            _need("milestone", "impact, detection, acknowledgment, escalation, containment, resolution or review"),
            _AT,
            Param("approximate", "the time is a guess", "flag"),
        ),
        closed=True,
    ),
    Command(
        "sev", "Change the severity", paging.change,
        (_need("level", "1 to 5, or a name"), _MUST_WHY), right="command",
    ),
    Command("resolve", "Resolve", clock.resolve, (_AT,)),
    Command("close", "Close the incident", clock.close, final=True, closed=True, right="close"),
    Command("drill.abort", "Abort the drill", conducting.abort, (_WHY,), right="observe"),
    Command("drill.inject", "Bring an inject in now", conducting.make, (_INJECT,), final=True),
    Command(
        "drill.delay", "Put an inject off", conducting.delay,
        (_INJECT, _need("span", "by how much, such as 5m", "duration")),
    ),
    Command("drill.skip", "Leave an inject out", conducting.skip, (_INJECT, _WHY), final=True),
    Command(
        "drill.note", "Take a private note on the drill", conducting.note,
        (_need("text", "what you saw", long=True), _AT), commuting=True, closed=True, right="record",
    ),
    Command("drill.end", "End the drill as planned", conducting.end, (_WHY,), final=True),
    Command(
        "drill.fire", "An inject comes by itself", conducting.fire, (_INJECT,), right="engine", internal=True
    ),
    Command("drill.finish", "The drill ends by itself", conducting.finish, right="engine", internal=True),
    Command("reopen", "Reopen the incident", paging.reopen, (_MUST_WHY,), closed=True),
    Command("role.take", "Take a role", roles.take, (_ROLE, _WHY, _SUBJECT, _FORCE), presence=True),
    Command(
        "role.offer", "Offer a role", roles.offer, (_ROLE, _need("to", "the person"), _SUBJECT, _FORCE)
    ),
    Command("role.accept", "Accept a role offered to you", roles.accept, (_ROLE,)),
    Command("role.decline", "Decline a role offered to you", roles.decline, (_ROLE, _WHY)),
    Command(
        "role.release", "Release a role", roles.release, (_ROLE, Param("person", "whose role; yours if left out")),
        closed=True,
    ),
    Command(
        "runbook.attach", "Attach a runbook", checklist.attach,
        (_need("runbook", "its name, or a file of YAML or Markdown (alerts.md#DiskFull)", "runbook"),),
    ),
    Command(
        "runbook.fill", "Fill in a runbook's parameter", parameters.fill_in,
        (_need("name", "what stands between < and > in its steps"), _need("value", "what it stands for")),
        right="record",
    ),
    Command(
        "step.done", "Tick a step", steps.finish,
        (
            _STEP,
            Param("note", "what was seen; of a decision, what was decided; of an inform step, what was told"),
            Param("to", "whom to call in, of an escalate step: a person, a team, a field of expertise, a rung"),
        ),
        right="record",
    ),
    Command("step.skip", "Skip a step", steps.skip, (_STEP, _MUST_WHY), right="record"),
    Command("step.fail", "Mark a step as failed", steps.fail, (_STEP, _MUST_WHY), right="record"),
    Command("step.claim", "Claim a step, or give it back", steps.claim, (_STEP,), presence=True, right="record"),
    Command("step.reopen", "Reopen a step", steps.reopen, (_STEP, _WHY), right="record"),
    Command(
        "step.timebox", "Give a step so much time", steps.timebox,
        (_STEP, Param("span", "how long, such as 10m; left out: as long as it takes", "duration")), right="record",
    ),
    Command(
        "step.add", "Add a step to the runbook", steps.add,
        (
            _need("title", "what to do"),
            Param("after", "the step that it comes after; left out: the next one to do"),
            Param("command", "a command to copy"),
            Param("kind", "do, read, check, inform, escalate, decide or rollback"),
        ),
        right="record",
    ),
    Command("step.approve", "Approve a gate, or what somebody wants to run", steps.approve, (_STEP,), right="approve"),
    Command("step.override", "Override a gate", steps.override, (_STEP, _MUST_WHY), right="command"),
    Command(
        "step.run", "Run an automated step here", steps.run,
        (_STEP, Param("again", "although nobody knows what became of the run before", "flag")),
        besides=("host", "fingerprint"),
    ),
    Command(
        "step.ended", "What came of a run", steps.ended,
        (
            _STEP,
            _need("run", "the run's id"),
            _need("ending", "passed, failed, timed-out or stopped"),
            Param("says", "one line about it"),
            Param("code", "the exit code", "integer"),
            Param("seconds", "how long it took", "number"),
            Param("content", "the output", "content"),
        ),
        internal=True, closed=True, besides=("name",), right="record",
    ),
    Command(
        "step.note", "Write a note on a step", steps.annotate,
        (_STEP, _need("text", "the note", long=True), _AT), commuting=True, closed=True, right="record",
    ),
    Command(
        "note", "Write a note", record.note,
        (_need("text", "the note", long=True), _AT), commuting=True, closed=True, right="record",
    ),
    Command(
        "decide", "Record a decision", record.decide,
        (_need("text", "what was decided", long=True), _WHY, _AT), right="record",
    ),
    Command(
        "correct", "Correct a note or decision", record.correct,
        (_need("entry", "its number on the timeline", "integer"), _need("text", "the right text", long=True)),
        closed=True, right="record",
    ),
    Command(
        "evidence", "Keep a file as evidence", record.keep,
        (
            _need("content", "the file", "content"),
            Param("step", "the step it belongs to"),
            Param("text", "what it shows"),
            _AT,
        ),
        closed=True, besides=("name",), right="record",
    ),
    Command(
        "service.health", "Set the health of a service", paging.judge,
        (
            _need("service", "the service"),
            _need("health", "operational, degraded, partial-outage, major-outage, maintenance or unknown"),
            _WHY,
            _AT,
        ),
    ),
    Command(
        "clock.pace", "Set the pace of a mapped clock", clock.pace,
        (_need("since", "from when on, in database time", "moment"), _need("rate", "how fast", "number")),
        right="administer", internal=True, closed=True,
    ),
    Command(
        "page", "Page somebody now", paging.page,
        (_need("to", "a person, schedule, role, service or channel, or “rung 2”"), _WHY), final=True,
    ),
    Command("escalate", "Fire the next rung now", paging.escalate, (_MUST_WHY,), final=True),
    Command("ladder.fire", "What the ladder does next", paging.fire, right="engine", internal=True),
    Command("ladder.lapse", "An acknowledgment lapses", paging.lapse, right="engine", internal=True),
    Command("ladder.stop", "A ladder does not go on", paging.stop, (_MUST_WHY,), right="engine", internal=True),
    Command(
        "page.report", "What came of a page", pages.report,
        (
            _need("page", "the page's id"),
            _need("contact", "the contact's name"),
            _need("outcome", "sent, retry, failed, unknown or dropped"),
            _need("attempt", "which attempt, from 1", "integer"),
            Param("says", "one line about it"),
            Param("again", "when the next attempt is due", "moment"),
            Param("reference", "the receiver's own id of it"),
        ),
        right="engine", internal=True, closed=True,
    ),
    Command(
        "bookmark", "Set a bookmark for replays", bookmarks.bookmark,
        (
            Param("remark", "what to look at there", long=True),
            Param("at", "the number of the entry to mark; left out: the last", "integer"),
        ),
        commuting=True, closed=True, right="record",
    ),
    Command(
        "bookmark.remove", "Take a bookmark away", bookmarks.remove,
        (_need("bookmark", "its own number", "integer"),), closed=True, right="record",
    ),
    Command("break-glass", "Break the glass", glass.smash, (_MUST_WHY,), right="observe", final=True),
    Command("undo", "Undo your last act", undo.undo, right="record"),
)  # fmt: skip
BY_NAME = {command.name: command for command in ALL}


def find(name: str) -> Command:
    """The command of that name; Unknown with candidates."""
    if name not in BY_NAME:
        raise unknown("command", name, BY_NAME)
    return BY_NAME[name]
