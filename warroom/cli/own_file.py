"""Where the demo and the practice play: in a database file of their own, never in the one that real incidents use."""

import contextlib
import itertools
import shlex
import shutil
import sys
import time
from pathlib import Path

from warroom.domain.errors import Refused, Unavailable
from warroom.domain.incident import Incident
from warroom.settings import state_path

_WEEK = 7 * 24 * 3600


def place(what: str, db: str, keep: bool = False, sweep: bool = False) -> Path:
    """The database file to play in: the one that `db` names, else a new one among the `what`.

    `keep`: the last one instead, where there is one. `sweep`: remove those that nobody has looked at for a week.
    """
    if db:
        return _named(what, db)
    folder = state_path() / what
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if sweep:
            sweep_folder(folder, time.time() - _WEEK)
        last = next(iter(_newest_first(folder)), None)
        return last if keep and last else _new(folder)
    except OSError as error:
        raise Unavailable(f"{folder} cannot be used: {error.strerror}.", hint="Name a file with --db.") from None


def earlier(what: str, db: str) -> list[Path]:
    """The files that there are already, the newest first: the one that `db` names, else those among the `what`."""
    if db:
        path = _named(what, db)
        return [path] if path.exists() else []
    try:
        return _newest_first(state_path() / what)
    except OSError as error:
        raise Unavailable(f"{state_path() / what} cannot be used: {error.strerror}.") from None


def _named(what: str, db: str) -> Path:
    path = db.removeprefix("sqlite:///")
    if "://" in path:
        raise Refused(f"The {what} plays in a file of its own.", hint="Name a file with --db, or leave --db out.")
    return Path(path).expanduser().absolute()


def _newest_first(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.db"), key=lambda path: path.stat().st_mtime, reverse=True)


def sweep_folder(folder: Path, before: float) -> None:
    """Remove the files that nobody has looked at since then."""
    for path in folder.glob("*.db"):
        with contextlib.suppress(FileNotFoundError):  # another terminal has just removed it
            files = list(folder.glob(f"{path.name}*"))
            if all(file.stat().st_mtime < before for file in files):
                for file in files:
                    file.unlink()


def _new(folder: Path) -> Path:
    """A file that was not there, with a short name."""
    numbers = itertools.count(1)
    while True:
        path = folder / f"{next(numbers)}.db"
        with contextlib.suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
            return path


def join(incident: Incident, path: Path) -> str:
    """The one line with which another terminal joins."""
    return f"{program()} join {incident.name} --db {short(path)}"


def program() -> str:
    """How this warroom is called in a shell."""
    started = Path(sys.argv[0])
    if started.name != "warroom":
        return f"{shlex.quote(sys.executable)} -m warroom"
    if (found := shutil.which("warroom")) and Path(found).resolve() == started.resolve():
        return "warroom"
    return short(started.absolute())


def short(path: Path) -> str:
    """A path as a shell takes it, with ~ for the home folder."""
    home = Path.home()
    return f"~/{shlex.quote(str(path.relative_to(home)))}" if path.is_relative_to(home) else shlex.quote(str(path))
