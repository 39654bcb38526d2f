"""From a channel of the playbook to what sends on it, on this host."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from warroom.domain.contacts import Channel
from warroom.domain.errors import Refused
from warroom.outreach import secrets
from warroom.outreach.contract import Adapter
from warroom.outreach.secrets import Secret


def nobody() -> frozenset[str]:
    """Who has a terminal open, where nothing knows it."""
    return frozenset()


def open(channel: Channel, secrets_folder: Path, present: Callable[[], frozenset[str]] = nobody) -> Adapter:
    """The adapter of a channel. Its secret is read at each use, so that a changed one needs no restart.

    `secrets_folder`: where files with secrets lie unless the environment says otherwise; `present`: the people who
    have a terminal open, for the kind `console`. Opening touches nothing: what is missing is said by `check`.
    """
    match channel.kind:
        case "apprise":
            from warroom.outreach.apprise import Apprise

            return Apprise(partial(_secret, channel, secrets_folder))
        case "webhook":
            from warroom.outreach.webhook import Webhook

            return Webhook(partial(_secret, channel, secrets_folder))
        case "desktop":
            from warroom.outreach.desktop import Desktop

            return Desktop()
        case "console":
            from warroom.outreach.console import Console

            return Console(present)


def _secret(channel: Channel, folder: Path) -> Secret:
    if not channel.secret:
        raise Refused(
            f"The channel “{channel.name}” names no secret.",
            hint="Name one in the playbook; what it holds stays on each host.",
        )
    return secrets.need(channel.secret, folder)
