"""What imported runbooks are called: after their files, in the letters that a name may have, each once."""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import PurePath

_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 64


def slug(text: str) -> str:
    """A text as a name: `Kube Pod Crash.md` is `kube-pod-crash-md`; "runbook" where no letter is left."""
    plain = unicodedata.normalize("NFKD", text.casefold()).encode("ascii", "ignore").decode()
    return _OTHER.sub("-", plain).strip("-")[:_LONGEST].strip("-") or "runbook"


def unique(wanted: Sequence[tuple[str, PurePath]], taken: Collection[str] = ()) -> list[str]:
    """A name for each of (name, the file it came from, relative to the folder), in the same order.

    Names that several want, or that are `taken`, get the folders above their files in front, the nearest first; what
    is left over gets a number.
    """
    parents = [[slug(part) for part in reversed(path.parent.parts)] for _, path in wanted]
    names = [name for name, _ in wanted]
    for depth in range(max(map(len, parents), default=0)):
        count = Counter([*names, *taken])
        if len(count) == len(names) + len(taken):
            break
        names = [
            _joined(parents[place][depth], name) if count[name] > 1 and depth < len(parents[place]) else name
            for place, name in enumerate(names)
        ]
    return _numbered(names, taken)


def _joined(folder: str, name: str) -> str:
    return f"{folder}-{name}"[:_LONGEST].strip("-")


def _numbered(names: Sequence[str], taken: Collection[str]) -> list[str]:
    found = dict.fromkeys(taken)
    wanted = set(names)
    for name in names:
        free, number = name, 1
        while free in found or (number > 1 and free in wanted):
            number += 1
            free = f"{name[: _LONGEST - 6]}-{number}"
        found[free] = None
    return list(found)[len(taken) :]
