"""What goes out is text and nothing else: no control characters, no direction overrides, no line end in a header."""

import re

import msgspec

from warroom.domain.text import one_line, visible, visible_lines
from warroom.outreach.contract import Message

SUBJECT = 200
"Characters of a subject."
TEXT = 8 * 1024
"Bytes of a text."

_LINE = 2000
_CUT = "…"


def safe(message: Message) -> Message:
    """The message as it may leave the house: made visible and cut to length, its mark at the head of the subject."""
    subject = one_line(message.subject, SUBJECT)
    mark = one_line(message.marks, 20)
    if mark and mark not in subject:
        subject = one_line(f"{mark} {subject}", SUBJECT)
    return msgspec.structs.replace(
        message,
        key=one_line(message.key, SUBJECT),
        subject=subject,
        text=_cut(visible_lines(message.text.expandtabs(4))),
        urgency=one_line(message.urgency, 20),
        link=one_line(message.link, _LINE),
        marks=mark,
        incident=one_line(message.incident, SUBJECT),
    )


def wrong_address(to: str) -> str:
    """Why an address cannot be used, as a sentence; "" where it can.

    An address is never mended: what is left of one with a line end in it might be somebody else's.
    """
    if visible(to) != to:
        return "The address holds a control character."
    if len(to) > SUBJECT:
        return "The address is longer than 200 characters."
    if any(part in (".", "..") for part in re.split(r"[/\\]", to)):
        return "The address holds a path that leads upwards."
    return ""


def _cut(text: str) -> str:
    raw = text.encode()
    if len(raw) <= TEXT:
        return text
    return raw[: TEXT - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
