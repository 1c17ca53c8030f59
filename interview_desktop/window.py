"""Shows the window, from the application object to the exit code."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

from PySide6.QtWidgets import QApplication

from interview_desktop.config import APP_NAME, app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.runtime.single_instance import SingleInstance
from interview_desktop.runtime.termination import TerminationSignals
from interview_desktop.ui import theme

SWITCH_INTERVAL_S = 0.001


def run(data_dir: Path | None) -> int:
    """Show the window until it is closed."""
    logging.basicConfig(level=logging.WARNING)
    # The audio callbacks wait for the interpreter: shorter turns mean fewer gaps in the sound.
    sys.setswitchinterval(SWITCH_INTERVAL_S)
    application = QApplication(sys.argv[:1])
    application.setApplicationDisplayName(APP_NAME)
    theme.install(application)
    paths = app_paths(data_dir)
    instance = SingleInstance(paths.data)
    if not instance.claim():
        return 0
    desktop = Desktop(paths)
    instance.raised.connect(desktop.raise_window)
    # The window is gone at once; the process ends when the recording is closed.
    application.setQuitOnLastWindowClosed(False)
    desktop.closed.connect(application.quit)
    signals = TerminationSignals(application)
    signals.received.connect(desktop.window.close)
    desktop.window.show()
    code = application.exec()
    instance.close()
    return code
