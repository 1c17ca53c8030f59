"""What has just been done, with its undoing; it floats for six seconds."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPropertyAnimation, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QEnterEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsOpacityEffect,
    QHBoxLayout,
    QStyle,
    QWidget,
)

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button, Colors, paint_box
from interview_desktop.ui.widgets.text import Text

STAYS_MS = 6000
# After a pause it stays so long at least.
LEAST_MS = 1500
IN_MS = 140
SHADOW = 24
ABOVE_EDGE = 24
RADIUS = 10


class Toast(QWidget):
    """A floating remark at the window's bottom; hovering or focus stops its clock.

    Signals:
        undone: Undo was pressed.
        closed: it is gone, undone or not.

    Thread: the window's thread.
    """

    undone = Signal()
    closed = Signal()

    def __init__(self, text: str, window: QWidget, undo: str = "Undo") -> None:
        super().__init__(window)
        self._over = window
        self._left_ms = STAYS_MS
        self._before = QApplication.focusWidget()
        self.setAccessibleName(text)
        row = QHBoxLayout(self)
        row.setContentsMargins(SHADOW + px(14), SHADOW + px(6), SHADOW + px(8), SHADOW + px(6))
        row.setSpacing(px(12))
        self._text = Text(text, "small", "on_toast")
        row.addWidget(self._text)
        self._undo = _ToastAction(undo)
        self._undo.setVisible(bool(undo))
        self._undo.clicked.connect(self._undone)
        self._undo.installEventFilter(self)
        row.addWidget(self._undo)
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self.dismiss)
        window.installEventFilter(self)
        theme.changed.connect(self.update)

    @staticmethod
    def over(window: QWidget, text: str, undo: str = "Undo") -> Toast:
        """Show a toast in `window`, instead of the one that may be there."""
        for old in window.findChildren(Toast):
            old.dismiss()
        toast = Toast(text, window.window(), undo)
        toast.appear()
        return toast

    def appear(self) -> None:
        """Show it, say it, start its clock."""
        self._place()
        self.show()
        self.raise_()
        self._fade_in()
        self._clock.start(self._left_ms)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, self._text.text()))

    def dismiss(self) -> None:
        """Go; the focus returns to where it came from."""
        if self.isHidden():
            return
        self._clock.stop()
        if self._undo.hasFocus() and self._before is not None:
            self._before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.hide()
        self.closed.emit()
        self.deleteLater()

    def undo_button(self) -> Button:
        """The way back."""
        return self._undo

    def is_waiting(self) -> bool:
        """Whether its clock stands still."""
        return not self._clock.isActive()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Whoever reads it has time."""
        super().enterEvent(event)
        self._pause()

    def leaveEvent(self, event: QEvent) -> None:
        """The clock goes on."""
        super().leaveEvent(event)
        self._go_on()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The window's size moves it; the focus on Undo stops its clock."""
        kind = event.type()
        if watched is self._undo:
            if kind == QEvent.Type.FocusIn:
                self._pause()
            elif kind == QEvent.Type.FocusOut:
                self._go_on()
        elif kind == QEvent.Type.Resize:
            self._place()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Shadow and ground."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(SHADOW, SHADOW, -SHADOW, -SHADOW)
        paint_shadow(painter, box, RADIUS)
        paint_box(painter, box, "toast", "line2" if theme.dark else None, RADIUS)

    def _undone(self) -> None:
        self.undone.emit()
        self.dismiss()

    def _pause(self) -> None:
        if self._clock.isActive():
            self._left_ms = self._clock.remainingTime()
            self._clock.stop()

    def _go_on(self) -> None:
        over = self.underMouse() or self._undo.hasFocus()
        if not over and not self.isHidden() and not self._clock.isActive():
            self._clock.start(max(LEAST_MS, self._left_ms))

    def _place(self) -> None:
        window = self._over
        size = self.sizeHint()
        self.resize(size)
        left = (window.width() - size.width()) // 2
        self.move(left, window.height() - size.height() - ABOVE_EDGE + SHADOW)

    def _fade_in(self) -> None:
        hint = QStyle.StyleHint.SH_Widget_Animation_Duration
        if self.style().styleHint(hint, None, self) <= 0:
            return
        effect = QGraphicsOpacityEffect(self)
        self.setGraphicsEffect(effect)
        fade = QPropertyAnimation(effect, b"opacity", self)
        fade.setDuration(IN_MS)
        fade.setStartValue(0.0)
        fade.setEndValue(1.0)
        # The effect paints through a pixmap: it is not kept.
        fade.finished.connect(self._faded)
        fade.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)

    def _faded(self) -> None:
        self.setGraphicsEffect(None)  # type: ignore[arg-type]


class _ToastAction(Button):
    """A quiet button on the toast's own ground."""

    def __init__(self, text: str) -> None:
        super().__init__(text, "link", 32)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The words, underlined when hovered."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.hasFocus():
            painter.setPen(QPen(theme.color("toast_action"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        chosen = font("label")
        chosen.setUnderline(self.underMouse())
        painter.setFont(chosen)
        painter.setPen(theme.color("toast_action"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())

    def _colors(self) -> Colors:
        return None, None, "toast_action"

    def _content_width(self) -> float:
        return super()._content_width() + 2 * px(8)


def paint_shadow(painter: QPainter, box: QRectF, radius: float) -> None:
    """A soft shadow below a floating box: 0/8/24 px at 12 % black, 40 % in the dark."""
    strength = 0.40 if theme.dark else 0.12
    painter.setPen(Qt.PenStyle.NoPen)
    steps = SHADOW // 2
    for step in range(steps):
        grow = SHADOW * (1 - step / steps) - 8
        color = QColor(Qt.GlobalColor.black)
        color.setAlphaF(strength * 1.6 / steps * (step + 1) / steps)
        painter.setBrush(color)
        spread = box.adjusted(-grow, -grow + 8, grow, grow + 8)
        painter.drawRoundedRect(spread, radius + grow, radius + grow)
