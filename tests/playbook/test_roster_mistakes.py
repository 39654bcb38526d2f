"""Rosters, ladders, channels, contacts and modules: each mistake is told with its file, line and field."""

from pathlib import Path

import pytest

from tests.playbook.acme import acme, change
from tests.playbook.files import said, write
from warroom.playbook.organisation import read_organisation

STAYS = "secrets stay on the hosts; give only the name under which each host keeps it, such as ops-chat"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return acme(tmp_path)


MISTAKES = [
    # Schedules.
    ("schedules.yaml", "members: [ana, nobody, bo, ana]", "members: []",
     "8: schedules[0].layers[0].members: nobody is in this rotation; name at least one person"),
    ("schedules.yaml", "members: [ana, nobody, bo, ana]", "members: [nobody, nobody]",
     "8: schedules[0].layers[0].members: nobody is in this rotation; name at least one person"),
    ("schedules.yaml", "members: [ana, nobody, bo, ana]", "members: [ann, bo]",
     '8: schedules[0].layers[0].members: no person is called "ann"; did you mean "ana"?'),
    ("schedules.yaml", "Europe/Berlin", "Europe/Berlni",
     ('5: schedules[0].time_zone: "Europe/Berlni" is not a time zone such as Europe/Berlin; '
     'did you mean "Europe/Berlin"?')),
    ("schedules.yaml", "Asia/Singapore", "Mars/North",
     ('18: schedules[0].layers[1].time_zone: "Mars/North" is not a time zone such as Europe/Berlin; '
     'did you mean "Australia/North"?')),
    ("schedules.yaml", "name: always", "name: week",
     '15: schedules[0].layers[1].name: "week" is already the name on line 7'),
    ("schedules.yaml", "name: backup", "name: primary",
     '20: schedules[1].name: "primary" is already the name on line 2'),
    ("schedules.yaml", "[mon-wed, fri]", "[]",
     "13: schedules[0].layers[0].windows[0].days: must name at least one day such as mon, or mon-fri"),
    ("schedules.yaml", "[mon-wed, fri]", "[mon-wed, fry]",
     ('13: schedules[0].layers[0].windows[0].days: "fry" is not a day such as mon, or days such as mon-fri; '
     'did you mean "fri"?')),
    ("schedules.yaml", 'until: "17:00"', 'until: "24:00"',
     '13: schedules[0].layers[0].windows[0].until: "24:00" is not a time of day such as 17:00'),
    ("schedules.yaml", "[sat-sun], from: \"22:00\"", "[tue], from: \"16:59\"",
     "14: schedules[0].layers[0].windows[1]: overlaps with mon, tue, wed, fri 09:00-17:00"),
    ("schedules.yaml", "turn: daily", "turn: dayly",
     '10: schedules[0].layers[0].turn: "dayly" is not valid here; did you mean "daily"?'),
    ("schedules.yaml", "every: 2", "every: 0",
     '11: schedules[0].layers[0].every: "0" is not a whole number from 1 to 366'),
    ("schedules.yaml", "start: 2026-01-01 00:00", "start: 2026-02-30 00:00",
     ('22: schedules[1].layers[0].start: "2026-02-30 00:00" is not '
     "a day and a time on the wall such as 2026-01-05 09:00")),
    ("schedules.yaml", "start: 2026-01-01 00:00", "start: 2026-01-01T00:00Z",
     ('22: schedules[1].layers[0].start: "2026-01-01T00:00Z" is not '
     "a day and a time on the wall such as 2026-01-05 09:00")),
    ("services.yaml", "[primary, backup]", "[primray, backup]",
     '2: services[0].schedules: no schedule is called "primray"; did you mean "primary"?'),
    # Ladders.
    ("ladders.yaml", "schedule primary,", "schedule primery,",
     '5: ladders[0].rungs[0].page: no schedule is called "primery"; did you mean "primary"?'),
    ("ladders.yaml", "person ana", "person anna",
     '5: ladders[0].rungs[0].page: no person is called "anna"; did you mean "ana"?'),
    ("ladders.yaml", "rotation primary/always", "rotation primary/allways",
     '7: ladders[0].rungs[1].page: no rotation is called "primary/allways"; did you mean "primary/always"?'),
    ("ladders.yaml", "role commander", "role comander",
     '7: ladders[0].rungs[1].page: no role is called "comander"; did you mean "commander"?'),
    ("ladders.yaml", "channel hook", "channel hok",
     '9: ladders[0].rungs[2].page: no channel is called "hok"; did you mean "hook"?'),
    ("ladders.yaml", "service secondary", "service web",
     '9: ladders[0].rungs[2].page: no turn of a service is called "web"; valid: primary, secondary, dependencies'),
    ("ladders.yaml", "person ana", "persn ana",
     '5: ladders[0].rungs[0].page: "persn ana" does not begin with a kind of target; did you mean "person"?'),
    ("ladders.yaml", "person ana", "person",
     '5: ladders[0].rungs[0].page: "person" needs a name after the kind of target, such as person ana'),
    ("ladders.yaml", "person ana", "schedule primary",
     '5: ladders[0].rungs[0].page: "schedule primary" is listed twice'),
    ("ladders.yaml", "[schedule primary, person ana]", "[]",
     "5: ladders[0].rungs[0].page: this rung pages nobody; name at least one target such as person ana"),
    ("ladders.yaml", "delay: 5m", "delay: 0m",
     '6: ladders[0].rungs[0].delay: "0m" is not a duration from 1m to 7d'),
    ("ladders.yaml", "delay: 5m", "delay: 59s",
     '6: ladders[0].rungs[0].delay: "59s" is not a duration from 1m to 7d'),
    ("ladders.yaml", "delay: 7d", "delay: 8d",
     '10: ladders[0].rungs[2].delay: "8d" is not a duration from 1m to 7d'),
    ("ladders.yaml", "repeat: forever", "repeat: -1",
     '11: ladders[0].repeat: "-1" is not a number of repeats from 0 to 99, or forever'),
    ("ladders.yaml", "ladder: loud,", "ladder: lout,",
     '18: routes[0].ladder: no ladder is called "lout"; did you mean "loud"?'),
    ("ladders.yaml", "levels: [1, 2]", "levels: [1, 3]",
     '18: routes[0].levels: no severity level is called "3"; valid: 1, 2'),
    ("ladders.yaml", "[web]", "[wbe]", '18: routes[0].services: no service is called "wbe"; did you mean "web"?'),
    ("ladders.yaml", "routes:", "routes:\n  - {ladder: loud}",
     "19: routes[1]: is never taken, for the route on line 18 fits every incident"),
    ("ladders.yaml", "[latency]", "[latncy]",
     '20: checklists[0].runbooks: no runbook is called "latncy"; did you mean "latency"?'),
    # Channels and contacts.
    ("channels.yaml", "kind: apprise", "kind: aprise",
     '3: channels[0].kind: "aprise" is not valid here; did you mean "apprise"?'),
    ("channels.yaml", "secret: hook", "secret: https://hooks.example.org/T0/B0/x",
     "8: channels[1].secret: this looks like a secret itself: " + STAYS),
    ("channels.yaml", "secret: hook", "secret: xoxb-not-a-real-one",
     "8: channels[1].secret: this looks like a secret itself: " + STAYS),
    ("channels.yaml", ", secret: hook", "", "8: channels[1].secret: is missing"),
    ("channels.yaml", "kind: console}", "kind: console, secret: it}",
     "9: channels[2].secret: a channel of kind console needs no secret; leave it out"),
    ("channels.yaml", "    at_most: 3\n", "",
     "5: channels[0].per: limits nothing without at_most, the number of messages"),
    ("people.yaml", 'channel: phone, to: "+1 202 555 0102"', "channel: phone",
     "5: people[0].contacts[1].to: is missing; phone sends to an address"),
    ("people.yaml", "channel: console", "channel: konsole",
     '6: people[0].contacts[2].channel: no channel is called "konsole"; did you mean "console"?'),
    ("people.yaml", "{name: private, channel", "{channel",
     '5: people[0].contacts[1].name: "phone" is the name of two contacts; give this one another'),
    ("people.yaml", "urgencies: [high]", "urgencies: [hihg]",
     '4: people[0].contacts[0].urgencies: no urgency is called "hihg"; did you mean "high"?'),
    ("people.yaml", '"+1 202 555 0102"', "tgram://token/chat",
     "5: people[0].contacts[1].to: this looks like a secret: " + STAYS),
    ("people.yaml", '"+1 202 555 0102"', '"../x"',
     "5: people[0].contacts[1].to: The address holds a path that leads upwards."),
    ("people.yaml", '"+1 202 555 0102"', '"a,b"',
     "5: people[0].contacts[1].to: The address is a list; write a contact for each."),
    ("people.yaml", '"+1 202 555 0102"', '"x%2fy"',
     "5: people[0].contacts[1].to: The address holds a percent sign that reads as a code."),
    ("people.yaml", '"+1 202 555 0102"', '"+1\\e[2J202"',
     "5: people[0].contacts[1].to: there is a hidden character (U+001B); leave it out"),
    ("people.yaml", "{channel: console}", '{channel: console, to: "a\\u202Eb"}',
     "6: people[0].contacts[2].to: there is a hidden character (U+202E); leave it out"),
    ("people.yaml", "- name: bo", "- name: bo\n  - name: nobody",
     '8: people[2].name: "nobody" is the word for a turn that nobody has; take another name'),
    # Modules.
    ("modules/pay/module.yaml", "[payments]", "[payment]",
     '2: services: no service is called "payment"; did you mean "payments"?'),
    ("modules/pay/ladders.yaml", "channel bank", "channel bnak",
     '2: ladders[0].rungs[0].page: no channel is called "bnak"; did you mean "bank"?'),
    ("modules/pay/ladders.yaml", "levels: [7]", "levels: [1]",
     '4: routes[0].levels: no severity level is called "1"; valid: 7'),
    ("modules/pay/ladders.yaml", "ladder: loud", "ladder: lout",
     '5: routes[1].ladder: no ladder is called "lout"; did you mean "loud"?'),
    ("modules/pay/runbooks/refund.yaml", "runbook: refund", "runbook: latency",
     '1: runbook: "latency" is already the name of latency.yaml'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "old", "new", "expected"), MISTAKES)
