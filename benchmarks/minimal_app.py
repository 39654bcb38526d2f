"""The smallest Textual program: one Static. What it costs to start is what Textual itself costs."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class MinimalApp(App[None]):
    """Shows one word."""

    def compose(self) -> ComposeResult:
        """The word by which the benchmark knows that the first frame is there."""
        yield Static("READY")


if __name__ == "__main__":
    MinimalApp().run()
