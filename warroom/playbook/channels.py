"""`channels.yaml`: ways out of the house. What a secret is stays on the hosts; a playbook only names it."""

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import cast, get_args

from warroom.domain.contacts import Channel, Kind
from warroom.playbook.fields import Fields
from warroom.playbook.rows import distinct, rows_of
from warroom.playbook.times import read_span

KINDS: tuple[Kind, ...] = get_args(Kind)
STAYS = "secrets stay on the hosts; give only the name under which each host keeps it, such as ops-chat"
_SECRET = ("apprise", "webhook")
"Kinds that cannot send anything without a secret."
_TOKEN = re.compile(r"[a-z]+://|^(?:xox[a-z]-|sk[-_]|gh[a-z]_|glpat-|akia|eyj|bearer\b)|[0-9a-f]{20}", re.IGNORECASE)
_MIXED = re.compile(r"(?=.*[A-Za-z])(?=.*\d)[A-Za-z0-9+/=_.-]{24,}", re.ASCII)
_HOUR = timedelta(hours=1)


def looks_secret(text: str) -> bool:
    """Whether a text is more likely an address with a key in it, or a token, than the name of one."""
    return bool(_TOKEN.search(text) or _MIXED.fullmatch(text))


def read_channels(fields: Fields | None) -> tuple[Channel, ...]:
    """The channels of a file, in its order."""
    rows = rows_of(fields, "channels")
    return tuple(_channel(row, name) for row, name in zip(rows, distinct(rows, "name"), strict=True))


def named(channels: Iterable[Channel]) -> dict[str, Channel]:
    """Channels by their names."""
    return {each.name: each for each in channels if each.name}


def _channel(row: Fields, name: str) -> Channel:
    kind = cast(Kind, row.choice("kind", KINDS, default="console", required=True))
    at_most = row.integer("at_most", 1, 1000)
    per = read_span(row, "per", timedelta(minutes=1), timedelta(days=1))
    channel = Channel(
        name=name,
        kind=kind,
        secret=_secret(row, kind),
        title=row.text("title", longest=80),
        at_most=at_most or 0,
        per=(per or _HOUR) if at_most else timedelta(0),
        drill=row.boolean("drill"),
    )
    row.close()
    if per and not at_most:
        row.problem("per", "limits nothing without at_most, the number of messages")
    return channel


def _secret(row: Fields, kind: Kind) -> str:
    """The name of a secret. A secret itself is refused, and not repeated in the refusal."""
    text = row.text("secret", longest=4096)
    if looks_secret(text):
        row.problem("secret", f"this looks like a secret itself: {STAYS}")
        return ""
    if kind not in _SECRET:
        if text:
            row.problem("secret", f"a channel of kind {kind} needs no secret; leave it out")
        return ""
    return row.name("secret")
