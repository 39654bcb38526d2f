"""Checking runbook files: what is wrong with them, and what rots."""

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import Invalid

if TYPE_CHECKING:
    from warroom.domain.org import Playbook
    from warroom.playbook.lint import Finding

_DAYS = 180


def lint(session: Session, values: Values) -> int:
    """Check files, or folders of them. 1 where a file cannot be used, or something rots and `--strict` is said."""
    from warroom.playbook.links import dead
    from warroom.playbook.lint import dead_links, rot
    from warroom.playbook.sources import read_sources

    days = _days(values.get("days"))
    playbook = _playbook(session, values.get("organisation"))
    sources, problems = read_sources(map(Path, values["file"]))
    today = datetime.now(UTC).date()
    findings = [each for source in sources for each in rot(source, playbook, today, days)]
    if values.get("links"):
        findings += dead_links(sources, dead)
    _report(session, [each.runbook.name for each in sources], [str(each) for each in problems], findings)
    return 1 if problems or (findings and values.get("strict")) else 0


def _days(text: str | None) -> int:
    if text is None:
        return _DAYS
    if not (text.isascii() and text.isdecimal() and int(text[:9]) > 0 and len(text) < 7):
        raise Invalid(f"“{text}” is no number of days.", hint="Give a whole number, such as --days 180.")
    return int(text)


def _playbook(session: Session, folder: str | None) -> "Playbook":
    """What runbooks must fit: the organisation in a folder, else the one in force."""
    if folder is None:
        return session.org().playbook
    from warroom.playbook.organisation import read_organisation

    return read_organisation(Path(folder))


def _report(session: Session, names: list[str], problems: list[str], findings: "list[Finding]") -> None:
    out = session.out
    if out.json:
        rows = [
            {
                "file": each.file,
                "line": each.line or None,
                "step": each.step or None,
                "rule": each.rule,
                "text": each.text,
            }
            for each in findings
        ]
        out.data({"ok": not problems, "runbooks": names, "problems": problems, "findings": rows})
        return
    for line in (*problems, *map(str, findings)):
        out.line(line)
    out.say(f"{len(names)} runbooks can be used; {len(problems)} problems, {len(findings)} findings.")


ACTIONS = {
    "runbook lint": Action(
        "check runbook files before they are published, and find what rots in them",
        lint,
        (
            Arg("FILE", "files of YAML or Markdown, or folders of them", several=True, path=True),
            Arg("--days", f"how old a review may be; {_DAYS} where nothing is said", required=False),
            Arg("--links", "ask every link whether anything answers", kind="flag", required=False),
            Arg(
                "--organisation",
                "the folder whose names must fit, not the playbook in force",
                required=False,
                path=True,
            ),
            Arg("--strict", "exit code 1 where anything rots, too", kind="flag", required=False),
        ),
    ),
}
