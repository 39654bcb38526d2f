"""What can be done at the checklist."""

from warroom.domain.checklist import StepState
from warroom.domain.text import one_line
from warroom.tui.actions import record
from warroom.tui.actions.base import Action, Desk, Option, always, may
from warroom.tui.present import checklist


def _state(desk: Desk) -> StepState | None:
    return desk.scene.incident.checklist.find(desk.row)


def _todo(desk: Desk) -> str:
    state = _state(desk)
    if state is None:
        return "Put the cursor on a step first."
    return may("step.skip")(desk) or ("" if state.outcome == "todo" else f"{state.id} is already {state.outcome}.")


def _finished(desk: Desk) -> str:
    state = _state(desk)
    if state is None:
        return "Put the cursor on a step first."
    return may("step.reopen")(desk) or ("This step is still to do." if state.outcome == "todo" else "")


def _on_open_step(desk: Desk) -> str:
    return may("step.done")(desk) or _on_step(desk)


def _on_step(desk: Desk) -> str:
    return "" if _state(desk) else "Put the cursor on a step first."


def done(desk: Desk) -> None:
    """Tick the step under the cursor and go on to the next one."""
    state = _state(desk)
    desk.do("step.done", desk.row, step=desk.row)
    if state and state.outcome == "todo" and not desk.scene.fresh.problem:
        desk.go("down")


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
    if _state(desk) is None:
        await record.note(desk)
        return
    if text := await desk.ask(f"Note on {step}", long=True):
        desk.do("step.note", step, step=step, text=text)


def open_step(desk: Desk) -> None:
    """Read the whole step."""
    if state := _state(desk):
        desk.read(f"{state.id} {one_line(state.step.title)}", checklist.details(desk.scene, state))


async def attach(desk: Desk) -> None:
    """Choose a runbook of the playbook and attach it."""
    taken = {run.runbook.name for run in desk.scene.incident.checklist.runs}
    books = [book for book in desk.scene.view.org.playbook.runbooks if book.name not in taken]
    options = [Option(book.name, one_line(book.title), one_line(book.symptom, 60)) for book in books]
    name = await desk.choose("Attach a runbook", options, "or type its name, or a YAML file")
    if name:
        desk.do("runbook.attach", runbook=name)


ACTIONS = (
    Action(
        "step.done", "Tick the step", ("space",), done, "checklist", _on_open_step, "step INC done STEP", 10, "done"
    ),
    Action("step.open", "Read the step", ("enter",), open_step, "checklist", _on_step, "show INC", 20, "open"),
    Action(
        "step.claim",
        "Claim the step, or give it back",
        ("c",),
        claim,
        "checklist",
        _todo,
        "step INC claim STEP",
        40,
        "claim",
    ),
    Action(
        "step.note", "Note on the step", ("n",), annotate, "checklist", always, "step INC note STEP TEXT", 30, "note"
    ),
    Action("step.skip", "Skip the step", ("s",), skip, "checklist", _todo, "step INC skip STEP", 50, "skip"),
    Action("step.fail", "The step failed", ("f",), fail, "checklist", _todo, "step INC fail STEP", 55, "fail"),
    Action(
        "step.reopen", "Reopen the step", ("o",), reopen, "checklist", _finished, "step INC reopen STEP", 35, "reopen"
    ),
    Action(
        "runbook.attach",
        "Attach a runbook",
        ("B",),
        attach,
        "",
        may("runbook.attach"),
        "runbook attach INC NAME",
        60,
        "runbook",
    ),
)
