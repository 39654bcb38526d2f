"""Links in runbooks: found in their texts, and asked whether anything answers.

Private addresses are asked like any other, for operators' links are internal ones. A redirection is followed to http
and https only, and the answer's body is never read.
"""

import queue
import re
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from http.client import HTTPException
from typing import Any
from urllib import request
from urllib.error import HTTPError, URLError
from urllib.parse import urljoin, urlsplit

AT_ONCE = 8
"Links that are asked at the same time."
TIMEOUT = 5.0
"Seconds that a link may take to answer."
_URL = re.compile(r"https?://[^\s<>\"'`|\\^{}\[\]$]+", re.IGNORECASE)
_FILLED_IN = re.compile(r"[<${\[]|\\\(")
"What comes right after a part of an address that is only complete when something is filled in."
_UNREAL = re.compile(r"(?:.*\.)?(?:example|invalid|test)|(?:.*\.)?example\.(?:com|net|org)", re.IGNORECASE)
"Names that are set aside for examples."
_ALIVE = (401, 402, 403, 405, 406, 429)
"Answers by which a server says that there is something, though not for us."
_AGENT = "warroom (runbook lint)"


def links(text: str) -> Iterator[str]:
    """The http and https links of a text; not those with places to fill in, nor those to example.com and the like."""
    for found in _URL.finditer(text):
        if _FILLED_IN.match(text, found.end()):
            continue
        url = _trimmed(found.group())
        host = _host(url)
        if host and not _UNREAL.fullmatch(host):
            yield url


def dead(urls: Iterable[str], timeout: float = TIMEOUT) -> dict[str, str]:
    """What is wrong with those links that are dead; each is asked once.

    Nothing is waited for longer than all of them may take together, whatever the servers do.
    """
    wanted = list(dict.fromkeys(urls))
    todo: queue.SimpleQueue[str] = queue.SimpleQueue()
    told: queue.SimpleQueue[tuple[str, str]] = queue.SimpleQueue()
    for url in wanted:
        todo.put(url)
    for _ in range(min(AT_ONCE, len(wanted))):
        threading.Thread(target=_work, args=(todo, told, timeout), daemon=True).start()
    end = time.monotonic() + timeout * 2 * (1 + len(wanted) / AT_ONCE)
    found: dict[str, str] = {}
    for _ in wanted:
        try:
            url, wrong = told.get(timeout=max(0.0, end - time.monotonic()))
        except queue.Empty:
            break
        found[url] = wrong
    return {url: wrong for url in wanted if (wrong := found.get(url, _late(timeout)))}


def _work(todo: "queue.SimpleQueue[str]", told: "queue.SimpleQueue[tuple[str, str]]", timeout: float) -> None:
    while True:
        try:
            url = todo.get_nowait()
        except queue.Empty:
            return
        told.put((url, ask(url, timeout)))


def ask(url: str, timeout: float = TIMEOUT) -> str:
    """What is wrong with a link, in words; "" where it is alive. Some servers know no HEAD: GET has the last word."""
    return _ask(url, "HEAD", timeout) and _ask(url, "GET", timeout)


def _ask(url: str, method: str, timeout: float) -> str:
    try:
        asked = request.Request(url, method=method, headers={"User-Agent": _AGENT, "Accept": "*/*"})
        with _opener().open(asked, timeout=timeout):
            return ""
    except HTTPError as error:
        error.close()
        return "" if error.code in _ALIVE else _answer(error)
    except (URLError, HTTPException, OSError, ValueError) as error:
        return _reason(error, timeout)


class _Redirects(request.HTTPRedirectHandler):
    """Follows to http and https only."""

    def http_error_302(self, req: request.Request, fp: Any, code: int, msg: str, headers: Any) -> Any:
        target = urljoin(req.full_url, headers.get("location") or "")
        if urlsplit(target).scheme not in ("http", "https"):
            raise URLError(f"redirects to {target[:100]}, which is no web page")
        return super().http_error_302(req, fp, code, msg, headers)

    http_error_301 = http_error_303 = http_error_307 = http_error_308 = http_error_302

    def redirect_request(
        self, req: request.Request, fp: Any, code: int, msg: str, headers: Any, newurl: str
    ) -> request.Request | None:
        made = super().redirect_request(req, fp, code, msg, headers, newurl)
        if made is not None:
            made.method = req.get_method()
        return made


def _opener() -> request.OpenerDirector:
    """Opens http and https, and nothing else: no file, no FTP."""
    opener = request.OpenerDirector()
    for handler in (
        request.ProxyHandler(),
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        _Redirects(),
        request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def _answer(error: HTTPError) -> str:
    """What a server answered. What it calls the answer is its own words, which nobody needs."""
    if 300 <= error.code < 400:
        return "redirects without end"
    return f"answers {error.code}"


def _reason(error: Exception, timeout: float) -> str:
    cause = error.reason if isinstance(error, URLError) else error
    if isinstance(cause, TimeoutError):
        return _late(timeout)
    if isinstance(cause, socket.gaierror):
        return "the host has no address"
    if isinstance(cause, ConnectionRefusedError):
        return "nothing listens there"
    if isinstance(cause, HTTPException):
        return "what answers does not speak HTTP"
    return str(getattr(cause, "verify_message", "") or getattr(cause, "strerror", "") or cause)


def _late(timeout: float) -> str:
    return f"did not answer within {timeout:g} s"


def _trimmed(url: str) -> str:
    """The address without the signs of the sentence around it."""
    while url and (url[-1] in ".,;:!?*_~" or (url[-1] == ")" and url.count(")") > url.count("("))):
        url = url[:-1]
    return url


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
