"""An escape character inside a paste is text: it never presses a key, wherever the reads cut it."""

from hypothesis import given
from hypothesis import strategies as st
from textual.events import Key, Paste

from warroom.tui.safety import Pastes


def heard(*reads: str) -> list[str]:
    """What the console makes of the keyboard: pastes in brackets, keys by name."""
    parser = Pastes(False)
    events = [event for read in reads if read for event in parser.feed(read)]
    return [
        f"[{event.text}]" if isinstance(event, Paste) else event.key
        for event in events
        if isinstance(event, Key | Paste)
    ]


def test_an_escape_in_a_paste_is_shown_and_presses_nothing() -> None:
    assert heard("\x1b[200~log \x1b[0m zz\x1b[201~j") == ["[log ␛[0m zz]", "j"]


def test_keys_outside_a_paste_work_as_ever() -> None:
    assert heard("\x1b[A", "z", "\x1b[200~x\x1b[201~", "\x1b[B") == ["up", "z", "[x]", "down"]


@given(st.text(alphabet="ab\x1b[0m;~ ", max_size=30).filter(lambda text: "\x1b[201~" not in text), st.data())
def test_a_paste_is_one_paste_wherever_it_is_cut(text: str, data: st.DataObject) -> None:
    sent = f"{text}\x1b[201~j"
    at = data.draw(st.integers(0, len(sent)))
    pasted, last = heard("\x1b[200~", sent[:at], sent[at:]) if text else ("[]", "j")
    assert (pasted, last) == (f"[{text.replace(chr(27), '␛')}]", "j")
