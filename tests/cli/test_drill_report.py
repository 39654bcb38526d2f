"""The report on a drill that was really played, on SQLite and on PostgreSQL; the trend, and what was exercised."""

from contextlib import closing
from xml.etree import ElementTree

import pytest

from tests.cli.shell import Shell
from tests.support.builders import ORG, SCENARIO, reachable
from warroom.bootstrap import open_store
from warroom.domain.exercise import DrillStarted
from warroom.room.room import Actor, Room
from warroom.room.takeover import take_over
from warroom.store.contract import Store


def begin(store: Store) -> Room:
    """A drill that plays a scenario, INC-1 in an empty log; bo leads it and cy watches."""
    room = Room(store, Actor("ana"))
    room.publish(reachable(ORG).playbook)
    started = DrillStarted(SCENARIO, ("bo",), ("cy",), "payments")
    room.do(
        "declare", title="DRILL: pay", severity="1", services=("payments",), exercise="drill", drill=started
    )  # fmt: skip
    return room


def play(store: Store) -> str:
    """What happens in it, to its end; its UUID."""
    room = begin(store)
    uuid = room.find("INC-1")
    di, bo, cy = (Room(store, Actor(who)) for who in ("di", "bo", "cy"))
    di.do("ack", uuid)
    di.do("role.take", uuid, role="commander")
    di.do("runbook.attach", uuid, runbook="payment-errors")
    di.do("step.done", uuid, step="1.1")
    di.do("decide", uuid, text="roll back <script>", because="| it began with \x1b[31mthe deploy")
    bo.do("drill.inject", uuid, inject="asks")
    cy.do("drill.note", uuid, text="nobody told the shop")
    di.do("milestone", uuid, milestone="containment")
    bo.do("drill.skip", uuid, inject="nobody", because="somebody has it")
    bo.do("drill.end", uuid)
    return uuid


@pytest.fixture
def over(anywhere: Shell) -> Shell:
    """A shell whose log holds a drill that is over, on each kind of database."""
    with closing(open_store(anywhere.db, create=True)) as store:
        play(store)
    return anywhere


@pytest.fixture
def log(shell: Shell) -> Shell:
    """The same on SQLite, where somebody may say who they are."""
    with closing(open_store(shell.db, create=True)) as store:
        play(store)
    return shell


def test_a_drill_is_reported_as_text_and_as_json(over: Shell) -> None:
    shown = over.run("drill", "report", "INC-1")
    assert shown.code == 0, shown
    assert shown.out.startswith("INC-1 · DRILL: pay\n\nscenario  Payments are slow (difficulty 2 of 5)\n")
    assert "on time   2 of 2 expected actions" in shown.out
    found = over.ask("drill", "report", "INC-1")
    assert [(each["title"], each["verdict"]) for each in found["expected"]] == [
        ("Acknowledge", "on time"),
        ("Take command", "on time"),
        ("Answer the shop", "not due"),
        ("Contain", "not due"),
    ]
    assert [(each["inject"], each["came"], each["by"]) for each in found["injects"]][2:4] == [
        ("asks", "brought in", "bo"),
        ("nobody", "left out", None),
    ]
    assert found["team"] == "payments"


def test_every_format_is_whole_and_what_people_wrote_is_text_in_it(log: Shell) -> None:
    text, page, wiki, picture = (
        log.run("drill", "report", "INC-1", "--format", name).out for name in ("text", "html", "md", "svg")
    )
    assert "roll back <script> (because | it began with ␛[31mthe deploy)" in text
    assert "roll back &lt;script&gt;" in page
    assert "<script" not in page
    assert page.rstrip().endswith("</html>")
    assert r"roll back \<script\> (because \| it began" in wiki
    assert ElementTree.fromstring(picture).tag.endswith("svg")


def test_an_ascii_report_holds_nothing_else(log: Shell) -> None:
    assert log.run("drill", "report", "INC-1", "--ascii").out.isascii()


def test_remarks_are_for_those_who_lead_or_watch_and_never_in_a_public_report(log: Shell) -> None:
    def remarks(*words: str) -> bool:
        return "nobody told the shop" in log.run("drill", "report", "INC-1", *words).out

    assert [remarks("--as", who) for who in ("bo", "cy", "di")] == [True, True, False]
    assert not remarks("--as", "cy", "--public")
    assert not remarks("--as", "cy", "--public", "--json")


