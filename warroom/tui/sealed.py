"""What the framework could do to the machine that it runs on, switched off: text of others may hold links and actions.

On a bastion a browser, a stopped process or a file would be the way out of the console.
"""

from textual.app import App


class Sealed(App[None]):
    """An app that opens no address, stops no process and writes no picture of itself."""

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """An address is shown, and can be copied; no program opens it."""

    def action_suspend_process(self) -> None:
        """The console stays in front."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """No file is written."""
