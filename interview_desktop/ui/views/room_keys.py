"""The room's keys: single letters, Space to talk, and the sheet that lists them."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QTextEdit, QWidget
from shiboken6 import isValid

from interview_desktop.ui.announce import announce
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.widgets.button import paint_box
from interview_desktop.ui.widgets.text import draw_text, text_width

KEYS = (
    ("T", "Thinking, or ready"),
    ("H", "Hint"),
    ("R", "Repeat the question"),
    ("E", "Next exhibit"),
    ("M", "Mute"),
    ("D", "Done with the question"),
    ("N", "Notes"),
    ("Esc", "Leave the notes"),
)
TALK_KEY = ("Space", "Hold to talk")


def writes(widget: QWidget | None) -> bool:
    """Whether keys are text there."""
    if isinstance(widget, QLineEdit):
        return not widget.isReadOnly()
    return isinstance(widget, QTextEdit) and not widget.isReadOnly()


class TalkKey(QObject):
    """Space held anywhere in the room but in a field: talking.

    It listens to the one widget that has the focus, so that other events cost nothing.

    Signals:
        talking: True while Space is held; False also when the focus leaves.
        focused: the focus has moved, (from, to); to is None outside the room.
    """

    talking = Signal(bool)
    focused = Signal(object, object)

    def __init__(self, room: QWidget, wanted: Callable[[], bool]) -> None:
        super().__init__(room)
        self._room = room
        self._wanted = wanted
        self._held = False
        self._watched: QWidget | None = None
        self._listening = False

    def start(self) -> None:
        """The room is seen: follow the focus."""
        application = QApplication.instance()
        if not self._listening and isinstance(application, QApplication):
            self._listening = True
            application.focusChanged.connect(self._moved)
            self._moved(None, QApplication.focusWidget())

    def stop(self) -> None:
        """It is not seen any more, perhaps about to be deleted: let go of everything."""
        self.release()
        application = QApplication.instance()
        if self._listening and isinstance(application, QApplication):
            self._listening = False
            application.focusChanged.disconnect(self._moved)
            self._watch(None)

    def release(self) -> None:
        """Let go, whatever the key does."""
        if self._held:
            self._held = False
            self.talking.emit(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space is taken from buttons; the loss of focus lets go."""
        kind = event.type()
        if kind in (QEvent.Type.FocusOut, QEvent.Type.WindowDeactivate, QEvent.Type.Hide):
            self.release()
        elif (
            isinstance(event, QKeyEvent)
            and kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease)
            and event.key() == Qt.Key.Key_Space
            and self._wanted()
            and not writes(self._watched)
        ):
            if not event.isAutoRepeat():
                held = kind == QEvent.Type.KeyPress
                if held != self._held:
                    self._held = held
                    self.talking.emit(held)
            return True
        return super().eventFilter(watched, event)

    # Declared to Qt: a slot that is added while it runs can be gone when a late signal comes.
    @Slot(QWidget, QWidget)
    def _moved(self, old: QWidget | None, new: QWidget | None) -> None:
        inside = new is not None and (new is self._room or self._room.isAncestorOf(new))
        self._watch(new if inside else None)
        if not inside or writes(new):
            self.release()
        self.focused.emit(old, new if inside else None)

    def _watch(self, widget: QWidget | None) -> None:
        if self._watched is not None and isValid(self._watched):
            self._watched.removeEventFilter(self)
        self._watched = widget
        if widget is not None:
            widget.installEventFilter(self)


class KeySheet(QWidget):
    """The keys in a small floating sheet; it takes no focus."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._talk = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName("Keys")
        self.hide()
        theme.changed.connect(self._follow)

    def rows(self) -> tuple[tuple[str, str], ...]:
        """Each key with what it does."""
        if not self._talk:
            return KEYS
        return (*(row for row in KEYS if row[0] != "M"), TALK_KEY)

    def set_talk(self, talk: bool) -> None:
        """Whether Space talks."""
        self._talk = talk
        self._follow()

    def toggle(self, above: QPoint) -> None:
        """Show with the lower right corner at `above`, or hide."""
        if self.isVisible():
            self.hide()
            return
        size = self.sizeHint()
        self.setGeometry(
            above.x() - size.width(), above.y() - size.height(), size.width(), size.height()
        )
        self.raise_()
        self.show()
        announce(self, "Keys. " + ". ".join(f"{key}: {does}" for key, does in self.rows()))

    def sizeHint(self) -> QSize:
        """As many rows as there are keys."""
        wide = max(text_width(does, "small") for _, does in self.rows())
        high = len(self.rows()) * px(28) + line("strong") + px(8)
        return QSize(px(64) + wide + 2 * px(20), high + 2 * px(16))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Box, heading, rows."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_box(painter, QRectF(self.rect()), "surface", "line2", 12)
        left, wide = float(px(20)), float(self.width())
        y = float(px(16))
        draw_text(painter, "Keys", "strong", "ink", (left, y, wide))
        y += line("strong") + px(8)
        for key, does in self.rows():
            draw_text(painter, key, "label", "ink", (left, y, wide))
            draw_text(painter, does, "small", "ink2", (left + px(64), y, wide))
            y += px(28)

    def _follow(self) -> None:
        if self.isVisible():
            corner = self.geometry().bottomRight()
            self.hide()
            self.toggle(corner)
        self.update()
