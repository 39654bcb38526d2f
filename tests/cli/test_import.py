"""Real past incidents come in as they are, with nothing made up."""

import json
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from tests.cli.shell import ROOT, Shell
from warroom.domain.clock import Closed
from warroom.domain.event import incident_stream
from warroom.domain.moments import moment
from warroom.domain.replay import course
from warroom.playbook.incident import METRICS, PastIncident, read_incident
from warroom.room import imports, plain, views
from warroom.room.plain import View
from warroom.room.room import Actor, Room
from warroom.room.verify import verify
from warroom.store import codec
from warroom.store.memory import MemoryStore

FILES = sorted((ROOT / "sample_data" / "incidents").glob("*.yaml"))
SPANS = {
    "ttd_min": ("impact", "detection"),
    "tta_min": ("detection", "acknowledgment"),
    "tt_contain_min": ("impact", "containment"),
    "ttr_min": ("impact", "resolution"),
    "tt_escalate_min": ("impact", "escalation"),
}


def brought(*past: PastIncident) -> tuple[Room, imports.Imported]:
    """A room with these incidents in it."""
    room = Room(MemoryStore(), Actor("ana"))
    return room, imports.bring(room, past)


def shown(room: Room, name: str = "1") -> View:
    return views.show(room.feed(room.find(name)).state, moment(room.store.now()))


def minutes(view: View, start: str, end: str) -> float | None:
    """The minutes between two milestones; None where one is unknown."""
    known = view["milestones"]
    if known[start] is None or known[end] is None:
        return None
    first, last = (datetime.fromisoformat(known[name]["happened"]) for name in (start, end))
    return (last - first).total_seconds() / 60


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_incident_keeps_its_times(path: Path) -> None:
    past = read_incident(path)
    room, _ = brought(past)
    view = shown(room)
    for name, when in past.milestones:
        known = view["milestones"][name]
        assert known == (
            when
            and {
                "happened": plain.stamp(when.at), "recorded": plain.stamp(when.at), "by": "ana",
                "approximate": when.approximate,
            }
        )  # fmt: skip
    expected = dict(past.expected)
    assert set(expected) == set(METRICS)
    assert {metric: minutes(view, *SPANS[metric]) for metric in METRICS} == pytest.approx(expected)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_incident_keeps_its_facts_and_services(path: Path) -> None:
    past = read_incident(path)
    room, _ = brought(past)
    view = shown(room)
    texts = [entry["text"] for entry in view["timeline"]]
    assert all(any(entry.fact in text for text in texts) for entry in past.timeline)
    assert {(row["name"], tuple(row["depends_on"])) for row in view["services"]} == {
        (service.name, service.depends_on) for service in past.services
    }
    assert {entry["via"] for entry in view["timeline"]} == {"import"}
    assert verify(room.store).bad is None


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_course_is_told_by_time(path: Path) -> None:
    past = read_incident(path)
    room, _ = brought(past)
    whens = [*(entry.when for entry in past.timeline), *(when for _, when in past.milestones if when)]
    days = {plain.stamp(when.at) for when in whens if when.day}
    # The declaration and what is said about the source come first.
    course = shown(room)["timeline"][2 + len(past.notes) :]
    told = [entry["happened"] for entry in course if entry["happened"] not in days]
    assert told
    assert told == sorted(told)


def test_a_resolution_that_nobody_published_stays_unknown() -> None:
    past = read_incident(ROOT / "sample_data" / "incidents" / "github-2023-05-09-status-feed.yaml")
    room, found = brought(past)
    view = shown(room)
    assert view["milestones"]["resolution"] is None
    assert view["status"] == "closed"
    assert any("no resolution is known" in warning for warning in found.warnings)


def test_without_a_known_end_it_ends_with_what_is_known_last_and_no_time_is_made_up() -> None:
    past = read_incident(ROOT / "sample_data" / "incidents" / "github-2023-05-09-status-feed.yaml")
    room, _ = brought(past)
    told = codec.facts(room.store.stream(incident_stream(room.find("1"))).rows)
    last = max(fact.recorded for fact in told[:-1])
    assert (told[-1].event, told[-1].happened, told[-1].recorded) == (Closed(end_unknown=True), last, last)
    run = course(told)
    assert run.moment(run.length) == last
    view = shown(room)
    assert (view["clock"]["seconds"], view["timeline"][-1]["approximate"]) == (None, True)


