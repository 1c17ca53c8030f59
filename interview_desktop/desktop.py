"""The window's life: opens the workspace, leads from screen to screen, ends everything in order."""

from __future__ import annotations

import contextlib
import logging
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.config import AppPaths
from interview_desktop.domain.interview import Interview
from interview_desktop.presenters.pages import PagesPresenter
from interview_desktop.presenters.stage import Asked, Stage
from interview_desktop.runtime import work
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.shell import Shell
from interview_desktop.ui.view_models.cases import CaseItem, style_word
from interview_desktop.ui.view_models.sessions import GONE

if TYPE_CHECKING:
    from interview_desktop.presenters.preflight import PreflightPresenter
    from interview_desktop.presenters.room import Fetch, RoomPresenter
    from interview_desktop.presenters.session import SessionPresenter
    from interview_desktop.presenters.settings import SettingsPresenter
    from interview_desktop.runtime.local_call import LocalCall
    from interview_desktop.runtime.workspace import Workspace

logger = logging.getLogger(__name__)

NO_KEYRING = "No system keyring: you will need to sign in again next time."
NOT_READY = "The app is still starting. Check again in a moment."
KEPT = "Stopped at question {}. Everything so far is kept."
CLOSE_LIMIT_S = 20.0
KEEP_LIMIT_S = 5.0
# Home is on the screen by then.
WARM_UP_AFTER_MS = 500


