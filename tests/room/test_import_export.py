"""Import, export, import: whatever an incident was read from, it is the same one in the next log."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.cli.shell import ROOT
from tests.room.house import House
from tests.room.test_bundles import facts, in_a_file, in_memory, told
from tests.room.test_reimport import DONE, FIRST, cloud, page
from warroom.domain.event import incident_of, incident_stream
from warroom.playbook.incident import PastIncident, read_incident
from warroom.playbook.past.reader import read_past
from warroom.room import imports
from warroom.room.bundle import gather, read, write
from warroom.room.verify import verify

REPORT = """\
# Mail stands still on 2024-06-05
## Timeline
| Time | Event |
|---|---|
| 10:00 | outage begins |
| ~10:2? | somebody calls: <b>[red]ho[/red]</b> |
| --:-- | nobody knows |
| 11:00 | {end} |
"""


def report(end: str) -> PastIncident:
    return read_past("mail.md", REPORT.format(end=end).encode()).incidents[0]


SAMPLES: dict[str, PastIncident] = {
    path.stem: read_incident(path) for path in sorted((ROOT / "sample_data" / "incidents").glob("*.yaml"))
}
KINDS: dict[str, PastIncident] = SAMPLES | {
    "markdown": report("service restored"),
    "markdown, end unknown": report("we go home"),
    "statuspage": page(FIRST, DONE),
    "statuspage, end unknown": page(FIRST),
    "gcp": cloud(FIRST, DONE, end=DONE[2]),
    "gcp, end unknown": cloud(FIRST),
}


def test_every_kind_is_among_them() -> None:
    unknown = {kind for kind, past in KINDS.items() if past.milestone("resolution") is None}
    assert unknown >= {kind for kind in KINDS if "unknown" in kind}
    assert SAMPLES


def first(house: House) -> str:
    """The UUID of the first incident of a house."""
    return incident_of(house.store.find(1) or "") or ""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("houses", [in_memory, in_a_file])
def test_an_import_is_the_same_after_export_and_import(houses: Callable[[], Any], kind: str) -> None:
    past = KINDS[kind]
    with houses() as old, houses() as new:
        imports.bring(old.room("ana", store=old.store), [past])
        incident = first(old)
        bundle = gather(old.store, incident)
        again = new.room("zoe", store=new.store)
        assert imports.bring(again, [read(write(bundle))]).incidents == ("INC-1",)
        many = len(bundle.rows)
        assert facts(new.store, incident)[:many] == facts(old.store, incident)
        assert told(new.store, incident, many) == told(old.store, incident, many)
        assert len(new.store.stream(incident_stream(incident)).rows) == many + 1
        assert verify(new.store).bad is None
        listed, before = new.store.summaries()[0], old.store.summaries()[0]
        assert (listed.title, listed.status, listed.ended, listed.origin) == (
            before.title,
            before.status,
            before.ended,
            before.origin,
        )
        head = new.store.head()
        (said,) = imports.bring(again, [past]).warnings
        assert (said.endswith("already imported as INC-1; nothing was changed"), new.store.head()) == (True, head)
