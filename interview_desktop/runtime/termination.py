"""SIGINT and SIGTERM as a Qt signal: a log-out or Ctrl-C closes the app in order."""

from __future__ import annotations

import os
import signal

from PySide6.QtCore import QObject, QSocketNotifier, Signal


class TerminationSignals(QObject):
    """Listens for the system's wish that this process ends.

    Python runs signal handlers only between its own instructions, and Qt's loop has none while
    nothing happens; the wake-up pipe brings the signal into the loop.

    Signals:
        received: SIGINT or SIGTERM came. The second one ends the process at once.

    Thread: the window's thread, which must be the main thread.
    """

    received = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._read, self._write = os.pipe()
        os.set_blocking(self._read, False)
        os.set_blocking(self._write, False)
        self._wakeup_before = signal.set_wakeup_fd(self._write, warn_on_full_buffer=False)
        self._before = {
            number: signal.signal(number, lambda *_: None)
            for number in (signal.SIGINT, signal.SIGTERM)
        }
        self._notifier = QSocketNotifier(self._read, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_wake)

    def close(self) -> None:
        """Give the signals back. Idempotent."""
        if not self._before:
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}
        signal.set_wakeup_fd(self._wakeup_before)
        self._notifier.setEnabled(False)
        os.close(self._read)
        os.close(self._write)

    def _on_wake(self) -> None:
        came = set(os.read(self._read, 64))
        if came & {signal.SIGINT, signal.SIGTERM}:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_DFL)
            self.received.emit()
