"""A past incident in the console it was run in, at any moment of it; read only. Wiring: where keys lead is `reel`'s."""

from datetime import tzinfo

from msgspec.structs import replace

from warroom.domain.errors import Refused
from warroom.domain.moments import moment
from warroom.domain.replay import Place
from warroom.domain.takeover import check_position
from warroom.room.calls import Call
from warroom.tui.actions.replay import ALL, OFFERED, REFUSAL
from warroom.tui.board import Board
from warroom.tui.messages import Opened
from warroom.tui.player import Around, Branched, Found, Grown, Player, Sought, Told
from warroom.tui.present.replay import called, stopped, taking_over
from warroom.tui.reel import Reel, With, at_position, moved, turned, typed
from warroom.tui.scene import Freshness, Scene, View
from warroom.tui.screens.panes import Panes

_TICK = 0.2


class ReplayScreen(Panes):
    """The panes over a replay. Until its first own move a console follows whoever leads, or comes to lead."""

    actions = ALL
    shown = OFFERED
    refusal = REFUSAL

    def __init__(self, player: Player, me: str, zone: tzinfo, place: Place, hint: str = "") -> None:
        """`place`: where it begins, at the database's time now."""
        first = player.first(place)
        assert first.state.incident is not None
        super().__init__(View(first.state.incident, first.state.org), me, zone, hint)
        self.board = Board(replay=True)
        self.player = player
        self._place = place
        self._later = first.later
        self._around = Around(None, player.bookmarks)
        self._follows = True
        self._leads = False
        self._words = ""
        self._wanted_place = place.position
        self._rung_for: set[str] = set()

    def on_mount(self) -> None:
        """Show where it begins, and follow whoever leads."""
        self.fold_panes()
        self.board.pane("checklist").select(self.view.incident.checklist.following)
        self.player.start()
        self.set_interval(_TICK, self._tick)

    def on_unmount(self) -> None:
        """Let go; correctness does not depend on it."""
        self.player.stop()

    # What is shown.

    @property
    def reel(self) -> Reel:
        """Where the replay stands at this moment."""
        place = self._place.now(self.player.course, self.player.now())
        place = replace(place, position=max(place.position, 1))
        led = self._around.led
        shown = sum(number <= self.view.incident.seq for number in self._later)
        leader = led.person if led else ""
        return Reel(
            self.player.course, place, self._around.bookmarks, leader, self._company, shown, self._around.problem
        )

    @property
    def scene(self) -> Scene:
        """What is shown now: the panes as they were worked out last, and the time of the place."""
        return self._scene(self.reel)

    def _scene(self, reel: Reel) -> Scene:
        now = reel.course.moment_at_screen(reel.place.seconds) or moment(self.player.now())
        return Scene(
            self.view,
            self.me,
            now,
            self._shown_zone,
            Freshness("REPLAY"),
            self._noticed,
            selected=self._selected,
            window=self._window,
            wanted=self._wanted,
            offers=self._fitting.offers(self.view),
            real=self.view.incident.clock.database(now),
            unknown=self._later,
        )

    @property
    def _company(self) -> With:
        led = self._around.led
        if self._leads:
            return "leading"
        if led is None:
            return "alone"
        if led.gone:
            return "lost"
        return "following" if self._follows else "roaming"

    def paint(self) -> None:
        """Show the scene as it is now."""
        super().paint()
        self._paint_reel(self.reel)

    def _paint_reel(self, reel: Reel) -> None:
        self.board.paint_reel(self._scene(reel), reel)

    def _tick(self) -> None:
        """Play on. What stands at a new position is worked out beside."""
        if self._place.playing:
            reel = self.reel
            self._place = reel.place
            self._seek()
            self.board.paint_clock(self._scene(reel))
            self._paint_reel(reel)
            if not reel.place.playing:
                self._tell_stopped(reel)

    def _tell_stopped(self, reel: Reel) -> None:
        """Playing came to an end of the course. Whoever leads holds the others there too: theirs may be longer."""
        self.say(stopped(reel))
        if self._leads:
            self.player.lead(reel.place)

    def _seek(self) -> None:
        if self._place.position != self._wanted_place:
            self._wanted_place = self._place.position
            self.player.want(self._place)

    # Where keys lead.

    def go(self, where: str) -> None:
        """Move through time, or about."""
        reel = self.reel
        if (place := turned(reel.place, reel.course, where)) or (place := moved(reel, where)):
            if place == reel.place and where.startswith(("milestone", "bookmark")):
                self.say("There is none that way.")
            self._move(place)
            return
        match where:
            case "time":
                self._begin(self._ask_time())
            case "find":
                self._begin(self._ask_text())
            case "bookmark":
                self._begin(self._ask_remark())
            case "takeover":
                self._begin(self._ask_takeover())
            case "lead":
                self._lead()
            case "whole":
                super().go(self._pane)
            case "leave":
                super().go("home")
            case _:
                super().go(where)

    def _move(self, place: Place) -> None:
        """The person's own move: whoever leads takes the others along, whoever follows goes alone from here on."""
        self._follows = False
        self._stand(place)
        if self._leads:
            self.player.lead(place)

    def _stand(self, place: Place) -> None:
        if place.truth != self._place.truth:
            self._wanted_place = -1
        self._place = place
        self._seek()
        self.paint()

    async def _ask_time(self) -> None:
        hint = "14:05, T+1h30m, +10m, -10m, 2026-05-04T14:05Z, or a milestone"
        if text := await self.ask("Go to a time", hint):
            reel = self.reel
            try:
                self._move(typed(reel, text, self._scene(reel).now, self._shown_zone))
            except (Refused, OverflowError) as refused:
                self.say(str(refused))

    async def _ask_text(self) -> None:
        words = await self.ask("Find", "a text or a name; the next event that holds it", self._words)
        if words:
            self._words = words
            self.player.find(words)

    async def _ask_remark(self) -> None:
        position = self.reel.place.position
        remark = await self.ask("Bookmark", "What is to be seen here? (may stay empty)")
        if remark is not None:
            self.player.bookmark(position, remark)

    async def _ask_takeover(self) -> None:
        reel = self.reel
        position = reel.place.position
        try:
            check_position(reel.course, position, self.view.incident)
        except Refused as refused:
            self.say(f"{refused.message} {refused.hint}".strip())
            return
        if await self.confirm(*taking_over(self.view.incident, position)):
            self.player.branch(position)

    def _lead(self) -> None:
        """Lead no longer; go with whoever leads, or alone; else lead."""
        match self._company:
            case "leading":
                self.player.resign()
            case "following":
                self._follows = False
                self.say("You look around alone. L rejoins.")
            case "roaming":
                self._follows = True
                self._follow()
            case "alone" | "lost":
                self.player.lead(self.reel.place)
        self.paint()

    # News.

    def on_sought(self, message: Sought) -> None:
        """What stands at the place that was wanted."""
        if message.state.incident is not None:
            self.view = View(message.state.incident, message.state.org)
            self._later = message.later
            self.paint()

    def on_grown(self, message: Grown) -> None:
        """The course is longer: the place stays, and a leader who is further on than it was can be followed there."""
        self._wanted_place = -1
        self._follow()
        self._seek()
        self.paint()

    def on_branched(self, message: Branched) -> None:
        """On to the drill, unless the person has opened something over this screen since."""
        if self.app.screen is self:
            self.app.post_message(Opened(message.incident))
        else:
            self.say(f"{message.name} is your drill: it is on the list of incidents.")

    def on_around(self, message: Around) -> None:
        """Somebody leads, or no longer; a bookmark was set."""
        before, was = self._company, self._around.led
        self._around = message
        self._follow()
        if before != self._company:
            self._tell_company(before, was.person if was else "")
        self._ring(message.calls)
        self.paint()

    def _ring(self, calls: tuple[Call, ...]) -> None:
        """Ring for a page to this person in a live incident, once: a replay is no reason to miss it."""
        for each in calls:
            if each.page not in self._rung_for:
                self._rung_for.add(each.page)
                self.app.bell()
                self.say(called(each))

    def _follow(self) -> None:
        """Go where the leader is. Where their link is gone, stay."""
        led = self._around.led
        if led is not None and self._company == "following":
            self._stand(led.place)
        elif self._company == "lost" and self._follows and self._place.playing:
            self._stand(replace(self.reel.place, playing=False))

    def _tell_company(self, before: With, leader: str) -> None:
        led = self._around.led
        match self._company:
            case "lost" if led:
                self.say(f"{led.person}'s link is gone. You keep your place; L leads from here.")
            case "following" if led:
                self.say(f"You follow {led.person}. Any move of your own leaves; L rejoins.")
            case "roaming" if led and before != "following":
                self.say(f"{led.person} leads this replay. L goes along.")
            case "alone" if leader and before != "leading":
                self.say(f"{leader} leads no longer.")

    def on_found(self, message: Found) -> None:
        """Where the text appears: on to the next place, or from the beginning."""
        reel = self.reel
        if not message.positions:
            self.say(f"No event holds “{message.words}”.")
            return
        there = next((each for each in message.positions if each > reel.place.position), message.positions[0])
        number = message.positions.index(there) + 1
        self._move(at_position(reel.place, reel.course, there))
        self.focus_pane("timeline")
        self.say(f"“{message.words}”: {number} of {len(message.positions)}. / finds the next.")

    def on_told(self, message: Told) -> None:
        """What came of leading, or of a bookmark."""
        self._leads = message.leads
        self.say(message.text)
        self.paint()
