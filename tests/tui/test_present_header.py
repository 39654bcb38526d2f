"""The two lines at the top and the banner: the state of the incident and of the link, in words, at every width."""

from dataclasses import dataclass

import pytest

from tests.support.builders import Tale, at
from tests.tui.scenes import scene, text
from warroom.domain import clock, roles
from warroom.room.presence import Someone
from warroom.tui.present import header
from warroom.tui.present.cells import width_of
from warroom.tui.scene import Freshness, Scene, Unsent, freshness


def headline(shown: Scene, width: int = 120) -> str:
    return "".join(span.text for part in header.headline(shown, width) for span in part.left)


@dataclass
class Link:
    """A state of the link, and the words that tell it."""

    fresh: Freshness
    words: str


LINKS = [
    Link(freshness(0.4, 0, ""), "● LIVE"),
    Link(freshness(4.2, 0, ""), "! LAGGING 4 s"),
    Link(freshness(4.2, 3, "No answer."), "! RECONNECTING try 3"),
    Link(freshness(75.0, 9, "No answer."), "✗ OFFLINE 1 min, read-only"),
]


def test_the_first_line_says_which_incident_how_bad_how_long_and_who() -> None:
    tale = Tale()
    tale.do(roles.take, role="commander")
    tale.at("14:23:41")
    shown = headline(scene(tale, "ana", Someone("di", (), 4, False)))
    words = " ".join(shown.split())
    assert words == "INC-1 card payments fail SEV1 T+00:23:41 ACTIVE ● LIVE ana IC · di (idle 4m)"
    assert len(shown) == 120


@pytest.mark.parametrize("link", LINKS, ids=lambda link: str(link.fresh.word))
@pytest.mark.parametrize("width", [80, 100, 120, 200])
def test_the_state_of_the_link_is_never_cut(link: Link, width: int) -> None:
    tale = Tale(title="card payments fail for every customer of the second bank, and refunds are slow " * 2)
    people = [Someone(name, (), 12, False) for name in ("ana", "bo", "cy", "di", "eli", "fay", "gus", "hal")]
    shown = headline(scene(tale, *people, fresh=link.fresh), width)
    assert link.words in shown
    assert len(shown) <= width


@pytest.mark.parametrize("width", [40, 50, 59])
def test_a_narrow_terminal_keeps_severity_and_time(width: int) -> None:
    tale = Tale(title="card payments fail for every customer").at("14:05")
    shown = headline(scene(tale, "ana"), width)[:width]
    assert "SEV1  T+00:05:00" in shown
    assert shown.startswith(" INC-1 card pay")


@pytest.mark.parametrize("width", range(10, 200, 7))
def test_the_first_line_is_never_wider_than_the_terminal_from_50_columns(width: int) -> None:
    what, since, state = header.headline(scene(Tale(title="日本語の題名" * 12), "ana", "bo"), width)
    assert width < 50 or width_of((*what.left, *since.left, *state.left)) <= width


def test_people_become_a_count_where_there_is_no_room_for_names() -> None:
    shown = scene(Tale(), "ana", "bo", "cy", "di", "eli")
    assert "ana · bo · cy · di · eli" in headline(shown, 120)
    assert "5 here" in headline(shown, 80)


def test_of_many_people_six_are_named() -> None:
    shown = headline(scene(Tale(), *"abcdefgh"), 160)
    assert "a · b · c · d · e · f +2" in shown


@pytest.mark.parametrize(("age", "tries", "word"), [(0, 0, "LIVE"), (3, 0, "LAGGING"), (1, 1, "RECONNECTING")])
def test_the_word_for_the_link(age: float, tries: int, word: str) -> None:
    assert freshness(age, tries, "").word == word
    assert freshness(10, tries, "").word == "OFFLINE"


def test_time_stands_still_at_the_resolution() -> None:
    tale = Tale().at("14:40")
    tale.do(clock.resolve)
    tale.at("15:30")
    assert "T+00:40:00  RESOLVED" in headline(scene(tale))
    assert "○ contain  " in text(header.milestones(scene(tale), 80)), "nothing counts down any more"


