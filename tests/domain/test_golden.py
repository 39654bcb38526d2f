"""Old logs: what this program once wrote it reads for ever, with the same meaning.

`golden/log-1.jsonl` is a log of version 1, `golden/log-2.jsonl` holds what came with runbooks that run and wait,
`golden/log-3.jsonl` what came with imported ones, `golden/log-4.jsonl` what people said about the rosters, and
`golden/log-5.jsonl` a ladder that is climbed, `golden/log-6-drill.jsonl` a drill, `golden/log-6-scheduled.jsonl`
planned ones, `golden/log-6-replay.jsonl` bookmarks, `golden/log-6-takeover.jsonl` a ladder that goes on in a drill,
`golden/log-6-import.jsonl` a past incident whose end nobody knows, `golden/log-6-custody.jsonl` a note that was
redacted, `golden/log-6-restored.jsonl` a log that was put back from a backup, `golden/log-6-permissions.jsonl`
broken glass, and `golden/log-6-keys.jsonl` people with public keys;
`golden/events-1.json` lists all events with their fields. No log is ever changed; a new version adds files, and a new
event or field is added to the list when it is added to the code.
"""

import json
from pathlib import Path

import pytest
from msgspec import inspect

from tests.support.builders import UUID, at, runbook
from warroom.domain import org as organisations
from warroom.domain.event import ORG, Fact, Opaque
from warroom.domain.events import BY_NAME
from warroom.domain.fold import fold
from warroom.domain.incident import Incident
from warroom.domain.moments import moment
from warroom.domain.org import Org
from warroom.domain.public_keys import fingerprint
from warroom.domain.restored import Restored
from warroom.store import codec

GOLDEN = Path(__file__).parent / "golden"


def read(name: str) -> list[Fact]:
    """The facts of a golden log, through the codec."""
    facts = []
    for place, text in enumerate((GOLDEN / name).read_text(encoding="utf-8").splitlines(), 1):
        line = json.loads(text)
        event = codec.decode(line["name"], None if line["body"] is None else line["body"].encode())
        happened, recorded, appended = (moment(line[time]) for time in ("happened", "recorded", "appended"))
        seq = 1 if line["stream"] == ORG else place - (name == "log-1.jsonl")
        by = (line["actor"], line["via"])
        facts.append(
            Fact(place, line["stream"], seq, event, *by, happened, recorded, appended, command=line["command"])
        )
    return facts


@pytest.fixture(scope="module")
def incident() -> Incident:
    """The golden incident as this version reads it."""
    return fold(Incident(UUID, 1), [fact for fact in read("log-1.jsonl") if fact.stream != ORG])


def test_the_golden_logs_hold_every_event_and_only_the_two_strangers_are_opaque() -> None:
    facts = [fact for log in sorted(GOLDEN.glob("log-*.jsonl")) for fact in read(log.name)]
    assert {fact.event.tag() for fact in facts} == {name for name in written_down() if ".v" in name} | {Opaque.tag()}
    opaque = [fact.event for fact in facts if isinstance(fact.event, Opaque)]
    redacted = Opaque("note-added.v1", redacted=True)
    assert opaque == [Opaque("objection-raised.v1"), redacted, redacted]


def test_the_golden_organisation() -> None:
    (published,) = (fact for fact in read("log-1.jsonl") if fact.stream == ORG)
    org = organisations.evolve(Org(), published)
    assert (org.version, org.published_by, org.published) == (1, "ana", at("09:00"))
    assert [row.name for row in org.playbook.severities] == ["SEV1", "SEV2", "SEV3", "SEV4", "SEV5"]
    assert (org.person("ARUIZ"), org.zone("ana")) == ("ana", "Europe/Berlin")
    assert [each.name for each in org.playbook.audiences] == ["support"]
    attached = org.runbook("payment-errors")
    assert attached is not None
    step = attached.phases[0].steps[0]
    assert (step.kind, step.command, str(step.expected)) == (
        "check",
        "curl -s https://status.example/health",
        "0:05:00",
    )
    assert str(attached.reviewed) == "2026-04-01"
    assert org.runbook("disk-full") == runbook("disk-full", triage="find what grows")


def test_the_golden_library() -> None:
    (imported,) = read("log-3.jsonl")
    first, second = organisations.evolve(Org(), imported).library
    assert (first.name, first.alerts, first.services, first.steps) == (
        "kubernetes-nodedown",
        ("NodeDown",),
        ("cluster",),
        4,
    )
    assert (first.source, first.digest[:8]) == ("kubernetes/NodeDown.md", "5891b5b5")
    assert (second.name, second.title, second.symptom, second.steps) == ("wiki-readme", "Wiki", "", 0)


