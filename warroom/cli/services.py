"""Services: their health in an incident, and the catalogue."""

from warroom.cli.acts import acts
from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain import services
from warroom.domain.errors import unknown
from warroom.domain.services import Service
from warroom.room import org_views


def listed(session: Session, values: Values) -> int:
    """The catalogue, in rows from what nothing needs down to what all need."""
    rows = _catalogue(session)
    if session.out.json:
        session.out.data([org_views.service(row, rows) for row in rows])
        return 0
    by_name = {row.name: row for row in rows}
    table = [
        (f"L{layer}", name, str(by_name[name].tier), by_name[name].owner or "-", ", ".join(by_name[name].depends_on))
        for layer, names in enumerate(services.layers(rows))
        for name in names
    ]
    if table:
        session.out.table(table, ("layer", "service", "tier", "owner", "depends on"))
    else:
        session.out.say("The catalogue is empty. To fill it: warroom init, or warroom playbook publish DIR")
    return 0


def show(session: Session, values: Values) -> int:
    """One service: what it needs, and what needs it."""
    rows = _catalogue(session)
    name = services.resolve(rows, values["name"])
    found = next((row for row in rows if row.name == name), None)
    if found is None:
        raise unknown("service", values["name"], [row.name for row in rows])
    view, out = org_views.service(found, rows), session.out
    if out.json:
        out.data(view)
        return 0
    out.line(f"{found.name}" + (f" · {found.title}" if found.title else ""))
    if found.description:
        out.text(found.description)
    pairs = [("tier", str(found.tier)), ("owner", found.owner or "-"), ("depends on", ", ".join(found.depends_on))]
    pairs += [("downstream", ", ".join(view["downstream"])), ("upstream", ", ".join(view["upstream"]))]
    pairs += [("runbooks", ", ".join(found.runbooks))]
    out.table([(name, value or "-") for name, value in pairs])
    return 0


def _catalogue(session: Session) -> tuple[Service, ...]:
    return session.org().playbook.services


_HEALTH = acts("service")["service health"]

ACTIONS = {
    "service": _HEALTH,
    "service health": _HEALTH,
    "service list": Action("the catalogue", listed),
    "service show": Action("one service, what it needs and what needs it", show, (Arg("NAME", "the service"),)),
}
