"""Undo: a new act that takes back your own last one, leaving everything as it was before, and both on record."""

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.acts import ATTACH, GIVEN, Act, acts, attempt, courses, rehearsed
from tests.support.builders import ORG, Tale, at, runbook
from warroom.domain import checklist, clock, record, roles, services, severity, steps
from warroom.domain.errors import Refused
from warroom.domain.incident import Incident, Undone
from warroom.domain.undo import undo

FINAL = (
    *("close", "reopen", "role.offer", "role.decline", "runbook.attach", "step.reopen"),
    *("correct", "evidence", "clock.pace", "step.add", "step.approve", "step.run"),
    *("page", "escalate", "ladder.fire", "ladder.lapse", "ladder.stop", "page.report"),
    *("bookmark", "bookmark.remove"),
    *("drill.abort", "drill.inject", "drill.delay", "drill.skip", "drill.note", "drill.end"),
    *("drill.fire", "drill.finish", "break-glass"),
)
REVERSIBLE = tuple(name for name in GIVEN if name not in (*FINAL, "undo"))


def picture(incident: Incident) -> list[object]:
    """An incident as it stands, without how it came to be so: no history, and not who said what when."""
    return [
        incident.clock.status,
        [(name, known.happened, known.approximate) for name, known in incident.clock.known],
        incident.severity.level,
        sorted((each.role, each.person, each.subject) for each in incident.roles.held),
        sorted((each.role, each.to, each.by, each.subject, each.forced) for each in incident.roles.offers),
        incident.checklist,
        sorted((name, value) for name, value, _ in incident.parameters.known),
        {name: known.health for name, known in incident.services.conditions if known.health != "unknown"},
        services.catalogue(incident.services, ORG.playbook.services),
        [(entry.seq, entry.corrected) for entry in incident.timeline if entry.kind == "note" and not entry.retracted],
        [entry.seq for entry in incident.timeline if entry.kind == "decision" and not entry.retracted],
        incident.evidence,
        (incident.escalation.going, incident.escalation.by),
        incident.escalation.ladder and incident.escalation.ladder.name,
    ]


@settings(max_examples=150)
@given(courses())
def test_every_act_can_be_undone_at_once_or_is_final(course: list[Act]) -> None:
    tale = rehearsed()
    for act in course:
        before = picture(tale.incident)
        seq = tale.incident.seq
        if not attempt(tale, act) or act.name == "undo":
            continue
        if tale.incident.clock.closed:
            continue  # where undo is no command
        done = [tale.incident.timeline[index] for index in range(seq, tale.incident.seq)]
        later = tale.branch()
        if act.name in FINAL:
            with contextlib.suppress(Refused):
                taken, *_ = later.do(undo, by=act.by)
                assert isinstance(taken, Undone)
                assert taken.act <= seq
            continue
        later.do(undo, by=act.by)
        assert picture(later.incident) == before
        taken_back = later.incident.timeline[tale.incident.seq]
        assert taken_back.kind == "undo"
        assert taken_back.text in [f"took back: {entry.text}" for entry in done]
        assert [later.incident.timeline[entry.seq - 1].text for entry in done] == [entry.text for entry in done], (
            "the act itself stays on record"
        )


@given(st.lists(acts(*REVERSIBLE, by=("ana",)), max_size=20))
def test_somebody_alone_can_go_all_the_way_back(course: list[Act]) -> None:
    tale = Tale()
    attempt(tale, ATTACH._replace(by="bo"))
    before = picture(tale.incident)
    steps = sum(bool(attempt(tale, act)) for act in course)
    for _ in range(steps):
        tale.do(undo)
    assert picture(tale.incident) == before
    with pytest.raises(Refused, match="You have done nothing here lately"):
        tale.do(undo)


def test_undo_takes_back_your_own_last_act_not_anothers() -> None:
    tale = Tale()
    tale.do(record.note, "ana was here")
    tale.do(record.note, "bo was here", by="bo")
    tale.do(undo)
    assert [entry.retracted for entry in tale.incident.timeline][1:3] == [True, False]
    with pytest.raises(Refused, match="You have done nothing here"):
        tale.do(undo, by="cy")


def test_what_can_never_be_undone_is_said_and_nothing_older_is_taken_back_instead() -> None:
    tale = Tale()
    tale.do(record.note, "before")
    tale.do(record.keep, "graph.png", "0" * 64, 4711)
    with pytest.raises(Refused, match=r"^“graph\.png, 4711 bytes, SHA-256 0{12}…” cannot be undone\.$"):
        tale.do(undo)
    assert not tale.incident.timeline[1].retracted


