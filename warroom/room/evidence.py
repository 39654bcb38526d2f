"""Evidence, read back through its hash: bytes that are not the ones that were kept are told, never shown as good."""

from hashlib import sha256

from warroom.domain.errors import Invalid, Unavailable, unknown
from warroom.domain.incident import Incident
from warroom.domain.record import Evidence
from warroom.store.contract import Damaged, Store

_AGAIN = "Run: warroom verify; a copy of the database may still have it."


def content(store: Store, digest: str) -> bytes:
    """The bytes with this SHA-256. Unavailable where they are gone, Damaged where others lie in their place."""
    found = store.blob(digest)
    if found is None:
        raise Unavailable(f"The evidence {digest[:12]}… is missing from the database.", hint=_AGAIN)
    if sha256(found).hexdigest() != digest:
        raise Damaged(f"The evidence {digest[:12]}… was changed: it is not what was kept.", hint=_AGAIN)
    return found


def find(incident: Incident, reference: str) -> Evidence:
    """The evidence of that name, or whose SHA-256 begins so. Unknown with candidates; Invalid where it is several."""
    word = reference.strip()
    found = {
        each.digest: each
        for each in incident.evidence
        if each.name == word or (len(word) >= 6 and each.digest.startswith(word.lower()))
    }
    if not found:
        raise unknown("evidence", reference, [each.name for each in incident.evidence])
    if len(found) > 1:
        digests = ", ".join(digest[:12] for digest in found)
        raise Invalid(f"Several files of evidence are called “{word}”.", hint=f"Name one by its SHA-256: {digests}.")
    return next(iter(found.values()))
