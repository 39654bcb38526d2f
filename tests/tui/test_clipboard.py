"""Copying says by which way it went, and never more than is known."""

from pathlib import Path

import pytest

from tests.runner.programs import write_program
from warroom.tui import clipboard


@pytest.fixture(autouse=True)
def plain(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal that is neither in tmux nor on a Mac."""
    monkeypatch.delenv("TMUX", raising=False)
    monkeypatch.setattr("sys.platform", "linux")


def test_a_bare_terminal_is_asked_and_nothing_is_claimed() -> None:
    sent: list[str] = []
    said = clipboard.copy("kubectl get pods", sent.append)
    assert sent == ["kubectl get pods"]
    assert said.startswith("1 line sent to your terminal's clipboard (OSC 52); it does not say whether it took it.")


def test_inside_tmux_it_is_tmux_that_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_program(tmp_path / "tmux", f'echo "$@" > {tmp_path}/words; cat > {tmp_path}/text')
    monkeypatch.setenv("TMUX", "/tmp/tmux-0/default,1,0")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    said = clipboard.copy("one\ntwo", pytest.fail)
    assert "2 lines handed to tmux's buffer" in said
    assert (tmp_path / "text").read_text() == "one\ntwo"
    assert (tmp_path / "words").read_text().split() == ["load-buffer", "-w", "-"]


def test_a_tmux_that_fails_leaves_it_to_the_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write_program(tmp_path / "tmux", "exit 1")
    monkeypatch.setenv("TMUX", "gone")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    sent: list[str] = []
    assert "OSC 52" in clipboard.copy("one", sent.append)
    assert sent == ["one"]


def test_what_is_too_much_is_not_cut_off_in_silence() -> None:
    said = clipboard.copy("x" * (clipboard.LONGEST + 1), pytest.fail)
    assert "too much" in said
    assert "press y" in said.lower()
