"""Carrying out automated steps: written down first, run once, reported once, whatever goes wrong in between."""

import threading
import uuid
from pathlib import Path

import pytest

from tests.room.house import House, declare
from tests.runner.programs import write_program
from warroom.domain.errors import Already, Invalid, Refused, Unavailable
from warroom.domain.ran import Ran
from warroom.domain.runbook import Automation, Parameter, Phase, Runbook, Step
from warroom.room import automation
from warroom.room.room import Actor, Room
from warroom.runner.commands import Commands
from warroom.runner.contract import Heard
from warroom.store.contract import Append, Appended

NAMED = Runbook(
    "named",
    "Say a name",
    phases=(
        Phase(
            "say",
            (
                Step("say it", run=Automation("command", ("say", "<name>"))),
                Step("shout it", run=Automation("command", ("say", "<name>!"), dangerous=True)),
            ),
        ),
    ),
    parameters=(Parameter("name"),),
)


def unheard(piece: bytes) -> None:
    """Nobody listens."""


@pytest.fixture
def commands(tmp_path: Path) -> Commands:
    """A host that allows one command: it says its argument and counts that it did."""
    program = write_program(tmp_path / "say", f'echo "$1"; echo x >> {tmp_path}/times')
    (tmp_path / "commands.toml").write_text(f'[commands]\nsay = "{program}"\n')
    return Commands(tmp_path / "commands.toml")


@pytest.fixture
def times(tmp_path: Path) -> Path:
    """Where the command counts."""
    (tmp_path / "times").write_text("")
    return tmp_path / "times"


def count(times: Path) -> int:
    """How often it really ran."""
    return len(times.read_text().split())


def begun(house: House) -> tuple[Room, str]:
    """Ana's terminal and an incident with a runbook whose parameter is filled in; bo is the scribe."""
    ana = house.room("ana")
    incident = declare(ana)
    ana.do("runbook.attach", incident, runbook=NAMED)
    ana.do("runbook.fill", incident, name="name", value="eu-1")
    house.room("bo").do("role.take", incident, role="scribe")
    return ana, incident


def test_a_step_runs_and_what_it_wrote_is_kept(house: House, commands: Commands, times: Path) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    heard: list[bytes] = []
    ran, outcome = automation.carry_out(ana, commands, incident, started, heard.append, threading.Event())
    assert (ran.outcome, b"".join(heard), count(times)) == ("passed", b"eu-1\n", 1)
    state = outcome.incident.checklist.find("1.1")
    assert state is not None
    assert (state.outcome, state.by) == ("done", "ana")
    (kept,) = outcome.incident.evidence
    assert house.store.blob(kept.digest) == b"eu-1\n"
    assert (kept.name, kept.step) == ("output of 1.1", "1.1")


def test_what_the_host_does_not_allow_is_refused_before_anything_is_written(house: House, tmp_path: Path) -> None:
    ana, incident = begun(house)
    before = house.store.head().pos
    with pytest.raises(Refused):
        automation.begin(ana, Commands(tmp_path / "none.toml"), incident, "1.1")
    assert house.store.head().pos == before


def test_what_is_not_filled_in_says_so_before_the_host_is_asked(house: House, tmp_path: Path) -> None:
    ana = house.room("ana")
    incident = declare(ana)
    ana.do("runbook.attach", incident, runbook=NAMED)
    with pytest.raises(Refused, match=r"1\.1 needs <name> first"):
        automation.begin(ana, Commands(tmp_path / "none.toml"), incident, "1.1")


def test_a_repeated_command_begins_nothing(house: House, commands: Commands) -> None:
    ana, incident = begun(house)
    _, first = automation.begin(ana, commands, incident, "1.1", command_id="9b7f0c1e-0000-4000-8000-000000000001")
    _, again = automation.begin(ana, commands, incident, "1.1", command_id="9b7f0c1e-0000-4000-8000-000000000001")
    assert first is not None
    assert again is None


