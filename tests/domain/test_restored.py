"""What is said of a log that was put back from a backup, and who lets it go."""

from datetime import datetime

import pytest
from msgspec.structs import replace

from tests.support.builders import ORG, at
from warroom.domain import restored
from warroom.domain.errors import Already, Refused
from warroom.domain.restored import LogReleased, LogRestored, Restored

KNOWN = Restored("ana", at("15:00"), at("14:00"), 12, at("13:59"), 3)
HELD = replace(ORG, restored=KNOWN)
FREE = replace(ORG, restored=replace(KNOWN, released=at("15:10"), released_by="bo", because="all clear"))


@pytest.mark.parametrize(
    ("missing", "end"),
    [
        (0, "; 0 events may be missing"),
        (1, "; 1 event may be missing"),
        (2, "; 2 events may be missing"),
        (None, "; what was written after 4 May 2026 13:59 UTC is missing, and nobody knows how much that is"),
    ],
)
def test_what_is_missing_is_told_or_told_to_be_unknown(missing: int | None, end: str) -> None:
    event = LogRestored(at("14:00"), 12, at("13:59"), missing)
    assert restored.sentence(event) == f"restored from a backup of 4 May 2026 14:00 UTC{end}"


def test_everybody_is_warned_until_it_is_released() -> None:
    assert restored.warning(HELD).startswith("HELD, nobody is paged: restored from a backup of 4 May 2026 14:00 UTC;")
    assert restored.warning(ORG) == restored.warning(FREE) == ""


def test_it_is_released_once_and_only_where_it_is_held() -> None:
    given: tuple[str, datetime] = ("bo", at("15:10"))
    assert restored.release(HELD, *given, " all clear ", goes_on=True) == [LogReleased("all clear", True)]
    with pytest.raises(Refused, match="was not restored"):
        restored.release(ORG, *given, "all clear")
    with pytest.raises(Already, match="bo released it at 4 May 2026 15:10 UTC: all clear"):
        restored.release(FREE, *given, "all clear")
