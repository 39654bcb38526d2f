"""Measuring the server on which a log lies, without opening it as a log: nothing is brought up to date."""

import ipaddress
from contextlib import closing
from typing import Any

import psycopg

from warroom.domain.checkup_security import Link
from warroom.domain.checkup_store import Server
from warroom.store.migrate import VERSION
from warroom.store.postgres_link import Address

_ROLE = "SELECT current_user, current_setting('is_superuser') = 'on', to_regclass('warroom.head') IS NOT NULL"
_VERSION = "SELECT version FROM warroom.head"


def measure(url: str) -> tuple[Server, Link]:
    """A server, and how it is reached. Unavailable or Invalid with a sentence."""
    address = Address(url)
    try:
        with closing(address.connect()) as db:
            return _server(db, address.shown), _link(db)
    except psycopg.Error as error:
        raise address.sentence(error) from None


def _server(db: psycopg.Connection[Any], place: str) -> Server:
    role, superuser, there = db.execute(_ROLE).fetchall()[0]
    version = db.execute(_VERSION).fetchall()[0][0] if there else 0
    return Server(place, db.info.server_version // 10_000, role, superuser, version, VERSION)


def _link(db: psycopg.Connection[Any]) -> Link:
    mode = db.info.get_parameters().get("sslmode", "prefer")
    return Link(_near(db.info.host), bool(db.pgconn.ssl_in_use), mode)


def _near(host: str) -> bool:
    """Whether a host is this machine, or a socket on it."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
