"""What is shown at which size: all panes from 120 columns, two from 60, one below, and alive however small."""

import pytest

from warroom.tui.present.layout import PANES, TITLES, Layout, layout

SIZES = [(width, height) for width in (*range(10, 130), 160, 200, 250) for height in (*range(3, 40), 60, 80)]


def every() -> list[tuple[int, int, str, Layout]]:
    """Each size with each pane, not maximised."""
    return [(w, h, pane, layout(w, h, pane, False)) for w, h in SIZES for pane in PANES]


def test_at_every_size_the_pane_with_the_cursor_is_shown() -> None:
    lost = [(w, h, pane) for w, h, pane, shown in every() if pane not in shown.panes]
    assert lost == []


def test_at_every_size_something_is_left_for_the_panes() -> None:
    for width, height, pane, shown in every():
        around = shown.header + shown.tabs + shown.footer + 2 * shown.border
        both = len(shown.panes) > 1
        free = height - around - (shown.timeline if both else 0)
        assert free >= 1, (width, height, pane)
        assert not both or shown.timeline >= 3 + 2 * shown.border, (width, height, pane)


@pytest.mark.parametrize("pane", ["roles", "checklist", "services", "timeline"])
def test_all_panes_from_120_columns_two_from_60_one_below(pane: str) -> None:
    assert layout(120, 36, pane, False).panes == ("roles", "checklist", "services", "timeline")
    for width in (60, 80, 119):
        folded = layout(width, 24, pane, False)
        assert folded.panes == ("checklist" if pane == "timeline" else pane, "timeline")
        assert folded.tabs, "the line of tabs names the panes that are folded away"
    assert layout(59, 24, pane, False).panes == (pane,)


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("width", [20, 60, 120, 250])
def test_a_maximised_pane_has_the_screen_for_itself(pane: str, width: int) -> None:
    assert layout(width, 30, pane, True).panes == (pane,)


def test_the_clock_is_a_page_of_its_own() -> None:
    assert layout(120, 36, "clock", False).panes == ("clock",)


def test_every_pane_has_its_number_in_its_title() -> None:
    assert [TITLES[pane][0] for pane in PANES] == ["1", "2", "3", "4", "5"]
