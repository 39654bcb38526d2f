"""Permissions: what rules grant, what is denied by default, and the glass that somebody breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.support.builders import ORG, PLAYBOOK, Tale
from warroom.domain import glass, rights, roles
from warroom.domain.errors import Already, Refused
from warroom.domain.org import Org
from warroom.domain.permissions import ACCESSES, EVERYTHING, RIGHTS, Permissions, Rule


def ruled(*rules: Rule) -> Org:
    """The organisation of every tale, with these rules. Ana is of the team `payments`."""
    return replace(ORG, playbook=replace(PLAYBOOK, permissions=Permissions(rules)))


RULED = ruled(
    Rule(("observer",), everyone=True),
    Rule(("responder",), people=("bo",)),
    Rule(("commander",), teams=("payments",)),
)


def may(person: str, right: str, org: Org = RULED, broken: tuple[str, ...] = ()) -> bool:
    return right in rights.granted("login", person, org, broken)


def test_without_rules_everybody_may_do_everything() -> None:
    assert rights.granted("login", "a stranger", ORG) == EVERYTHING


def test_rules_add_up_and_name_people_teams_or_everyone() -> None:
    assert [may("ana", each) for each in ("observe", "command", "administer")] == [True, True, False]
    assert [may("bo", each) for each in ("observe", "declare", "command")] == [True, True, False]
    assert [may("di", each) for each in ("observe", "record")] == [True, False]


def test_whoever_is_not_in_the_playbook_may_not_even_look() -> None:
    assert rights.granted("key", "eve", RULED) == frozenset()
    assert rights.granted("key", "eve", RULED, ("eve",)) == frozenset()


def test_a_refusal_says_who_may() -> None:
    with pytest.raises(Refused, match=r"^di has no right to declare here\.$") as refused:
        rights.check("login", "declare", "di", RULED)
    assert (refused.value.code, refused.value.hint) == ("forbidden", "ana, bo may.")


@pytest.mark.parametrize("via", ["engine", "link"])
def test_no_rule_gives_the_engine_or_a_link_more(via: str) -> None:
    org = ruled(Rule(("administrator",), everyone=True))
    assert rights.granted(via, "ana", org) == rights.granted(via, "ana", ORG)
    assert "respond" not in rights.granted(via, "ana", org)


@given(st.lists(st.builds(Rule, st.lists(st.sampled_from(ACCESSES)).map(tuple), everyone=st.booleans()), max_size=4))
def test_a_further_rule_takes_nothing_away(rules: list[Rule]) -> None:
    fewer, all_of_them = Permissions(tuple(rules[1:])), Permissions(tuple(rules))
    assert fewer.granted("ana", "payments") <= all_of_them.granted("ana", "payments") <= EVERYTHING


def test_every_access_but_the_observers_includes_an_observers() -> None:
    assert all("observe" in RIGHTS[access] for access in ACCESSES)


def test_breaking_the_glass_gives_a_commanders_rights_in_this_incident() -> None:
    tale = Tale(org=RULED)
    assert not may("di", "command", broken=tale.incident.glass.broken)
    tale.do(glass.smash, " ana is on a plane ", by="di")
    assert tale.incident.glass.broken == ("di",)
    assert may("di", "command", broken=tale.incident.glass.broken)
    assert not may("di", "administer", broken=tale.incident.glass.broken)
    entry = tale.incident.timeline[-1]
    assert (entry.text, entry.alarm) == (
        "BROKE THE GLASS: di acts with a commander's rights (ana is on a plane)",
        True,
    )
    with pytest.raises(Already):
        tale.do(glass.smash, "again", by="di")


def test_no_stranger_breaks_the_glass_and_nobody_without_a_reason_or_a_need() -> None:
    with pytest.raises(Refused, match="eve is not in the playbook"):
        Tale(org=RULED).do(glass.smash, "let me in", by="eve")
    with pytest.raises(Refused, match="needs a reason"):
        Tale(org=RULED).do(glass.smash, " ", by="di")
    with pytest.raises(Refused, match="Nothing is locked here"):
        Tale().do(glass.smash, "why not", by="di")


def test_nobody_takes_a_command_that_they_could_not_exercise() -> None:
    tale = Tale(org=RULED)
    case = replace(tale.case("bo"), may=rights.granted("login", "bo", RULED))
    with pytest.raises(Refused, match="bo has no right to command here"):
        roles.take(case, "commander")
    assert roles.take(case, "scribe")
    assert roles.take(replace(case, by="ana", may=rights.granted("login", "ana", RULED)), "commander")