def test_what_does_not_fit(folder: Path, name: str, old: str, new: str, expected: str) -> None:
    change(folder, name, old, new)
    assert f"{name}:{expected}" in said(lambda: read_organisation(folder))


def test_a_ladder_without_rungs(folder: Path) -> None:
    write(folder, "ladders.yaml", "ladders: [{name: loud, rungs: []}]\n")
    assert said(lambda: read_organisation(folder)) == ["ladders.yaml:1: ladders[0].rungs: must have at least one row"]


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "right/Europe/Berlin", "posix/UTC"])
def test_a_zone_that_is_not_the_same_on_every_host_is_none(folder: Path, zone: str) -> None:
    change(folder, "ladders.yaml", "Europe/Berlin", zone)
    (told,) = said(lambda: read_organisation(folder))
    assert told.endswith(f'time_zone: "{zone}" is not the same on every host; name a time zone such as Europe/Berlin')


@pytest.mark.parametrize(
    "windows",
    [
        '{from: "00:00", until: "00:00"}',
        '{from: "22:00", until: "06:00"}, {from: "06:00", until: "22:00"}',
        '{days: [mon-fri], from: "09:00", until: "09:00"}, {days: [sat, sun], from: "09:00", until: "09:00"}',
    ],
)
def test_quiet_hours_that_leave_no_minute_of_the_week_would_hold_for_ever(folder: Path, windows: str) -> None:
    change(folder, "ladders.yaml", '{from: "22:00", until: "06:00"}', windows)
    (told,) = said(lambda: read_organisation(folder))
    assert told.endswith("ladders[0].quiet: leaves no minute of the week, so that this ladder would never page anybody")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('{from: "22:00", until: "06:00"}', '{days: [mon], from: "05:59", until: "07:00"}'),
        ('{days: [sun], from: "22:00", until: "06:00"}', '{days: [mon], from: "00:00", until: "01:00"}'),
        ('{days: [sat, sun], from: "00:00", until: "00:00"}', '{days: [fri], from: "23:00", until: "00:30"}'),
    ],
)
def test_windows_overlap_across_midnight_and_the_week(folder: Path, one: str, other: str) -> None:
    change(folder, "ladders.yaml", '{from: "22:00", until: "06:00"}', f"{one}, {other}")
    (told,) = said(lambda: read_organisation(folder))
    assert told.startswith("ladders.yaml:15: ladders[0].quiet[1]: overlaps with ")


