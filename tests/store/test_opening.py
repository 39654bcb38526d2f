"""Opening a database: an empty one is made, one that is there is kept, and one that does not fit is left alone."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from tests.store.support import command, new_stream, open_url, run_sql, verified
from warroom.domain.errors import Refused
from warroom.store import migrate


def test_a_database_is_made_once_and_kept(url: str) -> None:
    with closing(open_url(url)) as store:
        head = store.head()
        store.append(command(new_stream()))
    with closing(open_url(url)) as store:
        assert store.head().log_id == head.log_id
        assert store.head().pos == 1


def test_two_databases_are_two_logs(url: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    other = str(tmp_path_factory.mktemp("other") / "warroom.db")
    with closing(open_url(url)) as one, closing(open_url(other)) as two:
        assert one.head().log_id != two.head().log_id


def test_terminals_that_open_an_empty_database_at_once_make_one_log(url: str) -> None:
    with ThreadPoolExecutor(6) as pool:
        stores = list(pool.map(open_url, [url] * 6))
    assert len({store.head().log_id for store in stores}) == 1
    for store in stores:
        store.append(command(new_stream()))
    assert len(verified(stores[0])) == 6
    for store in stores:
        store.close()


def test_the_address_leads_another_terminal_to_the_same_log(url: str) -> None:
    with closing(open_url(url)) as store, closing(open_url(store.url)) as other:
        assert other.head() == store.head()
        assert store.place


def test_a_schema_from_a_newer_program_is_refused(url: str) -> None:
    open_url(url).close()
    newer = migrate.VERSION + 1
    if "://" in url:
        run_sql(url, f"UPDATE head SET version = {newer}")
    else:
        run_sql(url, f"PRAGMA user_version = {newer}")
    with pytest.raises(Refused, match="newer warroom") as refused:
        open_url(url)
    assert refused.value.code == "newer"


def test_a_database_of_another_program_is_left_alone(url: str) -> None:
    made = "CREATE SCHEMA warroom" if "://" in url else "CREATE TABLE recipes (name TEXT)"
    run_sql(url, made)
    with pytest.raises(Refused, match="another program"):
        open_url(url)
    if "://" not in url:
        assert run_sql(url, "SELECT name FROM sqlite_master") == [("recipes",)]


def test_a_closed_store_says_so(url: str) -> None:
    store = open_url(url)
    store.close()
    store.close()
    store.wake()
    store.ring()
    assert not store.wait(0)
    with pytest.raises(Refused, match="closed"):
        store.head()
    with pytest.raises(Refused, match="closed"):
        store.append(command(new_stream()))


@pytest.mark.postgres
def test_a_server_whose_record_of_the_end_is_gone_is_told(emptied: str) -> None:
    open_url(emptied).close()
    run_sql(emptied, "DELETE FROM head")
    with pytest.raises(Refused, match="no record of where its log ends"):
        open_url(emptied)
