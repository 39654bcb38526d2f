"""Text is data: whatever was pasted, no control character and no change of direction reaches a sink."""

import sys
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from warroom.domain.text import one_line, visible, visible_lines

_DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_MARKS = "\u061c\u200e\u200f"
TEXTS = st.text(st.characters() | st.sampled_from("\x1b\x9b\r\n\t\u202e\u2066\u200b\u2028\ufeff\ud800"), max_size=60)


def harmful(letter: str) -> bool:
    """Whether a terminal may obey this character, or a reader not see it: asked of Unicode itself."""
    return (
        unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")
        or unicodedata.bidirectional(letter) in _DIRECTIONS
        or letter in _MARKS
    )


def test_no_control_and_no_bidi_character_of_all_survives() -> None:
    survivors = [f"U+{code:04X}" for code in range(sys.maxunicode + 1) if any(map(harmful, visible(chr(code))))]
    assert survivors == []


@given(TEXTS)
def test_made_visible_is_made_harmless_and_stays_so(text: str) -> None:
    shown = visible(text)
    assert not any(map(harmful, shown))
    assert len(shown) == len(text), "every character still stands in its place"
    assert visible(shown) == shown


@given(TEXTS)
def test_several_lines_keep_only_their_line_feeds(text: str) -> None:
    shown = visible_lines(text)
    assert not any(harmful(letter) for letter in shown if letter != "\n")
    assert shown.count("\n") == text.count("\n")


@given(TEXTS, st.integers(0, 30))
def test_one_line_is_one_line_of_its_width(text: str, width: int) -> None:
    line = one_line(text, width)
    assert not any(map(harmful, line))
    assert not width or len(line) <= width
    assert width or line == one_line(line)


def test_ordinary_text_is_left_alone() -> None:
    for text in ("error rate 4 % → 31 %", "Zürich, naïve façade", "नमस्ते", "שלום", "👩‍🚒 done", "[red]not markup[/]"):
        assert visible(text) == text


def test_how_it_looks() -> None:
    assert visible("\x1b[31mred\x07\n") == "␛[31mred␇␊"
    assert visible_lines("a\r\nb\rc") == "a\nb␍c"
    assert one_line("  two\n words\t here ", 10) == "two words…"
