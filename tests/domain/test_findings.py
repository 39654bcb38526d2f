"""Each kind of finding, on a shop that lacks just that."""

from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from tests.domain.coverage_org import (
    ANA,
    CHAT,
    MONDAY,
    PHONE,
    PRIMARY,
    SECONDARY,
    layer,
    moment,
    of,
    org,
    proof,
    window,
)
from warroom.domain.contacts import Channel, Contact, Verified
from warroom.domain.coverage import prove
from warroom.domain.findings import KINDS
from warroom.domain.ladder import Ladder, Module, Route, Rung, Target
from warroom.domain.org import Org, Person
from warroom.domain.roster import Absence, Changes, Override, Schedule, Swap
from warroom.domain.services import Service
from warroom.domain.severity import Severity

DAY = Schedule("first", (layer("ana", "bo", windows=(window("08:00", "20:00"),)),))
FIRST = Schedule("first", (layer("ana", "bo"),))
SECOND = Schedule("second", (layer("bo", "ana"),))


def test_a_shop_that_lacks_nothing_is_clean() -> None:
    found = proof(org(PRIMARY, SECONDARY, schedules=(FIRST, SECOND)), days=90)
    assert found.findings == ()
    assert (found.services, found.pairs, found.endangers) == (1, 2, False)


def test_a_gap_lasts_from_the_first_to_the_last_moment_at_which_nobody_is_paged() -> None:
    gaps = of(proof(org(schedules=(DAY,)), days=1), "gap")
    assert [(each.start, each.end) for each in gaps] == [
        (moment(0, "00:00"), moment(0, "08:00")),
        (moment(0, "20:00"), moment(1, "00:00")),
    ]
    assert gaps[0].says == "Ladder page pages nobody for shop at SEV1 and SEV2."
    assert (gaps[0].services, gaps[0].severities) == (("shop",), ("SEV1", "SEV2"))


def test_a_ladder_that_holds_is_late_until_the_response_time_before_somebody_comes() -> None:
    found = proof(org(schedules=(DAY,), more={"nobody": "hold"}), days=1)
    assert of(found, "gap") == []
    late = of(found, "late")
    assert [(each.start, each.end, each.severities) for each in late] == [
        (moment(0, "00:00"), moment(0, "07:55"), ("SEV1",)),
        (moment(0, "20:00"), moment(1, "00:00"), ("SEV1",)),
    ]
    assert "after up to 8:00:00, and 5:00 is allowed" in late[0].says


def test_a_channel_is_nobody_but_takes_its_time() -> None:
    found = proof(org(CHAT, CHAT, ANA), days=1)
    assert [(each.start, each.end) for each in of(found, "late")] == [(MONDAY, moment(1, "00:00"))]
    assert of(proof(org(CHAT, ANA), days=1), "late") == []
    assert len(of(proof(org(CHAT), days=1), "gap")) == 1


def test_quiet_hours_make_late_what_would_be_in_time() -> None:
    found = proof(org(ANA, more={"quiet": (window("22:00", "06:00"),)}), days=1)
    assert [(each.start, each.end) for each in of(found, "late")] == [
        (moment(0, "00:00"), moment(0, "05:55")),
        (moment(0, "22:00"), moment(1, "00:00")),
    ]


def test_a_gap_of_an_absence_is_found_and_an_override_closes_it() -> None:
    away = Absence("a1", "ana", moment(1, "10:00"), moment(1, "12:00"))
    alone = Schedule("first", (layer("ana"),))
    given = replace(org(schedules=(alone,)), changes=Changes(absences=(away,)))
    assert [(each.start, each.end) for each in of(proof(given), "gap")] == [(away.start, away.end)]
    cover = Override("o1", "first", "add", moment(1, "10:00"), moment(1, "11:00"), "bo")
    given = replace(given, changes=Changes((cover,), (), (away,)))
    assert [(each.start, each.end) for each in of(proof(given), "gap")] == [(moment(1, "11:00"), moment(1, "12:00"))]


