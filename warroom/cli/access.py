"""Who may do what, on the command line: the rules in force, and breaking the glass."""

from warroom.cli.acts import acts
from warroom.cli.options import Action, Values
from warroom.cli.session import Session
from warroom.domain.org import Org
from warroom.domain.permissions import EVERYTHING, Permissions
from warroom.room.plain import View
from warroom.room.views import VERSION


def permissions(session: Session, values: Values) -> int:
    """Every person of the playbook, and what they may do."""
    org, out = session.org(), session.out
    rules = org.playbook.permissions
    if out.json:
        out.data(_view(org, rules))
        return 0
    if rules is None:
        out.say("The playbook has no permissions, so everybody may do everything. See docs/permissions.md.")
        return 0
    rows = [
        (each.name, each.team, ", ".join(_mine(rules, each.name, each.team)) or "-") for each in org.playbook.people
    ]
    out.table(rows, ("who", "team", "may"))
    return 0


def _mine(rules: Permissions, person: str, team: str) -> list[str]:
    """Their rights, in the order in which the field thinks of them; all at once where they have all."""
    granted = rules.granted(person, team)
    return ["everything"] if granted >= EVERYTHING else sorted(granted)


def _view(org: Org, rules: Permissions | None) -> View:
    people = [
        {"name": each.name, "may": sorted(rules.granted(each.name, each.team) if rules else EVERYTHING)}
        for each in org.playbook.people
    ]
    return {"version": VERSION, "enforced": rules is not None, "people": people}


ACTIONS = acts("break-glass") | {"permissions": Action("who may do what", permissions)}
