"""What the writer of rosters writes, the reader reads, and it is the same."""

from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.playbook.files import write
from warroom.domain.contacts import Channel
from warroom.domain.ladder import Checklist, Ladder, Route, Rung, Target
from warroom.domain.roster import Layer, Schedule, Window
from warroom.playbook import samples
from warroom.playbook.channels import looks_secret
from warroom.playbook.ladders import Ladders
from warroom.playbook.organisation import read_organisation
from warroom.playbook.roster_writer import write_channels, write_ladders, write_schedules
from warroom.playbook.times import _overlap

NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,20}", fullmatch=True)
TITLES = st.text(st.characters(whitelist_categories=("L", "N", "P"), whitelist_characters=" "), max_size=40).map(
    str.strip
)
ZONES = st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu"])
DELAYS = st.integers(1, 7 * 24 * 60).map(lambda count: timedelta(minutes=count))
CLOCKS = st.builds(time, st.integers(0, 23), st.integers(0, 59))
WINDOW = st.builds(
    Window, st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))), start=CLOCKS, end=CLOCKS
)
_PLAIN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=60)


@st.composite
def _windows(draw: st.DrawFn) -> tuple[Window, ...]:
    found: list[Window] = []
    for each in draw(st.lists(WINDOW, max_size=3)):
        if not any(_overlap(each, other) for other in found):
            found.append(each)
    return tuple(found)


LAYERS = st.builds(
    Layer,
    name=NAMES,
    members=st.lists(st.sampled_from(["ana", "bo", ""]), min_size=1, max_size=4).filter(any).map(tuple),
    start=st.datetimes(datetime(1971, 1, 1), datetime(2900, 1, 1)).map(lambda at: at.replace(second=0, microsecond=0)),  # noqa: DTZ001
    turn=st.sampled_from(["hourly", "daily", "weekly", "monthly"]),
    every=st.integers(1, 366),
    time_zone=st.just("") | ZONES,
    windows=_windows(),
    joins=st.booleans(),
)
SCHEDULES = st.lists(
    st.builds(
        Schedule,
        name=NAMES,
        layers=st.lists(LAYERS, min_size=1, max_size=3, unique_by=lambda each: each.name).map(tuple),
        time_zone=ZONES,
        title=TITLES,
        team=TITLES,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.name,
).map(tuple)
TARGETS = st.sampled_from(
    [Target("person", "ana"), Target("role", "scribe"), Target("service", "dependencies"), Target("channel", "chat")]
)
LADDERS = st.lists(
    st.builds(
        Ladder,
        name=NAMES,
        rungs=st.lists(
            st.builds(Rung, st.lists(TARGETS, min_size=1, max_size=3, unique=True).map(tuple), DELAYS),
            min_size=1,
            max_size=3,
        ).map(tuple),
        title=TITLES,
        repeat=st.integers(-1, 99),
        urgency=st.sampled_from(["high", "low"]),
        nobody=st.sampled_from(["skip", "hold"]),
        quiet=_windows(),
        time_zone=ZONES,
        silent_after=st.none() | DELAYS,
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.name,
).map(tuple)
CHANNELS = st.lists(
    st.builds(Channel, NAMES, st.sampled_from(["desktop", "console"]), title=TITLES, drill=st.booleans())
    | st.builds(
        Channel, NAMES, st.sampled_from(["apprise", "webhook"]), secret=NAMES, at_most=st.integers(1, 1000),
        per=st.integers(1, 1440).map(lambda count: timedelta(minutes=count)),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda each: each.name,
).map(tuple)  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path, "organisation.yaml", "name: Acme\n")
    write(tmp_path, "severities.yaml", "severities: [{level: 1, name: S1, title: A, definition: B}]\n")
    write(tmp_path, "people.yaml", "people: [{name: ana}, {name: bo}]\n")
    return tmp_path


@given(SCHEDULES)
@_PLAIN
def test_schedules(folder: Path, schedules: tuple[Schedule, ...]) -> None:
    (folder / "schedules.yaml").write_text(write_schedules(schedules), encoding="utf-8")
    assert read_organisation(folder).schedules == schedules


@given(LADDERS)
@_PLAIN
def test_ladders(folder: Path, ladders: tuple[Ladder, ...]) -> None:
    (folder / "channels.yaml").write_text("channels: [{name: chat, kind: webhook, secret: chat}]\n")
    whole = Ladders(ladders, (Route(ladders[0].name, (1,)), Route(ladders[-1].name)), (Checklist(("any",), (1,)),))
    (folder / "ladders.yaml").write_text(write_ladders(whole), encoding="utf-8")
    playbook = read_organisation(folder)
    assert Ladders(playbook.ladders, playbook.routes, playbook.checklists) == whole


@given(CHANNELS)
@_PLAIN
def test_channels(folder: Path, channels: tuple[Channel, ...]) -> None:
    assume(not any(looks_secret(each.secret) for each in channels))
    (folder / "channels.yaml").write_text(write_channels(channels), encoding="utf-8")
    assert read_organisation(folder).channels == channels


def test_the_sample(folder: Path) -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    people = "".join(f"  - name: {each.name}\n" for each in playbook.people)
    (folder / "people.yaml").write_text(f"people:\n{people}")
    (folder / "schedules.yaml").write_text(write_schedules(playbook.schedules))
    assert read_organisation(folder).schedules == playbook.schedules