def test_the_golden_rosters() -> None:
    org = Org()
    for fact in read("log-4.jsonl"):
        org = organisations.evolve(org, fact)
    changes = org.changes
    assert [(each.id, each.change, each.instead, each.by, each.end) for each in changes.overrides] == [
        ("2", "replace", "ana", "ana", at("18:00")),
        ("3", "add", "", "ana", at("13:00")),
    ]
    assert [(each.id, each.person, each.taken_by, each.start) for each in changes.swaps] == [
        ("5", "ana", "bo", at("08:00", 1))
    ]
    assert [(each.id, each.person, each.because) for each in changes.absences] == [("9", "di", "on leave")]
    assert [(each.id, each.by) for each in changes.dropped] == [("3", "bo"), ("7", "cy"), ("10", "di")]
    assert [(each.person, each.contact.to) for each in org.verified] == [("ana", "+49 30 0000")]


def test_the_golden_restore() -> None:
    org = Org()
    restored, released = read("log-6-restored.jsonl")
    org = organisations.evolve(org, restored)
    assert org.restored == Restored("ana", at("15:00"), at("14:00"), 12, at("13:59:30"), 3, 1)
    assert org.restored.held
    org = organisations.evolve(org, released)
    assert org.restored is not None
    assert not org.restored.held
    why = "nothing of it is open any more"
    assert (org.restored.released, org.restored.released_by, org.restored.because) == (at("15:10"), "bo", why)


def test_the_golden_clock(incident: Incident) -> None:
    clock = incident.clock
    assert {name: (known.happened, known.by, known.approximate) for name, known in clock.known} == {
        "impact": (at("13:46"), "ana", True),
        "detection": (at("13:57"), "bo", True),
        "acknowledgment": (at("14:02"), "bo", False),
        "resolution": (at("14:58"), "bo", False),
    }
    assert [(name, known.happened) for name, known in clock.earlier] == [
        ("detection", at("13:58")),
        ("escalation", at("14:20")),
        ("containment", at("14:30")),
        ("resolution", at("14:40")),
    ]
    assert (clock.status, clock.reopened, clock.origin) == ("resolved", 1, (at("13:46"), "impact"))
    assert clock.time(at("14:52")) == at("15:51")


def test_the_golden_severity_roles_and_services(incident: Incident) -> None:
    assert (incident.severity.now.name, [level for level, _, _ in incident.severity.history]) == ("SEV1", [2, 1])
    assert [(each.role, each.person, each.subject) for each in incident.roles.held] == [
        ("commander", "bo", ""),
        ("expert", "di", "payments"),
    ]
    assert [(each.role, each.person, each.until) for each in incident.roles.past] == [
        ("commander", "ana", at("14:07")),
        ("scribe", "cy", at("14:11")),
    ]
    assert incident.roles.offers == ()
    assert incident.services.affected == ("checkout",)
    assert incident.services.health("payments") == "major-outage"


def test_the_golden_checklist(incident: Incident) -> None:
    states = {state.id: state for run in incident.checklist.runs for state in run.steps}
    assert {name: state.outcome for name, state in states.items()} == {
        "1.1": "done",
        "1.2": "skipped",
        "1.3": "todo",
        "2.1": "todo",
        "2.2": "todo",
        "2/1.1": "todo",
    }
    assert (states["1.1"].by, states["1.1"].at, states["1.1"].because) == ("cy", at("14:14"), "error rate 31 %")
    assert states["2.2"].notes == (("di", "r-2290 is the last good one"),)


def test_the_golden_record(incident: Incident) -> None:
    entries = list(incident.timeline)
    notes = [(entry.text, entry.corrected, entry.late) for entry in entries if entry.kind == "note"]
    assert notes == [("deploy r-2291 at 13:40", "deploy r-2291 at 13:44", True)]
    assert [entry.retracted for entry in entries if entry.kind == "decision"] == [False, True]
    assert [(each.name, each.size, each.step, each.by) for each in incident.evidence] == [
        ("graph.png", 4711, "1.1", "di")
    ]
    assert (incident.title, incident.declared_by, incident.source) == ("card payments fail", "ana", "example")
    assert len(entries) == incident.seq == 43


