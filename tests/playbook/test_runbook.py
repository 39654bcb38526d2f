"""Runbook files."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.playbook.runbook import read_runbook, read_runbooks
from warroom.playbook.steps import Known

GOOD = """\
    runbook: latency
    title: Slow
    symptom: slow pages
    summary: >-
      Requests
      wait.
    owner: platform
    reviewed: 2026-10-01
    services: [web]
    phases:
      - name: Triage
        steps:
          - do: Look
          - do: Tell
            kind: inform
            detail: Say it.
            command: |
              one
              two
            inform: [executives]
            expected: 5m
            who: commander
    """


def test_a_runbook(tmp_path: Path) -> None:
    told = Step("Tell", "inform", "Say it.", "one\ntwo", ("executives",), timedelta(minutes=5), "commander")
    assert read_runbook(write(tmp_path, "latency.yaml", GOOD)) == Runbook(
        name="latency",
        title="Slow",
        symptom="slow pages",
        summary="Requests wait.",
        owner="platform",
        reviewed=date(2026, 10, 1),
        services=("web",),
        phases=(Phase("Triage", (Step("Look"), told)),),
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("runbook: latency", "runbook: High Latency",
         '1: runbook: "High Latency" is not a name of lower-case letters, digits, ".", "_" and "-"'),
        ("title: Slow", "tilte: Slow", "1: title: is missing"),
        ("slow pages", '"slow\\npages"', "3: symptom: must be one line"),
        ("2026-10-01", "yesterday", '8: reviewed: "yesterday" is not a date such as 2026-10-01'),
        ("name: Triage", "", "12: phases[0].name: is missing"),
        ("do: Look", f"do: {'x' * 61}", "13: phases[0].steps[0].do: is longer than 60 characters"),
        ("kind: inform", "kind: infrom",
         '15: phases[0].steps[1].kind: "infrom" is not valid here; did you mean "inform"?'),
        ("5m", "5",
         '21: phases[0].steps[1].expected: "5" is not a duration up to a year such as 90s, 5m, 1h30m or 2d'),
        ("who: commander", "who: comander",
         '22: phases[0].steps[1].who: "comander" is not valid here; did you mean "commander"?'),
        ("detail:", "details:",
         '16: phases[0].steps[1].details: there is no such field; did you mean "detail"?'),
    ],
)  # fmt: skip
def test_bad_runbooks(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) == 1
    path = write(tmp_path, "latency.yaml", GOOD.replace(old, new))
    assert f"latency.yaml:{expected}" in said(lambda: read_runbook(path))


@pytest.mark.parametrize(
    ("phases", "expected"),
    [
        ("", "1: phases: is missing"),
        ("phases: []", "3: phases: must have at least one row"),
        ("phases: [Triage]", "3: phases[0]: must be a mapping of fields"),
        ("phases: [{name: Triage}]", "3: phases[0].steps: is missing"),
        ("phases: [{name: Triage, steps: []}]", "3: phases[0].steps: must have at least one row"),
    ],
)
def test_a_runbook_without_steps(tmp_path: Path, phases: str, expected: str) -> None:
    path = write(tmp_path, "a.yaml", f"runbook: a\ntitle: A\n{phases}\n")
    assert said(lambda: read_runbook(path)) == [f"a.yaml:{expected}"]


def test_a_folder_of_runbooks_is_read_by_name(tmp_path: Path) -> None:
    write(tmp_path / "books", "2.yaml", GOOD)
    write(tmp_path / "books", "1.yml", GOOD.replace("runbook: latency", "runbook: z"))
    write(tmp_path / "books", "README.md", "not: [one")
    assert [book.name for book in read_runbooks(tmp_path / "books")] == ["latency", "z"]


def test_two_runbooks_of_one_name(tmp_path: Path) -> None:
    write(tmp_path / "books", "1.yaml", GOOD)
    write(tmp_path / "books", "2.yaml", GOOD)
    assert said(lambda: read_runbooks(tmp_path / "books")) == [
        '2.yaml:1: runbook: "latency" is already the name of 1.yaml'
    ]


def test_names_are_checked_where_they_are_known(tmp_path: Path) -> None:
    write(tmp_path / "books", "a.yaml", GOOD)
    assert said(lambda: read_runbooks(tmp_path / "books", Known(["shop"], ["public"]))) == [
        'a.yaml:9: services: no service is called "web"; valid: shop',
        'a.yaml:20: phases[0].steps[1].inform: no audience is called "executives"; valid: public',
    ]
