"""The scribe's instrument: kinds that ask, gates, values, time, steps added, words explained; by keys alone."""

from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from tests.support.builders import GUARDED, Tale
from tests.tui.desk import console
from tests.tui.scenes import scene, text
from tests.tui.stories import PLAYBOOK, RUNBOOK, Team
from warroom.bootstrap import library
from warroom.domain import checklist as runbooks
from warroom.domain import parameters, steps
from warroom.domain.glossary import Term
from warroom.domain.org import Person
from warroom.domain.runbook import Parameter, Phase, Runbook, Step
from warroom.room.room import Actor, Room
from warroom.store.sqlite import SqliteStore
from warroom.tui.present import checklist

LAG = Term("replication lag", "how far a copy of the data is behind", also=("lag",))


def guarded(team: Team) -> None:
    """Attach the runbook with a step of every kind, beside the story's own."""
    team.do("ana", "runbook.attach", runbook=GUARDED)


async def test_a_decision_is_ticked_with_its_words(team: Team) -> None:
    guarded(team)
    async with console(team, size=(120, 50)) as desk:
        desk.go_to("2/1.3")
        await desk.press("space")
        await desk.sees("Decision 2/1.3", "decide where to go")
        await desk.type("to eu-2")
        await desk.press("f2")
        await desk.sees(r"✓ 2/1\.3 decide where to go.*done ana", "DECISION to eu-2")


async def test_an_inform_step_opens_a_draft_of_what_is_known(team: Team) -> None:
    guarded(team)
    async with console(team, size=(120, 50)) as desk:
        desk.go_to("2/2.4")
        await desk.press("space")
        await desk.sees("Tell support", r"SEV\d, active", "Needs: …", "Next update")
        await desk.press("f2")
        await desk.sees(r"✓ 2/2\.4 tell support.*done ana", "told support: ")


async def test_who_is_called_in_is_chosen_where_it_may_be_several(team: Team) -> None:
    people = tuple(replace(each, expertise=("mysql",)) for each in PLAYBOOK.people if each.name in ("bo", "cy"))
    team.room("ana").publish(replace(PLAYBOOK, people=(Person("ana"), *people)))
    call = Runbook("call", "Call", phases=(Phase("p", (Step("page the experts", "escalate", to="expertise mysql"),)),))
    team.do("ana", "runbook.attach", runbook=call)
    async with console(team, size=(120, 50)) as desk:
        desk.go_to("2/1.1")
        await desk.press("space")
        await desk.sees("Call in, 2/1.1", "bo", "cy")
        await desk.type("cy")
        await desk.press("enter")
        await desk.sees(r"✓ 2/1\.1 page the experts", "escalated to cy")


async def test_a_closed_gate_holds_up_what_comes_after_it_and_says_what_it_waits_for(team: Team) -> None:
    guarded(team)
    team.do("bo", "role.take", role="scribe")
    async with console(team, size=(160, 50)) as desk:
        await desk.sees(r"2/2\.1 all clear.*gate waits for 4", r"· 2/2\.2 go back")
        desk.go_to("2/2.1")
        await desk.press("space")
        await desk.sees(r"2/2\.1 is a gate and waits for: 2/1\.1 done; payments operational")
        await desk.press("a")
        await desk.sees("Only somebody with a role in this incident can approve")
        team.do("bo", "step.approve", step="2/2.1")
        await desk.sees("gate waits for 3")
        await desk.press("enter")
        await desk.sees("Waits for", "☐ 2/1.1 done", "✓ approved by bo")
        await desk.press("q")


async def test_only_the_commander_overrides_a_gate_with_a_reason(team: Team) -> None:
    guarded(team)
    async with console(team, size=(160, 50)) as desk:
        desk.go_to("2/2.1")
        await desk.press("x")
        await desk.type("the bank waits")
        await desk.press("enter")
        await desk.sees("Only the incident commander")
        team.do("ana", "role.take", role="commander")
        await desk.press("x")
        await desk.sees("Override the gate 2/2.1")
        await desk.type("the bank waits")
        await desk.press("enter")
        await desk.sees("OVERRODE the gate 2/2.1 without", r"✓ 2/2\.1 all clear", r"☐ 2/2\.2 go back|▸ 2/2\.2")


async def test_a_place_is_filled_in_once_and_shown_everywhere(team: Team) -> None:
    guarded(team)
    async with console(team, size=(120, 50)) as desk:
        await desk.sees("reach <cluster>", "drain <cluster>")
        desk.go_to("2/1.1")
        await desk.press("p")
        await desk.sees("which one")
        await desk.type("eu-1")
        await desk.press("enter")
        await desk.sees("reach eu-1", "drain eu-1")
        await desk.press("p")
        await desk.sees("<cluster>")
        await desk.type(" oops")
        await desk.press("enter")
        await desk.sees("<cluster> is one word")


