"""A site on loopback over one database, with an incident whose first rung has paged ana."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event
from typing import Any

import httpx

from tests.support.builders import ORG, reachable
from warroom.domain import paging
from warroom.domain.incident import Incident
from warroom.domain.org import Playbook
from warroom.room.answering import Pass
from warroom.room.room import Actor, Room
from warroom.store.contract import Store
from warroom.web import links, tokens
from warroom.web.app import application
from warroom.web.server import WebServer, listen

KEY = b"a key that is long enough for a test"
PLAYBOOK: Playbook = reachable(ORG).playbook
DAY = 24 * 3600


class Site:
    """The site at `base`, and everything around it that people do."""

    def __init__(self, store: Store, base: str) -> None:
        self.store = store
        self.base = base
        self.said: list[str] = []
        self.web = httpx.Client(base_url=base, trust_env=False, timeout=30)

    def room(self, person: str = "ana") -> Room:
        """Somebody's own terminal."""
        return Room(self.store, Actor(person))

    def paged(self, **given: Any) -> str:
        """The UUID of a new incident whose first rung has fired."""
        self.room().publish(PLAYBOOK)
        declared = {"title": "card payments fail", "severity": "1", **given}
        incident = self.room().do("declare", **declared).incident.id
        self.fire(incident)
        return incident

    def fire(self, incident: str) -> None:
        """The engine fires the rung that is due."""
        state = self.incident(incident).escalation
        engine = Room(self.store, Actor("engine", "engine"))
        engine.do("ladder.fire", incident, command_id=paging.firing_id(state))

    def incident(self, incident: str) -> Incident:
        """The incident as it is in the log now."""
        found = self.room().feed(incident).refresh().incident
        assert found is not None
        return found

    def page(self, incident: str, person: str = "ana") -> str:
        """The id of the last page to somebody."""
        pages = self.incident(incident).escalation.pages
        return [page.order.id for page in pages if page.order.person == person][-1]

    def seconds(self) -> int:
        """The database's time."""
        return self.store.now() // 1_000_000

    def token(self, incident: str, person: str = "ana", lives: int = DAY, key: bytes = KEY, page: str = "") -> str:
        """A token for the page of that person."""
        given = Pass(incident, page or self.page(incident, person), person, self.seconds() + lives)
        return tokens.sign(key, given)

    def link(self, incident: str, person: str = "ana") -> str:
        """The link as the engine writes it into the page of that person, as a path."""
        made = links.maker(self.base, KEY, self.store.now)(incident, self.page(incident, person), person)
        assert made.startswith(f"{self.base}/ack/")
        return made.removeprefix(self.base)

    def head(self, incident: str) -> int:
        """How many events the incident has."""
        return self.incident(incident).seq


@contextmanager
def serving(store: Store) -> Iterator[Site]:
    """A real web server on loopback, stopped afterwards."""
    listening, _ = listen("127.0.0.1:0")
    over = Event()
    with listening:
        site = Site(store, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server = WebServer(application(store, KEY, site.said.append), listening, over.set)
        server.start()
        try:
            yield site
        finally:
            site.web.close()
            server.stop()
            assert over.wait(30)
