"""Whatever a Markdown file contains: it is read without an exception, and no word of it gets lost."""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from warroom.domain.runbook import walk
from warroom.playbook.document import BadFile
from warroom.playbook.markdown.coverage import texts_of
from warroom.playbook.markdown.reader import Imported, read_markdown, read_text
from warroom.playbook.markdown.source import source_of
from warroom.playbook.runbook import read_runbook
from warroom.playbook.writer import write_runbook

WORD = re.compile(r"[^\W\d_]+")
MARKS = (
    "# ", "## ", "###### ", "- ", "* ", "1. ", "7) ", "- [ ] ", "- [x] ", "> ", ">", "  ", "    ", "\t", "        ",
    "```", "```sh", '```sh {"name":"echo"}', "~~~", "````", "$ ", "user@host:~$ ", "---", "+++", "===", "|", "|---|",
    "<!-- ", " -->", "**", "*", "_", "__", "~~", "`", "``", "[", "](", ")", "![", "][", "]: ", "<host>", "<br/>",
    "&amp;", "&#27;", "&nbsp;", "\\", "{{< note >}}", "{{% x %}}", "!!! note ", "title: ", "Alert Name: ", "[[_TOC_]]",
    "](#", "<https://a.example>", ":", ". ", "\u200b", "\x1b[31m", "\u202e", "\r", "\r\n", "\x0c", "😀", "Überlauf",
    "日本", "e\u0301", "<div>",
)  # fmt: skip
words = st.text("abcdefghijk", min_size=1, max_size=8)
line = st.lists(st.one_of(st.sampled_from(MARKS), words, st.just(" ")), max_size=8).map("".join)
markdown = st.one_of(st.lists(line, max_size=25).map("\n".join), st.text(max_size=200))
data = st.one_of(markdown.map(lambda text: text.encode("utf-8", "surrogatepass")), st.binary(max_size=200))
fuzz = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def of(text: str) -> Imported:
    return read_text(source_of("any.md", text.encode("utf-8", "replace")))


def spoken(text: str) -> set[str]:
    return set(WORD.findall(text.casefold()))


@given(text=markdown.filter(lambda text: "\0" not in text))
@settings(fuzz, max_examples=400)
def test_no_word_gets_lost(text: str) -> None:
    found = of(text)
    said = spoken(" ".join(text for book in found.runbooks for text in texts_of(book)))
    # What carries no content of its own: the language of a fence, and the name of a sign.
    wanted = re.sub(r"(?m)^[\s>\-*+.)\]\[x\d]*(```+|~~~+)[ \t]*[\w.+#-]*[ \t]*$", "", text.replace("\r", "\n"))
    # An "x" alone is the tick in a box.
    assert spoken(re.sub(r"&#?\w+;", " ", wanted)) - {"x"} <= said
    assert found.coverage.missing == ()


@given(text=markdown)
@settings(fuzz, max_examples=300)
def test_every_runbook_can_be_kept_as_yaml(tmp_path: Path, text: str) -> None:
    for book in of(text.replace("\0", "")).runbooks:
        path = tmp_path / "any.yaml"
        path.write_text(write_runbook(book), encoding="utf-8")
        assert read_runbook(path) == book
        assert all(len(step.title) <= 60 for _, step in walk(book))


@given(content=data)
@fuzz
def test_any_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any.md"
    path.write_bytes(content)
    if b"\0" not in content:
        assert read_markdown(path).runbooks
        return
    with pytest.raises(BadFile) as caught:
        read_markdown(path)
    assert [(each.file, each.line > 0) for each in caught.value.problems] == [("any.md", True)]


@pytest.mark.parametrize(
    "text",
    [
        ">" * 10_000 + " deep",
        "- " * 10_000 + "deep",
        "1. " * 10_000 + "deep",
        "".join("  " * n + "- deep\n" for n in range(600)),
        "[" * 10_000 + "deep" + "](" * 10_000,
        "*" * 10_000 + "deep" + "**a " * 5_000,
        "`" * 10_000 + "deep" + " `" * 5_000,
        "<" * 10_000 + "deep" + "<a " * 5_000,
        "|deep" * 5_000 + "\n" + "|-" * 5_000 + "\n",
        "# deep\n" * 5_000,
        "- deep\n" * 20_000,
        "```\ndeep\n\n## x\n\n" * 500,
        "deep " * 12_000,
        "{{< " * 10_000 + "deep",
        "    " * 5_000 + "- deep",
    ],
    ids=lambda text: repr(text[:12]),
)
def test_what_is_nested_or_repeated_without_end(text: str) -> None:
    found = of(text)
    assert "deep" in spoken(" ".join(text for book in found.runbooks for text in texts_of(book)))
    assert found.coverage.missing == ()
