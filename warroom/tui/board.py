"""The board: every line and pane of the incident screen, which of them are shown, and what is in them."""

from collections.abc import Callable, Iterable, Mapping

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.content import Content
from textual.css.scalar import Scalar
from textual.geometry import Size

from warroom.domain.text import one_line
from warroom.tui.actions.base import Action
from warroom.tui.present import checklist, clock, drill, escalation, header, replay, roles, services, timeline
from warroom.tui.present.cells import Line
from warroom.tui.present.footer import footer
from warroom.tui.present.layout import PANES, TITLES, Layout, layout
from warroom.tui.present.tabs import tabs
from warroom.tui.reel import Reel
from warroom.tui.scene import Scene
from warroom.tui.widgets.kept import Row
from warroom.tui.widgets.lines import Lines

_HEADLINE = ("what", "since", "state")
_TALL = 20
"Rows of the terminal from which what is told to everybody may take several."
_MARK = 12
"Columns that a row's glyph and number take at most."
_PANES: Mapping[str, Callable[[Scene], list[Line]]] = {
    "clock": clock.pane,
    "checklist": checklist.pane,
    "services": services.pane,
}


class Board:
    """Owns the widgets; the screen says what to show, and where the cursor is. `replay`: with a band and a bar."""

    def __init__(self, replay: bool = False) -> None:
        self._reel = ("band", "scrub") if replay else ()
        bare = (*_HEADLINE, "milestones", "banner", "latest", "tabs", "footer", *self._reel)
        self._lines = {name: Lines(id=name, focusable=False, margin=False) for name in bare}
        self._lines |= {name: Lines(id=name, follow=name == "timeline") for name in PANES}
        self._headline = Row(*(self._lines[part] for part in _HEADLINE), id="headline")
        self._middle = Row(*(self._lines[name] for name in PANES[:-1]), id="middle")
        self._size = Size(0, 0)
        self._layout = Layout((), 1, False, False, False)

    def compose(self) -> ComposeResult:
        """The widgets, all of them, from top to bottom."""
        yield from (self._lines[name] for name in self._reel[:1])
        yield self._headline
        yield from (self._lines[name] for name in ("milestones", "banner", "latest", "tabs"))
        yield self._middle
        yield from (self._lines[name] for name in ("timeline", *self._reel[1:], "footer"))

    def pane(self, name: str) -> Lines:
        """The pane of that name."""
        return self._lines[name]

    def holds(self, row: str, text: str) -> bool:
        """Whether a sentence can be read on a row: where a step or a service is shown and leaves room for it."""
        panes = [self._lines[name] for name in ("checklist", "services") if name in self._layout.panes]
        shown = next((pane for pane in panes if any(each.key == row for each in pane.lines)), None)
        return shown is not None and cell_len(text) <= shown.size.width - _MARK

    def fold(self, size: Size, pane: str, maximised: bool) -> tuple[str, ...]:
        """Show the panes that the size and the cursor call for; the style classes that go with that."""
        self._size = size
        wanted = layout(size.width, size.height, pane, maximised)
        if wanted != self._layout:
            self._layout = wanted
            whole = wanted.panes == ("timeline",)
            for name in PANES:
                self._lines[name].display = name in wanted.panes
            self._middle.display = not whole
            self._lines["milestones"].display = wanted.header > 1
            self._lines["tabs"].display = wanted.tabs
            self._lines["timeline"].styles.height = "1fr" if whole else wanted.timeline
        self._lines["tabs"].show([tabs(pane, wanted.panes, size.width)])
        bare = () if wanted.border else ("bare",)
        return (*bare, "folded") if len(wanted.panes) == 1 or wanted.tabs else bare

    def paint(self, scene: Scene) -> None:
        """Show the scene; only what differs is drawn."""
        self.paint_header(scene)
        for name in self._layout.panes:
            self.paint_pane(name, scene)

    def paint_header(self, scene: Scene) -> None:
        """The lines at the top."""
        width = self._size.width
        for part, text in zip(_HEADLINE, header.headline(scene, width), strict=True):
            wanted = sum(cell_len(span.text) for span in text.left)
            if part != "state" and self._lines[part].styles.width != Scalar.from_number(wanted):
                self._lines[part].styles.width = wanted
            self._lines[part].show([text])
        self._lines["milestones"].show([header.milestones(scene, width)])
        self._paint_banner(scene)
        self._grow(self._lines["latest"], drill.latest(scene, width, self._most if self._layout.footer else 0))

    def paint_clock(self, scene: Scene) -> None:
        """Only what changes every second."""
        since = header.since(scene)
        if len(since.left[0].text) != self._lines["since"].size.width:
            self.paint_header(scene)
            return
        self._lines["since"].show([since])
        self._lines["milestones"].show([header.milestones(scene, self._size.width)])
        if escalation.ticks(scene):
            self._paint_banner(scene)
            if "roles" in self._layout.panes:
                self.paint_pane("roles", scene)

    def paint_reel(self, scene: Scene, reel: Reel) -> None:
        """Band and bar of a replay."""
        self._lines["band"].show([replay.band(scene, reel, self._size.width)])
        self._lines["scrub"].show([replay.scrub(scene, reel, self._size.width)])

    def _paint_banner(self, scene: Scene) -> None:
        """What everybody must see; where the roles are folded away, the ladder too."""
        width = self._size.width
        lines = [*drill.banner(scene, width), *header.banner(scene, width), *escalation.alarms(scene, width)]
        lines += [] if "roles" in self._layout.panes else escalation.strip(scene, width)
        self._grow(self._lines["banner"], lines[: self._most])

    @property
    def _most(self) -> int:
        """Rows that what is told to everybody may take of the panes."""
        return 3 if self._size.height >= _TALL else 1

    @property
    def above_banner(self) -> int:
        """How many rows stand above what is told to everybody."""
        return self._layout.header

    def paint_pane(self, name: str, scene: Scene) -> None:
        """One pane and its title."""
        pane = self._lines[name]
        title = TITLES[name]
        if name == "timeline":
            pane.show(timeline.pane(scene, pane.size.width or self._size.width))
            title += f" · {scene.zone}" + (f" · only “{one_line(scene.wanted, 24)}”" if scene.wanted else "")
        elif name == "roles":
            pane.show(roles.pane(scene, pane.size.width or 26))
        else:
            pane.show(_PANES[name](scene))
            title = f"{title[0]} {checklist.title(scene)}" if name == "checklist" else title
        content = Content(title)
        if pane.border_title != content.markup:
            pane.border_title = content

    def paint_footer(self, actions: Iterable[Action], says: str) -> None:
        """The last line: keys, or a sentence, which takes as many lines as it needs."""
        lines = footer(actions, self._size.width, says)
        self._grow(self._lines["footer"], lines if self._layout.footer or says else [])

    @staticmethod
    def _grow(bar: Lines, lines: list[Line]) -> None:
        """Show as many lines as there are; none takes no room."""
        if bar.display != bool(lines):
            bar.display = bool(lines)
        if lines and len(lines) != len(bar.lines):
            bar.styles.height = len(lines)
        bar.show(lines)

    def recolour(self) -> None:
        """Draw everything anew, after a change of theme."""
        for each in self._lines.values():
            each.recolour()
