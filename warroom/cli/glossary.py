"""The glossary of the playbook in force: what the organisation's words mean."""

from warroom.cli.options import Action, Arg, Values
from warroom.cli.session import Session
from warroom.domain.errors import unknown
from warroom.domain.glossary import Term, explained
from warroom.room.plain import View


def glossary(session: Session, values: Values) -> int:
    """Every term, or the one that is named."""
    terms, out = session.org().playbook.glossary, session.out
    if wanted := values.get("term"):
        return _explain(session, terms, wanted)
    if out.json:
        out.data([_view(term) for term in terms])
    elif terms:
        rows = [(term.name, term.meaning) for term in sorted(terms, key=lambda term: term.name.casefold())]
        out.table(rows, ("term", "meaning"))
    else:
        out.say("The glossary is empty. To fill it, write glossary.yaml, and run: warroom playbook publish DIR")
    return 0


def _explain(session: Session, terms: tuple[Term, ...], wanted: str) -> int:
    term, out = explained(terms, wanted), session.out
    if term is None:
        raise unknown("term", wanted, [spelling for each in terms for spelling in (each.name, *each.also)])
    if out.json:
        out.data(_view(term))
        return 0
    out.line(f"{term.name}" + (f" (also {', '.join(term.also)})" if term.also else ""))
    out.text(term.meaning)
    return 0


def _view(term: Term) -> View:
    return {"term": term.name, "meaning": term.meaning, "also": list(term.also)}


ACTIONS = {
    "glossary": Action(
        "what the organisation's words mean", glossary, (Arg("TERM", "explain one of them", required=False),)
    ),
}
