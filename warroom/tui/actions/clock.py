"""Milestones and the state of the incident."""

from warroom.domain.clock import NAMES
from warroom.tui.actions import drill
from warroom.tui.actions.base import Action, Desk, Option, always


async def mark(desk: Desk) -> None:
    """Set or correct a milestone."""
    name: str | None = desk.row if desk.pane == "clock" and desk.row in NAMES else None
    if name is None:
        clock = desk.scene.incident.clock
        options = []
        for each in NAMES:
            known = clock.get(each)
            remark = f"{desk.scene.clock(known.happened, seconds=True)} by {known.by}" if known else "unknown"
            options.append(Option(each, each, remark))
        name = await desk.choose("Milestone", options)
    if name is None:
        return
    at = await desk.ask(
        f"{name.capitalize()}: when?", f"now, -12m, 14:05 ({desk.scene.zone}), or ISO 8601 with a zone", "now"
    )
    if at:
        desk.do("milestone", f"{name}", milestone=name, at=at)


async def progress(desk: Desk) -> None:
    """Contain, resolve, close or reopen: whatever comes next; a drill can be aborted as well."""
    status = desk.scene.incident.clock.status
    options = {
        "active": [Option("containment", "Contained", "it gets no worse"), Option("resolve", "Resolved", "it is over")],
        "contained": [Option("resolve", "Resolved", "it is over"), Option("reopen", "Reopen", "it is back")],
        "resolved": [Option("close", "Close", "nothing more to do"), Option("reopen", "Reopen", "it is back")],
        "closed": [Option("reopen", "Reopen", "it is back")],
    }[status]
    if desk.scene.incident.drill.ended:
        desk.say(f"The drill is over. Read how it went: warroom drill report {desk.scene.incident.name}")
        return
    if desk.scene.incident.exercise and status != "closed":
        options.append(Option("abort", "Abort the drill", "there is a real incident"))
    match await desk.choose(f"The incident is {status}", options):
        case "containment":
            desk.do("milestone", milestone="containment")
        case "resolve":
            desk.do("resolve")
        case "close":
            if await desk.confirm("Close the incident?", "Nothing more can be done in it until it is reopened."):
                desk.do("close")
        case "reopen":
            if because := await desk.ask("Reopen", "What came back?"):
                desk.do("reopen", because=because)
        case "abort":
            await drill.abort(desk)


ACTIONS = (
    Action(
        "milestone",
        "Set or correct a milestone",
        ("M",),
        mark,
        "",
        always,
        "milestone INC NAME --at T",
        75,
        "milestone",
    ),
    Action(
        "milestone.row",
        "Set or correct this milestone",
        ("space", "enter"),
        mark,
        "clock",
        always,
        "milestone INC NAME --at T",
        10,
        "set",
    ),
    Action(
        "progress",
        "Contain, resolve, close, reopen",
        ("X",),
        progress,
        command="resolve|close|reopen INC",
        footer=80,
        short="state",
    ),
)
