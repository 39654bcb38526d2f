"""What single steps ask: words for a decision or a message, an approval, a run, a value, time."""

from collections.abc import Awaitable, Callable

from warroom.domain import gates, parameters
from warroom.domain.checklist import StepState
from warroom.domain.moments import elapsed
from warroom.domain.org import Person
from warroom.domain.runbook import Parameter, fill, is_word, placeholders
from warroom.domain.steps import candidates
from warroom.domain.text import one_line
from warroom.tui.actions.base import Action, Desk, Option, may

NOWHERE = "Put the cursor on a step first."


def state(desk: Desk) -> StepState | None:
    """The step under the cursor."""
    return desk.scene.incident.checklist.find(desk.row)


def values(desk: Desk, found: StepState) -> dict[str, str]:
    """What the places in a step's texts stand for."""
    return desk.scene.incident.parameters.of(desk.scene.incident.checklist.run_of(found.id))


def filled(desk: Desk, found: StepState, text: str) -> str:
    """A text of a step with its places filled in."""
    return fill(text, values(desk, found))


def open_step(desk: Desk) -> str:
    """Why nothing can be done to the step under the cursor, "" = it is to do."""
    found = state(desk)
    if found is None:
        return NOWHERE
    return "" if found.outcome == "todo" else f"{found.id} is already {found.outcome}."


def held_up(desk: Desk, found: StepState) -> bool:
    """Whether ticking it will most likely be refused, so that the cursor stays; the rule has the last word."""
    incident = desk.scene.incident
    run = incident.checklist.run_of(found.id)
    if run is None or any(each.outcome == "todo" for each in run.children(found.id)):
        return True
    closed = gates.waits(found) and gates.blocking(run, found.id) is not None
    return closed or bool(gates.missing(incident, desk.scene.view.org, found))


# What ticking asks, by kind.


async def decide(desk: Desk, found: StepState) -> None:
    """A decision is ticked with its words."""
    if text := await desk.ask(f"Decision {found.id}", one_line(filled(desk, found, found.step.title)), long=True):
        _tick(desk, found, note=text)


async def inform(desk: Desk, found: StepState) -> None:
    """What is told opens as a draft; the sent words stand on record."""
    from warroom.domain import drafts

    draft = drafts.draft(desk.scene.incident, found, values(desk, found), desk.scene.now)
    told = ", ".join(found.step.inform) or "them"
    if text := await desk.ask(f"Tell {told}", "These words go on record; send them by your own channel.", draft, True):
        _tick(desk, found, note=text)


async def escalate(desk: Desk, found: StepState) -> None:
    """Somebody is called in: whom the step names; where that may be several, one of them."""
    people = candidates(desk.scene.view.org, found.step.to) if found.step.to else []
    if len(people) == 1 or (found.step.to and not people):
        _tick(desk, found)
        return
    whom = people or desk.scene.view.org.playbook.people
    options = [Option(each.name, one_line(each.full_name or each.name), one_line(_about(each))) for each in whom]
    if to := await desk.choose(f"Call in, {found.id}", options, "or type a name, or a rung"):
        _tick(desk, found, to=to)


def _about(person: Person) -> str:
    return " · ".join(filter(None, (person.team, ", ".join(person.expertise))))


ASKS: dict[str, Callable[[Desk, StepState], Awaitable[None]]] = {
    "decide": decide,
    "inform": inform,
    "escalate": escalate,
}


def _tick(desk: Desk, found: StepState, **given: str) -> None:
    desk.do("step.done", found.id, step=found.id, **given)
    if desk.row == found.id:
        desk.go("down")


# Gates, runs, values, time, words.


async def run(desk: Desk) -> None:
    """Run the step here. Where its last run got lost, a person says that it may run again."""
    found = state(desk)
    if found is None:
        return
    if desk.runs_here(found.id):
        desk.watch_run(found.id)
        return
    for parameter in _lacking(desk, found):
        if not await _fill(desk, parameter):
            return
    last = desk.scene.incident.automation.last(found.id)
    lost = last is not None and last.lost(desk.scene.database)
    if lost and not await desk.confirm(
        f"Run {found.id} again?", f"{last.by if last else ''} ran it, and what became of that is unknown."
    ):
        return
    desk.run_step(found.id, again=lost)


