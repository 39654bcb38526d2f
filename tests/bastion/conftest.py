"""An account's own database with people who have keys."""

from pathlib import Path

import pytest

from tests.bastion.account import Account


@pytest.fixture
def account(tmp_path: Path) -> Account:
    """Ana and bo with a key each, one open incident, and what a stranger would like to read or run."""
    return Account.begin(tmp_path / "account")
