"""A link acknowledges as whoever was paged: by a press of its button, once, and in no other way."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from msgspec.structs import replace

from tests.support.builders import LADDER
from tests.web.site import KEY, PLAYBOOK, Site
from warroom.domain.errors import Refused
from warroom.domain.escalation import Acknowledged
from warroom.domain.event import Fact, incident_stream
from warroom.room.room import Actor, Room
from warroom.store import codec


def acknowledged(site: Site, incident: str) -> list[Fact]:
    """What the log holds about acknowledgments."""
    facts = codec.facts(site.store.stream(incident_stream(incident)).rows)
    return [fact for fact in facts if isinstance(fact.event, Acknowledged)]


def test_a_get_shows_and_a_press_acknowledges(site: Site) -> None:
    incident = site.paged()
    link = site.link(incident)
    shown = site.web.get(link)
    assert shown.status_code == 200
    for words in ("INC-1", "SEV1: card payments fail", "Rung 1 of 3; ana was paged at", "Acknowledge as ana"):
        assert words in shown.text
    assert site.incident(incident).escalation.going == "climbing"
    pressed = site.web.post(link)
    assert (pressed.status_code, "INC-1 is acknowledged by ana." in pressed.text) == (200, True)
    state = site.incident(incident)
    assert (state.escalation.going, state.escalation.by) == ("acknowledged", "ana")
    assert state.timeline[-1].actor == "ana"


def test_the_log_says_that_it_was_a_link(site: Site) -> None:
    incident = site.paged()
    site.web.post(site.link(incident))
    assert [(fact.actor, fact.via) for fact in acknowledged(site, incident)] == [("ana", "link")]


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_whoever_only_looks_changes_nothing(plain: Site, method: str) -> None:
    incident = plain.paged()
    before = plain.head(incident)
    for _ in range(3):
        assert plain.web.request(method, plain.link(incident)).status_code in (200, 405)
    assert plain.head(incident) == before


def test_a_link_works_once(site: Site) -> None:
    incident = site.paged()
    link = site.link(incident)
    site.web.post(link)
    after = site.head(incident)
    at = site.incident(incident).escalation.since
    assert at is not None
    for answer in (site.web.post(link), site.web.get(link)):
        assert answer.status_code == 409
        assert f"Already acknowledged by ana at {at:%H:%M} UTC." in answer.text
        assert "<button" not in answer.text
    assert site.head(incident) == after


def test_a_used_link_does_not_acknowledge_again_what_was_taken_back(site: Site) -> None:
    incident = site.paged()
    link = site.link(incident)
    site.web.post(link)
    site.room().do("undo", incident)
    assert site.incident(incident).escalation.going == "climbing"
    assert site.web.post(link).status_code == 409
    assert site.incident(incident).escalation.going == "climbing"


def test_two_presses_at_once_acknowledge_once(site: Site) -> None:
    incident = site.paged()
    link = site.link(incident)
    with ThreadPoolExecutor(8) as pool:
        codes = sorted(answer.status_code for answer in pool.map(lambda _: site.web.post(link), range(8)))
    assert codes == [200, *[409] * 7]
    assert len(acknowledged(site, incident)) == 1


def test_of_two_people_the_slower_reads_who_was_faster(site: Site) -> None:
    incident = site.paged()
    site.room().do("page", incident, to="rung 2")
    site.room("cy").do("ack", incident)
    answer = site.web.post(site.link(incident))
    assert (answer.status_code, "Already acknowledged by cy at" in answer.text) == (409, True)
    # Bo was paged by hand, and so still has something to answer.
    assert site.web.post(site.link(incident, "bo")).status_code == 200


def test_two_links_to_one_page_are_one(site: Site) -> None:
    incident = site.paged()
    first, second = (f"/ack/{site.token(incident, lives=lives)}" for lives in (100, 200))
    assert first != second
    assert [site.web.post(link).status_code for link in (first, second)] == [200, 409]


@pytest.mark.parametrize("ending", [("resolve",), ("resolve", "close")])
def test_an_incident_that_is_over_takes_no_acknowledgment(site: Site, ending: tuple[str, ...]) -> None:
    incident = site.paged()
    link = site.link(incident)
    for act in ending:
        site.room().do(act, incident)
    before = site.head(incident)
    for answer in (site.web.get(link), site.web.post(link)):
        assert answer.status_code == 409
        assert "nobody need acknowledge it any more" in answer.text
    assert site.head(incident) == before


def test_who_has_left_the_playbook_acknowledges_nothing(site: Site) -> None:
    incident = site.paged()
    link = site.link(incident)
    others = tuple(person for person in PLAYBOOK.people if person.name != "ana")
    site.room().publish(replace(PLAYBOOK, people=others))
    for answer in (site.web.get(link), site.web.post(link)):
        assert (answer.status_code, "ana is not in the playbook any more" in answer.text) == (403, True)
    assert site.incident(incident).escalation.going == "climbing"


def test_nobody_answers_anothers_page_or_that_of_another_incident(site: Site) -> None:
    first, second = site.paged(), site.paged(title="search is slow")
    wrong = [site.token(first, "bo", page=site.page(first)), site.token(second, page=site.page(first))]
    for token in wrong:
        for answer in (site.web.get(f"/ack/{token}"), site.web.post(f"/ack/{token}")):
            assert (answer.status_code, "belongs to no page" in answer.text) == (403, True)
    assert site.incident(first).escalation.going == site.incident(second).escalation.going == "climbing"


def test_a_link_of_another_log_belongs_to_nothing(site: Site) -> None:
    incident = site.paged()
    token = site.token("5f0c7f0e-7d3f-4b53-9f55-1f6f7f1f9a10", page=site.page(incident))
    answers = [site.web.get(f"/ack/{token}"), site.web.post(f"/ack/{token}")]
    assert [answer.status_code for answer in answers] == [403, 403]


def test_a_link_may_do_nothing_but_acknowledge(site: Site) -> None:
    incident = site.paged()
    room = Room(site.store, Actor("ana", "link"))
    for act in ("note", "resolve", "page", "undo", "declare"):
        with pytest.raises(Refused, match="has no right"):
            room.do(act, incident, text="x")


def test_a_test_of_the_ladder_says_so_and_thanks(site: Site) -> None:
    incident = site.paged(exercise="ladder-test", walk=LADDER, title="TEST of the ladder")
    link = site.link(incident)
    assert "This is a test of the ladder. Nothing is wrong." in site.web.get(link).text
    pressed = site.web.post(link)
    assert (pressed.status_code, "Thank you, ana." in pressed.text) == (200, True)
    assert site.incident(incident).escalation.pages[0].answered is not None


def test_a_link_lives_for_a_day(site: Site) -> None:
    incident = site.paged()
    for lives, code in ((0, 410), (-1, 410), (60, 200)):
        token = site.token(incident, lives=lives)
        assert site.web.get(f"/ack/{token}").status_code == code
    assert "has expired" in site.web.post(f"/ack/{site.token(incident, lives=-1)}").text
    assert site.incident(incident).escalation.going == "climbing"


def test_a_link_signed_with_another_key_is_not_genuine(site: Site) -> None:
    incident = site.paged()
    for token in (site.token(incident, key=KEY + b"!"), "x", "A" * 299, "%00", "é"):
        for answer in (site.web.get(f"/ack/{token}"), site.web.post(f"/ack/{token}")):
            assert (answer.status_code, "not genuine" in answer.text) == (403, True)
    assert site.incident(incident).escalation.going == "climbing"
