"""What every presenter stands on: the window, the net thread, the folders, the settings."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
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

    def check(self) -> None:
        """The check of microphone and loudspeaker by itself."""

    def case_of(self, interview: Interview) -> CaseItem | None:
        """The case of an interview, while it is in the library."""


@dataclass(slots=True)
class Asked:
    """What somebody waits for. Thread: the window's thread."""

    future: Future[Any] | None = None
    wanted: bool = True
    keep: bool = False

    def cancel(self) -> None:
        """Nobody wants the answer any more, not even one that is on its way already."""
        self.wanted = False
        if self.future is not None and not self.keep:
            self.future.cancel()


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
        # Added to on the window's thread, left on the net thread; both in one step.
        self._kept: set[Future[Any]] = set()

    def ask(
        self,
        coroutine: Coroutine[Any, Any, Any],
        then: Callable[[Any], None],
        failed: Callable[[str], None],
        *,
        keep: bool = False,
    ) -> Asked:
        """Run `coroutine`; then `then(result)` or `failed(sentence)` on the window's thread.

        What comes back while the app closes is for nobody. Whoever no longer wants the answer
        cancels. With `keep` it stores what the person has made, or gives back what is open: it is
        done even when nobody waits, and the end of the app waits for it.
        """
        asked = Asked(keep=keep)

        def deliver(function: Callable[[Any], None], argument: Any) -> None:
            if not self.closing and asked.wanted:
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

        future = asked.future = self.net.submit(coroutine)
        if keep:
            self._kept.add(future)
            future.add_done_callback(self._kept.discard)
        future.add_done_callback(done)
        return asked

    async def all_kept(self, limit_s: float) -> None:
        """Wait until everything is stored that must be. Thread: the net thread."""
        rest = [asyncio.wrap_future(one) for one in tuple(self._kept)]
        if rest:
            await asyncio.wait(rest, timeout=limit_s)
