"""A line of text in a painted frame, with its label, its message and its error."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import RADIUS, IconButton, paint_box
from interview_desktop.ui.widgets.text import Text

HEIGHT = 36
# With a button inside: a target of 40 and its frame.
HEIGHT_WITH_BUTTON = 44
SEND = 40
LONGEST = 400
ICON = 16


class Field(QWidget):
    """A real line edit; Enter hands the text over, Escape leaves it.

    Args:
        name: its accessible name.
        placeholder: an example or the kind of thing to write.
        icon: name of an icon at its left.
        shortcut: the key that leads here, shown at its right while it is empty.
        label: words above it.
        clears: empty after Enter.
        secret: dots instead of letters.
        plain: no typographic replacements, for keys and codes.
        send: name of a button at its right that does what Enter does, for those who cannot press
            a key.

    Signals:
        submitted: the text, never empty.
        changed: the text after each change.
        left: Escape was pressed.
    """

    submitted = Signal(str)
    changed = Signal(str)
    left = Signal()

    def __init__(
        self,
        name: str,
        placeholder: str = "",
        parent: QWidget | None = None,
        *,
        icon: str | None = None,
        shortcut: str = "",
        label: str = "",
        clears: bool = True,
        secret: bool = False,
        plain: bool = False,
        send: str = "",
    ) -> None:
        super().__init__(parent)
        self._clears = clears
        self._plain = plain
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._label = Text(label, "label")
        self._label.setVisible(bool(label))
        self.edit = QLineEdit()
        self.send = IconButton("arrow-up", send, "quiet", SEND) if send else None
        self._frame = _Frame(self.edit, icon, shortcut, self.send)
        self._message = Text("", "caption", "ink2", wrap=True)
        self._message.hide()
        column.addWidget(self._label)
        column.addWidget(self._frame)
        column.addWidget(self._message)
        self._label.setBuddy(self.edit)
        self.edit.setFrame(False)
        self.edit.setMaxLength(LONGEST)
        self.edit.setPlaceholderText(placeholder)
        self.edit.setAccessibleName(name)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)
        self.edit.returnPressed.connect(self._submit)
        if self.send is not None:
            self.send.clicked.connect(self._submit)
        self.edit.textChanged.connect(self.changed)
        self.edit.installEventFilter(self)
        self.setFocusProxy(self.edit)
        self._follow()
        theme.changed.connect(self._follow)

    def text(self) -> str:
        """What is written."""
        return self.edit.text()

    def set_text(self, text: str) -> None:
        """Write something else."""
        self.edit.setText(text)

    def set_message(self, sentence: str) -> None:
        """Show a remark below; an empty one takes it away."""
        self._tell(sentence, error=False)

    def set_error(self, sentence: str) -> None:
        """Show the cause and the way out below, and the frame in red; empty when all is well."""
        self._tell(sentence, error=bool(sentence))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Escape leaves; the frame follows the focus."""
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._frame.update()
        elif (
            isinstance(event, QKeyEvent)
            and event.type() is QEvent.Type.KeyPress
            and event.key() == Qt.Key.Key_Escape
        ):
            self.left.emit()
            return True
        return super().eventFilter(watched, event)

    def _tell(self, sentence: str, *, error: bool) -> None:
        self._message.setText(sentence)
        self._message.set_color("bad" if error else "ink2")
        self._message.setVisible(bool(sentence))
        self.edit.setAccessibleDescription(sentence)
        self._frame.show_error(error)

    def _submit(self) -> None:
        text = self.edit.text().strip()
        if text:
            if self._clears:
                self.edit.clear()
            self.submitted.emit(text)

    def _follow(self) -> None:
        palette = self.edit.palette()
        # The frame is painted behind it: the edit's own ground would cover it.
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        self.edit.setPalette(palette)
        written = font("body")
        if self._plain:
            written.setFeature(written.Tag("calt"), 0)
        self.edit.setFont(written)


class _Frame(QWidget):
    """The painted frame around the edit: icon, edit, shortcut."""

    def __init__(
        self, edit: QLineEdit, icon: str | None, shortcut: str, send: IconButton | None
    ) -> None:
        super().__init__()
        self._edit = edit
        self._icon = icon
        self._error = False
        self._row = QHBoxLayout(self)
        self._row.setSpacing(0)
        self._row.addWidget(edit, 1)
        self._shortcut = Text(shortcut, "small", "ink3")
        self._row.addWidget(self._shortcut)
        self._send = send
        if send is not None:
            self._row.addWidget(send)
        self._has_shortcut = bool(shortcut)
        edit.textChanged.connect(self._show_shortcut)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._show_shortcut()
        self._follow()
        theme.changed.connect(self._follow)

    def show_error(self, error: bool) -> None:
        """The frame in red, or not."""
        self._error = error
        self.update()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hovered."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer hovered."""
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The frame: 2 px accent in focus, 2 px red in error."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        border, width = ("ink2" if self.underMouse() else "control"), 1
        if self._error:
            border, width = "bad", 2
        elif self._edit.hasFocus():
            border, width = "accent", 2
        fill = "surface"
        if not self.isEnabled():
            fill, border, width = "sunken", "line", 1
        paint_box(painter, QRectF(self.rect()), fill, border, RADIUS, width)
        if self._icon is not None:
            size = px(ICON)
            box = QRectF(px(11), 0, size, self.height())
            draw_icon(painter, self._icon, box, "ink2" if self.isEnabled() else "disabled")

    def _show_shortcut(self) -> None:
        self._shortcut.setVisible(self._has_shortcut and not self._edit.text())

    def _follow(self) -> None:
        # A line edit keeps 2 px of its own.
        left = px(36) if self._icon is not None else px(13)
        self._row.setContentsMargins(left - 2, 0, px(12 if self._send is None else 2), 0)
        self.setFixedHeight(px(HEIGHT if self._send is None else HEIGHT_WITH_BUTTON))
        self.update()
