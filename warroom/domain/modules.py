"""What is in force for an incident: its stack's module first, then the organisation."""

from warroom.domain.contacts import SCREENS, Channel
from warroom.domain.ladder import Module, Policy
from warroom.domain.org import Org
from warroom.domain.runbook import Runbook
from warroom.domain.severity import Severity


def module_of(org: Org, services: tuple[str, ...]) -> Module | None:
    """The first module that answers for any of these services, or None."""
    return next((each for each in org.playbook.modules if set(each.services) & set(services)), None)


def policy_of(org: Org, services: tuple[str, ...]) -> Policy:
    """The ladders and routes for an incident that hurts these services: its module's before the organisation's."""
    book, module = org.playbook, module_of(org, services)
    if module is None:
        return Policy("", org.version, book.ladders, book.routes)
    mine = {ladder.name for ladder in module.ladders}
    others = tuple(ladder for ladder in book.ladders if ladder.name not in mine)
    return Policy(module.name, org.version, (*module.ladders, *others), (*module.routes, *book.routes))


def severities_of(org: Org, services: tuple[str, ...]) -> tuple[Severity, ...]:
    """The taxonomy for an incident that hurts these services: its module's, if it has one of its own."""
    module = module_of(org, services)
    return module.severities if module and module.severities else org.playbook.severities


def runbooks_for(org: Org, services: tuple[str, ...], level: int) -> tuple[Runbook, ...]:
    """The runbooks that are attached to an incident of this level when it is declared, each once."""
    module = module_of(org, services)
    lists = (*(module.checklists if module else ()), *org.playbook.checklists)
    names = dict.fromkeys(name for each in lists if level in each.levels or not each.levels for name in each.runbooks)
    return tuple(found for name in names if (found := org.runbook(name)))


def channels(org: Org) -> dict[str, Channel]:
    """Every channel by the name under which messages for it wait: `NAME`, of a module `MODULE/NAME`."""
    found = {each.name: each for each in org.playbook.channels}
    for module in org.playbook.modules:
        found |= {f"{module.name}/{each.name}": each for each in module.channels}
    return found


def screens(org: Org) -> frozenset[str]:
    """The channels, as in `channels`, that only show something on a screen, and wake nobody."""
    return frozenset(name for name, channel in channels(org).items() if channel.kind in SCREENS)


def channel_key(org: Org, module: str, name: str) -> str:
    """The key, as in `channels`, of what a ladder of this module calls `name`: the module's own channel, if any."""
    key = f"{module}/{name}"
    return key if module and key in channels(org) else name
