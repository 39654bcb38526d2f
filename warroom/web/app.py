"""What `warroom serve` answers: acknowledge links, and whether all is well. Nothing else is there.

Chat programs and mail scanners open every link that they see, so only a POST, which takes a press of the button,
acknowledges.
"""

from collections.abc import Callable
from http import HTTPStatus

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from warroom.domain.effects import realm
from warroom.domain.errors import Refused, Unavailable
from warroom.domain.escalation import Page
from warroom.domain.incident import Incident
from warroom.room import answering
from warroom.room.answering import Pass, Seen
from warroom.room.engines import engines
from warroom.room.room import Outcome
from warroom.store.contract import Store
from warroom.web import html, tokens

_STATUS = {"forbidden": 403, "unknown": 403, "expired": 410, "unavailable": 503}
_CONFLICT = 409
_TEST = "This is a test of the ladder. Nothing is wrong."
_DRILL = "This is a drill. Nothing is wrong."


class Site:
    """The answers, over one store. Each is given in a thread of its own; the store is safe to use from several."""

    def __init__(self, store: Store, key: bytes, report: Callable[[str], None]) -> None:
        """`key`: what signs the links; `report`: where a sentence goes about what failed."""
        self._store = store
        self._key = key
        self._report = report

    def show(self, request: Request) -> Response:
        """GET: what the link is about, with the button. Nothing is acknowledged."""
        try:
            given = self._pass(request)
            seen = answering.look(self._store, given)
        except Refused as refused:
            return _refusal(refused)
        if seen.refused or seen.page is None:
            return _refusal(seen.refused or Refused("This link belongs to no page.", code="forbidden"))
        return _answer(200, seen.incident.name, _about(seen, seen.page), f"Acknowledge as {given.person}")

    def acknowledge(self, request: Request) -> Response:
        """POST: acknowledge as the person of the link."""
        try:
            given = self._pass(request)
            outcome = answering.follow(self._store, given)
        except Refused as refused:
            return _refusal(refused)
        if outcome.repeated:
            return _refusal(Refused(_used(given, outcome), hint="A link works once.", code="already"))
        return _answer(200, *_thanks(given, outcome.incident))

    def health(self, request: Request) -> Response:
        """Whether an engine leads and nothing is overdue: 200 or 503, and not a word more."""
        try:
            found = engines(self._store)
        except Unavailable:
            return _plain(503)
        return _plain(200 if found.leads and not found.overdue else 503)

    def failed(self, request: Request, error: Exception) -> Response:
        """What broke is told to whoever runs the host, not to whoever asked."""
        self._report(f"A request failed: {type(error).__name__}.")
        return _answer(500, "Something went wrong.", ("Acknowledge in a terminal: warroom ack",))

    def _pass(self, request: Request) -> Pass:
        return tokens.read(self._key, request.path_params["token"], self._store.now() // 1_000_000)


def application(store: Store, key: bytes, report: Callable[[str], None]) -> Starlette:
    """The site as what a web server runs (ASGI)."""
    site = Site(store, key, report)
    return Starlette(
        routes=[
            Route("/ack/{token}", site.show, methods=["GET"]),
            Route("/ack/{token}", site.acknowledge, methods=["POST"]),
            Route("/health", site.health, methods=["GET"]),
        ],
        exception_handlers={HTTPException: _unanswered, Exception: site.failed},
    )


def _about(seen: Seen, page: Page) -> list[str]:
    """What somebody reads before the button."""
    incident = seen.incident
    ladder = incident.escalation.ladder
    rung = f"Rung {page.rung} of {len(ladder.rungs)}" if page.rung and ladder else "Paged by hand"
    return [
        _exercise(incident),
        f"{incident.severity.now.name}: {incident.title}",
        f"{rung}; {page.order.person} was paged at {page.at:%H:%M} UTC.",
        "" if incident.escalation.walk else "Whoever acknowledges stops the ladder.",
    ]


def _exercise(incident: Incident) -> str:
    if incident.escalation.walk:
        return _TEST
    return _DRILL if realm(incident) == "drill" else ""


def _thanks(given: Pass, incident: Incident) -> tuple[str, list[str]]:
    if incident.escalation.walk:
        return f"Thank you, {given.person}.", ["The test page has reached you. There is nothing more to do."]
    return f"{incident.name} is acknowledged by {given.person}.", [
        _exercise(incident),
        f"{incident.severity.now.name}: {incident.title}",
        f"Join: warroom join {incident.name}",
    ]


def _used(given: Pass, outcome: Outcome) -> str:
    when = f" at {outcome.facts[0].happened:%H:%M} UTC" if outcome.facts else ""
    return f"Already acknowledged by {given.person}{when}."


def _refusal(refused: Refused) -> Response:
    return _answer(_STATUS.get(refused.code, _CONFLICT), refused.message, (refused.hint,))


def _answer(status: int, heading: str, lines: "list[str] | tuple[str, ...]" = (), button: str = "") -> Response:
    return HTMLResponse(html.page(heading, lines, button), status, html.HEADERS)


def _plain(status: int) -> Response:
    return PlainTextResponse("ok\n" if status == HTTPStatus.OK else "not ok\n", status, html.HEADERS)


def _unanswered(request: Request, error: Exception) -> Response:
    """An address or a method that is not there."""
    assert isinstance(error, HTTPException)
    shown = HTTPStatus(error.status_code).phrase
    return HTMLResponse(html.page(shown), error.status_code, {**(error.headers or {}), **html.HEADERS})
