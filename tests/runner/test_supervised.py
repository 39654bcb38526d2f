"""A program runs to its end and no further, and is heard while it runs."""

import os
import sys
import threading
from pathlib import Path

import pytest

from tests.runner.programs import SHELL, eventually, python, quoted, ran, shell
from tests.support.processes import bearing
from warroom.domain.ran import Ran
from warroom.runner.frames import HEAD, TAIL
from warroom.runner.supervised import carry_out


def outcome(result: Ran) -> tuple[str, int | None]:
    return result.outcome, result.code


# Ends.


@pytest.mark.parametrize("code", [1, 2, 126, 127, 255])
def test_an_exit_code_that_is_not_zero_fails(code: int) -> None:
    result = shell(f"exit {code}")
    assert outcome(result) == ("failed", code)
    assert f"ended with {code}" in result.says


def test_zero_passes_and_the_sentence_says_so() -> None:
    result = shell("exit 0")
    assert outcome(result) == ("passed", 0)
    assert result.says.startswith("sh ended with 0 after ")


def test_other_exit_codes_pass_where_they_are_expected() -> None:
    result = carry_out([SHELL, "-c", "exit 3"], {}, 60, lambda piece: None, threading.Event(), passes=(3, 4))
    assert outcome(result) == ("passed", 3)


def test_the_end_by_a_signal_is_a_failure_that_names_it() -> None:
    result = shell("kill -SEGV $$")
    assert outcome(result) == ("failed", None)
    assert "SIGSEGV" in result.says


def test_a_failure_quotes_the_last_line_that_says_something() -> None:
    result = shell("echo first; echo 'no such host: \033[31mdb1\033[0m' >&2; echo; exit 2")
    assert result.says.endswith("s: no such host: ␛[31mdb1␛[0m")
    assert b"\033[31m" in result.output


def test_a_program_that_cannot_be_started_says_why(tmp_path: Path) -> None:
    missing = ran(str(tmp_path / "missing"))
    assert outcome(missing) == ("failed", None)
    assert missing.says == "missing could not be started: No such file or directory."
    (tmp_path / "text").write_text("no program\n")
    (tmp_path / "text").chmod(0o755)
    assert "could not be started: Exec format error" in ran(str(tmp_path / "text")).says


def test_a_host_that_can_start_nothing_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/missing/python")
    result = shell("exit 0")
    assert outcome(result) == ("failed", None)
    assert result.says == "sh could not be started: No such file or directory: /missing/python."


# Output.


def test_both_streams_are_one_in_the_order_in_which_they_were_written() -> None:
    result = shell("echo 1; echo 2 >&2; echo 3; echo 4 >&2")
    assert result.output == b"1\n2\n3\n4\n"


def test_output_is_heard_while_the_program_runs(tmp_path: Path) -> None:
    fifo = tmp_path / "answer"
    os.mkfifo(fifo)
    heard = bytearray()

    def answer(piece: bytes) -> None:
        heard.extend(piece)
        if heard == b"ready\n":
            fifo.write_text("go on\n")

    # It goes on only after it was heard, so a runner that hands output over at the end would never come to its end.
    result = shell(f"echo ready; read answer < {quoted(fifo)}; echo $answer", heard=answer)
    assert outcome(result) == ("passed", 0)
    assert result.output == heard == b"ready\ngo on\n"


def test_bytes_stay_as_they_are() -> None:
    everything = bytes(range(256)) * 3
    result = python(f"import sys; sys.stdout.buffer.write({everything!r})")
    assert result.output == everything
    assert result.cut == 0


def test_a_line_without_an_end_is_output_like_any_other() -> None:
    result = python("print('x' * 150_000, end='')")
    assert result.output == b"x" * 150_000


def test_of_too_much_output_the_beginning_and_the_end_are_kept() -> None:
    result = python("for n in range(200_000): print(f'{n:06}')")
    whole = "".join(f"{n:06}\n" for n in range(200_000)).encode()
    assert result.cut == len(whole) - HEAD - TAIL
    gap = f"\n[… {result.cut} bytes left out …]\n".encode()
    assert result.output == whole[:HEAD] + gap + whole[-TAIL:]


def test_a_flood_is_ended_and_costs_no_memory() -> None:
    heard = []
    result = ran("/usr/bin/yes", timeout=0.5, heard=lambda piece: heard.append(len(piece)))
    assert result.outcome == "timed-out"
    assert result.cut > 0
    assert len(result.output) < HEAD + TAIL + 100
    assert HEAD <= sum(heard) < result.cut


