"""Drills together: the trend of a team, and what was exercised and what never was."""

from datetime import timedelta

from msgspec.structs import replace

from tests.domain.acts import drilled
from tests.domain.test_comparison import story
from tests.support.builders import ORG, Tale, at, reachable, runbook
from warroom.domain import checklist, conducting, paging, roles, steps
from warroom.domain.comparison import Story
from warroom.domain.trends import coverage, trend


def played(team: str = "", acknowledged: str = "14:02") -> Story:
    """A drill of a team that is over at 14:30."""
    tale = drilled()
    tale.do(paging.fire, by="engine")
    tale.at(acknowledged).do(paging.acknowledge)
    tale.do(roles.take, "scribe")
    tale.do(checklist.attach, runbook())
    tale.do(steps.finish, "1.1")
    tale.at("14:30").do(conducting.end, by="bo")
    found = story(tale)
    drill = replace(found.incident.drill, team=team)
    return replace(found, incident=replace(found.incident, drill=drill))


def earlier(found: Story, days: int) -> Story:
    """The same so many days before."""
    facts = tuple(replace(fact, appended=fact.appended - timedelta(days=days)) for fact in found.facts)
    return replace(found, facts=facts)


def test_a_trend_is_that_of_a_team_oldest_first_and_leaves_out_what_still_runs() -> None:
    stories = [played("shop", "14:04"), earlier(played("shop"), 30), played("search"), story(drilled())]
    found = trend(stories, "shop")
    assert [(each.team, f"{each.day:%m-%d}", each.on_time, each.judged, each.acknowledged) for each in found] == [
        ("shop", "04-04", 1, 2, timedelta(minutes=2)),
        ("shop", "05-04", 1, 2, timedelta(minutes=4)),
    ]
    assert len(trend(stories)) == 3
    assert found[0].contained is None


def test_a_real_incident_is_no_part_of_a_trend() -> None:
    tale = Tale()
    tale.do(paging.acknowledge)
    assert trend([story(tale)]) == ()


def test_coverage_tells_what_was_exercised_in_the_quarter_and_what_never() -> None:
    org = reachable(ORG)
    stories = [played(), earlier(played(), 10), earlier(played(), 91)]
    found = {(each.subject, each.name): (each.times, each.last) for each in coverage(org, stories, at("15:00"))}
    assert found["rung", "everybody, rung 1"] == (2, at("14:00"))
    assert found["rung", "everybody, rung 2"] == (0, None)
    assert found["runbook", "payment-errors"] == (2, at("14:02"))
    assert found["runbook", "disk-full"] == (0, None)
    assert found["role", "scribe"] == (2, at("14:02"))
    assert found["role", "deputy"] == (0, None)


def test_what_was_exercised_longer_ago_is_not_of_the_quarter_and_was_all_the_same() -> None:
    found = {each.name: each for each in coverage(reachable(ORG), [earlier(played(), 91)], at("15:00"))}
    assert (found["scribe"].times, found["scribe"].last) == (0, at("14:02") - timedelta(days=91))


def test_a_real_incident_exercises_nothing() -> None:
    tale = Tale(org=reachable(ORG))
    tale.do(paging.fire, by="engine")
    tale.do(roles.take, "commander")
    assert not any(each.last for each in coverage(reachable(ORG), [story(tale)], at("15:00")))
