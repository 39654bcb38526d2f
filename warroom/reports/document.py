"""What a report says, whatever it is written as: titles, pairs, tables, points and a picture, all of it plain text.

A format is one function from a `Document` to a string, and escapes everything in it.
"""

from datetime import timedelta

import msgspec


class Section(msgspec.Struct, frozen=True):
    """A part of a report. Rows have as many cells as the header; `points` are sentences; `empty`: what stands for both
    where there are none, "" = the section is left out then.
    """

    title: str
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    points: tuple[str, ...] = ()
    empty: str = ""


class Mark(msgspec.Struct, frozen=True):
    """One thing on both timelines, as times from the beginning; None = it is not on that one."""

    title: str
    above: timedelta | None
    below: timedelta | None
    late: bool = False


class Picture(msgspec.Struct, frozen=True):
    """Two timelines, one above the other, and what each is called. Marks are numbered from 1, as in the tables.

    `stopped`: where the upper and the lower one were broken off, None = it was not.
    """

    above: str
    below: str
    marks: tuple[Mark, ...]
    stopped: tuple[timedelta | None, timedelta | None] = (None, None)

    @property
    def length(self) -> timedelta:
        """The last moment on either timeline; at least a second."""
        times = [time for mark in self.marks for time in (mark.above, mark.below)]
        return max([timedelta(seconds=1), *(time for time in (*times, *self.stopped) if time is not None)])

    @property
    def drawn(self) -> bool:
        """Whether there is anything to draw."""
        return any(time is not None for mark in self.marks for time in (mark.above, mark.below))


class Document(msgspec.Struct, frozen=True):
    """A whole report: what it is about, (label, value) pairs, a picture if any, sections."""

    title: str
    about: tuple[tuple[str, str], ...] = ()
    picture: Picture | None = None
    sections: tuple[Section, ...] = ()

    @property
    def shown(self) -> tuple[Section, ...]:
        """The sections that have something to say."""
        return tuple(each for each in self.sections if each.rows or each.points or each.empty)
