"""Reports in each format: as somebody has looked at them, and whatever people write in a drill."""

import re
from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from msgspec.structs import replace

from tests.domain.acts import drilled
from tests.domain.test_aar import played
from tests.domain.test_comparison import story
from tests.domain.test_trends import played as drill_of
from tests.support.builders import ORG, Tale, at, reachable
from warroom.domain import aar, conducting, paging, record
from warroom.domain.text import width
from warroom.domain.trends import coverage, trend
from warroom.reports.aar import document
from warroom.reports.document import Document, Mark, Picture, Section
from warroom.reports.html import html
from warroom.reports.markdown import escaped, markdown
from warroom.reports.picture import places, ticks
from warroom.reports.svg import svg
from warroom.reports.text import WIDEST, text, wrapped
from warroom.reports.training import bar, coverage_document, trend_document

SNAPSHOTS = Path(__file__).parent / "snapshots"
FORMATS: dict[str, Callable[[Document], str]] = {"txt": text, "md": markdown, "html": html, "svg": svg}

HOSTILE = (
    "<script>alert(1)</script>",
    "</text></svg><script>",
    '" onload="alert(1)',
    "| a | b |\n|---|---|\n# heading",
    "[link](javascript:alert(1)) ![x](http://example.org/x.png)",
    "**bold** _it_ `code` ~~no~~ <b>b</b> &amp; @everybody #1 http://example.org www.example.org",
    "```\nfence\n```",
    "\x1b[31mred\x1b[0m \x1b]0;title\x07",
    "\u202eright to left\u202c",
    "nul \x00 and \ufffe and \uffff",
    "-->]]><!--",
)


def beside() -> Document:
    """A drill beside the incident that it is compared with."""
    original = Tale(org=reachable(ORG))
    original.at("14:03").do(paging.acknowledge)
    original.at("14:20").do(record.decide, "wait for the provider")
    original.at("14:40").do(paging.mark, "containment", approximate=True)
    other = story(original)
    return document(aar.report(story(played()), replace(other, incident=replace(other.incident, number=7))))


DOCUMENTS: dict[str, Callable[[], Document]] = {
    "drill": lambda: document(aar.report(story(played()))),
    "beside": beside,
    "trend": lambda: trend_document(trend([drill_of("shop"), drill_of("shop", "14:09"), drill_of()])),
    "coverage": lambda: coverage_document(coverage(reachable(ORG), [drill_of()], at("15:00"))),
}
TAKEN = [(name, kind) for name in DOCUMENTS for kind in ("txt", "md", "svg") if kind == "txt" or name != "coverage"]


@pytest.mark.parametrize(("name", "kind"), [each for each in TAKEN if each != ("trend", "svg")])
def test_reports_look_as_somebody_has_seen_them(name: str, kind: str) -> None:
    assert FORMATS[kind](DOCUMENTS[name]()) == (SNAPSHOTS / f"{name}.{kind}").read_text(encoding="utf-8")


def hostile(words: str) -> Document:
    """A report in which people have written this everywhere."""
    return Document(
        words,
        ((words, words),),
        Picture(words, words, (Mark(words, timedelta(minutes=1), timedelta(minutes=2), True),)),
        (Section(words, (words, words), ((words, words),)), Section(words, points=(words,)), Section("x", empty=words)),
    )


