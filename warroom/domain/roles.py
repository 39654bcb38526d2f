"""Command roles: who holds which, and how a role changes hands.

A role passes in two steps, offer and acceptance, or is taken over with a reason when its holder is gone; it never
moves by itself. The commander holds no second role unless forced (PagerDuty incident command: the commander does not
act as resolver).
"""

from datetime import datetime
from typing import assert_never

import msgspec

from warroom.domain.case import Case
from warroom.domain.errors import Already, Refused, unknown
from warroom.domain.event import Event, Fact
from warroom.domain.moments import ago


class Role(msgspec.Struct, frozen=True):
    """A seat. `several`: more than one person may hold it at a time."""

    id: str
    title: str
    short: str
    several: bool = False


COMMANDER = "commander"
ROLES = (
    Role(COMMANDER, "incident commander", "IC"),
    Role("deputy", "deputy", "Deputy"),
    Role("scribe", "scribe", "Scribe"),
    Role("communications-lead", "communications lead", "Comms"),
    Role("expert", "subject-matter expert", "Expert", several=True),
)
_ALIASES = {"ic": COMMANDER, "comms": "communications-lead", "sme": "expert", "incident commander": COMMANDER}


class RoleOffered(Event, frozen=True, tag="role-offered.v1"):
    """A role was offered; nothing changes until it is accepted.

    `forced`: although it makes somebody commander and more. `by`: whose offer stands again, where an undo restores it.
    """

    role: str
    to: str
    subject: str = ""
    forced: bool = False
    by: str = ""


class RoleAccepted(Event, frozen=True, tag="role-accepted.v1"):
    """The person offered a role now holds it, in place of whoever did."""

    role: str
    subject: str = ""


class RoleDeclined(Event, frozen=True, tag="role-declined.v1"):
    """The offer was turned down."""

    role: str
    because: str = ""


class RoleTaken(Event, frozen=True, tag="role-taken.v1"):
    """An open role was taken, or a held one taken over with a reason. `person`: who holds it now."""

    role: str
    person: str
    because: str = ""
    subject: str = ""


class RoleReleased(Event, frozen=True, tag="role-released.v1"):
    """A role is open again."""

    role: str
    person: str
    because: str = ""


RoleEvent = RoleOffered | RoleAccepted | RoleDeclined | RoleTaken | RoleReleased


class Holding(msgspec.Struct, frozen=True):
    """Who holds a role, since when; `subject` is what an expert is expert in. `until` None = now."""

    role: str
    person: str
    since: datetime
    subject: str = ""
    until: datetime | None = None


class Offer(msgspec.Struct, frozen=True):
    """A role offered to somebody and not answered yet."""

    role: str
    to: str
    by: str
    since: datetime
    subject: str = ""
    forced: bool = False


class Roles(msgspec.Struct, frozen=True):
    """Holdings now, open offers, and every holding that ended, oldest first."""

    held: tuple[Holding, ...] = ()
    offers: tuple[Offer, ...] = ()
    past: tuple[Holding, ...] = ()

    def holder(self, role: str) -> str | None:
        """Who holds an exclusive role."""
        return next((each.person for each in self.held if each.role == role), None)

    def of(self, person: str) -> tuple[str, ...]:
        """The roles that somebody holds."""
        return tuple(each.role for each in self.held if each.person == person)


def find(text: str) -> Role:
    """The role that an id, a title or an alias (`ic`, `comms`, `sme`) names."""
    wanted = text.strip().lower()
    wanted = _ALIASES.get(wanted, wanted)
    for role in ROLES:
        if wanted in (role.id, role.title, role.short.lower()):
            return role
    raise unknown("role", text, [role.id for role in ROLES])


def seat_of(role: str) -> Role:
    """The seat of a role id in the log. One that only a newer version knows bears its id as its title."""
    return next((each for each in ROLES if each.id == role), Role(role, role, role))


