"""Walking a ladder in thought: what fires when, what is passed over, what waits."""

from datetime import timedelta

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.domain.coverage_org import ANA, CHAT, PHONE, PRIMARY, SECONDARY, layer, moment, org, window
from tests.domain.organisations import START, organisations
from warroom.domain.arrivals import FOLLOWED
from warroom.domain.contacts import Contact
from warroom.domain.coverage import prove
from warroom.domain.ladder import Target
from warroom.domain.org import Org, Person
from warroom.domain.roster import Absence, Changes, Schedule
from warroom.domain.simulation import Fired, ladder_for, walk

FIRST = Schedule("first", (layer("ana", "bo"),))
SECOND = Schedule("second", (layer("bo", "ana"),))
DAY = Schedule("first", (layer("ana", windows=(window("08:00", "20:00"),)),))


def _walk(given: Org, at: str = "03:00", limit: timedelta = timedelta(hours=24), **more: object) -> tuple[Fired, ...]:
    ladder = ladder_for(given, ("shop",), 1)
    assert ladder is not None
    return walk(given, ladder, ("shop",), moment(0, at), limit=limit, **more)  # type: ignore[arg-type]


def _short(fired: tuple[Fired, ...]) -> list[str]:
    return [f"{each.kind} {each.round}.{each.rung} {each.at:%H:%M} {' '.join(c.person for c in each.calls)}".strip()
            for each in fired]  # fmt: skip


def test_rungs_fire_one_delay_after_the_other_round_by_round() -> None:
    fired = _walk(org(PRIMARY, SECONDARY, schedules=(FIRST, SECOND), more={"repeat": 1}))
    assert _short(fired) == [
        "fire 1.1 03:00 ana", "fire 1.2 03:05 bo", "fire 2.1 03:10 ana", "fire 2.2 03:15 bo", "end 2.2 03:20",
    ]  # fmt: skip


def test_a_ladder_without_end_is_followed_until_the_limit() -> None:
    fired = _walk(org(ANA, more={"repeat": -1}), limit=timedelta(hours=1))
    assert [each.at for each in fired] == [moment(0, "03:00") + timedelta(minutes=5 * count) for count in range(13)]


def test_a_rung_is_resolved_when_it_fires() -> None:
    given = org(CHAT, PRIMARY, schedules=(FIRST,))
    away = Absence("a1", "ana", moment(0, "03:04"), moment(0, "04:00"))
    fired = _walk(replace(given, changes=Changes(absences=(away,))))
    assert _short(fired) == ["fire 1.1 03:00", "end 1.2 03:05"]
    assert fired[0].channels == ("chat",)
    assert [(each.rung, each.because) for each in fired[1].passed] == [(2, "no primary is on call")]


def test_an_empty_rung_is_passed_over_at_once_with_its_reason() -> None:
    dumb = (Person("ana"), Person("bo", contacts=(PHONE,)))
    first, *_ = _walk(org(PRIMARY, SECONDARY, schedules=(FIRST, SECOND), people=dumb))
    assert (first.at, first.rung) == (moment(0, "03:00"), 2)
    assert [(each.rung, each.because) for each in first.passed] == [(1, "no contact known of ana")]


def test_a_ladder_that_holds_waits_for_the_next_shift_by_schedule_service_and_rotation() -> None:
    for target in (Target("service", "primary"), Target("schedule", "first"), Target("rotation", "first/week")):
        held, fired, *_ = _walk(org((target,), schedules=(DAY,), more={"nobody": "hold"}))
        assert (held.kind, held.until, fired.at) == ("hold", moment(0, "08:00"), moment(0, "08:00"))


def test_a_ladder_that_holds_does_not_wait_for_whom_no_contact_reaches() -> None:
    late = replace(layer("bo", windows=(window("12:00", "20:00"),)), name="late")
    given = org(
        PRIMARY,
        schedules=(replace(DAY, layers=(*DAY.layers, late)),),
        people=(Person("ana"), Person("bo", contacts=(PHONE,))),
        more={"nobody": "hold"},
    )
    held, fired, *_ = _walk(given, "09:10")
    assert (held.until, fired.at) == (moment(0, "12:00"), moment(0, "12:00"))


def test_a_wait_is_told_once_however_often_it_is_looked_at() -> None:
    (held,) = _walk(org((Target("role", "commander"),), more={"nobody": "hold"}))
    assert (held.kind, held.at, held.because) == ("hold", moment(0, "03:00"), "nobody is commander")
    assert held.until
    assert held.until > moment(1, "02:00")


def test_quiet_hours_hold_the_ladder() -> None:
    held, fired, *_ = _walk(org(ANA, more={"quiet": (window("22:00", "06:30"),)}))
    assert (held.because, held.until, fired.at) == ("quiet hours", moment(0, "06:30"), moment(0, "06:30"))


def test_who_is_named_twice_is_paged_once_by_each_contact_in_its_turn() -> None:
    later = Contact("call", "sms", "+1", after=timedelta(minutes=2))
    people = (Person("ana", contacts=(later, PHONE)),)
    fired, *_ = _walk(org((*ANA, *PRIMARY, *CHAT, *CHAT), schedules=(FIRST,), people=people))
    (call,) = fired.calls
    assert [(f"{at:%H:%M}", contact.name) for at, contact in call.contacts] == [("03:00", "phone"), ("03:02", "call")]
    assert fired.channels == ("chat",)
    assert [(target.kind, reached.people) for target, reached in fired.targets][:2] == [
        ("person", ("ana",)), ("service", ("ana",)),
    ]  # fmt: skip


def test_roles_are_paged_as_they_are_held() -> None:
    fired, *_ = _walk(org((Target("role", "commander"),)), roles=(("commander", "bo"),))
    assert [call.person for call in fired.calls] == ["bo"]


def test_the_ladder_is_that_of_the_severity() -> None:
    assert ladder_for(org(ANA), ("shop",), 1) is not None
    assert ladder_for(replace(org(ANA), playbook=replace(org(ANA).playbook, routes=())), ("shop",), 1) is None


# Shrinking follows hundreds of organisations more, each for days, and says little more than the seed does.
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
)
@given(organisations(), st.integers(0, 2 * 24 * 12 - 1))
def test_the_proof_and_the_walk_agree(given: Org, count: int) -> None:
    at = START + timedelta(minutes=5 * count)
    ladder = given.playbook.ladders[0]
    fired = walk(given, ladder, ("shop",), at, limit=FOLLOWED)
    contacts = (each for one in fired for call in one.calls for each in call.contacts)
    first = min((when for when, contact in contacts if contact.channel != "screen"), default=None)
    gaps = [each for each in prove(given, START, 2).findings if each.kind == "gap" and "shop" in each.services]
    inside = any(each.start <= at < each.end for each in gaps if each.start and each.end)
    assert inside == (first is None or first - at > FOLLOWED), (at, first)


def test_a_person_is_reached_by_their_first_contact_however_often_they_were_paged_before_it() -> None:
    late = replace(PHONE, after=timedelta(minutes=12))
    given = org(ANA, more={"repeat": -1}, people=(Person("ana", contacts=(late,)),))
    fired = _walk(given, limit=timedelta(minutes=11))
    assert [call.contacts[0][0] for each in fired for call in each.calls] == [
        moment(0, "03:12"), moment(0, "03:17"), moment(0, "03:22"),
    ]  # fmt: skip
