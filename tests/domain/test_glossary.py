"""The glossary: terms are found as whole words, and no letter of a text is lost."""

from hypothesis import given
from hypothesis import strategies as st

from warroom.domain.glossary import Term, explained, marked, terms

WAL = Term("WAL", "the log that a database writes first")
LAG = Term("replication lag", "how far a replica is behind", also=("lag",))
IT = Term("IT", "the department")
GLOSSARY = (WAL, LAG, IT)


def test_terms_are_whole_words_and_the_longest_wins() -> None:
    assert marked(GLOSSARY, "Watch Replication lag, not the wall: WAL") == [
        ("Watch ", None),
        ("Replication lag", LAG),
        (", not the wall: ", None),
        ("WAL", WAL),
    ]


def test_a_term_in_capitals_is_not_the_word_in_small_letters() -> None:
    assert terms(GLOSSARY, ["it is late", "ask IT about the lag", "IT again"]) == [IT, LAG]


def test_without_a_glossary_nothing_is_marked() -> None:
    assert marked((), "WAL") == [("WAL", None)]
    assert marked(GLOSSARY, "") == [("", None)]


@given(st.lists(st.text(max_size=6), max_size=5), st.text(max_size=60))
def test_no_letter_is_lost_whatever_the_terms_are(names: list[str], text: str) -> None:
    glossary = tuple(Term(name, "x") for name in names)
    assert "".join(piece for piece, _ in marked(glossary, text)) == text


def test_a_term_is_found_by_any_spelling_in_any_case() -> None:
    wal = Term("WAL", "x", ("write-ahead log",))
    assert explained((Term("lag", "x"), wal), " Write-Ahead  log ") is explained((wal,), "wal") is wal
    assert explained((wal,), "walrus") is None
