"""The glossary's file: what it becomes, and what is said when it is wrong."""

from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.glossary import Term
from warroom.playbook import samples
from warroom.playbook.organisation import read_organisation

_ORGANISATION = "name: Acme\n"
_SEVERITIES = "severities:\n  - {level: 1, name: SEV1, title: Bad, definition: Worse.}\n"
_GLOSSARY = """\
    terms:
      - term: WAL
        meaning: What a database writes down first.
        also: [write-ahead log]
      - {term: replica, meaning: A copy that serves reads.}
    """


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An organisation with a glossary."""
    write(tmp_path, "organisation.yaml", _ORGANISATION)
    write(tmp_path, "severities.yaml", _SEVERITIES)
    write(tmp_path, "glossary.yaml", _GLOSSARY)
    return tmp_path


def test_a_glossary(folder: Path) -> None:
    assert read_organisation(folder).glossary == (
        Term("WAL", "What a database writes down first.", ("write-ahead log",)),
        Term("replica", "A copy that serves reads."),
    )


def test_a_glossary_may_be_left_out(folder: Path) -> None:
    (folder / "glossary.yaml").unlink()
    assert read_organisation(folder).glossary == ()


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("What a database writes down first.", "''", "3: terms[0].meaning: must not be empty"),
        ("meaning: A copy that serves reads.", "also: [copy]", "5: terms[1].meaning: is missing"),
        ("term: replica", "term: wal", '5: terms[1].term: "wal" is already explained on line 2'),
        ("term: replica", "term: Write-Ahead Log",
         '5: terms[1].term: "Write-Ahead Log" is already explained on line 4'),
        ("reads.}", "reads., also: [WAL]}", '5: terms[1].also: "WAL" is already explained on line 2'),
        ("term: replica", "trem: x, term: replica",
         '5: terms[1].trem: there is no such field; did you mean "term"?'),
        ("term: replica", f"term: {'r' * 65}", "5: terms[1].term: is longer than 64 characters"),
        ("terms:", "words: 1\nterms:", '1: words: there is no such field; valid: terms'),
    ],
)  # fmt: skip
def test_what_is_wrong_with_a_glossary(folder: Path, old: str, new: str, expected: str) -> None:
    text = (folder / "glossary.yaml").read_text()
    assert text.count(old) == 1
    (folder / "glossary.yaml").write_text(text.replace(old, new))
    assert said(lambda: read_organisation(folder)) == [f"glossary.yaml:{expected}"]


def test_the_sample_glossary_explains_twenty_words_and_more() -> None:
    glossary = read_organisation(samples.organisation(), samples.runbooks()).glossary
    assert 20 <= len(glossary) <= 35
    assert all(term.meaning.endswith(".") for term in glossary)
