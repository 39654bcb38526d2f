"""What has to be filled in: `<cluster>` in any text of a runbook, unless it is HTML, XML, or what a program printed."""

import re
from collections.abc import Iterator

from warroom.domain.runbook import Parameter, Phase, placeholders
from warroom.playbook.markdown.inline import is_tag

_PRINTED = re.compile(
    r"anonymous|default|eof|invalid|nil|none|null|pending|stderr|stdin|stdout|undefined|unknown|unset", re.IGNORECASE
)


def parameters(phases: tuple[Phase, ...]) -> tuple[Parameter, ...]:
    """The parameters of the phases' texts, each once, in order."""
    whole = "\n".join(_texts(phases))
    return tuple(Parameter(name, kind="text") for name in placeholders(whole) if _is_place(name, whole))


def _is_place(name: str, whole: str) -> bool:
    return not (is_tag(name) or _PRINTED.fullmatch(name) or f"</{name}>" in whole)


def _texts(phases: tuple[Phase, ...]) -> Iterator[str]:
    for phase in phases:
        for step in phase.steps:
            yield from (step.title, step.detail, step.command)
