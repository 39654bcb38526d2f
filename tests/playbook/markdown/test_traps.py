"""Files as they really are: their bytes, their names, their slips; and files that cannot be used at all."""

from pathlib import Path, PurePath

import pytest

from tests.playbook.files import said
from tests.playbook.markdown.reading import book, imported, outline, steps
from warroom.domain.runbook import Phase, Runbook, Step
from warroom.playbook.markdown.coverage import Coverage, cover, together
from warroom.playbook.markdown.names import slug, unique
from warroom.playbook.markdown.reader import read_markdown


def test_windows_line_ends_and_a_byte_order_mark() -> None:
    found = imported("\ufeff# T\r\n\r\n- a\r\n  - b\r\n".encode())
    assert found.warnings == ()
    assert outline(found.runbooks[0]) == ["T", "- do: a"]
    assert found.runbooks[0].phases[0].steps[0].detail == "- b"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Node Down.md", "node-down"),
        ("CPU,  high (85 %).md", "cpu-high-85"),
        ("disk_full", "disk-full"),
        ("v1.2-upgrade.markdown", "v1-2-upgrade"),
        ("Überlast.md", "uberlast"),
        ("再起動.md", "runbook"),
        (f"{'long ' * 30}.md", "long-" * 12 + "long"),
    ],
)
def test_the_names_of_files(tmp_path: Path, name: str, expected: str) -> None:
    (tmp_path / name).write_text("- a\n", encoding="utf-8")
    (found,) = read_markdown(tmp_path / name).runbooks
    assert (found.name, found.source) == (expected, name)


def test_names_that_collide_get_their_folders_in_front() -> None:
    paths = ["db/README.md", "web/eu/README.md", "web/us/README.md", "README.md", "web/us/Readme.md", "a/b.md"]
    wanted = [(slug(PurePath(path).stem), PurePath(path)) for path in paths]
    assert unique(wanted) == ["db-readme", "eu-readme", "web-us-readme", "readme", "web-us-readme-2", "b"]
    again = [("x", PurePath("x.md")), ("x", PurePath("X.md")), ("x-2", PurePath("y.md"))]
    assert unique(again) == ["x", "x-3", "x-2"]


def test_hidden_characters_become_visible_and_are_warned_about() -> None:
    found = imported("# T\n\n- run \x1b[31mthis\u202e\n- and \u200bthat\n", "traps.md")
    assert [str(each) for each in found.warnings] == [
        "traps.md:3: there is a hidden character (U+001B), and 2 more in this file; it was made visible"
    ]
    assert [step.title for step in found.runbooks[0].phases[0].steps] == ["run ␛[31mthis�", "and �that"]


def test_a_sign_with_a_name_cannot_smuggle_in_a_control_character() -> None:
    (step,) = steps("- one&#10;two &#x202e;three &#8203;four\n")
    assert step.title == "one␊two �three �four"


def test_bytes_that_are_no_utf_8() -> None:
    found = imported(b"# T\n\n- caf\xe9 is \xff\n", "latin.md")
    assert [str(each) for each in found.warnings] == [
        "latin.md:3: this is not text in UTF-8; what could not be read became �"
    ]
    assert found.runbooks[0].phases[0].steps[0].title == "caf� is �"


@pytest.mark.parametrize(
    ("text", "title"),
    [("", "empty"), ("\n \n", "empty"), ("# Only a title\n", "Only a title"), ("---\n", "empty")],
)
def test_a_file_without_content_is_one_step_to_read(text: str, title: str) -> None:
    assert outline(book(text, "empty.md")) == [title, f"- read: {title}"]


def test_a_fence_that_is_never_closed_ends_before_the_next_chapter() -> None:
    found = imported("## One\n\n```sh\nfirst\n# a comment\n\nsecond\n\n## Two\n\n- a\n")
    assert [str(each) for each in found.warnings] == [
        "a.md:3: the code that begins here is never closed; what follows may be code or not"
    ]
    assert outline(found.runbooks[0]) == ["One", "- do: first", "Two", "- do: a"]
    assert found.runbooks[0].phases[0].steps[0].command == "first\n# a comment\n\nsecond"