@pytest.mark.parametrize(
    ("word", "level"), [("P0", 1), ("P1", 2), ("SEV1", 1), ("sev-2", 2), ("S3", 3), ("SEV0", 1), ("P4", 5)]
)
def test_a_label_that_counts_is_a_level(word: str, level: int) -> None:
    assert severity(word) == (level, False)


@pytest.mark.parametrize("word", ["", "high", "red", "major", "P9", "SEV11", "1", "Super"])
def test_another_word_is_no_level_and_the_record_says_so(word: str) -> None:
    assert severity(word) == (5, True)


def severity(word: str) -> tuple[int, bool]:
    """The level that a source's word becomes, and whether record and warnings say that it is none."""
    past = msgspec.structs.replace(read_incident(FILES[0]), severity=word)
    room, found = brought(past)
    view = shown(room)
    said = "not stated as a level" in view["timeline"][1]["text"]
    assert said == any("severity not stated as a level" in warning for warning in found.warnings)
    return view["severity"]["level"], said


def test_the_same_facts_are_imported_once(shell: Shell) -> None:
    files = [str(path) for path in FILES]
    first = shell.ask("import", *files)
    assert first["incidents"] == [f"INC-{number}" for number in range(1, len(files) + 1)]
    head = shell.ask("verify")["head"]
    again = shell.ask("import", *reversed(files))
    assert again["incidents"] == list(reversed(first["incidents"]))
    assert all("already imported" in warning for warning in again["warnings"])
    assert shell.ask("verify")["head"] == head
    assert shell.ask("status") == []
    assert len(shell.ask("list")) == len(files)


def a_file(folder: Path, name: str, text: str) -> str:
    """The path of a file with that text."""
    (folder / name).write_text(text)
    return str(folder / name)


MARKED = """\
id: x
title: "DRILL: y"
timeline:
  - {at: 2024-03-05T10:00:00Z, fact: z}
"""


def test_a_file_that_cannot_be_read_keeps_no_other_out(anywhere: Shell, tmp_path: Path) -> None:
    broken = a_file(tmp_path, "broken.yaml", "id: x\ntitle: y\n")
    marked = a_file(tmp_path, "marked.yaml", MARKED)
    files = (str(FILES[0]), broken, str(tmp_path / "nowhere.md"), marked, str(FILES[1]))
    done = anywhere.run("import", *files, "--json")
    assert (done.code, done.data["incidents"]) == (1, ["INC-1", "INC-2"])
    assert "error" not in done.data
    places = [(each["file"], each["line"], each["field"]) for each in done.data["failed"]]
    assert places == [("broken.yaml", 1, "timeline"), ("nowhere.md", 1, ""), ("marked.yaml", 2, "title")]
    assert all(each["message"] for each in done.data["failed"])
    again = anywhere.run("import", *files)
    assert again.code == 1
    assert [line.split()[0] for line in again.out.splitlines()] == ["INC-1", "INC-2"]
    assert "\nbroken.yaml:1: timeline: " in again.err
    assert "3 of 5 files did not come in" in again.err
    assert anywhere.ask("verify")["ok"]


def test_where_everything_fails_there_is_an_error_and_no_database(shell: Shell, tmp_path: Path) -> None:
    broken = a_file(tmp_path, "broken.yaml", "id: x\ntitle: y\n")
    marked = a_file(tmp_path, "marked.md", "# DRILL: y\n## Timeline\n- 2024-03-05 10:00 UTC: z\n")
    done = shell.run("import", broken, marked, "--json")
    assert (done.code, done.error["code"], done.data["incidents"]) == (1, "bad-file", [])
    assert [each["file"] for each in done.data["failed"]] == ["broken.yaml", "marked.md"]
    done = shell.run("import", broken, marked)
    assert (done.code, done.out, done.err.splitlines()[-1]) == (1, "", "Nothing was imported.")
    assert not Path(shell.db).exists()


