"""The band and the scrub bar, and where the keys of a replay lead."""

from datetime import UTC, timedelta

import pytest
from msgspec.structs import replace

from tests.support.builders import Tale, at
from tests.tui.scenes import scene, text
from tests.tui.stories import outage
from warroom.domain import clock, record
from warroom.domain.bookmarks import Bookmark
from warroom.domain.errors import Refused
from warroom.domain.replay import Course, Place, course
from warroom.room.replay import Replay
from warroom.tui.present import replay as present
from warroom.tui.present.cells import width_of
from warroom.tui.reel import FASTEST, Reel, With, at_position, at_second, moved, turned, typed

SHOWN = Place(hidden=False)


def tale() -> Tale:
    """Detected at once, contained a day later, with two notes."""
    told = Tale("14:00")
    told.do(clock.mark, "detection")
    told.at("14:01").do(record.note, "errors climb", by="bo")
    told.at("14:00", day=1).do(clock.mark, "containment")
    told.at("14:01", day=1).do(record.note, "errors fall")
    return told


def told(place: Place = SHOWN, position: int = 1, company: With = "alone", leader: str = "", **given: object) -> Reel:
    found = course(tale().facts)
    return Reel(found, at_position(place, found, position), company=company, leader=leader, **given)  # type: ignore[arg-type]


def drawn(reel: Reel, width: int) -> str:
    return "".join(letter for letter, _ in present.bar(reel, width))


def band(reel: Reel, width: int = 120) -> str:
    return text(present.band(scene(tale()), reel, width))


@pytest.mark.parametrize("width", [1, 10, 40, 80, 200])
@pytest.mark.parametrize("position", [1, 3, 5])
@pytest.mark.parametrize("hidden", [False, True])
def test_the_bar_is_as_wide_as_it_is_asked_to_be_and_holds_one_playhead(
    width: int, position: int, hidden: bool
) -> None:
    reel = told(Place(hidden=hidden), position)
    assert len(drawn(reel, width)) == width
    assert drawn(reel, width).count("┃") == 1
    assert width_of(present.scrub(scene(tale()), reel, width + 30).left) == width + 30


def test_milestones_are_letters_and_a_long_gap_says_how_long_it_was() -> None:
    assert drawn(told(), 40).startswith("┃")
    assert "C" in drawn(told(), 40)
    assert "» 23 h" in drawn(told(), 40)
    assert "»" in drawn(told(), 8), "where there is no room for its length"


def test_a_hidden_future_shows_nothing_of_what_comes() -> None:
    reel = told(Place(hidden=True), 3)
    after = drawn(reel, 40).partition("┃")[2]
    assert set(after) == {"·"}
    assert "next" not in band(reel)
    assert "/5" not in text(present.scrub(scene(tale()), reel, 80))


def test_a_shown_future_says_what_comes_next() -> None:
    assert "next: containment" in band(told(position=3))
    assert " 3/5 " in text(present.scrub(scene(tale()), told(position=3), 80))


def test_a_gap_is_told_where_it_passes_and_just_behind_it() -> None:
    found = course(tale().facts)
    within = at_second(SHOWN, found, found.screen_time(3) + 30)
    assert "» 23 h pass" in band(Reel(found, within))
    assert "» 23 h pass" in band(told(position=4))
    assert "pass" not in band(told(position=5))


def test_bookmarks_are_marked_and_their_remarks_read() -> None:
    mark = Bookmark(6, 3, "who \x1b[2J decides?", "ana", at("15:00"))
    reel = told(position=3, bookmarks=(mark,))
    assert "◆ who ␛[2J decides?" in band(reel)
    assert "◆" in drawn(replace(reel, place=at_position(SHOWN, reel.course, 5)), 40)


@pytest.mark.parametrize(
    ("company", "says"),
    [
        ("leading", "you lead"),
        ("following", "following ana"),
        ("roaming", "alone; ana leads, L rejoins"),
        ("lost", "ana's link is gone"),
    ],
)
@pytest.mark.parametrize("width", [80, 120])
def test_the_band_says_replay_and_in_whose_company(company: With, says: str, width: int) -> None:
    line = present.band(scene(tale()), told(company=company, leader="ana"), width)
    assert text(line).strip().startswith("REPLAY")
    assert says in text(line)
    assert width_of((*line.left, *line.right)) < width


def test_keys_lead_to_events_milestones_bookmarks_and_shares() -> None:
    reel = told(bookmarks=(Bookmark(6, 5, "", "ana", at("15:00")),))

    def after(reel: Reel, where: str) -> int:
        place = moved(reel, where)
        assert place is not None
        return place.position

    assert after(reel, "step-back") == 1, "nothing is seen before the declaration"
    assert [after(told(position=at), "step") for at in (1, 4, 5)] == [2, 5, 5]
    assert [after(told(position=at), "milestone") for at in (1, 2, 4)] == [2, 4, 4]
    assert [after(told(position=at), "milestone-back") for at in (5, 4, 1)] == [4, 2, 1]
    assert after(reel, "bookmark-next") == 5
    assert after(reel, "bookmark-back") == 1
    assert after(reel, "share-0") == 2, "the first two events share a moment"
    assert moved(reel, "sideways") is None


