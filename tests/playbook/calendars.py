"""Calendars for tests, as other programs write them."""

from textwrap import dedent


def calendar(*events: str) -> bytes:
    """A calendar of events, each given as the lines between BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN"]
    for event in events:
        lines += ["BEGIN:VEVENT", *dedent(event).strip().split("\n"), "END:VEVENT"]
    return ("\r\n".join([*lines, "END:VCALENDAR"]) + "\r\n").encode()
