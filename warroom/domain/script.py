"""A script: an incident that simulated responders work on live, each line at its moment (the demo)."""

from datetime import datetime

import msgspec

Value = str | int | datetime | tuple[str, ...]

# A script is written in the words of those who tell what happened; the commands have one word for each thing.
_COMMANDS_WORD = {("declare", "impact"): "at", ("milestone", "name"): "milestone"}


class Pace(msgspec.Struct, frozen=True):
    """From `since` on, `rate` seconds of the incident pass in one real second."""

    since: datetime
    rate: float


class Line(msgspec.Struct, frozen=True):
    """At the incident's time `at`, `by` gives a command; `values` are its parameters, in the script's own words."""

    at: datetime
    by: str
    command: str
    values: tuple[tuple[str, Value], ...] = ()

    def parameters(self) -> dict[str, Value]:
        """The parameters in the script's words; what was left out is not in it."""
        return dict(self.values)

    def given(self) -> dict[str, Value]:
        """The parameters in the command's words."""
        return {_COMMANDS_WORD.get((self.command, name), name): value for name, value in self.values}


class Script(msgspec.Struct, frozen=True):
    """A demo. `incident` and `runbook` are names; `pace` and `lines` are in the order of time.

    The first pace begins with the script, at `starts`, and so does the first line, which declares the incident.
    """

    incident: str
    runbook: str
    starts: datetime
    pace: tuple[Pace, ...]
    lines: tuple[Line, ...]

    @property
    def cast(self) -> frozenset[str]:
        """Everybody who does something."""
        return frozenset(line.by for line in self.lines)

    @property
    def cues(self) -> tuple[tuple[datetime, Pace | Line], ...]:
        """The changes of pace and the lines, each at its moment, in the order in which they fall due."""
        paces: list[tuple[datetime, Pace | Line]] = [(pace.since, pace) for pace in self.pace]
        return tuple(sorted([*paces, *((line.at, line) for line in self.lines)], key=lambda cue: cue[0]))

    def seconds(self, at: datetime) -> float:
        """How many real seconds after its start the demo reaches this moment of the incident."""
        total = 0.0
        ends = [pace.since for pace in self.pace[1:]]
        for pace, end in zip(self.pace, [*ends, None], strict=True):
            until = at if end is None else min(at, end)
            total += max(0.0, (until - pace.since).total_seconds()) / pace.rate
        return total

    def faster(self, times: float) -> "Script":
        """The same script, played so many times as fast."""
        pace = tuple(Pace(each.since, each.rate * times) for each in self.pace)
        return msgspec.structs.replace(self, pace=pace)
