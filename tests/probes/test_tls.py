"""A certificate is checked as browsers do, and described above all where it does not hold."""

import socket
import ssl
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.probes.asking import ask, refusal
from tests.probes.servers import CERTIFICATES, answering, closed
from warroom.probes.certificate import Malformed, read_certificate


def greet(link: socket.socket) -> None:
    """A server that has nothing to say after the handshake."""


def der(name: str) -> bytes:
    text = (CERTIFICATES / f"{name}.pem").read_text()
    return ssl.PEM_cert_to_DER_cert(text[text.index("-----BEGIN CERTIFICATE") :])


@pytest.mark.usefixtures("trusting")
def test_a_certificate_that_holds_passes_and_says_for_how_long() -> None:
    with answering(greet, "valid") as port:
        ran = ask("tls", f"localhost:{port}")
    assert ran.outcome == "passed", ran.says
    left = (datetime(2126, 1, 1, tzinfo=UTC) - datetime.now(UTC)).days
    assert ran.says == f"localhost:{port}: {left} days left, verified (issued by O=warroom tests, CN=Tests CA)."
    report = ran.output.decode()
    for row in (
        "subject    O=warroom tests, CN=localhost",
        "valid for  localhost, 127.0.0.1, ::1",
        "issuer     O=warroom tests, CN=Tests CA",
        "from       2020-01-01 00:00 UTC",
        f"until      2126-01-01 00:00 UTC ({left} days left)",
        "verified   yes",
    ):
        assert row in report


@pytest.mark.usefixtures("trusting")
def test_an_address_can_be_what_a_certificate_is_for() -> None:
    with answering(greet, "valid") as port:
        assert ask("tls", f"127.0.0.1:{port}").outcome == "passed"


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(("expect", "outcome"), [("1", "passed"), ("30d", "passed"), ("1000000", "failed")])
def test_it_must_be_valid_for_as_long_as_is_expected(expect: str, outcome: str) -> None:
    with answering(greet, "valid") as port:
        ran = ask("tls", f"localhost:{port}", expect)
    assert ran.outcome == outcome
    assert ("fewer than the 1e+06 expected" in ran.says) == (outcome == "failed")


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("certificate", "reason", "row"),
    [
        ("expired", "certificate has expired", "until      2020-01-01 00:00 UTC (expired "),
        ("self-signed", "self-signed certificate", "issuer     O=Größenwahn, CN=localhost"),
        ("elsewhere", "Hostname mismatch", "valid for  shop.example.org, *.example.org"),
    ],
)
def test_a_certificate_that_does_not_hold_fails_and_is_described(certificate: str, reason: str, row: str) -> None:
    with answering(greet, certificate) as port:
        ran = ask("tls", f"localhost:{port}")
    assert ran.outcome == "failed"
    assert f"does not hold: {reason}" in ran.says
    assert row in ran.output.decode()


def test_an_authority_that_is_not_known_here_fails_and_is_described() -> None:
    with answering(greet, "valid") as port:
        ran = ask("tls", f"localhost:{port}")
    assert ran.outcome == "failed"
    assert "unable to get local issuer certificate" in ran.says
    assert "issuer     O=warroom tests, CN=Tests CA" in ran.output.decode()


def test_a_port_that_speaks_something_else_fails_with_a_sentence() -> None:
    with answering(lambda link: link.sendall(b"220 mail.example.org ESMTP\r\n")) as port:
        ran = ask("tls", f"127.0.0.1:{port}")
    assert ran.outcome == "failed"
    assert f"127.0.0.1:{port} speaks no TLS that is understood here" in ran.says


def test_where_nobody_listens_it_fails() -> None:
    with closed() as port:
        assert "Connection refused" in ask("tls", f"127.0.0.1:{port}").says


@pytest.mark.parametrize("target", ["localhost:0", "localhost:99999", "https://localhost", "a:b", "[::1", ":443"])
def test_a_target_that_is_none_is_refused(target: str) -> None:
    refusal("tls", target)


@pytest.mark.parametrize("expect", ["soon", "-1", "2 weeks"])
def test_an_expectation_that_is_no_number_of_days_is_refused(expect: str) -> None:
    assert "is no number" in refusal("tls", "localhost", expect).message


# Reading certificates.


@pytest.mark.usefixtures("trusting")
def test_what_is_read_is_what_python_reads_of_a_verified_certificate() -> None:
    context = ssl.create_default_context()
    with (
        answering(greet, "valid") as port,
        socket.create_connection(("127.0.0.1", port)) as link,
        context.wrap_socket(link, server_hostname="localhost") as wrapped,
    ):
        theirs: Any = wrapped.getpeercert()
        ours = read_certificate(wrapped.getpeercert(binary_form=True) or b"")
    names = [value.strip() for _, value in theirs["subjectAltName"]]
    assert list(ours.names) == [*names[:2], "::1"]
    assert names[2] == "0:0:0:0:0:0:0:1"
    assert ours.begins.timestamp() == ssl.cert_time_to_seconds(theirs["notBefore"])
    assert ours.ends.timestamp() == ssl.cert_time_to_seconds(theirs["notAfter"])
    assert ours.subject == "O=warroom tests, CN=localhost"


@given(cut=st.integers(0, 600), flips=st.lists(st.tuples(st.integers(0, 600), st.integers(1, 255)), max_size=4))
def test_whatever_the_bytes_are_they_are_a_certificate_or_malformed(cut: int, flips: list[tuple[int, int]]) -> None:
    data = bytearray(der("valid"))
    for at, change in flips:
        data[at % len(data)] ^= change
    try:
        found = read_certificate(bytes(data[: len(data) - cut % len(data)]))
    except Malformed:
        return
    assert (found.subject + found.issuer + "".join(found.names)).isprintable()


@given(st.binary(max_size=200))
def test_noise_is_malformed(noise: bytes) -> None:
    with pytest.raises(Malformed):
        read_certificate(noise)