def _runs(desk: Desk) -> str:
    found = state(desk)
    if found is None:
        return NOWHERE
    if desk.runs_here(found.id):
        return ""
    why = may("step.run")(desk) or open_step(desk)
    if why or found.step.run:
        return why
    return f"{found.id} runs nothing." + (" y copies its command." if _command(found) else "")


def copy(desk: Desk) -> None:
    """Copy the step's command, filled in."""
    found = state(desk)
    if found is not None:
        known, command = values(desk, found), _command(found)
        odd = [name for name in placeholders(command) if not is_word(known.get(name, "x"))]
        open_ = [name for name in placeholders(command) if name not in known]
        desk.copy(fill(command, known), _warning(odd, open_))


def _warning(odd: list[str], open_: list[str]) -> str:
    """What to look at before a command is pasted into a shell."""
    told = [f"<{name}> is more than a word: read it before a shell does." for name in odd]
    return " ".join([*told, *(f"<{name}> is still to fill in." for name in open_)])


def _command(found: StepState) -> str:
    if found.step.command or found.step.run is None or found.step.run.tool != "command":
        return found.step.command
    return found.step.run.shown


def _copies(desk: Desk) -> str:
    found = state(desk)
    if found is None:
        return NOWHERE
    return "" if _command(found) else f"{found.id} has no command."


def show_command(desk: Desk) -> None:
    """Show the command alone, to be selected by hand where the clipboard cannot be reached."""
    from warroom.tui.present import step as steps_in_full

    found = state(desk)
    if found is not None:
        desk.read(f"{found.id} command", steps_in_full.plain(filled(desk, found, _command(found))))


async def approve(desk: Desk) -> None:
    """Approve a gate; or, having seen exactly what will run, somebody's dangerous run."""
    found = state(desk)
    if found is None:
        return
    asked = desk.scene.incident.automation.request(found.id)
    if asked and not asked.approved:
        what = f"{one_line(asked.what.shown)} — on {one_line(asked.host, 40)}, asked by {one_line(asked.by, 16)}."
        if not await desk.confirm(f"Approve the run of {found.id}?", what):
            return
    desk.do("step.approve", found.id, step=found.id)


def _approves(desk: Desk) -> str:
    found = state(desk)
    why = may("step.approve")(desk) or open_step(desk)
    if why or found is None:
        return why
    gate = found.step.gate is not None and found.step.gate.approvals > 0
    return "" if gate or desk.scene.incident.automation.request(found.id) else f"{found.id} asks for no approval."


async def override(desk: Desk) -> None:
    """Open a gate although something is missing."""
    step = desk.row
    if because := await desk.ask(f"Override the gate {step}", "Why does it not wait? This stands on record."):
        desk.do("step.override", step, step=step, because=because)


def _gated(desk: Desk) -> str:
    found = state(desk)
    why = may("step.override")(desk) or open_step(desk)
    return why or ("" if found and found.step.kind == "gate" else "Only a gate can be overridden.")


async def timebox(desk: Desk) -> None:
    """Give the step so much time."""
    found = state(desk)
    if found is None:
        return
    initial = elapsed(found.box.due - desk.scene.now) if found.box and found.box.due > desk.scene.now else ""
    hint = f"{initial} left; how long from now?" if initial else "How long? Such as 10m; empty: as long as it takes."
    text = await desk.ask(f"Time-box {found.id}", hint)
    if text is not None and (text.strip() or found.box):
        desk.do("step.timebox", found.id, step=found.id, span=text.strip())


def _timeboxes(desk: Desk) -> str:
    return may("step.timebox")(desk) or open_step(desk)


async def add(desk: Desk) -> None:
    """A step that the runbook does not have, behind the one under the cursor."""
    after = desk.row if state(desk) else ""
    if title := await desk.ask("Add a step", f"What is to do{f', after {after}' if after else ''}?"):
        desk.do("step.add", after, title=title, after=after)


