"""What of a step's `run` is wrong on the face of it: a target or an expectation that its tool can never take.

A light rule for each tool, by how the text is written; the tool itself is stricter, but is asked only when a step runs.
What holds a place (`<cluster>`) is known only when that is filled in.
"""

import ipaddress
import re
from collections.abc import Callable, Iterator, Sequence

from warroom.domain.runbook import Tool, placeholders

_URL = re.compile(r"https?://[^\s/?#]\S*", re.ASCII)
_HOST_PORT = re.compile(r"(?:[^\s:\[\]]+|\[[^\s\]]+\]):\d{1,5}", re.ASCII)
_STATUSES = re.compile(r"[1-5](?:\d\d|[xX]{2})(?:\s*,\s*[1-5](?:\d\d|[xX]{2}))*", re.ASCII)
_CODES = re.compile(r"\d{1,3}(?:\s*,\s*\d{1,3})*", re.ASCII)
_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,3})?", re.ASCII)


def faults(tool: Tool, args: Sequence[str], expect: str) -> Iterator[tuple[str, str]]:
    """The field (the tool's, or `expect`) and what is wrong with it."""
    if tool == "command":
        if args and "/" in args[0]:
            yield f"{tool}[0]", f'"{args[0]}" is a path; name a command of the host\'s list (commands.toml)'
        if args and placeholders(args[0]):
            yield f"{tool}[0]", "what runs cannot be filled in; name the command itself"
    elif tool == "load":
        if args:
            yield tool, "is always that of this host; leave the target out"
    elif not args:
        yield tool, "needs a target"
    elif not placeholders(args[0]) and (text := _target(tool, args[0])):
        yield tool, f'"{args[0]}" is {text}'
    if expect and not placeholders(expect) and (text := _EXPECT[tool](expect)):
        yield "expect", text


def _target(tool: Tool, target: str) -> str:
    if tool == "http" and not _URL.fullmatch(target):
        return "no URL that begins with http:// or https://"
    if tool == "tcp" and not _HOST_PORT.fullmatch(target):
        return "no host with a port, such as db-1:5432"
    if tool in ("disk", "deploys") and not target.startswith("/"):
        return "not an absolute path"
    if tool in ("dns", "tls") and ("/" in target or " " in target):
        return "no name of a host"
    return ""


def _nothing(expect: str) -> str:
    return "nothing can be expected of this tool; leave it out"


def _codes(expect: str) -> str:
    return "" if _CODES.fullmatch(expect) else f'"{expect}" is no exit code; expect 0, or several: 0, 1'


def _status(expect: str) -> str:
    return "" if _STATUSES.fullmatch(expect) else f'"{expect}" is no status; expect 200, 2xx, or several: 200, 404'


def _address(expect: str) -> str:
    try:
        ipaddress.ip_address(expect)
    except ValueError:
        return f'"{expect}" is no address such as 10.0.0.7'
    return ""


def _number(unit: str) -> Callable[[str], str]:
    def wrong(expect: str) -> str:
        bare = expect.removesuffix(unit).strip()
        return "" if _NUMBER.fullmatch(bare) else f'"{expect}" is no number, such as 2{unit}'

    return wrong


_EXPECT: dict[Tool, Callable[[str], str]] = {
    "command": _codes,
    "http": _status,
    "dns": _address,
    "tls": _number("d"),
    "tcp": _nothing,
    "disk": _number("%"),
    "load": _number(""),
    "journal": _nothing,
    "deploys": _nothing,
    "postgres": _nothing,
}
