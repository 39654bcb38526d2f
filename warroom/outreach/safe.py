"""What goes out is text and nothing else: no control characters, no direction overrides, no line end in a header."""

import msgspec

from warroom.domain.text import one_line, visible_lines
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
        channel=one_line(message.channel, SUBJECT),
    )


def _cut(text: str) -> str:
    raw = text.encode()
    if len(raw) <= TEXT:
        return text
    return raw[: TEXT - len(_CUT.encode())].decode("utf-8", "ignore") + _CUT
