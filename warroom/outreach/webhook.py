"""`webhook`: one POST of signed JSON to an address that the host keeps.

The secret is JSON, `{"url": …, "key": …}`, or two lines: the URL, and the key that signs. The body is

    {"version": 1, "key", "incident", "to", "subject", "text", "urgency", "link", "marks", "repeat"}

`X-Warroom-Signature` is `sha256=` and the hexadecimal HMAC-SHA256, by the key, over the value of `X-Warroom-Timestamp`
(Unix seconds), a full stop and the raw body. `Idempotency-Key` is the same for every attempt. Redirects are not
followed, proxies and their variables are ignored, and nothing of the answer but its head is read.
"""

import hashlib
import hmac
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import msgspec

from warroom.domain.contacts import wrong_address
from warroom.domain.errors import Refused
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.hands import Hands
from warroom.outreach.quiet import hush
from warroom.outreach.safe import safe
from warroom.outreach.secrets import Secret

if TYPE_CHECKING:
    import httpx

if TYPE_CHECKING:
    pass

LONGEST_WAIT = timedelta(hours=1)
"How long a receiver may put us off at most."
SHORTEST_KEY = 16
"Characters of the key that signs, at least."

_LATER = (408, 425, 429)
_SHAPE = 'The secret must be two lines, the URL and the key, or JSON: {"url": …, "key": …}'


class Door(msgspec.Struct, frozen=True):
    """Where a webhook goes and what signs it."""

    url: str
    key: str

    def __repr__(self) -> str:
        return "***"


class Webhook:
    """A receiver of JSON over HTTPS. `secret` gives the secret, or raises Refused with why it cannot."""

    def __init__(self, secret: Callable[[], Secret]) -> None:
        self._secret = secret
        self._hands = Hands()
        self._trust: ssl.SSLContext | None = None

    def check(self) -> str:
        """Why nothing could be sent, as a sentence; "" where it could."""
        try:
            read(self._secret())
        except Refused as refusal:
            return f"{refusal.message} {refusal.hint}".strip()
        return ""

    def send(self, message: Message, timeout: float) -> Receipt:
        """POST the message within `timeout` seconds."""
        attempt = _Attempt(message, timeout, self._secret, self._trusted)
        return self._hands.within(timeout, attempt.carry_out, attempt.give_up)

    def _trusted(self) -> ssl.SSLContext:
        """The authorities of this machine; reading them takes longer than a whole request."""
        if self._trust is None:
            self._trust = ssl.create_default_context()
        return self._trust


class _Attempt:
    """One POST. Knows whether any of it has left, so that what cannot have arrived is never called unknown."""

    def __init__(
        self,
        message: Message,
        timeout: float,
        secret: Callable[[], Secret],
        trust: Callable[[], ssl.SSLContext],
    ) -> None:
        self._message, self._timeout = message, timeout
        self._secret, self._trust = secret, trust
        self._client: httpx.Client | None = None
        self._lock = threading.Lock()
        self._left = False
        self._given_up = False

    def carry_out(self) -> Receipt:
        """Read the secret, send, and read the head of the answer."""
        if wrong := wrong_address(self._message.to):
            return Receipt("failed", wrong)
        try:
            door = read(self._secret())
        except Refused as refusal:
            return Receipt("retry", refusal.message)
        return self._post(door)

    def give_up(self) -> Receipt:
        """What is known when the time is up. From here on nothing more leaves, and the connection is closed."""
        with self._lock:
            self._given_up = True
            left = self._left
        if self._client is not None:
            self._client.close()
        return Receipt("unknown", "No answer came in time.") if left else Receipt("retry", "It could not be reached.")

    def _post(self, door: Door) -> Receipt:
        hush()
        import httpx

        hush()
        message = safe(self._message)
        body = content(message)
        self._client = httpx.Client(
            verify=self._trust(), trust_env=False, follow_redirects=False, timeout=self._timeout
        )
        try:
            with (
                self._client as client,
                client.stream(
                    "POST",
                    door.url,
                    content=body,
                    headers=headers(door, message, body, int(time.time())),
                    extensions={"trace": self._watch},
                ) as answer,
            ):
                return judge(answer.status_code, answer.headers, time.time())
        except (httpx.HTTPError, httpx.InvalidURL, OSError, RuntimeError, ValueError) as error:
            return self._broken(error)

    def _watch(self, event: str, _: Mapping[str, Any]) -> None:
        """Told by httpcore before each stage of the request."""
        if event != "http11.send_request_headers.started":
            return
        with self._lock:
            if self._given_up:
                raise TimeoutError
            self._left = True

    def _broken(self, error: Exception) -> Receipt:
        import httpx

        if self._left:
            late = isinstance(error, httpx.ReadTimeout)
            return Receipt("unknown", "No answer came in time." if late else "The connection broke before an answer.")
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Receipt("retry", "Its certificate is not valid.")
        return Receipt("retry", "It could not be reached.")


