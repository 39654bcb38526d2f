"""The same incident over the same store, drawn with the widgets of Textual: DataTable, Digits, Footer.

What a console costs that nobody tuned. Usage: python -m benchmarks.stock_app DATABASE INCIDENT
"""

import sys
from datetime import timedelta
from typing import ClassVar

from textual import work
from textual.app import App, ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal
from textual.widgets import DataTable, Digits, Footer, Static
from textual.worker import get_current_worker

from benchmarks import scenario
from warroom.domain.checklist import StepState
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.room.room import Room

_MARKS = {"todo": "☐", "done": "✓", "skipped": "-", "failed": "✗"}


class StockApp(App[None]):
    """Title, running clock, checklist and timeline; space ticks a step."""

    CSS = "DataTable { width: 1fr; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [("space", "tick", "done"), ("q", "quit", "quit")]

    def __init__(self, room: Room, incident: str) -> None:
        super().__init__()
        self._room = room
        self._id = room.find(incident)
        self._steps: dict[str, StepState] = {}
        self._lines = 0

    def compose(self) -> ComposeResult:
        """One pane per kind of data."""
        yield Static(id="title")
        yield Digits(id="clock")
        with Horizontal():
            yield DataTable[str](id="steps", cursor_type="row")
            yield DataTable[str](id="timeline", cursor_type="row")
        yield Footer()

    def on_mount(self) -> None:
        """The first frame already shows the incident."""
        self.query_one("#steps", DataTable).add_columns(("", "mark"), "step", "title")
        self.query_one("#steps", DataTable).add_column("by", key="by", width=8)
        self.query_one("#timeline", DataTable).add_columns("time", "who", "what")
        self.show(self._incident())
        self.set_interval(1, self.show_clock)
        self.follow()

    def on_unmount(self) -> None:
        """Let the thread that waits come to its end."""
        self._room.store.wake()

    def action_tick(self) -> None:
        """The step under the cursor is done."""
        table = self.query_one("#steps", DataTable)
        row, _ = table.coordinate_to_cell_key(table.cursor_coordinate)
        self.finish(str(row.value))

    @work(thread=True)
    def finish(self, step: str) -> None:
        """Write it, show it, then tell the others."""
        done = self._room.do("step.done", self._id, step=step)
        self.call_from_thread(self.show, done.incident)
        self._room.store.ring()

    @work(thread=True)
    def follow(self) -> None:
        """Show what others write."""
        worker = get_current_worker()
        while not worker.is_cancelled:
            self._room.store.wait(1)
            if not worker.is_cancelled:
                self.call_from_thread(self.show, self._incident())

    def show(self, incident: Incident) -> None:
        """Bring the panes to this state; cells that stay the same are left alone."""
        self.query_one("#title", Static).update(f"{incident.name} {incident.title}")
        steps = self.query_one("#steps", DataTable)
        for state in (state for run in incident.checklist.runs for state in run.steps):
            if state.id not in self._steps:
                steps.add_row(_MARKS[state.outcome], state.id, state.step.title, state.by, key=state.id)
            elif state != self._steps[state.id]:
                steps.update_cell(state.id, "mark", _MARKS[state.outcome])
                steps.update_cell(state.id, "by", state.by)
            self._steps[state.id] = state
        timeline = self.query_one("#timeline", DataTable)
        for entry in incident.timeline.last(len(incident.timeline) - self._lines):
            timeline.add_row(f"{entry.happened:%H:%M}", entry.actor, entry.text)
        self._lines = len(incident.timeline)
        timeline.move_cursor(row=timeline.row_count - 1)
        self.show_clock()

    def show_clock(self) -> None:
        """T+ from the declaration."""
        declared = self._incident_now().clock.declared
        elapsed = moment(self._room.store.now()) - declared if declared else timedelta()
        self.query_one("#clock", Digits).update(str(elapsed).partition(".")[0])

    def _incident(self) -> Incident:
        incident = self._room.feed(self._id).refresh().incident
        assert incident is not None
        return incident

    def _incident_now(self) -> Incident:
        incident = self._room.feed(self._id).state.incident
        assert incident is not None
        return incident


if __name__ == "__main__":
    with scenario.room(sys.argv[1]) as ana:
        StockApp(ana, sys.argv[2]).run()
