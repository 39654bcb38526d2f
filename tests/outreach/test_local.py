"""The ways that stay on this machine: desktop, console, sandbox; what is made safe; which adapter a channel gets."""

import json
import os
import pty
import stat
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from warroom.domain.contacts import Channel, Kind, wrong_address
from warroom.domain.text import PICTURES
from warroom.outreach import channels
from warroom.outreach.apprise import Apprise
from warroom.outreach.console import Console
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.desktop import NOTHING, Desktop
from warroom.outreach.hands import Hands
from warroom.outreach.safe import SUBJECT, TEXT, safe
from warroom.outreach.sandbox import Sandbox
from warroom.outreach.webhook import Webhook

LONG = 30.0
MESSAGE = Message("3f2a/1", "ana", "--help\nSEV1", "<b>bold</b> & \x1b[2J\u202e$(id)\nsecond")
NOWHERE = "/nonexistent/tty"


def program(folder: Path, name: str, script: str) -> Path:
    """A real program that stands in for a desktop's."""
    path = folder / name
    path.write_text(f"#!{sys.executable}\n{script}")
    path.chmod(0o755)
    return path


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The only folder with programs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def recorder(folder: Path, name: str) -> Path:
    said = folder / "said.json"
    program(folder, name, f"import json, sys\njson.dump(sys.argv[1:], open({str(said)!r}, 'w'))\n")
    return said


def test_a_notification_is_arguments_and_text(programs: Path) -> None:
    said = recorder(programs, "notify-send")
    desktop = Desktop(NOWHERE)
    assert desktop.check() == ""
    assert desktop.send(MESSAGE, LONG) == Receipt("sent", "Shown on the desktop.")
    assert json.loads(said.read_text()) == [
        "--app-name=warroom",
        "--urgency=critical",
        "--",
        "--help SEV1",
        "&lt;b&gt;bold&lt;/b&gt; &amp; ␛[2J�$(id)\nsecond",
    ]


def test_on_macos_the_message_is_never_part_of_the_script(programs: Path) -> None:
    said = recorder(programs, "osascript")
    assert Desktop(NOWHERE).send(MESSAGE, LONG).outcome == "sent"
    told = json.loads(said.read_text())
    assert told[-3:] == ["--", "--help SEV1", "<b>bold</b> & ␛[2J�$(id)\nsecond"]
    assert not any("SEV1" in each or "bold" in each for each in told[:-3])


@pytest.mark.parametrize("there", [False, True])
def test_the_bell_rings_where_no_desktop_shows_it(programs: Path, there: bool) -> None:
    if there:
        program(programs, "notify-send", "raise SystemExit(1)\n")
    ours, theirs = pty.openpty()
    try:
        desktop = Desktop(os.ttyname(theirs))
        assert desktop.check() == ""
        receipt = desktop.send(MESSAGE, LONG)
        assert receipt == Receipt("sent", "The terminal's bell rang; there is no desktop to show it on.")
        assert os.read(ours, 100) == b"\a"
    finally:
        os.close(ours)
        os.close(theirs)


def test_without_desktop_and_terminal_it_says_what_to_install(programs: Path) -> None:
    desktop = Desktop(NOWHERE)
    assert desktop.check() == NOTHING
    assert desktop.send(MESSAGE, LONG) == Receipt("failed", NOTHING)


def test_a_desktop_that_hangs_is_not_waited_for(programs: Path) -> None:
    program(programs, "notify-send", "import time\ntime.sleep(600)\n")
    assert Desktop(NOWHERE).send(MESSAGE, 0.2) == Receipt("unknown", "The desktop did not answer in time.")


def test_a_person_is_reached_where_a_terminal_of_theirs_is_open() -> None:
    console = Console(lambda: frozenset({"ana"}))
    assert console.check() == ""
    assert console.send(Message("1", "ana", "", ""), LONG).outcome == "sent"
    assert console.send(Message("1", "bo", "", ""), LONG) == Receipt("failed", "No terminal of theirs is open.")


def test_presence_that_cannot_be_read_is_no_exception() -> None:
    def broken() -> frozenset[str]:
        raise OSError("canary")

    receipt = Console(broken).send(Message("1", "ana", "", ""), LONG)
    assert receipt == Receipt("retry", "Who has a terminal open is not known (OSError).")


def test_a_drill_is_written_down(tmp_path: Path) -> None:
    path = tmp_path / "drill.jsonl"
    sandbox = Sandbox(path)
    assert sandbox.check() == ""
    assert sandbox.send(replace(MESSAGE, channel="push", incident="INC-4"), LONG).outcome == "sent"
    assert sandbox.send(Message("2", "", "x", "y", marks="DRILL", channel="chat"), LONG).outcome == "sent"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first, second = map(json.loads, path.read_text().splitlines())
    assert (first["channel"], first["to"], first["incident"], first["key"]) == ("push", "ana", "INC-4", "3f2a/1")
    assert (second["channel"], second["to"]) == ("chat", "chat"), "what goes to a channel as a whole names that"
    assert (second["subject"], second["marks"]) == ("DRILL x", "DRILL")
    assert [message.key for message in sandbox.messages] == ["3f2a/1", "2"]


