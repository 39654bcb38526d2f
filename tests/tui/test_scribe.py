"""The scribe in a real terminal: a whole runbook without the mouse; two people and one approval; a console killed."""

import os
import signal
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.runner.programs import write_program
from tests.support.terminal import Terminal
from tests.tui.consoles import LOGGED_IN, ROOT, agree, eventually
from tests.tui.stories import PLAYBOOK, Team
from warroom.bootstrap import open_store
from warroom.domain.runbook import Automation, Gate, Parameter, Phase, Runbook, Step

pytestmark = pytest.mark.pty

BOOK = Runbook(
    "failover",
    "Move the primary",
    phases=(
        Phase(
            "Prepare",
            (
                Step("say where we are", run=Automation("command", ("say", "<site>"))),
                Step("drain the old site", run=Automation("command", ("drain", "<site>"), dangerous=True)),
                Step("decide where to go", "decide"),
            ),
        ),
        Phase(
            "Move",
            (
                Step("everybody agrees", "gate", gate=Gate(("1.3",), approvals=1, roles=("commander",))),
                Step("go back", "rollback", steps=(Step("stop writes"), Step("move back"))),
                Step("tell support", "inform", inform=("support",)),
                Step("copy the new address", command="primary --of <site>"),
            ),
        ),
    ),
    parameters=(Parameter("site", "where it runs now"),),
)


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database with an incident that has the runbook."""
    address = str(tmp_path / "warroom.db")
    with closing(open_store(address)) as store:
        team = Team(store, PLAYBOOK)
        team.declare(services=("checkout",))
        team.do("ana", "runbook.attach", runbook=BOOK)
    say = write_program(tmp_path / "say", 'echo "we are in $1"')
    # It never ends by itself; the file tells that it runs, and how often it was started.
    drain = write_program(
        tmp_path / "drain", f'echo $$ >> {tmp_path}/drains; echo "draining $1"; while :; do sleep 1; done'
    )
    (tmp_path / "commands.toml").write_text(f'[commands]\nsay = "{say}"\ndrain = "{drain}"\n')
    return address


def join(url: str, person: str, columns: int = 120, rows: int = 36) -> Terminal:
    """Somebody's console, logged in as themselves."""
    words = [sys.executable, "-c", LOGGED_IN, person, "join", "INC-1", "--db", url]
    env = {"WARROOM_COMMANDS": str(Path(url).with_name("commands.toml"))}
    return Terminal(words, columns=columns, rows=rows, cwd=ROOT, env=env)


def test_the_scribe_finishes_a_runbook_from_the_keyboard_alone(url: str) -> None:
    with join(url, "bo") as bo:
        bo.wait_for("LIVE")
        bo.type_text("p")
        bo.wait_for("where it runs now")
        bo.type_text("eu-1\n")
        bo.wait_for("<site> is eu-1")
        bo.type_text("r")
        bo.wait_for("Run of 1.1 here")
        bo.wait_for("we are in eu-1")
        bo.type_text("q")
        bo.wait_until_gone("Run of 1.1 here")
        bo.wait_for(r"✓ 1\.1 say where we are.*done bo")
        bo.type_text("js")
        bo.wait_for("Skip 1.2")
        bo.type_text("the site is down already\n")
        bo.wait_for(r"– 1\.2 drain")
        bo.type_text("j ")
        bo.wait_for("Decision 1.3")
        bo.type_text("to eu-2")
        bo.press("f2")
        bo.wait_for(r"✓ 1\.3 decide")
        bo.type_text(" ")
        bo.wait_for(r"2\.1 is a gate and waits for: 1 more to approve; an incident commander")
        bo.press("2", "space", "enter")
        bo.wait_for("IC +bo")
        bo.type_text("3")
        bo.wait_for("gate waits for 1")
        bo.type_text("a")
        bo.wait_for("bo +step +approves 2.1")
        bo.type_text(" ")
        bo.wait_for(r"✓ 2\.1 everybody agrees")
        bo.type_text("j ")
        bo.wait_for(r"✓ 2\.2\.1 stop writes")
        bo.type_text(" ")
        bo.wait_for(r"✓ 2\.2 go back")
        bo.type_text(" ")
        bo.wait_for("Tell support")
        bo.press("f2")
        bo.wait_for(r"✓ 2\.3 tell support")
        bo.type_text("y")
        bo.wait_for("1 line sent to your terminal's clipboard|handed to tmux")
        bo.type_text(" ")
        bo.wait_for(r"Runbook · failover · 9/9")


