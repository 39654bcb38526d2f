"""A growing sequence of frozen values: cheap to append to, safe to share.

A tuple copied on every append makes a fold of n events cost n²; a list shared between terminals' views could change
under a reader. A trail keeps full chunks and a short tail: an append copies at most `CHUNK` + n / `CHUNK` references.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

import msgspec

T = TypeVar("T")
CHUNK = 128


class Trail(msgspec.Struct, Generic[T], frozen=True):
    """An immutable sequence. `len`, iteration, indexing from either end, `add`, `put`."""

    chunks: tuple[tuple[T, ...], ...] = ()
    tail: tuple[T, ...] = ()

    def add(self, item: T) -> "Trail[T]":
        """A trail with `item` at its end."""
        if len(self.tail) + 1 < CHUNK:
            return Trail(self.chunks, (*self.tail, item))
        return Trail((*self.chunks, (*self.tail, item)), ())

    def put(self, index: int, item: T) -> "Trail[T]":
        """A trail with the item at `index` (0 or more) replaced."""
        chunk, at = divmod(index, CHUNK)
        if chunk == len(self.chunks):
            return Trail(self.chunks, (*self.tail[:at], item, *self.tail[at + 1 :]))
        old = self.chunks[chunk]
        new = (*old[:at], item, *old[at + 1 :])
        return Trail((*self.chunks[:chunk], new, *self.chunks[chunk + 1 :]), self.tail)

    def last(self, count: int) -> list[T]:
        """The last `count` items, oldest first."""
        start = max(0, len(self) - count)
        return [self[index] for index in range(start, len(self))]

    def __len__(self) -> int:
        return len(self.chunks) * CHUNK + len(self.tail)

    def __iter__(self) -> Iterator[T]:
        for chunk in self.chunks:
            yield from chunk
        yield from self.tail

    def __getitem__(self, index: int) -> T:
        if index < 0:
            index += len(self)
        if index < 0:
            raise IndexError(index)
        chunk, at = divmod(index, CHUNK)
        return self.tail[at] if chunk == len(self.chunks) else self.chunks[chunk][at]
