"""Rows of the organisation's files: what most of them need in the same way."""

from collections.abc import Iterable

from warroom.playbook.fields import Fields


def rows_of(fields: Fields | None, field: str) -> list[Fields]:
    """The rows of a file that holds one list and nothing else; none where there is no file."""
    if fields is None:
        return []
    rows = fields.maps(field, required=True)
    fields.close()
    return rows


def distinct(rows: Iterable[Fields], field: str) -> list[str]:
    """The names of rows, with a problem for each that an earlier row bears; "" where a row has none."""
    names: list[str] = []
    lines: dict[str, int] = {}
    for row in rows:
        name = row.name(field)
        if name in lines:
            row.problem(field, f'"{name}" is already the name on line {lines[name]}')
        elif name:
            lines[name] = row.line_of(field)
        names.append(name)
    return names