def test_a_gap_of_an_hour_closes_on_the_day_on_which_clocks_change() -> None:
    berlin = layer("ana", windows=(window("08:00", "20:00"),), time_zone="Europe/Berlin")
    lagos = layer("bo", windows=(window("20:00", "08:00"),), time_zone="Africa/Lagos")
    given = org(schedules=(Schedule("first", (replace(lagos, name="lagos"), berlin)),))
    gaps = of(prove(given, datetime(2026, 10, 22, tzinfo=UTC), 10), "gap")
    hours = [f"{each.start:%d %H:%M}-{each.end:%H:%M}" for each in gaps]
    assert hours == ["22 18:00-19:00", "23 18:00-19:00", "24 18:00-19:00"]


def test_no_ladder_and_a_ladder_without_rungs() -> None:
    given = org(ANA, routes=(Route("page", (1,)),))
    (found,) = of(proof(given), "no-ladder")
    assert found.says == "No ladder answers for shop at SEV2."
    (found,) = of(proof(org(ANA, ladders=(Ladder("page", ()),))), "no-ladder")
    assert found.says == "Ladder page has no rungs for shop at SEV1 and SEV2."


def test_an_organisation_without_a_catalogue_is_not_clean() -> None:
    (found,) = proof(Org()).findings
    assert (found.kind, found.services) == ("no-ladder", ("incidents without a service",))


def test_a_module_answers_for_its_services_with_its_own_severities() -> None:
    calm = Severity(1, "P1", "", "", acknowledge_within=timedelta(hours=1))
    slow = Ladder("slow", (Rung(CHAT, timedelta(minutes=30)), Rung(ANA, timedelta(minutes=30))))
    module = Module("shop", ("shop",), severities=(calm,), ladders=(slow,), routes=(Route("slow"),))
    assert of(proof(org(CHAT, modules=(module,))), "gap") == []
    strict = replace(module, severities=(replace(calm, acknowledge_within=timedelta(minutes=29)),))
    (late,) = of(proof(org(CHAT, modules=(strict,))), "late")
    assert late.severities == ("P1",)


def test_names_that_nobody_bears() -> None:
    rungs = ((Target("schedule", "lost"), Target("rotation", "first/none"), Target("person", "eve"),
              Target("channel", "fax"), Target("role", "king"), Target("service", "third")),)  # fmt: skip
    given = org(
        *rungs,
        schedules=(Schedule("first", (layer("ana", "zed"),)),),
        routes=(Route("page"), Route("absent", services=("bank",))),
        people=(Person("ana", contacts=(Contact("pager", "telex"),)),),
        modules=(Module("m", ("nothing",)),),
        services=(Service("shop", schedules=("first", "gone")),),
    )
    changes = Changes(
        (Override("o1", "nowhere", "replace", MONDAY, moment(1, "00:00"), "ana", "yan"),
         Override("old", "past", "add", moment(-2, "00:00"), MONDAY, "xi")),
        (Swap("s1", "first", "wu", MONDAY, moment(1, "00:00"), to="vi", taken_by="ana"),),
        (Absence("a1", "ulf", MONDAY, moment(1, "00:00")),),
    )  # fmt: skip
    found = of(proof(replace(given, changes=changes)), "unknown")
    assert {each.about for each in found} == {
        "lost", "first/none", "eve", "fax", "king", "third", "zed", "absent", "bank", "telex", "nothing", "gone",
        "nowhere", "yan", "wu", "vi", "ulf",
    }  # fmt: skip
    assert "Ladder page, rung 1: there is no person eve. It may have left." in [each.says for each in found]
    assert all(each.endangers for each in found)


def test_a_module_may_name_its_own_channel() -> None:
    own = Ladder("own", (Rung((*ANA, Target("channel", "desk")), timedelta(minutes=5)),))
    module = Module("m", ("shop",), ladders=(own,), routes=(Route("own"),), channels=org().playbook.channels[:1])
    renamed = replace(module, channels=(replace(module.channels[0], name="desk"),))
    assert [each.about for each in of(proof(org(ANA, modules=(module,))), "unknown")] == ["desk"]
    assert of(proof(org(ANA, modules=(renamed,))), "unknown") == []


