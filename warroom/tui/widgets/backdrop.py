"""Surfaces that show nothing but their background, drawn once.

For every frame, however small, the framework draws all blank lines of the screen and of its top containers anew and
filters each of them. Measured: two thirds of what a ticking clock costs. What is blank stays blank, so it is kept.
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


class Backdrop(_Base):
    """Keeps its drawn lines for as long as size and theme are the same. For widgets without content of their own."""

    _kept: tuple[object, list[Strip]] | None = None

    def render_lines(self, crop: Region) -> list[Strip]:
        """The blank lines."""
        key = (crop, self.size, self.app.theme)
        if self._kept is None or self._kept[0] != key:
            self._kept = key, super().render_lines(crop)
        return self._kept[1]


class Row(Backdrop, Horizontal):
    """Widgets side by side."""
