"""The bar above a focus screen: back, what it is, and room for what the screen needs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.button import IconButton
from interview_desktop.ui.widgets.text import Text

HEIGHT = 60


class TopBar(QWidget):
    """Back button, title and second line, a centre, a right side; a hairline below.

    Args:
        title: what is shown.
        second: the small line below it.
        back: the back button's name; without one there is none.

    Signals:
        back: the back button was pressed.
    """

    back = Signal()

    def __init__(
        self, title: str, second: str = "", back: str = "Back", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self.back_button = IconButton("arrow-left", back or "Back")
        self.back_button.setVisible(bool(back))
        self.back_button.clicked.connect(self.back)
        self._row.addWidget(self.back_button)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        self._title = Text("", "strong", lines=1)
        self._second = Text("", "caption", "ink2", lines=1)
        words.addWidget(self._title)
        words.addWidget(self._second)
        words.addStretch(1)
        self._row.addLayout(words, 1)
        self._center = QHBoxLayout()
        self._row.addLayout(self._center)
        self._right = QHBoxLayout()
        self._right.addStretch(1)
        self._row.addLayout(self._right, 1)
        self.set_title(title, second)
        self._follow()
        theme.changed.connect(self._follow)

    def set_title(self, title: str, second: str = "") -> None:
        """Change the words."""
        self._title.setText(title)
        self._second.setText(second)
        self._second.setVisible(bool(second))

    def set_center(self, widget: QWidget) -> None:
        """Put a widget into the middle, instead of the one that may be there."""
        while (item := self._center.takeAt(0)) is not None:
            old = item.widget()
            if old is not None and old is not widget:
                old.deleteLater()
        self._center.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def add_right(self, widget: QWidget) -> None:
        """Add a widget at the right end."""
        self._right.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The hairline."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))

    def _follow(self) -> None:
        self.setFixedHeight(px(HEIGHT))
        self._row.setContentsMargins(px(24), 0, px(32), 1)
        self._row.setSpacing(px(8))
        self._right.setSpacing(px(8))
        self.update()
