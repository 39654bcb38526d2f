"""Changes to runbooks' files: the diff applies, the result reads well, and everything else stays as it was."""

import subprocess
from datetime import timedelta
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.playbook.files import write
from warroom.domain.feedback import Suggestion
from warroom.domain.runbook import Runbook, Step, walk
from warroom.playbook import samples
from warroom.playbook.amend import Amended, amend, applied, diff
from warroom.playbook.amend_yaml import change
from warroom.playbook.document import BadFile
from warroom.playbook.markdown.reader import read_markdown
from warroom.playbook.runbook import parse_runbook, read_runbook

M = timedelta(minutes=1)
REMARK = "INC-4, 2026-11-24: skipped by bo: no access"
EXTRA = Step("Call the bank", command="dial 1 # now", expected=5 * M)
YAML = """\
    # Ours.
    runbook: mend
    title: Mend it
    phases:
      - name: Look   # at first
        steps:
          # The first thing.
          - do: Look
            detail: |
              At everything.

                # no comment

            # who it is
            who: expert   # always

          - do: Check
            kind: check
            expected: 5m   # measured
            inform:
              - support
              # the end

          - {do: Decide, kind: decide}
      - name: Mend
        steps:
        - do: Wait
          kind: gate
          needs: {steps: ["1.2", '1.3', 1.1]}
        - do: Go back
          kind: rollback
          steps: [{do: Stop}, {do: Start}]
    """


def timed(step: str, title: str, minutes: int) -> Suggestion:
    return Suggestion(step, title, "x", expected=minutes * M)


def more(step: str, title: str, added: Step = EXTRA) -> Suggestion:
    return Suggestion(step, title, "x", added=added)


def noted(step: str, title: str, text: str = REMARK) -> Suggestion:
    return Suggestion(step, title, "x", remark=text)


def patched(tmp_path: Path, path: Path, amended: Amended, tool: str = "git") -> Path:
    """The file after the diff was applied to a copy of it by git, or by patch."""
    copy = tmp_path / "copy" / path.name
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    argv = ["git", "apply", "-p1", "-"] if tool == "git" else ["patch", "-p1", "--fuzz=0"]
    text = diff(amended, Path(path.name)).encode()
    done = subprocess.run(argv, cwd=copy.parent, input=text, capture_output=True, check=False)
    assert done.returncode == 0, done
    assert copy.read_bytes().decode() == amended.after
    return copy


def titles(book: Runbook) -> list[str]:
    return [step.title for _, step in walk(book)]


@pytest.mark.parametrize("tool", ["git", "patch"])
def test_every_kind_of_change_at_once(tmp_path: Path, tool: str) -> None:
    path = write(tmp_path, "mend.yaml", YAML)
    amended = amend(
        path,
        "",
        [
            timed("1.1", "Look", 3), more("1.1", "Look"), more("1.1", "Look", Step("Then this")),
            timed("1.2", "Check", 90), noted("1.2", "Check"), noted("1.3", "Decide"), timed("1.3", "Decide", 2),
            more("1.3", "Decide", Step("Last: this")), more("2.1", "Wait", Step("Go on")),
            timed("2.2", "Go back", 7), timed("2.2.2", "Start", 1), noted("2.2.2", "Start"),
        ],
    )  # fmt: skip
    assert amended.left_out == ()
    assert amended.before == path.read_text()
    text = patched(tmp_path, path, amended, tool).read_text()
    assert text == dedent(
        """\
        # Ours.
        runbook: mend
        title: Mend it
        phases:
          - name: Look   # at first
            steps:
              # The first thing.
              - do: Look
                detail: |
                  At everything.

                    # no comment
                expected: 3m

                # who it is
                who: expert   # always

              - do: Call the bank
                command: 'dial 1 # now'
                expected: 5m

              - do: Then this

              # INC-4, 2026-11-24: skipped by bo: no access
              - do: Check
                kind: check
                expected: 1h30m   # measured
                inform:
                  - support
                  # the end

              # INC-4, 2026-11-24: skipped by bo: no access
              - {do: Decide, kind: decide, expected: 2m}

              - do: 'Last: this'
          - name: Mend
            steps:
            - do: Wait
              kind: gate
              needs: {steps: ["1.4", '1.5', 1.1]}
            - do: Go on
            - do: Go back
              kind: rollback
              expected: 7m
              # INC-4, 2026-11-24: skipped by bo: no access
              steps: [{do: Stop}, {do: Start, expected: 1m}]
        """
    )
    book = parse_runbook("mend.yaml", text.encode())
    assert titles(book) == [
        *("Look", "Call the bank", "Then this", "Check", "Decide", "Last: this"),
        *("Wait", "Go on", "Go back", "Stop", "Start"),
    ]
    gate = book.phases[1].steps[0].gate
    assert gate is not None
    assert gate.steps == ("1.4", "1.5", "1.1")