def test_all_of_them_come_in_and_none_failed(shell: Shell) -> None:
    assert shell.ask("import", str(FILES[0]))["failed"] == []


def test_a_database_that_cannot_be_used_ends_it(tmp_path: Path) -> None:
    done = Shell(str(tmp_path)).run("import", *map(str, FILES[:2]), "--json")
    assert (done.code, done.error["code"]) == (1, "refused")
    assert "failed" not in done.data


def test_an_import_that_fails_half_way_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    room = Room(MemoryStore(), Actor("ana"))
    past = [read_incident(path) for path in FILES[:3]]
    append, calls = room.store.append, []

    def failing(what: object) -> object:
        calls.append(what)
        if len(calls) == 3:
            raise OSError("no space left")
        return append(what)  # type: ignore[arg-type]

    monkeypatch.setattr(room.store, "append", failing)
    with pytest.raises(OSError, match="no space left"):
        imports.bring(room, past)
    assert (room.store.head().pos, room.store.summaries()) == (0, [])


def test_spans_that_do_not_fit_the_milestones_are_pointed_out(tmp_path: Path) -> None:
    text = (ROOT / "sample_data" / "incidents" / "fastly-2021-06-08.yaml").read_text()
    path = tmp_path / "fastly.yaml"
    path.write_text(text.replace("ttd_min: 1.0", "ttd_min: 7.0"))
    _, found = brought(read_incident(path))
    assert any("ttd_min is given as 7 minutes" in warning for warning in found.warnings)


def test_a_feed_that_has_changed_goes_on_where_its_incidents_stand(anywhere: Shell, tmp_path: Path) -> None:
    first = {"status": "investigating", "body": "We look.", "display_at": "2024-03-05T10:10:00Z"}
    item = {"id": "abc", "name": "API", "started_at": "2024-03-05T10:00:00Z", "incident_updates": [first]}
    old = a_file(tmp_path, "feed.json", json.dumps([item]))
    assert anywhere.ask("import", old)["incidents"] == ["INC-1"]
    changed = first | {"body": "We look hard."}
    last = {"status": "resolved", "body": "Over.", "display_at": "2024-03-05T11:00:00Z"}
    new = a_file(tmp_path, "later.json", json.dumps([item | {"incident_updates": [last, changed]}]))
    told = anywhere.ask("import", new)
    assert told["incidents"] == ["INC-1"]
    assert "statuspage-abc: updates: 1 new, 1 corrected; milestones: resolution" in told["warnings"]
    shown = anywhere.ask("show", "1")
    assert shown["milestones"]["resolution"]["happened"].startswith("2024-03-05T11:00:00")
    texts = [(entry["text"], entry["happened"][:16]) for entry in shown["timeline"]]
    assert ("comms: resolved: Over.", "2024-03-05T11:00") in texts
    assert any("We look hard." in text and at == "2024-03-05T10:10" for text, at in texts)
    assert len(anywhere.ask("list")) == 1
    verified = anywhere.ask("verify")
    assert verified["ok"]
    anywhere.ask("import", new)
    assert anywhere.ask("verify")["head"] == verified["head"]


def test_who_imports_is_on_record(shell: Shell) -> None:
    shell.run("import", str(FILES[0]), "--as", "bo")
    entry = shell.ask("show", "1")["timeline"][0]
    assert (entry["actor"], entry["via"]) == ("bo", "import")


def test_nothing_is_imported_from_the_future(anywhere: Shell, tmp_path: Path) -> None:
    rows = "- 2023-11-05 10:00 UTC: the outage begins\n- 2103-11-05 10:10 UTC: a slip\n- 10:30 UTC: the outage ends\n"
    told = anywhere.ask("import", a_file(tmp_path, "mail.md", f"# Mail\n## Timeline\n{rows}"))
    assert [each.partition(": ")[0] for each in told["warnings"]][:2] == ["mail.md:4", "mail.md:5"]
    assert "lies in the future" in told["warnings"][0]
    milestones = anywhere.ask("show", "1")["milestones"]
    assert milestones["impact"]["happened"].startswith("2023-11-05T10:00")
    assert milestones["resolution"] is None
