"""Which runbook offers itself: by alert, by the address that an alert carries, by service, by the words of a title.

Whoever is woken at three does not know what a runbook is called. An alert's own name is the best hint there is, then
the address in its `runbook_url`; the field names files after alerts, in any spelling of upper and lower case.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

import msgspec

MOST = 10
"How many runbooks are offered."
_BY_ALERT, _BY_ADDRESS, _BY_SERVICE = 1000.0, 500.0, 20.0
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?(?:(?![A-Z])[^\W\d_])+|[A-Z]+|\d+")
_NAME = re.compile(r"[\w-]+")
_OTHER = re.compile(r"[\W_]+")
_EXTENSION = re.compile(r"\.(?:md|markdown|html?|ya?ml|adoc|rst|txt)$", re.IGNORECASE)
_ANCHOR = re.compile(r"^(?:user-content-)?(?:alert-?name-?)?", re.IGNORECASE)
_STOP = re.compile(
    r"a|about|after|all|an|and|are|as|at|be|been|but|by|can|do|does|for|from|has|have|how|if|in|is|it|its|many|more|no|"
    r"not|of|on|or|our|runbook|playbook|so|some|that|the|their|then|there|they|this|to|too|up|very|was|we|what|when|"
    r"where|which|who|why|will|with|you|your"
)


class Offered(Protocol):
    """What is known of a runbook without reading it."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def symptom(self) -> str: ...
    @property
    def services(self) -> tuple[str, ...]: ...
    @property
    def alerts(self) -> tuple[str, ...]: ...
    @property
    def source(self) -> str: ...


class Offer(msgspec.Struct, frozen=True):
    """A runbook that may fit, and why, in words."""

    name: str
    why: str


def offers(
    entries: Iterable[Offered], title: str, services: Sequence[str] = (), alerts: Sequence[str] = (), url: str = ""
) -> list[Offer]:
    """The runbooks that may fit, the likeliest first; the same for the same question.

    `title`: the incident's, or any words for what is seen; it may name an alert, too. `url`: an alert's `runbook_url`.
    """
    known = list(entries)
    asked = {_key(each): each for each in (*alerts, *_NAME.findall(title)) if _key(each)}
    certain = {_key(each) for each in alerts}
    addressed = _address(url)
    wanted = stems(title)
    said = [stems(f"{each.title} {each.symptom} {each.name}") for each in known]
    spread = Counter(word for words in said for word in words)
    found: list[tuple[float, str, str]] = []
    for each, words in zip(known, said, strict=True):
        score, why = 0.0, []
        for key in _keys(each, certain) & asked.keys():
            score, why = _BY_ALERT, [f"for the alert {asked[key]}"]
        if not why and addressed and _all_keys(each) & set(addressed):
            score, why = _BY_ADDRESS, ["the alert's address names it"]
        if both := sorted(set(each.services) & set(services)):
            score += _BY_SERVICE * len(both)
            why.append(f"for {', '.join(both)}")
        if shared := sorted(wanted.keys() & words.keys()):
            score += sum(math.log((len(known) + 1) / spread[word]) for word in shared)
            why.append(f"about {', '.join(wanted[word] for word in shared)}")
        if why:
            found.append((-round(score, 6), each.name, "; ".join(why)))
    return [Offer(name, why) for _, name, why in sorted(found)[:MOST]]


@lru_cache(maxsize=8192)
def stems(text: str) -> Mapping[str, str]:
    """The words of a text that say something, by what is left of them without plural: `PodsCrash` has pod and crash."""
    words = {_stem(word.lower()): word.lower() for word in reversed(_WORD.findall(text))}
    return {stem: word for stem, word in words.items() if len(stem) > 1 and not _STOP.fullmatch(word)}


def _stem(word: str) -> str:
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return word[:-1] if len(word) > 3 and word.endswith("e") else word


def _address(url: str) -> list[str]:
    """What an address names: its anchor, else its last part, without extension; every spelling counts as one."""
    path, _, anchor = url.strip().partition("#")
    last = path.partition("?")[0].rstrip("/").rpartition("/")[2]
    named = [_ANCHOR.sub("", anchor)] if anchor else [_EXTENSION.sub("", last)]
    return [key for key in map(_key, named) if key]


def _keys(entry: Offered, certain: set[str]) -> set[str]:
    """The alerts that a runbook is for; for an alert that was named as such, a file of that name will do."""
    own = {_key(alert) for alert in entry.alerts}
    return own | (_all_keys(entry) & certain)


def _all_keys(entry: Offered) -> set[str]:
    stem = _EXTENSION.sub("", entry.source.partition("#")[0].rpartition("/")[2])
    return {_key(each) for each in (*entry.alerts, entry.name, stem) if _key(each)}


def _key(name: str) -> str:
    """A name without what differs from spelling to spelling."""
    return _OTHER.sub("", name.casefold())
