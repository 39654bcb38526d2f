"""Opsgenie's rosters: what each of their traps becomes, from Terraform and from the API."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.playbook.files import write
from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.org import Person
from warroom.domain.roster import Layer, Window
from warroom.playbook.oncall.reader import read_oncall
from warroom.playbook.oncall.shapes import Imported

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PEOPLE = (Person("ana", "Ana Ribeiro"), Person("bo", logins=("blindqvist",)))
USERS = """
resource "opsgenie_user" "one" {
  username  = "ana.r@example.org"
  full_name = "Ana Ribeiro"
}
resource "opsgenie_user" "two" { username = "blindqvist@example.org" }
resource "opsgenie_team" "web" { name = "Web" }
resource "opsgenie_schedule" "s" {
  name          = "Web"
  timezone      = "Europe/Rome"
  owner_team_id = opsgenie_team.web.id
}
"""


def rotation(**fields: str) -> str:
    """A rotation; each field takes the place of a sound one."""
    known = {"start_date": '"2026-01-05T08:00:00Z"', "type": '"weekly"', "length": "1"} | fields
    rows = "\n".join(f"  {name} = {value}" for name, value in known.items() if name not in ("more", "label"))
    return f"""
resource "opsgenie_schedule_rotation" "{known.get("label", "r")}" {{
  schedule_id = "${{opsgenie_schedule.s.id}}"
{rows}
  participant {{
    type = "user"
    id   = "${{opsgenie_user.one.id}}"
  }}
  participant {{ type = "none" }}
  participant {{
    type = "user"
    id   = opsgenie_user.two.id
  }}
  {known.get("more", "")}
}}
"""


def imported(folder: Path, text: str, name: str = "a.tf") -> Imported:
    return read_oncall([write(folder, name, text)], PEOPLE, NOW)


def test_a_rotation_with_a_turn_of_nobody(tmp_path: Path) -> None:
    found = imported(tmp_path, USERS + rotation())
    (schedule,) = found.schedules
    assert (schedule.name, schedule.time_zone, schedule.team) == ("web", "Europe/Rome", "Web")
    start = datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a wall-clock time
    assert schedule.layers == (Layer("r", ("ana", "", "bo"), start, "weekly"),)
    assert found.left_out == ()


def test_rotations_of_a_schedule_are_on_call_together(tmp_path: Path) -> None:
    text = USERS + rotation(name='"first"') + rotation(label="second", type='"hourly"', length="6")
    layers = imported(tmp_path, text).schedules[0].layers
    assert [(each.name, each.turn, each.every, each.joins) for each in layers] == [
        ("first", "weekly", 1, False), ("second", "hourly", 6, True),
    ]  # fmt: skip


EVERY = (0, 1, 2, 3, 4, 5, 6)


def span(kind: str, **fields: object) -> str:
    inner = "restrictions" if kind.startswith("weekday") else "restriction"
    rows = "\n".join(f"{name} = {value}" for name, value in fields.items())
    return f'time_restriction {{\n type = "{kind}"\n {inner} {{\n{rows}\n}}\n}}'


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (span("time-of-day", start_hour=9, start_min=30, end_hour=17, end_min=0),
         (Window(EVERY, time(9, 30), time(17)),)),
        (span("time-of-day", start_hour=18, start_min=0, end_hour=9, end_min=0), (Window(EVERY, time(18), time(9)),)),
        (span("time-of-day", start_hour=1, start_min=1, end_hour=10, end_min=44),
         (Window(EVERY, time(1), time(10, 30)),)),
        (span("time-of-day", start_hour=8, start_min=0, end_hour=8, end_min=0), ()),
        (span("weekday-and-time-of-day", start_day='"monday"', start_hour=8, start_min=0, end_day='"tuesday"',
              end_hour=18, end_min=30),
         (Window((0,), time(8), time(0)), Window((1,), time(0), time(18, 30)))),
        (span("weekday-and-time-of-day", start_day='"sunday"', start_hour=22, start_min=0, end_day='"monday"',
              end_hour=6, end_min=0),
         (Window((6,), time(22), time(6)),)),
    ],
)  # fmt: skip
def test_restrictions(tmp_path: Path, more: str, expected: tuple[Window, ...]) -> None:
    found = imported(tmp_path, USERS + rotation(more=more))
    assert found.schedules[0].layers[0].windows == expected


def test_minutes_are_those_of_full_and_half_hours(tmp_path: Path) -> None:
    found = imported(tmp_path, USERS + rotation(start_date='"2026-01-05T08:50:00Z"'))
    assert found.schedules[0].layers[0].start == datetime(2026, 1, 5, 10)  # noqa: DTZ001
    assert found.left_out == ("schedule “Web”, rotation “r”: 09:50 counts as 10:00 there, and does so here",)


def test_a_schedule_without_a_zone_is_that_of_new_york(tmp_path: Path) -> None:
    text = (USERS + rotation()).replace('  timezone      = "Europe/Rome"\n', "")
    found = imported(tmp_path, text)
    assert found.schedules[0].time_zone == "America/New_York"
    assert found.left_out == ("schedule “Web”: it names no time zone; that is America/New_York there",)


def test_what_is_switched_off_or_over_is_left_out(tmp_path: Path) -> None:
    off = imported(tmp_path, (USERS + rotation()).replace('name          = "Web"', 'name = "Web"\n  enabled = false'))
    assert (off.schedules, off.left_out) == ((), ("schedule “Web”: it is switched off, so it is left out",))
    over = imported(tmp_path, USERS + rotation(end_date='"2026-02-01T00:00:00Z"'))
    assert over.left_out[0] == "schedule “Web”, rotation “r”: it ended on 2026-02-01"


def test_a_team_in_a_rotation_keeps_the_turns_of_the_others(tmp_path: Path) -> None:
    text = (USERS + rotation()).replace('{ type = "none" }', '{\n type = "team"\n id = opsgenie_team.web.id\n }')
    found = imported(tmp_path, text)
    assert found.schedules[0].layers[0].members == ("ana", "", "bo")
    assert found.left_out == (
        "schedule “Web”, rotation “r”: a turn of a team (“opsgenie_team.web”) is a turn of nobody here",
    )


def test_a_rotation_of_no_schedule_is_told(tmp_path: Path) -> None:
    text = (USERS + rotation()).replace("${opsgenie_schedule.s.id}", "${opsgenie_schedule.gone.id}")
    assert imported(tmp_path, text).left_out[0] == (
        "a.tf: the schedule “opsgenie_schedule.gone” of a rotation is not in this file, so the rotation is left out"
    )


def rule(delay: int, kind: str, which: str, condition: str = "if-not-acked", notify: str = "default") -> str:
    return f"""rules {{
    condition   = "{condition}"
    notify_type = "{notify}"
    delay       = {delay}
    recipient {{
      type = "{kind}"
      id   = {which}
    }}
  }}
