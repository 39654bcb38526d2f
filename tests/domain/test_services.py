"""Services: what depends on what, and how each is doing. The graph is checked against slow, obvious answers."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.builders import ORG, SHOP, Tale, at, service
from warroom.domain import services
from warroom.domain.errors import Already, Refused, Unknown
from warroom.domain.services import Service

NAMES = "abcdef"


@st.composite
def catalogues(draw: st.DrawFn) -> tuple[Service, ...]:
    """Small catalogues with cycles, services that need themselves, and needs that no catalogue knows."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=6))
    needs = st.lists(st.sampled_from([*NAMES, "stranger"]), unique=True, max_size=3)
    return tuple(service(name, *draw(needs)) for name in names)


def paths(rows: tuple[Service, ...]) -> set[tuple[str, str]]:
    """(from, to) wherever a way leads, by joining ways until nothing is new."""
    found = {(row.name, needed) for row in rows for needed in row.depends_on}
    while True:
        new = {(a, d) for a, b in found for c, d in found if b == c} - found
        if not new:
            return found
        found |= new


@given(catalogues(), st.sampled_from([*NAMES, "stranger"]))
def test_downstream_is_everything_a_service_needs_and_upstream_everything_that_needs_it(
    rows: tuple[Service, ...], start: str
) -> None:
    ways = paths(rows)
    assert services.downstream(rows, start) == {there for here, there in ways if here == start}
    assert services.upstream(rows, start) == {here for here, there in ways if there == start}


@given(catalogues(), st.sets(st.sampled_from([*NAMES, "stranger"]), max_size=3))
def test_the_blast_radius_is_the_ill_and_all_who_need_them(rows: tuple[Service, ...], ill: set[str]) -> None:
    hurt = {here for here, there in paths(rows) if there in ill}
    assert services.blast_radius(rows, ill) == ill | hurt


def longest_ways(rows: tuple[Service, ...]) -> dict[str, int]:
    """How many steps down from the top each service is, over all orders in which groups can follow each other."""
    ways = paths(rows)
    known = {row.name for row in rows}
    group = {
        name: frozenset({name} | {other for other in known if {(name, other), (other, name)} <= ways}) for name in known
    }
    edges = {
        (group[row.name], group[needed])
        for row in rows
        for needed in row.depends_on
        if needed in known and group[needed] != group[row.name]
    }
    level = dict.fromkeys(known, 0)
    for length in range(1, len(known) + 1):
        for chain in permutations(set(group.values()), length):
            if all(edge in edges for edge in pairwise(chain)):
                for name in chain[-1]:
                    level[name] = max(level[name], length - 1)
    return level


@given(catalogues())
def test_layers_are_the_longest_ways_from_the_top(rows: tuple[Service, ...]) -> None:
    laid = services.layers(rows)
    assert {name: depth for depth, layer in enumerate(laid) for name in layer} == longest_ways(rows)
    order = [row.name for row in rows]
    assert all(list(layer) == sorted(layer, key=order.index) for layer in laid)
    assert all(laid), "no layer is empty"


def test_the_shop_in_layers() -> None:
    assert services.layers(SHOP) == (("web", "mobile"), ("checkout",), ("payments", "ledger"))
    assert services.blast_radius(SHOP, ["payments"]) == {"payments", "checkout", "web", "mobile"}
    assert services.layers(()) == ()


def test_services_of_one_cycle_share_a_layer() -> None:
    ring = (service("a", "b"), service("b", "c"), service("c", "a", "d"), service("d"))
    assert services.layers(ring) == (("a", "b", "c"), ("d",))
    assert services.downstream(ring, "a") == {"a", "b", "c", "d"}


def test_a_long_chain_needs_no_recursion() -> None:
    chain = tuple(service(f"s{n}", f"s{n + 1}") for n in range(2000))
    assert len(services.layers(chain)) == 2000
    assert len(services.downstream(chain, "s0")) == 2000


# Health.


def test_somebody_judges_the_health_of_a_service() -> None:
    tale = Tale().at("14:03")
    tale.do(services.judge, "Payments", "Partial outage", "timeouts", by="bo")
    assert tale.last == "payments: unknown → partial outage (timeouts)"
    condition = tale.incident.services.condition("payments")
    assert condition is not None
    assert (condition.health, condition.since, condition.by) == ("partial-outage", at("14:03"), "bo")
    with pytest.raises(Already, match=r"payments is already marked partial outage \(\d+ \w+ ago, by bo\)"):
        tale.do(services.judge, "payments", "partial_outage")
    tale.do(services.judge, "payments", "operational")
    assert tale.last == "payments: partial outage → operational"


def test_a_health_of_the_past_does_not_replace_what_came_after_it() -> None:
    tale = Tale().at("14:30")
    tale.do(services.judge, "payments", "major-outage", at=at("14:10"), happened=at("14:10"))
    with pytest.raises(Refused, match="payments is marked major outage since 14:10 UTC") as refused:
        tale.do(services.judge, "payments", "degraded", at=at("13:58"), happened=at("13:58"))
    assert refused.value.hint == "Write a note about how it was before."
    tale.do(services.judge, "payments", "operational", at=at("14:20"), happened=at("14:20"))
    assert tale.incident.services.health("payments") == "operational"


def test_what_is_no_health_and_no_service_is_refused() -> None:
    with pytest.raises(Unknown) as refused:
        Tale().do(services.judge, "payments", "degradd")
    assert refused.value.hint == "Did you mean degraded?"
    with pytest.raises(Refused, match="A service needs a name"):
        Tale().do(services.judge, " ", "degraded")


def test_a_service_that_no_catalogue_knows_is_accepted_and_shown_last() -> None:
    tale = Tale(services=("fax gateway",))
    tale.do(services.judge, "telex", "major-outage")
    shown = services.catalogue(tale.incident.services, ORG.playbook.services)
    assert [row.name for row in shown] == [row.name for row in SHOP] + ["fax gateway", "telex"]


def test_an_incident_may_bring_its_own_catalogue() -> None:
    tale = Tale(services=("MySQL",), catalogue=(service("github.com", "mysql"), service("mysql")))
    assert tale.incident.services.affected == ("mysql",)
    shown = services.catalogue(tale.incident.services, ORG.playbook.services)
    assert [row.name for row in shown] == ["github.com", "mysql"]
