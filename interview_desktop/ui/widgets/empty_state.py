"""What stands where nothing is yet: why, and the one thing to do."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.button import Button, Kind
from interview_desktop.ui.widgets.text import Text

ICON = 28


class EmptyState(QWidget):
    """Icon, a few words, a sentence, one action; centred.

    Signals:
        acted: the action was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        icon: str,
        title: str,
        sentence: str,
        action: str = "",
        action_icon: str | None = None,
        kind: Kind = "primary",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addWidget(_Icon(icon), 0, middle)
        column.addSpacing(8)
        self._title = Text(title, "subhead", wrap=True, align=middle)
        self._sentence = Text(sentence, "small", "ink2", wrap=True, align=middle)
        column.addWidget(self._title)
        column.addWidget(self._sentence)
        self.button = Button(action, kind, 36, action_icon)
        self.button.setVisible(bool(action))
        self.button.clicked.connect(self.acted)
        column.addSpacing(12)
        column.addWidget(self.button, 0, middle)

    def tell(self, title: str, sentence: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._sentence.setText(sentence)


class _Icon(QWidget):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._follow()
        theme.changed.connect(self._follow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        draw_icon(QPainter(self), self._name, QRectF(self.rect()), "ink3")

    def _follow(self) -> None:
        self.setFixedSize(px(ICON), px(ICON))
        self.update()