def test_many_terminals_on_one_key_run_it_once(house: House, commands: Commands, times: Path) -> None:
    _, incident = begun(house)
    ready = threading.Barrier(6)
    came: list[str] = []

    def press(person: str) -> None:
        room = house.room(person)
        ready.wait()
        try:
            _, started = automation.begin(room, commands, incident, "1.1")
        except Already:
            came.append("already")
            return
        assert started is not None
        automation.carry_out(room, commands, incident, started, unheard, threading.Event())
        came.append("ran")

    threads = [threading.Thread(target=press, args=(person,)) for person in ("ana", "bo", "cy", "di", "eli", "fay")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(came) == ["already"] * 5 + ["ran"]
    assert count(times) == 1


def test_two_people_one_approval_and_only_what_was_approved_runs(house: House, commands: Commands, times: Path) -> None:
    ana, incident = begun(house)
    bo = house.room("bo")
    outcome, started = automation.begin(ana, commands, incident, "1.2")
    assert started is None
    assert outcome.incident.automation.requests[0].what.args == ("say", "eu-1!")
    with pytest.raises(Refused, match="yourself"):
        ana.do("step.approve", incident, step="1.2")
    asserted = Room(house.open(), Actor("bo", "asserted"))
    with pytest.raises(Refused, match="only asserted"):
        asserted.do("step.approve", incident, step="1.2")
    bo.do("step.approve", incident, step="1.2")
    ana.do("runbook.fill", incident, name="name", value="eu-2")
    assert automation.begin(ana, commands, incident, "1.2")[1] is None, "the approval was for eu-1"
    assert count(times) == 0
    bo.do("step.approve", incident, step="1.2")
    _, started = automation.begin(ana, commands, incident, "1.2")
    assert started is not None
    ran, _ = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert (ran.output, count(times)) == (b"eu-2!\n", 1)


def test_a_command_that_is_gone_when_it_is_to_run_is_a_failed_step(
    house: House, commands: Commands, tmp_path: Path
) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    (tmp_path / "commands.toml").write_text("[commands]\n")
    ran, outcome = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert ran.outcome == "failed"
    state = outcome.incident.checklist.find("1.1")
    assert state is not None
    assert state.outcome == "failed"


def test_a_run_that_ends_after_the_incident_was_closed_is_still_written_down(house: House, commands: Commands) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    house.room("bo").do("resolve", incident)
    house.room("bo").do("close", incident)
    _, outcome = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert outcome.incident.automation.runs[0].ended is not None


def test_a_report_is_tried_again_under_one_id_while_the_database_is_away(
    house: House, commands: Commands, times: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    monkeypatch.setattr(automation, "_PAUSE", 0.0)
    append, tries = ana.store.append, []

    def away(what: Append) -> Appended:
        tries.append(what.command_id)
        if len(tries) == 1:
            raise Unavailable("The database is away.")
        if len(tries) == 2:
            append(what)  # it was written, and the answer was lost
            raise Unavailable("The database is away.")
        return append(what)

    monkeypatch.setattr(ana.store, "append", away)
    automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert (len(tries), len(set(tries)), count(times)) == (2, 1, 1), "the third try found it written down"
    known = house.room("cy").feed(incident).state.incident
    assert known is not None
    assert [each.kind for each in known.timeline].count("evidence") == 1


def test_a_runner_that_is_refused_at_the_last_moment_fails_the_step(house: House) -> None:
    class Moody:
        """A host that changes its mind."""

        def check(self, what: Automation) -> None:
            """Fine."""

        def fingerprint(self, what: Automation) -> str:
            return "0" * 64

        def run(self, what: Automation, heard: Heard, stop: threading.Event) -> Ran:
            raise Refused("Not any more.", hint="Ask again.")

    ana, incident = begun(house)
    _, started = automation.begin(ana, Moody(), incident, "1.1")
    assert started is not None
    ran, _ = automation.carry_out(ana, Moody(), incident, started, unheard, threading.Event())
    assert (ran.outcome, ran.says) == ("failed", "Not any more. Ask again.")


def test_nobody_can_take_the_place_of_a_report(house: House, commands: Commands) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    house.room("ana").do("note", incident, text="nothing", command_id=str(uuid.uuid5(automation._REPORT, started.run)))
    _, outcome = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert outcome.incident.automation.runs[0].ended is not None
    other, incident = begun(house)
    _, started = automation.begin(other, commands, incident, "1.1")
    assert started is not None
    house.room("bo").do("note", incident, text="nothing", command_id=str(uuid.uuid5(automation._REPORT, started.run)))
    _, outcome = automation.carry_out(other, commands, incident, started, unheard, threading.Event())
    assert outcome.incident.automation.runs[0].ended is not None


def test_a_command_id_is_for_one_act_of_one_person_in_one_incident(house: House) -> None:
    ana, incident = begun(house)
    other = declare(ana)
    ana.do("note", incident, text="one", command_id="9b7f0c1e-0000-4000-8000-000000000002")
    with pytest.raises(Invalid, match="already used for something else"):
        ana.do("note", other, text="two", command_id="9b7f0c1e-0000-4000-8000-000000000002")
    with pytest.raises(Invalid, match="already used for something else"):
        house.room("bo").do("note", incident, text="three", command_id="9b7f0c1e-0000-4000-8000-000000000002")


def test_a_console_that_was_frozen_does_not_run_what_others_ran_meanwhile(
    house: House, commands: Commands, times: Path
) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    house.at("14:00:37")
    ran, _ = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert (ran.outcome, count(times)) == ("stopped", 0)
    assert "held up too long" in ran.says


def test_a_run_that_somebody_began_anew_is_left_to_them(house: House, commands: Commands, times: Path) -> None:
    ana, incident = begun(house)
    _, started = automation.begin(ana, commands, incident, "1.1")
    assert started is not None
    house.at("14:02")
    _, again = automation.begin(house.room("bo"), commands, incident, "1.1", again=True)
    assert again is not None
    ran, _ = automation.carry_out(ana, commands, incident, started, unheard, threading.Event())
    assert (ran.outcome, count(times)) == ("stopped", 0)
    ran, _ = automation.carry_out(house.room("bo"), commands, incident, again, unheard, threading.Event())
    assert (ran.outcome, count(times)) == ("passed", 1)


def test_an_approval_does_not_hold_for_another_program_of_the_same_name(
    house: House, commands: Commands, tmp_path: Path
) -> None:
    ana, incident = begun(house)
    automation.begin(ana, commands, incident, "1.2")
    house.room("bo").do("step.approve", incident, step="1.2")
    write_program(tmp_path / "say", "echo something else")
    assert automation.begin(ana, commands, incident, "1.2")[1] is None