@pytest.mark.parametrize("path", sorted(samples.runbooks().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_step_of_the_starter_runbooks_can_be_changed(tmp_path: Path, path: Path) -> None:
    before = read_runbook(path)
    top = [(place, step) for place, step in walk(before) if place.count(".") == 1]
    suggestions = [
        *(timed(place, step.title, 11) for place, step in walk(before)),
        *(noted(place, step.title, f"{REMARK} {place}") for place, step in walk(before)),
        *(more(place, step.title, Step(f"More of {place}", expected=M)) for place, step in top),
    ]
    amended = amend(path, "", suggestions)
    assert amended.left_out == ()
    after = read_runbook(patched(tmp_path, path, amended))
    assert after.size == before.size + len(top)
    assert all(step.expected in (11 * M, M) for _, step in walk(after))
    assert amended.after.count(REMARK) == before.size


def test_what_the_file_no_longer_has_is_left_out(tmp_path: Path) -> None:
    text = YAML.replace("do: Check", "do: Look")
    path = write(tmp_path, "mend.yaml", text)
    gone, twice, here = timed("1.2", "Check", 9), timed("1.4", "Look", 9), timed("9.9", "Wait", 9)
    amended = amend(path, "", [gone, twice, here])
    assert amended.left_out == (
        (gone, "the file has no such step any more"), (twice, "the file has changed, and has this step 2 times"),
    )  # fmt: skip
    assert read_runbook(patched(tmp_path, path, amended)).phases[1].steps[0].expected == 9 * M


def test_a_change_is_made_once(tmp_path: Path) -> None:
    path = write(tmp_path, "mend.yaml", YAML)
    wanted = [timed("1.2", "Check", 9), noted("1.2", "Check"), more("1.2", "Check")]
    first = amend(path, "", wanted)
    path.write_text(first.after)
    again = amend(path, "", wanted)
    assert again.after == first.after
    assert diff(again, path) == ""
    assert again.left_out == ((wanted[2], "the file has a step of that title already"),)


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["\n", ""])
def test_line_ends_and_byte_order_marks_stay(tmp_path: Path, mark: str, end: str, last: str) -> None:
    text = "runbook: a b\ntitle: A\nphases:\n- name: B\n  steps:\n  - do: Ä\n  - do: C".replace("a b", "ab") + last
    path = tmp_path / "a b.yaml"
    path.write_bytes((mark + text.replace("\n", end)).encode())
    amended = amend(path, "", [timed("1.1", "Ä", 9), noted("1.2", "C"), timed("1.2", "C", 3), more("1.2", "C")])
    assert amended.left_out == ()
    after = patched(tmp_path, path, amended)
    assert titles(read_runbook(after)) == ["Ä", "C", "Call the bank"]
    data = after.read_bytes().decode()
    assert data.startswith(mark + "runbook")
    assert data.count("\n") == data.count(end)


def test_a_step_added_by_hand_is_made_to_fit(tmp_path: Path) -> None:
    path = write(tmp_path, "mend.yaml", YAML)
    title = "Call every bank that we know, one after the other, and ask whether they see it too \x1b[31m"
    amended = amend(path, "", [more("2.1", "Wait", Step(title, "check", command="a\x1b\n\n  b: c\n"))])
    (_, added), *_ = [each for each in walk(read_runbook(patched(tmp_path, path, amended))) if each[0] == "2.2"]
    assert added.title == "Call every bank that we know, one after the other, and…"
    assert added.detail == title.replace("\x1b", "␛")
    assert (added.kind, added.command) == ("check", "a␛\n\n  b: c")


_WORDS = st.text(min_size=1, max_size=80).filter(lambda text: text.strip() and text.isprintable())


@settings(max_examples=80, deadline=None)
@given(title=_WORDS, command=st.text(max_size=60), why=st.text(max_size=60))
def test_whatever_people_wrote_the_file_can_still_be_read(title: str, command: str, why: str) -> None:
    text = dedent(YAML)
    wanted = [noted("1.2", "Check", f"INC-4: {why}"), more("1.2", "Check", Step(title, command=command))]
    wanted += [noted("2.2.1", "Stop", f"INC-5: {why}")]
    amended = applied(text, wanted, change("mend.yaml"))
    book = parse_runbook("mend.yaml", amended.after.encode())
    assert all(each.added for each, _ in amended.left_out)
    assert book.size == 8 - len(amended.left_out)


def test_what_is_no_text_cannot_be_changed(tmp_path: Path) -> None:
    path = tmp_path / "x.md"
    path.write_bytes(b"# A\n\n- caf\xe9\n")
    with pytest.raises(BadFile, match="not text in UTF-8"):
        amend(path, "", [])
    with pytest.raises(BadFile, match="cannot be read"):
        amend(tmp_path / "missing.yaml", "", [])


MARKDOWN = """\
    ---
    owner: data
    ---
    # Mend it

    ## Look

    1. Look at it.
       Twice.
    2. Read `the log`:

       ```
       tail log
       ```

    ## Mend
    * [ ] Stop it
        * nested
    * [ ] Start it

    ```sh
    start
    ```

    Some prose that is read.
    """


@pytest.mark.parametrize("tool", ["git", "patch"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_markdown_is_changed_likewise(tmp_path: Path, tool: str, end: str) -> None:
    path = tmp_path / "mend.md"
    path.write_bytes(dedent(MARKDOWN).replace("\n", end).encode())
    (before,) = read_markdown(path).runbooks
    assert titles(before) == ["Look at it.", "Read the log:", "Stop it", "Start it", "Some prose that is read."]
    star = Step("Call *all* <banks> at `once`")
    amended = amend(
        path,
        "",
        [
            noted("1.1", "Look at it.", "INC-4: no --> way"), more("1.2", "Read the log:"),
            noted("1.2", "Read the log:"), noted("2.1", "Stop it"), more("2.1", "Stop it", star),
            more("2.2", "Start it", Step("Look again")),
        ],
    )  # fmt: skip
    assert amended.left_out == ()
    copy = patched(tmp_path, path, amended, tool)
    (after,) = read_markdown(copy).runbooks
    assert [step.title for phase in after.phases for step in phase.steps] == [
        *("Look at it.", "Read the log:", "Call the bank"),
        *("Stop it", "Call *all* <banks> at once", "Start it", "Look again", "Some prose that is read."),
    ]
    steps = dict(walk(after))
    assert (steps["1.2"].command, steps["1.3"].command, steps["2.3"].command) == ("tail log", EXTRA.command, "start")
    text = copy.read_text()
    assert "3. Call the bank" in text
    assert "* [ ] Look again" in text
    assert "   <!-- INC-4: no · way -->" in text
    assert REMARK in steps["1.2"].detail


def test_what_markdown_has_no_place_for_is_left_out(tmp_path: Path) -> None:
    path = write(tmp_path, "mend.md", MARKDOWN)
    wanted = [
        timed("1.1", "Look at it.", 3), more("2.3", "Some prose that is read."), noted("1.1", "Gone"),
    ]  # fmt: skip
    amended = amend(path, "", wanted)
    assert [why for _, why in amended.left_out] == [
        "Markdown has no place for an expected time; write the runbook as YAML to keep it",
        "the step is no item of a list in the file, so it is not plain where another may stand",
        "the file has no such step any more",
    ]
    assert diff(amended, path) == ""


def test_of_several_alerts_only_one_is_changed(tmp_path: Path) -> None:
    path = write(tmp_path, "alerts.md", "# Alerts\n\n## Alert: Full\n\n- Look\n\n## Alert: Gone\n\n- Look\n")
    amended = amend(path, "Gone", [more("1.1", "Look"), noted("1.1", "Look")])
    assert amended.left_out == ()
    after = read_markdown(patched(tmp_path, path, amended)).runbooks
    assert {book.alerts: titles(book) for book in after if book.alerts} == {
        ("Full",): ["Look"], ("Gone",): ["Look", "Call the bank"],
    }  # fmt: skip
    missing = amend(path, "Other", [noted("1.1", "Look")])
    assert missing.left_out[0][1] == "the file has no such runbook any more"
