"""`tls`: the certificate of `host` or `host:port` (443): whether its chain and name hold, and for how long still.

`expect`: how many days it must still be valid, 14 without it. A certificate that does not hold is described all the
same, since then it matters most.
"""

import ssl
import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import NamedTuple

from warroom.domain.text import one_line
from warroom.probes import expectations
from warroom.probes.certificate import Certificate, Malformed, read_certificate
from warroom.probes.network import Target, connect, read_target
from warroom.probes.session import Session, Trouble, Verdict, ms, table

DAYS = 14


class Question(NamedTuple):
    """Which server, and how many days its certificate must still be valid."""

    where: Target
    days: float


class Shown(NamedTuple):
    """What a server showed. `wrong`: why it does not hold, "" where it does."""

    der: bytes
    wrong: str
    protocol: str
    took: float


def read(target: str, expect: str) -> Question:
    """The question; Invalid where the target is no host, or the days are no number."""
    days = expectations.number(expect, DAYS, "how many days it must still be valid", "d")
    return Question(read_target(target, 443), DAYS if days is None else days)


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Shake hands, and describe the certificate."""
    question = read(target, expect)
    shown = _handshake(question.where, session, verified=True)
    try:
        certificate = read_certificate(shown.der)
    except Malformed as error:
        raise Trouble(f"{question.where} shows a certificate that cannot be read: {error}.") from None
    left = (certificate.ends - datetime.now(UTC)).total_seconds() / 86400
    session.say(table(_rows(certificate, shown, left)))
    return _verdict(question, shown.wrong, certificate, left)


def _handshake(where: Target, session: Session, verified: bool) -> Shown:
    """Connect; a second time, believing everything, where the first does not hold."""
    context = ssl.create_default_context()
    if not verified:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    link = connect(where, session)
    begun = time.monotonic()
    try:
        link.socket.settimeout(session.left())
        with context.wrap_socket(link.socket, server_hostname=where.host) as wrapped:
            der = wrapped.getpeercert(binary_form=True) or b""
            return Shown(der, "", wrapped.version() or "", time.monotonic() - begun)
    except ssl.SSLCertVerificationError as error:
        wrong = one_line(error.verify_message, 160).rstrip(".")
        return _handshake(where, session, verified=False)._replace(wrong=wrong)
    except TimeoutError:
        raise Trouble(f"{where} did not finish the TLS handshake in time.") from None
    except OSError as error:
        reason = getattr(error, "reason", None) or error.strerror or str(error)
        raise Trouble(f"{where} speaks no TLS that is understood here: {one_line(reason, 120)}.") from None
    finally:
        link.socket.close()


def _rows(certificate: Certificate, shown: Shown, left: float) -> list[tuple[str, str]]:
    names = ", ".join(certificate.names[:10]) + (", …" if len(certificate.names) > 10 else "")
    return [
        ("subject", certificate.subject or "-"),
        ("valid for", names or "-"),
        ("issuer", certificate.issuer or "-"),
        ("from", f"{certificate.begins:%Y-%m-%d %H:%M} UTC"),
        ("until", f"{certificate.ends:%Y-%m-%d %H:%M} UTC ({_days(left)})"),
        ("verified", shown.wrong or "yes"),
        ("sha-256", sha256(shown.der).hexdigest()),
        ("handshake", f"{ms(shown.took)}, {shown.protocol}"),
    ]


def _verdict(question: Question, wrong: str, certificate: Certificate, left: float) -> Verdict:
    what = f"{question.where}: {_days(left)}"
    issuer = one_line(certificate.issuer, 80)
    if wrong:
        return Verdict(False, f"{what}; the certificate does not hold: {wrong} (issued by {issuer}).")
    if left < question.days:
        return Verdict(False, f"{what}, fewer than the {question.days:g} expected (issued by {issuer}).")
    return Verdict(True, f"{what}, verified (issued by {issuer}).")


def _days(left: float) -> str:
    days = int(abs(left))
    unit = "day" if days == 1 else "days"
    return f"expired {days} {unit} ago" if left < 0 else f"{days} {unit} left"
