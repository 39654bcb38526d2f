"""Messages go out by Apprise as text, once, and what it says of a failure is understood and never repeated."""

import builtins
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outreach import receivers
from tests.outreach.receivers import mail_server, receiver, status
from tests.probes.servers import CERTIFICATES, closed
from warroom.domain.errors import Refused
from warroom.outreach.apprise import Apprise, judge
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.secrets import Secret

SOON = 1.5
"Seconds that a receiver gets which is never going to answer."
LONG = 30.0
CANARY = "canary-9e21"

MESSAGE = Message(
    key="3f2a/1",
    to="ana@example.org",
    subject="SEV1 payments",
    text="Card payments fail.",
    link="https://war.example.org/a/1",
)


def channel(url: str) -> Apprise:
    return Apprise(lambda: Secret(url))


def json_url(server: receivers.Receiver, schema: str = "json") -> str:
    return f"{schema}://war:{CANARY}@127.0.0.1:{server.port}/{CANARY}/{{to}}"


def sent_to(answer: receivers.Answer, timeout: float = LONG) -> Receipt:
    with receiver(answer) as server:
        return channel(json_url(server)).send(MESSAGE, timeout)


def changed(**fields: Any) -> Message:
    return msgspec.structs.replace(MESSAGE, **fields)


def test_a_message_arrives_at_its_address_with_its_link() -> None:
    with receiver(status(200)) as server:
        assert channel(json_url(server)).send(MESSAGE, LONG) == Receipt("sent", "JSON took it.")
        (asked,) = server.asked
    assert unquote(asked.path) == f"/{CANARY}/ana@example.org"
    told = json.loads(asked.body)
    assert told["title"] == "SEV1 payments"
    assert told["message"] == "Card payments fail.\n\nhttps://war.example.org/a/1"


def test_a_link_that_is_in_the_text_is_not_repeated() -> None:
    with receiver(status(200)) as server:
        channel(json_url(server)).send(changed(text="Go to https://war.example.org/a/1 now"), LONG)
        assert json.loads(server.asked[0].body)["message"] == "Go to https://war.example.org/a/1 now"


def test_ntfy_gets_the_topic_and_the_text() -> None:
    with receiver(status(200)) as server:
        receipt = channel(f"ntfy://127.0.0.1:{server.port}/{{to}}").send(changed(to="ana-pages"), LONG)
        (asked,) = server.asked
    assert receipt == Receipt("sent", "ntfy took it.")
    assert json.loads(asked.body)["topic"] == "ana-pages"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(400, "failed"), (401, "failed"), (404, "failed"), (408, "retry"), (429, "retry"), (500, "retry"), (503, "retry")],
)
@pytest.mark.parametrize("schema", ["json", "form", "xml"])
def test_what_each_status_means(schema: str, code: int, outcome: str) -> None:
    with receiver(status(code)) as server:
        receipt = channel(json_url(server, schema)).send(MESSAGE, LONG)
    assert receipt.outcome == outcome
    assert receipt.says.endswith(f" answered {code}.")


def test_a_redirect_is_not_followed() -> None:
    with receiver(status(200)) as elsewhere:
        receipt = sent_to(status(307, Location=f"{elsewhere.url}/steal"))
        assert elsewhere.asked == []
    assert receipt == Receipt("failed", "JSON answered 307.")


def test_where_nobody_listens_it_may_be_tried_again() -> None:
    with closed() as port:
        receipt = channel(f"json://127.0.0.1:{port}/").send(MESSAGE, LONG)
    assert receipt == Receipt("retry", "JSON could not be reached.")


def test_a_certificate_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATES / "ca.pem"))
    with receiver(status(200), "valid") as server:
        assert channel(f"jsons://localhost:{server.port}/").send(MESSAGE, LONG).outcome == "sent"
    with receiver(status(200), "expired") as server:
        assert channel(f"jsons://localhost:{server.port}/").send(MESSAGE, LONG).outcome == "retry"
        assert server.asked == []


def test_a_receiver_that_says_nothing_may_have_taken_it() -> None:
    receipt = sent_to(receivers.never, SOON)
    assert receipt.outcome == "unknown"


