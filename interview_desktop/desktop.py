"""The window: wires views, net thread, bundled server, sound and call together."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.config import AppPaths
from interview_desktop.domain.call_events import CallEvent, CallState, StateChanged
from interview_desktop.domain.interview import CaseCard, Interview
from interview_desktop.domain.transcript import Caption
from interview_desktop.errors import AppError
from interview_desktop.runtime import work
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.bridge import Bridge
from interview_desktop.runtime.net_thread import NetThread
from interview_desktop.trace import trace
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.view_models.home import home_model
from interview_desktop.ui.views.home import HomeView

if TYPE_CHECKING:
    from interview_desktop.audio.peaks_load import PeaksLoad
    from interview_desktop.audio.player import Player
    from interview_desktop.runtime.local_call import LocalCall
    from interview_desktop.runtime.session_files import SessionFiles
    from interview_desktop.runtime.workspace import Workspace
    from interview_desktop.ui.views.review import ReviewView
    from interview_desktop.ui.views.room import RoomView

logger = logging.getLogger(__name__)

# Levels and the playhead, 30 times a second.
POLL_MS = 33
NO_KEYRING = "No system keyring: you will need to sign in again next time."
UNEXPECTED = "Something went wrong in the app. Start it again."
CLOSE_LIMIT_S = 20.0


class Desktop(QObject):
    """Composition root of the window.

    Signals:
        closed: the call, the server and the threads have ended.

    Thread: the window's thread; work goes to the net thread, results come back by the bridge.
    """

    closed = Signal()

    def __init__(
        self,
        paths: AppPaths,
        window: MainWindow | None = None,
        settings: AppSettings | None = None,
    ) -> None:
        super().__init__()
        self._paths = paths
        self.settings = settings or AppSettings(paths.data)
        self._net = NetThread().start()
        self._bridge = Bridge(self)
        self._workspace: Workspace | None = None
        self._cards: dict[str, CaseCard] = {}
        # Interview id -> title of its case.
        self._titles: dict[str, str] = {}
        self._note = ""
        self._call: LocalCall | None = None
        self._room: RoomView | None = None
        self._interview_id: str | None = None
        self._heard = False
        self._player: Player | None = None
        self._peaks: PeaksLoad | None = None
        self._review: ReviewView | None = None
        self._closing = False
        self._close_limit = QTimer(self)
        self._close_limit.setSingleShot(True)
        self._close_limit.timeout.connect(self._give_up_closing)
        self.window = window or MainWindow()
        self.window.closing.connect(self.close)
        self.home = HomeView()
        self.home.start.connect(self._start_case)
        self.home.resume.connect(self._resume)
        self.home.opened.connect(self._open_review)
        self.window.show_place("home", self.home)
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        # Everything that is not needed for the first picture is imported after it.
        if self.window.was_painted:
            self._begin()
        else:
            self.window.painted.connect(self._begin)

    def _begin(self) -> None:
        self._ask(work.open_workspace(self._paths), self._workspace_open)

    def raise_window(self) -> None:
        """Bring the window forward."""
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

    def close(self) -> None:
        """End the call in order, then the server and the threads; `closed` tells when. Idempotent.

        The window's thread goes on meanwhile, so that the end of the call can still use the bridge.
        """
        if self._closing:
            return
        self._closing = True
        self._timer.stop()
        self._close_sound()
        self._close_limit.start(round(CLOSE_LIMIT_S * 1000))
        self._net.submit(self._shut_down()).add_done_callback(
            lambda _: self._bridge.post(lambda _: self._end())
        )

    def _give_up_closing(self) -> None:
        logger.error("The app did not close in order")
        self._end()

    def _end(self) -> None:
        self._close_limit.stop()
        self.settings.close()
        self._bridge.close()
        self._net.close()
        self.closed.emit()

    async def _shut_down(self) -> None:
        if self._call is not None:
            await self._call.close()
        # An upload that is cut here goes on at the next start.
        await self._net.cancel_the_rest()
        if self._workspace is not None:
            await self._workspace.aclose()

    # -- work on the net thread ------------------------------------------------------------------

    def _ask(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run `coroutine`; then `then(result)` or `failed(sentence)` on the window's thread.

        What comes back while the app closes is for nobody.
        """
        tell = failed or self.home.show_error

        def deliver(function: Callable[[Any], None], argument: Any) -> None:
            if not self._closing:
                function(argument)

        def done(future: Future[Any]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is None:
                result = future.result()
                self._bridge.post(lambda _: deliver(then, result))
                return
            told = error.sentence if isinstance(error, AppError) else UNEXPECTED
            self._bridge.post(lambda _: deliver(tell, told))

        self._net.submit(coroutine).add_done_callback(done)

    # -- Home ------------------------------------------------------------------------------------

    def _workspace_open(self, opened: tuple[Workspace, bool]) -> None:
        self._workspace, lasting = opened
        if not lasting:
            self._note = NO_KEYRING
        self._refresh()

    def _refresh(self) -> None:
        if self._workspace is not None:
            self._ask(work.home_data(self._workspace), self._show_home)
            self._ask(work.send_pending(self._workspace), lambda _: None)

    def _show_home(self, data: tuple[list[CaseCard], list[Interview]]) -> None:
        cards, interviews = data
        self._cards = {card.id: card for card in cards}
        self._titles |= {one.id: self._title_of(one) for one in interviews}
        self.home.show_model(home_model(cards, interviews, datetime.now().astimezone(), self._note))
        _trace("ready")

        self.home.show_cases(cards, [self._session_row(one) for one in interviews])
        trace("ready")

    def _title_of(self, interview: Interview) -> str:
        card = self._cards.get(interview.template_id)
        return card.title if card else "A case that is not here any more"

    # -- Room ------------------------------------------------------------------------------------

    def _start_case(self, template_id: str) -> None:
        workspace = self._workspace
        if workspace is not None and self._room is None:
            # The same key at every try: a lost answer never leaves a second interview behind.
            key = str(uuid.uuid4())
            self._enter_room(
                self._cards[template_id].title,
                lambda: workspace.api.create_interview(template_id, key),
            )

    def _resume(self, interview_id: str) -> None:
        workspace = self._workspace
        if workspace is not None and self._room is None:
            title = self._titles.get(interview_id, "Your interview")
            self._enter_room(title, lambda: workspace.api.interview(interview_id))

    def _enter_room(
        self, title: str, interview: Callable[[], Coroutine[Any, Any, Interview]]
    ) -> None:
        """Show the room and begin the call of the interview that `interview` fetches."""
        from interview_desktop.ui.views.room import RoomView  # noqa: PLC0415

        room = RoomView(title)
        self._room = room
        room.mute.connect(lambda muted: self._command(lambda call: call.session.set_muted(muted)))
        room.think.connect(lambda s: self._command(lambda call: call.session.think(s)))
        room.ready.connect(lambda: self._command(lambda call: call.session.ready()))
        room.hint.connect(lambda: self._command(lambda call: call.session.hint()))
        room.repeat.connect(lambda: self._command(lambda call: call.session.repeat()))
        room.said.connect(lambda text: self._command(lambda call: call.session.say(text)))
        room.done.connect(
            lambda number: self._command(lambda call: call.session.done_with_question(number))
        )
        room.number_right.connect(
            lambda text, value, unit: self._command(
                lambda call: call.session.confirm_number(text, value, unit)
            )
        )
        room.end.connect(self._leave_room)
        room.again.connect(lambda: self._ask(interview(), self._call_begins, self._sad))
        self.window.show_screen(room)
        self._ask(interview(), self._call_begins, self._sad)

    def _call_begins(self, interview: Interview) -> None:
        assert self._workspace is not None
        self._interview_id = interview.id
        self._titles.setdefault(interview.id, self._title_of(interview))
        self._ask(
            work.new_call(
                self._workspace,
                self._paths,
                interview,
                lambda event: self._bridge.post(self._on_call_event, event),
            ),
            self._call_made,
            self._sad,
        )

    def _call_made(self, call: LocalCall) -> None:
        self._call = call
        self._timer.start()
        self._ask(call.run(), lambda _: self._call_over(call), self._sad)

    def _command(self, command: Callable[[LocalCall], Coroutine[Any, Any, None]]) -> None:
        if self._call is not None:
            self._net.submit(command(self._call))

    def _on_call_event(self, event: object) -> None:
        if self._room is not None:
            call_event: CallEvent = event  # type: ignore[assignment]  # only the call posts here
            self._room.apply(call_event)

    def _sad(self, sentence: str) -> None:
        """The call could not begin: say why, in the room, with Try again and End as ways on."""
        if self._room is not None:
            self._room.apply(StateChanged(CallState.FAILED, 0, sentence))

    def _leave_room(self) -> None:
        if self._call is not None:
            self._command(lambda call: call.session.end())
        elif self._heard and self._interview_id is not None:
            self._open_review(self._interview_id)
        else:
            self._back_home()

    def _call_over(self, call: LocalCall) -> None:
        if call is not self._call:
            # It failed, and the person has tried again before everything of it was released.
            return
        self._timer.stop()
        self._call = None
        self._heard = self._heard or bool(call.session.transcript)
        # A call that failed says so in the room, where it can be tried again.
        if call.session.state is not CallState.FAILED:
            self._open_review(call.session.interview.id)

    def _back_home(self) -> None:
        self._timer.stop()
        self._close_sound()
        self._leave_interview()
        self._review = None
        self.window.show_place("home", self.home)
        self._refresh()

    def _leave_interview(self) -> None:
        self._room = self._interview_id = None
        self._heard = False

    # -- Review ----------------------------------------------------------------------------------

    def _open_review(self, interview_id: str) -> None:
        if self._workspace is None:
            return
        # Brings NumPy along: never before the first picture of the window.
        from interview_desktop.ui.views.review import ReviewView  # noqa: PLC0415

        self._leave_interview()
        review = ReviewView(self._titles.get(interview_id, "Your interview"))
        self._review = review
        review.back.connect(self._back_home)
        review.toggled.connect(self._toggle)
        review.sought.connect(self._seek)
        self.window.show_screen(review)
        self._ask(
            work.session_data(self._workspace, self._paths, interview_id),
            self._review_ready,
            review.show_error,
        )

    def _review_ready(self, data: tuple[list[Caption], SessionFiles]) -> None:
        if self._review is None:
            return
        captions, files = data
        parts = files.parts
        self._review.show_captions(captions)
        if not parts:
            self._review.show_error("There is no sound of this session.")
            return
        from interview_desktop.audio.peaks_load import PeaksLoad  # noqa: PLC0415
        from interview_desktop.audio.player import Player  # noqa: PLC0415

        bridge = self._bridge
        self._player = Player(
            parts,
            lambda error: bridge.post(self._sound_ready, error),
            lambda error: bridge.post(self._sound_ready, error),
        )
        self._peaks = PeaksLoad(parts, lambda peaks: bridge.post(self._peaks_ready, peaks))
        self._timer.start()

    def _sound_ready(self, error: object) -> None:
        if self._review is None or self._player is None:
            return
        self._review.show_sound(self._player.duration_ms, None)
        if isinstance(error, AppError):
            self._review.show_error(error.sentence)

    def _peaks_ready(self, peaks: object) -> None:
        from interview_desktop.audio.peaks import SessionPeaks  # noqa: PLC0415

        assert isinstance(peaks, SessionPeaks)
        if self._review is not None and self._player is not None:
            self._player.use_peaks(peaks)
            if peaks.duration_ms:
                self._review.show_sound(peaks.duration_ms, peaks.outline(600))

    def _close_sound(self) -> None:
        if self._peaks is not None:
            self._peaks.cancel()
        if self._player is not None:
            self._player.close()
        self._peaks = self._player = None

    def _toggle(self) -> None:
        if self._player is not None:
            if self._player.playing:
                self._player.pause()
            else:
                self._player.play()

    def _seek(self, ms: int) -> None:
        if self._player is not None:
            self._player.seek(ms)
            self._player.play()

    def _poll(self) -> None:
        if self._call is not None and self._room is not None:
            microphone, loudspeaker = self._call.sound.levels_dbfs()
            self._room.show_levels(microphone, loudspeaker, self._call.position_ms())
        elif self._player is not None and self._review is not None:
            self._review.show_position(self._player.position_ms(), self._player.playing)
