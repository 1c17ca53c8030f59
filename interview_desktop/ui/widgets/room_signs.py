"""Small live signs of the room: presence, level, steps, ring."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from interview_desktop.domain.call_events import Presence
from interview_desktop.ui.theme import font, theme

PRESENCE_WORDS = {
    Presence.CONNECTING: "Connecting",
    Presence.SPEAKING: "Speaking",
    Presence.LISTENING: "Listening",
    Presence.WAITING: "Waiting for you, take your time",
}
_SEGMENTS = 16
_FLOOR_DBFS = -60.0


class PresenceDisc(QWidget):
    """What the interviewer is doing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(132, 132)
        self._presence = Presence.CONNECTING
        self._level = 0.0
        theme.changed.connect(self.update)

    def show_presence(self, presence: Presence) -> None:
        """Change the disc and its accessible name."""
        self._presence = presence
        self.setAccessibleName(f"Interviewer, {PRESENCE_WORDS[presence]}")
        self.update()

    def show_level(self, dbfs: float) -> None:
        """The rings follow the voice."""
        level = max(0.0, min(1.0, 1 - dbfs / _FLOOR_DBFS))
        smoothed = self._level + (level - self._level) * 0.4
        if abs(smoothed - self._level) > 0.01:
            self._level = smoothed
            self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Disc, rings, bars or dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        center = QRectF(self.rect()).center()

        def circle(radius: float) -> None:
            painter.drawEllipse(center, radius, radius)

        tokens = theme.tokens
        if self._presence is Presence.SPEAKING:
            painter.setBrush(QColor(tokens.hover))
            circle(46 + 18 * self._level)
            painter.setBrush(QColor(tokens.ink))
            circle(40)
            painter.setBrush(QColor(tokens.canvas))
            for index, share in enumerate((0.3, 0.6, 1.0, 0.8, 1.0, 0.6, 0.3)):
                half = 5 + 14 * share * max(0.25, self._level)
                x = center.x() + (index - 3) * 7
                painter.drawRoundedRect(QRectF(x - 1.5, center.y() - half, 3, 2 * half), 1.5, 1.5)
            return
        ring = tokens.accent if self._presence is Presence.LISTENING else tokens.line2
        painter.setPen(QPen(QColor(ring), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        circle(48)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        circle(40)
        painter.setBrush(QColor(tokens.ink2))
        for index in range(-3, 4):
            painter.drawEllipse(QRectF(center.x() + index * 7 - 1.5, center.y() - 1.5, 3, 3))


class LevelMeter(QWidget):
    """Sixteen segments of the microphone's level."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(16 * 7, 8)
        self._lit = 0
        self._word = ""
        theme.changed.connect(self.update)

    def show_level(self, dbfs: float) -> str:
        """Show a level; returns its word."""
        lit = round(max(0.0, min(1.0, 1 - dbfs / _FLOOR_DBFS)) * _SEGMENTS)
        if lit != self._lit:
            self._lit = lit
            self.update()
        word = "silent" if lit == 0 else "quiet" if lit < 5 else "good" if lit < 15 else "too loud"
        if word != self._word:
            self._word = word
            self.setAccessibleName(f"Microphone level, {word}")
        return word

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The segments."""
        painter = QPainter(self)
        tokens = theme.tokens
        for index in range(_SEGMENTS):
            color = tokens.warn if index >= _SEGMENTS - 2 else tokens.accent
            painter.fillRect(
                index * 7, 0, 5, 7, QColor(color if index < self._lit else tokens.line2)
            )


class Steps(QWidget):
    """Questions 1 to 4: done, current, to come; always with words."""

    NAMES = ("Structure", "Exhibit", "Numbers", "Recommendation")

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFont(font("label"))
        self._current = 1
        self._done: tuple[int, ...] = ()
        self.setFixedHeight(28)
        self.setMinimumWidth(480)
        theme.changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """Wide enough for the words."""
        return QSize(500, 28)

    def show_step(self, current: int, done: tuple[int, ...]) -> None:
        """Where the interview stands."""
        self._current, self._done = current, done
        self.setAccessibleName(f"Question {current} of 4, {self.NAMES[current - 1]}, current")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Discs, words, links."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens
        x = 2.0
        for number, name in enumerate(self.NAMES, start=1):
            done, current = number in self._done, number == self._current
            disc = QRectF(x, 3, 22, 22)
            fill = tokens.accent if current else tokens.accent_soft if done else tokens.canvas
            painter.setPen(QPen(QColor(tokens.accent if current else tokens.line2), 1))
            painter.setBrush(QColor(fill))
            painter.drawEllipse(disc)
            ink = tokens.on_accent if current else tokens.accent if done else tokens.ink2
            painter.setPen(QColor(ink))
            painter.setFont(font("label"))
            mark = "\u2713" if done and not current else str(number)
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, mark)
            style = font("strong") if current else font("small")
            painter.setFont(style)
            painter.setPen(QColor(tokens.ink if current else tokens.ink2))
            width = painter.fontMetrics().horizontalAdvance(name)
            painter.drawText(QRectF(x + 30, 3, width + 4, 22), Qt.AlignmentFlag.AlignVCenter, name)
            x += 30 + width + 12
            if number < len(self.NAMES):
                painter.fillRect(QRectF(x - 4, 13, 14, 1.5), QColor(tokens.line2))
                x += 18


class Ring(QWidget):
    """The Thinking ring: empties with the time, then counts up."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedSize(52, 52)
        self._total: int | None = 60
        self._elapsed = 0
        self._running = False
        theme.changed.connect(self.update)

    def show_time(self, total: int | None, elapsed: int, *, running: bool) -> None:
        """One repaint a second."""
        self._total, self._elapsed, self._running = total, elapsed, running
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track, arc, seconds."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = theme.tokens
        box = QRectF(self.rect()).adjusted(3, 3, -3, -3)
        painter.setPen(QPen(QColor(tokens.line2), 4))
        painter.drawEllipse(box)
        left = None if self._total is None else self._total - self._elapsed
        if self._running and left is not None and left > 0 and self._total:
            painter.setPen(QPen(QColor(tokens.accent), 4))
            painter.drawArc(box, 90 * 16, round(360 * 16 * left / self._total))
        if not self._running:
            text = "" if self._total is None else str(self._total)
        elif left is None:
            text = str(self._elapsed)
        else:
            text = str(left) if left >= 0 else f"+{-left}"
        painter.setPen(QColor(tokens.ink))
        painter.setFont(font("subhead"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