def test_a_receiver_that_drips_cannot_hold_us_longer_than_the_time_we_have() -> None:
    assert sent_to(receivers.drip, SOON) == Receipt("unknown", "No answer came in time.")


def test_a_receiver_that_breaks_off_may_have_taken_it() -> None:
    assert sent_to(receivers.gone) == Receipt("unknown", "JSON broke off before an answer.")


@pytest.mark.parametrize("to", ["ana?x=1&y=2#/b@c:80", "?method=PUT&-q=1", "a&+X-Evil=1", "100%", "{to}"])
@pytest.mark.parametrize("schema", ["json", "form", "xml"])
def test_an_address_stays_one_part_of_the_url(schema: str, to: str) -> None:
    with receiver(status(200)) as server:
        channel(json_url(server, schema)).send(changed(to=to), LONG)
        channel(f"{schema}://127.0.0.1:{server.port}/?-to={{to}}").send(changed(to=to), LONG)
        in_path, in_query = server.asked
    assert unquote(in_path.path) == f"/{CANARY}/{to}"
    assert "?" not in in_path.path
    assert parse_qsl(urlsplit(in_query.path).query) == [("to", to)]
    assert "X-Evil" not in in_path.headers


@pytest.mark.parametrize(
    ("to", "says"),
    [
        ("", "The contact has no address."),
        ("ana\r\nBcc: eve@example.org", "The address holds a control character."),
        ("ana\u202e@example.org", "The address holds a control character."),
        ("ana@example.org,bo@example.org", "The address is a list; write a contact for each."),
        ("ana%0D%0ABcc:eve@example.org", "The address holds a percent sign that reads as a code."),
        ("../../admin", "The address holds a path that leads upwards."),
        ("a" * 201, "The address is longer than 200 characters."),
    ],
)
def test_an_address_that_cannot_be_one_gets_nothing(to: str, says: str) -> None:
    with receiver(status(200)) as server:
        assert channel(json_url(server)).send(changed(to=to), LONG) == Receipt("failed", says)
        assert server.asked == []


def mail(port: int) -> Apprise:
    return channel(f"mailto://127.0.0.1:{port}/?from=war@example.org&to={{to}}")


def test_mail_arrives() -> None:
    with mail_server() as (post, port):
        assert mail(port).send(MESSAGE, LONG) == Receipt("sent", "E-Mail took it.")
        found = post.mail()
    assert found["Subject"] == "SEV1 payments"
    assert found["To"].addresses[0].addr_spec == "ana@example.org"
    assert post.envelopes[0].rcpt_tos == ["ana@example.org"]


def test_nothing_gets_into_the_head_of_a_mail() -> None:
    with mail_server() as (post, port):
        mail(port).send(changed(subject="SEV1\r\nBcc: eve@example.org\r\n\r\nX\x1b[2J\u202e"), LONG)
        found = post.mail()
    assert found["Bcc"] is None
    assert post.envelopes[0].rcpt_tos == ["ana@example.org"]
    assert found["Subject"] == "SEV1 Bcc: eve@example.org X␛[2J�"


def test_markup_in_a_mail_is_text() -> None:
    with mail_server() as (post, port):
        mail(port).send(changed(text="<img src=x> & \x1b]0;pwned\x07"), LONG)
        parts = {part.get_content_type(): part.get_content() for part in post.mail().walk() if not part.is_multipart()}
    assert "<img" not in parts.get("text/html", "")
    assert "\x1b" not in "".join(parts.values())
    assert any("img src=x" in text for text in parts.values())


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [("550 5.1.1 canary-9e21: no such user", "failed"), ("451 4.3.0 canary-9e21: come later", "retry")],
)
def test_what_a_mail_server_says_is_understood(answer: str, outcome: str) -> None:
    with mail_server() as (post, port):
        post.refuses = answer
        receipt = mail(port).send(MESSAGE, LONG)
    assert receipt == Receipt(outcome, f"The mail server refused it ({answer[:3]}).")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        "mailtos://war:pw@mail.example.org?from=war@example.org&to={to}",
        "ntfys://token@ntfy.example.org/{to}?priority=max",
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#incidents",
        "twilio://ACaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa:token@15551230100/{to}",
        "jsons://hooks.example.org/{to}",
    ],
)
def test_urls_that_can_be_used(url: str) -> None:
    assert channel(url).check() == ""


