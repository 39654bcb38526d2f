"""The taxonomy, and changing the severity."""

from datetime import timedelta

from warroom.domain.moments import brief
from warroom.domain.severity import Severity
from warroom.domain.text import one_line
from warroom.tui.actions.base import Action, Desk, Option


def _targets(row: Severity) -> str:
    def each(word: str, gap: timedelta | None) -> str:
        return f"{word} {brief(gap)}" if gap else ""

    parts = (
        each("ack", row.acknowledge_within),
        each("escalate", row.escalate_within),
        each("contain", row.contain_within),
        each("resolve", row.resolve_within),
        each("update every", row.update_every),
    )
    roles = f"needs {', '.join(row.roles)}" if row.roles else ""
    examples = f"such as: {'; '.join(row.examples)}" if row.examples else ""
    return " · ".join(part for part in (*parts, roles, examples) if part)


async def change(desk: Desk) -> None:
    """Read the taxonomy; choose a row to change the severity, with a reason."""
    state = desk.scene.incident.severity
    options = [
        Option(
            str(row.level),
            f"{row.name} {one_line(row.title)}" + (" (now)" if row.level == state.level else ""),
            one_line(f"{row.definition} {_targets(row)}"),
        )
        for row in state.table
    ]
    level = await desk.choose("Severity", options, "in doubt, take the higher one")
    if level is None or level == str(state.level) or desk.scene.incident.clock.closed:
        return
    if because := await desk.ask(f"Severity {level}", "Why?"):
        desk.do("sev", level=level, because=because)


ACTIONS = (
    Action(
        "sev",
        "Severity: the table, and change it",
        ("S",),
        change,
        command="sev INC LEVEL",
        footer=70,
        short="severity",
    ),
)
