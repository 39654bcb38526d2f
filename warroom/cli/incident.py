"""Incidents: declaring, listing, showing one whole, undoing."""

from collections.abc import Callable

from warroom.cli import engines, escalation
from warroom.cli.acts import acts
from warroom.cli.options import Action, Arg, Usage, Values
from warroom.cli.out import Out
from warroom.cli.session import Session
from warroom.domain.moments import moment
from warroom.room import views
from warroom.room.engines import engines as engines_of
from warroom.room.plain import View
from warroom.room.replay import Replay

_RECENT = 10
_EXERCISES = {"drill": "DRILL · ", "ladder-test": "TEST · ", None: ""}
_MARKS = {"todo": "☐", "done": "✓", "skipped": "–", "failed": "✗"}


def listed(session: Session, values: Values) -> int:
    """Every incident, the newest first."""
    if "drills" in values and "no_drills" in values:
        raise Usage("--drills and --no-drills exclude each other.", hint="Give one of them, or neither for all.")
    left_out = {"drills": (None, "ladder-test"), "no_drills": ("drill",)}
    unwanted = next((kinds for name, kinds in left_out.items() if name in values), ())
    return _list(session, lambda view: view["exercise"] not in unwanted)


def status(session: Session, values: Values) -> int:
    """The open incidents, in short."""
    return _list(session, lambda view: view["status"] in views.OPEN)


def _list(session: Session, wanted: Callable[[View], bool]) -> int:
    from warroom.bootstrap import Missing

    out = session.out
    try:
        store = session.room().store
    except Missing as missing:
        if out.json:
            out.data([])
        else:
            out.say(f"{missing.message}\n{missing.hint}")
        return 0
    now = moment(store.now())
    rows = [(row, views.summary(row, now)) for row in store.summaries()]
    found = [view for _, view in rows if wanted(view)]
    if out.json:
        out.data(found)
    elif found:
        out.table([_line(view) for view in found])
    else:
        out.say("There is none.")
    for remark in engines.remarks(session, [row.stream for row, view in rows if view["status"] in views.OPEN]):
        out.say(remark)
    return 0


def _line(view: View) -> tuple[str, ...]:
    passed = f"T+{view['clock']['t_plus'] or ' unknown'}"
    return (view["id"], view["severity"]["name"], view["status"], passed, view["commander"] or "no IC", view["title"])


def show(session: Session, values: Values) -> int:
    """One incident, whole."""
    room = session.room()
    incident = session.incident(values.get("incident"))
    if "at" in values:
        past = Replay(room.store, incident)
        position = past.find(values["at"])
        _print(session, views.show(past.at(position), past.time(position)), values)
        return 0
    state = room.feed(incident).state
    _print(session, views.show(state, moment(room.store.now()), engines_of(room.store), room.actor.person), values)
    if state.incident and not session.out.json:
        for remark in engines.remark(session, state.incident):
            session.out.say(remark)
    return 0


def _print(session: Session, view: View, values: Values) -> None:
    if session.out.json:
        session.out.data(view)
    else:
        _page(session.out, view, 0 if "all" in values else _RECENT)


def _page(out: Out, view: View, recent: int) -> None:
    """The view as text; `recent`: how many lines of the timeline, 0 = all."""
    clock = view["clock"]
    passed = f"T+{clock['t_plus']} from {clock['origin']}" if clock["t_plus"] else "T+ unknown"
    passed += "" if clock["running"] else ", stopped"
    out.line(f"{view['id']} {view['title']}")
    out.line(f"{_EXERCISES[view['exercise']]}{view['severity']['name']} · {view['status']} · {passed}")
    _part(out, "Milestones", [(name, *_milestone(known)) for name, known in view["milestones"].items()])
    _part(out, "Targets", [(each["milestone"], f"by {_clock(each['due'])}", _due(each)) for each in view["targets"]])
    _part(out, "Roles", [(role["title"], _holders(role)) for role in view["roles"].values()])
    if view["escalation"]:
        escalation.part(out, view["escalation"])
    _part(out, "Steps", [_step(step) for step in view["steps"]])
    ill = [each for each in view["services"] if each["affected"] or each["since"]]
    _part(out, "Services", [(each["name"], each["health"], each["by"] or "", each["because"] or "") for each in ill])
    if ill:
        out.line(f"blast radius: {', '.join(view['blast_radius']['services']) or 'none'}")
    entries = view["timeline"][-recent:]
    left_out = len(view["timeline"]) - len(entries)
    _part(out, "Timeline" + (f" ({left_out} earlier: --all)" if left_out else ""), [_entry(each) for each in entries])


def _part(out: Out, title: str, rows: list[tuple[str, ...]]) -> None:
    if rows:
        out.line()
        out.line(title)
        out.table([("", *row) for row in rows])


def _milestone(known: View | None) -> tuple[str, str]:
    if known is None:
        return "unknown", ""
    about = "about " if known["approximate"] else ""
    return f"{about}{_clock(known['happened'])}", f"by {known['by']}"


def _due(target: View) -> str:
    if target["met"] is not None:
        return "met" if target["met"] else "missed"
    return "overdue" if target["overdue"] else ""


def _holders(role: View) -> str:
    held = [each["person"] + (f" ({each['subject']})" if each["subject"] else "") for each in role["held"]]
    offered = [f"offered to {each['to']}" for each in role["offered"]]
    return ", ".join(held + offered) or ("open, required" if role["required"] else "open")


def _step(step: View) -> tuple[str, ...]:
    who = step["by"] or (f"{step['claimed']['by']} is on it" if step["claimed"] else "")
    return (_MARKS[step["status"]], step["id"], step["title"], who, step["because"] or "")


def _entry(entry: View) -> tuple[str, ...]:
    text = entry["corrected"] or entry["text"]
    text = f"{text} (corrected)" if entry["corrected"] else text
    text = f"{text} (struck out)" if entry["retracted"] else text
    return (str(entry["seq"]), _clock(entry["happened"]), entry["actor"], entry["kind"], text)


def _clock(stamp: str) -> str:
    """`2026-05-04T14:05:00.1Z` as people read it."""
    return f"{stamp[:10]} {stamp[11:19]}"


ACTIONS = {
    **acts("declare"),
    "list": Action(
        "every incident, the newest first",
        listed,
        (
            Arg("--drills", "drills only", kind="flag", required=False),
            Arg("--no-drills", "no drills", kind="flag", required=False),
        ),
    ),
    "status": Action("the open incidents, in short", status),
    "show": Action(
        "one incident, whole",
        show,
        (
            Arg("--all", "the timeline from its beginning", kind="flag", required=False),
            Arg("--at", "as it was known then: 14:05 (UTC), a milestone, or an entry's number", required=False),
        ),
        incident=True,
    ),
    **acts("undo"),
}