def test_the_golden_runbook_that_runs_and_waits() -> None:
    known = fold(Incident(UUID, 1), read("log-2.jsonl"))
    states = {state.id: state for run in known.checklist.runs for state in run.steps}
    assert {name: state.outcome for name, state in states.items()} == {
        **dict.fromkeys(("1.1", "1.3", "2.1", "2.3", "2.4"), "done"),
        **dict.fromkeys(("1.2", "1.4", "2.2", "2.2.1", "2.2.2"), "todo"),
    }
    assert list(states)[3:5] == ["1.4", "2.1"], "a step that was added stands behind the one that it was added to"
    assert (states["1.1"].because, states["2.2.1"].parent, states["1.4"].added) == ("open in 3 ms", "2.2", True)
    assert states["1.3"].box is not None
    assert known.parameters.known == (("cluster", "eu-1", "ana"),)
    passed, lost = known.automation.runs
    assert (passed.what.args, passed.ended and passed.ended.ending) == (("eu-1:5432",), "passed")
    assert (lost.ended, lost.lost(at("14:08")), lost.lost(at("14:10"))) == (None, False, True)
    assert known.automation.requests == ()
    assert (known.gates.of("2.1")[0].by, known.gates.overridden) == ("bo", ("2.1",))
    assert [entry.text for entry in known.timeline if entry.kind == "decision"] == ["to eu-2"]
    assert known.clock.get("escalation") is not None


def test_the_golden_ladder() -> None:
    known = fold(Incident(UUID, 1), read("log-5.jsonl"))
    state = known.escalation
    assert (state.policy.version, [each.name for each in state.policy.ladders]) == (1, ["everybody", "mild", "night"])
    assert (state.ladder and state.ladder.name, state.runs, state.going) == ("mild", 4, "ended")
    assert (state.ended, state.known) == ("nobody acknowledged", ("ana", "bo"))
    assert [(page.order.person, page.round, page.rung, page.at) for page in state.pages] == [
        ("ana", 1, 1, at("14:00")),
        ("bo", 1, 2, at("14:05")),
        ("", 0, 0, at("14:09")),
        ("cy", 1, 1, at("14:41")),
    ]
    first = state.pages[0]
    assert (first.answered, [(each.contact, each.outcome, each.attempt) for each in first.tries]) == (
        at("14:08"),
        [("push", "sent", 2)],
    )
    assert [entry.text for entry in known.timeline][20] == (
        "next rung waits until Mon 15:40 UTC: nobody is on call by nobody"
    )


def test_the_golden_bookmarks() -> None:
    known = fold(Incident(UUID, 1), read("log-6-replay.jsonl"))
    (kept,) = known.bookmarks
    assert (kept.seq, kept.at, kept.by, kept.added) == (3, 2, "cy", at("16:00"))
    assert [entry.text for entry in known.timeline][2:] == [
        "bookmark at entry 2: here they could have rolled back",
        "bookmark at entry 3",
        "removed bookmark 4",
    ]


def test_the_golden_ladder_that_a_drill_took_over() -> None:
    known = fold(Incident(UUID, 1), read("log-6-takeover.jsonl"))
    state = known.escalation
    assert (known.exercise, state.runs, state.going) == ("drill", 2, "climbing")
    assert (state.place.round, state.place.rung, state.due) == (1, 1, at("14:06"))
    assert known.timeline[-1].text == "ladder everybody goes on after rung 1 of 3: the drill begins here"


def test_the_golden_import_whose_end_nobody_knows() -> None:
    known = fold(Incident(UUID, 1), read("log-6-import.jsonl"))
    assert (known.clock.status, known.clock.elapsed(at("18:00"))) == ("closed", None)
    last = known.timeline[-1]
    assert (last.happened, last.recorded, last.approximate) == (at("14:10"), at("14:10"), True)
    assert last.text == "closed: nobody says when it was over"


def test_the_golden_redaction() -> None:
    known = fold(Incident(UUID, 1), read("log-6-custody.jsonl"))
    assert [(entry.kind, entry.text) for entry in known.timeline][1:] == [
        ("opaque", "redacted by bo: a password"),
        ("correction", "redacted entry 2: a password"),
    ]


def test_the_golden_planned_drills() -> None:
    org = Org()
    for fact in read("log-6-scheduled.jsonl"):
        org = organisations.evolve(org, fact)
    held, dropped = org.drills
    assert (held.id, held.scenario.name, held.start, held.end) == ("2", "slow-payments", at("14:00", 7), at("15:00", 7))
    assert (held.controllers, held.invited, held.team, held.announced) == (("ana",), ("bo", "cy"), "payments", True)
    assert (held.held, held.open, held.by, held.made) == (UUID, False, "ana", at("10:00"))
    assert (dropped.announced, dropped.open, dropped.cancelled) == (False, False, at("11:00"))
    assert (dropped.dropped_by, dropped.because) == ("cy", "a real incident")


# What an event's fields are called, and which it must have.

