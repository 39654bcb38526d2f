"""Following an incident in one process while others act in theirs."""

import json
import os
import pty
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import IO

import pytest

from tests.cli.shell import PATIENCE, Shell


class Reader:
    """One `warroom follow`, line by line."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process
        self._out, self._err = _lines(process.stdout), _lines(process.stderr)

    def line(self) -> str:
        """The next line; "" at the end."""
        return self._out.get(timeout=PATIENCE)

    def said(self) -> str:
        """The next line on stderr."""
        return self._err.get(timeout=PATIENCE)

    def end(self) -> int:
        """The exit code, once it has ended by itself."""
        return self.process.wait(PATIENCE)


def _lines(stream: IO[str] | None) -> "SimpleQueue[str]":
    """The lines of a stream, as they come."""
    assert stream is not None
    lines: SimpleQueue[str] = SimpleQueue()

    def read() -> None:
        for line in stream:
            lines.put(line)
        lines.put("")

    Thread(target=read, daemon=True).start()
    return lines


@contextmanager
def following(shell: Shell, *words: str) -> Iterator[Reader]:
    """Follow the only incident."""
    with shell.start("follow", *words) as process:
        try:
            yield Reader(process)
        finally:
            process.kill()


def test_it_prints_what_another_process_does(anywhere: Shell) -> None:
    anywhere.run("declare", "one")
    with following(anywhere, "1", "--plain") as reader:
        assert reader.line().endswith(" declared SEV3: one\n")
        for number in range(3):
            assert anywhere.run("note", "1", f"note {number}").code == 0
            assert reader.line().endswith(f" note note {number}\n")
        anywhere.run("runbook", "1", "attach", "latency")
        reader.line()
        anywhere.run("step", "1", "done", "1.1")
        assert " step done 1.1 " in reader.line()


def test_it_begins_where_it_is_told_and_ends_with_the_incident(shell: Shell) -> None:
    for words in (("declare", "one"), ("note", "two"), ("note", "three")):
        shell.run(*words)
    with following(shell, "1", "--from", "3", "--json", "--until-closed") as reader:
        assert json.loads(reader.line())["text"] == "three"
        shell.run("resolve", "1")
        shell.run("close", "1", "--yes")
        assert [json.loads(reader.line())["seq"] for _ in range(2)] == [4, 5]
        assert reader.end() == 0
        assert reader.line() == ""


def test_an_entry_of_several_lines_stays_on_one(shell: Shell) -> None:
    shell.run("declare", "one")
    shell.run("note", "-", stdin=b"first\nsecond\n\tthird")
    assert shell.run("follow", "--once").out.count("\n") == 2


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_it_ends_at_once_without_a_word(shell: Shell, signum: signal.Signals) -> None:
    shell.run("declare", "one")
    with following(shell, "1") as reader:
        reader.line()
        reader.process.send_signal(signum)
        assert reader.end() in (-signum, 128 + signum)
        assert reader.said() == ""


def test_it_ends_when_nobody_reads_any_more(shell: Shell) -> None:
    shell.run("declare", "one")
    reading, writing = os.pipe()
    with subprocess.Popen(shell.command("follow", "1"), env=shell.environ(), stdout=writing) as process:
        os.close(writing)
        assert os.read(reading, 1)
        os.close(reading)
        # Nothing happens in the incident: it has to notice by itself.
        assert process.wait(PATIENCE) == 0


@pytest.mark.fault
def test_it_says_when_it_is_cut_off_and_goes_on_when_it_is_back(shell: Shell) -> None:
    shell.run("declare", "one")
    aside = Path(shell.db).with_name("aside")
    with following(shell, "1", "--plain") as reader:
        reader.line()
        Path(shell.db).rename(aside)
        assert reader.said().startswith("Cut off: The database file")
        aside.rename(shell.db)
        assert reader.said() == "Back: the database answers again.\n"
        shell.run("note", "1", "still here")
        assert reader.line().endswith(" note still here\n")


@pytest.mark.fault
def test_a_damaged_log_is_not_followed(shell: Shell) -> None:
    shell.run("declare", "one")
    with following(shell, "1") as reader:
        reader.line()
        shell.run("note", "1", "two")
        reader.line()
        db = sqlite3.connect(shell.db)
        db.execute("DROP TRIGGER body_no_update")
        # What is appended next is changed before it can be read.
        db.execute(
            "CREATE TRIGGER forge AFTER INSERT ON body BEGIN UPDATE body SET body = x'7b7d' WHERE pos = NEW.pos; END"
        )
        db.commit()
        db.close()
        shell.run("note", "1", "three")
        assert reader.end() == 3
        assert "Position 3 of the log is damaged" in reader.said()


def test_one_of_two_wins_a_race_and_the_other_is_told(anywhere: Shell) -> None:
    anywhere.run("declare", "one")
    anywhere.run("runbook", "1", "attach", "latency")
    both = [anywhere.start("step", "1", "done", "1.1", "--json") for _ in range(2)]
    ended = [(process.communicate(timeout=PATIENCE)[0], process.returncode) for process in both]
    assert sorted(code for _, code in ended) == [0, 1]
    (loser,) = (json.loads(out) for out, code in ended if code)
    assert loser["error"]["code"] == "already"
    assert "was already done" in loser["error"]["message"]
    assert len(anywhere.ask("show", "1")["timeline"]) == 3


def test_notes_of_many_processes_all_arrive(anywhere: Shell) -> None:
    anywhere.run("declare", "one")
    writers = [anywhere.start("note", "1", f"note {number}") for number in range(6)]
    for writer in writers:
        writer.communicate(timeout=PATIENCE)
        assert writer.returncode == 0
    texts = {each["text"] for each in anywhere.ask("show", "1")["timeline"][1:]}
    assert texts == {f"note {number}" for number in range(6)}
    assert anywhere.ask("verify")["ok"]


def test_closing_asks_on_a_terminal_and_takes_silence_for_a_no(shell: Shell) -> None:
    shell.run("declare", "one")
    shell.run("resolve", "1")
    for answer, status in ((b"\n", "resolved"), (b"y\n", "closed")):
        mine, theirs = pty.openpty()
        os.write(mine, answer)
        done = subprocess.run(
            shell.command("close", "1"), env=shell.environ(), stdin=theirs, capture_output=True, text=True, check=False
        )
        for end in (mine, theirs):
            os.close(end)
        assert "Close the incident? This cannot be undone. [y/N]" in done.stderr
        assert shell.ask("show", "1")["status"] == status
