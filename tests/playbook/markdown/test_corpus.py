"""What `make corpus` counts, and that it notices what is lost."""

from pathlib import Path

import msgspec
import pytest

from tests import corpus
from tests.playbook.files import write
from tests.playbook.markdown.reading import imported
from warroom.domain.runbook import Phase, Runbook

TEXT = """\
# T

1. Look at [the board](https://a.example) and `wait`
   - or do not
2. - [x] Restart it

```sh
$ restart web
```
"""


def without(book: Runbook, place: int) -> Runbook:
    """The runbook without one of its steps."""
    (phase,) = book.phases
    steps = (*phase.steps[:place], *phase.steps[place + 1 :])
    return msgspec.structs.replace(book, phases=(Phase(phase.name, steps),))


def test_code_and_items_are_counted_and_found() -> None:
    codes, items = corpus.counts(TEXT.encode(), imported(TEXT).runbooks)
    assert (codes.all, codes.percent, items.all, items.percent) == (1, 100.0, 3, 100.0)


@pytest.mark.parametrize(("place", "found"), [(0, (1, 1)), (1, (0, 2))])
def test_what_is_lost_is_noticed(place: int, found: tuple[int, int]) -> None:
    codes, items = corpus.counts(TEXT.encode(), (without(imported(TEXT).runbooks[0], place),))
    assert (codes.found, items.found) == found


def test_a_file_that_cannot_be_read_fails_the_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "wiki", "a.md", TEXT)
    assert corpus.main(tmp_path) == 0
    (tmp_path / "wiki" / "b.md").write_bytes(b"\0")
    assert corpus.main(tmp_path) == 1
    assert "b.md:1: this is not text" in capsys.readouterr().out
