"""Copying a text, and saying honestly by which way it went: no way answers whether it arrived.

OSC 52 asks the terminal itself, over any number of SSH hops; some terminals ignore it. Inside tmux it is tmux that is
asked, which hands it on.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable

LONGEST = 50_000
"Bytes that terminals take in one OSC 52 sequence; what is longer is cut off by some, silently."
_PATIENCE = 2.0
_BY_HAND = "If it does not paste, press Y and select it by hand."


def copy(text: str, by_terminal: Callable[[str], None]) -> str:
    """Copy a text. `by_terminal` sends OSC 52. What to tell the user."""
    lines = text.count("\n") + 1
    what = f"{lines} lines" if lines > 1 else "1 line"
    if len(text.encode()) > LONGEST:
        return f"{what} are too much for a terminal's clipboard. Press Y and select them by hand."
    if os.environ.get("TMUX") and (tmux := shutil.which("tmux")) and _hand(["load-buffer", "-w", "-"], tmux, text):
        return f"{what} handed to tmux's buffer, and through it to your terminal (OSC 52). {_BY_HAND}"
    local = not os.environ.get("SSH_CONNECTION")
    if sys.platform == "darwin" and local and _hand([], "/usr/bin/pbcopy", text):
        return f"{what} handed to this Mac's clipboard (pbcopy)."
    by_terminal(text)
    return f"{what} sent to your terminal's clipboard (OSC 52); it does not say whether it took it. {_BY_HAND}"


def _hand(arguments: list[str], program: str, text: str) -> bool:
    """Hand a text to a program's input. False where it did not take it."""
    try:
        done = subprocess.run(
            [program, *arguments],
            input=text.encode(errors="replace"),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
