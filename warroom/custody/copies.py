"""Copies of checkpoints elsewhere: a file that they are appended to, or a git repository that they are committed to.

A copy is worth what its place is: whoever can write the log must not be able to write it too. Nothing is pushed or
sent from here; a repository's hooks are not run.
"""

import fcntl
import os
import subprocess
from pathlib import Path

from warroom.custody.contract import Witness
from warroom.domain.errors import Unavailable
from warroom.domain.text import one_line

NAME = "warroom-checkpoints.txt"
"The file in a git repository."
_LARGEST = 64 * 1024 * 1024
_PATIENCE = 30.0
_GIT = ("-c", "core.hooksPath=/dev/null", "-c", "commit.gpgSign=false", "-c", "core.fsmonitor=false")
_AS = ("-c", "user.name=warroom", "-c", "user.email=warroom@localhost")


def open_copy(place: Path) -> Witness:
    """What keeps copies at a place: a folder is a git repository, anything else a file."""
    return GitCopy(place) if place.is_dir() else FileCopy(place)


class FileCopy:
    """One file, only ever appended to."""

    def __init__(self, path: Path) -> None:
        self.place = str(path)
        self._path = path

    def read(self) -> str:
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST + 1)
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:
            raise self._unable("read", error) from None
        if len(data) > _LARGEST:
            raise Unavailable(f"{self.place} is too long for a file of checkpoints.")
        return data.decode(errors="replace")

    def add(self, text: str) -> None:
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW
            with os.fdopen(os.open(self._path, flags, 0o644), "ab") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.write(text.encode())
                file.flush()
                os.fsync(file.fileno())
        except (OSError, ValueError) as error:
            raise self._unable("written", error) from None

    def _unable(self, what: str, error: Exception) -> Unavailable:
        return Unavailable(f"{self.place} cannot be {what}: {getattr(error, 'strerror', None) or error}.")


class GitCopy:
    """The file NAME in a repository: read as it was last committed, and committed after each addition."""

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)
        self._folder = folder
        self._file = FileCopy(folder / NAME)

    def read(self) -> str:
        known = self._git("rev-parse", "--git-dir")
        if known.returncode:
            raise Unavailable(f"{self.place} is no git repository.", hint=f"Make it one: git init {self.place}")
        found = self._git("show", f"HEAD:./{NAME}")
        return "" if found.returncode else found.stdout.decode(errors="replace")

    def add(self, text: str) -> None:
        self._file.add(text)
        title = one_line(" ".join(text.splitlines()[3:4]), 60)
        for words in (("add", "--", NAME), ("commit", "-q", "-m", f"warroom checkpoint: {title}", "--", NAME)):
            done = self._git(*words)
            if done.returncode:
                lines = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
                raise Unavailable(f"{self.place}: git did not commit the checkpoint: {one_line(lines[-1], 160)}")

    def _git(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        env = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        env |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0"}
        try:
            return subprocess.run(
                ["git", "-C", str(self._folder), *_GIT, *_AS, *words],
                capture_output=True,
                env=env,
                stdin=subprocess.DEVNULL,
                timeout=_PATIENCE,
                check=False,
            )
        except FileNotFoundError:
            raise Unavailable("git is not installed.", hint="Keep copies in a file instead.") from None
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{self.place}: git did not answer ({type(error).__name__}).") from None
