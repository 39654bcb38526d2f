"""Severity: changing it, and the table."""

from datetime import timedelta

from warroom.cli.acts import acts
from warroom.cli.options import Action, Values
from warroom.cli.session import Session
from warroom.domain.severity import Severity
from warroom.room import org_views


def severities(session: Session, values: Values) -> int:
    """The table in force."""
    table = session.org().playbook.severities
    if session.out.json:
        session.out.data([org_views.severity_row(row) for row in table])
        return 0
    header = ("", "", "acknowledge", "escalate", "contain", "resolve", "update every", "roles")
    session.out.table([_row(row) for row in table], header)
    for row in table:
        session.out.line()
        session.out.line(f"{row.name} {row.title}: {row.definition}")
        for example in row.examples:
            session.out.line(f"  such as: {example}")
    return 0


def _row(row: Severity) -> tuple[str, ...]:
    spans = (row.acknowledge_within, row.escalate_within, row.contain_within, row.resolve_within, row.update_every)
    return (row.name, row.title, *(_span(span) if span else "-" for span in spans), ", ".join(row.roles) or "-")


def _span(span: timedelta) -> str:
    """A target in the largest unit that it is a whole number of."""
    seconds = int(span.total_seconds())
    size, unit = next((size, unit) for size, unit in ((3600, "h"), (60, "min"), (1, "s")) if seconds % size == 0)
    return f"{seconds // size} {unit}"


ACTIONS = acts("sev") | {"severities": Action("the severities and what they ask", severities)}
