"""The window's life: opens the workspace, leads from screen to screen, ends everything in order."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.config import AppPaths
from interview_desktop.domain.interview import Interview
from interview_desktop.presenters.pages import PagesPresenter
from interview_desktop.presenters.stage import Stage
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
    from interview_desktop.runtime.workspace import Workspace

logger = logging.getLogger(__name__)

NO_KEYRING = "No system keyring: you will need to sign in again next time."
KEPT = "Stopped at question {}. Everything so far is kept."
CLOSE_LIMIT_S = 20.0
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
        self._opening = self._busy = False
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
        if self._opening or not self.window.was_painted:
            return
        self._opening = True
        self._stage.ask(
            work.open_workspace(self._stage.paths), self._workspace_open, self._not_open
        )

    def _workspace_open(self, opened: tuple[Workspace, bool]) -> None:
        self._opening = False
        self._stage.workspace, lasting = opened
        self.pages.note = "" if lasting else NO_KEYRING
        self.pages.refresh()
        QTimer.singleShot(WARM_UP_AFTER_MS, self._warm_up)

    def _warm_up(self) -> None:
        from interview_desktop.warm_up import warm_up  # noqa: PLC0415

        if not self._stage.closing:
            warm_up()

    def _not_open(self, sentence: str) -> None:
        self._opening = False
        self.pages.show_error(sentence)

    def raise_window(self) -> None:
        """Bring the window forward."""
        self.window.showNormal()
        self.window.raise_()
        self.window.activateWindow()

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

        async def shut_down() -> None:
            if call is not None:
                await call.close()
            # An upload that is cut here goes on at the next start.
            await self._stage.net.cancel_the_rest()
            if self._stage.workspace is not None:
                await self._stage.workspace.aclose()

        self._stage.net.submit(shut_down()).add_done_callback(
            lambda _: self._stage.bridge.post(lambda _: self._end())
        )

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
        self.pages.show("home")
        if told:
            # Not needed before anything was done.
            from interview_desktop.ui.widgets.toast import Toast  # noqa: PLC0415

            Toast.over(self.window, told, undo="")

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

    def _check_then(self, case: CaseItem | None, question: int | None, fetch: Fetch) -> None:
        def show(pair: str) -> None:
            from interview_desktop.presenters.preflight import (  # noqa: PLC0415
                PreflightPresenter,
                is_wanted,
            )
            from interview_desktop.ui.view_models.preflight import PreflightCase  # noqa: PLC0415

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
        if self._busy:
            return
        self._busy = True
        chosen = self.settings.value

        def known(pair: tuple[str, str]) -> None:
            self._busy = False
            then("|".join(pair))

        def unknown(_sentence: str) -> None:
            known(("", ""))

        self._stage.ask(work.device_pair(chosen.microphone, chosen.loudspeaker), known, unknown)

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

        if self.session_screen is not None:
            self.session_screen.close()
        case = self.case_of(interview)
        self.session_screen = SessionPresenter(self._stage, interview, case)
        self.session_screen.left.connect(self._session_left)
        self.session_screen.resumed.connect(self.resume)

    def _session_left(self) -> None:
        self.session_screen = None
        self.home()
