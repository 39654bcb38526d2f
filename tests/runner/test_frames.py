"""What the supervisor sends arrives as it was, in whatever pieces; and it keeps the two ends of any output."""

import os

from hypothesis import given
from hypothesis import strategies as st

from warroom.runner.frames import HEAD, TAIL, Outbox, Tape, frames

SENT = st.lists(st.tuples(st.sampled_from([b"o", b"l", b"t", b"r"]), st.binary(max_size=300)), max_size=8)


@given(sent=SENT, size=st.integers(1, 400))
def test_frames_arrive_as_they_were_sent_in_whatever_pieces(sent: list[tuple[bytes, bytes]], size: int) -> None:
    ears, mouth = os.pipe()
    try:
        outbox = Outbox(mouth)
        for kind, payload in sent:
            outbox.add(kind, payload)
        os.set_blocking(ears, False)
        wire = os.read(ears, 1 << 20) if sent else b""
    finally:
        os.close(ears)
        os.close(mouth)
    buffer, got = bytearray(), list[tuple[bytes, bytes]]()
    for at in range(0, len(wire), size):
        buffer += wire[at : at + size]
        got += frames(buffer)
    assert got == sent
    assert not buffer


@given(sizes=st.lists(st.integers(0, 3 * TAIL), max_size=12))
def test_a_tape_keeps_the_two_ends_and_knows_what_is_missing(sizes: list[int]) -> None:
    tape, whole, head = Tape(), b"", b""
    for number, size in enumerate(sizes):
        piece = bytes([number]) * size
        whole += piece
        head += tape.feed(piece)
    tail, cut = tape.end()
    assert head == whole[:HEAD]
    assert whole[HEAD:].endswith(tail)
    assert len(tail) == min(TAIL, max(0, len(whole) - HEAD))
    assert len(head) + cut + len(tail) == len(whole)


def test_nobody_waits_for_a_reader_that_does_not_read() -> None:
    ears, mouth = os.pipe()
    outbox = Outbox(mouth)
    outbox.add(b"o", bytes(1 << 20))
    assert outbox.pending
    os.close(ears)
    outbox.add(b"o", b"more")
    os.close(mouth)
    assert outbox.broken
    assert not outbox.pending