def evolve(state: Roles, fact: Fact, event: RoleEvent) -> Roles:
    """The roles after one event."""
    match event:
        case RoleOffered(role=role, to=to, subject=subject, forced=forced, by=by):
            others = tuple(o for o in state.offers if (o.role, o.to) != (role, to))
            offer = Offer(role, to, by or fact.actor, fact.happened, subject, forced)
            return msgspec.structs.replace(state, offers=(*others, offer))
        case RoleAccepted(role=role, subject=subject):
            return _seat(state, Holding(role, fact.actor, fact.happened, subject))
        case RoleDeclined(role=role):
            rest = tuple(o for o in state.offers if (o.role, o.to) != (role, fact.actor))
            return msgspec.structs.replace(state, offers=rest)
        case RoleTaken(role=role, person=person, subject=subject):
            return _seat(state, Holding(role, person, fact.happened, subject))
        case RoleReleased(role=role, person=person):
            return _end(state, [h for h in state.held if h.role == role and h.person == person], fact.happened)
        case _:
            assert_never(event)


def _seat(state: Roles, holding: Holding) -> Roles:
    several = seat_of(holding.role).several
    leaving = [h for h in state.held if h.role == holding.role and (not several or h.person == holding.person)]
    state = _end(state, leaving, holding.since)
    offers = tuple(o for o in state.offers if o.role != holding.role or (several and o.to != holding.person))
    return msgspec.structs.replace(state, held=(*state.held, holding), offers=offers)


def _end(state: Roles, leaving: list[Holding], at: datetime) -> Roles:
    past = (*state.past, *(msgspec.structs.replace(each, until=at) for each in leaving))
    return msgspec.structs.replace(state, held=tuple(h for h in state.held if h not in leaving), past=past)


def offer(case: Case, role: str, to: str, subject: str = "", force: bool = False) -> list[Event]:
    """Offer a role. Its holder or the commander may; anybody may where it is open."""
    seat, state = find(role), case.incident.roles
    holder = state.holder(seat.id)
    if holder and not seat.several and case.by not in (holder, state.holder(COMMANDER)):
        raise Refused(f"Only {holder}, who holds the role, or the commander can offer it.")
    to = case.org.person(to)
    _check_new(case, seat, to)
    for each in state.offers:
        if (each.role, each.to) == (seat.id, to):
            when = ago(each.since, case.now)
            raise Already(f"The role was already offered to {to} {when} by {each.by}; it waits for an answer.")
    _check_second_role(state, seat, to, force)
    return [RoleOffered(seat.id, to, subject.strip(), force)]


def accept(case: Case, role: str) -> list[Event]:
    """Accept a role that was offered to you."""
    seat = find(role)
    _check_right(case, seat)
    _check_new(case, seat, case.by)
    offered = _offer(case, seat)
    _check_second_role(case.incident.roles, seat, case.by, offered.forced)
    return [RoleAccepted(seat.id, offered.subject)]


def decline(case: Case, role: str, because: str = "") -> list[Event]:
    """Turn an offer down."""
    seat = find(role)
    _offer(case, seat)
    return [RoleDeclined(seat.id, because.strip())]


def take(case: Case, role: str, because: str = "", subject: str = "", force: bool = False) -> list[Event]:
    """Take an open role; or take one over with a reason when its holder is gone (or the step is forced)."""
    seat, state = find(role), case.incident.roles
    _check_right(case, seat)
    _check_new(case, seat, case.by)
    holder = None if seat.several else state.holder(seat.id)
    if holder:
        if not because.strip():
            how = f"Ask {holder} to offer it, or take it over with a reason."
            raise Refused(f"{holder} is {seat.title}.", hint=how)
        if not force and (case.present is None or holder in case.present):
            here = "may be here" if case.present is None else "is here"
            raise Refused(
                f"{holder} is {seat.title} and {here}.", hint=f"Ask {holder} to offer the role; force it if you must."
            )
    _check_second_role(state, seat, case.by, force)
    return [RoleTaken(seat.id, case.by, because.strip(), subject.strip())]


def release(case: Case, role: str, person: str = "") -> list[Event]:
    """Give a role up. The commander may release others."""
    seat, state = find(role), case.incident.roles
    whose = person.strip() or case.by
    if seat.id not in state.of(whose):
        raise Refused(f"{whose} is not {seat.title}.")
    if whose != case.by and case.by != state.holder(COMMANDER):
        raise Refused(f"Only {whose} or the commander can release this role.")
    return [RoleReleased(seat.id, whose)]