def test_a_drill_is_written_down_where_nothing_was_kept_before(tmp_path: Path) -> None:
    path = tmp_path / "state" / "warroom" / "drills.jsonl"
    assert Sandbox(path).send(MESSAGE, LONG).outcome == "sent"
    assert len(path.read_text().splitlines()) == 1


def test_a_drill_can_be_kept_in_memory() -> None:
    sandbox = Sandbox()
    assert sandbox.check() == ""
    sandbox.send(MESSAGE, LONG)
    assert [message.key for message in sandbox.messages] == ["3f2a/1"]


def test_a_drill_that_cannot_be_written_down_says_so(tmp_path: Path) -> None:
    path = tmp_path / "link"
    path.symlink_to(tmp_path / "victim")
    sandbox = Sandbox(path)
    assert "cannot be written" in sandbox.check()
    assert sandbox.send(MESSAGE, LONG).outcome == "retry"
    assert not (tmp_path / "victim").exists()
    assert sandbox.messages == []


@given(st.text(), st.text(max_size=20), st.text())
def test_what_goes_out_holds_no_control_character(subject: str, marks: str, text: str) -> None:
    ready = safe(Message("k", "ana", subject, text, marks=marks))
    forbidden = {chr(code) for code in PICTURES}
    assert not forbidden & set(ready.subject + ready.marks + ready.key)
    assert not (forbidden - {"\n"}) & set(ready.text)
    assert len(ready.subject) <= SUBJECT
    assert ready.marks in ready.subject


@given(st.integers(0, 5).map(lambda n: "x" * n), st.sampled_from(["a", "é", "€", "😀"]))
def test_a_text_is_cut_between_characters(start: str, character: str) -> None:
    whole = start + character * TEXT
    ready = safe(Message("k", "ana", "s", whole)).text
    assert len(ready.encode()) <= TEXT
    if whole.encode() != ready.encode():
        assert ready.endswith("…")
        assert whole.startswith(ready[:-1])


@given(st.text(max_size=250))
def test_an_address_is_used_as_it_is_or_not_at_all(to: str) -> None:
    if not wrong_address(to):
        assert not {chr(code) for code in PICTURES} & set(to)
        assert len(to) <= 200


def test_a_channel_that_hangs_is_given_no_more_work_until_it_comes_back() -> None:
    hands, go = Hands(1), threading.Event()
    done = threading.Event()

    def hang() -> Receipt:
        go.wait(60)
        return Receipt("sent")

    late = Receipt("unknown", "late")
    assert hands.within(0.01, hang, lambda: late) is late
    assert hands.within(LONG, lambda: Receipt("sent"), lambda: late).outcome == "retry"
    go.set()
    while not done.is_set():
        if hands.within(LONG, lambda: Receipt("sent"), lambda: late).outcome == "sent":
            done.set()


def test_what_breaks_while_sending_is_no_exception_and_shows_nothing() -> None:
    def broken() -> Receipt:
        raise RuntimeError("canary")

    receipt = Hands().within(LONG, broken, lambda: Receipt("sent"))
    assert receipt == Receipt("unknown", "Sending broke off (RuntimeError).")


@pytest.mark.parametrize(
    ("kind", "adapter"), [("apprise", Apprise), ("webhook", Webhook), ("desktop", Desktop), ("console", Console)]
)
def test_each_kind_of_channel_has_its_adapter(kind: Kind, adapter: type, tmp_path: Path) -> None:
    assert isinstance(channels.open(Channel("chat", kind, "chat-ops"), tmp_path), adapter)


def test_a_channel_reads_its_secret_anew_each_time(tmp_path: Path) -> None:
    adapter = channels.open(Channel("hook", "webhook", "hook-key"), tmp_path)
    assert "keeps no secret “hook-key”" in adapter.check()
    path = tmp_path / "hook-key"
    path.write_text("https://hooks.example.org/x\n0123456789abcdef\n")
    path.chmod(0o644)
    assert adapter.check() == f"{path} can be read by other users. chmod 600 {path}"
    path.chmod(0o600)
    assert adapter.check() == ""


@pytest.mark.parametrize("kind", ["apprise", "webhook"])
def test_a_channel_that_names_no_secret_says_so(kind: Kind, tmp_path: Path) -> None:
    adapter = channels.open(Channel("chat", kind), tmp_path)
    assert adapter.check().startswith("The channel “chat” names no secret.")
    assert adapter.send(MESSAGE, LONG).outcome == "retry"


def test_who_is_present_is_asked_of_whoever_opened_the_channel(tmp_path: Path) -> None:
    adapter = channels.open(Channel("screen", "console"), tmp_path, present=lambda: frozenset({"ana"}))
    assert adapter.send(MESSAGE, LONG).outcome == "sent"
    assert channels.open(Channel("screen", "console"), tmp_path).send(MESSAGE, LONG).outcome == "failed"
