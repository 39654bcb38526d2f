"""Deeds: every command that people can give is recognised by what it leaves in the log."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.acts import Act, acts, attempt, drilled
from tests.support.builders import Tale
from warroom.domain import checklist, paging, roles
from warroom.domain.deeds import Deed, deeds
from warroom.room import commands

UNSEEN = ("declare", "undo", "bookmark", "bookmark.remove", "step.run", "step.claim")
"What begins or takes back, what is about replays, and what at times only asks, or gives back."
GIVEN = tuple(
    each.name
    for each in commands.ALL
    if not each.internal and each.name not in UNSEEN and not each.name.startswith("drill.")
)


@settings(max_examples=150)
@given(st.lists(acts(*GIVEN), max_size=25))
def test_whatever_people_do_is_told_from_the_log_as_the_command_that_it_was(course: list[Act]) -> None:
    tale = drilled()
    for act in course:
        before = len(tale.facts)
        if attempt(tale, act):
            made = deeds([tale.facts[0], *tale.facts[before:]])
            assert act.name in {deed.command for deed in made}, act


def test_a_deed_tells_the_roles_that_its_actor_held_just_then() -> None:
    tale = drilled()
    tale.do(roles.take, "commander", by="di")
    tale.do(paging.acknowledge, by="di")
    tale.do(roles.release, "commander", by="di")
    held = dict.fromkeys((deed.command, deed.roles) for deed in deeds(tale.facts) if deed.by == "di")
    assert list(held) == [
        ("role.take", ("commander",)),
        ("milestone", ("commander",)),
        ("ack", ("commander",)),
        ("role.release", ("commander",)),
    ]


def test_a_deed_fits_a_command_whose_parameters_it_has_whatever_their_case() -> None:
    deed = Deed("service.health", Tale().now, "di", (), (("service", "Payments"), ("health", "degraded")))
    assert deed.fits("service.health", ())
    assert deed.fits("service.health", (("service", "payments"),))
    assert not deed.fits("service.health", (("service", "payments"), ("health", "operational")))
    assert not deed.fits("note", ())


def test_what_was_declared_with_is_nobodys_deed_but_its_runbooks() -> None:
    assert deeds(Tale().facts) == ()
    tale = Tale()
    tale.do(checklist.attach, tale.org.playbook.runbooks[0])
    assert [(deed.command, deed.by) for deed in deeds(tale.facts)] == [("runbook.attach", "ana")]
