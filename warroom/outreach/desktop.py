"""`desktop`: a notification where the engine runs, or the terminal's bell where there is no desktop.

Programs get a list of arguments, never a line for a shell, and the message stands behind `--`.
"""

import html
import os
import shutil
import subprocess

from warroom.domain.text import one_line
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.safe import safe

TERMINAL = "/dev/tty"
NOTHING = "There is no desktop and no terminal here. Install notify-send (libnotify), or use another channel."

_SHOWN = 1000
_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


class Desktop:
    """Notifications on this machine. `terminal`: the device whose bell rings where nothing else is there."""

    def __init__(self, terminal: str = TERMINAL) -> None:
        self._terminal = terminal

    def check(self) -> str:
        """Why nobody could be notified, as a sentence; "" where somebody could."""
        if program():
            return ""
        try:
            os.close(self._open())
        except OSError:
            return NOTHING
        return ""

    def send(self, message: Message, timeout: float) -> Receipt:
        """Show the message within `timeout` seconds; ring the bell where it cannot be shown."""
        ready = safe(message)
        found = program()
        if found:
            try:
                done = subprocess.run(
                    arguments(found, ready),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    timeout=timeout,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                return Receipt("unknown", "The desktop did not answer in time.")
            except (OSError, ValueError):
                return self._ring()
            if done.returncode == 0:
                return Receipt("sent", "Shown on the desktop.")
        return self._ring()

    def _open(self) -> int:
        return os.open(self._terminal, os.O_WRONLY | os.O_NOCTTY | os.O_NONBLOCK | os.O_CLOEXEC)

    def _ring(self) -> Receipt:
        try:
            terminal = self._open()
            try:
                os.write(terminal, b"\a")
            finally:
                os.close(terminal)
        except OSError:
            return Receipt("failed", NOTHING)
        return Receipt("sent", "The terminal's bell rang; there is no desktop to show it on.")


def program() -> str:
    """The program that shows notifications here, by its path; "" where there is none."""
    return shutil.which("notify-send") or shutil.which("osascript") or ""


def arguments(path: str, message: Message) -> list[str]:
    """The command that shows a message that was made safe."""
    text = message.text[:_SHOWN]
    title = message.subject or one_line(text, 80)
    if path.endswith("osascript"):
        return [path, *(part for line in _SCRIPT for part in ("-e", line)), "--", title, text]
    urgency = "normal" if message.urgency == "low" else "critical"
    # Desktops read markup in the text, though not in the title.
    return [path, "--app-name=warroom", f"--urgency={urgency}", "--", title, html.escape(text, quote=False)]
