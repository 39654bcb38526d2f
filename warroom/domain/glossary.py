"""The glossary: what the organisation's words mean, for those who read a runbook at three in the morning."""

import re
from collections.abc import Iterable
from functools import lru_cache

import msgspec


class Term(msgspec.Struct, frozen=True):
    """A word and what it means, in a sentence. `also`: other spellings, such as an abbreviation written out."""

    name: str
    meaning: str
    also: tuple[str, ...] = ()


def marked(glossary: tuple[Term, ...], text: str) -> list[tuple[str, Term | None]]:
    """The text in pieces, in order: those that are a term, with it, and those between.

    Whole words count, in any case only where the term is written in lower case: `it` is not the term `IT`.
    """
    pattern = _pattern(glossary)
    if pattern is None or not text:
        return [(text, None)]
    pieces: list[tuple[str, Term | None]] = []
    end = 0
    for found in pattern[0].finditer(text):
        term = pattern[1].get(found.group()) or pattern[1].get(found.group().lower())
        if term is not None:
            pieces += [(text[end : found.start()], None)] if found.start() > end else []
            pieces.append((found.group(), term))
            end = found.end()
    return [*pieces, (text[end:], None)] if end < len(text) else pieces


def terms(glossary: tuple[Term, ...], texts: Iterable[str]) -> list[Term]:
    """The terms that some texts use, each once, in the order of their first use."""
    found = (term for text in texts for _, term in marked(glossary, text) if term is not None)
    return list({term.name: term for term in found}.values())


def explained(glossary: tuple[Term, ...], wanted: str) -> Term | None:
    """The term that somebody asks for, by any of its spellings and in any case; None where there is none."""
    key = " ".join(wanted.split()).casefold()
    return next((term for term in glossary if key in (each.casefold() for each in (term.name, *term.also))), None)


@lru_cache(maxsize=4)
def _pattern(glossary: tuple[Term, ...]) -> tuple[re.Pattern[str], dict[str, Term]] | None:
    """What finds every spelling, the longest first, and whose it is."""
    spellings = {spelling: term for term in glossary for spelling in (term.name, *term.also) if spelling.strip()}
    if not spellings:
        return None
    longest = sorted(spellings, key=lambda spelling: (-len(spelling), spelling))
    alternatives = "|".join(re.escape(each) if each != each.lower() else f"(?i:{re.escape(each)})" for each in longest)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)"), spellings
