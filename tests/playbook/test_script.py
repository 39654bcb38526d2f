"""The script of a demo."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.script import Line, Pace, Script
from warroom.playbook.script import read_script

GOOD = """\
    incident: acme-2026-01-01
    runbook: latency
    starts: '2026-01-01T10:00:00Z'
    pace:
      - {from: '2026-01-01T10:00:00Z', rate: 10}
      - {from: '2026-01-01T10:10:00Z', rate: 60}
    script:
      - at: '2026-01-01T10:00:00Z'
        as: ana
        do: declare
        with: {title: Slow, severity: 2, services: [web], impact: '2026-01-01T09:58:00Z'}
      - {at: '2026-01-01T10:01:00Z', as: bo, do: ack}
      - {at: '2026-01-01T10:02:00Z', as: bo, do: step.done, with: {step: '1.1'}}
    """
START = datetime(2026, 1, 1, 10, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_a_script(tmp_path: Path) -> None:
    script = read_script(write(tmp_path, "demo.yaml", GOOD))
    declared = (
        ("title", "Slow"), ("severity", 2), ("services", ("web",)), ("impact", START - 2 * MINUTE),
    )  # fmt: skip
    assert script == Script(
        "acme-2026-01-01",
        "latency",
        START,
        (Pace(START, 10), Pace(START + 10 * MINUTE, 60)),
        (
            Line(START, "ana", "declare", declared),
            Line(START + MINUTE, "bo", "ack"),
            Line(START + 2 * MINUTE, "bo", "step.done", (("step", "1.1"),)),
        ),
    )
    assert script.lines[2].parameters() == {"step": "1.1"}


@pytest.mark.parametrize(("minutes", "seconds"), [(-5, 0), (0, 0), (5, 30), (10, 60), (70, 120)])
def test_real_time_from_the_times_of_the_incident(tmp_path: Path, minutes: int, seconds: float) -> None:
    script = read_script(write(tmp_path, "demo.yaml", GOOD))
    assert script.seconds(START + minutes * MINUTE) == seconds


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("starts: '2026-01-01T10:00:00Z'", "starts: noon",
         '3: starts: "noon" is not a moment with its time zone such as 2026-10-01T14:05:00Z'),
        ("starts: '2026-01-01T10:00:00Z'", "starts: '2026-01-01T09:00:00Z'",
         "5: pace[0].from: the first pace must begin with the script"),
        ("{from: '2026-01-01T10:10:00Z', rate: 60}", "{from: '2026-01-01T10:00:00Z', rate: 60}",
         "6: pace[1].from: must be later than the pace before it"),
        ("rate: 60", "rate: 0", '6: pace[1].rate: "0" is not a number from 0.1 to 100000'),
        ("do: ack", "do: akc", '12: script[1].do: "akc" is not valid here; did you mean "ack"?'),
        ("at: '2026-01-01T10:01:00Z'", "at: '2026-01-01T09:59:00Z'",
         "12: script[1].at: must not be earlier than the line before it"),
        (", with: {step: '1.1'}", "", "13: script[2].with: is missing; step.done needs step"),
        ("{step: '1.1'}", "{note: x}", "13: script[2].with.step: is missing"),
        ("{step: '1.1'}", "{step: '1.1', nte: x}",
         '13: script[2].with.nte: there is no such field; did you mean "note"?'),
        ("as: bo, do: ack", "as: Bo B., do: ack",
         '12: script[1].as: "Bo B." is not a name of lower-case letters, digits, ".", "_" and "-"'),
        ("do: ack", "do: milestone, with: {name: detecton, at: '2026-01-01T10:00:00Z'}",
         '12: script[1].with.name: "detecton" is not valid here; did you mean "detection"?'),
        ("do: ack", "do: role.take, with: {role: scrib}",
         '12: script[1].with.role: "scrib" is not valid here; did you mean "scribe"?'),
        ("do: ack", "do: service.health, with: {service: web, health: degarded}",
         '12: script[1].with.health: "degarded" is not valid here; did you mean "degraded"?'),
        ("severity: 2", "severity: bad",
         '11: script[0].with.severity: "bad" is not a whole number from 1 to 9'),
    ],
)  # fmt: skip
def test_bad_scripts(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) == 1
    path = write(tmp_path, "demo.yaml", GOOD.replace(old, new))
    assert said(lambda: read_script(path)) == [f"demo.yaml:{expected}"]
