"""Test pages: `oncall test-page` sends a code to each contact of a person, `oncall confirm` reads one back."""

import sys

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused
from warroom.room import verified
from warroom.room.verified import CodeFile, Sent
from warroom.settings import state_path

_CAME = {"sent": "sent", "retry": "not sent", "failed": "not sent", "unknown": "perhaps sent"}
_ARRIVED = ("sent", "unknown")


def test_page(session: Session, values: Values) -> int:
    """Send a test page to each contact, from this host, now. Exit 0: each went out; 1: some did not."""
    from warroom.bootstrap import adapters

    room, out = session.room(), session.out
    state = room.feed(None).refresh()
    person, contacts = verified.contacts(state.org, values["person"], values.get("contact", ""))
    ways = adapters(state.org, room.store)
    done = []
    for contact in contacts:
        code = verified.new_code()
        # Kept before it leaves: whoever is quick must not be told that nothing waits.
        _codes().add(state.log_id, person, contact, code, room.store.now())
        receipt = verified.send(ways, person, contact, code)
        done.append(Sent(contact, receipt))
        if not out.json:
            out.table([(contact.name, contact.channel, _CAME[receipt.outcome], receipt.says or "-")])
    arrived = [each for each in done if each.receipt.outcome in _ARRIVED]
    if out.json:
        out.data({"person": person, "contacts": [_view(each) for each in done]})
    elif arrived:
        out.say("Whoever got one reads its code back on this host, within an hour: warroom oncall confirm CODE")
        _prompt(session, len(arrived))
    return 0 if len(arrived) == len(done) else 1


def confirm(session: Session, values: Values) -> int:
    """Read a code back: the contact that it went to is known to work."""
    _confirm(session, values["code"])
    return 0


def _prompt(session: Session, most: int) -> None:
    """Ask for codes at once where somebody is here to type them; an empty line ends it."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return
    right = 0
    while right < most and (code := session.out.read("Code (Enter: later): ")):
        try:
            _confirm(session, code)
        except Refused as refused:
            session.out.say(" ".join(filter(None, (refused.message, refused.hint))))
        else:
            right += 1


def _confirm(session: Session, code: str) -> None:
    room, out = session.room(), session.out
    state = room.feed(None).refresh()
    found = _codes().take(state.log_id, code, room.store.now())
    _, (contact,) = verified.contacts(state.org, found.person, found.contact.name)
    if contact != found.contact:
        raise Refused(
            f"{contact.name} of {found.person} has changed since that test page.",
            hint=f"Send another one: warroom oncall test-page {found.person}",
        )
    room.arrange("oncall.verified", person=found.person, contact=contact.name)
    if out.json:
        out.data({"did": "oncall.verified", "person": found.person, "contact": contact.name})
    else:
        out.line(f"{found.person} can be reached by {contact.name}.")


def _codes() -> CodeFile:
    return CodeFile(state_path() / "test-pages.json")


def _view(sent: Sent) -> dict[str, str]:
    return {
        "contact": sent.contact.name,
        "channel": sent.contact.channel,
        "outcome": sent.receipt.outcome,
        "says": sent.receipt.says,
    }


ACTIONS = {
    "oncall test-page": Action(
        "send a test page with a code to each contact of a person, from this host",
        test_page,
        (Arg("PERSON", "whom to test"), Arg("--contact", "this contact alone", required=False)),
    ),
    "oncall confirm": Action(
        "read the code of a test page back: that contact works",
        confirm,
        (Arg("CODE", "the six digits that arrived"),),
    ),
}
