"""Small organisations at random: rosters with gaps, people without contacts, ladders that hold, skip and keep quiet.

Every time in them is a whole five minutes, so that looking every five minutes misses nothing.
"""

from datetime import UTC, datetime, time, timedelta

from hypothesis import strategies as st

from warroom.domain.contacts import Channel, Contact
from warroom.domain.ladder import Ladder, Route, Rung, Target
from warroom.domain.org import Org, Person, Playbook
from warroom.domain.roster import Absence, Change, Changes, Layer, Override, Schedule, Window
from warroom.domain.services import Service
from warroom.domain.severity import Severity

START = datetime(2026, 10, 24, tzinfo=UTC)
"A day before clocks change in Europe."

NAMES = ("ana", "bo", "cy", "di")
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata")
LEVELS = tuple(
    Severity(level, f"SEV{level}", "", "", acknowledge_within=timedelta(minutes=within) if within else None)
    for level, within in enumerate((5, 15, 45, None), 1)
)


def minutes(*choices: int) -> st.SearchStrategy[timedelta]:
    """One of these spans."""
    return st.sampled_from([timedelta(minutes=each) for each in choices])


_CLOCKS = st.sampled_from([time(hour) for hour in (0, 4, 7, 9, 13, 17, 20)] + [time(8, 30)])
_WINDOWS = st.builds(
    Window, st.sets(st.integers(0, 6), min_size=1).map(lambda days: tuple(sorted(days))), _CLOCKS, _CLOCKS
)
_CONTACTS = st.lists(
    st.builds(
        Contact,
        st.sampled_from(["phone", "mail"]),
        st.sampled_from(["sms", "sms", "screen"]),
        urgencies=st.sampled_from([("high",), ("low",), ("high", "low")]),
        after=minutes(0, 0, 0, 10, 40),
    ),
    max_size=2,
)
_PEOPLE = st.tuples(
    *(
        st.builds(Person, st.just(name), time_zone=st.sampled_from(ZONES), contacts=_CONTACTS.map(tuple))
        for name in NAMES
    )
)
_MEMBERS = st.lists(st.sampled_from([*NAMES, *NAMES, "", "gone"]), min_size=1, max_size=3).map(tuple)
_LAYERS = st.builds(
    Layer,
    st.sampled_from(["early", "late"]),
    _MEMBERS,
    st.sampled_from(
        [datetime.fromisoformat(text) for text in ("2026-10-05T09:00", "2026-10-19T00:00", "2026-10-24T12:00")]
    ),
    st.sampled_from(["hourly", "daily", "weekly"]),
    st.integers(1, 2),
    st.sampled_from(["", *ZONES]),
    st.lists(_WINDOWS, max_size=2).map(tuple),
    st.booleans(),
)


def _schedule(name: str) -> st.SearchStrategy[Schedule]:
    return st.builds(
        Schedule, st.just(name), st.lists(_LAYERS, min_size=1, max_size=2).map(tuple), st.sampled_from(ZONES)
    )


_MOMENTS = st.integers(0, 12 * 60).map(lambda count: START + timedelta(minutes=5 * count))
_LENGTHS = minutes(25, 60, 600, 3000)


@st.composite
def _overrides(draw: st.DrawFn) -> Override:
    start = draw(_MOMENTS)
    changes: list[Change] = ["add", "remove", "replace"]
    change = draw(st.sampled_from(changes))
    who, other = draw(st.permutations(NAMES))[:2]
    return Override(
        f"o{start:%d%H%M}", draw(st.sampled_from(["first", "second"])), change, start, start + draw(_LENGTHS), who,
        other if change == "replace" else "",
    )  # fmt: skip


@st.composite
def _absences(draw: st.DrawFn) -> Absence:
    start = draw(_MOMENTS)
    return Absence("a", draw(st.sampled_from(NAMES)), start, start + draw(_LENGTHS))


_TARGETS = st.sampled_from(
    [
        *(Target("schedule", name) for name in ("first", "second")),
        *(Target("service", name) for name in ("primary", "secondary", "dependencies")),
        Target("rotation", "first/early"), Target("person", "ana"), Target("person", "gone"),
        Target("channel", "chat"), Target("role", "commander"),
    ]
)  # fmt: skip
_RUNGS = st.builds(Rung, st.lists(_TARGETS, min_size=1, max_size=2, unique=True).map(tuple), minutes(5, 10, 30))
LADDERS = st.builds(
    Ladder,
    st.just("page"),
    st.lists(_RUNGS, min_size=1, max_size=3).map(tuple),
    repeat=st.sampled_from([0, 0, 1, -1]),
    urgency=st.sampled_from(["high", "low"]),
    nobody=st.sampled_from(["skip", "hold"]),
    quiet=st.lists(_WINDOWS, max_size=1).map(tuple) | st.just(()),
    time_zone=st.sampled_from(ZONES),
)
_CHANGES = st.builds(
    Changes,
    st.lists(_overrides(), max_size=2).map(tuple),
    st.just(()),
    st.lists(_absences(), max_size=1).map(tuple),
)


@st.composite
def organisations(draw: st.DrawFn) -> Org:
    """Two services, two schedules, four people and one ladder, which every severity takes."""
    playbook = Playbook(
        "random",
        severities=LEVELS,
        services=(
            Service("shop", schedules=("first", "second"), depends_on=("bank",)),
            Service("bank", schedules=draw(st.sampled_from([(), ("second",)]))),
        ),
        people=draw(_PEOPLE),
        channels=(Channel("sms", "apprise"), Channel("chat", "webhook"), Channel("screen", "console")),
        schedules=(draw(_schedule("first")), draw(_schedule("second"))),
        ladders=(draw(LADDERS),),
        routes=(Route("page"),),
    )
    return Org(playbook, 1, changes=draw(_CHANGES))
