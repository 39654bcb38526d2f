"""A house for each test that asks for one, as for the room: in memory, and in an SQLite file."""

from tests.room.conftest import house as house
