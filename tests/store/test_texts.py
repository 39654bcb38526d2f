"""Texts that people and machines wrote: kept as they are, or refused with a sentence; never a crash."""

import pytest
from msgspec.structs import replace

from tests.store.support import command, draft, new_stream, summary, verified
from warroom.domain.errors import Invalid
from warroom.store.contract import Append, Store

ODD = [
    "naïve",
    "日本語 🚨",
    "e\u0301 and \u202eright to left",
    "\x1b]0;title\x07",
    "'; DROP TABLE event; --",
    "%s {0} \\",
    "a\nb\tc\r",
    "\u2028\ufeff\uffff",
]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_come_back_as_they_were(store: Store, text: str) -> None:
    stream, digest = new_stream(), f"digest {text}"
    beside = command(stream, summary=summary(stream, text), timers=((text, 5),), blobs=((digest, b"x"),))
    store.append(replace(beside, actor=text, drafts=(draft(text),)))
    (row,) = verified(store)
    assert (row.actor, row.body) == (text, text.encode())
    assert [each.title for each in store.summaries()] == [text]
    assert store.timers(5) == [(stream, text, 5)]
    assert store.blob(digest) == b"x"


def _with(text: str) -> list[Append]:
    """A command with the text in each place where a text can stand."""
    stream = new_stream()
    plain = command(stream)
    return [
        replace(plain, command_id=text),
        replace(plain, stream=text),
        replace(plain, actor=text),
        replace(plain, via=text),
        replace(plain, drafts=(replace(draft(), event_id=text),)),
        replace(plain, drafts=(replace(draft(), name=text),)),
        replace(plain, summary=summary(stream, text)),
        replace(plain, timers=((text, 5),)),
        replace(plain, blobs=((text, b"x"),)),
    ]


@pytest.mark.parametrize("text", ["a\0b", "half \ud83d", "\udcff"])
def test_texts_that_not_every_store_can_keep_are_refused_alike(store: Store, text: str) -> None:
    for append in _with(text):
        with pytest.raises(Invalid, match="cannot be kept"):
            store.append(append)
        with store.exclusive() as held, pytest.raises(Invalid, match="cannot be kept"):
            held.append(append)
    assert store.head().pos == 0
    assert (store.summaries(), store.timers(5)) == ([], [])
