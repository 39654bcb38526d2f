"""Status feeds: what they say, what they never say, and what is odd about it."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.playbook.files import said
from warroom.playbook.document import BadFile
from warroom.playbook.incident import PastIncident
from warroom.playbook.past.reader import Read, load, read_past

UPDATE = {"status": "investigating", "body": "We look into it.", "display_at": "2024-03-05T10:10:00.000Z"}
PAGE = {
    "id": "abc123",
    "name": "Errors on the API",
    "status": "monitoring",
    "impact": "minor",
    "created_at": "2024-03-05T10:00:00.000Z",
    "started_at": "2024-03-05T10:00:00.000Z",
    "resolved_at": None,
    "shortlink": "https://status.example/abc",
    "components": [{"name": "API Requests"}, {"name": "All", "group": True}],
    "incident_updates": [
        {
            "status": "monitoring",
            "body": "A fix is out.",
            "display_at": "2024-03-05T11:00:00Z",
            "affected_components": [
                {"name": "API Requests", "old_status": "partial_outage", "new_status": "operational"},
                {"name": "Web", "old_status": "operational", "new_status": "operational"},
            ],
        },
        UPDATE,
    ],
}
CLOUD = {
    "id": "xyZ9",
    "number": "17",
    "begin": "2024-03-05T10:00:00+00:00",
    "end": "2024-03-05T12:00:00+00:00",
    "external_desc": "Storage is slow",
    "severity": "medium",
    "status_impact": "SERVICE_DISRUPTION",
    "affected_products": [{"title": "Cloud Storage"}],
    "updates": [
        {"when": "2024-03-05T12:00:00+00:00", "text": "It is over."},
        {"when": "2024-03-05T10:30:00+00:00", "text": "We know of it."},
    ],
}


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2024, 3, 5, hour, minute, tzinfo=UTC)


def read(value: Any, name: str = "feed.json") -> Read:
    return read_past(name, json.dumps(value).encode())


def one(value: Any) -> PastIncident:
    (past,) = read(value).incidents
    return past


def known(past: PastIncident) -> dict[str, datetime]:
    return {name: when.at for name, when in past.milestones if when}


@pytest.mark.parametrize(
    "wrap", [lambda it: [it], lambda it: {"page": {}, "incidents": [it]}, lambda it: {"incident": it}]
)
def test_an_incident_of_statuspage_in_every_wrapping(wrap: Any) -> None:
    past = one(wrap(PAGE))
    assert (past.id, past.title, past.severity) == ("statuspage-abc123", "Errors on the API", "minor")
    assert [service.name for service in past.services] == ["api-requests"]
    assert [(entry.when.at, entry.fact) for entry in past.timeline] == [
        (at(10, 10), "investigating: We look into it."),
        (at(11), "monitoring: A fix is out. [API Requests partial_outage → operational]"),
    ]
    assert known(past) == {"impact": at(10)}
    assert past.warnings == ("feed.json: abc123: the feed ends with “monitoring” and never says that it was resolved",)


def test_a_resolution_is_the_feeds_own_or_that_of_an_update() -> None:
    assert known(one([PAGE | {"resolved_at": "2024-03-05T12:00:00Z"}]))["resolution"] == at(12)
    update = {"status": "resolved", "body": "done", "display_at": "2024-03-05T13:00:00Z"}
    after = {"status": "postmortem", "body": "why", "display_at": "2024-03-05T15:00:00Z"}
    past = one([PAGE | {"incident_updates": [after, update, UPDATE]}])
    assert (known(past)["resolution"], known(past)["review"], past.warnings) == (at(13), at(15), ())


def test_an_incident_of_google_cloud() -> None:
    past = one(CLOUD)
    assert (past.id, past.title, past.severity, past.severity_note) == (
        "gcp-xyz9",
        "Storage is slow",
        "medium",
        "SERVICE_DISRUPTION",
    )
    assert known(past) == {"impact": at(10), "resolution": at(12)}
    assert [entry.fact for entry in past.timeline] == ["We know of it.", "It is over."]
    assert (past.services[0].name, past.warnings) == ("cloud-storage", ())


@pytest.mark.parametrize("field", ["most_recent_update", "most-recent-update"])
def test_the_old_form_and_the_renamed_field(field: str) -> None:
    old = {key: value for key, value in CLOUD.items() if key not in ("id", "updates", "affected_products")}
    past = one(
        [old | {"number": 19007, "service_name": "Datastore", field: {"when": "2024-03-05T11:00:00Z", "text": "x"}}]
    )
    assert (past.id, past.services[0].name, [entry.fact for entry in past.timeline]) == (
        "gcp-19007",
        "datastore",
        ["x"],
    )


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"begin": "2024-03-05T10:45:00Z"}, "first posted 15 min before it began, as the feed has it"),
        ({"end": "2024-03-05T10:20:00Z"}, "first posted 10 min after it had ended"),
        ({"end": None}, "the feed never says that it ended"),
        ({"begin": None}, "the feed never says when it began"),
        ({"end": "2024-03-05T09:00:00Z", "updates": []}, "it ended before it began; both are kept as they are written"),
        ({"end": "soon"}, "end: “soon” is no time; left unknown"),
        ({"end": "2024-03-05T12:00:00"}, "end: “2024-03-05T12:00:00” has no time zone; read as UTC"),
    ],
)
def test_what_is_odd_is_said(change: dict[str, Any], why: str) -> None:
    assert f"feed.json: xyZ9: {why}" in one([CLOUD | change]).warnings


def test_a_long_update_is_cut_and_that_is_said() -> None:
    past = one([CLOUD | {"updates": [{"when": "2024-03-05T11:00:00Z", "text": "ä" * 9000}]}])
    assert len(past.timeline[0].fact.encode()) < 8000
    assert "feed.json: xyZ9: update 1 is long; its end was cut off" in past.warnings


def test_one_that_cannot_be_read_keeps_no_other_out() -> None:
    found = read(
        [CLOUD, CLOUD | {"updates": 7}, {"begin": None, "external_desc": "", "number": 3}, CLOUD | {"id": "b"}]
    )
    assert [past.id for past in found.incidents] == ["gcp-xyz9", "gcp-b"]
    assert found.warnings == (
        "feed.json: incident 2 (xyZ9): updates: left out: Expected array | null, got int",
        "feed.json: incident 3 (3): begin: left out: it has no time at all",
    )


@pytest.mark.parametrize(
    ("item", "said_of_it"),
    [
        (PAGE | {"id": 7}, "incident 2 (7): id: left out: Expected str, got int"),
        (PAGE | {"name": "\n DRILL: x"}, "incident 2 (abc123): name: left out: “DRILL:” marks drills."),
        (PAGE | {"components": [{}]}, "incident 2 (abc123): components[0].name: left out: it is missing"),
        ({"incident_updates": []}, "incident 2: id: left out: it is missing"),
        ({"id": "b\x1b[1m", "incident_updates": []}, "incident 2 (b␛[1m): name: left out: it is missing"),
        (
            {"id": "b", "name": "b", "incident_updates": []},
            "incident 2 (b): started_at: left out: it has no time at all",
        ),
        (7, "incident 2: left out: Expected object, got int"),
    ],
)
def test_one_that_is_left_out_is_named_by_its_id_and_the_field(item: Any, said_of_it: str) -> None:
    assert read([PAGE | {"id": "a"}, item]).warnings == (f"feed.json: {said_of_it}",)


def test_one_that_stands_in_the_file_twice_counts_once() -> None:
    found = read([CLOUD, CLOUD | {"external_desc": "again"}])
    assert [past.title for past in found.incidents] == ["Storage is slow"]
    assert found.warnings == ("feed.json: incident 2 (xyZ9): id: left out: it stands in the file before",)


def test_an_incident_of_a_feed_keeps_the_id_of_its_source() -> None:
    assert (one(PAGE).origin, one(CLOUD).origin) == ("statuspage:abc123", "gcp:xyZ9")
    assert one({key: value for key, value in CLOUD.items() if key != "id"}).origin == "gcp:17"


def test_a_feed_of_which_nothing_can_be_read_is_refused() -> None:
    assert said(lambda: read([CLOUD | {"updates": 7}, CLOUD | {"external_desc": "DRILL: x", "id": "b"}])) == [
        "feed.json:1: incident 1 (xyZ9): updates: left out: Expected array | null, got int",
        "feed.json:1: incident 2 (b): external_desc: left out: “DRILL:” marks drills.",
    ]


def test_compressed_files_and_files_without_a_suffix(tmp_path: Path) -> None:
    packed = tmp_path / "feed.json.gz"
    packed.write_bytes(gzip.compress(json.dumps([CLOUD]).encode()))
    name, data = load(packed)
    assert (name, read_past(name, data).incidents) == ("feed.json", read([CLOUD]).incidents)
    bare = tmp_path / "report"
    bare.write_text("# T\n## Timeline\n- 2024-03-05 10:00 UTC: a\n")
    assert len(read_past(*load(bare)).incidents[0].timeline) == 1


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "the file is empty"),
        (b" \n", "the file is empty"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-9], "the compressed file ends too soon"),
        (b"\x1f\x8bxxxxxxxxxxxxxxxxxxxx", "the compressed file is damaged"),
    ],
)
def test_files_that_hold_nothing(tmp_path: Path, data: bytes, why: str) -> None:
    path = tmp_path / "feed.json"
    path.write_bytes(data)
    assert said(lambda: load(path)) == [f"feed.json:1: {why}"]


def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bomb.json.gz"
    path.write_bytes(gzip.compress(bytes(65 * 1024 * 1024)))
    assert said(lambda: load(path)) == ["bomb.json:1: the file holds more than 64 MiB"]


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "[1]", "null", "{}", '{"incidents": []}'])
def test_other_json_is_a_bad_file(text: str) -> None:
    with pytest.raises(BadFile):
        read_past("x.json", text.encode())


def test_a_maintenance_is_told_from_an_incident() -> None:
    past = one([PAGE | {"impact": "maintenance"}])
    assert "feed.json: abc123: the feed calls it a maintenance, not an incident" in past.warnings


def test_our_own_form_may_be_json() -> None:
    text = json.dumps(
        {"id": "own", "title": "Own", "timeline": [{"at": "2024-03-05T10:00:00Z", "fact": "x"}]}, indent=1
    )
    (past,) = read_past("own.json", text.encode()).incidents
    assert (past.id, [(entry.when.at, entry.fact) for entry in past.timeline]) == ("own", [(at(10), "x")])
