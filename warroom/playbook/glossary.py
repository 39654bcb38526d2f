"""The glossary as a file: `glossary.yaml` of an organisation, its terms in the order of the file."""

from warroom.domain.glossary import Term
from warroom.playbook.fields import Fields

LONGEST_TERM = 64
LONGEST_MEANING = 1000
"Characters. A meaning is a sentence or two, for it is read in the middle of an incident."


def read_glossary(fields: Fields | None) -> tuple[Term, ...]:
    """The terms of a file (None: there is none). A spelling that two terms share is a problem, in any case."""
    if fields is None:
        return ()
    rows = fields.maps("terms", required=True)
    fields.close()
    lines: dict[str, int] = {}
    return tuple(term for row in rows if (term := _term(row, lines)).name)


def _term(row: Fields, lines: dict[str, int]) -> Term:
    """One term; `lines`: spelling in lower case -> the line on which it stands."""
    term = Term(
        name=" ".join(row.text("term", required=True, longest=LONGEST_TERM).split()),
        meaning=row.text("meaning", required=True, longest=LONGEST_MEANING),
        also=row.texts("also", longest=LONGEST_TERM),
    )
    row.close()
    for field, spelling in (("term", term.name), *(("also", each) for each in term.also)):
        key = spelling.casefold()
        if key in lines:
            row.problem(field, f'"{spelling}" is already explained on line {lines[key]}')
        elif key:
            lines[key] = row.line_of(field)
    return term