def test_a_fence_that_is_never_closed_may_be_the_last_thing() -> None:
    found = imported("- a\n  ```\n  first\n- b\n\n```\nlast\n")
    assert [each.line for each in found.warnings] == [2, 6]
    assert [step.command for step in found.runbooks[0].phases[0].steps] == ["first", "last"]


def test_lists_that_are_indented_too_deep_or_wrongly() -> None:
    deep = "Do:\n\n        1. one\n           ```\n           run one\n           ```\n        2. two\n"
    assert [(step.title, step.command) for step in steps(deep)] == [("Do:", ""), ("one", "run one"), ("two", "")]
    wrong = "- one\n\n            - far\n   - near\n - two\n"
    first, second = steps(wrong)
    assert (first.title, second.title) == ("one", "two")
    assert first.detail.split() == ["-", "far", "-", "near"]
    assert first.command == ""


def test_nesting_down_to_twelve_levels_stays_in_its_step() -> None:
    (step,) = steps("".join(f"{'  ' * level}- level {level}\n" for level in range(13)))
    assert step.title == "level 0"
    assert step.detail.splitlines()[-1] == "  " * 11 + "- level 12"


def test_a_table_that_is_padded_to_three_hundred_columns() -> None:
    (step,) = steps(f"## T\n\n| a{' ' * 300}| b |\n|{'-' * 300}|---|\n| one{' ' * 300}| two |\n")
    assert step.detail == "| a | b |\n|---|---|\n| one | two |"


def test_scripts_are_data() -> None:
    (step,) = steps("## T\n\n<script>fetch('https://evil.example')</script>\n\n[click](javascript:alert(1))\n")
    assert "<script>fetch('https://evil.example')</script>" in step.detail
    assert "javascript:alert(1)" in step.detail
    assert step.run is None


def test_several_languages_and_signs() -> None:
    found = book("# 障害 🔥\n\n- Prüfe die Größe 📈\n- 再起動する\n", "x.md")
    assert (found.title, [step.title for step in found.phases[0].steps]) == (
        "障害 🔥",
        ["Prüfe die Größe 📈", "再起動する"],
    )


def test_a_text_that_is_longer_than_a_step_may_be() -> None:
    text = "\n".join(f"Line {number} of a very long explanation that nobody reads." for number in range(3000))
    found = book(f"## Long\n\n{text}\n")
    assert [step.title for step in found.phases[0].steps] == [
        "Line 0 of a very long explanation that nobody reads.",
        "Line 0 of a very long explanation that nobody reads. (2)",
        "Line 0 of a very long explanation that nobody reads. (3)",
    ]


def test_files_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "big.md").write_bytes(b"a" * (1024 * 1024 + 1))
    (tmp_path / "nul.md").write_bytes(b"# T\n\n- a\0b\n")
    (tmp_path / "folder.md").mkdir()
    found = {name: said(lambda: read_markdown(tmp_path / name)) for name in ("big.md", "nul.md", "folder.md", "no.md")}  # noqa: B023
    assert found == {
        "big.md": ["big.md:1: the file is larger than 1024 KiB; split it"],
        "nul.md": ["nul.md:3: this is not text: there are NUL bytes in it"],
        "folder.md": ["folder.md:1: this is not a file"],
        "no.md": ["no.md:1: cannot be read: No such file or directory"],
    }


def test_what_is_missing_is_found() -> None:
    lines = ["# T", "", "- one", "- two", "- one", "```sh", "}", "```", "&amp; <b>four</b>"]
    whole = Runbook(
        "t", "T", phases=(Phase("T", (Step("one"), Step("two"), Step("one", command="}"), Step("& b four b"))),)
    )
    assert cover("a.md", lines, [whole]) == Coverage(6, 6)
    less = Runbook("t", "T", phases=(Phase("T", (Step("one"), Step("twofold"))),))
    found = cover("a.md", lines, [less])
    assert [(each.line, each.text) for each in found.missing] == [
        (4, "- two"), (5, "- one"), (7, "}"), (9, "&amp; <b>four</b>"),
    ]  # fmt: skip
    assert (found.percent, together([found, Coverage(2, 2)]).percent) == (33.33, 50.0)
    assert Coverage().percent == 100
