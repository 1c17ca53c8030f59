"""A control of the room: an icon over its word and a second line, or beside it when compact."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, line, px, theme
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.text import Align, draw_text, text_width

HEIGHT, COMPACT_HEIGHT = 64, 44
_ICON, _PADDING, _NARROWEST = 20, 8, 48
_COMPACT_ICON, _GAP, _COMPACT_PADDING = 18, 7, 10


class Control(Pressable):
    """Icon, word, second line.

    Args:
        icon: name of the icon.
        word: what the press does.
        second: the line below it; compact leaves it out.
        words: every word and second line that may stand here, so that a change moves nothing.
        key: the key that does the same, for the tooltip.
        bare: compact shows the icon alone.
    """

    def __init__(
        self,
        icon: str,
        word: str,
        second: str = "",
        *,
        words: Sequence[str] = (),
        key: str = "",
        bare: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        self._icon = icon
        self._second = second
        self._words = tuple(words)
        self._key = key
        self._bare = bare
        self._compact = False
        self._strong = ""
        super().__init__(word, parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.tell(icon, word, second)

    def tell(self, icon: str, word: str, second: str = "", name: str = "", color: str = "") -> None:
        """Change what stands there.

        Args:
            icon: name of the icon.
            word: what the press does.
            second: the line below it.
            name: the accessible name, where the words alone do not say the state.
            color: a token for the icon, where the state must be seen.
        """
        self._icon, self._second, self._strong = icon, second, color
        if word != self.text():
            self.setText(word)
        spoken = name or ", ".join(one for one in (word, second) if one)
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
        tip = name or word
        self.setToolTip(f"{tip} ({self._key})" if self._key else tip)
        self.update()

    def set_compact(self, compact: bool) -> None:
        """One row of 44 pixels instead of three lines."""
        self._compact = compact
        self._follow()

    def set_bare(self, bare: bool) -> None:
        """Whether compact shows the icon alone."""
        self._bare = bare
        self._follow()

    def sizeHint(self) -> QSize:
        """As wide as the widest of its words."""
        if self._compact:
            if self._bare:
                return QSize(px(COMPACT_HEIGHT), px(COMPACT_HEIGHT))
            wide = text_width(self.text(), "label") + px(_COMPACT_ICON + _GAP)
            return QSize(math.ceil(wide) + 2 * px(_COMPACT_PADDING), px(COMPACT_HEIGHT))
        words = [text_width(self.text(), "label"), text_width(self._second, "small")]
        words += [text_width(one, "label") for one in self._words]
        return QSize(max(px(_NARROWEST), max(words) + 2 * px(_PADDING)), px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A soft ground when it would be pressed; icon and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        enabled = self.isEnabled()
        if enabled and (self.isDown() or self.underMouse()):
            paint_box(painter, QRectF(self.rect()), "press" if self.isDown() else "hover")
        tokens = ("ink2", "ink", "ink2") if enabled else ("disabled",) * 3
        icon = self._strong if self._strong and enabled else tokens[0]
        if self._compact:
            self._paint_row(painter, icon, tokens[2])
            return
        size, wide = px(_ICON), self.width()
        draw_icon(painter, self._icon, QRectF(0, px(5), wide, size), icon)
        at, center = (0.0, float(px(28)), float(wide)), Align.AlignHCenter
        draw_text(painter, self.text(), "label", tokens[1], at, align=center)
        if self._second:
            at = (0.0, float(px(28) + line("label") - px(4)), float(wide))
            draw_text(painter, self._second, "small", tokens[2], at, align=center)

    def _paint_row(self, painter: QPainter, icon: str, words: str) -> None:
        size = px(_COMPACT_ICON)
        if self._bare:
            middle = QRectF((self.width() - size) / 2, 0, size, self.height())
            draw_icon(painter, self._icon, middle, icon)
            return
        left = px(_COMPACT_PADDING)
        draw_icon(painter, self._icon, QRectF(left, 0, size, self.height()), icon)
        painter.setFont(font("label"))
        painter.setPen(theme.color(words))
        box = QRectF(left + size + px(_GAP), 0, self.width(), self.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
