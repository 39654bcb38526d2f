"""Moments and durations as JSON carries them."""

from datetime import UTC, datetime, timedelta
from typing import Any

View = dict[str, Any]


def stamp(at: datetime) -> str:
    """`2026-05-04T14:05:00Z`; a fraction of a second only where there is one."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def maybe(at: datetime | None) -> str | None:
    """A moment, null where it is unknown."""
    return None if at is None else stamp(at)


def seconds(span: timedelta | None) -> int | None:
    """A duration, null where there is none."""
    return None if span is None else int(span.total_seconds())
