"""A webhook gets signed JSON once, and each way of answering, or of not answering, is told apart."""

import hashlib
import hmac
import json
import logging
import threading
import time
from collections.abc import Callable
from datetime import timedelta
from email.utils import formatdate
from urllib.parse import urlsplit

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.outreach import receivers
from tests.outreach.receivers import receiver, status
from tests.probes.servers import CERTIFICATES, answering, closed, silent
from warroom.domain.errors import Refused
from warroom.outreach.contract import Message, Receipt
from warroom.outreach.secrets import Secret
from warroom.outreach.webhook import LONGEST_WAIT, Webhook, judge, read, wait

KEY = "canary-key-5b1d0c"
PATH = "/hook/canary-path-77"
SOON = 1.5
"Seconds that a receiver gets which is never going to answer."
LONG = 30.0

MESSAGE = Message(
    key="3f2a/1",
    to="ana",
    subject="SEV1 payments",
    text="Card payments fail.\nAcknowledge.",
    link="https://war.example.org/a/1",
    marks="DRILL",
    repeat=True,
    incident="INC-7",
)


def hook(url: str) -> Webhook:
    secret = Secret(json.dumps({"url": url + PATH, "key": KEY}))
    return Webhook(lambda: secret)


def sent_to(answer: receivers.Answer, timeout: float = LONG) -> Receipt:
    with receiver(answer) as server:
        return hook(server.url).send(MESSAGE, timeout)


def test_the_message_arrives_signed() -> None:
    with receiver(status(202)) as server:
        assert hook(server.url).send(MESSAGE, LONG) == Receipt("sent", "Answered 202.")
        (asked,) = server.asked
    assert asked.path == PATH
    assert json.loads(asked.body) == {
        "version": 1,
        "key": "3f2a/1",
        "incident": "INC-7",
        "to": "ana",
        "subject": "DRILL SEV1 payments",
        "text": "Card payments fail.\nAcknowledge.",
        "urgency": "high",
        "link": "https://war.example.org/a/1",
        "marks": "DRILL",
        "repeat": True,
    }
    stamp = asked.headers["X-Warroom-Timestamp"]
    assert abs(int(stamp) - time.time()) < 120
    wanted = hmac.new(KEY.encode(), stamp.encode() + b"." + asked.body, hashlib.sha256).hexdigest()
    assert asked.headers["X-Warroom-Signature"] == f"sha256={wanted}"
    assert asked.headers["Idempotency-Key"] == "3f2a/1"
    assert asked.headers["Content-Type"] == "application/json"


def test_every_attempt_has_the_same_key() -> None:
    with receiver(status(500)) as server:
        for _ in range(2):
            hook(server.url).send(MESSAGE, LONG)
        assert [asked.headers["Idempotency-Key"] for asked in server.asked] == ["3f2a/1", "3f2a/1"]


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (200, "sent"),
        (204, "sent"),
        (400, "failed"),
        (401, "failed"),
        (404, "failed"),
        (410, "failed"),
        (408, "retry"),
        (425, "retry"),
        (429, "retry"),
        (500, "retry"),
        (503, "retry"),
    ],
)
def test_what_each_status_means(code: int, outcome: str) -> None:
    receipt = sent_to(status(code))
    assert receipt == Receipt(outcome, f"Answered {code}.")  # type: ignore[arg-type]


def test_a_receiver_says_in_seconds_when_to_come_again() -> None:
    assert sent_to(status(429, Retry_After="90")).after == timedelta(seconds=90)


def test_a_receiver_says_with_a_date_when_to_come_again() -> None:
    after = sent_to(status(503, Retry_After=formatdate(time.time() + 1800, usegmt=True))).after
    assert after is not None
    assert timedelta(minutes=20) < after <= timedelta(minutes=30)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("0", timedelta(0)),
        ("99999999999999999999", LONGEST_WAIT),
        (formatdate(1000 + 10**6, usegmt=True), LONGEST_WAIT),
        (formatdate(500, usegmt=True), timedelta(0)),
        (formatdate(1060, usegmt=True), timedelta(seconds=60)),
        ("", None),
        ("-5", None),
        ("soon", None),
        ("²", None),
        ("Fri, 99 Foo 2026 00:00:00 GMT", None),
    ],
)
def test_how_long_a_receiver_puts_us_off(text: str, after: timedelta | None) -> None:
    assert wait(text, 1000.0) == after


