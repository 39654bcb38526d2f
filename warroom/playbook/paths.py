"""Paths that people name, asked so that none of them is a hang or a traceback.

A folder of other people's files may hold anything: a FIFO that nobody writes to, a device without an end, a link in a
circle, a name that no file can have.
"""

import os
import stat
from pathlib import Path


class Unreadable(Exception):
    """Why a file cannot be read, as the end of a sentence about it."""


def contents(path: Path, most: int) -> bytes:
    """The bytes of a file, but never more than `most`. Unreadable for whatever is no ordinary file."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise Unreadable("this is not a file")
        # Not to wait, should a FIFO have taken the file's place since.
        with open(path, "rb", opener=lambda name, flags: os.open(name, flags | os.O_NONBLOCK)) as file:
            return file.read(most)
    except OSError as error:
        raise Unreadable(f"cannot be read: {error.strerror}") from None
    except ValueError:  # a name with a NUL in it
        raise Unreadable("cannot be read: this is no name of a file") from None


def is_file(path: Path) -> bool:
    """Whether there is such a file, as far as anybody may know."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def is_folder(path: Path) -> bool:
    """Whether there is such a folder, as far as anybody may know."""
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def at_home(path: Path) -> Path:
    """A path with its `~` resolved; as it is where there is no such person, so that it is told of as no file."""
    try:
        return path.expanduser()
    except RuntimeError:
        return path
