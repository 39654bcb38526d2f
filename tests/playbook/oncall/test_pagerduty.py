"""PagerDuty's rosters: what each of their traps becomes, from Terraform and from the API."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from tests.playbook.files import said, write
from warroom.domain.contacts import Contact
from warroom.domain.ladder import Ladder, Rung, Target
from warroom.domain.org import Person
from warroom.domain.roster import Window
from warroom.playbook.oncall.reader import read_oncall
from warroom.playbook.oncall.shapes import Imported

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PEOPLE = (
    Person("ana", "Ana Ribeiro", logins=("aribeiro",)),
    Person("bo", contacts=(Contact("mail", "mail", "bo.l@example.org"),)),
)
USERS = """
data "pagerduty_user" "first" { email = "aribeiro@example.org" }
resource "pagerduty_user" "second" {
  name  = "Bo"
  email = "bo.l@example.org"
}
resource "pagerduty_user" "third" { name = "Cleo Stranger" }
resource "pagerduty_team" "web" { name = "Web" }
"""


def layer(**fields: str) -> str:
    """A schedule of one layer; each field takes the place of a sound one."""
    known = {
        "start": '"2026-01-05T09:00:00+01:00"',
        "rotation_virtual_start": '"2026-01-05T09:00:00+01:00"',
        "rotation_turn_length_seconds": "604800",
        "users": "[data.pagerduty_user.first.id, pagerduty_user.second.id, pagerduty_user.third.id]",
    } | fields
    rows = "\n".join(f"    {name} = {value}" for name, value in known.items() if name != "more")
    return f"""{USERS}
