"""Whatever a file contains, a reader returns a value or raises BadFile with a problem that says where."""

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.playbook import document, samples
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.incident import read_incident
from warroom.playbook.organisation import FILES, read_organisation
from warroom.playbook.runbook import read_runbook
from warroom.playbook.script import read_script

READERS = (read_runbook, read_incident, read_script)
WORDS = (
    "runbook", "title", "phases", "name", "steps", "do", "kind", "expected", "who", "inform", "id",
    "timeline", "at", "fact", "milestones", "impact_start", "services", "depends_on", "expected_metrics",
    "ttd_min", "as", "incident", "starts", "pace", "from", "rate", "script", "with", "declare", "step.done",
    "step", "people", "time_zone", "severities", "level", "audiences", "logins", "Europe", "..", "5m", "1",
    "/etc/passwd", "ana", "2026-10-01", "2026-10-01T00:00:00Z", "0001-01-01T00:00:00+14:00", "٣", "",
    "9999-12-31T23:59:59-14:00",
)  # fmt: skip

scalars = st.one_of(st.sampled_from(WORDS), st.text(max_size=20), st.integers(), st.floats(), st.none(), st.booleans())
trees = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)),
    max_leaves=25,
)
texts = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.text(st.sampled_from("{}[]:,-?!&*|>'\"%@`#~ \n\tab10\\xuU"), max_size=80).map(str.encode),
    trees.map(lambda tree: yaml.safe_dump(tree, allow_unicode=True).encode("utf-8", "surrogatepass")),
)
fuzz = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=200)


@pytest.fixture(params=["CSafeLoader", "SafeLoader"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(document, "_LOADER", getattr(yaml, request.param))


def check(read: Callable[[], object]) -> None:
    problems: tuple[Problem, ...] | None = None
    try:
        read()
    except BadFile as bad:
        problems = bad.problems
    assert problems != ()
    for problem in problems or ():
        assert problem.line >= 1
        assert problem.text


@pytest.mark.usefixtures("parser")
@given(data=texts)
@fuzz
def test_any_bytes(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "any.yaml"
    path.write_bytes(data)
    for reader in READERS:
        check(lambda reader=reader: reader(path))  # type: ignore[misc]


@pytest.mark.usefixtures("parser")
@given(name=st.sampled_from(FILES), data=texts)
@fuzz
def test_any_bytes_in_an_organisation(tmp_path: Path, name: str, data: bytes) -> None:
    folder = tmp_path / "acme"
    folder.mkdir(exist_ok=True)
    for file in FILES:
        (folder / file).write_bytes((samples.organisation() / file).read_bytes())
    (folder / name).write_bytes(data)
    check(lambda: read_organisation(folder))


@given(
    cut=st.integers(0, 5_000),
    junk=st.sampled_from([b"", b"\x00", b": ", b"- ", b"[", b"'", b"\n", b"\xff", b"*a"]),
)
@fuzz
def test_good_files_cut_and_damaged(tmp_path: Path, cut: int, junk: bytes) -> None:
    path = tmp_path / "any.yaml"
    for reader, sample in zip(
        READERS,
        (samples.runbooks() / "latency.yaml", samples.incident("fastly-2021-06-08"), samples.demo()),
        strict=True,
    ):
        data = sample.read_bytes()
        path.write_bytes(data[:cut] + junk + data[cut + 1 :])
        check(lambda reader=reader: reader(path))  # type: ignore[misc]
