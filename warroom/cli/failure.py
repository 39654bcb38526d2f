"""When something goes wrong: the sentence for the user, and the exit code. A traceback never reaches anybody."""

import os
import sys
import time
import traceback

from warroom.cli.main import INTERNAL, REFUSED, UNAVAILABLE, USAGE
from warroom.cli.options import Usage
from warroom.cli.out import Out
from warroom.domain.errors import Refused, Unavailable
from warroom.settings import state_path


def tell(error: Exception, out: Out) -> int:
    """Say what went wrong: on stderr, or on stdout as data where JSON is wanted. The exit code."""
    refused = error if isinstance(error, Refused) else _internal(error)
    if out.json:
        out.data({"error": view(refused)})
        out.flush()
    else:
        out.say("\n".join(filter(None, (refused.message, refused.hint))))
    if not isinstance(error, Refused):
        return INTERNAL
    if isinstance(error, Usage):
        return USAGE
    return UNAVAILABLE if isinstance(error, Unavailable) else REFUSED


def view(refused: Refused) -> dict[str, str]:
    """What scripts see of it as `error`."""
    return {"code": refused.code, "message": refused.message, "hint": refused.hint}


def _internal(error: Exception) -> Refused:
    """An error of the program itself: its details go into a file that only the user can read."""
    what = f"Something went wrong inside warroom ({type(error).__name__})."
    folder = state_path()
    path = folder / f"error-{time.strftime('%Y%m%dT%H%M%S')}-{os.getpid()}.txt"
    details = f"Python {sys.version}\n{''.join(traceback.format_exception(error))}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(details.encode(errors="backslashreplace"))
    except OSError as reason:
        hint = f"The details could not be kept: {reason.strerror}."
    else:
        hint = f"The details are in {path}. What was confirmed before is in the log."
    return Refused(what, hint=hint, code="internal")
