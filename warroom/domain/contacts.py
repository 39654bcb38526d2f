"""How people are reached: channels of the organisation, and each person's contacts by urgency and order."""

from datetime import timedelta
from typing import Literal

import msgspec

Urgency = Literal["high", "low"]
Kind = Literal["apprise", "webhook", "desktop", "console"]
SCREENS: frozenset[Kind] = frozenset(("desktop", "console"))
"Kinds that somebody sees who sits before a screen, and that wake nobody."


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
    """A contact whose test page was answered; `contact` as it stood then, so that a new address counts as untested."""

    person: str
    contact: Contact
