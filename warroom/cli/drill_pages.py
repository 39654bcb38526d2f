"""A drill as lines: what came, and to those who lead or watch it what is to come and what is expected."""

from datetime import timedelta

from warroom.cli.out import Out
from warroom.domain.incident import Incident
from warroom.domain.moments import span
from warroom.room.plain import View

HEADER = ("drill", "scenario", "team", "started", "outcome")


def row(view: View) -> tuple[str, ...]:
    """A drill in a list."""
    why = f": {view['because']}" if view["because"] else ""
    what = view["scenario"] or (f"from {view['source']}" if view["source"] else "")
    return view["id"], what, view["team"] or "", _minute(view["started"]), f"{view['outcome']}{why}"


def page(out: Out, incident: Incident, view: View) -> None:
    """Where a drill stands. `view`: of `drill_views.drill`."""
    team = f" · {view['team']}" if view["team"] else ""
    played = "a scenario" if incident.drill.scenario else "no scenario"
    scenario = f"scenario {view['scenario']['name']}" if view["scenario"] else played
    out.line(f"{incident.name} {incident.title}")
    out.line(f"{scenario}{team} · {_standing(view)}")
    led = view["led"]
    if led is None:
        _part(out, "What came", [(_time(each["at"]), each["kind"], _said(each)) for each in view["injects"]])
        out.line()
        out.line("What is to come is for those who lead the drill. Something real needs the people? Stop it with:")
        out.line(f"warroom drill abort {incident.name}")
        return
    over = view["ended"] is not None
    out.line(_who(led))
    _part(out, "Injects", [(each["id"], _comes(each, over), each["kind"], _said(each)) for each in led["injects"]])
    _part(
        out,
        "Expected",
        [(_verdict(each, view["ended"]), each["title"], each["who"] or "anybody") for each in led["expected"]],
    )
    _part(out, "Private notes", [(_time(each["at"]), each["by"], each["text"]) for each in led["notes"]])


def _standing(view: View) -> str:
    if view["ended"]:
        word = "aborted" if view["aborted"] else "over"
        why = f": {view['ending']}" if view["ending"] else ""
        return f"{word} since {_minute(view['ended'])} UTC{why}"
    ends = f", ends by {_time(view['led']['ends'])} UTC" if view["led"] and view["led"]["ends"] else ""
    return f"running since {_minute(view['started'])} UTC{ends}" if view["started"] else "running"


def _who(led: View) -> str:
    leads = f"led by {', '.join(led['controllers']) or 'everybody'}"
    return f"{leads}{_also('watched by', led['evaluators'])}{_also('pages for real on', led['live'])}"


def _also(words: str, names: list[str]) -> str:
    return f" · {words} {', '.join(names)}" if names else ""


def _comes(each: View, over: bool) -> str:
    if each["made"]:
        return f"came at {_time(each['made'])}"
    if each["skipped"]:
        return f"left out: {each['because']}" if each["because"] else "left out"
    if over:
        return "did not come"
    if each["due"]:
        return f"due {_time(each['due'])}, {_left(each['due_in'])}"
    return f"waits: {each['when']}"


def _verdict(each: View, ended: str | None) -> str:
    if each["done"]:
        return f"done at {_time(each['done'])} by {each['done_by']}"
    if not each["due"]:
        return f"not due: {each['after']} did not come" if ended else f"after {each['after']}"
    if ended:
        due = f"was due {_time(each['due'])}"
        due += ", after the end" if each["due"] > ended else ""
        return f"not done; {due}" if each["seen"] else f"{due}; the report says whether it was done"
    word = "" if each["seen"] else "; look for it yourself"
    return f"by {_time(each['due'])}, {_left(each['due_in'])}{word}"


def _left(seconds: int) -> str:
    return f"in {span(timedelta(seconds=seconds))}" if seconds >= 0 else f"{span(timedelta(seconds=-seconds))} ago"


def _said(each: View) -> str:
    return f"{each['by']}: {each['text']}" if each["by"] else str(each["text"])


def _time(stamp: str) -> str:
    return stamp[11:19]


def _minute(stamp: str) -> str:
    return f"{stamp[:10]} {stamp[11:16]}"


def _part(out: Out, title: str, rows: list[tuple[str, ...]]) -> None:
    if rows:
        out.line()
        out.line(title)
        out.table([("", *each) for each in rows])
