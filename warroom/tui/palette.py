"""The command palette: every action that is on now, with its key and its command line."""

from functools import partial

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from warroom.tui.actions.base import Action, key_name
from warroom.tui.screens.panes import Panes


class Actions(Provider):
    """The actions of the screen beneath the palette."""

    async def discover(self) -> Hits:
        """Everything that is on."""
        for action in self._on():
            yield DiscoveryHit(Content(_text(action)), partial(self._do, action), action.title, _help(action))

    async def search(self, query: str) -> Hits:
        """What matches the letters typed."""
        matcher = self.matcher(query)
        for action in self._on():
            score = matcher.match(f"{action.title} {action.command}")
            if score > 0:
                yield Hit(score, Content(_text(action)), partial(self._do, action), action.title, _help(action))

    def _on(self) -> list[Action]:
        desk = self.screen
        if not isinstance(desk, Panes):
            return []
        return [each for each in desk.actions if each.pane in ("", desk.pane) and not each.when(desk)]

    def _do(self, action: Action) -> None:
        if isinstance(self.screen, Panes):
            self.screen.carry_out(action)


def _text(action: Action) -> str:
    return f"{action.title}  ({' '.join(map(key_name, action.keys))})"


def _help(action: Action) -> str:
    return f"warroom {action.command}" if action.command else "moves about"
