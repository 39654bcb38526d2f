"""Schedules, ladders and channels as the YAML that `schedules.py`, `ladders.py` and `channels.py` read.

What is written and read again is the same value. What stands at its default is left out.
"""

from collections.abc import Iterable
from typing import Any

from warroom.domain.contacts import Channel
from warroom.domain.ladder import Checklist, Ladder, Route, Rung
from warroom.domain.roster import Layer, Schedule, Window
from warroom.playbook.dumper import dump, filled, listed, written_duration
from warroom.playbook.ladders import FOREVER, Ladders
from warroom.playbook.people import NOBODY
from warroom.playbook.times import written_days

_WEEK = tuple(range(7))


def write_schedules(schedules: Iterable[Schedule]) -> str:
    """The text of `schedules.yaml`."""
    return dump({"schedules": [_schedule(each) for each in schedules]})


def write_ladders(ladders: Ladders) -> str:
    """The text of `ladders.yaml`."""
    return dump(
        filled(
            {
                "ladders": [_ladder(each) for each in ladders.ladders],
                "routes": [_route(each) for each in ladders.routes],
                "checklists": [_checklist(each) for each in ladders.checklists],
            },
            kept=("ladders",),
        )
    )


def write_channels(channels: Iterable[Channel]) -> str:
    """The text of `channels.yaml`."""
    return dump({"channels": [_channel(each) for each in channels]})


def _schedule(schedule: Schedule) -> dict[str, Any]:
    return filled(
        {
            "name": schedule.name,
            "title": schedule.title,
            "team": schedule.team,
            "time_zone": schedule.time_zone if schedule.time_zone != "UTC" else "",
            "layers": [_layer(each) for each in schedule.layers],
        }
    )


def _layer(layer: Layer) -> dict[str, Any]:
    return filled(
        {
            "name": layer.name,
            "members": listed([member or NOBODY for member in layer.members]),
            "time_zone": layer.time_zone,
            "start": f"{layer.start:%Y-%m-%d %H:%M}",
            "turn": layer.turn,
            "every": layer.every if layer.every != 1 else 0,
            "windows": [_window(each) for each in layer.windows],
            "joins": layer.joins,
        }
    )


def _window(window: Window) -> dict[str, Any]:
    days = listed(written_days(window.days)) if window.days != _WEEK else []
    return filled({"days": days, "from": f"{window.start:%H:%M}", "until": f"{window.end:%H:%M}"})


def _ladder(ladder: Ladder) -> dict[str, Any]:
    return filled(
        {
            "name": ladder.name,
            "title": ladder.title,
            "urgency": ladder.urgency if ladder.urgency != "high" else "",
            "rungs": [_rung(each) for each in ladder.rungs],
            "repeat": FOREVER if ladder.repeat == -1 else ladder.repeat,
            "nobody": ladder.nobody if ladder.nobody != "skip" else "",
            "time_zone": ladder.time_zone if ladder.time_zone != "UTC" else "",
            "quiet": [_window(each) for each in ladder.quiet],
            "silent_after": written_duration(ladder.silent_after) if ladder.silent_after else "",
        }
    )


def _rung(rung: Rung) -> dict[str, Any]:
    targets = listed([f"{target.kind} {target.name}" for target in rung.targets])
    return {"page": targets, "delay": written_duration(rung.delay)}


def _route(route: Route) -> dict[str, Any]:
    levels = listed([str(level) for level in route.levels])
    return filled({"levels": levels, "services": listed(route.services), "ladder": route.ladder})


def _checklist(checklist: Checklist) -> dict[str, Any]:
    levels = listed([str(level) for level in checklist.levels])
    return filled({"levels": levels, "runbooks": listed(checklist.runbooks)})


def _channel(channel: Channel) -> dict[str, Any]:
    return filled(
        {
            "name": channel.name,
            "kind": channel.kind,
            "secret": channel.secret,
            "title": channel.title,
            "at_most": channel.at_most,
            "per": written_duration(channel.per) if channel.per else "",
            "drill": channel.drill,
        }
    )
