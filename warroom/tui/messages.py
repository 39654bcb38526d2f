"""Messages between screens and the app."""

from textual.message import Message

from warroom.room.replay import Replay


class Left(Message):
    """The person wants to be somewhere else: `home`, `oncall`, `help`, `palette`, `quit`."""

    def __init__(self, where: str) -> None:
        super().__init__()
        self.where = where


class Replayed(Message):
    """An incident was chosen to be replayed."""

    def __init__(self, incident: str, replay: Replay) -> None:
        super().__init__()
        self.incident = incident
        self.replay = replay


class Opened(Message):
    """An incident was chosen on the home screen."""

    def __init__(self, incident: str) -> None:
        super().__init__()
        self.incident = incident
