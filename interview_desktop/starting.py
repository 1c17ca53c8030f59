"""From the first picture to Home: log, problems, signals, the data folder, then everything else."""

from __future__ import annotations

import logging
import threading

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication

from interview_desktop.config import AppPaths
from interview_desktop.domain.settings import Settings
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.bridge import Bridge
from interview_desktop.runtime.error_report import ErrorReporter, Problem
from interview_desktop.runtime.single_instance import SingleInstance
from interview_desktop.runtime.storage_check import storage_problem
from interview_desktop.runtime.termination import TerminationSignals
from interview_desktop.trace import trace
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.theme import install, theme
from interview_desktop.ui.views.cannot_start import CannotStartView
from interview_desktop.ui.views.loading import LoadingView

logger = logging.getLogger(__name__)


class Starting(QObject):
    """Leads from the first picture to the running app, and back to the end of the process.

    Thread: the window's thread; the data folder is tried on a thread of its own.
    """

    def __init__(
        self,
        application: QApplication,
        window: MainWindow,
        paths: AppPaths,
        settings: AppSettings,
    ) -> None:
        super().__init__(application)
        self._application = application
        self._window = window
        self._paths = paths
        self._settings = settings
        self._desktop: QObject | None = None
        self._ending = self._ended = False
        self._bridge = Bridge(self)
        install(application)
        # To stderr, where whoever starts it from a terminal looks; the reporter adds the file.
        logging.basicConfig(level=logging.WARNING)
        self._reporter = ErrorReporter(paths.logs, self._problem_from_anywhere)
        self._reporter.install()
        self._signals = TerminationSignals(self)
        self._signals.received.connect(window.close)
        self._instance = SingleInstance(paths.data, self)
        self._instance.raised.connect(window.come_forward)
        window.closing.connect(self._close)
        settings.changed.connect(self._follow)
        settings.noted.connect(self._note)
        if not self._instance.claim():
            # Only where the folder itself could not be locked.
            window.close()
            return
        if settings.note:
            self._note(settings.note)
        self._try_folder()

    # -- the data folder ---------------------------------------------------------------------------

    def _try_folder(self) -> None:
        def work() -> None:
            problem = storage_problem(self._paths)
            self._bridge.post(self._folder_tried, problem)

        threading.Thread(target=work, name="data folder", daemon=True).start()
        # Meanwhile, what comes next is imported.
        import interview_desktop.desktop  # noqa: F401, PLC0415

    def _folder_tried(self, problem: object) -> None:
        if self._ending:
            return
        if isinstance(problem, Problem):
            details = self._reporter.details(problem.details)
            page = CannotStartView(problem.sentence, details)
            page.again.connect(self._try_again)
            self._window.show_opening(page)
            trace("cannot start")
            return
        from interview_desktop.desktop import Desktop  # noqa: PLC0415

        desktop = Desktop(self._paths, self._window, self._settings)
        desktop.closed.connect(self._end)
        self._desktop = desktop

    def _try_again(self) -> None:
        self._window.show_opening(LoadingView())
        # The log has a place to be now, if all is well.
        self._reporter.close()
        self._reporter.install()
        self._try_folder()

    # -- what the person is told -------------------------------------------------------------------

    def _problem_from_anywhere(self, problem: Problem) -> None:
        self._bridge.post(self._show_problem, problem)

    def _show_problem(self, problem: object) -> None:
        if isinstance(problem, Problem) and not self._ending:
            self._window.show_problem(problem, self._paths.logs)

    def _note(self, sentence: str) -> None:
        logger.info("%s", sentence)
        self._show_problem(Problem(sentence, serious=False))

    def _follow(self, settings: Settings) -> None:
        """Appearance and text size, as they are chosen."""
        if theme.choice != settings.appearance:
            theme.choose(settings.appearance)
        theme.set_scale(settings.text_size / 100)

    # -- the end -----------------------------------------------------------------------------------

    def _close(self) -> None:
        """The window is hidden: a new start must not call it forward any more."""
        if self._ending:
            return
        self._ending = True
        self._instance.close()
        self._keep_geometry()
        if self._desktop is None:
            self._end()

    def _keep_geometry(self) -> None:
        window = self._window
        size = window.normalGeometry().size()
        maximised = bool(window.windowState() & Qt.WindowState.WindowMaximized)
        if not size.isEmpty():
            self._settings.change(
                window_width=size.width(), window_height=size.height(), maximised=maximised
            )

    def _end(self) -> None:
        self._ended = True
        self._bridge.close()
        self._settings.close()
        self._reporter.close()
        self._signals.close()
        self._application.quit()
