"""The console: themes and wiring. What it does lies in `actions`, what it shows in `present`."""

import contextlib
import gc
import os
from datetime import UTC, tzinfo
from functools import partial
from zoneinfo import ZoneInfo

import msgspec
from textual.command import Provider
from textual.filter import ANSIToTruecolor, LineFilter
from textual.message import Message
from textual.screen import Screen

from warroom.bootstrap import adapters, open_runner, shelf
from warroom.domain.replay import Place
from warroom.room.replay import Replay
from warroom.room.room import Room
from warroom.room.spool import Spool
from warroom.settings import Settings, state_path
from warroom.tui import guard
from warroom.tui.engine import Keeper
from warroom.tui.link import Link
from warroom.tui.messages import Left, Opened, Replayed
from warroom.tui.modals.frame import Dialog
from warroom.tui.safety import filters, guard_pastes
from warroom.tui.screens.home import HomeScreen
from warroom.tui.screens.incident import IncidentScreen
from warroom.tui.screens.panes import Panes
from warroom.tui.sealed import Sealed
from warroom.tui.themes import PALETTES, THEMES
from warroom.tui.typeahead import TypeAhead


def _commands() -> type[Provider]:
    from warroom.tui.palette import Actions

    return Actions


class Console(Sealed, TypeAhead):
    """One terminal in the room. `incident` None: the list of incidents first; `place`: where its replay begins."""

    CSS_PATH = "styles/console.tcss"
    COMMANDS = {_commands}  # noqa: RUF012
    TITLE = "warroom"
    COMMAND_PALETTE_BINDING = "f9"

    def __init__(
        self, room: Room, incident: str | None, settings: Settings, hint: str = "", place: Place | None = None
    ) -> None:
        super().__init__()
        self.room = room
        self.settings = settings
        self._hint = hint
        self._incident = incident
        self._place = place
        self.crash: Exception | None = None
        self.keeper = Keeper(room, settings, adapters)
        palette = PALETTES[settings.theme]
        self.palette = palette.colourless() if os.environ.get("NO_COLOR") else palette
        for theme in THEMES.values():
            self.register_theme(theme)
        self.theme = f"warroom-{settings.theme}"
        self.set_class(settings.ascii, "ascii")

    def get_default_screen(self) -> Screen[None]:
        """Straight to the incident, so that the first frame shows it."""
        screen = self._screen(self._incident)
        # The framework leaves this out for its first screen alone, and then cannot switch away from it.
        screen._push_result_callback(screen, None)
        return screen

    def _screen(self, incident: str | None) -> Screen[None]:
        if incident is None:
            return HomeScreen(self.room)
        if self._place is not None:
            place, self._place = self._place, None
            return self._replay(incident, Replay(self.room.store, incident), place)

        def post(message: Message) -> None:
            """From the link's threads, to this screen and no other, wherever dialogs lie above it."""
            with contextlib.suppress(Exception):
                screen.post_message(message)

        log_id = self.room.feed(incident).state.log_id
        spool = Spool(state_path() / "spool", log_id, self.room.actor.person)
        link = Link(
            self.room, incident, post, spool, partial(open_runner, self.settings), partial(shelf, self.settings)
        )
        screen = IncidentScreen(link, self.room.actor.person, self._zone(), self._hint)
        screen.kiosk = self.settings.kiosk
        self._hint = ""
        return screen

    def _replay(self, incident: str, replay: Replay, place: Place) -> Screen[None]:
        """The incident at a place of its course; `place` stands still until the database's time now."""
        from warroom.tui.player import Player
        from warroom.tui.reel import at_position
        from warroom.tui.screens.replay import ReplayScreen

        def post(message: Message) -> None:
            with contextlib.suppress(Exception):
                screen.post_message(message)

        player = Player(self.room, incident, replay, post)
        start = at_position(msgspec.structs.replace(place, since=player.now()), player.course, place.position)
        hint, self._hint = self._hint or "space plays, . steps, ] goes to the next milestone, ? shows all keys.", ""
        screen = ReplayScreen(player, self.room.actor.person, self._zone(), start, hint)
        return screen

    def _zone(self) -> tzinfo:
        org = self.room.feed(None).state.org
        try:
            return ZoneInfo(org.zone(self.room.actor.person))
        except (KeyError, ValueError, OSError):
            return UTC

    def get_line_filters(self) -> list[LineFilter]:
        """Whatever is drawn, by whichever widget, passes here last.

        Nothing here uses the terminal's own sixteen colours, so the filter that translates them would only cost.
        """
        own = (each for each in super().get_line_filters() if not isinstance(each, ANSIToTruecolor))
        return [*own, *filters(self.settings.ascii)]

    def on_mount(self) -> None:
        """After the first frame, let the collector forget what start-up made."""
        if not self.is_headless:
            guard.install(self)
            self.call_after_refresh(self.keeper.start)
        self.call_after_refresh(_freeze)

    def _fatal_error(self) -> None:
        """The framework would print a traceback with the values of its variables: addresses, others' text."""
        self.crash = self._exception
        self._close_messages_no_wait()

    async def action_quit(self) -> None:
        """^q leaves a dialog first, as Esc does: what was written in it is kept as a draft."""
        if isinstance(self.screen, Dialog):
            self.screen.leave()
        else:
            self.exit()

    def on_left(self, message: Left) -> None:
        """Elsewhere."""
        match message.where:
            case "quit":
                self.exit()
            case "help":
                self._help()
                self.release()
            case "palette":
                self.action_command_palette()
                self.screen.call_after_refresh(self.release)
            case "oncall":
                self._rosters()
            case "home":
                self.switch_screen(HomeScreen(self.room))
                self.release()

    def on_opened(self, message: Opened) -> None:
        """Into an incident."""
        self.switch_screen(self._screen(message.incident))

    def on_replayed(self, message: Replayed) -> None:
        """Into a replay, from its beginning."""
        self.switch_screen(self._replay(message.incident, message.replay, Place()))

    def _rosters(self) -> None:
        """Over the screen that asked, in its time: a demo's calendar is that of its day."""
        from warroom.tui.screens.oncall import OnCallScreen

        below = self.screen
        now = (lambda: below.scene.now) if isinstance(below, Panes) else None
        screen = OnCallScreen(self.room, now)
        self.push_screen(screen, lambda _: self.release())
        screen.call_after_refresh(self.release)

    def bell(self) -> None:
        """Ring, unless the person wants it quiet."""
        if self.settings.bell:
            super().bell()

    def _help(self) -> None:
        from warroom.tui.modals.reader import Reader
        from warroom.tui.present.help import page

        below = self.screen
        keys = page(below.pane, below.shown) if isinstance(below, Panes) else page("checklist")
        self.push_screen(Reader("Keys", keys))


def _freeze() -> None:
    gc.collect()
    gc.freeze()
    gc.enable()


class Crashed(Exception):
    """The console fell over. Its cause is for the file that the front end keeps, never for the screen."""


def run(room: Room, incident: str | None, settings: Settings, hint: str = "", place: Place | None = None) -> int:
    """Run the console until the person leaves; the exit code. `hint`: a sentence shown until the first key.

    `place`: replay the incident from there, instead of joining it.
    """
    gc.disable()
    guard.accept_any_bytes()
    console = Console(room, incident, settings, hint, place)
    guard_pastes()
    try:
        console.run(mouse=settings.mouse)
    finally:
        console.keeper.stop()
    if console.crash is not None:
        raise Crashed("the console fell over") from console.crash
    return console.return_code or 0
