"""Command roles: how one is offered, taken, taken over and given up, and who may."""

import pytest

from tests.support.builders import Tale, at
from warroom.domain import roles
from warroom.domain.errors import Already, Refused, Unknown
from warroom.domain.roles import Holding, RoleOffered, RoleReleased, RoleTaken

COMMANDER = "commander"


def held(tale: Tale) -> set[tuple[str, str]]:
    """(role, person) of everybody who holds one."""
    return {(each.role, each.person) for each in tale.incident.roles.held}


@pytest.mark.parametrize(
    ("typed", "role"),
    [
        ("ic", "commander"),
        ("Incident Commander", "commander"),
        (" commander ", "commander"),
        ("comms", "communications-lead"),
        ("communications lead", "communications-lead"),
        ("sme", "expert"),
        ("Expert", "expert"),
        ("SCRIBE", "scribe"),
    ],
)
def test_a_role_is_found_by_its_id_title_short_form_or_alias(typed: str, role: str) -> None:
    assert roles.find(typed).id == role


def test_an_unknown_role_names_the_near_one() -> None:
    with pytest.raises(Unknown) as refused:
        roles.find("scrib")
    assert refused.value.hint == "Did you mean scribe?"


def test_an_open_role_is_simply_taken() -> None:
    tale = Tale().at("14:01")
    tale.do(roles.take, "ic")
    assert tale.incident.roles.held == (Holding(COMMANDER, "ana", at("14:01")),)
    assert tale.last == "took incident commander"
    with pytest.raises(Already, match=r"You already are incident commander, since 14:\d\d UTC"):
        tale.do(roles.take, "ic")


def test_a_role_passes_by_offer_and_acceptance() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    tale.at("14:10").do(roles.offer, "ic", "Bo")
    assert held(tale) == {(COMMANDER, "ana")}, "an offer changes nothing yet"
    tale.at("14:11").do(roles.accept, "ic", by="bo")
    assert held(tale) == {(COMMANDER, "bo")}
    assert tale.last == "accepted incident commander from ana"
    assert tale.incident.roles.past == (Holding(COMMANDER, "ana", at("14:00"), "", at("14:11")),)
    assert tale.incident.roles.offers == ()


def test_an_offer_can_be_declined_and_made_again() -> None:
    tale = Tale()
    tale.do(roles.offer, "scribe", "bo")
    with pytest.raises(Already, match="waits for an answer"):
        tale.do(roles.offer, "scribe", "bo", by="cy")
    tale.do(roles.decline, "scribe", "on a train", by="bo")
    assert tale.last == "declined scribe: on a train"
    with pytest.raises(Refused, match="Nobody offered you the role scribe"):
        tale.do(roles.accept, "scribe", by="bo")
    tale.do(roles.offer, "scribe", "bo")
    tale.do(roles.accept, "scribe", by="bo")
    assert held(tale) == {("scribe", "bo")}


def test_only_the_holder_or_the_commander_offers_a_held_role() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    tale.do(roles.take, "scribe", by="bo")
    with pytest.raises(Refused, match="Only bo, who holds the role, or the commander"):
        tale.do(roles.offer, "scribe", "di", by="cy")
    tale.do(roles.offer, "scribe", "cy", by="bo")
    tale.do(roles.offer, "scribe", "di", by="ana")
    tale.do(roles.accept, "scribe", by="di")
    assert held(tale) == {(COMMANDER, "ana"), ("scribe", "di")}
    with pytest.raises(Refused, match="Nobody offered"):
        tale.do(roles.accept, "scribe", by="cy")


def test_a_role_is_offered_to_people_of_the_playbook_who_do_not_hold_it() -> None:
    tale = Tale()
    tale.do(roles.take, "commander")
    tale.do(roles.take, "scribe", by="bo")
    with pytest.raises(Unknown, match="No person is called “eve”"):
        tale.do(roles.offer, "scribe", "eve", by="bo")
    with pytest.raises(Already, match=r"bo already is scribe, since 14:\d\d UTC"):
        tale.do(roles.offer, "scribe", "bo")
    tale.do(roles.offer, "deputy", "cy")
    with pytest.raises(Already, match=r"already offered to cy 2 min ago by ana; it waits"):
        tale.at("14:02").do(roles.offer, "deputy", "cy", by="bo")
    tale.do(roles.accept, "deputy", by="cy")
    with pytest.raises(Already, match=r"You already are deputy, since 14:02 UTC"):
        tale.do(roles.accept, "deputy", by="cy")


def test_a_role_is_taken_over_with_a_reason_when_its_holder_is_gone() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    with pytest.raises(Refused, match="ana is incident commander") as refused:
        tale.do(roles.take, "ic", by="bo", present={"bo"})
    assert "with a reason" in refused.value.hint
    tale.at("14:20").do(roles.take, "ic", "ana lost her connection", by="bo", present={"bo"})
    assert held(tale) == {(COMMANDER, "bo")}
    assert tale.last == "took over incident commander from ana: ana lost her connection"


