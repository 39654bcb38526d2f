"""Markdown inside a line as plain text: emphasis goes, links keep their address, code spans stay as they are."""

import html
import re
import unicodedata

from warroom.domain.text import visible

WIDEST = 60
"Columns of a step's title, and of a phase's name."
_LONGEST = 20_000
"Lines longer than that are left as they are: nobody wrote them by hand."
_MARKUP = re.compile(r"[`*_~\[<&\\{]")
_CODE = re.compile(r"(?<!`)(`+)(?!`)(.{1,2000}?)(?<!`)\1(?!`)", re.DOTALL)
_COMMAND = re.compile(r"[~./]{0,3}[a-z][\w./-]* +[^\s=]")
_KEPT = re.compile("\0(\\d+)\0")
_SHORTCODE = re.compile(r"\{\{[<%]\s*(.{1,500}?)\s*[%>]\}\}")
_AUTOLINK = re.compile(r"(?<![\w>])<((?:https?|ftp|mailto):[^<>\s]{1,2000})>(?![\w<])")
_LINK = re.compile(
    r"(?<![\\\w])!?\[([^\[\]]{0,1000})\]\(\s*<?([^()\s<>]{0,2000}(?:\([^()\s]{0,500}\)[^()\s<>]{0,500})?)>?"
    r"(?:\s+(\"[^\"]{0,500}\"|'[^']{0,500}'))?\s*\)"
)
_REFERENCE = re.compile(r"(?<!\\)!?\[([^\[\]]{1,1000})\]\[[^\[\]]{0,200}\]")
_TAG = re.compile(r"<!--|-->|</?[A-Za-z][A-Za-z0-9]{0,20}(?:\s[^<>]{0,500})?/?>")
_EMPHASIS = (
    ("***", re.compile(r"(?<![\w\\*])\*\*\*(?=[^\s*])(.{1,400}?)(?<=[^\s\\*])\*\*\*(?![\w*])")),
    ("**", re.compile(r"(?<![\w\\*])\*\*(?=[^\s*])(.{1,400}?)(?<=[^\s\\*])\*\*(?![\w*])")),
    ("__", re.compile(r"(?<![\w\\])__(?=[^\s_])(.{1,400}?)(?<=[^\s\\_])__(?!\w)")),
    ("~~", re.compile(r"(?<!\w)~~(?=\S)(.{1,400}?)(?<=\S)~~(?!\w)")),
    ("*", re.compile(r"(?<![\w\\*])\*(?=[^\s*])([^*]{1,400}?)(?<=[^\s\\*])\*(?![\w*])")),
    ("_", re.compile(r"(?<![\w\\])_(?=[^\s_])([^_]{1,400}?)(?<=[^\s\\_])_(?!\w)")),
)
_WORD = re.compile(r"[^\W_]+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_SENTENCE = re.compile(r"(?<=[^\s.])[.!?](?=\s+[^\sa-z0-9])|(?<=\S):$")
_NAMED_TAG = re.compile(
    r"a|abbr|article|aside|audio|b|blockquote|body|br|button|caption|center|code|col|dd|del|details|div|dl|dt|em|embed|"
    r"figure|font|footer|form|h[1-6]|head|header|hr|html|i|iframe|img|input|ins|kbd|label|li|link|main|meta|nav|nobr|"
    r"ol|option|p|path|picture|pre|q|s|samp|script|section|select|small|source|span|strike|strong|style|sub|summary|"
    r"sup|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|tt|u|ul|var|video",
    re.IGNORECASE,
)


def commands(text: str) -> list[str]:
    """The code spans of a paragraph that are commands rather than names: a program and at least one argument."""
    spans = (" ".join(found.group(2).split()).removeprefix("$ ") for found in _CODE.finditer(text))
    return [span for span in spans if _COMMAND.match(span)]


def plain(text: str, *, title: bool = False) -> str:
    """A line, or a paragraph, without its markup. `title`: without addresses, HTML tags and the marks of code, too."""
    if len(text) > _LONGEST or not _MARKUP.search(text):
        return text
    spans: list[str] = []

    def keep(found: re.Match[str]) -> str:
        spans.append(found.group(2) if title else found.group())
        return f"\0{len(spans) - 1}\0"

    text = _CODE.sub(keep, text)
    text = _SHORTCODE.sub(r"[\1]", text)
    text = _AUTOLINK.sub(r"\1", text)
    for _ in range(2):  # a picture may stand in a link
        text = _LINK.sub(_named if title else _linked, text)
    if title:
        text = _REFERENCE.sub(r"\1", text)
        text = _TAG.sub(_untagged, text)
    for sign, mark in _EMPHASIS:
        if sign in text:
            text = mark.sub(r"\1", text)
    text = _ENTITY.sub(lambda found: visible(html.unescape(found.group())) or found.group(), text)
    text = _ESCAPE.sub(r"\1", text)
    return _KEPT.sub(lambda found: spans[int(found.group(1))], text)


def heading(text: str) -> str:
    """A text as a title of any length: one line without markup."""
    return " ".join(plain(" ".join(text.split()), title=True).split())


def first_sentence(text: str) -> str:
    """The first sentence of a title's text, or all of it."""
    found = _SENTENCE.search(text)
    return text[: found.end()] if found else text


def same(title: str, text: str) -> bool:
    """Whether a title says all that a text says: the same words and signs, apart from the marks of code."""
    if _WORD.findall(title) != _WORD.findall(text):
        return False
    return "".join(title.replace("`", "").split()) == "".join(text.replace("`", "").split())


def short(text: str, widest: int = WIDEST) -> str:
    """The text in at most so many columns (and characters), cut at a word with an ellipsis."""
    if columns(text) <= widest:
        return text
    kept = text
    while columns(kept) >= widest:
        kept = kept[: min(len(kept) - 1, widest)]
    words = kept.rsplit(None, 1)
    # A single word of that length is cut where it is, and so is one that would leave hardly anything.
    kept = words[0] if len(words) == 2 and columns(words[0]) * 2 > widest else kept
    return kept.rstrip(" ,;:.") + "…"


def columns(text: str) -> int:
    """The cells that a text takes, counting at least one for each character."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def is_tag(name: str) -> bool:
    """Whether `<name>` is HTML."""
    return bool(_NAMED_TAG.fullmatch(name.split()[0]))


def _linked(found: re.Match[str]) -> str:
    text, address, title = found.group(1), found.group(2), found.group(3)
    where = " ".join(part for part in (address, title) if part)
    if not text or (text == address and not title):
        return where or text
    return f"{text} ({where})" if where else text


def _named(found: re.Match[str]) -> str:
    return found.group(1) or found.group(2)


def _untagged(found: re.Match[str]) -> str:
    tag = found.group().strip("<>/!- ")
    return " " if not tag or is_tag(tag) else found.group()