def test_people_without_a_contact_of_the_urgency_or_without_an_answer() -> None:
    calm = Contact("mail", "sms", urgencies=("low",))
    given = org(schedules=(FIRST,), people=(Person("ana", contacts=(calm,)), Person("bo", contacts=(PHONE,))))
    assert [each.about for each in of(proof(given), "unreachable")] == ["ana"]
    moved = replace(PHONE, to="+2")
    given = org(schedules=(FIRST,), people=(Person("ana", contacts=(moved,)), Person("bo", contacts=(PHONE,))))
    (found,) = of(proof(given), "unreachable")
    assert found.says == "ana has no contact for high urgency that has ever answered a test page."
    assert of(prove(given, MONDAY, 7, tested=False), "unreachable") == []


def test_whom_no_ladder_names_needs_some_contact() -> None:
    spare = Schedule("spare", (layer("cy"),))
    people = (*org().playbook.people, Person("cy"))
    found = of(proof(org(ANA, schedules=(spare,), people=people)), "unreachable")
    assert [each.says for each in found] == ["cy has no contact, and cannot be paged."]


def test_one_person_alone_on_a_ladder_is_named_for_as_long_as_that_lasts() -> None:
    given = org(PRIMARY, schedules=(FIRST,))
    found = of(proof(given, days=8), "alone")
    assert [(each.about, each.start, each.end) for each in found] == [
        ("ana", MONDAY, moment(7, "00:00")), ("bo", moment(7, "00:00"), moment(8, "00:00")),
    ]  # fmt: skip
    dumb = org(PRIMARY, ANA, schedules=(FIRST,), people=(Person("ana", contacts=(PHONE,)), Person("bo")))
    assert {each.about for each in of(proof(dumb, days=14), "alone")} == {"ana"}
    (single,) = of(proof(org(PRIMARY, SECONDARY, schedules=(Schedule("s", (layer("ana"),)), SECOND)), 1), "alone")
    assert single.says == "Schedule s has one member, ana."


def test_who_is_alone_again_and_again_is_one_finding_with_the_first_time_and_how_often() -> None:
    hourly = replace(layer("ana", "bo"), turn="hourly", start=datetime.fromisoformat("2026-05-04T00:00"))
    found = of(proof(org(PRIMARY, schedules=(Schedule("first", (hourly,)),)), days=90), "alone")
    assert [(each.about, each.start, each.end, each.times) for each in found] == [
        ("ana", MONDAY, moment(0, "01:00"), 90 * 12), ("bo", moment(0, "01:00"), moment(0, "02:00"), 90 * 12),
    ]  # fmt: skip


def test_alone_on_one_ladder_is_one_finding_for_all_services_that_take_it() -> None:
    services = tuple(Service(name, schedules=(name,)) for name in ("shop", "bank"))
    schedules = (Schedule("shop", (layer("ana", "bo"),)), Schedule("bank", (layer("bo", "ana"),)))
    found = of(proof(org(PRIMARY, schedules=schedules, services=services), days=14), "alone")
    assert [(each.about, each.services, each.times) for each in found] == [
        ("ana", ("shop", "bank"), 2), ("bo", ("shop", "bank"), 2),
    ]  # fmt: skip


def test_the_same_person_twice_a_day_is_one_finding() -> None:
    hourly = replace(layer("ana", "bo"), turn="hourly", start=datetime.fromisoformat("2026-05-04T00:00"))
    both = (Schedule("first", (hourly,)), Schedule("second", (hourly,)))
    found = of(proof(org(PRIMARY, SECONDARY, schedules=both), days=1), "overlap")
    assert [(each.about, each.start, each.times) for each in found] == [
        ("ana", MONDAY, 12), ("bo", moment(0, "01:00"), 12),
    ]  # fmt: skip


