"""Pane 2: who holds which role, what is offered, where the ladder stands, and who else is here."""

from warroom.domain.roles import COMMANDER, ROLES, Role
from warroom.domain.text import one_line
from warroom.tui.present import escalation
from warroom.tui.present.cells import BLANK, Line, Span, heading, line
from warroom.tui.scene import Scene


def pane(scene: Scene, width: int = 26) -> list[Line]:
    """The lines of the pane, `width` columns wide.

    The roles are its rows (`role:deputy`), an expert each one (`role:expert:cy`).
    """
    lines: list[Line] = []
    for role in ROLES:
        lines += _role(scene, role)
    lines += escalation.pane(scene, width)
    others = [each for each in scene.view.people if not scene.incident.roles.of(each.person)]
    if others:
        lines += [BLANK, heading("Also here")]
        for each in others:
            idle = (Span(f"idle {each.idle}m", "dim"),) if each.idle else ()
            lines.append(line(Span(one_line(each.person, 20), "dim" if each.fading else ""), right=idle))
    return lines


def _role(scene: Scene, role: Role) -> list[Line]:
    roles = scene.incident.roles
    held = [each for each in roles.held if each.role == role.id]
    offers = [each for each in roles.offers if each.role == role.id]
    # Nobody's presence is in the log, so a replay cannot say who was away.
    here = {each.person for each in held if scene.fresh.word == "REPLAY"} | {each.person for each in scene.view.people}
    lines = []
    for each in held:
        gone = each.person not in here
        spans = [Span(f"{role.short:<8}", "dim"), Span(one_line(each.person, 14), "" if gone else "strong")]
        if each.subject:
            spans.append(Span(f" {one_line(each.subject, 14)}", "dim"))
        away = (Span("away ", "warn"),) if gone else ()
        key = f"role:{role.id}" + (f":{each.person}" if role.several else "")
        lines.append(line(*spans, right=(*away, Span(scene.clock(each.since), "dim")), key=key))
    for offer in offers:
        mine = offer.to == scene.me
        text = "offered to you" if mine else f"offered to {one_line(offer.to, 14)}"
        lines.append(line(Span(f"{role.short:<8}", "dim"), Span(text, "accent" if mine else ""),
                          key=f"role:{role.id}:offer:{offer.to}"))  # fmt: skip
    if not lines:
        wanted = role.id in scene.incident.severity.now.roles and scene.incident.clock.status == "active"
        empty = Span("— open —", "accent" if wanted and role.id == COMMANDER else "warn" if wanted else "dim")
        lines.append(line(Span(f"{role.short:<8}", "dim"), empty,
                          right=(Span("needed", "warn"),) if wanted else (), key=f"role:{role.id}"))  # fmt: skip
    return lines