def test_a_note_on_a_step_is_struck_out_and_leaves_its_step() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    for text in ("same", "other", "same"):
        tale.do(steps.annotate, "1.2", text)
    tale.do(undo)
    found = tale.incident.checklist.find("1.2")
    assert found is not None
    assert found.notes == (("ana", "same"), ("ana", "other"))
    assert [entry.retracted for entry in tale.incident.timeline][2:5] == [False, False, True]


@pytest.fixture
def tale() -> Tale:
    """An incident with a runbook that bo attached."""
    tale = Tale()
    tale.do(checklist.attach, runbook(), by="bo")
    return tale


def refuses(tale: Tale, by: str = "ana") -> None:
    """Undoing is refused, because something has changed since."""
    with pytest.raises(Refused, match=r"can no longer be undone: something has changed since\."):
        tale.do(undo, by=by)


def test_a_step_that_somebody_reopened_since_cannot_be_taken_back(tale: Tale) -> None:
    tale.do(steps.finish, "1.1")
    tale.do(steps.reopen, "1.1", by="bo")
    refuses(tale)


def test_a_severity_that_somebody_changed_since_cannot_be_taken_back(tale: Tale) -> None:
    tale.do(severity.change, "2", "better")
    tale.do(severity.change, "3", "much better", by="bo")
    refuses(tale)


def test_a_health_that_somebody_judged_since_cannot_be_taken_back(tale: Tale) -> None:
    tale.do(services.judge, "payments", "degraded")
    tale.do(services.judge, "payments", "operational", by="bo")
    refuses(tale)


def test_a_note_that_somebody_corrected_since_cannot_be_taken_back(tale: Tale) -> None:
    tale.do(record.note, "deployed at 13:40")
    tale.do(record.correct, 3, "deployed at 13:50", by="bo")
    refuses(tale)


def test_a_role_that_somebody_took_over_since_cannot_be_given_back(tale: Tale) -> None:
    tale.do(roles.take, "ic")
    tale.do(roles.take, "ic", "ana is gone", by="bo", present={"bo"})
    refuses(tale)
    tale.do(undo, by="bo")
    assert tale.incident.roles.holder("commander") == "ana"


def test_nobody_gets_a_role_back_who_took_another_one_since(tale: Tale) -> None:
    tale.do(roles.take, "ic", by="bo")
    tale.do(roles.take, "ic", "bo is gone", present={"ana"})
    tale.do(roles.take, "scribe", by="bo")
    refuses(tale)


def test_a_corrected_time_is_not_restored_where_it_would_lie_before_the_impact(tale: Tale) -> None:
    tale.at("14:30").do(clock.mark, "detection", at("14:05"))
    tale.do(clock.mark, "detection", at("14:20"))
    tale.do(clock.mark, "impact", at("14:10"), by="bo")
    refuses(tale)


def test_a_resolution_cannot_be_taken_back_from_a_closed_incident(tale: Tale) -> None:
    tale.do(clock.resolve)
    tale.do(clock.close, by="bo")
    refuses(tale)


def test_a_claim_that_a_tick_ended_stands_again_after_its_undoing(tale: Tale) -> None:
    tale.at("14:05").do(steps.claim, "1.1", by="bo")
    tale.at("14:06").do(steps.finish, "1.1")
    tale.at("14:07").do(undo)
    found = tale.incident.checklist.find("1.1")
    assert found is not None
    assert found.claimed == ("bo", at("14:05"))
    assert tale.last == "bo is on 1.1 confirm the impact again"


def test_an_offer_that_a_take_over_ended_stands_again_after_its_undoing(tale: Tale) -> None:
    tale.do(roles.offer, "scribe", "bo")
    tale.do(roles.take, "scribe", by="cy")
    tale.do(undo, by="cy")
    (offer,) = tale.incident.roles.offers
    assert (offer.to, offer.by) == ("bo", "ana")
    tale.do(roles.accept, "scribe", by="bo")
    assert tale.incident.roles.holder("scribe") == "bo"


def test_a_misspelt_service_is_gone_when_it_is_taken_back(tale: Tale) -> None:
    tale.do(services.judge, "chekout", "degraded")
    tale.do(undo)
    shown = services.catalogue(tale.incident.services, ORG.playbook.services)
    assert "chekout" not in [row.name for row in shown]