def test_windows_that_meet_do_not_overlap(folder: Path) -> None:
    pair = '{from: "22:00", until: "06:00"}, {from: "06:00", until: "21:59"}'
    change(folder, "ladders.yaml", '{from: "22:00", until: "06:00"}', pair)
    assert len(read_organisation(folder).ladders[0].quiet) == 2


def test_a_file_that_cannot_be_read_hides_no_name(folder: Path) -> None:
    """What names its schedules, channels and ladders is not called wrong for that."""
    for name in ("schedules.yaml", "channels.yaml", "ladders.yaml", "people.yaml"):
        write(folder, name, "- [")
    told = said(lambda: read_organisation(folder))
    assert sorted(line.partition(":")[0] for line in told) == [
        "channels.yaml", "ladders.yaml", "people.yaml", "schedules.yaml",
    ]  # fmt: skip


def test_two_modules_answer_for_one_service(folder: Path) -> None:
    write(folder, "modules/sale/module.yaml", "services: [payments]\n")
    assert said(lambda: read_organisation(folder)) == [
        'modules/sale/module.yaml:1: services: module pay answers for "payments" already'
    ]


def test_strangers_among_modules(folder: Path) -> None:
    write(folder, "modules/pay/ladder.yaml", "ladders: []\n")
    write(folder, "modules/sale.yaml", "services: [web]\n")
    write(folder, "modules/Not A Name/module.yaml", "services: [web]\n")
    assert said(lambda: read_organisation(folder)) == [
        "modules/sale.yaml:1: a module is a folder with a module.yaml in it",
        'modules/Not A Name/module.yaml:1: "Not A Name" is not a name of lower-case letters, digits, ".", "_" and "-"',
        'modules/pay/ladder.yaml:1: no such file belongs here; did you mean "ladders.yaml"?',
    ]


def test_a_module_needs_services(folder: Path) -> None:
    write(folder, "modules/pay/module.yaml", "title: Pay\n")
    assert said(lambda: read_organisation(folder)) == [
        "modules/pay/module.yaml:1: services: must name at least one service that this module answers for"
    ]