def test_time_counts_from_the_impact_where_it_is_known() -> None:
    tale = Tale(at=at("13:50"))
    assert header.ticking(scene(tale)) == "00:10:00"
    assert header.ticking(scene(Tale())) == "00:00:00"


def test_milestones_tell_reached_late_due_overdue_and_unknown_in_words() -> None:
    tale = Tale(at=at("13:58"), approximate=True).at("14:02")
    tale.do(clock.mark, "detection", at=at("14:00"))
    tale.at("14:08").do(clock.acknowledge)
    strip = text(header.milestones(scene(tale), 200))
    assert "● impact ~13:58 ── ● detected +2:00 ── ! ack +10:00 late ── ○ escalate by 14:10 (2:00 left)" in strip
    assert strip.endswith("○ contain by 15:00 ── ○ resolve by 18:00 ── ○ review"), "one countdown is enough"
    tale.at("14:11")
    assert "! escalate OVERDUE 1:00" in text(header.milestones(scene(tale), 200))


@pytest.mark.parametrize("width", [36, 40, 60, 80, 100, 120])
def test_the_next_milestone_is_seen_at_every_width(width: int) -> None:
    tale = Tale(at=at("13:58")).at("14:01")
    for name in ("detection", "acknowledgment", "escalation"):
        tale.do(clock.mark, name)
    assert "○ contain by 15:01 (1:00:00 left)" in text(header.milestones(scene(tale), width))[:width]


def test_an_incident_without_targets_shows_its_milestones() -> None:
    assert "● impact 14:00" in text(header.milestones(scene(Tale(severity="5", at=at("14:00"))), 60))


def test_no_countdown_is_shown_while_nobody_knows() -> None:
    tale = Tale()
    offline = scene(tale, fresh=freshness(60, 4, "No answer."))
    assert "ack by 14:05 (unknown while offline)" in text(header.milestones(offline, 120))


def test_there_is_no_banner_while_all_is_well() -> None:
    assert header.banner(scene(Tale()), 80) == []


def banner(shown: Scene, width: int = 80) -> str:
    lines = header.banner(shown, width)
    assert all(width_of(line.left) <= width for line in lines)
    return " ".join(" ".join(map(text, lines)).split())


@pytest.mark.parametrize("width", [40, 80, 120])
def test_the_banner_says_how_old_this_is_what_can_be_done_and_why(width: int) -> None:
    shown = scene(Tale(), fresh=freshness(4, 2, "The database is locked by process 7 of bo. End it if it hangs."))
    assert banner(shown, width) == (
        "4 s old · only notes can be written · The database is locked by process 7 of bo. End it if it hangs."
    )


def test_the_banner_counts_what_waits() -> None:
    waiting = (Unsent("gateway is back", "", at("14:01")), Unsent("p99 falls", "1.2", at("14:02")))
    assert "2 unsent" in banner(scene(Tale(), unsent=waiting, fresh=freshness(20, 5, "No answer.")))


def test_whoever_is_offline_without_a_reason_is_told_so_too() -> None:
    assert "does not answer" in banner(scene(Tale(), fresh=freshness(20, 0, "")))


def test_whoever_is_behind_is_told_how_far() -> None:
    assert banner(scene(Tale(), fresh=freshness(4, 0, ""))).startswith("4 s old")


def test_a_forked_or_damaged_log_is_said() -> None:
    assert "After position 41" in banner(scene(Tale(), lost=41))
    assert "Row 7" in banner(scene(Tale(), lost=41, alarm="Row 7 was changed."))


def test_a_reopened_incident_runs_again() -> None:
    tale = Tale().at("14:10")
    tale.do(clock.resolve)
    tale.do(clock.reopen, because="it is back")
    tale.at("14:20")
    assert "T+00:20:00  ACTIVE" in headline(scene(tale))
