"""An address is shown without its passwords, also where it was written wrongly."""

import pytest

from warroom.store.address import without_secrets


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://u:p@ss@h/x", "postgresql://u@h/x"),
        ("postgresql://u:p@ss@h?sslmode=require", "postgresql://u@h?sslmode=require"),
        ("postgresql://u:p?ss@h/x", "postgresql://u@h/x"),
        ("postgresql://u:p/ss@h/x", "postgresql://u@h/x"),
        ("postgresql://u:p:ss@h:5432/x", "postgresql://u@h:5432/x"),
        ("postgresql+psycopg://u:pass@h/x", "postgresql+psycopg://u@h/x"),
        ("postgresql://h/x?PASSWORD=pass&user=u@corp", "postgresql://h/x?user=u@corp"),
    ],
)
def test_a_password_is_left_out_whatever_it_holds(url: str, shown: str) -> None:
    assert without_secrets(url) == shown


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u@h1:5432,h2/x?user=u@corp",
        "postgresql://h:5432/x?user=u@corp",
        "postgresql://[::1]:5432/x?user=u@corp",
        "postgresql:///x?host=@abstract",
        "sqlite:///srv/a:b@c.db",
        "/srv/a:b@c.db?",
        "warroom.db",
    ],
)
def test_what_holds_no_password_stays_as_it_is(url: str) -> None:
    assert without_secrets(url) == url
