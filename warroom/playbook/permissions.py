"""`permissions.yaml`: who may do what. Without the file everybody may do everything."""

from collections.abc import Collection
from typing import cast

from warroom.domain.org import Person
from warroom.domain.permissions import ACCESSES, Access, Permissions, Rule
from warroom.playbook.fields import Fields
from warroom.playbook.rows import rows_of


def read_permissions(fields: Fields | None, people: Collection[Person] | None) -> Permissions | None:
    """The rules of a file, None where there is none. `people`: those whom rules may name, None = not known.

    At least one person must be left who can publish the next playbook.
    """
    if fields is None:
        return None
    rows = rows_of(fields, "permissions")
    names = None if people is None else [each.name for each in people]
    teams = None if people is None else sorted({each.team for each in people} - {""})
    found = Permissions(tuple(_rule(row, names, teams) for row in rows))
    if rows and people and not any("administer" in found.granted(each.name, each.team) for each in people):
        rows[0].problem("access", "no rule makes anybody an administrator, so nobody could ever change the rules")
    return found


def _rule(row: Fields, names: Collection[str] | None, teams: Collection[str] | None) -> Rule:
    rule = Rule(
        cast(tuple[Access, ...], row.names("access", "access", ACCESSES)),
        row.names("people", "person", names),
        row.names("teams", "team", teams),
        row.boolean("everyone"),
    )
    if not rule.access:
        row.problem("access", "says nothing; name at least one access")
    if not (rule.people or rule.teams or rule.everyone):
        row.problem("people", "names nobody; say people, teams or everyone")
    row.close()
    return rule
