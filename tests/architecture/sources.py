"""The source of warroom, as the tests of its architecture read it."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "warroom"


def files(floor: str = "") -> list[Path]:
    """The Python files of a floor ("domain", "tui", "bootstrap.py"), or of the whole package."""
    place = PACKAGE / floor
    return [place] if place.is_file() else sorted(place.rglob("*.py"))


def tree(path: Path) -> ast.Module:
    """A file, parsed."""
    return ast.parse(path.read_text(), filename=str(path))


def place(path: Path, line: int) -> str:
    """A line of a file in the form that editors open: `warroom/tui/app.py:12`."""
    return f"{path.relative_to(ROOT)}:{line}"


def modules(floor: str) -> list[str]:
    """The dotted names of a floor's modules."""
    paths = [path.relative_to(ROOT).with_suffix("") for path in files(floor) if path.stem != "__init__"]
    return [".".join(path.parts) for path in paths]
