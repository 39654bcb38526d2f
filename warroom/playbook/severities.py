"""`severities.yaml`: the taxonomy of an organisation, or of one module."""

from warroom.domain.severity import Severity
from warroom.playbook.fields import Fields
from warroom.playbook.rows import rows_of
from warroom.playbook.steps import ROLE_IDS


def read_severities(fields: Fields | None) -> tuple[Severity, ...]:
    """The taxonomy, the worst first."""
    found: list[Severity] = []
    for row in rows_of(fields, "severities"):
        severity = _severity(row)
        if severity.level and any(severity.level == other.level for other in found):
            row.problem("level", f"{severity.level} is given to two severities")
        if severity.name and any(severity.name.lower() == other.name.lower() for other in found):
            row.problem("name", f'"{severity.name}" is given to two severities')
        found.append(severity)
    return tuple(sorted(found, key=lambda severity: severity.level))


def _severity(row: Fields) -> Severity:
    severity = Severity(
        level=row.integer("level", 1, 9, required=True) or 0,
        name=row.text("name", required=True, longest=20),
        title=row.text("title", required=True, longest=40),
        definition=row.text("definition", required=True, lines=True),
        examples=row.texts("examples"),
        acknowledge_within=row.duration("acknowledge_within"),
        escalate_within=row.duration("escalate_within"),
        contain_within=row.duration("contain_within"),
        resolve_within=row.duration("resolve_within"),
        update_every=row.duration("update_every"),
        roles=row.names("roles", "role", ROLE_IDS),
    )
    row.close()
    return severity
