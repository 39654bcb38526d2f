"""Whatever engines and people do to the outbox, all three stores come to the same."""

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.store.support import command, draft, open_url, parcel
from warroom.store.contract import Fenced, Parcel, Settled, Store
from warroom.store.memory import MemoryStore

IDS = st.sampled_from(["a", "b", "c", "d"])
MOMENTS = st.integers(0, 12)
STATES = st.sampled_from(["pending", "sent", "failed", "dropped"])
PUT = st.tuples(st.just("put"), IDS, MOMENTS, MOMENTS, st.sampled_from(["real", "drill"]))
CLAIM = st.tuples(st.just("claim"), MOMENTS, MOMENTS, st.integers(1, 3))
SETTLE = st.tuples(st.just("settle"), IDS, st.integers(0, 3), STATES, MOMENTS, st.booleans())
ACTS = st.lists(PUT | CLAIM | SETTLE, max_size=25)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory, database: str) -> Iterator[list[Store]]:
    """One of each kind, shared by all examples: each example speaks of ids and a channel of its own."""
    with ExitStack() as stack:
        file = str(tmp_path_factory.mktemp("agree") / "warroom.db")
        yield [MemoryStore(), *(stack.enter_context(closing(open_url(url))) for url in (file, database))]


def _act(store: Store, channel: str, act: tuple[Any, ...]) -> object:
    """What an act comes to, as far as it must be the same everywhere."""
    match act:
        case "put", id, not_before, expires, realm:
            page = parcel(channel + id, channel=channel, not_before=not_before, expires=expires, realm=realm)
            store.append(command("org", outbox=(page,), commuting=True))
            return None
        case "claim", now, patience, limit:
            return store.claim((channel,), "real", now, now + patience, limit)
        case "settle", id, epoch, state, not_before, told:
            done = Settled(channel + id, epoch, state, not_before)
            written = command("org", 0, [draft()] if told else [], commuting=True, settled=(done,))
            try:
                return len(store.append(written).rows)
            except Fenced:
                return "fenced"
    raise AssertionError(act)


def _left(store: Store, channel: str) -> object:
    """Everything that can be seen of one channel's parcels."""

    def mine(page: Parcel) -> bool:
        return page.channel == channel

    listed = [(page, state, attempt) for page, state, attempt in store.outbox() if mine(page)]
    overdue = [[page for page in store.overdue(now, 1 << 30) if mine(page)] for now in (0, 6, 12)]
    handed = [len(store.sent(channel, "+44 1", 0, realm)) for realm in ("real", "drill")]
    return listed, overdue, handed


@pytest.mark.postgres
@given(acts=ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_stores_agree(stores: list[Store], acts: list[tuple[Any, ...]]) -> None:
    channel = str(uuid.uuid4())
    for act in acts:
        first, *others = [_act(store, channel, act) for store in stores]
        assert all(each == first for each in others), act
    first, *others = [_left(store, channel) for store in stores]
    assert all(each == first for each in others)
