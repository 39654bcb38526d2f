"""Messages between screens and the app."""

from textual.message import Message


class Left(Message):
    """The person wants to be somewhere else: `home`, `oncall`, `help`, `palette`, `quit`."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


class Opened(Message):
    """An incident was chosen on the home screen."""

    def __init__(self, incident: str) -> None:
        super().__init__()
        self.incident = incident
