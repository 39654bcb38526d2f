"""What a session by a key starts from: a known environment, no core dumps, no suspending, files for its account alone.

sshd is told to take next to nothing from a client; this holds also where it was told otherwise.
"""

import os
import re
import resource
import signal
from collections.abc import Mapping

_TERMINAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,63}")
"No slash: what reads terminal descriptions and locales would take it for a path."
_OURS = re.compile(r"[ -~]{1,512}")
_SPOKEN = re.compile(r"TERM|COLORTERM|LANG|NO_COLOR|LC_[A-Z]{2,20}")
_OF_SSHD = ("HOME", "USER", "LOGNAME", "SSH_CONNECTION", "SSH_TTY")
_PATH = "/usr/bin:/bin"


def scrubbed(environ: Mapping[str, str]) -> dict[str, str]:
    """Of an environment, what a session may have: what sshd itself sets, and plain words about the terminal."""
    kept = {}
    for name, value in environ.items():
        spoken = _SPOKEN.fullmatch(name)
        if (spoken and _TERMINAL.fullmatch(value)) or (name in _OF_SSHD and _OURS.fullmatch(value)):
            kept[name] = value
    return kept | {"PATH": _PATH}


def seal() -> None:
    """Make this process such a session. Its working directory becomes the root, where no file has a playbook's name."""
    kept = scrubbed(os.environ)
    os.environ.clear()
    os.environ.update(kept)
    os.umask(0o077)
    os.chdir("/")
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGTSTP, signal.SIG_IGN)
