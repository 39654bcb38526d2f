"""Drawing a line: exactly as wide as it must be whatever the text, and repainted where it changed, nowhere less."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style
from textual.strip import Strip

from warroom.tui.present.cells import Role, Span
from warroom.tui.themes import PALETTES, Palette
from warroom.tui.widgets.lines import differing, fit

PLAIN = Style()
ROLES: tuple[Role, ...] = ("", "dim", "strong", "bad")
# Wide, combining, joined and invisible letters more often than chance would bring them.
LETTERS = st.one_of(
    st.characters(exclude_categories=()),
    st.sampled_from("a é\u0301界\u200d\ufe0f👩🚀🇩🇪ﷺ한\u1100\u1161☐✓–…\x1b\n\t\u202e\ud800"),
)
TEXTS = st.text(LETTERS, max_size=12)
SPANS = st.lists(st.builds(Span, TEXTS, st.sampled_from(ROLES)), max_size=4)


def draw(left: list[Span], right: list[Span], width: int) -> Strip:
    return fit(left, right, width, PLAIN, PALETTES["dark"])


def text(strip: Strip) -> str:
    return "".join(segment.text for segment in strip)


@given(SPANS, SPANS, st.integers(0, 60))
@example([Span("a")], [Span("b")], 2)
@example([Span("a"), Span("b")], [], 1)
@example([Span("界")], [], 1)
@example([Span("👩"), Span("\u200d🚀")], [], 9)
def test_a_line_is_exactly_as_wide_as_its_pane(left: list[Span], right: list[Span], width: int) -> None:
    assert sum(cell_len(segment.text) for segment in draw(left, right, width)) == width


@given(SPANS, SPANS, st.integers(4, 60))
def test_what_fits_is_shown_whole(left: list[Span], right: list[Span], more: int) -> None:
    drawn = text(draw(left, right, 3 * sum(cell_len(span.text) for span in (*left, *right)) + more))
    assert drawn.startswith("".join(span.text for span in left))
    assert drawn.endswith("".join(span.text for span in right))


def test_the_right_part_stays_and_the_left_one_is_cut() -> None:
    assert text(draw([Span("confirm the impact")], [Span("done bo 14:07")], 30)) == "confirm the imp… done bo 14:07"


def test_the_right_part_loses_its_beginning_before_it_takes_the_line() -> None:
    right = [Span("(bo is here) "), Span("FAILED cy 14:20")]
    assert text(draw([Span(" ✗ 1.3 check the health")], right, 60)).endswith("(bo is here) FAILED cy 14:20")
    assert text(draw([Span(" ✗ 1.3 check the health")], right, 36)) == " ✗ 1.3 check the he… FAILED cy 14:20"
    assert text(draw([Span(" ✗ 1.3 check the health")], right, 18)) == " ✗ 1.3 check the …"


def test_a_role_becomes_a_style_and_nothing_else() -> None:
    palette = Palette({"bad": Style(bold=True)})
    strip = fit([Span("down", "bad"), Span(" up", "ok")], [], 7, PLAIN, palette)
    assert [(segment.text, bool(segment.style and segment.style.bold)) for segment in strip] == [
        ("down", True),
        (" up", False),
    ]


@given(SPANS, SPANS, SPANS, SPANS, st.integers(1, 40))
def test_what_is_repainted_covers_every_cell_that_changed(
    left: list[Span], right: list[Span], new_left: list[Span], new_right: list[Span], width: int
) -> None:
    old, new = draw(left, right, width), draw(new_left, new_right, width)
    start, end = differing(old, new)
    assert 0 <= start <= end <= width
    outside = [(0, start), (end, width)]
    assert [_cut(old, *part) for part in outside] == [_cut(new, *part) for part in outside]


@given(SPANS, SPANS, st.integers(1, 40))
def test_nothing_is_repainted_where_nothing_changed(left: list[Span], right: list[Span], width: int) -> None:
    assert differing(draw(left, right, width), draw(left, right, width)) == (0, 0)


def test_only_the_changed_cells_are_repainted() -> None:
    assert differing(draw([Span("☐ 1.1 confirm")], [], 40), draw([Span("✓ 1.1 confirm")], [], 40)) == (0, 1)


def test_letters_that_are_wide_or_joined_are_never_torn_apart() -> None:
    """A cut behind such a letter loses what joins it, so the whole line is drawn anew."""
    assert differing(draw([Span("Ame\u0301lie ☐")], [], 40), draw([Span("Ame\u0301lie ✓")], [], 40)) == (0, 40)
    assert differing(draw([Span("界 ☐")], [], 40), draw([Span("界 ✓")], [], 40)) == (0, 40)


@pytest.mark.parametrize("name", sorted(PALETTES))
def test_every_role_looks_like_something_in_every_theme(name: str) -> None:
    roles: tuple[Role, ...] = ("dim", "strong", "ok", "warn", "bad", "accent", "key", "head", "struck")
    assert [role for role in roles if PALETTES[name][role] == PLAIN] == []


def _cut(strip: Strip, start: int, end: int) -> list[tuple[str, Style | None]]:
    """The letters of some cells and their styles."""
    cut = strip.crop(start, end) if start < end else ()
    return [(letter, segment.style) for segment in cut for letter in segment.text]
