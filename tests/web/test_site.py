"""What the site answers besides links: health, and nothing; and how it treats data and whoever would fill it up."""

import re
import select
import socket

import pytest

from tests.web.site import Site
from warroom.domain.errors import Invalid, Refused
from warroom.room.engines import CHANNEL, LATE, LEAD, TTL
from warroom.web import protocol
from warroom.web.server import LARGEST_HEAD, listen

HOSTILE = "<script>alert(1)</script> \x1b[2J\u202e \"' & <img src=x onerror=y>"


@pytest.mark.parametrize("title", [HOSTILE, "</h1><!--", "{button}%s", "x" * 200])
def test_what_people_wrote_is_data(plain: Site, title: str) -> None:
    incident = plain.paged(title=title)
    link = plain.link(incident)
    for answer in (plain.web.get(link), plain.web.post(link)):
        assert answer.status_code == 200
        tags = re.findall(r"<[^>]*>", answer.text)
        assert not [tag for tag in tags if tag.startswith(("<script", "<img", "<!--"))]
        assert answer.text.count("</h1>") == 1
        assert not set("\x1b\u202e") & set(answer.text)


def test_a_hostile_title_can_still_be_read(plain: Site) -> None:
    text = plain.web.get(plain.link(plain.paged(title=HOSTILE))).text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; ␛[2J� &quot;&#x27; &amp; &lt;img src=x onerror=y&gt;" in text


@pytest.mark.parametrize("path", ["/health", "/ack/x", "/ack/", "/", "/ack/a/b", "/docs"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer_runs_keeps_and_tells_nothing(plain: Site, path: str, method: str) -> None:
    headers = plain.web.request(method, path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; ")
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
    assert "Set-Cookie" not in headers


def test_nothing_else_is_there(plain: Site) -> None:
    assert {plain.web.get(path).status_code for path in ("/", "/ack", "/ack/a/b", "/favicon.ico", "/docs")} == {404}
    assert {plain.web.request(method, "/health").status_code for method in ("POST", "PUT", "DELETE")} == {405}


def test_health_asks_whether_an_engine_leads(site: Site) -> None:
    site.paged()
    assert site.web.get("/health").status_code == 503
    now = site.store.now()
    site.store.lease(f"{CHANNEL}push", "e", now, now + TTL)
    assert site.web.get("/health").status_code == 503
    site.store.lease(LEAD, "e", now, now + TTL)
    answer = site.web.get("/health")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    site.store.release(LEAD, "e")
    answer = site.web.get("/health")
    assert (answer.status_code, answer.text) == (503, "not ok\n")


def test_health_asks_whether_something_is_overdue(plain: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    incident = plain.paged()
    now = plain.store.now() + LATE + 5 * 60_000_000 + 1
    monkeypatch.setattr(plain.store, "now", lambda: now)
    plain.store.lease(LEAD, "e", now, now + TTL)
    assert plain.web.get("/health").status_code == 503
    plain.fire(incident)
    assert plain.web.get("/health").status_code == 200


def test_what_breaks_is_told_here_and_not_there(plain: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    link = plain.link(plain.paged())

    def broken(name: str) -> None:
        raise RuntimeError("a secret place")

    monkeypatch.setattr(plain.store, "stream", broken)
    answer = plain.web.get(link)
    assert (answer.status_code, "a secret place" in answer.text) == (500, False)
    assert plain.said == ["A request failed: RuntimeError."]


def test_a_body_is_never_read(plain: Site) -> None:
    link = plain.link(plain.paged())
    for body in (b"button=no&person=bo", b"x" * 1_000_000):
        with socket.create_connection(("127.0.0.1", int(plain.base.rpartition(":")[2]))) as raw:
            raw.sendall(f"POST {link} HTTP/1.1\r\nHost: x\r\nContent-Length: {10**12}\r\n\r\n".encode() + body[:1000])
            assert re.match(rb"HTTP/1.1 (200|409) ", raw.recv(100))


def test_a_head_without_end_is_cut_off(plain: Site) -> None:
    with socket.create_connection(("127.0.0.1", int(plain.base.rpartition(":")[2]))) as raw:
        raw.settimeout(30)
        raw.sendall(b"GET /health HTTP/1.1\r\nX: " + b"x" * (LARGEST_HEAD + 1000))
        assert raw.recv(100).startswith(b"HTTP/1.1 4")
    assert plain.web.get("/health").status_code == 503


@pytest.mark.parametrize("sent", [b"", b"GET /hea", b"GET /health HTTP/1.1\r\nHost: x\r\nX: "])
def test_whoever_keeps_a_connection_waiting_loses_it(plain: Site, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(protocol, "HEAD", 0.3)
    with socket.create_connection(("127.0.0.1", int(plain.base.rpartition(":")[2]))) as raw:
        raw.settimeout(60)
        raw.sendall(sent)
        assert drip(raw) in (b"", b"reset")
    assert plain.web.get("/health").status_code == 503


def drip(raw: socket.socket) -> bytes:
    """Send a byte now and then, until there is an answer or an end."""
    while True:
        try:
            if select.select([raw], [], [], 0.05)[0]:
                return raw.recv(100)
            raw.sendall(b"x")
        except ConnectionError:
            return b"reset"


def test_a_connection_carries_one_request(plain: Site) -> None:
    assert plain.web.get("/health").headers["Connection"] == "close"
    with socket.create_connection(("127.0.0.1", int(plain.base.rpartition(":")[2]))) as raw:
        raw.settimeout(60)
        raw.sendall(b"GET /health HTTP/1.1\r\nHost: x\r\n\r\n" * 3)
        answer = b"".join(iter(lambda: raw.recv(4096), b""))
    assert answer.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    "bind", ["", "8008", ":8008", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000", "[]:1"]
)
def test_what_is_no_place_to_listen_is_refused(bind: str) -> None:
    with pytest.raises(Invalid, match="is no HOST:PORT"):
        listen(bind)


def test_a_place_that_is_taken_is_refused_in_words() -> None:
    first, host = listen("127.0.0.1:0")
    with first, pytest.raises(Refused, match=r"Nothing can listen on 127\.0\.0\.1:\d+: Address already in use\."):
        listen(f"{host}:{first.getsockname()[1]}")
    with pytest.raises(Refused, match=r"Nothing can listen on no\.such\.invalid:1: "):
        listen("no.such.invalid:1")
