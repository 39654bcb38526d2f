"""Leading a drill, and stopping one."""

from collections.abc import Awaitable, Callable, Mapping

from warroom.domain import conducting
from warroom.domain.case import Case
from warroom.domain.errors import Refused
from warroom.domain.moments import read_duration
from warroom.domain.scenario import Inject
from warroom.tui.actions.base import Action, Desk
from warroom.tui.present import conduct as shown
from warroom.tui.present.drill import ABORTING, is_drill


def _leads(desk: Desk) -> str:
    """Why somebody may not look behind a drill; what it says gives nothing away."""
    incident = desk.scene.incident
    if not is_drill(incident):
        return "This is no drill."
    if incident.drill.scenario is None:
        return "This drill plays no scenario."
    if not incident.drill.watches(desk.scene.me):
        return "You take part in this drill: only those who lead or watch it see what is to come."
    return ""


def _aborts(desk: Desk) -> str:
    incident = desk.scene.incident
    if not incident.exercise:
        return "This is no drill. A real incident is resolved, then closed."
    return "The drill is over already." if incident.clock.closed else ""


async def conduct(desk: Desk) -> None:
    """What is to come, what is expected, and private notes; what is done there is done from here."""
    row = ""
    while chosen := await desk.conduct(row):
        key, row = chosen
        if key in _LEADING and not desk.scene.incident.drill.leads(desk.scene.me):
            desk.say("You watch this drill: only those who lead it change what comes.")
        else:
            await _DEEDS[key](desk, row)


def _at(desk: Desk, row: str) -> Inject | None:
    """The inject under the cursor; else a sentence."""
    progress = desk.scene.incident.drill.progress(row.removeprefix(shown.ROW)) if row.startswith(shown.ROW) else None
    if progress is None:
        desk.say("Put the cursor on an inject first.")
    return progress.inject if progress else None


async def _inject(desk: Desk, row: str) -> None:
    inject = _at(desk, row)
    if inject and await desk.confirm(f"Bring in “{inject.id}” now?", inject.text):
        desk.do("drill.inject", inject=inject.id)


async def _delay(desk: Desk, row: str) -> None:
    inject = _at(desk, row)
    if inject is None:
        return

    def wrong(text: str) -> str:
        """What the rule says of such a span, or "": the dialog keeps what was typed until it will do."""
        scene = desk.scene
        case = Case(scene.incident, scene.view.org, scene.me, scene.now)
        try:
            conducting.delay(case, inject.id, read_duration(text))
        except Refused as refused:
            return f"{refused.message} {refused.hint}".strip()
        return ""

    text = await desk.ask(f"Put off “{inject.id}”", "By how much? Such as 90s, 5m or 1h.", wrong=wrong)
    if text is not None:
        desk.do("drill.delay", inject=inject.id, span=text)


async def _skip(desk: Desk, row: str) -> None:
    if inject := _at(desk, row):
        hint = "Why? (may stay empty) What waits for it does not come either."
        because = await desk.ask(f"Leave out “{inject.id}”", hint)
        if because is not None:
            desk.do("drill.skip", inject=inject.id, because=because)


async def _note(desk: Desk, row: str) -> None:
    if text := await desk.ask("Private note", "Only those who lead and watch the drill are shown it.", long=True):
        desk.do("drill.note", text=text)


async def _end(desk: Desk, row: str) -> None:
    if await desk.confirm("End the drill as planned, for everybody?", "Nothing more comes, and it is closed."):
        desk.do("drill.end")


async def abort(desk: Desk) -> None:
    """Stop the drill for everybody: one question, which Enter answers, as something real may go wrong."""
    hint = "Real incident? Enter stops it at once, esc lets it go on. Why? (may stay empty)"
    because = await desk.ask(ABORTING, hint)
    if because is not None:
        desk.do("drill.abort", because=because)


async def _abort(desk: Desk, row: str) -> None:
    if reason := _aborts(desk):
        desk.say(reason)
    else:
        await abort(desk)


_DEEDS: Mapping[str, Callable[[Desk, str], Awaitable[None]]] = {
    "i": _inject,
    "d": _delay,
    "x": _skip,
    "n": _note,
    "e": _end,
    "exclamation_mark": _abort,
}

_LEADING = ("i", "d", "x", "e")

ACTIONS = (
    Action(
        "drill.conduct", "Lead or watch the drill: what is to come, what is expected, private notes", ("C",),
        conduct, "", _leads, "drill inject|delay|skip|note|end INC", 5, "lead the drill",
    ),
    Action(
        "drill.abort", "Abort the drill for everybody: there is a real incident", ("exclamation_mark",),
        abort, "", _aborts, "drill abort INC --because …", 88, "abort",
    ),
)  # fmt: skip
