"""Who may come in at a bastion: a person of the playbook, by a key that the playbook says is theirs."""

from warroom.domain.errors import Refused
from warroom.domain.org import Org, Person
from warroom.domain.public_keys import fingerprint


def admit(org: Org, person: str, key: str) -> None:
    """Refuse whoever the playbook does not know by this key (its fingerprint). `code` is then `forbidden`.

    It is asked anew for each session, so a key that was taken out of the playbook opens nothing more.
    """
    known = next((each for each in org.playbook.people if each.name == person), None)
    if known is None or key not in map(fingerprint, known.keys):
        raise Refused(
            "The playbook does not know this key as yours.",
            hint="Ask whoever looks after the playbook: your public key belongs beside your name in people.yaml.",
            code="forbidden",
        )


def holder(org: Org, key: str) -> Person | None:
    """The person whose public key (`ssh-ed25519 AAAA…`) this is; None = nobody's."""
    return next((each for each in org.playbook.people if key in each.keys), None)