resource "pagerduty_schedule" "one" {{
  name = "Web: first"
  time_zone = "Europe/Berlin"
  layer {{
    name = "Night shift"
{rows}
    {known.get("more", "")}
  }}
}}
"""


def imported(folder: Path, text: str, name: str = "a.tf") -> Imported:
    return read_oncall([write(folder, name, text)], PEOPLE, NOW)


def test_people_are_found_by_login_and_address_and_others_get_a_name(tmp_path: Path) -> None:
    found = imported(tmp_path, layer())
    (schedule,) = found.schedules
    assert (schedule.name, schedule.title, schedule.time_zone) == ("web-first", "Web: first", "Europe/Berlin")
    (row,) = schedule.layers
    assert (row.name, row.members) == ("night-shift", ("ana", "bo", "cleo-stranger"))
    assert row.start == datetime(2026, 1, 5, 9)  # noqa: DTZ001 - a wall-clock time
    assert (found.people, found.left_out) == (("cleo-stranger",), ())


@pytest.mark.parametrize(
    ("seconds", "turn", "every"),
    [
        ("604800", "weekly", 1), ("1209600", "weekly", 2), ("86400", "daily", 1), ("259200", "daily", 3),
        ("43200", "hourly", 12), ("3600", "hourly", 1), ("60 * 60 * 24 * 7", "weekly", 1),
    ],
)  # fmt: skip
def test_turns_are_seconds(tmp_path: Path, seconds: str, turn: str, every: int) -> None:
    found = imported(tmp_path, layer(rotation_turn_length_seconds=seconds))
    assert [(each.turn, each.every) for each in found.schedules[0].layers] == [(turn, every)]


@pytest.mark.parametrize("seconds", ["5400", "0", "var.week", '"a week"', "604801", "99999999999999999999"])
def test_turns_that_have_no_counterpart(tmp_path: Path, seconds: str) -> None:
    found = imported(tmp_path, layer(rotation_turn_length_seconds=seconds))
    assert found.schedules == ()
    assert found.left_out == (
        (
            "schedule “Web: first”, layer “Night shift”: its turns are not whole hours, days or weeks, up to a year; "
            "it is left out"
        ),
        "schedule “Web: first”: no layer of it can be taken over, so it is left out",
    )


@pytest.mark.parametrize(
    ("start", "anchor", "first", "members"),
    [
        ("2026-01-19T09:00:00+01:00", "2026-01-05T09:00:00+01:00", "2026-01-19 09:00", "cleo-stranger ana bo"),
        ("2026-01-21T12:00:00+01:00", "2026-01-05T09:00:00+01:00", "2026-01-19 09:00", "cleo-stranger ana bo"),
        ("2026-01-05T09:00:00+01:00", "2026-01-12T09:00:00+01:00", "2026-01-05 09:00", "cleo-stranger ana bo"),
        ("2026-01-05T09:00:00+01:00", "2026-01-05T09:00:00+01:00", "2026-01-05 09:00", "ana bo cleo-stranger"),
        ("2026-07-06T07:00:00Z", "2026-01-05T08:00:00Z", "2026-07-06 09:00", "cleo-stranger ana bo"),
    ],
)
def test_turns_count_from_the_virtual_start(tmp_path: Path, start: str, anchor: str, first: str, members: str) -> None:
    """The last of these lies on the other side of a change of clocks: 09:00 stays 09:00."""
    found = imported(tmp_path, layer(start=f'"{start}"', rotation_virtual_start=f'"{anchor}"'))
    (row,) = found.schedules[0].layers
    assert (f"{row.start:%Y-%m-%d %H:%M}", row.members) == (first, tuple(members.split()))


def test_a_start_to_come_in_the_middle_of_a_turn_is_told(tmp_path: Path) -> None:
    found = imported(tmp_path, layer(start='"2026-10-21T12:00:00+02:00"'))
    assert found.left_out == (
        (
            "schedule “Web: first”, layer “Night shift”: it begins in the middle of a turn, at 2026-10-21 12:00; "
            "here with the turn, on 2026-10-19 09:00"
        ),
    )


EVERY = (0, 1, 2, 3, 4, 5, 6)


@pytest.mark.parametrize(
    ("kind", "day", "at", "seconds", "expected"),
    [
        ("daily", "", "08:00:00", 32_400, (Window(EVERY, time(8), time(17)),)),
        ("daily", "", "20:00:00", 43_200, (Window(EVERY, time(20), time(8)),)),
        ("daily", "", "08:30:00", 30_600, (Window(EVERY, time(8, 30), time(17)),)),
        ("daily", "", "08:00:00", 86_400, ()),
        ("weekly", "1", "09:00:00", 28_800, (Window((0,), time(9), time(17)),)),
        ("weekly", "7", "22:00:00", 14_400, (Window((6,), time(22), time(2)),)),
        ("weekly", "5", "18:00:00", 226_800, (
            Window((4,), time(18), time(0)), Window((5, 6), time(0), time(0)), Window((0,), time(0), time(9)),
        )),
        ("weekly", "3", "00:00:00", 604_800, ()),
    ],
)  # fmt: skip
def test_restrictions(tmp_path: Path, kind: str, day: str, at: str, seconds: int, expected: tuple[Window, ...]) -> None:
    more = f'''restriction {{
      type = "{kind}_restriction"
      start_time_of_day = "{at}"
      duration_seconds = {seconds}
      {f"start_day_of_week = {day}" if day else ""}
    }}'''
    found = imported(tmp_path, layer(more=more))
    assert sorted(found.schedules[0].layers[0].windows, key=str) == sorted(expected, key=str)
    assert found.left_out == ()


def test_restrictions_that_overlap_become_one(tmp_path: Path) -> None:
    one = 'restriction {\n type = "daily_restriction"\n start_time_of_day = "%s:00:00"\n duration_seconds = 14400\n }\n'
    found = imported(tmp_path, layer(more=one % "08" + one % "11"))
    assert found.schedules[0].layers[0].windows == (Window(EVERY, time(8), time(15)),)


def test_seconds_are_rounded_and_told(tmp_path: Path) -> None:
    more = 'restriction {\n type = "daily_restriction"\n start_time_of_day = "08:00:00"\n duration_seconds = 32399\n }'
    found = imported(tmp_path, layer(more=more))
    assert found.schedules[0].layers[0].windows == (Window(EVERY, time(8), time(17)),)
    assert len(found.left_out) == 1
    assert found.left_out[0].endswith("times are whole minutes here; from 08:00:00 for 32399 s is rounded")


def test_a_layer_that_is_over_is_left_out_and_one_that_will_be_is_told(tmp_path: Path) -> None:
    over = imported(tmp_path, layer(end='"2026-02-01T00:00:00Z"'))
    assert over.schedules == ()
    assert over.left_out[0] == "schedule “Web: first”, layer “Night shift”: it ended on 2026-02-01"
    ends = imported(tmp_path, layer(end='"2027-02-01T00:00:00Z"'))
    assert len(ends.schedules) == 1
    assert ends.left_out == (
        (
            "schedule “Web: first”, layer “Night shift”: rotations have no end here, and this one ends at "
            "2027-02-01T00:00:00Z; take it out then"
        ),
    )


ROWS = """
    start = "2026-01-05T09:00:00Z"
    rotation_virtual_start = "2026-01-05T09:00:00Z"
    rotation_turn_length_seconds = 86400
    users = [pagerduty_user.second.id]