Shapes = dict[str, dict[str, str]]


def written_down() -> Shapes:
    """The list of this version: an event's name, or the class of a value in it -> its fields, each with its type."""
    found: Shapes = json.loads((GOLDEN / "events-1.json").read_text(encoding="utf-8"))
    return found


def in_the_code() -> Shapes:
    """The same list, of the code as it is."""
    found: Shapes = {}

    def shape(name: str, kind: inspect.Type) -> None:
        assert isinstance(kind, inspect.StructType)
        if name not in found:
            found[name] = {}
            found[name] |= {
                field.encode_name: ("" if field.required else "optional ") + words(field.type) for field in kind.fields
            }

    def words(kind: inspect.Type) -> str:
        match kind:
            case inspect.StructType(cls=cls):
                shape(cls.__name__, kind)
                return cls.__name__
            case inspect.VarTupleType(item_type=item):
                return f"several {words(item)}"
            case inspect.UnionType(types=types):
                return " or ".join(sorted(words(each) for each in types))
            case inspect.LiteralType(values=choices):
                return f"one of {', '.join(str(choice) for choice in choices)}"
            case _:
                return type(kind).__name__.removesuffix("Type").lower()

    for name, event in BY_NAME.items():
        shape(name, inspect.type_info(event))
    return found


def reads(now: str, old: str) -> bool:
    """Whether a field that is `now` reads what was written when it was `old`: a choice may have grown."""
    if now.startswith("optional ") and not old.startswith("optional "):
        return reads(now.removeprefix("optional "), old)
    if "one of " in now and "one of " in old:
        choices, earlier = (set(each.partition("one of ")[2].split(", ")) for each in (now, old))
        return earlier <= choices and now.partition("one of ")[0] == old.partition("one of ")[0]
    return now == old


@pytest.mark.parametrize("name", sorted(written_down()))
def test_an_event_of_an_old_log_can_still_be_read(name: str) -> None:
    old, now = written_down()[name], in_the_code()[name]
    for field, kind in old.items():
        assert field in now, f"{name} lost {field}, which old logs have"
        assert reads(now[field], kind), f"{name}.{field} was {kind} and is {now[field]}"
    wanted = {field for field, kind in now.items() if not kind.startswith("optional ")}
    assert wanted <= set(old), f"{name} wants {wanted - set(old)}, which old logs lack"


def test_what_is_compatible() -> None:
    assert reads("optional str", "str")
    assert not reads("str", "optional str")
    assert not reads("int", "str")
    assert reads("one of a, b, c", "one of a, c")
    assert not reads("one of a", "one of a, c")


def test_every_event_and_field_is_written_down() -> None:
    assert in_the_code() == written_down(), "add what is new to golden/events-1.json, and change nothing else there"


@pytest.mark.parametrize("name", sorted(BY_NAME))
def test_an_event_is_named_with_its_version(name: str) -> None:
    stem, _, version = name.rpartition(".v")
    assert BY_NAME[name].tag() == name
    assert stem.replace("-", "").isalpha()
    assert version.isdecimal()


def test_the_golden_drill() -> None:
    incident = fold(Incident(UUID, 1), read("log-6-drill.jsonl"))
    drill = incident.drill
    assert drill.scenario is not None
    assert (incident.title, incident.exercise, drill.scenario.name) == ("DRILL: payments", "drill", "slow-payments")
    assert [(each.inject.id, each.made, each.by, each.until, each.skipped) for each in drill.injects] == [
        ("page", at("14:00"), "engine", None, None),
        ("down", at("14:05"), "engine", None, None),
        ("asks", None, "", at("14:31"), None),
        ("nobody", None, "", None, None),
        ("gone", None, "", None, None),
        ("well", None, "", None, "they know"),
    ]
    assert [(each.by, each.text) for each in drill.remarks] == [("cy", "they look at the wrong graph")]
    assert (drill.ended, drill.ending, drill.aborted) == (at("14:21"), "checkout is really down", True)


def test_the_golden_glass() -> None:
    incident = fold(Incident(UUID, 1), read("log-6-permissions.jsonl"))
    assert (incident.glass.broken, incident.glass.refused) == (("di",), (("di", "sev"),))


def test_the_golden_keys() -> None:
    (published,) = read("log-6-keys.jsonl")
    people = organisations.evolve(Org(), published).playbook.people
    assert [each.name for each in people] == ["ana", "bo"]
    assert [tuple(map(fingerprint, each.keys)) for each in people] == [
        ("SHA256:H5UoxJA8hySrYhG5DHioi1iLO9+0n9Y8pjWbuVqqaBw",),
        (),
    ]
