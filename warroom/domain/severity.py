"""Severity: the taxonomy, and how bad this incident is now.

SEV1 is the worst. The table comes from the playbook and is pinned when an incident is declared, so that an old
incident reads the same after the table changed.
"""

from datetime import datetime, timedelta
from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.event import Event, Fact


class Severity(msgspec.Struct, frozen=True):
    """One row of the taxonomy. Durations count from detection (else declaration); None = no target.

    `roles` are the ids of the roles that must be held; `update_every` is the cadence of status updates.
    """

    level: int
    name: str
    title: str
    definition: str
    examples: tuple[str, ...] = ()
    acknowledge_within: timedelta | None = None
    escalate_within: timedelta | None = None
    contain_within: timedelta | None = None
    resolve_within: timedelta | None = None
    update_every: timedelta | None = None
    roles: tuple[str, ...] = ()


class SeveritySet(Event, frozen=True, tag="severity-set.v1"):
    """The severity was changed during the incident."""

    level: int
    because: str = ""


SeverityEvent = SeveritySet


class SeverityState(msgspec.Struct, frozen=True):
    """The pinned table, the level now, and (level, since when, by whom) of every change, oldest first."""

    table: tuple[Severity, ...] = ()
    level: int = 0
    history: tuple[tuple[int, datetime, str], ...] = ()

    @property
    def now(self) -> Severity:
        """The row in force. A level that the pinned table lacks still has a name."""
        return row(self.table, self.level)


def row(table: tuple[Severity, ...], level: int) -> Severity:
    """The row of `level`, or a bare one of that name."""
    for severity in table:
        if severity.level == level:
            return severity
    return Severity(level=level, name=f"SEV{level}", title="", definition="")


def find(table: tuple[Severity, ...], wanted: str | int) -> Severity:
    """The row that `1`, `sev1` or its title names; Unknown with candidates otherwise."""
    text = str(wanted).strip().lower()
    for severity in table:
        if text in (str(severity.level), severity.name.lower(), severity.title.lower()):
            return severity
    raise unknown("severity", str(wanted), [severity.name for severity in table])


def evolve(state: SeverityState, fact: Fact, event: SeverityEvent) -> SeverityState:
    """The state after one event."""
    match event:
        case SeveritySet(level=level):
            change = (level, fact.happened, fact.actor)
            return SeverityState(state.table, level, (*state.history, change))
        case _:
            assert_never(event)


def change(case: Case, level: str, because: str) -> list[Event]:
    """Set the severity. A reason is required: the change moves who is paged and how fast."""
    state = case.incident.severity
    wanted = find(state.table, level)
    if wanted.level == state.level:
        _, since, by = state.history[-1]
        raise Already(f"The severity is already {wanted.name} (since {since:%H:%M} UTC, by {by}).")
    if not because.strip():
        raise Refused("A change of severity needs a reason.", hint="Say why, in a few words.")
    return [SeveritySet(wanted.level, because.strip())]


def describe(event: SeverityEvent, state: SeverityState) -> str:
    """The timeline's sentence."""
    match event:
        case SeveritySet(level=level, because=because):
            text = f"{state.now.name} → {row(state.table, level).name}"
            return f"{text}: {because}" if because else text
        case _:
            assert_never(event)


def compensate(event: SeverityEvent, before: SeverityState, now: SeverityState) -> list[Event]:
    """The events that undo one, if nothing has changed since; `before` is the state it was decided on."""
    match event:
        case SeveritySet(level=level):
            return [SeveritySet(before.level, "undo")] if now.level == level else []
        case _:
            assert_never(event)