def test_the_report_on_a_drill_that_still_runs_is_for_its_controllers(shell: Shell) -> None:
    with closing(open_store(shell.db, create=True)) as store:
        begin(store)
    refused = shell.run("drill", "report", "INC-1", "--as", "di", "--json")
    assert (refused.code, refused.error["message"]) == (
        1,
        "INC-1 still runs, and its report gives away what is to come.",
    )
    assert shell.run("drill", "compare", "INC-1", "INC-1", "--as", "di").code == 1
    led = shell.run("drill", "report", "--as", "bo")
    assert (led.code, led.err) == (0, "INC-1: DRILL: pay\n")
    assert ("end       it still runs" in led.out, "over before" in led.out) == (True, False)
    report = shell.ask("drill", "report", "INC-1", "--as", "bo")
    assert (report["running"], {each["verdict"] for each in report["expected"]}) == (True, {"not due yet"})
    assert {each["came"] for each in report["injects"]} == {"to come"}


def test_without_a_name_the_last_drill_is_reported_and_nothing_real(log: Shell) -> None:
    log.ask("declare", "checkout is down", "--as", "ana")
    shown = log.run("drill", "report")
    assert (shown.code, shown.err, shown.out.partition("\n")[0]) == (0, "INC-1: DRILL: pay\n", "INC-1 · DRILL: pay")


def test_where_there_was_no_drill_there_is_no_report(shell: Shell) -> None:
    shell.ask("declare", "checkout is down")
    refused = shell.run("drill", "report", "--json")
    assert (refused.code, refused.error["message"]) == (1, "There was no drill yet.")


def test_a_takeover_stands_beside_the_incident_that_it_took_over(shell: Shell) -> None:
    with closing(open_store(shell.db, create=True)) as store:
        room = Room(store, Actor("ana"))
        room.do("declare", title="card payments fail", severity="1")
        uuid = room.find("INC-1")
        room.do("decide", uuid, text="fail over")
        drill = take_over(room, uuid, 2).incident
        room.do("ack", uuid)
        room.do("decide", drill.id, text="roll back")
        room.do("drill.abort", drill.id)
    found = shell.ask("drill", "report", "INC-2")
    assert (found["against"], found["aborted"], found["expected"]) == ("INC-1", True, [])
    acknowledgment = found["times"][0]
    assert (acknowledgment["seconds"], acknowledgment["other_seconds"] is not None) == (None, True)
    assert [(each["text"], each["both"]) for each in found["decisions"]] == [("roll back", False)]
    assert [(each["text"], each["both"]) for each in found["other_decisions"]] == [("fail over", True)]


def test_any_two_incidents_are_compared(log: Shell) -> None:
    log.ask("declare", "checkout is down", "--as", "ana")
    shown = log.run("drill", "compare", "INC-2", "INC-1")
    assert (shown.code, shown.out.partition("\n")[0]) == (0, "INC-2 · checkout is down, beside INC-1")
    assert "EXPECTED" not in shown.out
    assert log.ask("drill", "report", "INC-1", "--against", "INC-2")["against"] == "INC-2"
    same = log.run("drill", "compare", "INC-1", "1", "--json")
    assert (same.code, same.error["message"]) == (1, "That is the same incident twice.")


def test_a_real_incident_has_no_such_report(log: Shell) -> None:
    log.ask("declare", "checkout is down", "--as", "ana")
    refused = log.run("drill", "report", "INC-2", "--json")
    assert (refused.code, refused.error["message"]) == (1, "INC-2 is no drill.")


def test_drills_become_a_trend_and_a_table_of_what_they_exercised(over: Shell) -> None:
    (drill,) = over.ask("drill", "trend", "--team", "payments")["drills"]
    assert (drill["incident"], drill["on_time"], drill["judged"]) == ("INC-1", 2, 2)
    nobody = over.run("drill", "trend", "--team", "search")
    assert (nobody.code, nobody.out, nobody.err) == (0, "", "No drill of search is over yet.\n")
    assert "2 of 2" in over.run("drill", "trend").out
    covered = {each["name"]: each["times"] for each in over.ask("drill", "coverage")["covered"]}
    assert (covered["payment-errors"], covered["disk-full"], covered["incident commander"]) == (1, 0, 1)
    assert "RUNBOOKS" in over.run("drill", "coverage").out


def test_a_format_that_is_none_is_refused_in_words(log: Shell) -> None:
    strange = log.run("drill", "report", "INC-1", "--format", "pdf")
    assert (strange.code, strange.out, strange.err) == (
        2,
        "",
        "There is no format pdf.\nThere is: text, md, html, svg.\n",
    )
    undrawn = log.run("drill", "coverage", "--format", "svg")
    assert (undrawn.code, undrawn.err) == (1, "There is nothing to draw.\nChoose another format.\n")
