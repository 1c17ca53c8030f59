"""A row of a list: the whole of it is one press."""

from __future__ import annotations

from itertools import zip_longest

from PySide6.QtCore import QEvent, QRectF, QSize, Signal
from PySide6.QtGui import QEnterEvent, QFocusEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.layout import BLEED
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.widgets.button import Button, Pressable, paint_box
from interview_desktop.ui.widgets.label import LabelKind, label_size, paint_label
from interview_desktop.ui.widgets.text import Align, draw_text, text_width

PADDING = 12
CHEVRON = 18
GAP = 16


class Row(Pressable):
    """Title, second line, meta; `clicked` opens it.

    It is `BLEED` (12 px) wider at both sides than its words: lay it out so much further out than
    the texts above it.

    Args:
        title: strong.
        second: the small line below.
        meta: right-aligned; a line feed begins its second line.
        chevron: it opens a page.
        action: words of a button that takes the place of meta when hovered or focused.
        label: a pill instead of meta.
        rule: a hairline below, as wide as the words.

    Signals:
        acted: its action was pressed.
    """

    acted = Signal()
    focus_radius = 10

    def __init__(
        self,
        title: str,
        second: str = "",
        meta: str = "",
        *,
        chevron: bool = False,
        action: str = "",
        label: tuple[str, LabelKind] | None = None,
        rule: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._second = second
        self._meta = meta
        self._chevron = chevron
        self._label = label
        self._rule = rule
        self._current = False
        self._trailing: QWidget | None = None
        self._action: Button | None = None
        super().__init__(title, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        parts = [title, second, meta.replace("\n", ", "), label[0] if label else ""]
        self.setAccessibleName(", ".join(part for part in parts if part))
        if action:
            self._action = Button(action, "secondary", 28, parent=self)
            self._action.setAccessibleDescription(title)
            self._action.clicked.connect(self.acted)
            self._action.installEventFilter(self)
            self._action.hide()

    def set_current(self, current: bool) -> None:
        """Mark the row that holds now."""
        self._current = current
        self.update()

    def action(self) -> Button | None:
        """The button that shows while the row is hovered or has the focus."""
        return self._action

    def sizeHint(self) -> QSize:
        """One or two lines."""
        lines = line("strong") + (line("small") if self._second else 0)
        words = max(text_width(self.text(), "strong"), text_width(self._second, "small"))
        width = words + self._right_width() + px(GAP) + 2 * BLEED
        return QSize(width, lines + 2 * px(PADDING))

    def minimumSizeHint(self) -> QSize:
        """The title may be elided."""
        least = self._right_width() + px(GAP) + 2 * BLEED + px(80)
        return QSize(min(least, self.sizeHint().width()), self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The action keeps to the right."""
        super().resizeEvent(event)
        self._place()

    def enterEvent(self, event: QEnterEvent) -> None:
        """Hovered: the action shows."""
        super().enterEvent(event)
        self._show_action()

    def leaveEvent(self, event: QEvent) -> None:
        """No longer hovered."""
        super().leaveEvent(event)
        self._show_action()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard gets what hovering gives."""
        super().focusInEvent(event)
        self._show_action()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The action stays while it has the focus itself."""
        super().focusOutEvent(event)
        self._show_action()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The action follows its own focus too."""
        if event.type() == QEvent.Type.FocusOut:
            self._show_action()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Ground, words, meta, chevron, hairline."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        ground = None
        if self._current:
            ground = "accent_soft"
        elif self.isEnabled() and (self.isDown() or self.underMouse()):
            ground = "press" if self.isDown() else "row_hover"
        if self._rule and ground is None:
            width = self.width() - 2 * BLEED
            painter.fillRect(BLEED, self.height() - 1, width, 1, theme.color("line"))
        if ground is not None:
            paint_box(painter, QRectF(self.rect()), ground, None, self.focus_radius)
        room = max(px(40), self.width() - 2 * BLEED - self._right_width() - px(GAP))
        main, other = ("ink", "ink2") if self.isEnabled() else ("disabled", "disabled")
        lines = line("strong") + (line("small") if self._second else 0)
        top = (self.height() - lines) / 2
        below = top + draw_text(painter, self.text(), "strong", main, (BLEED, top, room))
        if self._second:
            draw_text(painter, self._second, "small", other, (BLEED, below, room))
        right = float(self.width() - BLEED)
        if self._chevron:
            box = QRectF(right - px(CHEVRON) + 4, 0, px(CHEVRON), self.height())
            draw_icon(painter, "chevron-right", box, other)
            right -= px(CHEVRON) + px(6)
        if self._action is None or self._action.isHidden():
            self._paint_meta(painter, right)

    def _paint_meta(self, painter: QPainter, right: float) -> None:
        if self._label is not None:
            size = label_size(self._label[0])
            left, top = right - size.width(), (self.height() - size.height()) / 2
            box = QRectF(left, top, size.width(), size.height())
            paint_label(painter, box, *self._label)
        elif self._meta and self._trailing is None:
            width = text_width(self._meta, "small") + 2
            parts = self._meta.split("\n")
            y = (self.height() - len(parts) * line("small")) / 2
            for part, ink in zip_longest(parts, ("ink2",), fillvalue="ink3"):
                place = (right - width, y, float(width))
                y += draw_text(painter, part, "small", ink, place, align=Align.AlignRight)

    def _right_width(self) -> int:
        width = (px(CHEVRON) + px(6)) if self._chevron else 0
        if self._label is not None:
            return width + label_size(self._label[0]).width()
        if self._trailing is not None:
            return width + self._trailing.sizeHint().width()
        meta = text_width(self._meta, "small") if self._meta else 0
        action = self._action.sizeHint().width() if self._action is not None else 0
        return width + max(meta, action)

    def _place(self) -> None:
        right = self.width() - BLEED - ((px(CHEVRON) + px(6)) if self._chevron else 0)
        for one in (self._action, self._trailing):
            if one is not None:
                size = one.sizeHint()
                one.resize(size)
                one.move(right - size.width(), (self.height() - size.height()) // 2)

    def _show_action(self) -> None:
        if self._action is not None:
            shown = self.underMouse() or self.hasFocus() or self._action.hasFocus()
            self._action.setVisible(shown and self.isEnabled())
            self._place()
            self.update()

    def _follow(self) -> None:
        super()._follow()
        self._place()
