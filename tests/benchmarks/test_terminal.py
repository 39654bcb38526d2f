"""The terminal for tests: typing, seeing, resizing, hanging up, and never leaving a process behind."""

import signal
import sys
from pathlib import Path

import pytest

from tests.support.keys import encode
from tests.support.terminal import NotSeen, Terminal, listen

_RAW = "import sys, tty; tty.setraw(0); read = sys.stdin.buffer.raw.read; "


def python(code: str) -> list[str]:
    """The command line that runs this code."""
    return [sys.executable, "-c", code]


def test_what_is_typed_is_echoed() -> None:
    with Terminal(["cat"], columns=40, rows=5) as terminal:
        typed_at = terminal.type_text("card payments fail\n")
        seen_at = terminal.wait_for("^card payments fail\ncard payments fail$")
        assert terminal.started < typed_at < seen_at
        assert terminal.line(1) == "card payments fail"
        assert terminal.raw.startswith(b"card payments fail\r\n")


def test_keys_and_pastes_arrive_as_a_terminal_sends_them() -> None:
    code = _RAW + r"sys.stdout.write('\x1b[?2004hready'); sys.stdout.flush(); print(read(1024))"
    with Terminal(python(code)) as terminal:
        terminal.wait_for("ready")
        terminal.paste("two\nlines")
        terminal.wait_for(r"b'\\x1b\[200~two\\rlines\\x1b\[201~'")


@pytest.mark.parametrize(
    ("key", "sent"),
    [
        ("D", b"D"),
        ("space", b" "),
        ("ctrl+p", b"\x10"),
        ("shift+tab", b"\x1b[Z"),
        ("alt+b", b"\x1bb"),
        ("down", b"\x1b[B"),
        ("ctrl+right", b"\x1b[1;5C"),
        ("alt+shift+pageup", b"\x1b[5;4~"),
        ("f5", b"\x1b[15~"),
        ("é", "é".encode()),
        ("+", b"+"),
    ],
)
def test_a_key_has_the_bytes_of_xterm(key: str, sent: bytes) -> None:
    assert encode(key) == sent


@pytest.mark.parametrize("key", ["hyper+x", "ctrl+é", "enterr", "ctrl+", ""])
def test_a_key_that_no_terminal_can_send_is_an_error(key: str) -> None:
    with pytest.raises(ValueError, match="No terminal can send"):
        encode(key)


def test_a_question_is_answered() -> None:
    code = _RAW + r"sys.stdout.write('\r\n  \x1b[6n'); sys.stdout.flush(); print(read(1024))"
    with Terminal(python(code)) as terminal:
        terminal.wait_for(r"b'\\x1b\[2;3R'")


def test_a_program_learns_its_size_and_that_it_changed() -> None:
    code = (
        "import os, signal, time\n"
        "show = lambda *_: print(*os.get_terminal_size(), flush=True)\n"
        "signal.signal(signal.SIGWINCH, show); show()\n"
        "while True: time.sleep(60)"
    )
    with Terminal(python(code), columns=100, rows=30) as terminal:
        terminal.wait_for("^100 30$")
        terminal.resize(60, 10)
        terminal.wait_for(r"\b60 10$")
        assert len(terminal.screen.lines) == 10


def test_a_frame_counts_when_it_is_complete() -> None:
    code = _RAW + (
        r"sys.stdout.write('\x1b[?2026hframe'); sys.stdout.flush(); read(1); "
        r"sys.stdout.write('\x1b[?2026l'); sys.stdout.flush(); read(1)"
    )
    with Terminal(python(code)) as terminal:
        while b"frame" not in terminal.raw:
            listen(1)
        pressed_at = terminal.press("space")
        assert terminal.wait_for("frame") > pressed_at


def test_while_one_terminal_waits_the_others_are_read(tmp_path: Path) -> None:
    flag = tmp_path / "written"
    its_path = f"import pathlib, time; flag = pathlib.Path({str(flag)!r})\n"
    flood = python(its_path + "print('x' * 1_000_000); flag.touch()")
    wait = python(its_path + "while not flag.exists(): time.sleep(0.01)\nprint('seen')")
    with Terminal(flood) as writer, Terminal(wait) as waiter:
        waiter.wait_for("seen")
        assert writer.wait_exit() == 0
        assert len(writer.raw) > 1_000_000


def test_hostile_bytes_do_not_stop_the_screen() -> None:
    noise = r"\xff\xfe\x1b]0;evil\x07\x1b[999999999999m\x1b[;;;;;r\xc2\x9b9999;1H\x1bP\x00\x18\x1b[?u\x1b[1;2;3J"
    with Terminal(["printf", noise + r"\x1b[Hcalm"]) as terminal:
        terminal.wait_for("^calm")


def test_settling_waits_for_what_was_just_asked_for() -> None:
    with Terminal(["cat"]) as terminal:
        terminal.settle(quiet=0.05)
        terminal.type_text("later\n")
        terminal.settle()
        assert terminal.text.split() == ["later", "later"]


def test_what_is_not_seen_fails_with_the_screen_and_the_state_of_the_program() -> None:
    with Terminal(["echo", "something else"]) as terminal, pytest.raises(NotSeen) as failure:
        terminal.wait_for("ACTIVE")
    assert "no match for 'ACTIVE'" in str(failure.value)
    assert "│ something else" in str(failure.value)


def test_any_failure_carries_the_screen() -> None:
    with pytest.raises(ZeroDivisionError) as failure, Terminal(["cat"]) as terminal:  # noqa: PT012
        terminal.type_text("hello")
        terminal.wait_for("hello")
        _ = 1 / 0
    assert "cat (running)\n│ hello" in failure.value.__notes__[0]


def test_a_hangup_reaches_the_program() -> None:
    with Terminal(["cat"]) as terminal:
        terminal.hangup()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_a_signal_reaches_the_program() -> None:
    with Terminal(["cat"]) as terminal:
        assert terminal.is_running
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_exit() == -signal.SIGTERM
        assert not terminal.is_running


def test_a_program_that_cannot_be_started_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        Terminal(["no-such-program"])


def test_no_process_is_left_behind() -> None:
    code = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGHUP, signal.SIG_IGN)\n"
        "if os.fork() == 0: os.setsid()\n"
        "print('up', flush=True)\n"
        "time.sleep(1000)"
    )
    with Terminal(python(code)) as terminal:
        terminal.wait_for("up\nup")
        assert len(terminal.processes()) == 2
        terminal.kill()
        terminal.wait_exit()
        assert len(terminal.processes()) == 1
    assert terminal.processes() == []


def test_what_a_program_and_its_children_cost() -> None:
    code = "import os, time\nif os.fork() == 0: sum(range(10**6))\nprint('up', flush=True)\ntime.sleep(1000)"
    with Terminal(python(code)) as terminal:
        terminal.wait_for("up\nup")
        assert terminal.cpu_seconds() > 0
        assert terminal.pss_bytes() > 1_000_000
