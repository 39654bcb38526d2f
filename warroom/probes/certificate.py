"""What an X.509 certificate says, read from its DER bytes (RFC 5280).

Python describes only certificates that it has verified. During an incident the one that matters is the other: expired,
self-signed, issued for somebody else. So this reads the few fields that people need. Bytes from the network are not
believed: every length is checked, and whatever does not fit is `Malformed`.
"""

import ipaddress
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from warroom.domain.text import one_line

_SEQUENCE, _SET, _INTEGER, _OID, _OCTETS = 0x30, 0x31, 0x02, 0x06, 0x04
_VERSION, _EXTENSIONS = 0xA0, 0xA3
_UTC_TIME, _GENERAL_TIME = 0x17, 0x18
_DNS_NAME, _IP_NAME = 0x82, 0x87
_TEXTS = {0x0C: "utf-8", 0x13: "ascii", 0x16: "ascii", 0x14: "latin-1", 0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_ATTRIBUTES = {
    bytes((0x55, 4, 3)): "CN",
    bytes((0x55, 4, 6)): "C",
    bytes((0x55, 4, 7)): "L",
    bytes((0x55, 4, 8)): "ST",
    bytes((0x55, 4, 10)): "O",
    bytes((0x55, 4, 11)): "OU",
}
_ALTERNATIVE_NAMES = bytes((0x55, 0x1D, 17))


class Malformed(ValueError):
    """These bytes are no certificate."""


class Certificate(NamedTuple):
    """Who it is for, who says so, and from when to when. `names`: the hosts and addresses that it is valid for."""

    subject: str
    issuer: str
    begins: datetime
    ends: datetime
    names: tuple[str, ...]


class _Field(NamedTuple):
    tag: int
    data: bytes


def read_certificate(der: bytes) -> Certificate:
    """A certificate from its DER bytes."""
    body = _Reader(_Reader(_Reader(der).take(_SEQUENCE)).take(_SEQUENCE))
    body.skip(_VERSION)
    body.take(_INTEGER)
    body.take(_SEQUENCE)
    issuer = body.take(_SEQUENCE)
    validity = _Reader(body.take(_SEQUENCE))
    begins, ends = _moment(validity.next()), _moment(validity.next())
    subject = body.take(_SEQUENCE)
    body.take(_SEQUENCE)
    names = tuple(name for field in body if field.tag == _EXTENSIONS for name in _names(field.data))
    return Certificate(_name(subject), _name(issuer), begins, ends, names)


class _Reader:
    """The fields of a DER value, one after the other."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __iter__(self) -> Iterator[_Field]:
        while self._at < len(self._data):
            yield self.next()

    def next(self) -> _Field:
        """The next field."""
        tag, length = self._byte(), self._byte()
        if length >= 0x80:
            octets = length & 0x7F
            if not 1 <= octets <= 4:
                raise Malformed("a length that no certificate has")
            length = int.from_bytes(self._bytes(octets), "big")
        return _Field(tag, self._bytes(length))

    def take(self, tag: int) -> bytes:
        """The next field, which must be of this kind."""
        field = self.next()
        if field.tag != tag:
            raise Malformed(f"a field of kind {field.tag:#x} where {tag:#x} belongs")
        return field.data

    def skip(self, tag: int) -> None:
        """Leave out a field of this kind, if it comes next."""
        if self._data[self._at : self._at + 1] == bytes((tag,)):
            self.next()

    def _byte(self) -> int:
        return self._bytes(1)[0]

    def _bytes(self, count: int) -> bytes:
        end = self._at + count
        if end > len(self._data):
            raise Malformed("it ends too early")
        found, self._at = self._data[self._at : end], end
        return found


def _name(data: bytes) -> str:
    """A distinguished name as people write it: `CN=localhost, O=Example`."""
    parts = []
    for relative in _Reader(data):
        for attribute in _Reader(relative.data):
            fields = _Reader(attribute.data)
            oid, value = fields.take(_OID), fields.next()
            text = value.data.decode(_TEXTS.get(value.tag, "latin-1"), "replace")
            if key := _ATTRIBUTES.get(oid):
                parts.append(f"{key}={one_line(text, 100)}")
    return ", ".join(parts)


def _moment(field: _Field) -> datetime:
    """A time; two digits of a year mean 1950 to 2049."""
    try:
        text = field.data.decode("ascii")
        if field.tag == _UTC_TIME:
            text = f"{'20' if int(text[:2]) < 50 else '19'}{text}"
        elif field.tag != _GENERAL_TIME:
            raise Malformed("a validity without times")
        return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed(f"a time that is none: {error}") from None


def _names(extensions: bytes) -> Iterator[str]:
    for extension in _Reader(_Reader(extensions).take(_SEQUENCE)):
        fields = _Reader(extension.data)
        if fields.take(_OID) != _ALTERNATIVE_NAMES:
            continue
        value = next((field.data for field in fields if field.tag == _OCTETS), b"")
        for name in _Reader(_Reader(value).take(_SEQUENCE)):
            if name.tag == _DNS_NAME:
                yield one_line(name.data.decode("ascii", "replace"), 100)
            elif name.tag == _IP_NAME and len(name.data) in (4, 16):
                yield str(ipaddress.ip_address(name.data))