@given(st.text(), st.floats(0, 4e9))
def test_whatever_a_receiver_says_it_puts_us_off_an_hour_at_most(text: str, now: float) -> None:
    after = wait(text, now)
    assert after is None or timedelta(0) <= after <= LONGEST_WAIT


@given(st.integers(100, 999))
def test_every_status_means_something(code: int) -> None:
    assert judge(code, {}, 0.0).outcome in ("sent", "retry", "failed")


def test_a_receiver_that_takes_the_request_and_says_nothing_may_have_taken_it() -> None:
    assert sent_to(receivers.never, SOON) == Receipt("unknown", "No answer came in time.")


def test_a_receiver_that_drips_cannot_hold_us_longer_than_the_time_we_have() -> None:
    assert sent_to(receivers.drip, SOON) == Receipt("unknown", "No answer came in time.")


def test_the_head_of_the_answer_is_enough() -> None:
    assert sent_to(receivers.drip_body) == Receipt("sent", "Answered 202.")
    assert sent_to(receivers.cut_body) == Receipt("sent", "Answered 200.")
    assert sent_to(lambda handler: handler.reply(200, b"x" * (8 << 20))) == Receipt("sent", "Answered 200.")


def test_a_receiver_that_breaks_off_may_have_taken_it() -> None:
    for answer in (receivers.gone, receivers.half):
        assert sent_to(answer) == Receipt("unknown", "The connection broke before an answer.")


def test_a_receiver_that_speaks_no_http_may_have_taken_it() -> None:
    with answering(lambda link: link.sendall(b"220 mail.example.org ESMTP\r\n")) as port:
        assert hook(f"http://127.0.0.1:{port}").send(MESSAGE, LONG).outcome == "unknown"


def test_where_nobody_listens_it_may_be_tried_again() -> None:
    with closed() as port:
        assert hook(f"http://127.0.0.1:{port}").send(MESSAGE, LONG) == Receipt("retry", "It could not be reached.")


def test_where_no_connection_comes_about_nothing_has_left() -> None:
    with silent() as port:
        receipt = hook(f"https://127.0.0.1:{port}").send(MESSAGE, SOON)
    assert receipt == Receipt("retry", "It could not be reached.")


def test_what_was_given_up_does_not_leave_later() -> None:
    go = threading.Event()

    with receiver(status(200)) as server:

        def slow() -> Secret:
            go.wait(60)
            return Secret(f"{server.url}\n{KEY}")

        receipt = Webhook(slow).send(MESSAGE, 0.05)
        left_behind = [thread for thread in threading.enumerate() if thread.name == "outreach"]
        go.set()
        for thread in left_behind:
            thread.join(60)
        assert server.asked == []
    assert left_behind
    assert receipt == Receipt("retry", "It could not be reached.")


@pytest.mark.parametrize("answer", [receivers.never, receivers.drip, receivers.drip_body])
def test_no_thread_is_left_behind_by_a_receiver_that_never_ends(answer: receivers.Answer) -> None:
    with receiver(answer) as server:
        hook(server.url).send(MESSAGE, SOON)
        for thread in threading.enumerate():
            if thread.name == "outreach":
                thread.join(60)
                assert not thread.is_alive()


def test_a_redirect_is_not_followed() -> None:
    with receiver(status(200)) as elsewhere:
        receipt = sent_to(status(307, Location=f"{elsewhere.url}/steal"))
        assert elsewhere.asked == []
    assert receipt.outcome == "failed"
    assert receipt.says == "Answered 307: it sends elsewhere, which is never followed."


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    with closed() as port, receiver(status(200)) as server:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{port}")
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        assert hook(server.url).send(MESSAGE, LONG).outcome == "sent"


def test_a_certificate_is_checked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(CERTIFICATES / "ca.pem"))
    with receiver(status(200), "valid") as server:
        assert hook(server.url.replace("127.0.0.1", "localhost")).send(MESSAGE, LONG).outcome == "sent"
    for wrong in ("expired", "self-signed", "elsewhere"):
        with receiver(status(200), wrong) as server:
            receipt = hook(server.url.replace("127.0.0.1", "localhost")).send(MESSAGE, LONG)
            assert receipt == Receipt("retry", "Its certificate is not valid.")
            assert server.asked == []


