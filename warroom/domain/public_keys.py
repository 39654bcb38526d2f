"""Public SSH keys as people have them: which text is one, and by which fingerprint OpenSSH knows it.

A key decides who somebody is, so nothing here is lenient: no options in front, no second line, no kind of key that
OpenSSH itself would no longer take.
"""

import base64
import binascii
from hashlib import sha256

from warroom.domain.errors import Invalid

KINDS = (
    "ssh-ed25519",
    "sk-ssh-ed25519@openssh.com",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "sk-ecdsa-sha2-nistp256@openssh.com",
    "ssh-rsa",
)
LONGEST = 4096
"Characters of one key with its comment; an RSA key of 16384 bits needs 2,800."
_SMALLEST_RSA = 2048


def bare(text: str) -> str:
    """`ssh-ed25519 AAAA…`: a public key without its comment. Invalid says what is wrong with it."""
    if "PRIVATE KEY" in text:
        raise Invalid(
            "this is a PRIVATE key. Whoever has read it can be this person: make a new one",
            hint="What belongs here is the one line of the file that ends in .pub.",
        )
    kind, _, rest = text.strip(" ").partition(" ")
    if kind not in KINDS:
        raise Invalid(f"must begin with the kind of key ({', '.join(KINDS)}), without options")
    if not text.isprintable() or len(text) > LONGEST:
        raise Invalid(f"must be one line of at most {LONGEST} characters")
    data = rest.strip(" ").partition(" ")[0]
    blob = _decoded(data)
    if _first(blob) != kind.encode():
        raise Invalid(f"is no key of the kind {kind}: what follows says otherwise, or was cut off")
    if kind == "ssh-rsa" and _bits(blob) < _SMALLEST_RSA:
        raise Invalid(f"is an RSA key of less than {_SMALLEST_RSA} bits, which is too weak")
    return f"{kind} {data}"


def fingerprint(text: str) -> str:
    """`SHA256:…` of a public key, as `ssh-keygen -l` shows it. Invalid where it is none."""
    digest = sha256(_decoded(bare(text).partition(" ")[2])).digest()
    return f"SHA256:{base64.b64encode(digest).decode().rstrip('=')}"


def _decoded(data: str) -> bytes:
    try:
        blob = base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid("is no public key: what follows its kind is no base64, or was cut off") from None
    if base64.b64encode(blob).decode() != data:
        raise Invalid("is no public key: what follows its kind is no base64, or was cut off")
    return blob


def _fields(blob: bytes) -> list[bytes]:
    """The parts of a key, each of which has its length before it; [] where they do not fit together."""
    found, at = [], 0
    while at < len(blob):
        start = at + 4
        at = start + int.from_bytes(blob[at:start])
        if start > len(blob) or at > len(blob):
            return []
        found.append(blob[start:at])
    return found


def _first(blob: bytes) -> bytes:
    """The kind that a key says it is of; b"" where it has nothing besides, or is cut off."""
    parts = _fields(blob)
    return parts[0] if len(parts) > 1 else b""


def _bits(blob: bytes) -> int:
    return int.from_bytes(_fields(blob)[-1]).bit_length()
