"""The two lines of a replay: the band that says so, and the scrub bar. Pure.

The bar draws how much became known when, in equal parts of the screen's time; letters are milestones, ◆ bookmarks, » a
long gap that was cut short. Where the future is hidden, nothing of it is drawn.
"""

from datetime import datetime

from warroom.domain.incident import Incident
from warroom.domain.moments import brief, span
from warroom.domain.replay import Course, Gap
from warroom.domain.text import one_line
from warroom.room.calls import Call
from warroom.tui.present.cells import Line, Role, Span, width_of
from warroom.tui.reel import Reel
from warroom.tui.scene import Scene

LETTERS = {
    "impact": "I", "detection": "D", "acknowledgment": "A", "escalation": "E", "containment": "C", "resolution": "R",
    "review": "V",
}  # fmt: skip
_BLOCKS = "▁▂▃▄▅▆▇█"
_LEAST = 4
"How many events fill a cell at least, so that single ones stay low."
_Cell = tuple[str, Role]


def band(scene: Scene, reel: Reel, width: int) -> Line:
    """That this is a replay, how it runs, and what is special about the moment."""
    place = reel.place
    way = "paused" if not place.playing else "▶" if place.rate > 0 else "◀"
    view = "what was true" if place.truth else "what was known"
    late = f", {reel.unknown} not known yet" if place.truth and reel.unknown else ""
    left = [Span(" REPLAY ", "key"), Span(f" {way} x{abs(place.rate):g} ", "strong"), Span(f"· {view}{late} ")]
    if width >= 100:
        left.append(Span(f"· the future is {'hidden' if place.hidden else 'shown'} ", "dim"))
    right = _company(reel)
    room = width - width_of(left) - width_of(right) - 4
    told = one_line(_told(scene, reel), max(room, 8))
    return Line((*left, Span(f"· {told}" if told and room > 12 else "", "accent")), tuple(right))


def _company(reel: Reel) -> list[Span]:
    leader = one_line(reel.leader, 14)
    match reel.company:
        case "leading":
            return [Span(" you lead ", "strong")]
        case "following":
            return [Span(f" following {leader} ", "strong")]
        case "roaming":
            return [Span(f" alone; {leader} leads, L rejoins ", "warn")]
        case "lost":
            return [Span(f" {leader}'s link is gone ", "warn")]
        case "alone":
            return [Span(" nobody can be followed ", "warn")] if reel.problem else []


def _told(scene: Scene, reel: Reel) -> str:
    """A gap that was cut short, else a bookmark's remark, else, where it may be seen, what comes next."""
    course, place = reel.course, reel.place
    if gap := _passing(reel):
        return f"» {brief(gap.length)} pass"
    if remark := next((each.remark for each in reel.bookmarks if each.at == place.position and each.remark), ""):
        return f"◆ {remark}"
    following = next((each for each in course.marks if each.position > place.position), None)
    if following is None or place.hidden:
        return ""
    return f"next: {following.name} {scene.clock(following.happened)}"


def _passing(reel: Reel) -> Gap | None:
    """The gap in which the replay stands, or that lies just behind it."""
    course, place = reel.course, reel.place
    if place.seconds > course.screen_time(place.position):
        return course.gap(place.position)
    return course.gap(place.position - 1)


def scrub(scene: Scene, reel: Reel, width: int) -> Line:
    """The moment, the bar, and how many events are known of how many."""
    course, place = reel.course, reel.place
    when = f" {scene.clock(scene.now, seconds=True)} "
    whole = "" if place.hidden else f"/{course.length}"
    count = f" {place.position}{whole} {since(course, scene.now)} "
    room = max(width - width_of((Span(when), Span(count))) - 2, 1)
    return Line((Span(when), Span("▕", "dim"), *_joined(bar(reel, room)), Span("▏", "dim"), Span(count, "dim")))


def since(course: Course, now: datetime) -> str:
    """How long after the first event a moment lies: `+1:02:10`."""
    first = course.moment(0)
    return f"+{span(now - first)}" if first else ""


def bar(reel: Reel, width: int) -> list[_Cell]:
    """The cells of the bar, exactly `width` of them."""
    course, place = reel.course, reel.place
    here = _cell(course, place.seconds, width)
    counts = course.density(width)
    most = max(_LEAST, *counts)
    cells = [_density(count, most, reel, number <= here) for number, count in enumerate(counts)]
    for gap in course.gaps:
        if reel.shows(gap.position + 1):
            _write_gap(cells, course, gap, width)
    for bookmark in reel.bookmarks:
        if reel.shows(bookmark.at):
            cells[_cell(course, course.screen_time(bookmark.at), width)] = ("◆", "strong")
    for mark in reel.marks:
        if mark.name in LETTERS:
            cells[_cell(course, course.screen_time(mark.position), width)] = (LETTERS[mark.name], "strong")
    cells[here] = ("┃", "accent")
    return cells


def _density(count: int, most: int, reel: Reel, past: bool) -> _Cell:
    if not past and reel.place.hidden:
        return "·", "dim"
    block = _BLOCKS[-(-count * len(_BLOCKS) // most) - 1] if count else "·" if not past else "─"
    return block, "" if past else "dim"


def _write_gap(cells: list[_Cell], course: Course, gap: Gap, width: int) -> None:
    """How long a gap was, between its ends, where there is room; else a mark."""
    start = _cell(course, course.screen_time(gap.position), width) + 1
    end = _cell(course, course.screen_time(gap.position + 1), width)
    label = f"» {brief(gap.length)}"
    text = label if len(label) + 2 <= end - start else "»"
    if end > start:
        at = start + (end - start - len(text)) // 2
        cells[at : at + len(text)] = [(letter, "dim") for letter in text]


def _cell(course: Course, seconds: float, width: int) -> int:
    """The cell of the bar that holds a second of the screen."""
    return min(int(seconds / course.duration * width), width - 1) if course.duration else 0


def _joined(cells: list[_Cell]) -> list[Span]:
    """Neighbours of one role as one span."""
    spans: list[Span] = []
    for letter, role in cells:
        if spans and spans[-1].role == role:
            spans[-1] = Span(spans[-1].text + letter, role)
        else:
            spans.append(Span(letter, role))
    return spans


def stopped(reel: Reel) -> str:
    """What somebody reads when playing has come to either end of the course."""
    backwards = reel.place.rate < 0
    return "This is the beginning." if backwards else "This is the end. What becomes known later is read on."


def taking_over(incident: Incident, position: int) -> tuple[str, str]:
    """What somebody is asked who takes over, and what it means."""
    question = f"Take over: begin a drill as {incident.name} was known at entry {position}?"
    return question, "A drill of its own begins. Nothing in it reaches a real channel."


def called(call: Call) -> str:
    """What somebody reads who is paged in a live incident while they look at a replay."""
    return f"This is live: you are paged in {call.name} {one_line(call.title, 40)}. q lists the incidents."
