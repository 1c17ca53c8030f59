"""The bar above a focus screen: back, what it is, and room for what the screen needs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSpacerItem, QVBoxLayout, QWidget

from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.button import IconButton
from interview_desktop.ui.widgets.text import Text

HEIGHT = 60
_BACK, _LEFT, _RIGHT, _WORDS = 40, 18, 32, 20


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
        self.back_button = IconButton("arrow-left", back or "Back", height=_BACK)
        self.back_button.setVisible(bool(back))
        self.back_button.clicked.connect(self.back)
        self._row.addWidget(self.back_button)
        words = self._words = QVBoxLayout()
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
        # What stands before the words is made up for, so that the centre is the window's.
        self._balance = QSpacerItem(0, 0)
        self._row.addItem(self._balance)
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
        self._space_words()
        self._keep_title()

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

    def minimumSizeHint(self) -> QSize:
        """A long title never keeps the window from getting smaller."""
        least = super().minimumSizeHint()
        spare = max(0, self._title.minimumWidth() - self._title.minimumSizeHint().width())
        return QSize(least.width() - spare, least.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The title keeps its words as long as there is room, then the centre gives way."""
        super().resizeEvent(event)
        self._keep_title()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The hairline."""
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))

    def _follow(self) -> None:
        self.setFixedHeight(px(HEIGHT))
        # The arrow begins where the screen's texts do, within a pixel; the rest follows.
        self._row.setContentsMargins(px(_LEFT), 0, px(_RIGHT), 1)
        self._row.setSpacing(0)
        self._right.setSpacing(px(8))
        more = _LEFT + _BACK - _RIGHT if self.back_button.isVisibleTo(self) else 0
        self._balance.changeSize(px(more), 0)
        self._space_words()
        self._keep_title()
        self.update()

    def _keep_title(self) -> None:
        others = self._center.sizeHint().width() + self._right.sizeHint().width()
        fixed = px(_LEFT + _RIGHT) + (px(_BACK) if self.back_button.isVisibleTo(self) else 0)
        room = self.width() - fixed - self._balance.sizeHint().width() - px(_WORDS) - others
        wanted = max(self._title.sizeHint().width(), self._second.sizeHint().width())
        self._title.setMinimumWidth(max(0, min(wanted, room)))

    def _space_words(self) -> None:
        # A caption has less below its base line than a name above its capitals.
        below = px(4) if self._second.text() else 0
        self._words.setContentsMargins(px(4), 0, px(_WORDS - 4), below)