async def test_a_time_box_is_set_and_taken_away(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("t")
        await desk.sees("Time-box 1.1")
        await desk.type("10m")
        await desk.press("enter")
        await desk.sees(r"1\.1 confirm.*(10|9) min left")
        await desk.press("t", "enter")
        await desk.sees_no("min left")


def row(tale: Tale, name: str) -> str:
    """A row of the pane, as text."""
    return next(text(line) for line in checklist.pane(scene(tale)) if line.key == name)


def test_a_time_box_counts_down_and_runs_out() -> None:
    tale = Tale()
    tale.do(runbooks.attach, RUNBOOK)
    tale.at("14:00").do(steps.timebox, "1.1", timedelta(minutes=10))
    assert row(tale.at("14:04"), "1.1").endswith("6 min left check")
    assert row(tale.at("14:09:30"), "1.1").endswith("<1 min left check")
    assert row(tale.at("14:10:30"), "1.1").endswith("TIME IS UP check")
    assert row(tale.at("14:13"), "1.1").endswith("OVER by 3 min check")


def test_expected_and_elapsed_time_stand_on_the_step_at_hand() -> None:
    tale = Tale()
    tale.do(runbooks.attach, RUNBOOK)
    for name in ("1.1", "1.2"):
        tale.at("14:05").do(steps.finish, name)
    assert row(tale.at("14:09"), "1.3").endswith("4 min of 5 min check")
    tale.at("14:12").do(steps.finish, "1.3")
    assert "of 5 min" not in row(tale, "1.3")


def test_a_step_that_runs_says_who_runs_it_and_when_nobody_knows() -> None:
    tale = Tale()
    tale.do(runbooks.attach, GUARDED)
    tale.do(parameters.fill_in, "cluster", "eu-1")
    assert row(tale, "1.1").endswith("check · runs")
    tale.at("14:05").do(steps.run, "1.1", host="bastion", by="bo")
    assert row(tale, "1.1").endswith("bo runs it")
    assert row(tale.at("14:06:30"), "1.1").endswith("UNKNOWN: bo ran it")
    tale.do(steps.run, "1.2", host="bastion", by="bo")
    assert row(tale, "1.2").endswith("bo asks to run it")


async def test_a_step_is_added_behind_the_cursor(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("i")
        await desk.sees("What is to do, after 1.1")
        await desk.type("ask the bank")
        await desk.press("enter")
        await desk.sees(r"1\.4 \+ ask the bank")
        rows = desk.text.split("\n")
        places = [next(n for n, row in enumerate(rows) if f" {name} " in row) for name in ("1.1", "1.4", "1.2")]
        assert places == sorted(places)


async def test_w_explains_the_words_of_a_step(team: Team) -> None:
    team.room("ana").publish(replace(PLAYBOOK, glossary=(LAG,)))
    look = Runbook("lag", "Lag", phases=(Phase("p", (Step("watch the lag"), Step("breathe"))),))
    team.do("ana", "runbook.attach", runbook=look)
    async with console(team, size=(120, 50)) as desk:
        desk.go_to("2/1.1")
        await desk.press("w")
        await desk.sees("Words of 2/1.1", "replication lag  how far a copy of the data is behind")
        await desk.press("q", "j", "w")
        await desk.sees("The glossary has none of these words")


async def test_the_right_runbook_offers_itself(tmp_path: Path) -> None:
    with closing(SqliteStore(tmp_path / "warroom.db")) as store:
        other = replace(RUNBOOK, name="a-disk-is-full", title="A disk is full", symptom="no space left")
        team = Team(store, replace(PLAYBOOK, runbooks=(other, RUNBOOK)))
        team.declare("card payments fail")
        async with console(team) as desk:
            await desk.sees("These may fit", "payment-errors +about .*card")
            await desk.press("B")
            await desk.sees("Attach a runbook", "› ★ Card payments fail")
            await desk.press("escape")
            await desk.settles()
            await desk.press("enter")
            await desk.sees("Runbook · payment-errors · 0/7", "› ▸ 1.1")


async def test_copying_warns_of_what_a_shell_would_misread(team: Team) -> None:
    book = Runbook(
        "mount",
        "Mount",
        phases=(Phase("p", (Step("look", command="df <mount> <host>"),)),),
        parameters=(Parameter("mount", kind="text"), Parameter("host")),
    )
    team.do("ana", "runbook.attach", runbook=book)
    team.do("bo", "runbook.fill", name="mount", value="/var; reboot")
    async with console(team, size=(160, 50)) as desk:
        await desk.sees("<mount> is /var; reboot")
        desk.go_to("2/1.1")
        await desk.press("y")
        await desk.sees("<mount> is more than a word: read it before a shell does. <host> is still to fill in. 1 line ")


async def test_a_step_that_runs_nothing_offers_a_command_only_where_it_has_one(team: Team) -> None:
    async with console(team) as desk:
        desk.go_to("1.2")
        await desk.press("r")
        await desk.sees("runs nothing")
        await desk.sees_no("y copies its command")
        desk.go_to("2.1")
        await desk.press("r")
        await desk.sees("runs nothing. y copies its command")


async def test_keys_work_while_a_step_is_read(team: Team) -> None:
    async with console(team) as desk:
        desk.go_to("2.1")
        await desk.press("enter")
        await desk.sees("y copies it")
        await desk.press("y")
        await desk.sees("1 line ")
        await desk.settles()


async def test_long_text_with_terms_is_wrapped_and_not_cut(team: Team) -> None:
    team.room("ana").publish(replace(PLAYBOOK, glossary=(LAG,)))
    text = "The lag of each replica must fall before anything else is done, " * 3 + "and then the lag is gone."
    team.do("ana", "runbook.attach", runbook=Runbook("lag", "L", phases=(Phase("p", (Step("look", detail=text),)),)))
    async with console(team, size=(80, 36)) as desk:
        desk.go_to("2/1.1")
        await desk.press("enter")
        await desk.sees("and then the +│", "│ lag is gone. +│")


async def test_the_starters_and_folders_offer_themselves_too(team: Team, tmp_path: Path) -> None:
    folder = tmp_path / "wiki"
    folder.mkdir()
    (folder / "Teapot.md").write_text("# Teapot\n\n- fill it\n- boil it\n")
    team.use("ana", Room(team.store, Actor("ana"), partial(library, folders=(folder,))))
    async with console(team, runbooks=str(folder)) as desk:
        await desk.press("B")
        await desk.sees("Attach a runbook")
        await desk.press("escape")
        await desk.settles()
        await desk.press("B")
        await desk.type("teapot")
        await desk.sees("› Teapot")
        await desk.press("enter")
        await desk.sees("teapot attached")
