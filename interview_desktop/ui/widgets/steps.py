"""Where the interview stands: questions 1 to 4, always with words."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme

NAMES = ("Structure", "Exhibit", "Numbers", "Recommendation")
_DISC, _GAP, _LINK = 22, 8, 12


class Steps(QLabel):
    """Discs with words; compact "2 Exhibit of 4"."""

    NAMES = NAMES

    def __init__(
        self,
        names: Sequence[str] = NAMES,
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self._current = 1
        self._done: tuple[int, ...] = ()
        self._compact = compact
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._follow)
        self.show_step(1, ())

    def set_compact(self, compact: bool) -> None:
        """Change between the room's layouts."""
        self._compact = compact
        self._follow()

    def show_step(self, current: int, done: tuple[int, ...] = ()) -> None:
        """Where the interview stands: the current question, and those that are done."""
        self._current, self._done = current, done
        self.setAccessibleName(
            f"Question {current} of {len(self._names)}, {self._names[current - 1]}, current"
        )
        self._follow()

    def sizeHint(self) -> QSize:
        """Discs and words, each at its present weight."""
        if self._compact:
            strong, rest = self._short()
            width = _wide(font("strong"), strong) + px(6) + _wide(font("small"), rest)
        else:
            width = sum(self._width(number) for number in range(1, len(self._names) + 1))
            width += (len(self._names) - 1) * (px(_LINK) + 2 * px(_GAP))
        return QSize(round(width) + 4, px(28))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Discs, words, links."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._compact:
            self._paint_compact(painter)
            return
        x = 1.0
        for number in range(1, len(self._names) + 1):
            self._paint_step(painter, x, number)
            x += self._width(number) + px(_GAP)
            if number < len(self._names):
                passed = number in self._done
                link = QRectF(x, self.height() / 2 - 1, px(_LINK), 2)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("accent" if passed else "line2"))
                painter.drawRoundedRect(link, 1, 1)
                x += px(_LINK) + px(_GAP)

    def _paint_step(self, painter: QPainter, x: float, number: int) -> None:
        done, current = number in self._done, number == self._current
        disc = QRectF(x, (self.height() - px(_DISC)) / 2, px(_DISC), px(_DISC))
        inner = disc.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if current:
            painter.setBrush(theme.color("accent"))
            painter.drawEllipse(disc)
        elif done:
            painter.setBrush(theme.color("accent_soft"))
            painter.drawEllipse(disc)
        else:
            painter.setPen(QPen(theme.color("line2"), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(inner)
        if done and not current:
            side = px(15)
            box = QRectF(0, 0, side, side)
            box.moveCenter(disc.center())
            draw_icon(painter, "check", box, "accent")
        else:
            painter.setFont(font("label"))
            painter.setPen(theme.color("on_accent" if current else "ink2"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(number))
        painter.setFont(self._face(number))
        painter.setPen(theme.color("ink" if current else "ink2"))
        words = QRectF(disc.right() + px(_GAP), 0, self._width(number), self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self._names[number - 1])

    def _paint_compact(self, painter: QPainter) -> None:
        strong, rest = self._short()
        face = font("strong")
        painter.setFont(face)
        painter.setPen(theme.color("ink"))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, strong)
        painter.setFont(font("small"))
        painter.setPen(theme.color("ink2"))
        box = self.rect().adjusted(round(_wide(face, strong)) + px(6), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, rest)

    def _short(self) -> tuple[str, str]:
        return f"{self._current} {self._names[self._current - 1]}", f"of {len(self._names)}"

    def _face(self, number: int) -> QFont:
        face = font("label")
        if number == self._current:
            # Asked for by its weight alone the cut would not be loaded yet.
            font("strong")
            face.setWeight(QFont.Weight.DemiBold)
        return face

    def _width(self, number: int) -> float:
        return px(_DISC) + px(_GAP) + _wide(self._face(number), self._names[number - 1])

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


def _wide(face: QFont, words: str) -> float:
    return QFontMetricsF(face).horizontalAdvance(words)
