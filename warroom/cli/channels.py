"""Which channels can be used: what this host has for each, and what the engines that run say."""

from warroom.cli.engines import NOBODY
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain import modules, restored
from warroom.domain.contacts import Channel
from warroom.domain.findings import Finding
from warroom.domain.org import Org
from warroom.room.plain import View


def look(session: Session, org: Org) -> View:
    """`engine`: whether one leads; `channels`: each by its key, whether it is `served`, and what it lacks `here`.

    `held`: why nothing may be sent at all, or null. `told_by_others`: contacts that work, as somebody else said.
    """
    from warroom.bootstrap import adapters
    from warroom.room.engines import engines

    store = session.room().store
    known = engines(store)
    here = adapters(org, store)
    return {
        "held": restored.warning(org) or None,
        "engine": known.leads,
        "overdue": known.overdue,
        "channels": [
            {"name": name, "kind": each.kind, "served": name in known.served, "here": here[name].check() or None}
            for name, each in modules.channels(org).items()
            if _used(org, name, each)
        ],
        "told_by_others": [
            {"person": each.person, "contact": each.contact.name, "by": each.by} for each in org.verified if each.by
        ],
    }


def findings(view: View) -> list[Finding]:
    """What endangers pages: no engine, and a channel that neither an engine serves nor this host could."""
    found = [
        Finding("unserved", each["name"], f"No engine serves {each['name']}, and this host could not: {each['here']}")
        for each in view["channels"]
        if each["here"] and not each["served"]
    ]
    if view["held"]:
        return [Finding("held", "log", view["held"]), *found]
    return found if view["engine"] else [Finding("no-engine", "engine", NOBODY), *found]


def _used(org: Org, name: str, channel: Channel) -> bool:
    """Whether any contact or rung goes by it; what nobody uses need not work."""
    contacts = (contact.channel for person in org.playbook.people for contact in person.contacts)
    ladders = (*org.playbook.ladders, *(ladder for module in org.playbook.modules for ladder in module.ladders))
    targets = (target for ladder in ladders for rung in ladder.rungs for target in rung.targets)
    posts = {target.name for target in targets if target.kind == "channel"}
    return name in {*contacts, *posts} or channel.name in posts


def show(out: Out, view: View) -> None:
    """The same as text."""
    if not view["channels"]:
        return
    out.line("Channels, as this host and the engines have them")
    for each in view["channels"]:
        served = "served" if each["served"] else "not served by any engine"
        here = each["here"] or "ready here"
        out.line(f"  {each['name']}: {served}; {here}")
    out.line("  An engine runs." if view["engine"] else f"  {NOBODY}")
    for each in view["told_by_others"]:
        out.line(f"  {each['contact']} of {each['person']} works, says {each['by']}")
    out.line()
