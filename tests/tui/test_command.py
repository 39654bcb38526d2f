"""Commanding: roles, severity, milestones, services, and ending an incident. Each is a dialog; none guesses."""

import pytest

from tests.tui.desk import console
from tests.tui.stories import Team
from warroom.room.takeover import take_over


async def test_an_open_role_is_taken(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("2", "space")
        await desk.sees("incident commander: open", "Take it")
        await desk.press("enter")
        await desk.sees("IC      ana", "ana IC", "took incident commander")


async def test_a_role_passes_by_offer_and_acceptance_between_two_consoles(team: Team) -> None:
    team.do("ana", "role.take", role="commander")
    async with console(team) as desk:
        await desk.press("R")
        await desk.sees("Roles", "deputy +open")
        await desk.type("deputy")
        await desk.press("enter")
        await desk.sees("deputy: open")
        await desk.type("offer")
        await desk.press("enter")
        await desk.sees("Offer deputy to")
        await desk.type("di")
        await desk.press("enter")
        await desk.sees("Deputy  offered to di")
    async with console(team, "di") as desk:
        await desk.press("2", "j")
        await desk.sees("offered to you")
        await desk.press("space")
        await desk.sees("› Accept it", "Decline it")
        await desk.press("enter")
        await desk.sees("Deputy  di")
    assert team.known.roles.holder("deputy") == "di"


async def test_an_offer_can_be_declined(team: Team) -> None:
    team.do("bo", "role.offer", role="scribe", to="ana")
    async with console(team) as desk:
        await desk.sees("Scribe +offered to you")
        await desk.press("R")
        await desk.sees("› scribe")
        await desk.press("enter")
        await desk.sees("Decline it")
        await desk.press("down", "enter")
        await desk.sees("declined scribe")


async def test_a_held_role_is_taken_over_with_a_reason_only(team: Team) -> None:
    team.do("bo", "role.take", role="commander")
    async with console(team) as desk:
        await desk.press("2", "space")
        await desk.sees("Take it over +a reason is needed: bo holds it")
        await desk.press("enter")
        await desk.sees("Take over incident commander", "Why")
        await desk.type("bo is asleep")
        await desk.press("enter")
        await desk.sees("IC      ana", "bo is asleep")


async def test_a_role_is_released(team: Team) -> None:
    team.do("ana", "role.take", role="scribe")
    async with console(team) as desk:
        await desk.press("2", "j", "j", "space")
        await desk.sees("scribe: ana")
        await desk.type("release")
        await desk.press("enter")
        await desk.sees("Scribe  — open —")


async def test_an_expert_says_in_what(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("2", "G", "space", "enter")
        await desk.sees("In what")
        await desk.type("payments")
        await desk.press("enter")
        await desk.sees("Expert  ana paym")


@pytest.mark.parametrize("size", [(80, 24), (120, 36)])
async def test_the_taxonomy_is_readable_before_the_severity_changes(team: Team, size: tuple[int, int]) -> None:
    async with console(team, size=size) as desk:
        await desk.press("S")
        await desk.sees(r"SEV1 Critical \(now\)", "SEV2 Major", "SEV3 Minor", "SEV4 Low", "SEV5 Notice")
        await desk.press("down")
        await desk.sees(r"needs[\s│]+commander", r"such[\s│]+as:")
        await desk.press("enter")
        await desk.sees("Severity 2", "Why")
        await desk.type("one bank only")
        await desk.press("enter")
        await desk.sees("SEV2  T", "one bank only")


async def test_looking_at_the_taxonomy_changes_nothing(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("S")
        await desk.sees("SEV2 Major")
        await desk.press("enter")
        await desk.sees_no("SEV2 Major")
        await desk.sees("SEV1  T")


async def test_a_milestone_is_set_five_minutes_ago(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("M")
        await desk.sees("impact +unknown", "containment +unknown")
        await desk.type("impact")
        await desk.press("enter")
        await desk.sees("Impact: when")
        await desk.press("backspace", "backspace", "backspace")
        await desk.type("-5m")
        await desk.press("enter")
        await desk.sees("T\\+00:05:", "● impact")


async def test_the_clock_is_a_page_where_space_sets_a_milestone(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("1", "j", "space")
        await desk.sees("Detection: when")
        await desk.press("enter")
        await desk.sees("● detection .*recorded .* by ana")


async def test_a_time_that_cannot_be_is_refused_with_the_accepted_forms(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("1", "space")
        await desk.press("backspace", "backspace", "backspace")
        await desk.type("+3 fortnights")
        await desk.press("enter")
        await desk.sees("“\\+3 fortnights” is no time. Accepted: -12m")


async def test_k_acknowledges(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("K")
        await desk.sees("● ack")
        await desk.press("K")
        await desk.sees("Already acknowledged.")


async def test_the_health_of_the_service_under_the_cursor_is_set(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("4", "space")
        await desk.sees("How is web?")
        await desk.type("major")
        await desk.press("enter")
        await desk.sees("✗ web +major outage", "web: unknown → major outage")
        await desk.press("enter")
        await desk.sees("Suspects when it is ill")


async def test_the_health_of_a_service_that_no_catalogue_knows_is_set(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("H")
        await desk.type("fax gateway")
        await desk.press("enter")
        await desk.sees("How is fax gateway?")
        await desk.type("degraded")
        await desk.press("enter")
        await desk.sees("! fax gateway +degraded")


async def test_contain_resolve_and_close_ask_for_each_step_and_close_asks_with_no_as_the_default(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("X")
        await desk.sees("The incident is active", "Contained", "Resolved")
        await desk.press("enter")
        await desk.sees("CONTAINED")
        await desk.press("X", "enter")
        await desk.sees("RESOLVED")
        for no in ("enter", "n", "escape", "X"):
            await desk.press("X", "enter")
            await desk.sees("Close the incident\\?", "any other key: no")
            await desk.press(no)
            await desk.sees_no("Close the incident\\?")
        await desk.sees("RESOLVED")
        await desk.press("X", "enter", "y")
        await desk.sees("CLOSED")


async def test_a_drill_is_aborted_from_among_its_states_and_everybody_sees_it(team: Team) -> None:
    async with console(team) as desk:
        await desk.press("X")
        await desk.sees("The incident is active")
        await desk.sees_no("Abort the drill")
    drill = take_over(team.room("ana"), team.incident, 1).incident.id
    team.incident = drill
    async with console(team, "bo") as other, console(team) as desk:
        await desk.press("X")
        await desk.type("abort")
        await desk.press("enter")
        await desk.sees("Abort the drill for everybody")
        await desk.press("enter")
        for each in (desk, other):
            await each.sees("CLOSED", "real incident: stop the drill")


async def test_nothing_can_be_done_in_a_closed_incident_but_reopening_it(team: Team) -> None:
    team.do("bo", "resolve")
    team.do("bo", "close")
    async with console(team, "cy") as desk:
        await desk.press("space")
        await desk.sees("The incident is closed; reopen it first.")
        await desk.press("X")
        await desk.sees("Reopen")
        await desk.press("enter")
        await desk.type("errors are back")
        await desk.press("enter")
        await desk.sees("ACTIVE", "reopened: errors are back")


async def test_a_closed_incident_still_takes_notes_as_the_command_line_does(team: Team) -> None:
    team.do("bo", "resolve")
    team.do("bo", "close")
    async with console(team, "cy") as desk:
        await desk.press("N")
        await desk.type("found out later")
        await desk.press("f2")
        await desk.sees("CLOSED", "note +found out later")
