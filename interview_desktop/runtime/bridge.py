"""From any thread to the window's thread, through one queued signal."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal


class Bridge(QObject):
    """Carries calls to the window's thread.

    Signals:
        _posted: (function, argument), always queued to the thread that owns the bridge.

    Thread: made on the window's thread; `post` from any thread.
    """

    _posted = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, function: Callable[[object], object], argument: object = None) -> None:
        """Call `function(argument)` on the window's thread, in order, soon."""
        self._posted.emit(function, argument)

    def close(self) -> None:
        """Drop everything that arrives from now on (the window goes away)."""
        self._open = False

    def _run(self, function: Callable[[object], object], argument: object) -> None:
        if self._open:
            function(argument)
