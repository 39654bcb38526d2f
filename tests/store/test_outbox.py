"""What must leave the house: written with its events, handed to one engine at a time, settled once."""

from collections.abc import Callable
from contextlib import closing

import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, open_url, parcel, post, settle, summary, verified
from warroom.domain.errors import Invalid
from warroom.store.contract import Claimed, Conflict, Fenced, Settled, Store

SMS = ("sms",)
NOW, UNTIL = 200, 260


def _claim(store: Store, now: int = NOW, until: int = UNTIL, limit: int = 20) -> list[Claimed]:
    return store.claim(SMS, "real", now, until, limit)


def _ids(claimed: list[Claimed]) -> list[str]:
    return [each.parcel.id for each in claimed]


def _states(store: Store) -> dict[str, str]:
    return {each.id: state for each, state, _ in store.outbox()}


def test_a_parcel_is_written_with_its_events_or_not_at_all(opened: Callable[[], Store]) -> None:
    store, stream = opened(), new_stream()
    page = parcel("p1", stream)
    store.append(command(stream, outbox=(page,)))
    with pytest.raises(Conflict):
        store.append(command(stream, 0, outbox=(parcel("p2", stream),)))
    with pytest.raises(ZeroDivisionError), store.exclusive() as held:
        assert held.append(command(stream, 1, outbox=(parcel("p3", stream),))).number / 0
    assert opened().outbox() == [(page, "pending", 0)]


def test_a_parcel_whose_id_is_known_is_left_as_it_is(store: Store) -> None:
    first = parcel("p1")
    post(store, first)
    [mine] = _claim(store)
    post(store, parcel("p1", payload=b"another"), parcel("p2", not_before=300))
    assert store.outbox() == [(first, "leased", 1), (parcel("p2", not_before=300), "pending", 0)]
    settle(store, Settled("p1", mine.lease_epoch, "sent"))


def test_a_repeated_command_posts_and_settles_nothing_again(store: Store) -> None:
    post(store, parcel("p1"))
    [mine] = _claim(store)
    done = command("org", commuting=True, settled=(Settled("p1", mine.lease_epoch, "pending", 300),))
    store.append(done)
    [again] = _claim(store, 300, 400)
    assert store.append(done).duplicate
    settle(store, Settled("p1", again.lease_epoch, "sent"))
    assert _states(store) == {"p1": "sent"}


def test_a_parcel_is_handed_to_one_engine(opened: Callable[[], Store]) -> None:
    store, page = opened(), parcel("p1")
    post(store, page)
    assert _claim(store) == [Claimed(page, 1, 1, UNTIL, repeat=False)]
    assert _claim(opened()) == []


def test_the_longest_due_comes_first_and_no_more_than_asked(store: Store) -> None:
    post(store, *(parcel(f"p{n}", not_before=150 - n) for n in range(5)))
    assert _ids(_claim(store, limit=2)) == ["p4", "p3"]
    assert _ids(_claim(store)) == ["p2", "p1", "p0"]


def test_an_engine_gets_only_its_channels_and_its_realm(store: Store) -> None:
    post(store, parcel("real"), parcel("mail", channel="email"), parcel("drill", realm="drill"))
    assert store.claim((), "real", NOW, UNTIL) == []
    assert _ids(store.claim(("sms", "voice"), "real", NOW, UNTIL)) == ["real"]
    assert _ids(store.claim(("sms", "email"), "drill", NOW, UNTIL)) == ["drill"]
    assert _ids(store.claim(("sms", "email"), "real", NOW, UNTIL)) == ["mail"]


def test_a_parcel_is_claimed_from_its_moment_until_it_expires(store: Store) -> None:
    post(store, parcel("p1"), parcel("p2", not_before=0, expires=100))
    assert _ids(_claim(store, 99)) == ["p2"]
    assert _claim(store, 900, 960) == []
    assert _ids(_claim(store, 899, 960)) == ["p1"]


def test_a_retry_waits_for_its_moment(store: Store) -> None:
    post(store, parcel("p1"))
    [first] = _claim(store, until=800)
    settle(store, Settled("p1", first.lease_epoch, "pending", 300))
    assert _claim(store, 299) == []
    assert _claim(store, 300, 400) == [Claimed(parcel("p1", not_before=300), 2, 2, 400, repeat=False)]


