"""A token says what was signed, or nothing."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.web.site import KEY
from warroom.domain.errors import Refused
from warroom.room.answering import Pass
from warroom.web.tokens import LONGEST, read, sign

PASS = Pass("6f1d9a52-0c1e-4f5e-9d35-3c4b8a7f0e11", "0c9a6b1e-52f2-5b0e-8a53-7a1f0f4b9d22", "ana", 1_800_000_000)
PASSES = st.builds(
    Pass,
    st.uuids().map(str),
    st.uuids().map(str),
    st.text(st.characters(codec="utf-8"), max_size=30),
    st.integers(1, 2**40),
)


def refusal(token: str, now: int = 0, key: bytes = KEY) -> str:
    with pytest.raises(Refused) as refused:
        read(key, token, now)
    return refused.value.code


@given(PASSES)
def test_what_was_signed_is_read(signed: Pass) -> None:
    token = sign(KEY, signed)
    assert read(KEY, token, signed.expires - 1) == signed
    assert re.fullmatch(r"[A-Za-z0-9_-]+", token)
    assert len(token) < LONGEST


@given(PASSES)
def test_at_its_end_it_has_expired(signed: Pass) -> None:
    token = sign(KEY, signed)
    assert refusal(token, signed.expires) == refusal(token, 2**41) == "expired"


@given(st.data())
def test_whoever_changes_a_letter_has_nothing(data: st.DataObject) -> None:
    token = sign(KEY, PASS)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/ é"))
    changed = token[:place] + letter + token[place + 1 :]
    assert changed == token or refusal(changed) == "forbidden"


@given(st.text(max_size=400))
def test_any_text_is_no_token(text: str) -> None:
    assert refusal(text) == "forbidden"


def test_a_part_or_more_is_no_token() -> None:
    token = sign(KEY, PASS)
    assert {refusal(token[:size]) for size in range(len(token))} == {"forbidden"}
    assert refusal(token + "A") == refusal(token + token) == "forbidden"


def test_another_key_signs_another_token() -> None:
    assert refusal(sign(b"another key, long enough as well", PASS)) == "forbidden"


def test_a_name_that_is_too_long_gets_no_token() -> None:
    assert sign(KEY, Pass(PASS.incident, PASS.page, "n" * 200, PASS.expires)) == ""
    assert refusal("") == "forbidden"
