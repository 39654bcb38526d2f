"""What a terminal can do, as far as it says so, and what is wrong with that; and the form of all such findings.

Measuring is done elsewhere: what comes in here are plain facts, so that every judgement can be provoked by hand.
"""

from typing import Literal

import msgspec

Level = Literal["fine", "doubtful", "bad"]


class Check(msgspec.Struct, frozen=True):
    """One thing that was looked at. `says`: it as a sentence; `fix`: what to do, as one sentence, "" = nothing."""

    about: str
    level: Level
    says: str
    fix: str = ""


class Terminal(msgspec.Struct, frozen=True):
    """What was measured of a terminal.

    `columns`, `rows`: 0 where there is none. `encoding`: of its output, in lower case. `above`: the names of the
    programs above this one, the nearest first. Texts are "" where the environment does not have them.
    """

    columns: int = 0
    rows: int = 0
    term: str = ""
    colorterm: str = ""
    encoding: str = ""
    no_color: bool = False
    tmux: bool = False
    screen: bool = False
    ssh: bool = False
    above: tuple[str, ...] = ()


SMALLEST = (20, 6)
PANES = (60, 20)
"Below this the console shows one pane at a time."

_PLAIN = ("linux", "vt", "ansi", "cons", "dumb")
"Terminals without a mouse, and without a mark around what is pasted."

_TRUE = ("truecolor", "24bit")


def terminal(found: Terminal) -> tuple[Check, ...]:
    """Everything that is to be said of a terminal."""
    if not found.columns:
        says = "Standard output is no terminal, so the console cannot open here."
        return (Check("size", "bad", says, "Log in with a terminal: ssh -t HOST warroom."),)
    checks = (_size(found), _term(found), _colours(found), _letters(found), _input(found), _between(found), _far(found))
    return tuple(each for each in checks if each)


def _size(found: Terminal) -> Check:
    size = f"{found.columns}x{found.rows}"
    if found.columns < SMALLEST[0] or found.rows < SMALLEST[1]:
        return Check("size", "bad", f"{size} is too small for the console.", "Make it 80x24 or more.")
    if found.columns < PANES[0] or found.rows < PANES[1]:
        says = f"At {size} the console shows one pane at a time."
        return Check("size", "doubtful", says, "Make it 80x24 or more, or go on with the keys 1 to 5.")
    return Check("size", "fine", f"{size}.")


def _term(found: Terminal) -> Check | None:
    if found.term in ("", "dumb"):
        says = f"TERM is {found.term or 'not set'}: nothing is known of this terminal."
        return Check("TERM", "bad", says, "Set it to what the terminal is: export TERM=xterm-256color.")
    return None


def colours(found: Terminal) -> int:
    """How many colours a terminal says it has: 0, 8, 16, 256, or 2**24."""
    if found.no_color or found.term in ("", "dumb", "vt100", "vt220"):
        return 0
    if found.colorterm.lower() in _TRUE or found.term.endswith("-direct"):
        return 2**24
    if "256color" in found.term:
        return 256
    return 8 if found.term.startswith(("linux", "ansi", "screen")) else 16


def _colours(found: Terminal) -> Check:
    many = colours(found)
    if found.no_color:
        return Check("colours", "doubtful", "NO_COLOR is set, so there are none.", "Unset it: unset NO_COLOR.")
    if many >= 256:
        return Check("colours", "fine", "Every colour." if many > 256 else "256 colours.")
    says = f"TERM={found.term} promises {many or 'no'} colours."
    return Check("colours", "doubtful", says, "Set TERM to one with -256color, or use the theme high-contrast.")


def _letters(found: Terminal) -> Check:
    if found.encoding.replace("-", "") == "utf8":
        return Check("letters", "fine", "UTF-8.")
    says = f"The locale's encoding is {found.encoding or 'not known'}, so lines and signs come out wrong."
    return Check("letters", "doubtful", says, "Set a UTF-8 locale (export LC_ALL=C.UTF-8), or use --ascii.")


def _input(found: Terminal) -> Check:
    if found.term.startswith(_PLAIN):
        says = f"TERM={found.term} has no mouse and does not mark what is pasted, so pasted letters act as keys."
        return Check(
            "mouse and paste", "doubtful", says, "Paste nothing into the console; keep files: warroom evidence."
        )
    return Check("mouse and paste", "fine", "A mouse, and pasting in one piece.")


def _between(found: Terminal) -> Check | None:
    """What stands between this program and the terminal."""
    if "mosh-server" in found.above:
        says = "Mosh stands between: it shows the last state only, and passes no long copies on."
        return Check("between", "doubtful", says, "Copy less than a screenful at once, or use ssh.")
    if found.screen:
        says = "GNU screen stands between: it passes neither every colour nor copies to the clipboard on."
        return Check("between", "doubtful", says, "Use tmux instead.")
    if found.tmux and not found.term.startswith(("tmux", "screen")):
        says = f"Inside tmux TERM is {found.term}, which tmux does not speak."
        return Check("between", "doubtful", says, 'Put into tmux.conf: set -g default-terminal "tmux-256color".')
    return Check("between", "fine", "tmux stands between.") if found.tmux else None


def _far(found: Terminal) -> Check | None:
    says = "Over SSH: what is copied goes to the near side by the terminal."
    return Check("SSH", "fine", says) if found.ssh else None
