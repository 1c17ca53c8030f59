"""What every presenter stands on: the window, the net thread, the folders, the settings."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject

from interview_desktop.config import AppPaths
from interview_desktop.domain.interview import Interview
from interview_desktop.errors import AppError
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.bridge import Bridge
from interview_desktop.runtime.net_thread import NetThread
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.view_models.cases import CaseItem

if TYPE_CHECKING:
    from interview_desktop.runtime.workspace import Workspace

UNEXPECTED = "Something went wrong in the app. Start it again."


class Navigator(Protocol):
    """The ways between the screens. Thread: the window's thread."""

    def home(self, told: str = "") -> None:
        """Home, with what has just been done in a toast."""

    def begin(self, template_id: str) -> None:
        """A new interview: through the preflight where it is wanted."""

    def resume(self, interview_id: str) -> None:
        """An interview in progress, at its question."""

    def session(self, interview_id: str) -> None:
        """What an interview left."""

    def case_of(self, interview: Interview) -> CaseItem | None:
        """The case of an interview, while it is in the library."""


class Stage(QObject):
    """Shared by all presenters; `workspace` is there once the bundled server answers.

    Thread: the window's thread.
    """

    def __init__(
        self, paths: AppPaths, window: MainWindow, settings: AppSettings, parent: QObject
    ) -> None:
        super().__init__(parent)
        self.paths = paths
        self.window = window
        self.settings = settings
        self.bridge = Bridge(self)
        self.net = NetThread().start()
        self.workspace: Workspace | None = None
        self.closing = False

    def ask(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        failed: Callable[[str], None],
    ) -> Future[Any]:
        """Run `coroutine`; then `then(result)` or `failed(sentence)` on the window's thread.

        What comes back while the app closes is for nobody. Whoever no longer wants the answer
        cancels the future.
        """

        def deliver(function: Callable[[Any], None], argument: Any) -> None:
            if not self.closing and not future.cancelled():
                function(argument)

        def done(future: Future[Any]) -> None:
            if future.cancelled():
                return
            error = future.exception()
            if error is None:
                result = future.result()
                self.bridge.post(lambda _: deliver(then, result))
                return
            told = error.sentence if isinstance(error, AppError) else UNEXPECTED
            self.bridge.post(lambda _: deliver(failed, told))

        future = self.net.submit(coroutine)
        future.add_done_callback(done)
        return future
