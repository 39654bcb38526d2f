"""Links that acknowledge, as pages bear them, and the key that signs them."""

from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

from warroom.domain.errors import Invalid, Refused
from warroom.domain.text import one_line
from warroom.outreach import secrets
from warroom.room.answering import Pass
from warroom.web import tokens

SECRET = "link-key"
"The name under which a host keeps the key that signs links."

LIFE = 24 * 3600
"Seconds that a link can be used for."

_SHORTEST = 32


def key(folder: Path, say: Callable[[str], None]) -> bytes:
    """The key of this host; one is made in `folder` on first use, and `say` told. Refused where it is too short."""
    found = secrets.find(SECRET, folder)
    if found is None:
        path = secrets.make(SECRET, folder)
        say(f"A key for acknowledge links was made: {path}. Other hosts that serve need a copy of it.")
        found = secrets.need(SECRET, folder)
    if len(found.reveal()) < _SHORTEST:
        raise Refused(f"The secret “{SECRET}” is shorter than {_SHORTEST} letters.", hint="Take random ones.")
    return found.reveal().encode()


def maker(base: str, key: bytes, now: Callable[[], int]) -> Callable[[str, str, str], str]:
    """What makes the link of (incident, page, person). `base`: the public address of the site, "" = no links.

    `now`: the database's time in microseconds.
    """

    def link(incident: str, page: str, person: str) -> str:
        if not base:
            return ""
        token = tokens.sign(key, Pass(incident, page, person, now() // 1_000_000 + LIFE))
        return f"{base}/ack/{token}" if token else ""

    return link


def public(url: str) -> str:
    """The public address without a slash at its end; "" stays. Invalid where people could not use it safely."""
    if not url:
        return ""
    shown = one_line(url, 100)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise Invalid(f"--url: “{shown}” is no address.", hint="Use https://HOST, or https://HOST/PATH.") from None
    if parts.scheme not in ("https", "http") or not host or url != one_line(url) or " " in url:
        raise Invalid(f"--url: “{shown}” is no address.", hint="Use https://HOST, or https://HOST/PATH.")
    if parts.query or parts.fragment or parts.username is not None:
        raise Invalid(f"--url: “{shown}” has more than a host and a path.", hint="Use https://HOST/PATH.")
    if parts.scheme == "http" and not is_loopback(host):
        raise Invalid("--url: links must be https, since whoever reads one can use it.", hint="Use https://HOST.")
    return url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach that host."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
