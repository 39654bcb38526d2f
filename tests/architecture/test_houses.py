"""The house is kept: rooms stay small, the domain pure, and data is never markup."""

import ast

import pytest

from tests.architecture.markup import makers, unsafe_texts
from tests.architecture.purity import impurities
from tests.architecture.sources import files, place, tree

LONGEST = 400


def test_no_file_is_longer_than_one_room() -> None:
    lengths = {place(path, 1): len(path.read_text().splitlines()) for path in files()}
    assert lengths
    assert {where: lines for where, lines in lengths.items() if lines > LONGEST} == {}


def test_importing_a_package_runs_no_code() -> None:
    packages = [path for path in files() if path.name == "__init__.py"]
    assert packages
    assert [place(path, 1) for path in packages if path.read_text().strip()] == []


def test_every_folder_of_code_is_a_package() -> None:
    folders = {path.parent for path in files()}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


def test_the_domain_asks_no_clock_and_rolls_no_dice() -> None:
    assert files("domain")
    found = [
        f"{place(path, node.lineno)} uses {name}" for path in files("domain") for node, name in impurities(tree(path))
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime\nnow = datetime.now()",
        "import datetime as dt\nnow = dt.datetime.utcnow()",
        "from datetime import date as day\nfactory = day.today",
        "import time\nnow = time.time()",
        "from time import monotonic\nnow = monotonic()",
        "import uuid\nid = uuid.uuid4()",
        "from uuid import uuid4 as fresh\nid = fresh()",
        "import random\nrandom.shuffle([])",
        "text = open('x').read()",
    ],
)
def test_an_impure_domain_is_found(code: str) -> None:
    assert list(impurities(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "from datetime import datetime, UTC\nbegin = datetime(2026, 1, 1, tzinfo=UTC)",
        "import uuid\nid = uuid.uuid5(uuid.NAMESPACE_URL, 'rung')",
        "def due(time): return time.hour",
        "is_open = service.open",
    ],
)
def test_a_pure_domain_is_left_alone(code: str) -> None:
    assert list(impurities(ast.parse(code))) == []


def test_no_data_reaches_a_widget_as_markup() -> None:
    screens = {path: tree(path) for path in files("tui")}
    assert screens
    safe_calls = makers(screens.values())
    found = [
        f"{place(path, text.lineno)} hands over `{ast.unparse(text)}`: give it as Content(…)"
        for path, module in screens.items()
        for text in unsafe_texts(module, safe_calls)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "code",
    [
        "Static(note.text)",
        "Label(f'{name}: down')",
        "Static('[b]' + name)",
        "self.notify(str(refused))",
        "self.app.notify('Sent.', title=incident.title)",
        "self.query_one(Static).update(text)",
        "self.query_one(Static).update(Content.from_markup(text))",
        "box.border_title = incident.title",
        "box.border_title = Content(incident.title).markup",
        "self.notify(text, markup=True)",
        "def paint(self, title: str):\n    self.border_title = title",
        "def paint(self):\n    title = 'Roles'\n    title = self.view.title\n    self.border_title = title",
        "def paint(self):\n    for title in self.titles: self.update(title)",
        "def paint(self):\n    self.update(present.line(self.view))",
    ],
)
def test_markup_made_of_data_is_found(code: str) -> None:
    assert list(unsafe_texts(ast.parse(code)))


@pytest.mark.parametrize(
    "code",
    [
        "Static('[b]Roles[/b]', id=name)",
        "Static(id='clock')",
        "Static(Content(note.text))",
        "Label(Content.assemble((name, 'bold'), ' down'))",
        "Static(Content.from_markup('[b]$name[/b]', name=name))",
        "from warroom.tui.actions.base import Option\nOption(name)",
        "self.notify(str(refused), markup=False)",
        "self.notify('Sent.', severity=level)",
        "box.border_title = TITLES[name]",
        "box.border_title = 'Roles' if wide else Content(name).stylize('bold')",
        "def paint(self, title: Content):\n    self.border_title = title",
        "def paint(self):\n    title = Content(self.view.title)\n    self.border_title = title",
        "def line(view) -> Content: ...\ndef paint(self):\n    self.update(present.line(self.view))",
    ],
)
def test_text_that_is_no_markup_is_left_alone(code: str) -> None:
    module = ast.parse(code)
    assert list(unsafe_texts(module, makers([module]))) == []
