"""Terraform's language, as far as it is plain data: blocks, attributes, lists, objects, texts, references.

Nothing is evaluated. What would have to be (functions, conditions, `for`) is read as `Formula`, its text, so that
whoever needs the value can say that it did not come across.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from warroom.playbook.document import BadFile, Problem

_DEEPEST = 32
_TOKEN = re.compile(
    r"""(?P<blank>[ \t\r]+|\#[^\n]*|//[^\n]*|/\*.*?\*/)
    |(?P<line>\n)
    |<<-?(?P<mark>\w+)[ \t]*\r?\n(?P<heredoc>.*?)^[ \t]*(?P=mark)[ \t]*$
    |(?P<text>"(?:[^"\\$\n]|\\.|\$(?!\{)|\$\{[^}\n]*\})*")
    |(?P<number>-?\d+(?:\.\d+)?)
    |(?P<word>[A-Za-z_][\w-]*(?:\.[\w-]+|\[(?:\d+|"[^"\n]*")\])*)
    |(?P<sign>.)""",
    re.VERBOSE | re.DOTALL | re.MULTILINE,
)
_WHOLE = re.compile(r'"\$\{\s*([\w.\[\]"-]+)\s*\}"')
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", '"': '"', "\\": "\\"}


class Reference(str):
    """The name of another thing, such as `pagerduty_user.ana.id`."""


class Formula(str):
    """What would have to be computed."""


class Block(msgspec.Struct, frozen=True):
    """`resource "pagerduty_user" "ana" { … }`: type, labels, the line, and the body.

    In a body attributes have their value, and inner blocks are lists of bodies under their type.
    """

    type: str
    labels: tuple[str, ...]
    line: int
    body: dict[str, Any]


class _Token(NamedTuple):
    kind: str
    text: str
    line: int


def read_blocks(file: str, text: str) -> list[Block]:
    """The blocks at the top of a file, which problems call `file`; BadFile where it is not Terraform."""
    return _Reader(file, text).blocks()


class _Reader:
    """One pass over the tokens."""

    def __init__(self, file: str, text: str) -> None:
        self._file = file
        self._tokens = list(_tokens(text))
        self._at = 0

    def blocks(self) -> list[Block]:
        found = []
        while self._skip().kind != "end":
            if self._peek().kind != "word":
                raise self._wrong(self._peek())
            if self._is_attribute():
                self._attribute({}, 0)
            else:
                found.append(self._block(0))
        return found

    def _block(self, depth: int) -> Block:
        head = self._next()
        labels = []
        while (token := self._next()).kind in ("text", "word"):
            labels.append(_unquoted(token.text))
        if token.text != "{":
            raise self._wrong(token)
        return Block(head.text, tuple(labels), head.line, self._body(depth + 1))

    def _body(self, depth: int) -> dict[str, Any]:
        """Up to the closing brace."""
        self._limit(depth)
        body: dict[str, Any] = {}
        while (token := self._skip()).text != "}":
            if token.kind != "word":
                raise self._wrong(token)
            if self._is_attribute():
                self._attribute(body, depth)
            else:
                inner = self._block(depth)
                rows = body.setdefault(inner.type, [])
                if isinstance(rows, list):
                    rows.append(inner.body)
        self._next()
        return body

    def _is_attribute(self) -> bool:
        following = self._tokens[self._at + 1]
        return following.text == "=" and following.kind == "sign"

    def _attribute(self, body: dict[str, Any], depth: int) -> None:
        name = self._next().text
        self._next()
        body[name] = self._expression(depth)

    def _expression(self, depth: int) -> Any:
        """A value; where more follows than one value, a Formula of all of it."""
        start = self._at
        value = self._value(depth)
        if self._peek().kind in ("line", "end") or self._peek().text in (",", "]", "}"):
            return value
        self._at = start
        return self._formula()

    def _value(self, depth: int) -> Any:
        self._limit(depth)
        token = self._next()
        match token.kind:
            case "text":
                whole = _WHOLE.fullmatch(token.text)
                return Reference(whole[1]) if whole else _unquoted(token.text)
            case "heredoc" | "number":
                return token.text
            case "word":
                return _word(token.text)
        if token.text == "[":
            return self._list(depth + 1)
        if token.text == "{":
            return self._object(depth + 1)
        return Formula(token.text)

    def _list(self, depth: int) -> Any:
        items = []
        while self._skip().text != "]":
            if self._peek().kind == "end":
                raise self._wrong(self._peek())
            items.append(self._expression(depth))
            if self._skip().text == ",":
                self._next()
            elif self._peek().text != "]":
                raise self._wrong(self._peek())
        self._next()
        return items

    def _object(self, depth: int) -> dict[str, Any]:
        found: dict[str, Any] = {}
        while self._skip().text != "}":
            key = self._next()
            if key.kind not in ("word", "text") or self._next().text not in ("=", ":"):
                raise self._wrong(key)
            found[_unquoted(key.text)] = self._expression(depth)
            if self._skip().text == ",":
                self._next()
        self._next()
        return found

    def _formula(self) -> Formula:
        """Everything up to the end of the line or of what surrounds it, brackets and all."""
        parts: list[str] = []
        depth = 0
        while (token := self._peek()).kind != "end":
            if not depth and (token.kind == "line" or token.text in (",", "]", "}")):
                break
            depth += (token.text in ("(", "[", "{")) - (token.text in (")", "]", "}"))
            parts.append(self._next().text)
        return Formula(" ".join(" ".join(parts).split()))

    def _limit(self, depth: int) -> None:
        if depth > _DEEPEST:
            text = f"is nested deeper than {_DEEPEST} levels"
            raise BadFile([Problem(self._file, self._peek().line, "", text)])

    def _skip(self) -> _Token:
        """The next token that is no end of a line; it stays."""
        while self._peek().kind == "line":
            self._at += 1
        return self._peek()

    def _peek(self) -> _Token:
        return self._tokens[self._at]

    def _next(self) -> _Token:
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def _wrong(self, token: _Token) -> BadFile:
        what = f"“{token.text[:20]}” is not expected here" if token.text.strip() else "something is missing here"
        return BadFile([Problem(self._file, token.line, "", f"this is not Terraform: {what}")])


def _tokens(text: str) -> Iterator[_Token]:
    line = 1
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "sign"
        if kind in ("mark", "heredoc"):
            yield _Token("heredoc", match["heredoc"], line)
        elif kind != "blank":
            yield _Token(kind, match.group(), line)
        line += match.group().count("\n")
    yield _Token("end", "", line)
    yield _Token("end", "", line)


def _word(text: str) -> Any:
    if text in ("true", "false"):
        return text
    return None if text == "null" else Reference(text)


def _unquoted(text: str) -> str:
    if not text.startswith('"'):
        return text
    return re.sub(r"\\(.)", lambda match: _ESCAPES.get(match[1], match[1]), text[1:-1])