def _adds(desk: Desk) -> str:
    return may("step.add")(desk) or ("" if desk.scene.incident.checklist.runs else "Attach a runbook first: B.")


async def fill_in(desk: Desk) -> None:
    """Fill in what the step under the cursor lacks, else any parameter."""
    found = state(desk)
    if found and (lacking := _lacking(desk, found)):
        for parameter in lacking:
            if not await _fill(desk, parameter):
                return
        return
    known = parameters.parameters(desk.scene.incident.checklist)
    options = [Option(each.name, f"<{each.name}>", one_line(_value(desk, each) or each.help)) for each in known]
    name = options[0].value if len(options) == 1 else await desk.choose("Fill in", options)
    if chosen := next((each for each in known if each.name == name), None):
        await _fill(desk, chosen)


async def _fill(desk: Desk, parameter: Parameter) -> bool:
    old = _value(desk, parameter)
    if parameter.choices:
        value = await desk.choose(f"<{parameter.name}>", [Option(each, one_line(each)) for each in parameter.choices])
    else:
        value = await desk.ask(f"<{parameter.name}>", one_line(parameter.help) or "What does it stand for?", old)
    if value and value != old:
        desk.do("runbook.fill", name=parameter.name, value=value)
    return bool(value)


def _value(desk: Desk, parameter: Parameter) -> str:
    return desk.scene.incident.parameters.get(parameter.name) or parameter.default


def _lacking(desk: Desk, found: StepState) -> list[Parameter]:
    """The parameters that a step's texts name and nobody has filled in."""
    run = desk.scene.incident.checklist.run_of(found.id)
    if run is None:
        return []
    names = parameters.used(run, found.id, values(desk, found))
    return [each for each in run.runbook.parameters if each.name in names]


def _fills(desk: Desk) -> str:
    none = not parameters.parameters(desk.scene.incident.checklist)
    return may("runbook.fill")(desk) or ("These runbooks have nothing to fill in." if none else "")


def explain(desk: Desk) -> None:
    """What the words of the step under the cursor mean."""
    from warroom.tui.present import step as steps_in_full

    if found := state(desk):
        step = found.step
        lines = steps_in_full.words(desk.scene, (step.title, step.detail, *(each.title for each in step.steps)))
        if lines:
            desk.read(f"Words of {found.id}", lines)
        else:
            desk.say("The glossary has none of these words.", found.id)


def _explains(desk: Desk) -> str:
    return "" if state(desk) else NOWHERE


KEYS = ("y", "Y", "r", "a", "x", "p", "w", "t")
"The keys that work while a step is read, too."


def _action(
    id: str, title: str, key: str, act: Callable[[Desk], Awaitable[None] | None], when: Callable[[Desk], str],
    command: str, footer: int = 0, short: str = "",
) -> Action:  # fmt: skip
    return Action(id, title, (key,), act, "checklist", when, command, footer, short)


ACTIONS = (
    _action("step.run", "Run the step here; watch its output", "r", run, _runs, "step INC run STEP", 15, "run"),
    _action(
        "step.approve", "Approve the gate, or a run", "a", approve, _approves, "step INC approve STEP", 12, "approve"
    ),
    _action("step.copy", "Copy the step's command", "y", copy, _copies, "", 25, "copy"),
    _action("step.command", "Show the command, to select it by hand", "Y", show_command, _copies, "show INC"),
    _action("step.timebox", "Give the step so much time", "t", timebox, _timeboxes, "step INC timebox STEP --span 10m"),
    _action("step.add", "Add a step behind this one", "i", add, _adds, "step INC add TITLE --after STEP"),
    _action("step.override", "Override the gate", "x", override, _gated, "step INC override STEP --because …"),
    _action("runbook.fill", "Fill in a <place>", "p", fill_in, _fills, "runbook INC fill NAME VALUE", 67, "fill in"),
    _action("step.words", "What the words mean", "w", explain, _explains, "glossary TERM"),
)
