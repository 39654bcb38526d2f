"""Names, addresses and connections, for every diagnostic that goes over the network.

A name is resolved once, and the connection goes to an address that was checked: a resolver that changes its answer
changes nothing. Link-local addresses and those of cloud metadata services are refused, since
whoever may run a step would otherwise read this machine's credentials. Private and loopback addresses are allowed on
purpose: what operators probe is mostly internal.
"""

import ipaddress
import re
import socket
import time
from typing import NamedTuple

from warroom.domain.errors import Invalid
from warroom.domain.text import one_line
from warroom.probes.session import Session, Trouble, ms

Ip = ipaddress.IPv4Address | ipaddress.IPv6Address

_HOST = re.compile(r"(?!-)[\w-]{1,63}(?<!-)(\.(?!-)[\w-]{1,63}(?<!-))*\.?")
_METADATA = tuple(
    map(
        ipaddress.ip_network,
        (
            "169.254.0.0/16",  # link-local; AWS, Google, Azure, OpenStack
            "fe80::/10",  # link-local
            "fd00:ec2::/32",  # AWS
            "fd20:ce::/32",  # Google
            "100.100.100.200/32",  # Alibaba
            "168.63.129.16/32",  # Azure's host
            "192.0.0.192/32",  # Oracle
        ),
    )
)
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class Target(NamedTuple):
    """A host (a name or an address, without brackets) and a port."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class Connected(NamedTuple):
    """An open connection, and how long (seconds) the name and the connection took."""

    socket: socket.socket
    address: str
    resolved: float
    connected: float


def read_host(text: str) -> str:
    """A host as it is asked for; Invalid where it is none."""
    try:
        ipaddress.ip_address(text)
        return text
    except ValueError:
        pass
    try:
        name = text.encode("idna").decode() if not text.isascii() else text
    except UnicodeError:
        name = ""
    if len(name) > 253 or not _HOST.fullmatch(name):
        raise Invalid(f"“{one_line(text, 60)}” is no host.", hint="Give a name or an address: db1.example.org")
    return name


def read_target(text: str, port: int | None = None) -> Target:
    """`host:port`, or `[address]:port`. `port`: what is meant where none is given; None = one must be."""
    hint = "Write host:port, or [address]:port." if port is None else f"Write host or host:port (without: {port})."
    bracketed = re.fullmatch(r"\[([^\]]+)\](?::(\d{1,5}))?", text, re.ASCII)
    plain = re.fullmatch(r"([^:\[\]]+)(?::(\d{1,5}))?", text, re.ASCII)
    bare = re.fullmatch(r"([0-9A-Fa-f:.]+:[0-9A-Fa-f:.]*)()", text, re.ASCII) if port is not None else None
    found = bracketed or plain or bare
    if found is None:
        raise Invalid(f"“{one_line(text, 60)}” is no host with a port.", hint=hint)
    number = int(found.group(2)) if found.group(2) else port
    if number is None or not 0 < number < 65536:
        raise Invalid(f"“{one_line(text, 60)}” needs a port between 1 and 65535.", hint=hint)
    return Target(read_host(found.group(1)), number)


def read_address(text: str) -> str:
    """An address in its usual form; Trouble for what is none, also where a resolver would make one of it (`127.1`)."""
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        raise Trouble(f"“{one_line(text, 60)}” is no address.") from None


def resolve(host: str, port: int | None, family: int = socket.AF_UNSPEC) -> list[str]:
    """The addresses of a host by this machine's resolver, each once. Trouble where there are none."""
    try:
        found = socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).rstrip(".")
        raise Trouble(f"{host} has no address: {reason}.") from None
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(target: Target, session: Session) -> Connected:
    """Resolve once, check, and connect to the first address that answers. Trouble says which did not, and why."""
    begun = time.monotonic()
    addresses = resolve(target.host, target.port)
    resolved = time.monotonic() - begun
    for address in addresses:
        refuse_metadata(address)
    reasons = []
    for tried, address in enumerate(addresses):
        begun = time.monotonic()
        try:
            # An address that swallows everything leaves the others their share of the time.
            opened = _open(address, target.port, session.left() / (len(addresses) - tried))
        except OSError as error:
            reason = "no answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
            session.say(f"{address}  {reason} after {ms(time.monotonic() - begun)}")
            reasons.append(reason)
            continue
        return Connected(opened, address, resolved, time.monotonic() - begun)
    raise Trouble(f"{target} cannot be reached: {', '.join(dict.fromkeys(reasons))}.")


def _open(address: str, port: int, patience: float) -> socket.socket:
    """A connection to an address; never to a name, which would be resolved once more."""
    family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
    opened = socket.socket(family, socket.SOCK_STREAM)
    try:
        opened.settimeout(patience)
        opened.connect((address, port))
    except BaseException:
        opened.close()
        raise
    return opened


def refuse_metadata(address: str) -> None:
    """Trouble where a diagnostic must not go there, whatever the address is wrapped in."""
    ip = _unwrapped(ipaddress.ip_address(address))
    if ip.is_multicast or any(ip in network for network in _METADATA if network.version == ip.version):
        raise Trouble(f"{address} is link-local or a cloud's metadata address; diagnostics never go there.")


def _unwrapped(ip: Ip) -> Ip:
    """The IPv4 address inside an IPv6 address that carries one."""
    if ip.version == 4:
        return ip
    if ip in _NAT64:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip.ipv4_mapped or ip.sixtofour or ip
