"""The timeline: one line an entry, the newest last, with a divider where the new ones begin; and the list at home."""

from typing import get_args
from zoneinfo import ZoneInfo

import pytest

from tests.support.builders import Tale, at
from tests.tui.scenes import scene, text, texts
from warroom.domain import clock, record, undo
from warroom.domain.org import BUILT_IN
from warroom.domain.timeline import Kind
from warroom.room.writing import summarise
from warroom.store.contract import Summary
from warroom.tui.present import home, timeline
from warroom.tui.present.cells import Line
from warroom.tui.scene import Unsent


def talk() -> Tale:
    """Three notes and a decision."""
    tale = Tale()
    tale.at("14:03").do(record.note, "error rate 31 %", by="bo")
    tale.at("14:10").do(record.note, "41 tickets\nsince noon", by="cy", happened=at("14:05"))
    tale.do(record.decide, "switch banks", because="it is quick")
    tale.at("14:12").do(record.note, "errors fall", by="bo")
    return tale


def test_an_entry_says_when_who_what_kind_and_what() -> None:
    assert [text(line) for line in timeline.pane(scene(talk()), 80)] == [
        "14:00 ana      DECLARED SEV1: card payments fail",
        "14:03 bo       note     error rate 31 %",
        "14:05 cy       note     41 tickets since noon added 14:10",
        "14:10 ana      DECISION switch banks (because it is quick)",
        "14:12 bo       note     errors fall",
    ]


def test_a_narrow_terminal_shortens_names_and_kinds() -> None:
    assert text(timeline.pane(scene(talk()), 40)[3]) == "14:10 ana   DECI switch banks (because it is quick)"


def test_corrections_and_undoings_are_said() -> None:
    tale = talk()
    tale.do(record.correct, 2, "error rate 13 %", by="bo")
    said = texts(timeline.pane(scene(tale), 80))
    assert "error rate 13 % corrected" in said
    tale.do(record.note, "wrong room", by="cy")
    tale.do(undo.undo, by="cy")
    assert "wrong room struck out" in texts(timeline.pane(scene(tale), 80))
    assert "took back: wrong room" in texts(timeline.pane(scene(tale), 80))


def test_an_entry_reads_in_full_with_its_correction_and_its_times() -> None:
    tale = talk()
    tale.do(record.correct, 3, "14 tickets\nsince two", by="cy")
    said = texts(timeline.details(scene(tale), tale.incident.timeline[2]))
    for part in ("cy (login)", "happened 14:05:00", "recorded 14:10:00", "position 3", "41 tickets", "Corrected to"):
        assert part in said
    assert said.endswith("14 tickets\nsince two")


def test_what_is_new_begins_under_a_divider() -> None:
    lines = timeline.pane(scene(talk(), unread=2), 80)
    assert [text(line) for line in lines[2:4]] == [
        "── new since 14:10 (2) ──",
        "14:05 cy       note     41 tickets since noon added 14:10",
    ]
    assert "new since" not in texts(timeline.pane(scene(talk(), unread=5), 80)), "nothing is new any more"


def test_what_waits_is_shown_as_waiting() -> None:
    waiting = (Unsent("gateway\nis back", "", at("14:13")),)
    assert text(timeline.pane(scene(talk(), unsent=waiting), 80)[-1]) == "14:13 pending gateway is back not sent yet"


def test_only_the_last_entries_are_shown_and_how_many_there_are_before() -> None:
    lines = timeline.pane(scene(talk(), window=2), 80)
    assert text(lines[0]) == "… 3 earlier entries: press g for more"
    assert len(lines) == 3


@pytest.mark.parametrize(("wanted", "found"), [("BO", [2, 5]), ("decision", [4]), ("tickets", [3]), ("nothing", [])])
def test_a_filter_looks_at_names_kinds_and_texts(wanted: str, found: list[int]) -> None:
    lines = timeline.pane(scene(talk(), wanted=wanted), 80)
    assert [line.key for line in lines] == [f"entry:{number}" for number in found]


def test_times_are_in_the_viewers_zone_with_their_date_where_it_is_another() -> None:
    tale = talk()
    assert text(timeline.pane(scene(tale, zone=ZoneInfo("Asia/Kolkata")), 80)[0]).startswith("19:30 ana")
    tale.at("00:30", day=1)
    assert text(timeline.pane(scene(tale), 80)[0]).startswith("04 May 14:00 ana")


def test_every_kind_has_a_word_of_its_own() -> None:
    kinds = get_args(Kind)
    assert set(kinds) == set(timeline.WORDS)
    assert len({word for word, _ in timeline.WORDS.values()}) == len(kinds)


# The list of incidents.


def summary(number: int, tale: Tale) -> Summary:
    """A row of the list."""
    row = summarise(tale.incident)
    return Summary(**{name: getattr(row, name) for name in row.__struct_fields__} | {"number": number})


def rows(*tales: Tale, width: int = 80) -> list[Line]:
    now = max(int(tale.now.timestamp() * 1_000_000) for tale in tales)
    return home.rows([summary(number, tale) for number, tale in enumerate(tales, 1)], now, width)


def test_home_lists_what_is_open_before_what_is_over() -> None:
    over, live = Tale(title="disk full"), Tale().at("14:20")
    over.at("14:10").do(clock.resolve)
    said = [" ".join(text(line).split()) for line in rows(over, live)]
    assert said == [
        "INC-2 SEV1 card payments fail active no IC T+00:20:00",
        "",
        "over",
        "INC-1 SEV1 disk full resolved no IC T+00:10:00",
    ]


def test_home_tells_a_newcomer_what_to_do() -> None:
    said = texts(home.rows([], 0, 80))
    assert "Press a to declare one" in said
    assert "warroom demo" in said


@pytest.mark.parametrize("width", [20, 40, 60, 80])
def test_home_names_every_incident_at_every_width(width: int) -> None:
    line = rows(Tale(), width=width)[0]
    assert text(line).startswith("INC-1")
    assert line.key.startswith("incident:")


def test_home_offers_the_taxonomy_for_a_declaration() -> None:
    options = home.severities(BUILT_IN.severities)
    assert [option.value for option in options] == ["1", "2", "3", "4", "5"]
    assert options[0].label == "SEV1 Critical"
