"""Files that the command line writes: new ones only, which nobody but their owner may read."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from warroom.domain.errors import Refused, Unavailable


def write_new(path: Path, data: bytes) -> None:
    """Write a file. Refused where something is there already, Unavailable where it cannot be written."""
    with _told(path), os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)


def write_folder(path: Path, files: dict[str, bytes]) -> None:
    """Write files into a new folder that only its owner may enter. Refused and Unavailable like `write_new`."""
    with _told(path):
        path.mkdir(mode=0o700)
    for name, data in files.items():
        write_new(path / name, data)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except FileExistsError:
        raise Refused(
            f"There is already something at {path}.", hint="Name another file; nothing was written."
        ) from None
    except (OSError, ValueError) as error:
        raise Unavailable(f"{path} cannot be written: {getattr(error, 'strerror', error)}.") from None
