"""Runbooks written as YAML: read again they are the same, and people can read them."""

import string
from datetime import date, timedelta
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warroom.domain.runbook import TIMEOUT, Automation, Gate, Parameter, Phase, Runbook, Step
from warroom.domain.text import PICTURES
from warroom.playbook import samples
from warroom.playbook.dumper import written_duration
from warroom.playbook.runbook import read_runbook
from warroom.playbook.steps import KINDS, ROLE_IDS
from warroom.playbook.writer import write_runbook

# Whatever a field may hold: no hidden characters, and none that YAML has no place for.
letters = st.characters(
    exclude_categories=["Cs", "Cn"], exclude_characters=[chr(code) for code in PICTURES], max_codepoint=0x1F9FF
)
awkward = st.sampled_from(["null", "~", "no", "1e3", "2026-10-01", "- a", "# no", "a: b", "'", '"', "{}", "*a", "|"])
line = st.one_of(awkward, st.text(letters, min_size=1, max_size=40)).map(str.strip).filter(bool)
lines = st.lists(st.one_of(line, st.just("  "), st.just("    x ")), max_size=6).map("\n".join).map(str.strip)
name = st.text(string.ascii_lowercase, min_size=1, max_size=12)
span = st.integers(1, 300_000).map(lambda seconds: timedelta(seconds=seconds))
distinct = st.lists(name, max_size=3, unique=True).map(tuple)


def some(what: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(st.just(""), what)


runs = st.one_of(
    st.builds(
        Automation,
        st.just("command"),
        st.builds(
            lambda program, rest: (program, *rest),
            line.filter(lambda text: "/" not in text),
            st.lists(st.one_of(line, st.just(""), st.just("a  b\n c ")), max_size=2),
        ),
        some(st.sampled_from(["0", "0, 1"])),
        st.one_of(st.just(TIMEOUT), st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds))),
        st.booleans(),
    ),
    st.builds(Automation, st.sampled_from(["dns", "tls", "journal"]), name.map(lambda text: (text,))),
    st.builds(Automation, st.just("load")),
)
plain = st.builds(
    Step,
    line,
    st.sampled_from([kind for kind in KINDS if kind not in ("gate", "rollback", "escalate")]),
    lines,
    lines,
    distinct,
    st.one_of(st.none(), span),
    st.one_of(st.none(), st.sampled_from(ROLE_IDS)),
    run=st.one_of(st.none(), runs),
).map(lambda step: msgspec.structs.replace(step, run=None) if step.kind == "decide" else step)
steps = st.one_of(
    plain,
    st.builds(
        Step,
        line,
        st.just("gate"),
        gate=st.builds(
            Gate, st.just(("1.1",)), distinct, st.booleans(), st.integers(0, 9), st.just((ROLE_IDS[0], ROLE_IDS[2]))
        ),
    ),
    st.builds(Step, line, st.just("escalate"), to=some(line)),
    st.builds(Step, line, st.just("rollback"), steps=st.lists(plain, max_size=2).map(tuple)),
)
parameters = st.lists(
    st.builds(Parameter, name.filter(lambda text: text != "null"), some(line), st.just("text")),
    max_size=2,
    unique_by=lambda each: each.name,
).map(tuple)
books = st.builds(
    Runbook,
    name,
    line,
    some(line),
    lines,
    some(line),
    st.one_of(st.none(), st.dates(date(1970, 1, 1), date(2999, 12, 31))),
    distinct,
    st.lists(st.builds(Phase, line, st.lists(steps, min_size=1, max_size=3).map(tuple)), min_size=1, max_size=2).map(
        lambda phases: (Phase("First", (Step("Begin", name="begin"),)), *phases)
    ),
    distinct,
    some(line),
    parameters,
)


@given(book=books)
@settings(deadline=None)
def test_what_is_written_is_read_again_as_the_same(tmp_path_factory: pytest.TempPathFactory, book: Runbook) -> None:
    path = tmp_path_factory.getbasetemp() / "written.yaml"
    path.write_text(write_runbook(book), encoding="utf-8")
    assert read_runbook(path) == book


@pytest.mark.parametrize("path", sorted(samples.runbooks().glob("*.yaml")), ids=lambda path: path.stem)
def test_a_starter_runbook_is_written_as_it_is(path: Path, tmp_path: Path) -> None:
    book = read_runbook(path)
    copy = tmp_path / path.name
    copy.write_text(write_runbook(book), encoding="utf-8")
    assert read_runbook(copy) == book


def test_how_it_looks() -> None:
    book = Runbook(
        "latency",
        "Slow",
        summary="One line.\nAnother.",
        reviewed=date(2026, 10, 1),
        services=("web",),
        parameters=(Parameter("cluster", "which one"),),
        phases=(
            Phase("Triage", (Step("Look", command="one\ntwo", expected=timedelta(minutes=90), name="look"),)),
            Phase(
                "Ship",
                (
                    Step("Wait", "gate", gate=Gate(("1.1",), approvals=2)),
                    Step("Probe", "check", run=Automation("command", ("curl", "-s", "<cluster>"), dangerous=True)),
                ),
            ),
        ),
    )
    assert write_runbook(book) == (
        "runbook: latency\ntitle: Slow\nsummary: |-\n  One line.\n  Another.\nreviewed: 2026-10-01\nservices: [web]\n"
        "parameters:\n- name: cluster\n  help: which one\n"
        "phases:\n- name: Triage\n  steps:\n  - do: Look\n    name: look\n    command: |-\n      one\n      two\n"
        "    expected: 1h30m\n"
        "- name: Ship\n  steps:\n  - do: Wait\n    kind: gate\n    needs:\n      steps: ['1.1']\n      approvals: 2\n"
        "  - do: Probe\n    kind: check\n    run:\n      command: [curl, -s, <cluster>]\n      dangerous: true\n"
    )


def test_nothing_is_left_out() -> None:
    """A field that is added to a value and forgotten here would vanish from files that are written."""
    known: dict[type[msgspec.Struct], int] = {Runbook: 11, Phase: 2, Step: 12, Gate: 5, Automation: 5, Parameter: 5}
    assert {kind: len(msgspec.structs.fields(kind)) for kind in known} == known


@pytest.mark.parametrize(("seconds", "text"), [(90, "1m30s"), (300, "5m"), (5400, "1h30m"), (172_800, "2d")])
def test_a_duration(seconds: int, text: str) -> None:
    assert written_duration(timedelta(seconds=seconds)) == text
