"""How people are reached: channels of the organisation, and each person's contacts by urgency and order."""

import re
from datetime import timedelta
from typing import Literal

import msgspec

from warroom.domain.text import visible

Urgency = Literal["high", "low"]
Kind = Literal["apprise", "webhook", "desktop", "console"]
SCREENS: frozenset[Kind] = frozenset(("desktop", "console"))
"Kinds that somebody sees who sits before a screen, and that wake nobody."

LONGEST_ADDRESS = 200
"Characters."

_CODE = re.compile(r"%[0-9A-Fa-f]{2}")


class Channel(msgspec.Struct, frozen=True):
    """A way out of the house. `secret`: the name under which each host keeps its address and keys; never the secret.

    `apprise`: an Apprise URL, in which `{to}` stands for the contact's address. `webhook`: a URL that gets signed
    JSON. `desktop`: a notification where the engine runs. `console`: the person's own open terminal. `at_most`
    messages in `per` go to one address (0 = no limit); the first page of an incident always goes. `drill`: what drills
    may use.
    """

    name: str
    kind: Kind
    secret: str = ""
    title: str = ""
    at_most: int = 0
    per: timedelta = timedelta(0)
    drill: bool = False


class Contact(msgspec.Struct, frozen=True):
    """One way to reach a person: an address on a channel, `after` so long, for pages of these urgencies."""

    name: str
    channel: str
    to: str = ""
    urgencies: tuple[Urgency, ...] = ("high", "low")
    after: timedelta = timedelta(0)


class Verified(msgspec.Struct, frozen=True):
    """A contact whose test page was answered; `contact` as it stood then, so that a new address counts as untested.

    `by`: who else said so; "" = that person.
    """

    person: str
    contact: Contact
    by: str = ""


def wrong_address(to: str) -> str:
    """Why no channel takes an address, as a sentence; "" where one may.

    An address is never mended: what is left of one with a line end in it might be somebody else's.
    """
    if visible(to) != to:
        return "The address holds a control character."
    if len(to) > LONGEST_ADDRESS:
        return f"The address is longer than {LONGEST_ADDRESS} characters."
    if any(part in (".", "..") for part in re.split(r"[/\\]", to)):
        return "The address holds a path that leads upwards."
    return ""


def misread_address(to: str) -> str:
    """Why Apprise would take an address for something else, as a sentence; "" where it would not."""
    if "," in to or ";" in to:
        # Services take a list for several receivers, and wait for seconds between them.
        return "The address is a list; write a contact for each."
    if _CODE.search(to):
        # What stands behind `?` is unquoted twice, so that `%0A` would become a line end.
        return "The address holds a percent sign that reads as a code."
    return ""