class Tags(HTMLParser):
    """The tags of a page, the names of their attributes, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def tags(page: str) -> Tags:
    """What a page is made of."""
    found = Tags()
    found.feed(page)
    return found


@pytest.mark.parametrize("words", HOSTILE)
@pytest.mark.parametrize("kind", FORMATS)
def test_no_control_character_comes_out_whatever_people_write(kind: str, words: str) -> None:
    shown = FORMATS[kind](hostile(words))
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_write_makes_no_tag_and_no_attribute_in_html(words: str) -> None:
    mine, plain = tags(html(hostile(words))), tags(html(hostile("plain")))
    assert (mine.tags, mine.attributes) == (plain.tags, plain.attributes)
    assert "script" not in mine.tags


@pytest.mark.parametrize("words", HOSTILE)
def test_a_picture_is_well_formed_and_holds_the_same_elements_whatever_people_write(words: str) -> None:
    def shape(of: str) -> list[tuple[str, list[str]]]:
        return [(each.tag, sorted(each.attrib)) for each in ElementTree.fromstring(svg(hostile(of))).iter()]

    assert shape(words) == shape("plain")


@given(st.text(max_size=60))
def test_any_text_makes_a_well_formed_picture(words: str) -> None:
    assert ElementTree.fromstring(svg(hostile(words))).tag.endswith("svg")


@given(st.text(max_size=40) | st.sampled_from(HOSTILE))
def test_any_text_is_text_in_markdown_and_nothing_else(words: str) -> None:
    page = MarkdownIt("commonmark", {"linkify": False}).enable("table").parse(f"# t\n\n- {escaped(words)}")
    inline = [child for token in page if token.type == "inline" for child in token.children or ()]
    assert {child.type for child in inline} <= {"text", "text_special"}
    assert {token.type for token in page} <= {
        "heading_open", "heading_close", "inline", "bullet_list_open", "bullet_list_close", "list_item_open",
        "list_item_close", "paragraph_open", "paragraph_close",
    }  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_a_table_in_markdown_keeps_its_rows_and_columns_whatever_people_write(words: str) -> None:
    def shape(of: str) -> list[str]:
        return [token.type for token in MarkdownIt("commonmark").enable("table").parse(markdown(hostile(of)))]

    assert shape(words) == shape("plain")


@given(st.lists(st.tuples(st.text(max_size=90), st.text(max_size=200)), min_size=1, max_size=4))
def test_no_line_of_a_table_is_wider_than_the_report(rows: list[tuple[str, str]]) -> None:
    shown = text(Document("t", sections=(Section("s", ("a", "b"), tuple(rows)),)))
    assert all(width(line) <= WIDEST for line in shown.split("\n"))


@given(st.text(max_size=120), st.integers(2, 30))
def test_wrapping_loses_no_character_but_blanks(words: str, size: int) -> None:
    lines = wrapped(words, size)
    assert "".join("".join(lines).split()) == "".join("".join(wrapped(words, 10_000)).split())
    assert all(width(line) <= size for line in lines)


@given(st.lists(st.none() | st.integers(0, 10_000), max_size=20))
def test_marks_keep_their_order_do_not_overlap_and_stay_on_the_line(seconds: list[int | None]) -> None:
    times = [None if each is None else timedelta(seconds=each) for each in seconds]
    length = max([timedelta(seconds=1), *(each for each in times if each is not None)])
    found = places(times, length, 64, [3] * len(times))
    assert [each is None for each in found] == [each is None for each in times]
    known = sorted((time, number, found[number]) for number, time in enumerate(times) if time is not None)
    for (_, _, left), (_, _, right) in pairwise(known):
        assert left is not None
        assert right is not None
        assert left + 3 <= right
    assert all(each is None or 0 <= each <= 61 for each in found)


@given(st.integers(0, 40_000_000), st.integers(2, 9))
def test_a_scale_has_few_ticks_from_the_beginning_on(seconds: int, most: int) -> None:
    found = ticks(timedelta(seconds=seconds), most)
    assert found[0] == timedelta(0)
    assert len(found) <= most
    assert found[-1] <= max(timedelta(seconds=seconds), timedelta(seconds=1))


def broken_off() -> Document:
    """A picture that crowds: many that are late side by side, a long scale, and a drill that was stopped."""
    marks = tuple(Mark(f"mark {n}", timedelta(days=3), timedelta(seconds=n), True) for n in range(4))
    return Document("t", picture=Picture("expected by", "trainees", marks, (timedelta(days=1), timedelta(days=2))))


def test_in_a_picture_no_word_runs_into_another_or_over_the_edge() -> None:
    page = ElementTree.fromstring(svg(broken_off()))
    lines: dict[str, list[tuple[int, int]]] = {}
    for each in page.iter():
        if each.attrib.get("class") in ("number", "tick dim"):
            middle, half = int(each.attrib["x"]), len(each.text or "") * 7 // 2
            lines.setdefault(each.attrib["y"], []).append((middle - half, middle + half))
    for spans in lines.values():
        assert max(right for _, right in spans) <= int(page.attrib["width"])
        for (_, right), (left, _) in pairwise(sorted(spans)):
            assert right <= left


def test_where_a_drill_was_broken_off_both_pictures_show_it_and_say_what_their_signs_mean() -> None:
    page = ElementTree.fromstring(svg(broken_off()))
    above, below = (int(each.attrib["x1"]) for each in page.iter() if each.attrib.get("class") == "stop")
    assert 130 < above < below < 890
    assert {"stopped", "!"} <= {each.text for each in page.iter()}
    *_, upper, lower, meanings = text(broken_off()).rstrip("\n").split("\n")
    assert ("|" in upper, "|" in lower, meanings.strip()) == (True, True, "! = late, | = stopped")


def test_only_a_drill_that_was_aborted_was_broken_off() -> None:
    tale = drilled()
    tale.at("14:09").do(conducting.abort, by="bo")
    aborted, ended = story(tale), story(played())
    nine = timedelta(minutes=9)
    found = [document(aar.report(*each)).picture for each in ((aborted,), (ended,), (ended, aborted))]
    assert [each and each.stopped for each in found] == [(None, nine), (None, None), (nine, None)]


def test_a_share_is_drawn_in_ten_signs() -> None:
    assert [bar(0, 3), bar(1, 3), bar(3, 3), bar(0, 0)] == ["..........", "###.......", "##########", ""]


def test_of_more_marks_than_a_line_holds_the_last_are_drawn_and_none_outside_it() -> None:
    marks = tuple(Mark(f"mark {n}", timedelta(seconds=n), None) for n in range(60))
    crowded = Document("t", picture=Picture("a", "b", marks))
    line = text(crowded).split("\n")[3]
    assert line.endswith("59 60")
    assert width(line) <= WIDEST
    circles = [each.attrib["cx"] for each in ElementTree.fromstring(svg(crowded)).iter() if "cx" in each.attrib]
    assert len(circles) == 38
    assert min(map(int, circles)) >= 130
