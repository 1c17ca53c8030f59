"""A problem of the app itself, told in the window: never a dialog, never over the interview."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF, Qt, QUrl, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QDesktopServices,
    QGuiApplication,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.runtime.error_report import Problem
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.text import Text

# Each has its own details; more of them would not be read.
MAX_DETAILS = 5


class ErrorPanel(QWidget):
    """One sentence with Copy details, Open log folder and Close; more of them join it.

    Signals:
        closed: the person has closed it.
    """

    closed = Signal()

    def __init__(self, problem: Problem, logs: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problems = [problem]
        self._logs = logs
        outer = QHBoxLayout(self)
        outer.setContentsMargins(px(32), px(16), px(24), px(12))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        self._sentence = Text(problem.sentence, "body", "ink", wrap=True)
        self._more = Text("", "small", "ink2", wrap=True)
        self._more.hide()
        words.addWidget(self._sentence)
        words.addWidget(self._more)
        outer.addLayout(words, 1)
        self.copy = Button("Copy details", "quiet", 32)
        self.copy.clicked.connect(self._copy)
        self._folder = Button("Open log folder", "quiet", 32)
        self._folder.clicked.connect(self._open_folder)
        self.copy.setVisible(bool(problem.details))
        self._folder.setVisible(bool(problem.details))
        close = Button("Close", "quiet", 32)
        close.clicked.connect(self.closed)
        for button in (self.copy, self._folder, close):
            outer.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
        self.setAccessibleName("Problem")
        self._announce()
        theme.changed.connect(self.update)

    @property
    def details(self) -> str:
        """What Copy details copies."""
        return "\n\n".join(one.details for one in self._problems[:MAX_DETAILS] if one.details)

    def add(self, problem: Problem) -> None:
        """Tell of one more; the first sentence stays where the person is reading it."""
        self._problems.append(problem)
        others = {one.sentence for one in self._problems} - {self._problems[0].sentence}
        count = len(self._problems) - 1
        once = "It happened at one more place." if count == 1 else f"And {count} more of this kind."
        self._more.setText(" ".join(sorted(others)) or once)
        self._more.show()
        self.copy.setVisible(bool(self.details))
        self._folder.setVisible(bool(self.details))
        self._announce()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Soft ground, no border."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        serious = any(one.serious for one in self._problems)
        painter.setBrush(theme.color("bad_soft" if serious else "warn_soft"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(16, 8, -16, -4), 8, 8)

    def _announce(self) -> None:
        self.setAccessibleDescription(f"{self._sentence.text()} {self._more.text()}".strip())
        QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Alert))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.details)
        self.copy.setText("Copied")
        self.copy.setAccessibleName("Copy details, copied")

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._logs)))
