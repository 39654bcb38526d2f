"""The way out: nothing that people or machines wrote is ever obeyed by a terminal."""

import io
import subprocess
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.cli.shell import ROOT, Done, Shell
from warroom.cli.out import Out, to_ascii
from warroom.domain.text import width

BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
HOSTILE = (
    "\x1b[2J\x1b]0;owned\x07\x1b]52;c;aGk=\x07\x1bP+q544e\x1b\\ \x9b31m\x9d0;x\x9c\x90q\x85 \x08\x7f\x0e\r"
    f"{BIDI}\u2028\u2029\u200b\ufeff\x1b_Gf=100;\x1b\\ [/red] {{x}} %s"
)
SPACELESS = f"--{HOSTILE.replace(' ', '')}"


def forbidden(text: str) -> set[str]:
    """What must never reach a terminal: control characters but line feeds, and what turns the direction of text."""
    controls = {letter for letter in text if unicodedata.category(letter) in ("Cc", "Cs", "Zl", "Zp")} - {"\n"}
    return controls | (set(text) & set(BIDI))


def clean(done: Done) -> None:
    assert forbidden(done.out) == set(), done
    assert forbidden(done.err) == set(), done


def test_no_verb_lets_an_escape_code_through(shell: Shell, tmp_path: Path) -> None:
    evidence = tmp_path / f"{HOSTILE.replace('/', '')[:40]}.log"
    evidence.write_bytes(b"x")
    acts: tuple[tuple[str, ...], ...] = (
        ("declare", HOSTILE, "--service", HOSTILE, "--as", HOSTILE),
        ("note", "1", HOSTILE),
        ("decide", "1", HOSTILE, "--because", HOSTILE),
        ("role", "1", "take", "expert", "--subject", HOSTILE, "--as", HOSTILE),
        ("role", "1", "offer", "scribe", HOSTILE),
        ("runbook", "1", "attach", "latency"),
        ("step", "1", "done", "1.1", "--note", HOSTILE),
        ("step", "1", "skip", "1.2", "--because", HOSTILE),
        ("step", "1", "note", "1.3", HOSTILE),
        ("service", "1", HOSTILE, "degraded", "--because", HOSTILE),
        ("evidence", "1", str(evidence), "--text", HOSTILE),
        ("correct", "1", "2", HOSTILE),
        ("sev", "1", "1", "--because", HOSTILE),
        ("undo", "1"),
    )
    for words in acts:
        done = shell.run(*words)
        assert done.code == 0, (words, done)
        clean(done)
    looks: tuple[tuple[str, ...], ...] = (
        ("list",), ("status",), ("show",), ("show", "--all"), ("follow", "--once"), ("follow", "--once", "--plain"),
        ("note", "left out"), ("verify",),
        ("list", "--json"), ("show", "--json"), ("follow", "--once", "--json"),
        ("list", "--ascii"), ("show", "--ascii"),
    )  # fmt: skip
    for words in looks:
        done = shell.run(*words)
        assert done.code == 0, (words, done)
        assert words == ("verify",) or done.out.strip()
        clean(done)
        assert done.out.isascii() or not {"--json", "--ascii"} & set(words)
    mistakes: tuple[tuple[str, ...], ...] = (
        (HOSTILE,), (SPACELESS,), ("show", HOSTILE), ("note", "1", "a", HOSTILE), ("note", SPACELESS),
        ("step", "1", HOSTILE), ("step", "1", "done", HOSTILE), ("role", "1", "take", HOSTILE),
        ("milestone", "1", HOSTILE), ("declare", "x", "--at", HOSTILE), ("declare", "x", "--sev", HOSTILE),
        ("runbook", "1", "attach", HOSTILE), ("runbook", "show", HOSTILE), ("runbook", "lint", HOSTILE),
        ("playbook", "publish", HOSTILE), ("import", HOSTILE), ("evidence", "1", HOSTILE), ("service", "show", HOSTILE),
        ("service", "1", "x", HOSTILE), ("correct", "1", HOSTILE, "x"), ("follow", "1", "--from", HOSTILE),
        ("show", "1", "--db", f"{tmp_path}/{HOSTILE.replace('/', '')}"), ("list", "--db", f"x{HOSTILE}://y"),
    )  # fmt: skip
    for words in mistakes:
        for more in ((), ("--json",)):
            done = shell.run(*words, *more)
            assert done.code in (1, 2), (words, done)
            clean(done)


