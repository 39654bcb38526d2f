"""The ladder on the command line: page somebody, fire the next rung, and where the ladder stands."""

from datetime import datetime, timedelta

from warroom.cli.acts import acts
from warroom.cli.out import Out
from warroom.room.plain import View

ACTIONS = acts("page") | acts("escalate")

_WORDS = {
    "sent": "sent", "retry": "failed, tries again", "failed": "failed", "unknown": "may have arrived",
    "dropped": "not sent", None: "waits",
}  # fmt: skip


def part(out: Out, view: View) -> None:
    """The part of `show` about the ladder: where it stands, and what became of each page."""
    out.line()
    out.line(f"Ladder: {_standing(view)}")
    rows = [
        ("", _who(page), _rung(page), *_outcome(page, contact))
        for page in view["pages"]
        for contact in page["contacts"]
    ]
    if rows:
        out.table(rows)


def _standing(view: View) -> str:
    if view["ladder"] is None:
        return "none; paged by hand"
    name, total = view["ladder"]["name"], len(view["ladder"]["rungs"])
    rung = f"rung {view['rung']} of {total}" if view["rung"] else f"before rung 1 of {total}"
    turn = f", round {view['round']}" if view["round"] > 1 else ""
    match view["state"]:
        case "acknowledged":
            return f"{name}, {rung}{turn}; acknowledged by {view['acknowledged']['by']}"
        case "ended":
            return f"{name}, {rung}{turn}; ended: {view['ended']}"
        case _:
            held = f" ({view['held']})" if view["held"] else ""
            return f"{name}, {rung}{turn}; next at {_next(view)} UTC{held}"


def _next(view: View) -> str:
    """When the next rung fires, with its day where that is not today."""
    at = datetime.fromisoformat(view["next"])
    today = (at - timedelta(seconds=view["next_in"])).date()
    return f"{at:%H:%M:%S}" if at.date() == today else f"{at:%Y-%m-%d %H:%M:%S}"


def _who(page: View) -> str:
    return str(page["person"] or page["channel"])


def _rung(page: View) -> str:
    return f"rung {page['rung']}" if page["rung"] else "by hand"


def _outcome(page: View, contact: View) -> tuple[str, str, str]:
    way = contact["name"] if page["person"] else ""
    answered = f"answered at {page['answered'][11:19]} UTC" if page["answered"] else ""
    return way, _came(page, contact), answered or contact["says"] or ""


def _came(page: View, contact: View) -> str:
    if page["retold"] and contact["outcome"] is None:
        return "not sent here"
    return f"waits: {contact['waits']}" if contact["waits"] else _WORDS[contact["outcome"]]