def test_two_people_and_one_approval(url: str) -> None:
    with join(url, "ana") as ana, join(url, "bo", 80, 24) as bo:
        ana.wait_for("LIVE")
        bo.wait_for("LIVE")
        bo.type_text("p")
        bo.wait_for("where it runs now")
        bo.type_text("eu-1\n")
        ana.wait_for("<site> is eu-1")
        ana.type_text("jr")
        bo.wait_for("ana asks to run it")
        ana.wait_for("A second person has to approve")
        ana.type_text("a")
        ana.wait_for("Approve the run of 1.2")
        ana.type_text("y")
        ana.wait_for("You asked to run 1.2 yourself")
        bo.type_text("ja")
        bo.wait_for("Approve the run")
        bo.type_text("y")
        bo.wait_for("Only somebody with a role")
        with closing(open_store(url)) as store:
            team = Team(store, PLAYBOOK)
            team.incident = team.room("bo").find("INC-1")
            team.do("bo", "role.take", role="scribe")
        bo.wait_for("took scribe")
        bo.type_text("a")
        bo.wait_for("drain eu-1 — on .*asked by ana")
        bo.type_text("y")
        ana.wait_for("approved by bo")
        ana.type_text("r")
        ana.wait_for("draining eu-1")
        bo.wait_for("ana runs it")
        ana.type_text("x")
        ana.wait_for("stopped")
        ana.type_text("q")
        bo.wait_for(r"✗ 1\.2 drain the old site.*FAILED ana")


def test_a_console_killed_in_the_middle_of_a_run_leaves_unknown_and_nothing_running(url: str, tmp_path: Path) -> None:
    drains = tmp_path / "drains"
    with closing(open_store(url)) as store:
        team = Team(store, PLAYBOOK)
        team.incident = team.room("ana").find("INC-1")
        team.do("ana", "runbook.fill", name="site", value="eu-1")
        team.do("bo", "role.take", role="scribe")
    with join(url, "ana") as ana, join(url, "bo") as bo:
        ana.wait_for("LIVE")
        bo.wait_for("LIVE")
        ana.type_text("jr")
        bo.wait_for("ana asks to run it")
        bo.type_text("ja")
        bo.wait_for("Approve the run")
        bo.type_text("y")
        ana.wait_for("approved by bo")
        ana.type_text("r")
        ana.wait_for("draining eu-1")
        eventually(lambda: drains.exists() and drains.read_text().strip().isdecimal(), ana, bo)
        running = int(drains.read_text())
        os.kill(ana.pid, signal.SIGKILL)
        eventually(lambda: not _alive(running), bo)
        bo.wait_for("ana runs it")
        bo.type_text("r")
        bo.wait_for("ana runs 1.2 on|waits for a second person|asks to run")
        assert drains.read_text().split() == [str(running)], "nothing runs it a second time"


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # A process that nobody has waited for yet is dead all the same.
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def test_both_terminals_agree_on_gates_and_kinds(url: str) -> None:
    with join(url, "ana") as ana, join(url, "bo") as bo:
        for terminal in (ana, bo):
            terminal.wait_for("LIVE")
        ana.type_text("pe")
        ana.wait_for("where it runs now")
        ana.type_text("u-1\n")
        bo.wait_for("say where we are")
        for terminal in (ana, bo):
            terminal.press("m", "g")
        assert "gate waits for" in agree(ana, bo)
