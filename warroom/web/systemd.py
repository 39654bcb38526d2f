"""Telling systemd that the service runs, by the socket that it names. Without one, nothing is told."""

import contextlib
import os
import socket

READY = "READY=1"
ALIVE = "WATCHDOG=1"
STOPPING = "STOPPING=1"


def notify(word: str) -> None:
    """Send one word to the service manager; what comes of it is its own affair."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as sent:
        # A name that begins with @ lies in no folder; its first byte is zero.
        sent.sendto(word.encode(), f"\0{address[1:]}" if address.startswith("@") else address)
