"""The migrations make exactly the tables that `tables` describes, in a file and on a server."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, UniqueConstraint, create_engine, inspect
from sqlalchemy.types import Integer, LargeBinary, TypeEngine
from sqlmodel import SQLModel

from tests.store.support import open_url
from warroom.store import tables

ONLY_ON_POSTGRES = {"presence", "lease", "granted"}
"SQLite keeps the first two in a file of its own, and knows no roles."


@pytest.fixture
def live(url: str) -> Iterator[Engine]:
    """A database that the migrations have made."""
    open_url(url).close()
    address = url.replace("postgresql://", "postgresql+psycopg://") if "://" in url else f"sqlite:///{url}"
    arguments = {"options": "-c search_path=warroom"} if "://" in url else {}
    engine = create_engine(address, connect_args=arguments)
    yield engine
    engine.dispose()


def test_every_table_is_described(live: Engine) -> None:
    described = set(SQLModel.metadata.tables)
    assert tables.HeadTable.__tablename__ in described
    assert set(inspect(live).get_table_names()) - ONLY_ON_POSTGRES == described


def test_columns_keys_and_indexes_agree(live: Engine) -> None:
    found, described, made = inspect(live), {}, {}
    for name, table in SQLModel.metadata.tables.items():
        described[name] = {
            "columns": {column.name: (_kind(column.type), bool(column.nullable)) for column in table.columns},
            "key": [column.name for column in table.primary_key],
            "unique": sorted(
                [column.name for column in each.columns]
                for each in table.constraints
                if isinstance(each, UniqueConstraint)
            ),
            "indexes": {str(each.name): [column.name for column in each.columns] for each in table.indexes},
        }
        made[name] = {
            "columns": {each["name"]: (_kind(each["type"]), each["nullable"]) for each in found.get_columns(name)},
            "key": found.get_pk_constraint(name)["constrained_columns"],
            "unique": sorted(each["column_names"] for each in found.get_unique_constraints(name)),
            "indexes": {each["name"]: each["column_names"] for each in found.get_indexes(name) if not each["unique"]},
        }
    assert made == described


def _kind(kind: TypeEngine[object]) -> str:
    if isinstance(kind, Integer):
        return "integer"
    return "bytes" if isinstance(kind, LargeBinary) else "text"
