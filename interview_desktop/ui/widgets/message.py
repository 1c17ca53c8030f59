"""A sentence where the problem is, with at most one thing to do about it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.widgets.button import Button, paint_box
from interview_desktop.ui.widgets.text import Text

MessageKind = Literal["info", "ok", "warn", "bad"]
ICON = 18
# (ground, icon's colour, icon)
_LOOKS: dict[str, tuple[str, str, str]] = {
    "info": ("hover", "ink2", "info"),
    "ok": ("ok_soft", "ok", "check-circle"),
    "warn": ("warn_soft", "warn", "warning"),
    "bad": ("bad_soft", "bad", "error-circle"),
}
SPOKEN = {"info": "Information", "ok": "Done", "warn": "Advice", "bad": "Problem"}


class Message(QWidget):
    """An inline message; it is read out when it appears.

    Signals:
        acted: its action was pressed.
    """

    acted = Signal()

    def __init__(
        self,
        kind: MessageKind = "info",
        text: str = "",
        action: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind: MessageKind = kind
        self._said = ""
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        self._text = Text("", "small", "ink", wrap=True)
        self._action = Button("", "quiet", 32)
        self._action.clicked.connect(self.acted)
        middle = Qt.AlignmentFlag.AlignVCenter
        # As high as its lines, in the middle of a taller button.
        words = QVBoxLayout()
        words.addStretch(1)
        words.addWidget(self._text)
        words.addStretch(1)
        self._row.addLayout(words, 1)
        self._row.addWidget(self._action, 0, middle)
        self._follow()
        self.tell(kind, text, action)
        theme.changed.connect(self._follow)

    def tell(self, kind: MessageKind, text: str, action: str = "") -> None:
        """Say something else; heard at once when the message is visible."""
        self._kind = kind
        self._text.setText(text)
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setAccessibleName(f"{SPOKEN[kind]}: {text}")
        if self.isVisible():
            self._announce()
        self.update()

    def text(self) -> str:
        """The sentence."""
        return self._text.text()

    def kind(self) -> MessageKind:
        """What it means."""
        return self._kind

    def action(self) -> Button:
        """The button; hidden when there is nothing to do."""
        return self._action

    def showEvent(self, event: QShowEvent) -> None:
        """Read out."""
        super().showEvent(event)
        self._announce()

    def hideEvent(self, event: object) -> None:
        """Shown again it is read out again."""
        self._said = ""
        super().hideEvent(event)  # type: ignore[arg-type]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground and icon."""
        ground, color, icon = _LOOKS[self._kind]
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), ground)
        one_line = self._text.height() <= line("small")
        size = px(ICON)
        middle = self.height() / 2 if one_line else self._text.y() + line("small")
        draw_icon(painter, icon, QRectF(px(14), middle - size / 2, size, size), color)

    def _announce(self) -> None:
        said = self.accessibleName()
        if not self._text.text() or said == self._said:
            return
        self._said = said
        event = QAccessibleAnnouncementEvent(self, said)
        if self._kind == "bad":
            event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(event)

    def _follow(self) -> None:
        self._row.setContentsMargins(px(14 + ICON + 10), px(10), px(8), px(10))
        self._row.setSpacing(px(12))
        self.update()
