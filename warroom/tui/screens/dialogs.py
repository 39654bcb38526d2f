"""The part of a desk that asks: dialogs over a screen, one at a time, with what was typed ahead kept for them."""

from collections.abc import Awaitable, Sequence
from typing import TypeVar

from textual.screen import Screen

from warroom.tui.actions.base import Option, Wrong, nothing_wrong
from warroom.tui.modals.frame import Dialog
from warroom.tui.present.cells import Line
from warroom.tui.typeahead import ahead

T = TypeVar("T")


class Dialogs(Screen[None]):
    """A screen that can ask. `about`: what its drafts belong to."""

    about = ""

    async def ask(
        self, title: str, hint: str = "", initial: str = "", long: bool = False, wrong: Wrong = nothing_wrong
    ) -> str | None:
        """A text, on one line or several."""
        from warroom.tui.modals.ask import ask

        return await ask(self._show, title, hint, initial, long, self.about, wrong)

    async def choose(self, title: str, options: Sequence[Option], hint: str = "") -> str | None:
        """One of several."""
        from warroom.tui.modals.choose import Choose

        return await self._show(Choose(title, options, hint))

    async def confirm(self, question: str, warning: str = "") -> bool:
        """Yes or no."""
        from warroom.tui.modals.confirm import Confirm

        return await self._show(Confirm(question, warning))

    async def _show(self, dialog: Dialog[T]) -> T:
        """Show a dialog; keys that are typed before it stands, or before the next one does, are for them."""
        answer = await self.app.push_screen_wait(dialog)
        ahead(self.app).hold()
        return answer

    def read(self, title: str, lines: Sequence[Line], keys: Sequence[str] = ()) -> None:
        """Lines to read. A key among `keys` closes it and then means what it means here."""
        from warroom.tui.modals.reader import Reader

        ahead(self.app).hold()
        self.app.push_screen(Reader(title, lines, keys), self.press)

    def press(self, key: str | None) -> None:
        """A key that was pressed over this screen, None = none."""

    def _begin(self, work: Awaitable[None]) -> None:
        """Start what asks the person something; until it does, keys wait."""
        ahead(self.app).hold()
        self.run_worker(self._finish(work), exit_on_error=True)

    async def _finish(self, result: Awaitable[None]) -> None:
        try:
            await result
        finally:
            ahead(self.app).release()
