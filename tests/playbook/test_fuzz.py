"""Whatever a file contains, a reader returns a value or raises BadFile with a problem that says where."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.playbook import document, samples
from warroom.playbook.document import BadFile, Problem
from warroom.playbook.incident import read_incident
from warroom.playbook.modules import FILES as MODULE_FILES
from warroom.playbook.oncall.reader import read_oncall
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
    "9999-12-31T23:59:59-14:00", "schedules", "layers", "members", "start", "windows", "days", "until", "mon-fri",
    "ladders", "rungs", "page", "delay", "person ana", "routes", "levels", "quiet", "repeat", "forever", "channels",
    "channel", "contacts", "to", "kind", "secret", "apprise", "2026-01-05 09:00", "09:00", "schedule_layers", "users",
    "rotation_turn_length_seconds", "604800", "restrictions", "rotations", "startDate", "participants", "rules",
)  # fmt: skip

TERRAFORM = (
    'resource "pagerduty_schedule" "a"', 'resource "opsgenie_schedule" "b"', 'resource "opsgenie_escalation" "c"',
    'resource "opsgenie_schedule_rotation" "d"', 'schedule_id = opsgenie_schedule.b.id', "layer", "rules", "{", "}",
    "participant", 'type = "user"', "recipient", 'start = "2026-01-05T09:00:00Z"', "users = [pagerduty_user.x.id]",
    "rotation_turn_length_seconds = 86400", "restriction", 'start_time_of_day = "99:99:00"', "duration_seconds = 1",
    'start_date = "0001-01-01T00:00:00+14:00"', "length = 0", "delay = 1", "\n", "x = [", "]", "<<EOT\n", "EOT\n",
    'timezone = "../x"', "start_hour = 99", "end_hour = 1", "name = {}", "time_restriction", "teams = 1",
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
        if (samples.organisation() / file).exists():
            (folder / file).write_bytes((samples.organisation() / file).read_bytes())
    (folder / name).write_bytes(data)
    check(lambda: read_organisation(folder))


@pytest.mark.usefixtures("parser")
@given(name=st.sampled_from(MODULE_FILES), data=texts)
@fuzz
def test_any_bytes_in_a_module(tmp_path: Path, name: str, data: bytes) -> None:
    folder = tmp_path / "acme"
    if not folder.exists():
        shutil.copytree(samples.organisation(), folder)
    module = folder / "modules" / "payments"
    for file in MODULE_FILES:
        (module / file).write_bytes((samples.organisation() / "modules" / "payments" / file).read_bytes())
    (module / name).write_bytes(data)
    check(lambda: read_organisation(folder))


@pytest.mark.usefixtures("parser")
@given(data=texts, suffix=st.sampled_from([".yaml", ".json", ".tf"]))
@fuzz
def test_any_bytes_as_rosters_of_other_tools(tmp_path: Path, data: bytes, suffix: str) -> None:
    path = tmp_path / f"any{suffix}"
    path.write_bytes(data)
    check(lambda: read_oncall([path], (), datetime(2026, 1, 1, tzinfo=UTC)))


@given(
    text=st.text(st.sampled_from('{}[]=",.$#*/<>-\n ab1'), max_size=120)
    | st.lists(st.sampled_from(TERRAFORM), max_size=30).map(" ".join)
)
@fuzz
def test_anything_like_terraform(tmp_path: Path, text: str) -> None:
    path = tmp_path / "any.tf"
    path.write_text(text)
    check(lambda: read_oncall([path], (), datetime(2026, 1, 1, tzinfo=UTC)))


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
