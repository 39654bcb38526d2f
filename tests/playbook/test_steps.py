"""Gates, automation, parameters and steps' own checklists in a runbook file."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.runbook import Automation, Gate, Parameter, Phase, Step, walk
from warroom.playbook import samples
from warroom.playbook.runbook import read_runbook, read_runbooks
from warroom.playbook.steps import Known

GOOD = """\
    runbook: failover
    title: Failover
    alerts: [PrimaryDown, ReplicaLag]
    parameters:
      - name: cluster
        help: which cluster
        default: eu-1
      - name: mode
        kind: choice
        choices: [fast, safe]
    phases:
      - name: Stage
        steps:
          - do: Try it on staging
            name: staged
            command: try <cluster>
          - do: Read the plan
            kind: read
      - name: Go
        steps:
          - do: Wait until it is safe
            kind: gate
            name: go
            needs:
              steps: [staged, "1.2"]
              healthy: [web]
              dependencies: true
              approvals: 2
              roles: [commander]
          - do: Ask the experts
            kind: escalate
            to: databases
          - do: Look
            kind: check
            run:
              command: [mysql, -e, "select 1", <cluster>]
              expect: "<mode>"
              timeout: 10s
              dangerous: true
          - do: Measure the load
            run: {load: }
          - do: Put it back
            kind: rollback
            steps:
              - do: Stop writes
                name: stop
              - do: Wait for the readers
          - do: Wait for all of it
            kind: gate
            needs: {steps: [stop, go]}
    """


def test_gates_automation_parameters_and_a_steps_own_checklist(tmp_path: Path) -> None:
    book = read_runbook(write(tmp_path, "failover.yaml", GOOD))
    assert book.alerts == ("PrimaryDown", "ReplicaLag")
    assert book.parameters == (
        Parameter("cluster", "which cluster", default="eu-1"),
        Parameter("mode", kind="choice", choices=("fast", "safe")),
    )
    look = Automation("command", ("mysql", "-e", "select 1", "<cluster>"), "<mode>", timedelta(seconds=10), True)
    read = Step("Read the plan", "read")
    back = (
        Step("Stop writes", name="stop"),
        Step("Wait for the readers"),
    )
    assert book.phases == (
        Phase("Stage", (Step("Try it on staging", command="try <cluster>", name="staged"), read)),
        Phase(
            "Go",
            (
                Step(
                    "Wait until it is safe",
                    "gate",
                    name="go",
                    gate=Gate(("1.1", "1.2"), ("web",), True, 2, ("commander",)),
                ),
                Step("Ask the experts", "escalate", to="databases"),
                Step("Look", "check", run=look),
                Step("Measure the load", run=Automation("load")),
                Step("Put it back", "rollback", steps=back),
                Step("Wait for all of it", "gate", gate=Gate(("2.5.1", "2.1"))),
            ),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('[staged, "1.2"]', "[stagd]",
         '25: phases[1].steps[0].needs.steps[0]: no step is called "stagd"; did you mean "staged"?'),
        ('[staged, "1.2"]', "[go]", "25: phases[1].steps[0].needs.steps[0]: the gate waits for itself: a circle"),
        ('[staged, "1.2"]', '[staged, "2.2"]',
         '25: phases[1].steps[0].needs.steps[1]: "2.2" is step 2.2, which gate 2.1 holds back: a circle'),
        ("- do: Wait for the readers", "- {do: Wait, kind: gate, needs: {steps: [go]}}",
         "47: phases[1].steps[4].steps[1].kind: a step's own checklist has no gate; put it before the step"),
        ("kind: check\n", "kind: decide\n",
         "35: phases[1].steps[2].run: a step of kind decide runs nothing; put it into a check before it"),
        ("kind: check\n", "kind: gate\n",
         "35: phases[1].steps[2].run: a step of kind gate runs nothing; put it into a check before it"),
        ("run: {load: }", "run:",
         "41: phases[1].steps[3].run: must name one tool; valid: command, http, dns, tls, tcp, disk, load, journal"),
        ("[mysql,", "[/usr/bin/mysql,",
         '36: phases[1].steps[2].run.command[0]: "/usr/bin/mysql" is a path; name a command of the host\'s list'),
        ("[mysql,", "[<cluster>,",
         "36: phases[1].steps[2].run.command[0]: what runs cannot be filled in; name the command itself"),
        ("{load: }", "{load: here}",
         "41: phases[1].steps[3].run.load: is always that of this host; leave the target out"),
        ("{load: }", "{command: [ls], expect: ok}", '41: phases[1].steps[3].run.expect: "ok" is no exit code'),
        ("{load: }", "{load: , expect: low}", '41: phases[1].steps[3].run.expect: "low" is no number'),
        ("{load: }", "{http: shop.example}",
         '41: phases[1].steps[3].run.http: "shop.example" is no URL that begins with http:// or https://'),
        ("{load: }", "{http: 'https://a.example', expect: ok}",
         '41: phases[1].steps[3].run.expect: "ok" is no status; expect 200, 2xx, or several: 200, 404'),
        ("{load: }", "{http: }", "41: phases[1].steps[3].run.http: needs a target"),
        ("{load: }", "{tcp: db-1}", '41: phases[1].steps[3].run.tcp: "db-1" is no host with a port, such as db-1:5432'),
        ("{load: }", "{tcp: 'db-1:5432', expect: up}",
         "41: phases[1].steps[3].run.expect: nothing can be expected of this tool; leave it out"),
        ("{load: }", "{disk: var}", '41: phases[1].steps[3].run.disk: "var" is not an absolute path'),
        ("{load: }", "{dns: a.example, expect: up}",
         '41: phases[1].steps[3].run.expect: "up" is no address such as 10.0.0.7'),
        ("name: stop", "name: staged",
         '46: phases[1].steps[4].steps[0].name: "staged" is already the name of step 1.1'),
        ("name: stop", 'name: "2.1"',
         '46: phases[1].steps[4].steps[0].name: "2.1" looks like the number of a step; give it a word'),
        ("[commander]", "[comander]",
         '29: phases[1].steps[0].needs.roles: no role is called "comander"; did you mean "commander"?'),
        ("approvals: 2", "approvals: none",
         '28: phases[1].steps[0].needs.approvals: "none" is not a whole number from 1 to 20'),
        ("kind: read", "needs: {approvals: 1}",
         "18: phases[0].steps[1].needs: belongs to a step of kind gate; this one is of kind do"),
        ("kind: read", "kind: reed",
         '18: phases[0].steps[1].kind: "reed" is not valid here; did you mean "read"?'),
        ("kind: escalate", "kind: inform",
         "32: phases[1].steps[1].to: belongs to a step of kind escalate; this one is of kind inform"),
        ("kind: rollback", "kind: do",
         "44: phases[1].steps[4].steps: belongs to a step of kind rollback; this one is of kind do"),
        ("name: stop", "steps: [{do: a}]",
         "46: phases[1].steps[4].steps[0].steps: a step of a step's own checklist has none itself; there is one level"),
        ('[mysql, -e, "select 1", <cluster>]', "mysql",
         "36: phases[1].steps[2].run.command: must be a list of words such as [kubectl, get, pods], no shell's line"),
        ('[mysql, -e, "select 1", <cluster>]', "[]", "36: phases[1].steps[2].run.command: must have at least one row"),
        ('[mysql, -e, "select 1", <cluster>]', "[[a]]", "36: phases[1].steps[2].run.command[0]: must be one word"),
        ('"select 1", <cluster>', '"select 1", <clustr>',
         '36: phases[1].steps[2].run.command: <clustr> is not among the parameters; did you mean "cluster"?'),
        ("timeout: 10s", "timeout: 2h", "38: phases[1].steps[2].run.timeout: must not be longer than 1h"),
        ("timeout: 10s", "http: https://a.example",
         "36: phases[1].steps[2].run: must name one tool; command and http are there"),
        ("{load: }", "{lood: a}", '41: phases[1].steps[3].run.lood: there is no such field; did you mean "load"?'),
        ("default: eu-1", "default: eu 1",
         "7: parameters[0].default: does not fit its kind: <cluster> is one word; “eu 1” is none."),
        ("name: mode", "name: 1st",
         "8: parameters[1].name: must begin with a letter and go on with letters, digits, blanks, “_”, “.” and “-”"),
        ("name: mode", "name: cluster", '8: parameters[1].name: "cluster" is declared twice'),
        ("choices: [fast, safe]", "default: fast",
         "8: parameters[1].choices: a parameter of kind choice has choices, and no other has"),
        ("kind: choice", "kind: number",
         "10: parameters[1].choices: a parameter of kind choice has choices, and no other has"),
    ],
)  # fmt: skip
def test_bad_steps(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert GOOD.count(old) == 1
    path = write(tmp_path, "failover.yaml", GOOD.replace(old, new))
    assert any(line.startswith(f"failover.yaml:{expected}") for line in said(lambda: read_runbook(path)))


@pytest.mark.parametrize(
    "run",
    [
        "http: https://<cluster>.example/health, expect: '200, 3xx'", "http: <cluster>", "tcp: <cluster>:5432",
        "tcp: '[::1]:80'", "tls: a.example:8443, expect: 14d", "disk: <cluster>, expect: 80%",
        "disk: /var, expect: '9.5'", "command: [ls], expect: '0, 1'",
        "dns: a.example, expect: '::1'", "load: , expect: '1.5'", "journal: web.service", "command: [ls, /var/log/x]",
        "load: , expect: <mode>",
    ],
)  # fmt: skip
def test_a_run_that_its_tool_can_take(tmp_path: Path, run: str) -> None:
    assert read_runbook(write(tmp_path, "a.yaml", GOOD.replace("{load: }", f"{{{run}}}"))).size


def test_a_gate_names_services_that_exist(tmp_path: Path) -> None:
    write(tmp_path / "books", "a.yaml", GOOD)
    assert said(lambda: read_runbooks(tmp_path / "books", Known(["webb"], []))) == [
        'a.yaml:26: phases[1].steps[0].needs.healthy: no service is called "web"; did you mean "webb"?'
    ]


def test_the_example_of_the_format_is_a_runbook(tmp_path: Path) -> None:
    text = (samples.runbooks() / "README.md").read_text(encoding="utf-8")
    book = read_runbook(write(tmp_path, "example.yaml", text.split("```yaml\n")[1].split("```")[0]))
    kinds = {step.kind for _, step in walk(book)}
    assert kinds == {"do", "check", "escalate", "gate", "rollback"}
    assert [step.gate for _, step in walk(book) if step.gate] == [
        Gate(("1.1", "1.3"), ("payments",), True, 2, ("commander",))
    ]
