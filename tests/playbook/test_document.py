"""The tree of a YAML file: what gets through, and what is said about everything else."""

import re
from pathlib import Path

import pytest
import yaml

from tests.playbook.files import said
from warroom.playbook import document
from warroom.playbook.document import DEEPEST, LARGEST, BadFile, Mapping, Scalar, Sequence, load, parse


@pytest.fixture(params=["CSafeLoader", "SafeLoader"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both parsers must agree: the fast one is missing from some builds of PyYAML."""
    monkeypatch.setattr(document, "_LOADER", getattr(yaml, request.param))


def problems(text: str | bytes) -> list[str]:
    data = text if isinstance(text, bytes) else text.encode()
    return said(lambda: parse("a.yaml", data))


def test_values_stay_text_and_know_their_line() -> None:
    tree = parse("a.yaml", b"name: no\nlist:\n  - 1e3\n  - ~\n  - '~'\nempty:\n")
    assert tree == Mapping(
        1,
        {
            "name": (1, Scalar(1, "no")),
            "list": (2, Sequence(3, (Scalar(3, "1e3"), Scalar(4, "~", null=True), Scalar(5, "~")))),
            "empty": (6, Scalar(6, "", null=True)),
        },
    )


def test_a_byte_order_mark_and_windows_line_ends_are_fine() -> None:
    tree = parse("a.yaml", b"\xef\xbb\xbfone: 1\r\ntwo: 2\r\n")
    assert tree == Mapping(1, {"one": (1, Scalar(1, "1")), "two": (2, Scalar(2, "2"))})


@pytest.mark.parametrize("text", ["", "# nothing\n", "\n\n"])
def test_an_empty_file(text: str) -> None:
    assert problems(text) == ["a.yaml:1: the file is empty"]


def test_a_file_that_is_too_large() -> None:
    assert parse("a.yaml", b"a: " + b"x" * (LARGEST - 3)) == Mapping(1, {"a": (1, Scalar(1, "x" * (LARGEST - 3)))})
    assert problems(b"a: " + b"x" * (LARGEST - 2)) == ["a.yaml:1: the file is larger than 256 KiB"]


def test_other_encodings() -> None:
    assert problems("a: b\nc: é\n".encode("latin-1")) == ["a.yaml:2: this is not text in UTF-8"]
    assert problems("a: b\n".encode("utf-16")) == ["a.yaml:1: this is not text in UTF-8"]


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("\x1b", "001B"),
        ("\x00", "0000"),
        ("\x7f", "007F"),
        ("\x9b", "009B"),
        ("\u202e", "202E"),
        ("\u200b", "200B"),
    ],
)
def test_hidden_characters(character: str, code: str) -> None:
    expected = f"there is a hidden character (U+{code}); leave it out"
    assert problems(f"a: b\nc: d{character}e\n") == [f"a.yaml:2: {expected}"]
    assert problems(f'a:\n  - b\n  - "c\\u{code}"\n') == [f"a.yaml:3: a[1]: {expected}"]


def test_line_feeds_and_tabs_in_values_are_not_hidden() -> None:
    assert parse("a.yaml", b'a: "b\\n\\tc"\n') == Mapping(1, {"a": (1, Scalar(1, "b\n\tc"))})


def test_an_alias_bomb_is_never_expanded() -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    alias, anchor = "aliases are not allowed; write the value out", "anchors are not allowed; leave it out"
    assert problems(bomb) == [
        f"a.yaml:1: a: {anchor}",
        f"a.yaml:2: b: {anchor}",
        f"a.yaml:2: b[0]: {alias}",
        f"a.yaml:2: b[1]: {alias}",
        f"a.yaml:3: c[0]: {alias}",
        f"a.yaml:3: c[1]: {alias}",
    ]


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.system", "!mine", "!!str", "!"])
def test_tags(tag: str) -> None:
    assert problems(f"a:\n  b: {tag} [c]\n") == ["a.yaml:2: a.b: tags are not allowed; leave it out"]


def test_a_field_given_twice() -> None:
    assert problems("a:\n  b: 1\n  c: 2\n  b: 3\n") == ["a.yaml:4: a.b: is given twice, first on line 2"]


def test_a_field_whose_name_is_no_text() -> None:
    assert problems("a: 1\n[b, c]: 2\n") == ["a.yaml:2: the name of a field must be plain text"]


def test_nesting_up_to_the_limit_and_beyond() -> None:
    assert isinstance(parse("a.yaml", b"[" * DEEPEST + b"]" * DEEPEST), Sequence)
    path = "[0]" * DEEPEST
    assert problems("[" * (DEEPEST + 20)) == [f"a.yaml:1: {path}: is nested deeper than {DEEPEST} levels"]
    (bottomless,) = problems("[" * 100_000)  # newer libraries have a limit of their own
    assert re.search(r"is nested deeper than|maximum nesting depth", bottomless)


def test_a_second_document() -> None:
    assert problems("a: 1\n---\nb: 2\n") == ["a.yaml:2: a second document begins here; a file holds one"]


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 'b\n", 1), ("a: 1\nb: [c\n\n", 2), ("a: 1\n\tb: 2\n", 2), ("a: b: c\n", 1), ("%YAML x\n", 1)],
)
def test_what_is_not_yaml(text: str, line: int) -> None:
    (problem,) = problems(text)
    assert problem.startswith(f"a.yaml:{line}: this is not YAML: ")


@pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"\n', 'a: "\\ud800"\n', "%YAML 1." + "9" * 5000 + "\n--- a\n"])
def test_absurdities_that_trip_a_parser_are_problems_too(text: str) -> None:
    assert problems(text)[0].startswith("a.yaml:1: ")


def test_every_problem_is_kept_and_the_first_twenty_are_shown() -> None:
    with pytest.raises(BadFile) as caught:
        parse("a.yaml", b"".join(b"- *a\n" for _ in range(25)))
    assert len(caught.value.problems) == 25
    lines = caught.value.message.splitlines()
    assert len(lines) == 21
    assert lines[-1] == "… and 5 more."
    assert caught.value.code == "bad-file"
    assert caught.value.hint == "Correct this and try again; nothing was changed."


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    assert said(lambda: load(tmp_path / "no.yaml")) == ["no.yaml:1: cannot be read: No such file or directory"]
    (tmp_path / "folder.yaml").mkdir()
    assert said(lambda: load(tmp_path / "folder.yaml")) == ["folder.yaml:1: this is not a file"]
