"""`warroom db`: who is who in a Postgres database, enforced by the server."""

from typing import TYPE_CHECKING, Any

from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Unknown

if TYPE_CHECKING:
    from warroom.store.grants_postgres import Grant, Grants

_ENGINES = "warroom_engine"
"The role of engines, unless another one is named."


def grant(session: Session, values: Values) -> int:
    """Let a login role act as one person, or as an engine; it is made where it is missing. Only the owner may."""
    from warroom.store.grants_postgres import ENGINE, Grant

    engine, out = "engine" in values, session.out
    if engine == ("person" in values):
        raise Usage("Name either a person or --engine.", hint="Such as: warroom db grant ana")
    if engine and "redact" in values:
        raise Usage("An engine takes nothing out of the database.", hint="Leave out --redact.")
    found = _grants(session)
    person = ENGINE if engine else session.org().person(values["person"])
    given = Grant(values.get("role") or (_ENGINES if engine else person), person, engine, "redact" in values)
    made = found.admit(given)
    if out.json:
        out.data(_view(given) | {"made": made})
        return 0
    out.line(f"{given.role} acts as {_whom(given)}, and as nobody else")
    if made:
        out.say(f"The role {given.role} is new and has no password. In psql: \\password {given.role}")
        out.say("Or let the server know it by a certificate or its Unix login, in pg_hba.conf.")
    return 0


def revoke(session: Session, values: Values) -> int:
    """Take everything from a person's roles, from engines' or from one role, at once. Only the owner may."""
    person, role, engine = values.get("person", ""), values.get("role", ""), "engine" in values
    if not (person or role or engine) or (person and engine):
        raise Usage("Name either a person or --engine; or --role.", hint="Such as: warroom db revoke ana")
    found, out = _grants(session), session.out
    known = [
        each
        for each in found.listed()
        if role in ("", each.role) and (not engine or each.engine) and person.lower() in ("", each.person.lower())
    ]
    if not known:
        raise Unknown("No role like that was granted anything.", hint="Run: warroom db grants")
    for each in known:
        found.dismiss(each.role)
    if out.json:
        out.data({"revoked": [_view(each) for each in known]})
        return 0
    for each in known:
        out.line(f"{each.role} acts as nobody any more")
    out.say("It may still log in, and find nothing. Whoever administers the server removes it: DROP ROLE.")
    return 0


def grants(session: Session, values: Values) -> int:
    """Every role with a grant. Only the owner may look."""
    known, out = _grants(session).listed(), session.out
    if out.json:
        out.data({"grants": [_view(each) for each in known]})
    elif not known:
        out.say("No role was granted anything, so the server enforces nothing: warroom db grant PERSON")
    else:
        rows = [(each.role, _whom(each), "redacts" if each.redacts else "-") for each in known]
        out.table(rows, ("role", "acts as", "besides"))
    return 0


def status(session: Session, values: Values) -> int:
    """Whom the server takes you for; for the owner also what would let a role past its grant (1 where any does)."""
    found, out = _grants(session), session.out
    me = found.standing()
    openings = found.openings() if me.owns else []
    if out.json:
        data: dict[str, Any] = {"role": me.role, "owner": me.owner, "owns": me.owns, "enforced": me.mine is not None}
        data |= {"person": None if me.mine is None else me.mine.person}
        data |= {"open": [{"role": each.role, "why": each.why} for each in openings] if me.owns else None}
        out.data(data)
        return 1 if openings else 0
    if me.mine:
        out.line(f"{me.role} acts as {_whom(me.mine)}; the server enforces it")
    elif me.owns:
        out.line(f"{me.role} owns the database, so the server enforces nothing on it")
    else:
        out.line(f"{me.role} was granted nothing; it writes nothing")
    for each in openings:
        out.line(f"open: {each.role}: {each.why}")
    return 1 if openings else 0


def _grants(session: Session) -> "Grants":
    from warroom.bootstrap import open_grants

    return open_grants(session.settings)


def _whom(grant: "Grant") -> str:
    return "an engine" if grant.engine else grant.person


def _view(grant: "Grant") -> dict[str, Any]:
    return {"role": grant.role, "person": grant.person, "engine": grant.engine, "redacts": grant.redacts}


ACTIONS = {
    "db grant": Action(
        "let a login role act as one person, or as an engine; only the owner of the database may",
        grant,
        (
            Arg("PERSON", "a person of the playbook", required=False),
            Arg("--role", "the login role, where it is not called like the person", required=False),
            Arg("--engine", f"a role for engines, {_ENGINES} unless named", kind="flag", required=False),
            Arg("--redact", "it may take pasted secrets out of the database, too", kind="flag", required=False),
        ),
    ),
    "db revoke": Action(
        "take everything from a role, at once",
        revoke,
        (
            Arg("PERSON", "whose roles", required=False),
            Arg("--role", "this role alone", required=False),
            Arg("--engine", "the roles of engines", kind="flag", required=False),
        ),
    ),
    "db grants": Action("every role, and whom it acts as", grants),
    "db status": Action("whom the server takes you for, and what would let a role past its grant", status),
}
