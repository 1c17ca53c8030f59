"""One window for one data folder: a second start brings the first window forward."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

_CONNECT_TIMEOUT_MS = 1000
_RAISE = b"raise\n"


class SingleInstance(QObject):
    """Claims the data folder for this process, or tells the process that has it.

    Signals:
        raised: another start asked for this window.

    Thread: the window's thread. `claim` waits at most a second, before any window is shown.
    """

    raised = Signal()

    def __init__(self, data_dir: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
        self._name = f"interview-practice-{digest}"
        self._server: QLocalServer | None = None

    def claim(self) -> bool:
        """True if this process is the first; False if the first one was called forward."""
        socket = QLocalSocket()
        socket.connectToServer(self._name)
        if socket.waitForConnected(_CONNECT_TIMEOUT_MS):
            socket.write(_RAISE)
            socket.waitForBytesWritten(_CONNECT_TIMEOUT_MS)
            # The first process closes when it has read the request.
            socket.waitForDisconnected(_CONNECT_TIMEOUT_MS)
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
