"""The interpreting screen: what programs write, what hostile bytes may do, what is answered."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.screen import Screen

_PIECES = st.sampled_from(
    [
        b"\x1b[",
        b"\x1b]0;",
        b"\x1bP",
        b"\x9b",
        b"\xc2\x9b",
        b"\xc2\x9d",
        b"?1049h",
        b"?1049l",
        b"?6h",
        b"?7l",
        b";",
    ]
    + [b"99999999", b"38;2;300", b"$p", b"\x1b", b"\\", b"\x07", b"\r", b"\n", b"\t", b"\x1bc", b"abc", b"1"]
    + [bytes([final]) for final in b"@ABCDEFGHJKLMPXacdefghlmnrsu`"]
    + [text.encode() for text in ("漢字", "e\u0301", "\U0001f6a8\ufe0f", "\u202e", "\u200d")]
)


def shown(data: bytes, columns: int = 20, rows: int = 4) -> str:
    """What a new screen shows after these bytes."""
    screen = Screen(columns, rows)
    screen.feed(data)
    return "\n".join(line.rstrip() for line in screen.lines).rstrip()


@given(st.lists(_PIECES | st.binary(max_size=4), max_size=40), st.integers(1, 7), st.booleans())
def test_any_bytes_in_any_pieces_give_one_picture(parts: list[bytes], size: int, narrow: bool) -> None:
    data = b"".join(parts)
    at_once, in_pieces = Screen(20, 6), Screen(20, 6)
    at_once.feed(data)
    for start in range(0, len(data), size):
        in_pieces.feed(data[start : start + size])
    for screen in (at_once, in_pieces):
        if narrow:
            screen.resize(10, 3)
        screen.feed(b"end")
    assert in_pieces.lines == at_once.lines
    assert in_pieces.title == at_once.title
    assert in_pieces.modes == at_once.modes


@pytest.mark.parametrize(
    "noise",
    [
        b"\x1b[>25u",  # Kitty keyboard protocol
        b"\x1b[<u",
        b"\x1b[?2048$p",
        b"\x1b[4:3m",
        b"\x1b]22;default\x07",
        b"\x1b]52;c;aGVsbG8=\x1b\\",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b_Gi=1;AAAA\x1b\\",
        b"\x1b[1;2;3;4A",
        b"\x1b[?1;2c",
        b"\x1b[9J",
        b"\x1b[2 q",
        b"\x1b(B",
        b"\xc2\x9b31m",
        b"\x1b]0;never ended",
    ],
)
def test_what_a_terminal_swallows_is_not_shown(noise: bytes) -> None:
    assert shown(b"a" + noise + b"\x1b[mb") == "ab"


def test_text_goes_on_after_a_character_without_width() -> None:
    assert shown("\U0001f6a8\ufe0f on fire \u200bstill".encode()) == "\U0001f6a8 on fire still"


def test_the_alternate_screen_gives_back_what_was_there_before() -> None:
    assert shown(b"$ warroom\r\n\x1b[?1049h\x1b[Hconsole") == "console"
    assert shown(b"$ warroom\r\n\x1b[?1049h\x1b[Hconsole\x1b[?1049lbye") == "$ warroom\nbye"


def test_modes_and_title_are_kept() -> None:
    screen = Screen(20, 4)
    screen.feed(b"\x1b[?1000;2004h\x1b]2;INC-1\x07\x1b[?1000l")
    assert screen.modes == {2004}
    assert screen.title == "INC-1"


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        (b"\x1b[5n", b"\x1b[0n"),
        (b"abc\x1b[6n", b"\x1b[1;4R"),
        (b"\x1b[c", b"\x1b[?62;22c"),
        (b"\x1b[?2026$p", b"\x1b[?2026;2$y"),
        (b"\x1b[?2026h\x1b[?2026$p", b"\x1b[?2026;1$y"),
        (b"\x1b[?2048$p", b"\x1b[?2048;0$y"),
        (b"\x1b[?u", b""),
    ],
)
def test_questions_are_answered_as_by_a_real_terminal(question: bytes, answer: bytes) -> None:
    assert Screen(20, 4).feed(question) == answer
