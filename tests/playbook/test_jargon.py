"""Jargon: what counts as an abbreviation that nobody explained, and what does not."""

import pytest

from warroom.domain.glossary import Term
from warroom.playbook.jargon import jargon

_WAL = Term("WAL", "x", ("write-ahead log",))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Ask the DBRE for a PVC", ["DBRE", "PVC"]),
        ("Two PVCs, and the PVC's claim", ["PVC", "PVC"]),
        ("Restart the K8s node in EC2.", ["K8", "EC2"]),
        ("The API answers HTTP over TLS; DNS and CPU are fine in UTC", []),
        ("Do NOT do this", []),
        ("The WAL grows; so do WALs", []),
        ("Set $HOST and ${NAME}, <CLUSTER>, GTID_MODE and SOME=THING", []),
        ("It says `OOM SHOW` and \"PURGE\" and “SLOW LOG”", []),
        ("See https://wiki/SRE/GKE and /var/LIB/PVC", []),
        ("first\n    kubectl get PVC\nlast", []),
        ("A JAVASCRIPT and PostgreSQL", []),
    ],
)  # fmt: skip
def test_what_is_jargon(text: str, found: list[str]) -> None:
    assert list(jargon((_WAL,), text)) == found


def test_words_that_are_explained_elsewhere() -> None:
    assert list(jargon((_WAL,), "raise it to SEV1 or PRIO1", ["SEV1"])) == ["PRIO1"]