def read(secret: Secret) -> Door:
    """The address and the key in a secret; Refused, without a word of it, where they are none."""
    door = _parts(secret.reveal())
    if door is None:
        raise Refused("The webhook's secret cannot be read.", hint=_SHAPE)
    if len(door.key) < SHORTEST_KEY:
        raise Refused("The webhook's key is too short.", hint=f"Use {SHORTEST_KEY} random characters or more.")
    scheme, host = _address(door.url)
    if not host:
        raise Refused("The webhook's address is no URL.", hint="It begins with https://")
    if scheme == "http" and not _loopback(host):
        raise Refused("The webhook's address begins with http://.", hint="Only https:// leaves this machine.")
    return door


def _address(url: str) -> tuple[str, str]:
    """Scheme and host of a URL; the host is "" where it is none that can be asked."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.port != 0 and url.isprintable()
    except ValueError:
        return "", ""
    return (parts.scheme, parts.hostname or "") if usable else ("", "")


def _parts(text: str) -> Door | None:
    if text.lstrip().startswith("{"):
        try:
            return msgspec.json.decode(text, type=Door)
        except msgspec.MsgspecError:
            return None
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return Door(*lines) if len(lines) == 2 else None


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def content(message: Message) -> bytes:
    """The body that is signed and sent."""
    fields = ("key", "incident", "to", "subject", "text", "urgency", "link", "marks", "repeat")
    return msgspec.json.encode({"version": 1, **{name: getattr(message, name) for name in fields}})


def headers(door: Door, message: Message, body: bytes, now: int) -> dict[str, str]:
    """The head of the request at a moment (Unix seconds)."""
    return {
        "Content-Type": "application/json",
        "User-Agent": "warroom",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
        "Idempotency-Key": quote(message.key, safe=":/"),
        "X-Warroom-Timestamp": str(now),
        "X-Warroom-Signature": sign(door.key, now, body),
    }


def sign(key: str, now: int, body: bytes) -> str:
    """The signature of a body at a moment (Unix seconds): `sha256=` and 64 hexadecimal digits."""
    return "sha256=" + hmac.new(key.encode(), b"%d." % now + body, hashlib.sha256).hexdigest()


def judge(status: int, head: Mapping[str, str], now: float) -> Receipt:
    """What an answer means. `head`: its headers; `now`: Unix seconds, for dates in them."""
    if 200 <= status < 300:
        return Receipt("sent", f"Answered {status}.")
    if status in _LATER or status >= 500:
        return Receipt("retry", f"Answered {status}.", wait(head.get("Retry-After", ""), now))
    if 300 <= status < 400:
        return Receipt("failed", f"Answered {status}: it sends elsewhere, which is never followed.")
    return Receipt("failed", f"Answered {status}.")


def wait(text: str, now: float) -> timedelta | None:
    """How long Retry-After asks to wait, an hour at most; None where it says nothing that can be read."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), LONGEST_WAIT)
    try:
        seconds = parsedate_to_datetime(text).timestamp() - now
    except (ValueError, OverflowError, TypeError):
        return None
    return timedelta(seconds=min(max(seconds, 0.0), LONGEST_WAIT.total_seconds()))
