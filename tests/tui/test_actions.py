"""Actions are data: what footer, help and palette derive from them is complete, and every key can be typed."""

from collections import Counter
from datetime import UTC

import pytest

from tests.support.builders import Tale
from tests.support.keys import encode
from warroom.domain import clock
from warroom.room import commands
from warroom.tui.actions.base import Action, key_name
from warroom.tui.actions.catalogue import ALL, meant, offered
from warroom.tui.present.cells import Line
from warroom.tui.present.footer import footer
from warroom.tui.present.help import page
from warroom.tui.present.layout import PANES
from warroom.tui.scene import Scene, View
from warroom.tui.screens.incident import IncidentScreen

BYTES = {"question_mark": "?", "slash": "/", "colon": ":", "minus": "-", "exclamation_mark": "!"}
"""Textual's names for keys that terminals send as the character itself."""


class Place(IncidentScreen):
    """A desk that only knows where the cursor is and what is shown."""

    def __init__(self, scene: Scene, pane: str, row: str) -> None:
        self._shown, self._at = scene, (pane, row)

    @property
    def scene(self) -> Scene:
        return self._shown

    @property
    def pane(self) -> str:
        return self._at[0]

    @property
    def row(self) -> str:
        return self._at[1]


def place(tale: Tale, pane: str = "checklist", row: str = "") -> Place:
    return Place(Scene(View(tale.incident, tale.org), "ana", tale.now, UTC), pane, row)


def text(line: Line) -> str:
    return "".join(span.text for span in (*line.left, *line.right))


def test_every_action_can_be_reached_by_a_key_in_its_pane() -> None:
    for action in ALL:
        panes = [action.pane] if action.pane else PANES
        hidden = [key for key in action.keys if not any(meant(key, pane) is action for pane in panes)]
        assert action.keys
        assert len(hidden) < len(action.keys), action.id


@pytest.mark.parametrize("pane", ["", *PANES])
def test_no_two_actions_of_a_pane_share_a_key(pane: str) -> None:
    counted = Counter(key for action in ALL if action.pane == pane for key in action.keys)
    assert {key: count for key, count in counted.items() if count > 1} == {}


def test_every_action_has_an_id_of_its_own() -> None:
    assert len({action.id for action in ALL}) == len(ALL)


@pytest.mark.parametrize("action", ALL, ids=lambda action: str(action.id))
def test_a_plain_terminal_can_send_every_key(action: Action) -> None:
    """No key needs the Kitty protocol, and none is taken by the terminal's own flow or job control."""
    for key in action.keys:
        assert encode(BYTES.get(key, key)) not in (b"\x03", b"\x13", b"\x1a"), key


@pytest.mark.parametrize("action", ALL, ids=lambda action: str(action.id))
def test_escape_is_never_the_only_way(action: Action) -> None:
    assert set(action.keys) - {"escape"}


@pytest.mark.parametrize("pane", PANES)
def test_help_names_every_action_and_its_keys(pane: str) -> None:
    lines = [text(line) for line in page(pane)]
    for action in ALL:
        keys = " ".join(map(key_name, action.keys))
        assert any(action.title in line and line.strip().startswith(keys) for line in lines), action.id


@pytest.mark.parametrize("pane", PANES)
def test_help_begins_with_the_pane_that_has_the_cursor(pane: str) -> None:
    assert text(page(pane)[0]).startswith("In this pane") or not any(action.pane == pane for action in ALL)


def test_what_can_be_done_in_the_room_can_be_done_at_the_console() -> None:
    """Each command has an action that names its verb, so that help teaches the command line too."""
    verbs = {verb for action in ALL for verb in action.command.split(" ")[0].split("|")}
    wanted = {command.name.partition(".")[0] for command in commands.ALL if not command.internal}
    elsewhere = {"declare", "bookmark"}
    assert wanted - verbs == elsewhere, "which are done on the list of incidents and in a replay"


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("width", [10, 20, 40, 80, 120])
def test_the_footer_never_hides_the_way_to_help(pane: str, width: int) -> None:
    (line,) = footer(offered(place(Tale(), pane)), width)
    assert text(Line(right=line.right)).strip() == "? help"
    assert len(text(line)) <= max(width, 9)


def test_a_sentence_takes_the_footer_whole_and_leaves_the_way_to_help_where_it_can() -> None:
    (line,) = footer([], 80, "Nothing is new.")
    assert text(line).endswith("? help ")
    long = "The incident is closed; reopen it first, with a reason, and say what came back to whom."
    for width in (36, 80):
        lines = [text(line) for line in footer([], width, long)]
        assert " ".join(" ".join(lines).split()).removesuffix("? help") == long
        assert all(len(line) <= width for line in lines)


def test_the_footer_offers_what_is_on_and_nothing_else() -> None:
    tale = Tale()
    before = [action.id for action in offered(place(tale))]
    assert "ack" in before
    assert "step.done" not in before, "no step is under the cursor"
    tale.do(clock.acknowledge)
    assert "ack" not in [action.id for action in offered(place(tale))]


def test_the_footer_shows_what_a_key_means_in_this_pane() -> None:
    shown = offered(place(Tale(), "timeline", "entry:1"))
    assert [action.id for action in shown if action.keys[0] == "enter"] == ["entry.open"]
    assert len({action.keys[0] for action in shown}) == len(shown)


@pytest.mark.parametrize("pane", PANES)
def test_the_reason_why_an_action_is_off_is_a_sentence(pane: str) -> None:
    tale = Tale()
    tale.do(clock.resolve)
    tale.do(clock.close)
    reasons = [action.when(place(tale, pane)) for action in ALL if action.pane in ("", pane)]
    off = [reason for reason in reasons if reason]
    assert off
    assert all(reason[0].isupper() and reason.endswith(".") for reason in off), off


def test_keys_are_written_as_people_write_them() -> None:
    keys = ("question_mark", "ctrl+p", "pageup", "space", "D")
    assert [key_name(key) for key in keys] == ["?", "^p", "PgUp", "space", "D"]