def test_hostile_files_are_answered_in_clean_words(shell: Shell, tmp_path: Path) -> None:
    path = tmp_path / "hostile.yaml"
    path.write_bytes(f'runbook: "{HOSTILE}"\n"{HOSTILE}": 1\n'.encode())
    for words in (("runbook", "lint", str(path)), ("runbook", "show", str(path)), ("import", str(path))):
        done = shell.run(*words)
        assert done.code == 1
        clean(done)


def test_sample_texts_pass_unchanged(shell: Shell) -> None:
    done = shell.run("runbook", "show", str(ROOT / "runbooks" / "latency.yaml"))
    assert (done.code, "�" in done.out) == (0, False)
    clean(done)


class Terminal(io.StringIO):
    """Looks like a terminal, but has no width of its own."""

    def isatty(self) -> bool:
        return True


def printed(*rows: tuple[str, ...], ascii: bool = False) -> list[str]:
    stdout = io.StringIO()
    Out(ascii=ascii, stdout=stdout).table(rows)
    return stdout.getvalue().splitlines()


@given(st.text())
def test_whatever_the_text_one_line_stays_one_clean_line(text: str) -> None:
    stdout, stderr = io.StringIO(), io.StringIO()
    out = Out(stdout=stdout, stderr=stderr)
    out.line(text)
    out.table([(text, "x")])
    out.say(text.replace("\n", ""))
    assert forbidden(stdout.getvalue() + stderr.getvalue()) == set()
    assert stdout.getvalue().count("\n") == 2
    assert stderr.getvalue().count("\n") == 1


@given(st.text())
def test_ascii_is_ascii(text: str) -> None:
    stdout = io.StringIO()
    Out(ascii=True, stdout=stdout).line(text)
    assert stdout.getvalue().isascii()
    assert forbidden(stdout.getvalue()) == set()


@given(st.recursive(st.text() | st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_is_ascii_without_control_characters(value: object) -> None:
    stdout = io.StringIO()
    Out(stdout=stdout).data(value)
    assert stdout.getvalue().isascii()
    assert forbidden(stdout.getvalue()) == set()


def test_columns_are_aligned_by_cells() -> None:
    assert width("東京") == 4
    assert width("e\u0301") == 1
    assert printed(("東京", "x"), ("abcde", "y"), ("e\u0301", "z")) == ["東京   x", "abcde  y", "e\u0301      z"]


def test_a_pipe_gets_every_line_in_full() -> None:
    assert printed(("x" * 500, "y")) == [f"{'x' * 500}  y"]


def test_a_terminal_gets_lines_that_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    stdout = Terminal()
    out = Out(stdout=stdout)
    monkeypatch.setattr(out, "_columns", lambda: 30)
    out.table([("INC-1", "東京" * 20, "short"), ("INC-2", "b", "short")])
    lines = stdout.getvalue().splitlines()
    assert [width(line) for line in lines] == [30, 30]
    assert "…" in lines[0]
    assert all(line.endswith("short") for line in lines)


def test_signs_have_plain_likes() -> None:
    assert to_ascii("✓ 1.1 → “done” … Petrović – ␛[31m") == 'x 1.1 -> "done" ... Petrovic - ^[[31m'


def test_a_terminal_of_another_encoding_gets_what_it_can_show(shell: Shell) -> None:
    shell.run("declare", "Zürich → 東京")
    latin = Shell(shell.db, {"PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    done = subprocess.run(latin.command("list"), env=latin.environ(), capture_output=True, check=False)
    assert done.returncode == 0
    assert "Zürich ? ??".encode("latin-1") in done.stdout


def test_a_text_for_programs_shows_its_lines_where_a_person_reads_it() -> None:
    seen = io.StringIO()
    Out(stdout=seen).exact("BEGIN:VCALENDAR\r\nX:\x1b[2J\r\nEND:VCALENDAR\r\n")
    assert seen.getvalue() == "BEGIN:VCALENDAR\nX:␛[2J\nEND:VCALENDAR\n"