"""


def test_delays_count_from_the_alert_there_and_from_rung_to_rung_here(tmp_path: Path) -> None:
    rules = (
        rule(0, "schedule", "opsgenie_schedule.s.id")
        + rule(15, "user", "opsgenie_user.two.id")
        + rule(5, "user", "opsgenie_user.one.id")
        + rule(5, "schedule", "opsgenie_schedule.s.id")
    )
    text = f"""{USERS}{rotation()}
resource "opsgenie_escalation" "e" {{
  name = "Web now"
  {rules}
  repeat {{
    wait_interval          = 10
    count                  = 2
    reset_recipient_states = true
    close_alert_after_all  = true
  }}
}}"""
    found = imported(tmp_path, text)
    assert found.ladders == (
        Ladder(
            "web-now",
            (
                Rung((Target("schedule", "web"),), timedelta(minutes=5)),
                Rung((Target("person", "ana"), Target("schedule", "web")), timedelta(minutes=10)),
                Rung((Target("person", "bo"),), timedelta(minutes=10)),
            ),
            "Web now",
            2,
        ),
    )
    assert found.left_out == ("escalation “Web now”, repeat: “close_alert_after_all” has no counterpart here",)


def test_what_an_escalation_does_that_a_ladder_does_not_is_told(tmp_path: Path) -> None:
    rules = rule(3, "schedule", "opsgenie_schedule.s.id", "if-not-closed", "next") + rule(
        9, "team", "opsgenie_team.web.id"
    )
    text = f'{USERS}{rotation()}\nresource "opsgenie_escalation" "e" {{\n name = "E"\n{rules}}}'
    found = imported(tmp_path, text)
    assert found.ladders[0].rungs == (Rung((Target("schedule", "web"),), timedelta(minutes=5)),)
    assert found.left_out == (
        "escalation “E”, rule 1: it goes on until the alert is closed; here it ends when somebody acknowledges",
        "escalation “E”, rule 1: it pages “next” of its recipient; here it pages whoever is on call",
        "escalation “E”, rule 2: a recipient of kind “team” (“opsgenie_team.web”) has no counterpart here",
        "escalation “E”: it waits 3 minutes before it pages anybody; here the first rung pages at once",
    )


API = """
data:
  - id: 11
    name: Web
    timezone: Asia/Kolkata
    enabled: true
    ownerTeam: {id: 7, name: Web}
    rotations:
      - id: 12
        name: Nights
        startDate: "2026-01-05T03:30:00Z"
        type: daily
        length: 1
        participants:
          - {type: user, id: 21, username: ana ribeiro}
          - {type: none}
          - {type: user, id: 22, username: zoe@example.org}
        timeRestriction:
          type: weekday-and-time-of-day
          restrictions:
            - {startDay: friday, startHour: 18, startMin: 30, endDay: saturday, endHour: 6, endMin: 0}
  - name: Web now
    rules:
      - condition: if-not-acked
        notifyType: default
        delay: {timeAmount: 0, timeUnit: minutes}
        recipient: {type: schedule, id: 11, name: Web}
      - condition: if-not-acked
        notifyType: default
        delay: {timeAmount: 1, timeUnit: hours}
        recipient: {type: user, username: zoe@example.org}
    repeat: {waitInterval: 5, count: 1}
"""


def test_what_the_api_answers(tmp_path: Path) -> None:
    found = imported(tmp_path, API, "a.yaml")
    (schedule,) = found.schedules
    (layer,) = schedule.layers
    assert (schedule.time_zone, schedule.team) == ("Asia/Kolkata", "Web")
    assert (layer.members, layer.start) == (("ana", "", "zoe"), datetime(2026, 1, 5, 9))  # noqa: DTZ001
    assert layer.windows == (Window((4,), time(18, 30), time(6)),)
    assert found.ladders[0].rungs == (
        Rung((Target("schedule", "web"),), timedelta(hours=1)),
        Rung((Target("person", "zoe"),), timedelta(minutes=5)),
    )
    assert (found.people, found.left_out) == (("zoe",), ())
