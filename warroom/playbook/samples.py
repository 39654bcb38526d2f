"""Where the starter runbooks and the sample data lie.

In a source checkout they are folders at its top, where people look for them; in an installed package they lie
inside it.
"""

from pathlib import Path

from warroom.domain.errors import Unavailable, unknown

_PACKAGE = Path(__file__).resolve().parents[1]
_PLACES = (_PACKAGE / "_data", _PACKAGE.parent)


def runbooks() -> Path:
    """The folder of the starter runbooks."""
    return _find("runbooks")


def organisation() -> Path:
    """The folder of the sample organisation; its runbooks are the starter ones."""
    return _find("sample_data/organisation")


def demo() -> Path:
    """The script of the demo."""
    return _find("sample_data/demo.yaml")


def incidents() -> dict[str, Path]:
    """The real past incidents: id -> file, by id."""
    return {path.stem: path for path in sorted(_find("sample_data/incidents").glob("*.yaml"))}


def scenarios() -> dict[str, Path]:
    """The scenarios of drills: name -> file, by name."""
    return {path.stem: path for path in sorted(_find("sample_data/scenarios").glob("*.yaml"))}


def scenario(name: str) -> Path:
    """The file of one scenario; Unknown with the nearest names otherwise."""
    known = scenarios()
    if name not in known:
        raise unknown("scenario", name, known)
    return known[name]


def incident(name: str) -> Path:
    """The file of one past incident; Unknown with the nearest ids otherwise."""
    known = incidents()
    if name not in known:
        raise unknown("past incident", name, known)
    return known[name]


def _find(name: str) -> Path:
    for place in _PLACES:
        if (place / name).exists():
            return place / name
    raise Unavailable("The files that came with warroom are missing.", hint="Install warroom again.")