class Desktop(QObject):
    """Composition root of the window, and the `Navigator` of its screens.

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
        self.window = window or MainWindow()
        self.settings = settings or AppSettings(paths.data)
        self._stage = Stage(paths, self.window, self.settings, self)
        self._opening: Asked | None = None
        self._looking: Asked | None = None
        self._close_limit = QTimer(self)
        self._close_limit.setSingleShot(True)
        self._close_limit.timeout.connect(self._give_up_closing)
        shell = Shell()
        shell.sidebar.set_privacy("On this laptop only", "No account")
        shell.chosen.connect(self._go_to)
        self.window.use_shell(shell)
        self.window.closing.connect(self.close)
        self.pages = PagesPresenter(self._stage, self, self._open_workspace)
        self._settings_page: SettingsPresenter | None = None
        self._preflight: PreflightPresenter | None = None
        self.room: RoomPresenter | None = None
        self.session_screen: SessionPresenter | None = None
        # Everything that is not needed for the first picture is imported after it.
        if self.window.was_painted:
            self._begin()
        else:
            self.window.painted.connect(self._begin)
            self.pages.show("home")

    # -- the beginning and the end -----------------------------------------------------------------

    def _begin(self) -> None:
        self.pages.show("home")

    def _open_workspace(self) -> None:
        if self._opening is not None or not self.window.was_painted or self._stage.closing:
            return
        self._opening = self._stage.ask(
            # One that has given up is ended first, and another takes its place.
            work.open_workspace(self._stage.paths, self._stage.workspace),
            self._workspace_open,
            self._not_open,
        )

    def _workspace_open(self, opened: tuple[Workspace, bool]) -> None:
        self._opening = None
        self._stage.workspace, lasting = opened
        self.pages.note = "" if lasting else NO_KEYRING
        self.pages.refresh()
        QTimer.singleShot(WARM_UP_AFTER_MS, self._warm_up)

    def _warm_up(self) -> None:
        from interview_desktop.warm_up import warm_up  # noqa: PLC0415

        if not self._stage.closing:
            warm_up(self._warmed_up)

    def _warmed_up(self) -> None:
        """Thread: the one that imports; by now there may be no window any more."""
        if not self._stage.closing:
            self._stage.bridge.post(self._make_ahead)

    def _make_ahead(self, _none: object) -> None:
        from interview_desktop.ui.made_ahead import make_ahead  # noqa: PLC0415

        if not self._stage.closing:
            make_ahead(self.window)

    def _not_open(self, sentence: str) -> None:
        self._opening = None
        self.pages.show_error(sentence)

    def close(self) -> None:
        """End the call in order, then the server and the threads; `closed` tells when. Idempotent.

        The window's thread goes on meanwhile, so that the end of the call can still use the bridge.
        """
        if self._stage.closing:
            return
        self._stage.closing = True
        call = self.room.call if self.room is not None else None
        for screen in (self._preflight, self.room, self.session_screen):
            if screen is not None:
                screen.close()
        self._close_limit.start(round(CLOSE_LIMIT_S * 1000))

        self._stage.net.submit(self._shut_down(call)).add_done_callback(
            lambda _: self._stage.bridge.post(lambda _: self._end())
        )

    async def _shut_down(self, call: LocalCall | None) -> None:
        """Thread: the net thread."""
        async with contextlib.AsyncExitStack() as last:
            last.push_async_callback(self._close_workspace)
            # An upload that is cut here goes on at the next start.
            last.push_async_callback(self._stage.net.cancel_the_rest)
            last.push_async_callback(self._stage.all_kept, KEEP_LIMIT_S)
            if call is not None:
                await call.close()

    async def _close_workspace(self) -> None:
        workspace = self._stage.workspace
        opening = self._opening.future if self._opening is not None else None
        if opening is not None and opening.done() and not opening.cancelled():
            # It was opened, and the news of it came too late.
            workspace = None if opening.exception() else opening.result()[0]
        if workspace is not None:
            await workspace.aclose()

    def _give_up_closing(self) -> None:
        logger.error("The app did not close in order")
        self._end()

    def _end(self) -> None:
        self._close_limit.stop()
        self.settings.close()
        self._stage.bridge.close()
        self._stage.net.close()
        self.closed.emit()

    # -- the ways between the screens --------------------------------------------------------------

    def home(self, told: str = "") -> None:
        """Home, with what has just been done in a toast."""
        self._stay_out()
        self.pages.show("home")
        if told:
            self.window.tell(told)

    def begin(self, template_id: str) -> None:
        """A new interview of a case: through the check where it is wanted."""
        workspace, case = self._stage.workspace, self.pages.cases.get(template_id)
        if workspace is None or case is None:
            return
        # The same key at every try: a lost answer never leaves a second interview behind.
        key = str(uuid.uuid4())
        self._check_then(case, None, lambda: workspace.api.create_interview(template_id, key))

    def resume(self, interview_id: str) -> None:
        """An interview in progress, at its question."""
        workspace, interview = self._stage.workspace, self.pages.interview(interview_id)
        if workspace is None or interview is None:
            return
        question = interview.progress.current_question
        case = self.case_of(interview)
        self._check_then(case, question, lambda: workspace.api.interview(interview_id))

    def session(self, interview_id: str) -> None:
        """What an interview left."""
        interview = self.pages.interview(interview_id)
        if interview is not None:
            self._open_session(interview)

    def case_of(self, interview: Interview) -> CaseItem | None:
        """The case of an interview, while it is in the library."""
        return self.pages.cases.get(interview.template_id)

    def _go_to(self, place: str) -> None:
        self._stay_out()
        if place == "settings":
            self._show_settings()
        elif place in ("home", "cases", "sessions"):
            self.pages.show(place)  # type: ignore[arg-type]  # one of the three, just compared

    def _show_settings(self) -> None:
        from interview_desktop.presenters.settings import SettingsPresenter  # noqa: PLC0415

        if self._settings_page is None:
            self._settings_page = SettingsPresenter(self._stage)
            self._settings_page.check.connect(lambda: self.check(self._show_settings))
        self._settings_page.show()

    # -- check and room ----------------------------------------------------------------------------

    def check(self, back: Callable[[], None] | None = None) -> None:
        """The check of microphone and loudspeaker by itself; then `back`, or Home."""

        def show(pair: str) -> None:
            from interview_desktop.presenters.preflight import (  # noqa: PLC0415
                PreflightPresenter,
            )

            self._preflight = PreflightPresenter(self._stage, None, pair)
            self._preflight.left.connect(back or self.home)

        if self._stage.workspace is not None:
            self._with_devices(show)
        else:
            self.window.tell(NOT_READY)

    def _check_then(self, case: CaseItem | None, question: int | None, fetch: Fetch) -> None:
        def show(pair: str) -> None:
            from interview_desktop.presenters.preflight import (  # noqa: PLC0415
                PreflightPresenter,
                is_wanted,
            )
            from interview_desktop.ui.view_models.preflight import PreflightCase  # noqa: PLC0415

            self._leave_session()
            if not is_wanted(self.settings.value, pair):
                self._enter_room(case, fetch, pair)
                return
            shown = PreflightCase(
                case.title if case else GONE,
                case.about if case else "",
                style_word(case.style) if case else "",
                case.minutes if case else 30,
                question,
            )
            self._preflight = PreflightPresenter(self._stage, shown, pair, shown.minutes)
            self._preflight.left.connect(self.home)
            self._preflight.started.connect(lambda pair: self._enter_room(case, fetch, pair))

        self._with_devices(show)

    def _with_devices(self, then: Callable[[str], None]) -> None:
        """`then(pair)` for the devices of the settings; a second press meanwhile does nothing."""
        if self._looking is not None:
            return
        chosen = self.settings.value

        def known(pair: tuple[str, str]) -> None:
            self._looking = None
            then("|".join(pair))

        def unknown(_sentence: str) -> None:
            known(("", ""))

        self._looking = self._stage.ask(
            work.device_pair(chosen.microphone, chosen.loudspeaker), known, unknown
        )

    def _stay_out(self) -> None:
        """The person has gone elsewhere before the devices were known."""
        if self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _leave_session(self) -> None:
        if self.session_screen is not None:
            self.session_screen.close()
            self.session_screen = None

    def _enter_room(self, case: CaseItem | None, fetch: Fetch, pair: str) -> None:
        from interview_desktop.presenters.preflight import sound_choice  # noqa: PLC0415
        from interview_desktop.presenters.room import RoomPresenter  # noqa: PLC0415

        self._preflight = None
        title, about = (case.title, case.kind) if case else (GONE, "")
        choice = sound_choice(self.settings.value, pair)
        self.room = RoomPresenter(self._stage, title, about, fetch, choice)
        self.room.over.connect(self._room_over)

    def _room_over(self, interview: Interview | None) -> None:
        self.room = None
        if interview is None:
            self.home()
        elif interview.status == "completed":
            self._open_session(interview)
        else:
            self.home(KEPT.format(interview.progress.current_question))

    def _open_session(self, interview: Interview) -> None:
        # Brings NumPy along: never before the first picture of the window.
        from interview_desktop.presenters.session import SessionPresenter  # noqa: PLC0415

        self._leave_session()
        case = self.case_of(interview)
        self.session_screen = SessionPresenter(self._stage, interview, case)
        self.session_screen.left.connect(self._session_left)
        self.session_screen.resumed.connect(self.resume)

    def _session_left(self) -> None:
        self.session_screen = None
        self.home()
