"""Typing ahead: what is typed while a dialog is on its way is for the dialog, in order and in full.

Between the key that calls for a dialog and the moment its field has the focus, the framework gives keys to whatever
stands there, or to nobody. An incident is no time to wait for a program, so they are held back and handed over.
"""

import asyncio

from textual.app import App
from textual.events import Event, Key, Paste
from textual.screen import ModalScreen

_ENDING = ("enter", "escape", "f2", "f10", "ctrl+s", "y", "n")
_PATIENCE, _QUIET = 2000, 12


class TypeAhead(App[None]):
    """An app that can hold keys and pastes back."""

    def __init__(self) -> None:
        super().__init__()
        self.holding = False
        self._again = False
        self._turn = asyncio.Lock()
        self._handing: asyncio.Task[None] | None = None
        self._early: list[Key | Paste] = []
        self._late: list[Key | Paste] = []

    def hold(self) -> None:
        """From now on, nothing that is typed is acted on."""
        self.holding = True
        self._again = True

    def keep(self, event: Key | Paste) -> None:
        """Hold back also what had already been given to a screen."""
        self._early.append(Key(event.key, event.character) if isinstance(event, Key) else Paste(event.text))

    def release(self) -> None:
        """A field has the focus, or none will have it: act on what was held back, before anything newer."""
        if self.holding:
            self._again = False
            self._handing = asyncio.create_task(self._hand_over())

    async def on_event(self, event: Event) -> None:
        """Every event of the app comes through here."""
        typed = isinstance(event, Key | Paste) and not event.is_forwarded
        if typed and self.holding:
            self._late.append(event)  # type: ignore[arg-type]
            return
        await super().on_event(event)
        if typed and self._may_end(event):
            self.holding, self._again = True, False
            self._handing = asyncio.create_task(self._hand_over(settle=True))

    async def _hand_over(self, settle: bool = False) -> None:
        """In a task of its own: a key's binding only acts once the key has come back to the app."""
        async with self._turn:
            if settle:
                await self._settle()
            while not self._again and (held := self._early or self._late):
                event = held.pop(0)
                await super().on_event(event)
                if self._may_end(event):
                    await self._settle()
            if not self._again:  # else the key ended its dialog, and the rest waits for the next one
                self.holding = False

    def _may_end(self, event: Event) -> bool:
        """Whether an event may end the dialog that stands here."""
        return isinstance(event, Key) and event.key in _ENDING and isinstance(self.screen, ModalScreen)

    async def _settle(self) -> None:
        """Wait until the field, what lies around it, and the app have dealt with all that they were given."""
        quiet = 0
        for _ in range(_PATIENCE):
            await asyncio.sleep(0)
            around = self.focused.ancestors_with_self if self.focused else [self.screen, self]
            quiet = 0 if any(node.message_queue_size for node in around) else quiet + 1
            if quiet == _QUIET:
                return


def ahead(app: App[object]) -> TypeAhead:
    """The app of a screen, as one that can hold keys back."""
    assert isinstance(app, TypeAhead)
    return app
