"""The index of imported runbooks."""

from tests.support.builders import at, runbook
from warroom.domain import library
from warroom.domain import org as organisations
from warroom.domain.event import ORG, Fact
from warroom.domain.library import LibraryEntry, RunbooksImported
from warroom.domain.org import Org, Playbook, PlaybookPublished
from warroom.domain.runbook import Runbook, digest


def fold(*events: RunbooksImported | PlaybookPublished) -> Org:
    org = Org()
    for seq, event in enumerate(events, 1):
        now = at("14:00")
        org = organisations.evolve(org, Fact(seq, ORG, seq, event, "ana", "login", now, now, now))
    return org


def test_a_line_says_what_finds_a_runbook() -> None:
    book = Runbook("a", "A", "slow", services=("web",), alerts=("Slow",), source="a.md", phases=runbook().phases)
    assert library.entry(book) == LibraryEntry("a", "A", "slow", ("web",), ("Slow",), "a.md", 4, digest(book))


def test_a_name_that_is_imported_again_is_replaced_and_a_playbook_leaves_the_library_alone() -> None:
    old, new, other = LibraryEntry("b", "Old"), LibraryEntry("b", "New"), LibraryEntry("a", "A")
    org = fold(RunbooksImported((old,)), RunbooksImported((new, other)), PlaybookPublished(Playbook("shop")))
    assert (org.library, org.version, org.seq) == ((other, new), 1, 3)
    assert org.imported("b") == new
    assert org.imported("c") is None


def test_the_playbooks_own_runbook_goes_before_an_imported_one() -> None:
    org = fold(
        PlaybookPublished(Playbook("shop", runbooks=(runbook("b"),))), RunbooksImported((LibraryEntry("b", "B"),))
    )
    assert [each.title for each in org.runbooks] == ["What to do about b"]


def test_only_what_is_new_is_written_and_in_parts() -> None:
    books = [runbook(f"b{number:03}") for number in range(450)]
    parts = library.bring((), books)
    assert [len(texts) for _, texts in parts] == [200, 200, 50]
    known = tuple(library.entry(book) for book in books)
    assert library.bring(known, books) == []
    ((event, texts),) = library.bring(known, [*books[:3], runbook("b003", changed="look")])
    assert texts == [runbook("b003", changed="look")]
    assert event == RunbooksImported((library.entry(texts[0]),))