def test_a_claim_that_ran_out_is_handed_on_as_a_repeat_and_stays_one(store: Store) -> None:
    post(store, parcel("p1"))
    _claim(store)
    assert _claim(store, UNTIL) == []
    assert _claim(store, UNTIL + 1, 300) == [Claimed(parcel("p1"), 2, 2, 300, repeat=True)]
    settle(store, Settled("p1", 2, "pending", 310))
    assert [each.repeat for each in _claim(store, 310, 400)] == [True]


def test_whoever_comes_late_changes_nothing(opened: Callable[[], Store]) -> None:
    slow, quick, stream = opened(), opened(), new_stream()
    slow.append(command(stream, summary=summary(stream), timers=(("page", 5),), outbox=(parcel("p1", stream),)))
    [late] = _claim(slow)
    [mine] = _claim(quick, UNTIL + 1, 400)
    before = slow.head(), slow.summaries(), slow.timers(10), slow.outbox()
    written = command(
        stream,
        1,
        summary=summary(stream, "wrong"),
        timers=(),
        blobs=(("d1", b"wrong"),),
        outbox=(parcel("p2", stream),),
        settled=(Settled("p1", late.lease_epoch, "sent"),),
    )
    with pytest.raises(Fenced):
        slow.append(written)
    assert (slow.head(), slow.summaries(), slow.timers(10), slow.outbox()) == before
    assert slow.blob("d1") is None
    assert slow.sent("sms", "+44 1", 0) == []
    settle(quick, Settled("p1", mine.lease_epoch, "sent"))
    assert len(verified(quick)) == 2


def test_one_late_parcel_holds_back_all_that_is_settled_with_it(store: Store) -> None:
    post(store, parcel("p1"), parcel("p2"))
    _claim(store)
    with pytest.raises(Fenced):
        settle(store, Settled("p1", 1, "sent"), Settled("p2", 7, "sent"))
    assert _states(store) == {"p1": "leased", "p2": "leased"}


def test_a_late_word_counts_where_nobody_took_over(store: Store) -> None:
    post(store, parcel("p1"))
    [mine] = _claim(store, until=NOW + 1)
    settle(store, Settled("p1", mine.lease_epoch, "failed"))
    assert _states(store) == {"p1": "failed"}
    assert _claim(store, 500) == []


def test_a_parcel_is_settled_once(store: Store) -> None:
    post(store, parcel("p1"))
    [mine] = _claim(store)
    settle(store, Settled("p1", mine.lease_epoch, "sent"))
    for state in ("sent", "pending"):
        with pytest.raises(Fenced):
            settle(store, Settled("p1", mine.lease_epoch, state))
    with pytest.raises(Fenced):
        settle(store, Settled("nobody knows", 1, "sent"))
    assert _states(store) == {"p1": "sent"}


def test_without_events_only_what_lies_beside_the_log_is_written(store: Store) -> None:
    post(store, parcel("p1"))
    [mine] = _claim(store)
    head = store.head()
    silent = command("org", 1, [], settled=(Settled("p1", mine.lease_epoch, "pending", 300),))
    assert store.append(silent).rows == ()
    store.append(silent)  # as after an answer that was lost
    assert store.head() == head
    assert store.outbox() == [(parcel("p1", not_before=300), "pending", 1)]
    with pytest.raises(Fenced):
        store.append(command("org", 1, [], settled=(Settled("p1", mine.lease_epoch, "sent"),)))


def test_a_late_word_under_the_lock_leaves_the_other_commands(store: Store) -> None:
    post(store, parcel("p1"))
    with store.exclusive() as held:
        held.append(command("org", 1, [draft("one")]))
        with pytest.raises(Fenced):
            held.append(command("org", 2, [draft("late")], settled=(Settled("p1", 1, "sent"),)))
        held.append(command("org", 2, [draft("two")], outbox=(parcel("p2"),)))
    assert [row.body for row in verified(store)][1:] == [b"one", b"two"]
    assert _states(store) == {"p1": "pending", "p2": "pending"}


