"""What a verb has at hand: the settings, the way out, and the room, opened when it is first asked for."""

from typing import TYPE_CHECKING

from warroom.cli.fronts import Fronts
from warroom.cli.out import Out
from warroom.domain.errors import Refused
from warroom.settings import Settings

if TYPE_CHECKING:
    from warroom.domain.org import Org
    from warroom.room.room import Room

_WAITING = (("active", "contained"), ("resolved",))


class Session:
    """One run of the command line. `db`: the database that the words themselves named, "" = none."""

    def __init__(self, settings: Settings, out: Out, fronts: Fronts, db: str = "") -> None:
        self.settings = settings
        self.out = out
        self.fronts = fronts
        self.console = fronts.console
        self.replay = fronts.replay
        self.serve = fronts.serve
        self.unit = fronts.unit
        self.db = db
        self._room: Room | None = None

    def room(self, create: bool = False) -> "Room":
        """The room. `create`: make the database where there is none; otherwise that is refused."""
        if self._room is None:
            from warroom.bootstrap import open_room

            self._room = open_room(self.settings, create)
        return self._room

    def org(self) -> "Org":
        """The organisation in force; where there is no database yet, the built-in one."""
        from warroom.bootstrap import Missing, open_store
        from warroom.domain.org import Org
        from warroom.room.feed import Feed

        try:
            store = open_store(self.settings.db, create=False)
        except Missing:
            return Org()
        return Feed(store, None).state.org

    def incident(self, given: str | None) -> str:
        """The UUID of the incident that was named, or of the only one that waits for somebody; it says which."""
        if given is not None:
            return self.room().find(given)
        known = self.room().store.summaries()
        for states in _WAITING:
            if waiting := [row for row in known if row.status in states]:
                break
        else:
            raise Refused("No incident is open.", hint='Name one, or declare one: warroom declare "what fails"')
        if len(waiting) > 1:
            names = ", ".join(f"INC-{row.number}" for row in waiting[:5]) + (", …" if len(waiting) > 5 else "")
            raise Refused(f"{len(waiting)} incidents are {waiting[0].status}: {names}.", hint="Say which one is meant.")
        self.out.say(f"INC-{waiting[0].number}: {waiting[0].title}")
        return self.room().find(str(waiting[0].number))