def test_a_reason_is_not_enough_while_the_holder_is_here_unless_it_is_forced() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    with pytest.raises(Refused, match="is here"):
        tale.do(roles.take, "ic", "I know better", by="bo", present={"ana", "bo"})
    tale.do(roles.take, "ic", "I know better", by="bo", present={"ana", "bo"}, force=True)
    assert held(tale) == {(COMMANDER, "bo")}


def test_nobody_counts_as_gone_where_presence_is_not_known() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    with pytest.raises(Refused, match="ana is incident commander"):
        tale.do(roles.take, "ic", "she seems gone", by="bo", present=None)
    tale.do(roles.take, "ic", "she called me", by="bo", present=None, force=True)
    assert held(tale) == {(COMMANDER, "bo")}


def test_the_commander_holds_no_second_role_unless_forced() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    with pytest.raises(Refused, match="the commander holds no second one"):
        tale.do(roles.take, "scribe")
    tale.do(roles.take, "scribe", by="bo")
    with pytest.raises(Refused, match="bo would hold two roles"):
        tale.do(roles.offer, "ic", "bo")
    tale.do(roles.take, "deputy", by="bo")
    tale.do(roles.take, "scribe", "nobody else can", force=True)
    assert held(tale) == {(COMMANDER, "ana"), ("deputy", "bo"), ("scribe", "ana")}


def test_an_offer_accepted_too_late_makes_no_commander_with_two_roles() -> None:
    tale = Tale()
    tale.do(roles.offer, "scribe", "bo")
    tale.do(roles.take, "ic", by="bo")
    with pytest.raises(Refused, match="bo would hold two roles"):
        tale.do(roles.accept, "scribe", by="bo")
    tale.do(roles.release, "ic", by="bo")
    tale.do(roles.accept, "scribe", by="bo")
    assert held(tale) == {("scribe", "bo")}


def test_a_forced_offer_needs_no_second_force() -> None:
    tale = Tale()
    tale.do(roles.take, "ic", by="bo")
    tale.do(roles.offer, "scribe", "bo", force=True)
    tale.do(roles.accept, "scribe", by="bo")
    assert held(tale) == {(COMMANDER, "bo"), ("scribe", "bo")}


def test_a_role_that_only_a_newer_version_knows_is_shown_by_its_id() -> None:
    tale = Tale()
    for event in (RoleOffered("liaison", "bo"), RoleTaken("liaison", "ana"), RoleReleased("liaison", "ana")):
        tale.write(event)
        assert "liaison" in tale.last
    assert [each.role for each in tale.incident.roles.past] == ["liaison"]


def test_several_experts_each_with_a_subject() -> None:
    tale = Tale()
    tale.do(roles.take, "expert", subject="payments", by="bo")
    tale.do(roles.take, "expert", subject="databases", by="cy")
    tale.do(roles.offer, "expert", "di", "networks", by="bo")
    tale.do(roles.accept, "expert", by="di")
    assert [(each.person, each.subject) for each in tale.incident.roles.held] == [
        ("bo", "payments"),
        ("cy", "databases"),
        ("di", "networks"),
    ]
    assert tale.incident.roles.past == ()
    assert tale.last == "accepted subject-matter expert (networks)"


def test_a_role_is_released_by_its_holder_or_the_commander() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    tale.do(roles.take, "scribe", by="bo")
    with pytest.raises(Refused, match="cy is not scribe"):
        tale.do(roles.release, "scribe", by="cy")
    with pytest.raises(Refused, match="Only bo or the commander"):
        tale.do(roles.release, "scribe", "bo", by="cy")
    tale.at("14:30").do(roles.release, "scribe", "bo")
    assert tale.last == "released scribe of bo"
    assert held(tale) == {(COMMANDER, "ana")}
    tale.do(roles.release, "ic")
    assert held(tale) == set()
    assert [(each.role, each.until) for each in tale.incident.roles.past] == [
        ("scribe", at("14:30")),
        (COMMANDER, at("14:30")),
    ]


def test_the_history_of_a_role_has_no_holes() -> None:
    tale = Tale()
    tale.do(roles.take, "ic")
    tale.at("14:10").do(roles.offer, "ic", "bo")
    tale.at("14:12").do(roles.accept, "ic", by="bo")
    tale.at("14:40").do(roles.take, "ic", "bo's laptop died", by="cy", present={"cy"})
    state = tale.incident.roles
    told = [(each.person, each.since, each.until) for each in (*state.past, *state.held)]
    assert told == [
        ("ana", at("14:00"), at("14:12")),
        ("bo", at("14:12"), at("14:40")),
        ("cy", at("14:40"), None),
    ]
