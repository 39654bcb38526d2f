"""`apprise`: chat, mail, text messages and calls, by the providers that Apprise knows (`pip install warroom[notify]`).

The secret is one Apprise URL, in which `{to}` stands for the contact's address. Apprise answers yes or no; why it was
no is read from what it logs, and told in our own words, because its words hold addresses and keys.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import quote

from warroom.domain.contacts import misread_address, wrong_address
from warroom.domain.errors import Refused, Unavailable
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.hands import Hands
from warroom.outreach.quiet import heard, hush
from warroom.outreach.safe import safe
from warroom.outreach.secrets import Secret

if TYPE_CHECKING:
    import apprise

PLACE = "{to}"

# What stands for the address while nothing is sent: services want a number, a mail address or a name.
_SAMPLES = ("15551234567", "someone@example.org", "someone")
_HTTP = re.compile(r"\berror[=:]\s?([1-5]\d\d)\b")
_SMTP = re.compile(r"(?:\(|was refused: )([45]\d\d)(?:, b['\"]| )")
_LATER = (408, 425, 429)
_ENOUGH = timedelta(seconds=30)
"The pause after a service has said that it had enough: for how long, Apprise does not pass on."
_UNREACHED = ("connecttimeout", "connect timeout", "failed to establish", "refused]", "certificate_verify_failed")
_BROKEN = ("timed out", "timeout", "connection aborted", "unexpectedly closed", "connection reset", "broken pipe")


class Apprise:
    """One Apprise URL. `secret` gives it, or raises Refused with why it cannot."""

    def __init__(self, secret: Callable[[], Secret]) -> None:
        self._secret = secret
        self._hands = Hands()

    def check(self) -> str:
        """Why nothing could be sent, as a sentence; "" where it could. Reads the URL, and sends nothing."""
        try:
            url = self._secret().reveal()
            if any(_service(url, sample) is not None for sample in _SAMPLES):
                return ""
            return "Apprise cannot read the channel's URL. Compare it with what Apprise's manual says of the service."
        except Refused as refusal:
            return f"{refusal.message} {refusal.hint}".strip()

    def send(self, message: Message, timeout: float) -> Receipt:
        """Hand the message to the service within `timeout` seconds."""
        return self._hands.within(
            timeout,
            lambda: self._send(safe(message), timeout),
            lambda: Receipt("unknown", "No answer came in time."),
        )

    def _send(self, message: Message, timeout: float) -> Receipt:
        if wrong := wrong_address(message.to) or misread_address(message.to):
            return Receipt("failed", wrong)
        try:
            url = self._secret().reveal()
            if PLACE in url and not message.to.strip():
                return Receipt("failed", "The contact has no address.")
            service = _service(url, message.to)
        except Refused as refusal:
            return Receipt("retry", refusal.message)
        if service is None:
            return Receipt("failed", "Apprise cannot read the channel's URL with this address.")
        return _notify(service, message, timeout)


def _load() -> None:
    hush()
    try:
        import apprise  # noqa: F401
    except ImportError:
        raise Unavailable("Apprise is not installed here.", hint='Install it: pip install "warroom[notify]"') from None
    hush()


def _service(url: str, to: str) -> "apprise.NotifyBase | None":
    """The service that a URL names, for one address; None where Apprise does not understand it."""
    _load()
    import apprise

    asset = apprise.AppriseAsset(
        app_id="warroom",
        app_desc="warroom",
        app_url="",
        async_mode=False,
        # A receiver that sends us elsewhere would get the key, too.
        http_redirects=False,
        interpret_emojis=False,
        interpret_escapes=False,
        allow_templates=False,
    )
    with heard():
        try:
            found = apprise.Apprise.instantiate(url.replace(PLACE, quote(to, safe="")), asset=asset)
        except Exception:  # noqa: BLE001 - each service reads its URL in its own way, and some stumble
            found = None
    hush()  # the loggers of what only this service needs
    return found


def _notify(service: "apprise.NotifyBase", message: Message, timeout: float) -> Receipt:
    import apprise

    # Half for each, so that a receiver that cannot be reached is known before the time is up.
    service.socket_connect_timeout = service.socket_read_timeout = max(timeout / 2, 0.1)
    kind = apprise.NotifyType.WARNING if message.urgency == "low" else apprise.NotifyType.FAILURE
    with heard() as lines:
        taken = service.notify(
            body=body(message),
            title=message.subject,
            notify_type=kind,
            # One message, never several: the second of two might fail, and both would go again.
            overflow=apprise.OverflowMode.TRUNCATE,
            body_format=apprise.NotifyFormat.TEXT,
        )
    name = str(service.service_name)
    return Receipt("sent", f"{name} took it.") if taken else judge(name, lines)


def body(message: Message) -> str:
    """The text with the link below it, where the text does not hold it; never empty, which Apprise refuses."""
    text = message.text
    if message.link and message.link not in text:
        text = f"{text}\n\n{message.link}"
    return text.strip() or message.subject or "-"


def judge(name: str, lines: list[str]) -> Receipt:
    """What a refusal means, by what Apprise logged. `name`: of the service, such as `Slack`."""
    said = "\n".join(lines)
    status = [int(code) for code in _HTTP.findall(said)]
    if status:
        later = any(code in _LATER or code >= 500 for code in status)
        wait = _ENOUGH if 429 in status else None
        return Receipt("retry" if later else "failed", f"{name} answered {status[-1]}.", wait)
    if code := _SMTP.search(said):
        later = code.group(1).startswith("4")
        return Receipt("retry" if later else "failed", f"The mail server refused it ({code.group(1)}).")
    low = said.lower()
    if any(word in low for word in _UNREACHED):
        return Receipt("retry", f"{name} could not be reached.")
    if any(word in low for word in _BROKEN):
        return Receipt("unknown", f"{name} broke off before an answer.")
    if "exception" in low or "connection" in low:
        return Receipt("retry", f"{name} could not be reached.")
    return Receipt("failed", f"{name} refused it and did not say why.")
