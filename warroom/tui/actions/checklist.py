"""What can be done at the checklist: stepping through it. What its kinds and its runs ask lies in `actions/steps`."""

from collections.abc import Awaitable

from warroom.domain.text import one_line
from warroom.tui.actions import record, steps
from warroom.tui.actions.base import Action, Desk, Option, always, may
from warroom.tui.present.checklist import OFFER


def _todo(desk: Desk) -> str:
    return may("step.skip")(desk) or steps.open_step(desk)


def _finished(desk: Desk) -> str:
    state = steps.state(desk)
    if state is None:
        return steps.NOWHERE
    return may("step.reopen")(desk) or ("This step is still to do." if state.outcome == "todo" else "")


def _on_open_step(desk: Desk) -> str:
    return may("step.done")(desk) or _on_step(desk)


def _on_step(desk: Desk) -> str:
    return "" if steps.state(desk) else steps.NOWHERE


def _on_row(desk: Desk) -> str:
    return may("runbook.attach")(desk) if desk.row.startswith(OFFER) else _on_step(desk)


def done(desk: Desk) -> Awaitable[None] | None:
    """Tick the step under the cursor and go on to the next one; a kind that needs words asks for them first."""
    state = steps.state(desk)
    if state and state.outcome == "todo" and (asking := steps.ASKS.get(state.step.kind)):
        return asking(desk, state)
    desk.do("step.done", desk.row, step=desk.row)
    if state and state.outcome == "todo" and not desk.scene.fresh.problem and not steps.held_up(desk, state):
        desk.go("down")
    return None


def claim(desk: Desk) -> None:
    """Say that you are on it."""
    desk.do("step.claim", desk.row, step=desk.row)


async def skip(desk: Desk) -> None:
    """Leave it out, with a reason."""
    step = desk.row
    if because := await desk.ask(f"Skip {step}", "Why is it left out?"):
        desk.do("step.skip", step, step=step, because=because)


async def fail(desk: Desk) -> None:
    """It did not work."""
    step = desk.row
    if because := await desk.ask(f"{step} failed", "What was seen?"):
        desk.do("step.fail", step, step=step, because=because)


async def reopen(desk: Desk) -> None:
    """Do it again."""
    step = desk.row
    because = await desk.ask(f"Reopen {step}", "Why again? (may stay empty)")
    if because is not None:
        desk.do("step.reopen", step, step=step, because=because)


async def annotate(desk: Desk) -> None:
    """A note on the step under the cursor; on the incident where there is none."""
    step = desk.row
    if steps.state(desk) is None:
        await record.note(desk)
        return
    if text := await desk.ask(f"Note on {step}", long=True):
        desk.do("step.note", step, step=step, text=text)


def open_step(desk: Desk) -> None:
    """Read the whole step; attach a runbook that is offered."""
    if desk.row.startswith(OFFER):
        desk.do("runbook.attach", desk.row, runbook=desk.row.removeprefix(OFFER))
    if state := steps.state(desk):
        from warroom.tui.present.step import details

        title = f"{state.id} {one_line(steps.filled(desk, state, state.step.title))}"
        desk.read(title, details(desk.scene, state), steps.KEYS)


async def attach(desk: Desk) -> None:
    """Choose a runbook and attach it; those that fit this incident come first."""
    taken = {run.runbook.name for run in desk.scene.incident.checklist.runs}
    fitting = {name: why for name, why in desk.scene.offers if name not in taken}
    known = {book.name: (book.title, book.symptom) for book in desk.scene.view.runbooks}
    options = [
        Option(name, ("★ " if name in fitting else "") + one_line(title), one_line(fitting.get(name, symptom), 60))
        for name, (title, symptom) in sorted(known.items(), key=lambda item: _rank(item[0], fitting))
        if name not in taken
    ]
    name = await desk.choose("Attach a runbook", options, "or type its name, or a file")
    if name:
        desk.do("runbook.attach", runbook=name)


def _rank(name: str, fitting: dict[str, str]) -> tuple[int, str]:
    """What fits best comes first; the rest by name."""
    order = list(fitting)
    return (order.index(name) if name in fitting else len(order), name)


ACTIONS = (
    Action(
        "step.done", "Tick the step", ("space",), done, "checklist", _on_open_step, "step INC done STEP", 10, "done"
    ),
    Action("step.open", "Read the step", ("enter",), open_step, "checklist", _on_row, "show INC", 20, "open"),
    Action(
        "step.claim", "Claim the step, or give it back", ("c",), claim, "checklist", _todo,
        "step INC claim STEP", 40, "claim",
    ),
    Action(
        "step.note", "Note on the step", ("n",), annotate, "checklist", always, "step INC note STEP TEXT", 30, "note"
    ),
    Action("step.skip", "Skip the step", ("s",), skip, "checklist", _todo, "step INC skip STEP", 50, "skip"),
    Action("step.fail", "The step failed", ("f",), fail, "checklist", _todo, "step INC fail STEP", 55, "fail"),
    Action(
        "step.reopen", "Reopen the step", ("o",), reopen, "checklist", _finished, "step INC reopen STEP", 35, "reopen"
    ),
    *steps.ACTIONS,
    Action(
        "runbook.attach", "Attach a runbook", ("B",), attach, "", may("runbook.attach"),
        "runbook attach INC NAME", 60, "runbook",
    ),
)  # fmt: skip