@pytest.mark.parametrize("url", [f"nosuch://{CANARY}", f"{CANARY}", f"slack://{CANARY}", "mailto://", "://"])
def test_urls_that_cannot_be_used_are_told_without_a_word_of_them(
    url: str, caplog: pytest.LogCaptureFixture, everything_logged: Callable[[], None]
) -> None:
    everything_logged()
    told = channel(url).check()
    receipt = channel(url).send(MESSAGE, LONG)
    assert "cannot read the channel's URL" in told
    assert receipt.outcome == "failed"
    assert "cannot read the channel's URL" in receipt.says
    assert CANARY not in f"{told} {receipt!r} {caplog.text}"


@given(st.sampled_from(["json", "mailto", "slack", "twilio", "tgram", "matrix", "xmpp"]), st.text(max_size=30))
def test_whatever_is_in_the_secret_it_is_a_sentence_at_most(schema: str, rest: str) -> None:
    assert isinstance(channel(f"{schema}://{rest}").check(), str)


@pytest.mark.parametrize(
    "answer", [status(200), status(404), status(429), receivers.never, receivers.drip, receivers.gone]
)
def test_neither_address_nor_key_is_in_a_log_or_a_receipt(
    answer: receivers.Answer, caplog: pytest.LogCaptureFixture, everything_logged: Callable[[], None]
) -> None:
    everything_logged()
    receipt = sent_to(answer, SOON)
    with closed() as port:
        unreached = channel(f"json://{CANARY}:x@127.0.0.1:{port}/{CANARY}").send(MESSAGE, SOON)
    shown = f"{receipt!r} {unreached!r} {caplog.text}"
    assert CANARY not in shown
    assert "127.0.0.1" not in shown


def test_the_logs_of_others_are_left_alone(caplog: pytest.LogCaptureFixture) -> None:
    sent_to(status(200))
    logging.getLogger("warroom.test").warning("heard")
    assert "heard" in caplog.text


def test_without_apprise_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def missing(name: str, *more: Any) -> Any:
        if name == "apprise":
            raise ImportError(name)
        return real(name, *more)

    monkeypatch.setattr(builtins, "__import__", missing)
    assert channel("json://localhost/").check() == (
        'Apprise is not installed here. Install it: pip install "warroom[notify]"'
    )
    assert channel("json://localhost/").send(MESSAGE, LONG) == Receipt("retry", "Apprise is not installed here.")


def test_a_secret_that_is_missing_is_told() -> None:
    def missing() -> Secret:
        raise Refused("This host keeps no secret “chat”.", hint="Put it there.")

    adapter = Apprise(missing)
    assert adapter.check() == "This host keeps no secret “chat”. Put it there."
    assert adapter.send(MESSAGE, LONG) == Receipt("retry", "This host keeps no secret “chat”.")


@pytest.mark.parametrize(
    ("line", "outcome"),
    [
        ("Failed to send Slack notification: Bad Request, error=400.", "failed"),
        ("Failed to send Slack notification: error=429.", "retry"),
        ("Socket Exception: (535, b'5.7.8 no such password')", "failed"),
        ("Socket Exception: (421, b'busy')", "retry"),
        ("SMTP recipient a@b was refused: 451 b'later'", "retry"),
        ("Socket Exception: Connection unexpectedly closed", "unknown"),
        ("Socket Exception: HTTPConnectionPool(host='x', port=1): Read timed out. (read timeout=5)", "unknown"),
        ("Socket Exception: x timed out. (connect timeout=5) ConnectTimeoutError", "retry"),
        ("Socket Exception: [Errno 111] Connection refused", "retry"),
        ("A Connection error occurred sending Slack notification.", "retry"),
        ("There are no Email recipients to notify", "failed"),
        ("", "failed"),
    ],
)
def test_what_apprise_says_is_understood(line: str, outcome: str) -> None:
    receipt = judge("Slack", [line])
    assert receipt.outcome == outcome
    assert line == "" or line not in receipt.says


def test_a_service_that_has_had_enough_is_given_time() -> None:
    assert judge("Slack", ["Failed to send Slack notification: error=429."]).after == timedelta(seconds=30)
    assert judge("Slack", ["Failed to send Slack notification: error=503."]).after is None
