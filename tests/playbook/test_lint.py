"""What rots in runbooks: each rule finds its own, says where, and is silent where there is nothing to go by."""

from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path

import pytest

from tests.playbook.files import write
from warroom.domain.glossary import Term
from warroom.domain.org import Audience, Person, Playbook
from warroom.domain.services import Service
from warroom.playbook import samples
from warroom.playbook.lint import RULES, Finding, dead_links, rot
from warroom.playbook.organisation import read_organisation
from warroom.playbook.sources import read_sources

TODAY = date(2026, 11, 24)
PLAYBOOK = Playbook(
    "Acme",
    services=(Service("web", owner="shop"),),
    people=(Person("ana", team="platform", expertise=("mysql",)),),
    audiences=(Audience("support"),),
    glossary=(Term("WAL", "x"),),
)
SOUND = """\
    runbook: sound
    title: All is well
    owner: platform
    reviewed: 2026-10-01
    services: [web]
    parameters:
      - {name: host}
    phases:
      - name: Mend
        steps:
          - {do: Restart <host>, command: reboot, expected: 5m}
          - {do: Tell them, kind: inform, inform: [support], expected: 5m}
          - {do: Ask, kind: escalate, to: expertise mysql, expected: 5m}
          - {do: Read the WAL, kind: read}
          - {do: Wait, kind: gate, needs: {healthy: [web]}, expected: 5m}
          - do: Go back
            kind: rollback
            expected: 5m
            steps: [{do: Stop it}, {do: Start it}]
    """


def found(tmp_path: Path, text: str, playbook: Playbook = PLAYBOOK, days: int = 180) -> list[str]:
    """What is found in a runbook's file, without the name of the file."""
    path = write(tmp_path, "sound.yaml", text)
    sources, problems = read_sources([path])
    assert not problems
    return [str(each).removeprefix(f"{path}:") for each in rot(sources[0], playbook, TODAY, days)]


