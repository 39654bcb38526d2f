"""The record: notes, decisions, evidence, and corrections that rewrite nothing."""

from collections.abc import Callable

import pytest

from tests.support.builders import Tale, at, runbook
from warroom.domain import checklist, record
from warroom.domain.errors import Already, Invalid, Refused
from warroom.domain.event import Event
from warroom.domain.record import Evidence

DIGEST = "ab" * 32


def test_a_note_stands_on_the_timeline_as_it_was_typed() -> None:
    tale = Tale().at("14:05")
    tale.do(record.note, "  error rate 4 % → 31 %\nsince 13:58  ", by="cy", happened=at("13:59"))
    entry = tale.incident.timeline[-1]
    assert (entry.kind, entry.text, entry.actor) == ("note", "error rate 4 % → 31 %\nsince 13:58", "cy")
    assert (entry.happened, entry.recorded, entry.late) == (at("13:59"), at("14:05"), True)


def test_a_decision_says_why() -> None:
    tale = Tale()
    tale.do(record.decide, "roll back r-2291", " no objections ")
    assert (tale.incident.timeline[-1].kind, tale.last) == (
        "decision",
        "roll back r-2291 (because no objections)",
    )


@pytest.mark.parametrize("rule", [record.note, record.decide])
def test_a_text_is_not_empty_and_holds_at_most_8_kib(rule: Callable[..., list[Event]]) -> None:
    tale = Tale()
    with pytest.raises(Refused, match="nothing to write down"):
        tale.do(rule, " \n")
    tale.do(rule, "é" * 4096)
    with pytest.raises(Invalid, match="longer than 8 KiB"):
        tale.do(rule, "é" * 4096 + "x")


def test_half_a_character_cannot_be_kept() -> None:
    with pytest.raises(Invalid, match="half a character"):
        Tale().do(record.note, "caf\udce9")


def test_a_correction_leaves_the_original_readable() -> None:
    tale = Tale()
    tale.do(record.note, "deployed at 13:40")
    tale.at("14:09").do(record.correct, 2, "deployed at 13:50", by="bo")
    entry = tale.incident.timeline[1]
    assert (entry.text, entry.corrected, entry.retracted) == ("deployed at 13:40", "deployed at 13:50", False)
    assert tale.last == "corrects entry 2: deployed at 13:50"
    tale.do(record.correct, 2, "deployed at 13:52")
    assert tale.incident.timeline[1].corrected == "deployed at 13:52"


def test_a_retraction_strikes_out_and_keeps() -> None:
    tale = Tale()
    tale.do(record.decide, "fail over")
    tale.do(record.retract, 2, "wrong incident", by="bo")
    assert (tale.incident.timeline[1].text, tale.incident.timeline[1].retracted) == ("fail over", True)
    assert tale.last == "struck out entry 2: wrong incident"
    with pytest.raises(Already, match="already struck out"):
        tale.do(record.retract, 2)
    with pytest.raises(Already, match="already struck out"):
        tale.do(record.correct, 2, "fail over now")


@pytest.mark.parametrize("entry", [0, 1, 99, -1])
def test_only_notes_and_decisions_of_this_incident_are_corrected(entry: int) -> None:
    with pytest.raises(Refused, match=f"Entry {entry} is no note or decision"):
        Tale().do(record.correct, entry, "x")


def test_evidence_is_kept_by_its_digest() -> None:
    tale = Tale()
    tale.do(checklist.attach, runbook())
    tale.do(record.keep, " graph.png ", DIGEST, 4711, "1.2", " the spike ", by="di")
    assert tale.incident.evidence == (Evidence("graph.png", DIGEST, 4711, "1.2", "di", at("14:00")),)
    assert tale.last == f"graph.png on 1.2, 4711 bytes, SHA-256 {DIGEST[:12]}…: the spike"
    tale.at("14:03")
    with pytest.raises(Already, match="already kept 3 min ago by di"):
        tale.do(record.keep, "again.png", DIGEST, 4711, "1.2")
    tale.do(record.keep, "", DIGEST, 4711)
    assert tale.incident.evidence[-1].name == "evidence"


def test_evidence_needs_a_true_digest_and_a_true_step() -> None:
    with pytest.raises(Invalid, match="64 hexadecimal digits"):
        Tale().do(record.keep, "x", "AB" * 32, 1)
    with pytest.raises(Invalid, match=r"no step 1\.1"):
        Tale().do(record.keep, "x", DIGEST, 1, "1.1")
