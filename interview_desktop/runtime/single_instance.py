"""One window for one data folder: a second start brings the first window forward."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_TIMEOUT_MS = 1000
_RAISE = b"raise\n"


def call_forward(data_dir: Path) -> bool:
    """Ask the process that has `data_dir` to show its window; whether one has heard it.

    Thread: any; waits at most some seconds.
    """
    return _called(_name(data_dir))


class SingleInstance(QObject):
    """Claims the data folder for this process, or tells the process that has it.

    Signals:
        raised: another start asked for this window.

    Thread: the window's thread. `claim` waits at most a second, before any window is shown.
    """

    raised = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._name = _name(data_dir)
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """True if this process is the first; False if the first one was called forward."""
        if _called(self._name):
            return False
        server = QLocalServer(self)
        server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # Nobody answered: a socket file that is still there was left by a killed process.
        QLocalServer.removeServer(self._name)
        if not server.listen(self._name):
            return True
        server.newConnection.connect(self._on_connection)
        self._server = server
        return True

    def close(self) -> None:
        """Give the name up. Idempotent."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def _on_connection(self) -> None:
        assert self._server is not None
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(self._read)
            socket.disconnected.connect(socket.deleteLater)
            if socket.bytesAvailable():
                self._answer(socket)

    def _read(self) -> None:
        socket = self.sender()
        if isinstance(socket, QLocalSocket):
            self._answer(socket)

    def _answer(self, socket: QLocalSocket) -> None:
        if _RAISE.strip() in bytes(socket.readAll().data()):
            self.raised.emit()
        socket.disconnectFromServer()


def _name(data_dir: Path) -> str:
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:16]
    return f"interview-practice-{digest}"


def _called(name: str) -> bool:
    socket = QLocalSocket()
    socket.connectToServer(name)
    if not socket.waitForConnected(_CONNECT_TIMEOUT_MS):
        return False
    socket.write(_RAISE)
    socket.waitForBytesWritten(_CONNECT_TIMEOUT_MS)
    # The first process closes when it has read the request.
    socket.waitForDisconnected(_CONNECT_TIMEOUT_MS)
    return True
