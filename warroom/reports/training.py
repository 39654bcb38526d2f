"""What drills say together, as documents: the trend of teams, and what was exercised."""

from collections.abc import Sequence

from warroom.domain.moments import span
from warroom.domain.trends import QUARTER, Covered, Played
from warroom.reports.document import Document, Section

_DAY = "%Y-%m-%d"


def trend_document(played: Sequence[Played]) -> Document:
    """Drills by team, oldest first."""
    teams = sorted({each.team for each in played})
    return Document("Drills over time", sections=tuple(_team(team, played) for team in teams))


def _team(team: str, played: Sequence[Played]) -> Section:
    rows = tuple(_played(each) for each in played if each.team == team)
    return Section(team or "no team", ("day", "drill", "title", "on time", "", "acknowledged", "contained"), rows)


def _played(each: Played) -> tuple[str, ...]:
    share = f"{each.on_time} of {each.judged}" if each.judged else "nothing expected"
    times = [span(time) if time is not None else "unknown" for time in (each.acknowledged, each.contained)]
    title = f"{each.title} (aborted)" if each.aborted else each.title
    return f"{each.day:{_DAY}}", each.name, title, share, bar(each.on_time, each.judged), *times


def bar(part: int, whole: int) -> str:
    """A share as ten signs, `#######...`; nothing where there is no whole."""
    return "" if not whole else "#" * round(10 * part / whole) + "." * (10 - round(10 * part / whole))


def coverage_document(covered: Sequence[Covered]) -> Document:
    """What was exercised in the last quarter, and what was not; what never was at all comes first."""
    subjects = {"rung": "Rungs", "runbook": "Runbooks", "role": "Roles"}
    about = tuple((title.lower(), _share(covered, subject)) for subject, title in subjects.items())
    sections = tuple(_subject(title, [each for each in covered if each.subject == s]) for s, title in subjects.items())
    return Document(f"What drills exercised in the last {QUARTER.days} days", about, sections=sections)


def _share(covered: Sequence[Covered], subject: str) -> str:
    mine = [each for each in covered if each.subject == subject]
    return f"{sum(each.times > 0 for each in mine)} of {len(mine)}"


def _subject(title: str, mine: list[Covered]) -> Section:
    ordered = sorted(mine, key=lambda each: (each.last is not None, each.times))
    rows = tuple(
        (each.name, str(each.times) if each.times else "–", f"{each.last:{_DAY}}" if each.last else "never")
        for each in ordered
    )
    return Section(title, ("name", "times", "last"), rows, empty="The playbook has none.")
