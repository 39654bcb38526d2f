"""`warroom glossary`: what the organisation's words mean, on the command line."""

from tests.cli.shell import Shell


def test_the_glossary_lists_and_explains(shell: Shell) -> None:
    shell.ask("init")
    rows = shell.ask("glossary")
    assert {"term", "meaning", "also"} == set(rows[0])
    done = shell.run("glossary")
    lines = done.out.splitlines()
    assert lines[0].split() == ["term", "meaning"]
    assert len(lines) == 1 + len(rows)
    shown = [line.partition("  ")[0] for line in lines[1:]]
    assert shown == sorted((row["term"] for row in rows), key=str.casefold)


def test_a_term_is_found_by_any_spelling_in_any_case(shell: Shell) -> None:
    shell.ask("init")
    assert shell.ask("glossary", "wal")["term"] == shell.ask("glossary", "Write-Ahead Log")["term"] == "WAL"
    assert shell.run("glossary", "WAL").out.startswith("WAL (also write-ahead log")


def test_an_unknown_term_names_the_nearest(shell: Shell) -> None:
    shell.ask("init")
    done = shell.run("glossary", "repliac")
    assert done.code == 1
    assert "No term is called “repliac”." in done.err
    assert "replica" in done.err


def test_an_empty_glossary_says_how_to_fill_it(shell: Shell) -> None:
    done = shell.run("glossary")
    assert (done.code, done.out) == (0, "")
    assert "glossary.yaml" in done.err
    assert shell.ask("glossary") == []


def test_the_playbook_counts_its_terms(shell: Shell) -> None:
    shell.ask("init")
    view = shell.ask("playbook", "show")
    assert "WAL" in view["glossary"]
    assert f"{len(view['glossary'])} terms" in shell.run("playbook", "show").out
