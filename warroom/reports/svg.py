"""Two timelines as an SVG picture that stands alone: no script, no font, nothing fetched.

What is late has a `!` beneath its mark, where a word would run into its neighbour's, and says so in the legend.
"""

from collections.abc import Iterator
from datetime import timedelta
from html import escape

from warroom.domain.moments import span
from warroom.domain.text import one_line
from warroom.reports.document import Document, Mark, Picture
from warroom.reports.picture import places, ticks

_LEFT, _ROOM, _MARGIN = 130, 760, 24
_WIDTH = _LEFT + _ROOM + _MARGIN
_MARK = 20
_ABOVE, _BELOW, _SCALE, _LEGEND = 78, 148, 192, 232
_LINE = 20
_TICKS = 7
_TITLE, _NAME, _LONGEST = 90, 18, 60
_LETTER = 8
"How wide a letter is at most, as no font can be measured here."
_EDGE = 4
_STOPPED = "stopped"
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#24292f}.dim{fill:#656d76}.title{font-size:16px;font-weight:600}"
    ".number{font-size:11px;font-weight:600;text-anchor:middle}.tick{text-anchor:middle}.name{text-anchor:end}"
    ".page{fill:#fff}.axis{stroke:#8c959f}.grid{stroke:#d8dee4}.pair{stroke:#afb8c1}.stop{stroke:#bc4c00;stroke-width:2}"
    ".mark{fill:#ddf4ff;stroke:#0969da}.late{fill:#fff1e5;stroke:#bc4c00;stroke-width:2}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dim{fill:#9198a1}.page{fill:#0d1117}.axis{stroke:#9198a1}"
    ".grid{stroke:#30363d}.pair{stroke:#484f58}.stop{stroke:#f0883e}"
    ".mark{fill:#0c2d6b;stroke:#58a6ff}.late{fill:#5a1e02;stroke:#f0883e}}"
)
_FORBIDDEN = {0xFFFE: "\ufffd", 0xFFFF: "\ufffd"}


def svg(document: Document) -> str:
    """The picture of a report; without one, its title alone. It ends with a line feed."""
    picture = document.picture if document.picture and document.picture.drawn else None
    height = _LEGEND + _LINE * len(picture.marks) if picture else _ABOVE
    body = list(_drawn(picture)) if picture else []
    size = f'viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-label="{clean(document.title)}">',
        f"<style>{_STYLE}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{height}"/>',
        f'<text class="title" x="{_MARGIN}" y="34">{clean(document.title, _TITLE)}</text>',
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def clean(text: str, size: int = 0) -> str:
    """A text on one line as XML and HTML carry it, quotes and all; cut to `size` characters, 0 = whole."""
    return escape(one_line(text, size).translate(_FORBIDDEN))


def _drawn(picture: Picture) -> Iterator[str]:
    above = _row([mark.above for mark in picture.marks], picture.length)
    below = _row([mark.below for mark in picture.marks], picture.length)
    yield from _axes(picture)
    for upper, lower in zip(above, below, strict=True):
        if upper is not None and lower is not None:
            yield f'<line class="pair" x1="{upper}" y1="{_ABOVE}" x2="{lower}" y2="{_BELOW}"/>'
    for number, (upper, lower, mark) in enumerate(zip(above, below, picture.marks, strict=True), 1):
        if upper is not None:
            yield from _mark(number, upper, _ABOVE, late=False)
        if lower is not None:
            yield from _mark(number, lower, _BELOW, late=mark.late)
    yield from _legend(picture)


def _row(times: list[timedelta | None], length: timedelta) -> list[int | None]:
    """The middle of each mark."""
    sizes = [_MARK] * len(times)
    return [None if each is None else _LEFT + each + _MARK // 2 for each in places(times, length, _ROOM, sizes)]


def _axes(picture: Picture) -> Iterator[str]:
    for tick in ticks(picture.length, _TICKS):
        x = _place(tick, picture.length)
        yield f'<line class="grid" x1="{x}" y1="{_ABOVE - 18}" x2="{x}" y2="{_SCALE - 16}"/>'
        yield f'<text class="tick dim" x="{_inside(x, span(tick))}" y="{_SCALE}">{span(tick)}</text>'
    for name, y, stopped in zip((picture.above, picture.below), (_ABOVE, _BELOW), picture.stopped, strict=True):
        yield f'<text class="name" x="{_LEFT - 12}" y="{y + 4}">{clean(name, _NAME)}</text>'
        yield f'<line class="axis" x1="{_LEFT}" y1="{y}" x2="{_LEFT + _ROOM}" y2="{y}"/>'
        if stopped is not None:
            x = _place(stopped, picture.length)
            yield f'<line class="stop" x1="{x}" y1="{y - 15}" x2="{x}" y2="{y + 15}"/>'
            yield f'<text class="tick dim" x="{_inside(x, _STOPPED)}" y="{y - 20}">{_STOPPED}</text>'


def _place(time: timedelta, length: timedelta) -> int:
    """Where a time stands, as the middle of a mark would."""
    return _LEFT + _MARK // 2 + round(time / length * (_ROOM - _MARK))


def _inside(x: int, text: str) -> int:
    """Where the middle of a text stands that would be at `x`, so that the picture's edge does not cut it."""
    return min(x, _WIDTH - _EDGE - len(text) * _LETTER // 2)


def _mark(number: int, x: int, y: int, late: bool) -> Iterator[str]:
    kind = "mark late" if late else "mark"
    yield f'<circle class="{kind}" cx="{x}" cy="{y}" r="{_MARK // 2 - 1}"/>'
    yield f'<text class="number" x="{x}" y="{y + 4}">{number}</text>'
    if late:
        yield f'<text class="number" x="{x}" y="{y + 24}">!</text>'


def _legend(picture: Picture) -> Iterator[str]:
    for number, mark in enumerate(picture.marks, 1):
        y = _LEGEND - 10 + _LINE * (number - 1)
        yield f'<text class="name dim" x="{_LEFT - 12}" y="{y}">{number}</text>'
        yield f'<text x="{_LEFT}" y="{y}">{clean(mark.title, _LONGEST)}</text>'
        yield f'<text class="name dim" x="{_LEFT + _ROOM}" y="{y}">{_times(picture, mark)}</text>'


def _times(picture: Picture, mark: Mark) -> str:
    above, below = (("–" if each is None else span(each)) for each in (mark.above, mark.below))
    late = ", late !" if mark.late and mark.below is not None else ""
    return f"{clean(picture.above, _NAME)} {above} · {clean(picture.below, _NAME)} {below}{late}"
