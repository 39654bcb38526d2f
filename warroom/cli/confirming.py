"""Asking before something is done that concerns other people."""

import sys

from warroom.cli.options import Usage, Values
from warroom.cli.session import Session
from warroom.domain.errors import Refused


def confirm(session: Session, values: Values, about: str, question: str) -> None:
    """Go on if `--yes` was said, or somebody at a terminal says so.

    `about`: what there is to ask, as the beginning of a sentence. Usage where nobody is there, Refused after a no.
    """
    if "yes" in values:
        return
    if not sys.stdin.isatty():
        raise Usage(f"{about}, and nobody is here to ask.", hint="Say --yes to do it all the same.")
    if not session.out.ask(question):
        raise Refused("Nothing was done.")