"""


def test_the_layer_that_was_added_last_wins_in_terraform(tmp_path: Path) -> None:
    text = f'{USERS}resource "pagerduty_schedule" "s" {{\n time_zone = "UTC"\n name = "S"\n'
    text += (
        f'layer {{ \n name = "base"{ROWS}}}\nlayer {{ \n name = "over"{ROWS}}}\n teams = [pagerduty_team.web.id]\n}}'
    )
    (schedule,) = imported(tmp_path, text).schedules
    assert [each.name for each in schedule.layers] == ["base", "over"]
    assert not any(each.joins for each in schedule.layers)
    assert schedule.team == "Web"


API = """
{"schedules": [{
  "id": "PSCHED1", "type": "schedule", "name": "Web: first", "time_zone": "Europe/Berlin", "description": null,
  "html_url": "https://example.org/x", "users": [{"id": "PU1", "summary": "Ana Ribeiro"}],
  "schedule_layers": [
    {"name": "over", "start": "2026-01-05T09:00:00+01:00", "end": null, "rotation_turn_length_seconds": 86400,
     "rotation_virtual_start": "2026-01-05T09:00:00+01:00",
     "users": [{"user": {"id": "PU1", "type": "user_reference", "summary": "Ana Ribeiro"}}],
     "restrictions": [{"type": "weekly_restriction", "start_time_of_day": "08:00:00", "duration_seconds": 3600,
                       "start_day_of_week": 2}]},
    {"name": "base", "start": "2026-01-05T09:00:00+01:00", "rotation_turn_length_seconds": 604800,
     "rotation_virtual_start": "2026-01-05T09:00:00+01:00", "restrictions": [],
     "users": [{"id": "PU2", "summary": "Cleo Stranger"}]}
  ],
  "magic": "yes"}],
 "escalation_policies": [{
  "id": "PP", "name": "Everybody", "num_loops": 2, "on_call_handoff_notifications": "if_has_services",
  "escalation_rules": [
    {"id": "R1", "escalation_delay_in_minutes": 5, "targets": [
      {"id": "PSCHED1", "type": "schedule_reference", "summary": "Web: first"},
      {"id": "PU1", "type": "user_reference", "summary": "Ana Ribeiro"}]},
    {"id": "R2", "escalation_delay_in_minutes": 30, "targets": [
      {"id": "PGONE", "type": "schedule_reference", "summary": "Managers"}]}
  ]}]}
