"""Widgets that keep their drawn lines until something about them changes.

For every frame, however small, the framework goes through all lines of every widget that the frame may touch, and
filters each of them: two thirds of what a ticking clock costs, and most of what a key costs. A widget that was not
refreshed looks as it did.
"""

from typing import TYPE_CHECKING

from textual.containers import Horizontal
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

# A mix-in, not a widget: the framework takes style sheets from the first base that is a widget.
if TYPE_CHECKING:
    _Base = Widget
else:
    _Base = object


class Kept(_Base):
    """Keeps the lines of the last drawing for as long as nothing calls for another one."""

    _kept: tuple[object, list[Strip]] | None = None

    def _set_dirty(self, *regions: Region) -> None:
        """Everything that changes how a widget looks comes through here."""
        self._kept = None
        super()._set_dirty(*regions)

    def notify_style_update(self) -> None:
        """Colours or borders changed."""
        self._kept = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines, drawn anew only where something has changed."""
        key = (crop, self.size, self.app.theme)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, super().render_lines(crop)
        return self._kept[1]


class Row(Kept, Horizontal):
    """Widgets side by side."""