def test_a_sound_runbook(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("    owner: platform\n", "", "2: nobody owns it; name a team as its owner [owner]"),
        ("owner: platform", "owner: platfrom",
         "3: its owner “platfrom” is no team or person of the playbook; did you mean \"platform\"? [owner]"),
        ("    reviewed: 2026-10-01\n", "", "2: it was never reviewed; read it for truth and write the day [reviewed]"),
        ("2026-10-01", "2026-05-27", "4: it was last reviewed 181 days ago, on 2026-05-27; 180 are allowed [reviewed]"),
        ("2026-10-01", "2026-11-25", "4: it was reviewed on 2026-11-25, a day that has yet to come [reviewed]"),
        ("to: expertise mysql", "to: bob",
         ("13: 1.3: “bob” is no person, team or expertise of the playbook; valid: platform, shop, ana, expertise mysql"
          " [person]")),
        ("services: [web]", "services: [wbe]", "5: no service is called “wbe”; did you mean \"web\"? [service]"),
        ("healthy: [web]", "healthy: [db]", "15: 1.5: no service is called “db”; valid: web [service]"),
        ("inform: [support]", "inform: [suport]",
         "12: 1.2: no audience is called “suport”; did you mean \"support\"? [audience]"),
        (", needs: {healthy: [web]}", "", "15: 1.5: the gate waits for nothing; say what it needs [gate]"),
        ("{healthy: [web]}", "{dependencies: false}",
         "15: 1.5: the gate waits for nothing; say what it needs [gate]"),
        ("command: reboot, expected: 5m", "command: reboot", "11: 1.1: nobody says how long it should take [expected]"),
        ("Read the WAL", "Read the PITR",
         "14: 1.4: “PITR” is not in the glossary; explain it there, or write it out [jargon]"),
        ("Restart <host>", "Restart it", "6: nothing uses the parameter <host> [parameter]"),
    ],
)  # fmt: skip
def test_each_rule_finds_its_own(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert SOUND.count(old) == 1
    assert found(tmp_path, SOUND.replace(old, new)) == [expected]


def test_a_title_may_speak_of_the_way_back_and_without_one_there_is_none(tmp_path: Path) -> None:
    at = SOUND.index("          - do: Go back")
    assert found(tmp_path, SOUND[:at]) == [
        "11: 1.1: it changes something, and no step of kind rollback says how to go back [rollback]"
    ]
    assert found(tmp_path, SOUND[:at].replace("Tell them", "Roll back and tell them")) == []
    assert found(tmp_path, SOUND[:at].replace("do: Restart", "kind: check, do: Look at")) == []


def test_whom_an_escalation_may_go_to(tmp_path: Path) -> None:
    for to in ("ana", "Platform", "shop", "rung 2", "expertise MySQL", "mysql"):
        assert found(tmp_path, SOUND.replace("expertise mysql", to)) == []


def test_names_are_not_checked_where_nobody_knows_any(tmp_path: Path) -> None:
    text = SOUND.replace("[web]", "[wbe]").replace("[support]", "[suport]").replace("platform", "x")
    text = text.replace("expertise mysql", "bob").replace("WAL", "PITR")
    assert len(found(tmp_path, text)) == 6
    assert found(tmp_path, text, Playbook("empty")) == []


def test_how_old_a_review_may_be(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND, days=54) == []
    assert found(tmp_path, SOUND, days=53) == [
        "4: it was last reviewed 54 days ago, on 2026-10-01; 53 are allowed [reviewed]"
    ]


def test_where_no_step_has_a_time_that_is_said_once(tmp_path: Path) -> None:
    assert found(tmp_path, SOUND.replace("expected: 5m", "who: scribe")) == [
        "8: no step says how long it should take [expected]"
    ]


def test_dead_links_are_told_where_they_stand(tmp_path: Path) -> None:
    text = SOUND.replace("reboot", "curl http://a.corp/x").replace(
        "kind: read", "kind: read, detail: 'http://a.corp/x, http://b.corp'"
    )
    sources, _ = read_sources([write(tmp_path, "sound.yaml", text)])

    def ask(urls: Iterable[str]) -> Mapping[str, str]:
        assert set(urls) == {"http://a.corp/x", "http://b.corp"}
        return {"http://a.corp/x": "answers 404"}

    file = sources[0].file
    assert dead_links(sources, ask) == [
        Finding(file, 11, "1.1", "link", "http://a.corp/x is dead: answers 404"),
        Finding(file, 14, "1.4", "link", "http://a.corp/x is dead: answers 404"),
    ]


def test_markdown_is_linted_as_it_is(tmp_path: Path) -> None:
    path = write(tmp_path, "wiki/full.md", "# Full\n\n## Mend\n\n- Delete the PITR\n\n  ```\n  rm x\n  ```\n")
    sources, _ = read_sources([tmp_path])
    told = [str(each).removeprefix(f"{path}:") for each in rot(sources[0], PLAYBOOK, TODAY)]
    assert told == [
        "1: nobody owns it; name a team as its owner [owner]",
        "1: it was never reviewed; read it for truth and write the day [reviewed]",
        "5: 1.1: it changes something, and no step of kind rollback says how to go back [rollback]",
        "1: no step says how long it should take [expected]",
        "5: 1.1: “PITR” is not in the glossary; explain it there, or write it out [jargon]",
    ]


def test_a_folder_is_read_whole_but_for_the_readme_of_its_runbooks(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", SOUND)
    write(tmp_path, "b.yaml", SOUND)
    write(tmp_path, "broken.yml", "- x\n")
    write(tmp_path, "README.md", "# About these\n\n- one\n")
    write(tmp_path, "wiki/c.md", "# C\n\n- one\n")
    sources, problems = read_sources([tmp_path, tmp_path / "a.yaml"])
    assert [Path(each.file).name for each in sources] == ["a.yaml", "b.yaml", "c.md"]
    assert [str(each) for each in problems] == [
        f'{tmp_path}/b.yaml:1: runbook: "sound" is already the name of {tmp_path / "a.yaml"}',
        f"{tmp_path}/broken.yml:1: must be a mapping of fields, not a list",
    ]


def test_every_rule_has_a_name(tmp_path: Path) -> None:
    text = "runbook: x\ntitle: x\nservices: [x]\nparameters: [{name: x}]\nphases:\n  - name: X\n    steps:\n"
    text += "      - {do: The PITR, command: x, inform: [x]}\n      - {do: Ask, kind: escalate, to: x, expected: 1m}\n"
    text += "      - {do: Wait, kind: gate, expected: 1m}\n"
    sources, _ = read_sources([write(tmp_path, "x.yaml", text)])
    assert {each.rule for each in rot(sources[0], PLAYBOOK, TODAY)} == set(RULES) - {"link"}


def test_nothing_rots_in_the_starter_runbooks() -> None:
    playbook = read_organisation(samples.organisation(), samples.runbooks())
    modules = samples.organisation() / "modules"
    sources, problems = read_sources([samples.runbooks(), *modules.glob("*/runbooks")])
    assert len(sources) == len(playbook.runbooks) >= 12
    assert problems == []
    day = max(each.runbook.reviewed for each in sources if each.runbook.reviewed)
    assert [str(each) for source in sources for each in rot(source, playbook, day)] == []