"""


@pytest.mark.parametrize("name", ["a.json", "a.yaml"])
def test_what_the_api_answers(tmp_path: Path, name: str) -> None:
    """It lists the layer that was added last first."""
    found = imported(tmp_path, API, name)
    (schedule,) = found.schedules
    assert [(each.name, each.members) for each in schedule.layers] == [("base", ("cleo-stranger",)), ("over", ("ana",))]
    assert schedule.layers[1].windows == (Window((1,), time(8), time(9)),)
    assert found.ladders == (
        Ladder(
            "everybody",
            (Rung((Target("schedule", "web-first"), Target("person", "ana")), timedelta(minutes=5)),),
            "Everybody",
            2,
        ),
    )
    assert set(found.left_out) == {
        "schedule “Web: first”: “magic” has no counterpart here",
        "escalation policy “Everybody”, rule 2: the schedule “Managers” is not among what was imported",
        "escalation policy “Everybody”, rule 2: it pages nobody that is known here, so it is left out",
    }


def test_an_escalation_policy_in_terraform(tmp_path: Path) -> None:
    policy = """
resource "pagerduty_escalation_policy" "all" {
  name      = "Web"
  num_loops = 3
  rule {
    escalation_delay_in_minutes = 10
    target {
      type = "schedule_reference"
      id   = pagerduty_schedule.one.id
    }
    target { id = "${pagerduty_user.second.id}" }
  }
  rule {
    escalation_delay_in_minutes = 15
    escalation_rule_assignment_strategy { type = "round_robin" }
    target {
      type = "user_reference"
      id   = pagerduty_user.third.id
    }
  }
}
resource "pagerduty_service" "web" { name = "Web" }
"""
    found = imported(tmp_path, layer() + policy)
    assert found.ladders == (
        Ladder(
            "web",
            (
                Rung((Target("schedule", "web-first"), Target("person", "bo")), timedelta(minutes=10)),
                Rung((Target("person", "cleo-stranger"),), timedelta(minutes=15)),
            ),
            "Web",
            3,
        ),
    )
    assert found.left_out[0].endswith("pagerduty_service.web is neither a schedule nor an escalation policy")
    assert found.left_out[1:] == (
        "escalation policy “Web”, rule 2: it deals incidents round among its targets; here all of them are paged",
    )


def test_what_repeats_itself_is_told(tmp_path: Path) -> None:
    text = layer().replace('  name = "Web: first"', '  for_each = var.teams\n  name = "Web: first"')
    assert "“for_each” of pagerduty_schedule.one is not carried out" in " ".join(imported(tmp_path, text).left_out)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.tf", 'resource "x" "y" {\n  name = "z"\n', "a.tf:3: this is not Terraform: something is missing here"),
        ("a.tf", 'resource "x" "y" {\n  =\n}\n', "a.tf:2: this is not Terraform: “=” is not expected here"),
        ("a.tf", "a = " + "[" * 60 + "]" * 60, "a.tf:1: is nested deeper than 32 levels"),
        ("a.json", "{", "a.json:1: this is not YAML: did not find expected node content"),
    ],
)
def test_files_that_cannot_be_read(tmp_path: Path, name: str, text: str, expected: str) -> None:
    path = write(tmp_path, name, text)
    assert said(lambda: read_oncall([path], PEOPLE, NOW)) == [expected]


def test_a_file_without_any_roster_is_told(tmp_path: Path) -> None:
    assert imported(tmp_path, "a: 1\n", "a.yaml").left_out == (
        "a.yaml: no schedule or escalation policy of PagerDuty or Opsgenie is in it",
    )


def test_a_member_that_is_computed_is_told(tmp_path: Path) -> None:
    found = imported(tmp_path, layer(users="[pagerduty_user.second.id, element(var.people, 1)]"))
    assert found.schedules[0].layers[0].members == ("bo", "")
    assert found.left_out == (
        (
            "schedule “Web: first”, layer “Night shift”: a member is computed, which is not carried out; "
            "that turn is nobody's here"
        ),
    )