@pytest.mark.parametrize(
    "text",
    [
        f"https://hooks.example.org/x\n{KEY}\n",
        f"  https://hooks.example.org:8443/x  \n\n{KEY}",
        json.dumps({"url": "https://hooks.example.org/x", "key": KEY}),
        f"http://127.8.9.1:80/x\n{KEY}",
        f"http://[::1]:80/x\n{KEY}",
        f"http://localhost/x\n{KEY}",
    ],
)
def test_secrets_that_can_be_used(text: str) -> None:
    assert Webhook(lambda: Secret(text)).check() == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("https://canary.example.org/x", "cannot be read"),
        ('{"url": "https://canary.example.org/x"}', "cannot be read"),
        ('{"url": 5, "key": "canary"}', "cannot be read"),
        ("{canary", "cannot be read"),
        ("https://canary.example.org/x\ncanary", "key is too short"),
        (f"http://canary.example.org/x\n{KEY}", "begins with http://"),
        (f"http://127.0.0.1.canary.example.org/x\n{KEY}", "begins with http://"),
        (f"ftp://canary.example.org/x\n{KEY}", "is no URL"),
        (f"https://canary.example.org:port/x\n{KEY}", "is no URL"),
        (f"https://[canary/x\n{KEY}", "is no URL"),
        (f"https:///canary\n{KEY}", "is no URL"),
        (f"https://canary.example.org/\x07x\n{KEY}", "is no URL"),
    ],
)
def test_secrets_that_cannot_be_used_are_told_without_a_word_of_them(text: str, says: str) -> None:
    adapter = Webhook(lambda: Secret(text))
    told = adapter.check()
    assert says in told
    assert says in adapter.send(MESSAGE, LONG).says
    assert "canary" not in told


@given(
    st.text() | st.text().map(lambda url: f"https://{url}\n{KEY}") | st.text().map(lambda url: f"http://{url}\n{KEY}")
)
def test_whatever_is_in_the_secret_it_is_a_sentence_at_most(text: str) -> None:
    assert isinstance(Webhook(lambda: Secret(text)).check(), str)


def test_a_secret_that_is_missing_is_told() -> None:
    def missing() -> Secret:
        raise Refused("This host keeps no secret “chat”.", hint="Put it there.")

    adapter = Webhook(missing)
    assert adapter.check() == "This host keeps no secret “chat”. Put it there."
    assert adapter.send(MESSAGE, LONG) == Receipt("retry", "This host keeps no secret “chat”.")


def test_a_header_takes_whatever_key_it_is() -> None:
    with receiver(status(200)) as server:
        odd = msgspec.structs.replace(MESSAGE, key="ü\r\nX-Evil: 1")
        assert hook(server.url).send(odd, LONG).outcome == "sent"
        assert "X-Evil" not in server.asked[0].headers


def test_an_address_with_a_control_character_is_not_mended() -> None:
    with receiver(status(200)) as server:
        receipt = hook(server.url).send(msgspec.structs.replace(MESSAGE, to="ana\r\nbo"), LONG)
        assert server.asked == []
    assert receipt == Receipt("failed", "The address holds a control character.")


@pytest.mark.parametrize(
    "answer", [status(200), status(404), status(429), receivers.never, receivers.drip, receivers.half]
)
def test_neither_address_nor_key_is_in_a_log_or_a_receipt(
    answer: receivers.Answer, caplog: pytest.LogCaptureFixture, everything_logged: Callable[[], None]
) -> None:
    everything_logged()
    receipt = sent_to(answer, SOON)
    with closed() as port:
        unreached = hook(f"http://127.0.0.1:{port}").send(MESSAGE, SOON)
    shown = f"{receipt!r} {unreached!r} {caplog.text} {read(Secret(f'https://canary.example.org{chr(10)}{KEY}'))!r}"
    assert "canary" not in shown
    assert "127.0.0.1" not in shown
    assert logging.getLogger("httpx").level >= logging.WARNING


def test_the_check_of_the_signature_that_the_manual_shows_works() -> None:
    from pathlib import Path

    manual = (Path(__file__).parents[2] / "docs" / "notifications.md").read_text()
    shown = manual.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Callable[[str, dict[str, str], bytes], bool]] = {}
    exec(shown, {}, names)
    with receiver(status(200)) as server:
        hook(server.url).send(MESSAGE, LONG)
        (asked,) = server.asked
    genuine = names["genuine"]
    head = dict(asked.headers)
    assert urlsplit(asked.path).path == PATH
    assert genuine(KEY, head, asked.body)
    assert not genuine(KEY, head, asked.body + b" ")
    assert not genuine(KEY + "x", head, asked.body)
    assert not genuine(KEY, {**head, "X-Warroom-Timestamp": str(int(head["X-Warroom-Timestamp"]) - 601)}, asked.body)