def test_what_waits_is_dropped_without_a_claim_and_what_does_not_is_skipped(store: Store) -> None:
    post(store, parcel("waits"), parcel("held"), parcel("gone"))
    store.claim(SMS, "real", NOW, 1 << 61)
    settle(store, Settled("waits", 1, "pending", 300), Settled("gone", 1, "sent"))
    drops = [Settled(id, 0, "dropped") for id in ("waits", "held", "gone", "nobody knows")]
    settle(store, *drops)
    assert _states(store) == {"waits": "dropped", "held": "leased", "gone": "sent"}
    settle(store, Settled("held", 1, "sent"))
    assert _claim(store, 500) == []


def test_a_claim_that_ran_out_is_not_dropped_before_its_parcel_expires(store: Store) -> None:
    now = store.now()
    post(store, parcel("p1", expires=now + (1 << 50)))
    _claim(store)
    settle(store, Settled("p1", 0, "dropped"))
    assert _states(store) == {"p1": "leased"}, "its engine may yet tell what became of it, and so may the next"


def test_what_nobody_could_send_in_time_is_overdue(store: Store) -> None:
    post(store, parcel("held"), parcel("lapsed"))
    _claim(store, until=2_000)
    settle(store, Settled("lapsed", 1, "pending", 100))
    store.claim(SMS, "real", NOW, UNTIL)
    post(store, parcel("waits", expires=800), parcel("later", expires=1_000), parcel("drill", realm="drill"))
    assert store.overdue(799) == []
    assert [each.id for each in store.overdue(900)] == ["waits", "drill", "lapsed"]
    assert [each.id for each in store.overdue(900, 1)] == ["waits"]
    settle(store, *(Settled(each.id, 0, "failed") for each in store.overdue(900)))
    assert store.overdue(900) == []
    assert _states(store) == {
        "held": "leased", "lapsed": "failed", "waits": "failed", "later": "pending", "drill": "failed"
    }  # fmt: skip
    with pytest.raises(Fenced):
        settle(store, Settled("lapsed", 2, "sent"))


def test_parcels_are_listed_by_stream_and_state(store: Store) -> None:
    one, two = new_stream(), new_stream()
    post(store, parcel("p1", one), parcel("p2", two, not_before=150), parcel("p3", one, not_before=300))
    _claim(store)
    assert [each.id for each, _, _ in store.outbox()] == ["p1", "p2", "p3"]
    assert [each.id for each, _, _ in store.outbox(one)] == ["p1", "p3"]
    assert store.outbox(one, ("pending", "failed")) == [(parcel("p3", one, not_before=300), "pending", 0)]
    assert [each.id for each, _, _ in store.outbox(states=("leased",))] == ["p1", "p2"]


def test_what_was_handed_to_an_address_is_counted(opened: Callable[[], Store]) -> None:
    store, others = opened(), [parcel("drill", realm="drill"), parcel("mail", channel="email"), parcel("her", to="+2")]
    post(store, parcel("p1"), parcel("p2"), parcel("failed"), *others)
    store.claim(("sms", "email"), "real", NOW, UNTIL)
    store.claim(SMS, "drill", NOW, UNTIL)
    first = store.append(command("org", 1, settled=(Settled("p1", 1, "sent"), Settled("failed", 1, "failed"))))
    second = store.append(command("org", 2, settled=(Settled("p2", 1, "sent"),)))
    settle(store, *(Settled(each.id, 1, "sent") for each in others))
    at = [first.rows[0].appended, second.rows[0].appended]
    assert opened().sent("sms", "+44 1", 0) == at
    assert store.sent("sms", "+44 1", at[1]) == [moment for moment in at if moment >= at[1]]
    assert store.sent("sms", "+44 1", at[1] + 1) == []
    assert len(store.sent("sms", "+44 1", 0, "drill")) == 1


@pytest.mark.parametrize("field", ["id", "stream", "channel", "to"])
def test_an_address_that_cannot_be_kept_is_refused(store: Store, field: str) -> None:
    with pytest.raises(Invalid, match="cannot be kept"):
        post(store, replace(parcel("p1"), **{field: "\0"}))
    assert store.outbox() == []


def test_an_engine_with_nothing_to_do_waits_for_no_writer(url: str) -> None:
    with closing(open_url(url)) as busy, closing(open_url(url)) as idle:
        post(busy, parcel("later", not_before=900, expires=1_000))
        with busy.exclusive() as held:
            assert _claim(idle) == []
            held.append(command("org", 1))
        assert len(verified(idle)) == 2