def _offer(case: Case, seat: Role) -> Offer:
    for each in case.incident.roles.offers:
        if each.role == seat.id and each.to == case.by:
            return each
    raise Refused(f"Nobody offered you the role {seat.title}.", hint="An open role can be taken.")


def _check_right(case: Case, seat: Role) -> None:
    """Whoever commands must have a commander's rights, or could do nothing in that seat."""
    if seat.id == COMMANDER and case.may is not None and "command" not in case.may:
        raise Refused(
            f"{case.by} has no right to command here.",
            hint="In an emergency: warroom break-glass INC --because …",
            code="forbidden",
        )


def _check_new(case: Case, seat: Role, person: str) -> None:
    for each in case.incident.roles.held:
        if (each.role, each.person) == (seat.id, person):
            who = "You already are" if person == case.by else f"{person} already is"
            raise Already(f"{who} {seat.title}, since {each.since:%H:%M} UTC.")


def _check_second_role(state: Roles, seat: Role, person: str, force: bool) -> None:
    held = state.of(person)
    clash = COMMANDER in held or (seat.id == COMMANDER and held)
    if clash and not force:
        raise Refused(
            f"{person} would hold two roles, and the commander holds no second one.",
            hint="Release the other role first, or force it.",
        )


def describe(event: RoleEvent, state: Roles, actor: str) -> str:
    """The timeline's sentence."""
    match event:
        case RoleOffered(role=role, to=to, subject=subject):
            return f"offered {_titled(role, subject)} to {to}"
        case RoleAccepted(role=role, subject=subject):
            before = _before(state, role)
            return f"accepted {_titled(role, subject)}" + (f" from {before}" if before and before != actor else "")
        case RoleDeclined(role=role, because=because):
            return f"declined {seat_of(role).title}" + (f": {because}" if because else "")
        case RoleTaken(role=role, person=person, because=because, subject=subject):
            before = _before(state, role)
            text = f"took over {_titled(role, subject)} from {before}" if before else f"took {_titled(role, subject)}"
            text = text if person == actor else f"{_titled(role, subject)} is {person}"
            return f"{text}: {because}" if because else text
        case RoleReleased(role=role, person=person, because=because):
            text = f"released {seat_of(role).title}" + ("" if person == actor else f" of {person}")
            return f"{text}: {because}" if because else text
        case _:
            assert_never(event)


def _titled(role: str, subject: str) -> str:
    title = seat_of(role).title
    return f"{title} ({subject})" if subject else title


def _before(state: Roles, role: str) -> str | None:
    """Who leaves the seat when somebody takes it."""
    return None if seat_of(role).several else state.holder(role)


def compensate(event: RoleEvent, before: Roles, now: Roles, actor: str) -> list[Event]:
    """The events that undo one, if nothing has changed since."""
    match event:
        case RoleTaken() | RoleAccepted():
            role = event.role
            person = event.person if isinstance(event, RoleTaken) else actor
            if role not in now.of(person):
                return []
            waiting = {(each.role, each.to) for each in now.offers}
            offers = [
                RoleOffered(role, each.to, each.subject, each.forced, each.by)
                for each in before.offers
                if each.role == role and (role, each.to) not in waiting
            ]
            if previous := _before(before, role):
                seated = _seat_again(role, previous, before, now)
                return [*seated, *offers] if seated else []
            return [RoleReleased(role, person, "undo"), *offers]
        case RoleReleased(role=role, person=person):
            taken = person in (each.person for each in now.held if each.role == role) or _before(now, role)
            return [] if taken else _seat_again(role, person, before, now)
        case RoleOffered() | RoleDeclined():
            return []
        case _:
            assert_never(event)


def _seat_again(role: str, person: str, before: Roles, now: Roles) -> list[Event]:
    """Give somebody back the seat they had before; none where they have taken another one since."""
    if not set(now.of(person)) <= set(before.of(person)):
        return []
    return [
        RoleTaken(role, person, "undo", each.subject)
        for each in before.held
        if (each.role, each.person) == (role, person)
    ]
