"""What every presenter stands on: the window, the net thread, the paths, the settings."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from interview_desktop.config import AppPaths
from interview_desktop.errors import AppError
from interview_desktop.runtime.bridge import Bridge
from interview_desktop.runtime.net_thread import NetThread
from interview_desktop.ui.main_window import MainWindow

if TYPE_CHECKING:
    from interview_desktop.runtime.workspace import Workspace

UNEXPECTED = "Something went wrong in the app. Start it again."


class Stage:
    """Shared by all presenters; `workspace` is there once the bundled server answers.

    Thread: the window's thread.
    """

    def __init__(self, paths: AppPaths, window: MainWindow, bridge: Bridge) -> None:
        self.paths = paths
        self.window = window
        self.bridge = bridge
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

        What comes back while the app closes is for nobody.
        """

        def deliver(function: Callable[[Any], None], argument: Any) -> None:
            if not self.closing:
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
