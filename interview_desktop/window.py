"""The first picture of the window, from the command to the exit code.

Only what that picture needs is imported here; `starting` brings everything else after it. A test
holds the list.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from PySide6.QtWidgets import QApplication

from interview_desktop.config import APP_NAME, AppPaths, app_paths
from interview_desktop.domain.settings import Appearance
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.folder_lock import FolderLock
from interview_desktop.trace import trace
from interview_desktop.ui import theme
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.views.loading import LoadingView

SWITCH_INTERVAL_S = 0.001
MIDDLE = 128
# As long as an app may take that has been closed and still keeps the end of a recording.
SECOND_START_LIMIT_S = 25.0
SECOND_START_PAUSE_S = 0.1
TAKEN = "Another process has this folder and does not answer. End it, then start again."


def run(data_dir: Path | None) -> int:
    """Show the window until it is closed."""
    # The audio callbacks wait for the interpreter: shorter turns mean fewer gaps in the sound.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    paths = app_paths(data_dir)
    lock = FolderLock(paths.data)
    if not lock.claim():
        code = _second_start(paths, lock)
        if code is not None:
            return code
    application = QApplication(sys.argv[:1])
    # What a screen reader calls it; otherwise it would be the name of the file.
    application.setApplicationName(APP_NAME)
    application.setApplicationDisplayName(APP_NAME)
    # The window is gone at once; the process ends when the recording is closed.
    application.setQuitOnLastWindowClosed(False)
    settings = AppSettings(paths.data)
    theme.theme.set_scale(settings.value.text_size / 100)
    theme.theme.choice = settings.value.appearance
    # Style, contrast and the system's changes follow with `theme.install`: nothing here needs them.
    theme.theme.apply(_dark(application, settings.value.appearance))
    application.setFont(theme.font("body"))
    window = MainWindow()
    window.show_opening(LoadingView())
    later: list[object] = []
    window.painted.connect(lambda: later.append(_go_on(application, window, paths, settings)))
    # Until `Starting` is there to end things in order.
    window.closing.connect(lambda: None if later else application.quit())
    _show(window, settings)
    code = application.exec()
    lock.close()
    return code


def _dark(application: QApplication, appearance: Appearance) -> bool:
    if appearance == "system":
        # Asking for the scheme itself makes the whole Qt namespace, which takes 17 ms.
        return application.palette().window().color().lightness() < MIDDLE
    return appearance == "dark"


def _show(window: MainWindow, settings: AppSettings) -> None:
    chosen = settings.value
    if chosen.window_width is not None and chosen.window_height is not None:
        room = window.screen().availableSize()
        window.resize(
            min(chosen.window_width, room.width()), min(chosen.window_height, room.height())
        )
    if chosen.maximised:
        window.showMaximized()
    else:
        window.show()


def _go_on(
    application: QApplication, window: MainWindow, paths: AppPaths, settings: AppSettings
) -> object:
    trace("painted")
    from interview_desktop.starting import Starting  # noqa: PLC0415

    return Starting(application, window, paths, settings)


def _second_start(paths: AppPaths, lock: FolderLock) -> int | None:
    """Call the first window forward, or take its place if it is just ending.

    Returns the exit code, or None if the folder is this process's now.
    """
    from interview_desktop.runtime.single_instance import call_forward  # noqa: PLC0415

    until_s = time.monotonic() + SECOND_START_LIMIT_S
    while time.monotonic() < until_s:
        if call_forward(paths.data):
            return 0
        if lock.claim():
            return None
        time.sleep(SECOND_START_PAUSE_S)
    sys.stderr.write(f"{TAKEN}\n")
    return 1