def test_jumps_are_five_seconds_of_the_screen_at_any_rate_and_tenths() -> None:
    reel = told(replace(SHOWN, rate=8.0), 3)
    forward, far = moved(reel, "forward"), moved(reel, "far-forward")
    assert forward is not None
    assert far is not None
    assert forward.seconds - reel.place.seconds == 40
    assert far.seconds - reel.place.seconds == reel.course.duration / 10


def test_the_rate_doubles_to_64_and_comes_back_to_1() -> None:
    found, place = course(tale().facts), SHOWN
    for wanted in (2, 4, 8, 16, 32, FASTEST, FASTEST):
        place = turned(place, found, "faster") or place
        assert place.rate == wanted
    for wanted in (32, 16, 8, 4, 2, 1, 1):
        place = turned(place, found, "slower") or place
        assert place.rate == wanted


def test_it_plays_either_way_and_pauses_and_keeps_its_pace() -> None:
    found, place = course(tale().facts), at_position(replace(SHOWN, rate=8.0), course(tale().facts), 3)

    def after(*keys: str) -> tuple[bool, float]:
        there = place
        for key in keys:
            there = turned(there, found, key) or there
        return there.playing, there.rate

    assert after("play-back") == (True, -8)
    assert after("play", "play-back") == (True, -8), "it turns about"
    assert after("play-back", "play-back") == (False, -8)
    assert after("play-back", "play") == (False, 8), "space pauses, whichever way it plays"
    assert after("play-back", "play", "play") == (True, 8)
    assert after("play-back", "faster", "faster", "faster", "faster") == (True, -FASTEST)
    assert after("play-back", *["slower"] * 9) == (True, -1)


def test_an_arrow_leads_the_same_way_while_it_plays_backwards() -> None:
    reel = told(replace(SHOWN, rate=-8.0), 3)
    forward, back = moved(reel, "forward"), moved(reel, "back")
    assert forward is not None
    assert back is not None
    assert (forward.seconds - reel.place.seconds, back.seconds - reel.place.seconds) == (40, -40)


@pytest.mark.parametrize(
    ("playing", "rate", "says"),
    [(True, 4.0, "▶ x4"), (True, -4.0, "◀ x4"), (False, 4.0, "paused x4"), (False, -4.0, "paused x4")],
)
def test_the_band_says_which_way_it_plays_and_how_fast(playing: bool, rate: float, says: str) -> None:
    assert says in band(told(replace(SHOWN, playing=playing, rate=rate), 3))


def test_the_question_before_a_drill_can_be_read_whole_at_80_columns() -> None:
    question, meaning = present.taking_over(replace(tale().incident, number=12345), 10_000)
    assert "INC-12345 was known at entry 10000" in question
    assert len(question) <= 68
    assert len(meaning) <= 68


def test_play_at_the_end_begins_again() -> None:
    found = course(tale().facts)
    again = turned(at_position(SHOWN, found, 5), found, "play")
    assert again is not None
    assert (again.position, again.seconds, again.playing) == (1, 0.0, True)


@pytest.mark.parametrize(
    ("typing", "position"),
    [("T+1m", 3), ("+60s", 3), ("t+2d", 5), ("-5m", 1), ("14:01", 3), ("containment", 4), ("end", 5), ("2", 2)],
)
def test_a_place_can_be_typed(typing: str, position: int) -> None:
    assert typed(told(), typing, at("14:00"), UTC).position == max(position, 1)


@pytest.mark.parametrize("typing", ["T+", "+", "26:00", "yesterday", "", "9"])
def test_what_is_no_place_is_refused_with_a_sentence(typing: str) -> None:
    with pytest.raises(Refused, match=r"\w"):
        typed(told(), typing, at("14:00"), UTC)


def test_an_empty_course_can_be_drawn() -> None:
    reel = Reel(Course(), Place())
    assert drawn(reel, 10) == "┃·········"
    assert turned(Place(), Course(), "play") is not None


def test_entries_that_nobody_knew_of_yet_are_marked() -> None:
    from warroom.tui.present import timeline

    team = outage()
    found = Replay(team.store, team.incident)
    state, later = found.true_at(found.course.at(at("14:22")))
    assert state.incident is not None
    shown = scene(Tale(), unknown=later)
    entry = next(each for each in state.incident.timeline if "41 open tickets" in each.text)
    assert entry.recorded - entry.happened == timedelta(minutes=5)
    assert text(timeline.entry(shown, entry, 100)).endswith("not known before 14:26")