# Hanging.


def test_what_takes_too_long_is_ended() -> None:
    result = shell("sleep 1000", timeout=0.2)
    assert outcome(result) == ("timed-out", None)
    assert "took too long" in result.says


def test_what_ignores_being_asked_to_end_is_killed() -> None:
    stop = threading.Event()
    deaf = "trap '' TERM HUP INT; echo deaf; while :; do sleep 0.05; done"
    result = shell(deaf, heard=lambda piece: stop.set(), stop=stop, grace=0.3)
    assert outcome(result) == ("stopped", None)
    assert "cannot be ended" not in result.says


COUNTS_REQUESTS = """
import signal, time
requests = []
signal.signal(signal.SIGTERM, lambda *_: requests.append(1))
print("ready", flush=True)
while not requests:
    time.sleep(0.01)
time.sleep(0.3)
print("cleared away after", len(requests), flush=True)
raise SystemExit(5)
"""


def test_what_is_asked_to_end_is_asked_once_and_may_clear_away_first() -> None:
    stop = threading.Event()
    result = python(COUNTS_REQUESTS, heard=lambda piece: stop.set(), stop=stop)
    assert outcome(result) == ("stopped", 5)
    assert result.output == b"ready\ncleared away after 1\n"


def test_what_closes_its_output_and_hangs_is_ended() -> None:
    result = shell("exec >&- 2>&-; sleep 1000", timeout=0.3)
    assert result.outcome == "timed-out"


def test_what_was_suspended_is_ended() -> None:
    result = shell("kill -STOP $$; echo never", timeout=0.3)
    assert outcome(result) == ("timed-out", None)
    assert result.output == b""


def test_a_child_that_holds_the_output_holds_nobody_up(mark: str) -> None:
    result = shell("sleep 1000 & echo done", environment={"MARK": mark})
    assert outcome(result) == ("passed", 0)
    assert result.output == b"done\n"
    assert bearing(f"MARK={mark}") == []


def test_stop_ends_it() -> None:
    stop = threading.Event()
    result = shell("echo ready; sleep 1000", heard=lambda piece: stop.set(), stop=stop)
    assert outcome(result) == ("stopped", None)
    assert "was stopped" in result.says


def test_what_is_stopped_before_it_begins_never_begins(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    result = shell(f"touch {quoted(tmp_path / 'begun')}", stop=stop)
    assert result.outcome == "stopped"
    assert list(tmp_path.glob("begun")) == []


def test_a_listener_that_fails_leaves_nothing_running(mark: str) -> None:
    def fail(piece: bytes) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shell("echo ready; sleep 1000", heard=fail, environment={"MARK": mark})
    assert bearing(f"MARK={mark}") == []


def test_two_programs_at_once_do_not_hold_each_other_up() -> None:
    stop, first = threading.Event(), list[Ran]()
    begun = threading.Event()
    long = threading.Thread(
        target=lambda: first.append(shell("echo; sleep 1000", heard=lambda piece: begun.set(), stop=stop))
    )
    long.start()
    try:
        assert begun.wait(60)
        assert shell("exit 0").outcome == "passed"
        assert long.is_alive()
    finally:
        stop.set()
        long.join()
    assert first[0].outcome == "stopped"


def test_a_supervisor_that_is_killed_leaves_an_unknown_end_and_no_command(mark: str) -> None:
    result = shell("kill -KILL $PPID; sleep 1000", environment={"MARK": mark})
    assert outcome(result) == ("failed", None)
    assert "How far it came is unknown." in result.says
    eventually(lambda: bearing(f"MARK={mark}") == [])


def test_the_interpreter_that_supervises_loads_nothing_but_its_own() -> None:
    loaded = "import sys; sys.path.append(sys.argv[1]); from warroom.runner import supervisor; print(*sys.modules)"
    house = str(Path(__file__).parents[2])
    seen = ran(sys.executable, "-I", "-S", "-c", loaded, house).output.decode().split()
    mine = {"warroom", "warroom.runner", "warroom.runner.frames", "warroom.runner.processes"}
    assert {name for name in seen if name.startswith("warroom")} == mine | {"warroom.runner.supervisor"}
    assert {name.partition(".")[0] for name in seen} - {"warroom", "__main__"} <= set(sys.stdlib_module_names)
