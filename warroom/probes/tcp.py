"""`tcp`: whether something listens at `host:port`, and how long the connection takes."""

from warroom.probes import expectations
from warroom.probes.network import Target, connect, read_target
from warroom.probes.session import Session, Verdict, ms, table


def read(target: str, expect: str) -> Target:
    """Where to connect to; Invalid where that is no `host:port`."""
    expectations.nothing(expect, "a TCP connection")
    return read_target(target)


def probe(target: str, expect: str, session: Session) -> Verdict:
    """Connect, and close again. Nothing is sent."""
    where = read(target, expect)
    link = connect(where, session)
    link.socket.close()
    rows = [("address", link.address), ("dns", ms(link.resolved)), ("connect", ms(link.connected))]
    session.say(table(rows))
    return Verdict(True, f"{where} accepts connections: {ms(link.connected)} (dns {ms(link.resolved)}).")