def test_whom_only_a_screen_pages_is_nobody_at_night() -> None:
    screen = (Channel("open", "console"), Channel("notice", "desktop"))
    people = (Person("ana", contacts=(Contact("open", "open"), Contact("notice", "notice"))),)
    found = proof(org(ANA, people=people, channels=screen), days=1)
    assert [(each.start, each.end) for each in of(found, "gap")] == [(MONDAY, moment(1, "00:00"))]
    (finding,) = of(found, "unreachable")
    assert finding.says == "ana has no contact for high urgency but on a screen, which wakes nobody."
    assert found.endangers


def test_a_page_on_a_screen_takes_its_time_before_somebody_else_is_woken() -> None:
    people = (Person("ana", contacts=(Contact("open", "open"),)), Person("bo", contacts=(PHONE,)))
    channels = (*org().playbook.channels, Channel("open", "console"))
    found = proof(org(ANA, ANA, (Target("person", "bo"),), people=people, channels=channels), days=1)
    assert [(each.start, each.end) for each in of(found, "late")] == [(MONDAY, moment(1, "00:00"))]
    assert "after up to 10:00, and 5:00 is allowed" in of(found, "late")[0].says


def test_a_contact_that_has_answered_counts_only_where_it_can_wake() -> None:
    contact = Contact("open", "open")
    people = (Person("ana", contacts=(contact, replace(PHONE, to="+9"))),)
    given = org(ANA, people=people, channels=(*org().playbook.channels, Channel("open", "console")))
    (found,) = of(proof(replace(given, verified=(Verified("ana", contact),))), "unreachable")
    assert found.says == "ana has no contact for high urgency that has ever answered a test page."


def test_a_first_contact_after_the_rung_is_over_is_late() -> None:
    people = (Person("ana", contacts=(replace(PHONE, after=timedelta(minutes=10)),)),)
    calm = (Severity(1, "SEV1", "", "", acknowledge_within=timedelta(hours=1)),)
    found = of(proof(org(ANA, people=people, severities=calm)), "late")
    (finding,) = found
    first = "The first contact of ana for high urgency comes 10:00 after the page"
    assert (finding.about, finding.says) == ("ana", f"{first}, and ladder page goes on after 5:00.")
    in_time = (Person("ana", contacts=(replace(PHONE, after=timedelta(minutes=5)),)),)
    assert of(proof(org(ANA, people=in_time, severities=calm)), "late") == []


def test_a_ladder_without_end_waits_for_whoever_comes() -> None:
    found = proof(org(schedules=(DAY,), more={"repeat": -1}), days=1)
    assert of(found, "gap") == []
    assert [(each.start, each.end) for each in of(found, "late")] == [
        (moment(0, "00:00"), moment(0, "07:55")),
        (moment(0, "20:00"), moment(1, "00:00")),
    ]


def test_a_second_who_is_the_first_is_no_second() -> None:
    found = of(proof(org(PRIMARY, SECONDARY, schedules=(FIRST, replace(FIRST, name="second"))), days=7), "overlap")
    assert [(each.about, each.start, each.end) for each in found] == [("ana", MONDAY, moment(7, "00:00"))]


def test_the_worst_comes_first() -> None:
    found = proof(org(PRIMARY, ANA, schedules=(DAY, SECOND), people=()), days=3)
    places = [KINDS.index(each.kind) for each in found.findings]
    assert places == sorted(places)
    assert len(set(places)) > 1


def test_services_that_are_alike_share_a_finding() -> None:
    services = tuple(Service(name, schedules=("first",)) for name in ("a", "b", "c", "d", "e"))
    (gap, *_) = of(proof(org(schedules=(DAY,), services=services), days=1), "gap")
    assert (gap.about, gap.services) == ("a, b, c and 2 more", ("a", "b", "c", "d", "e"))


def test_progress_is_told() -> None:
    told: list[tuple[int, int]] = []
    prove(org(schedules=(FIRST,)), MONDAY, 7, step=lambda done, of: told.append((done, of)))
    assert told == [(1, 1)]
