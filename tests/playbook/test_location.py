"""Where a runbook's steps stand in its file."""

from pathlib import Path
from textwrap import dedent

import pytest

from tests.playbook.files import write
from warroom.domain.runbook import walk
from warroom.playbook import samples
from warroom.playbook.location import locate
from warroom.playbook.markdown.reader import read_markdown
from warroom.playbook.runbook import read_runbook


@pytest.mark.parametrize("path", sorted(samples.runbooks().glob("*.yaml")), ids=lambda path: path.stem)
def test_every_step_of_yaml_is_found_at_its_line(path: Path) -> None:
    book, lines = read_runbook(path), path.read_text().splitlines()
    places = locate(path, book)
    for step, each in walk(book):
        assert each.title in lines[places[step] - 1]
    assert lines[places["owner"] - 1] == f"owner: {book.owner}"


_MARKDOWN = """\
    ---
    owner: data
    ---
    # Disk full

    ## Look
    1. Run **df** and
       read it. Then go on.
    2. Look at `it`

    ```
    du -sh
    ```

    ## Mend
    - [ ] Look at it again
        - a nested one
    - Delete [old files](https://wiki/old)
    """


def test_the_steps_of_markdown_are_found_by_their_titles(tmp_path: Path) -> None:
    path = write(tmp_path, "disk-full.md", _MARKDOWN)
    (book,) = read_markdown(path).runbooks
    assert {step: line for step, line in locate(path, book).items() if step != "title"} == {
        "1.1": 7, "1.2": 9, "2.1": 16, "2.2": 18,
    }  # fmt: skip


def test_of_several_alerts_each_has_its_own_steps(tmp_path: Path) -> None:
    text = "# Alerts\n\n## Alert: DiskFull\n\n- Look\n\n## Alert: DiskGone\n\n- Look\n"
    path = write(tmp_path, "alerts.md", dedent(text))
    books = read_markdown(path).runbooks
    assert [locate(path, book)["1.1"] for book in books if book.alerts] == [5, 9]
