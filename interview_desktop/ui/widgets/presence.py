"""What the interviewer is doing: a disc, and its word beneath or beside it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QElapsedTimer, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QBoxLayout, QLabel, QSizePolicy, QWidget

from interview_desktop.domain.call_events import Presence
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.meters import PRESENCE_MS, approached, share
from interview_desktop.ui.widgets.text import Text

PRESENCE_WORDS = {
    Presence.CONNECTING: "Connecting",
    Presence.SPEAKING: "Speaking",
    Presence.LISTENING: "Listening",
    Presence.WAITING: "Waiting for you, take your time",
}
PresenceSize = Literal["wide", "short", "compact"]
# size -> (whole width, diameter of the disc)
_SIZES: dict[PresenceSize, tuple[int, int]] = {
    "wide": (132, 80),
    "short": (106, 64),
    "compact": (60, 36),
}
# Of a disc of 80 px: the speaking bars' halves at full level, and the rings' farthest reach.
_BARS = (6.0, 11.0, 22.0, 16.0, 25.0, 14.0, 6.0)
_INNER_REACH, _OUTER_REACH = 14.0, 24.0
_STILL_LEVEL = 0.75
_STEP = 0.008


class PresenceDisc(QLabel):
    """The disc. A label for screen readers: its name is what the interviewer is doing."""

    def __init__(
        self, size: PresenceSize = "wide", parent: QWidget | None = None, *, still: bool = False
    ) -> None:
        super().__init__(parent)
        self._presence = Presence.CONNECTING
        self._level = 0.0
        self._still = still
        self._since = QElapsedTimer()
        self.set_size(size)
        self.show_presence(self._presence)
        theme.changed.connect(self.update)

    def set_size(self, size: PresenceSize) -> None:
        """Change between the room's layouts."""
        self._size = size
        self.setFixedSize(*2 * (_SIZES[size][0],))

    def set_still(self, still: bool) -> None:
        """Reduced motion: a disc of two states, which no level moves."""
        self._still = still
        self.update()

    def show_presence(self, presence: Presence, words: str = "") -> None:
        """Change the disc and its accessible name.

        Args:
            presence: what the interviewer is doing.
            words: what stands for it instead of its usual words.
        """
        self._presence = presence
        if presence is not Presence.SPEAKING:
            self._level = 0.0
        name = f"Interviewer, {words or PRESENCE_WORDS[presence]}"
        if name != self.accessibleName():
            self.setAccessibleName(name)
        self.update()

    def show_level(self, dbfs: float, dt_ms: float | None = None) -> None:
        """Let the rings follow the interviewer's voice; polled 30 times a second.

        Args:
            dbfs: the level that sounds now.
            dt_ms: since the last call; None measures it.
        """
        if self._still:
            return
        if dt_ms is None:
            dt_ms = float(self._since.restart()) if self._since.isValid() else 0.0
            if not self._since.isValid():
                self._since.start()
        level = approached(self._level, share(dbfs), dt_ms, PRESENCE_MS)
        moved = abs(level - self._level) > _STEP
        if moved or level < _STEP:
            self._level = level
        if moved and self._presence is Presence.SPEAKING:
            self.update()

    def level(self) -> float:
        """The level that is shown, 0 to 1."""
        return self._level

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Disc, rings, bars or dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(QRectF(self.rect()).center())
        unit = _SIZES[self._size][1] / 80
        painter.scale(unit, unit)
        if self._presence is Presence.SPEAKING:
            self._paint_speaking(painter)
        else:
            self._paint_quiet(painter)

    def _paint_speaking(self, painter: QPainter) -> None:
        tokens, center = theme.tokens, QPointF()
        level = _STILL_LEVEL if self._still else self._level
        painter.setPen(Qt.PenStyle.NoPen)
        rings = () if self._still else ((_OUTER_REACH, "hover"), (_INNER_REACH, "press"))
        for reach, token in rings:
            painter.setBrush(theme.color(token))
            radius = 40 + reach * min(1.0, 0.15 + level)
            painter.drawEllipse(center, radius, radius)
        painter.setBrush(QColor(tokens.ink))
        painter.drawEllipse(center, 40, 40)
        painter.setBrush(QColor(tokens.canvas))
        for index, full in enumerate(_BARS):
            half = 2 + (full - 2) * max(0.12, min(1.0, level * 1.25))
            painter.drawRoundedRect(QRectF((index - 3) * 7 - 2, -half, 4, 2 * half), 2, 2)

    def _paint_quiet(self, painter: QPainter) -> None:
        tokens, center = theme.tokens, QPointF()
        listening = self._presence is Presence.LISTENING
        painter.setPen(
            QPen(QColor(tokens.accent), 2.5) if listening else QPen(QColor(tokens.line2), 1.5)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not self._still or listening:
            painter.drawEllipse(center, 48, 48)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.hover))
        painter.drawEllipse(center, 40, 40)
        painter.setBrush(QColor(tokens.ink2))
        for index in range(-3, 4):
            painter.drawEllipse(QPointF(index * 7, 0), 2, 2)


class PresenceSign(QWidget):
    """The disc with its word: beneath it, or beside it when compact."""

    def __init__(self, size: PresenceSize = "wide", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.disc = PresenceDisc(size)
        self._word = Text("", "label", "ink2")
        self._box = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.addWidget(self.disc, 0, Qt.AlignmentFlag.AlignCenter)
        self._box.addWidget(self._word, 0, Qt.AlignmentFlag.AlignCenter)
        self.set_size(size)
        self.show_presence(Presence.CONNECTING)
        theme.changed.connect(self._follow)

    def set_size(self, size: PresenceSize) -> None:
        """Change between the room's layouts."""
        beside = size == "compact"
        self._box.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
        self._box.setSpacing(2 if beside else 4)
        self._word.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(
            QSizePolicy.Policy.Fixed if beside else QSizePolicy.Policy.Preferred,
            QSizePolicy.Policy.Fixed,
        )
        self.disc.set_size(size)
        self._follow()

    def show_presence(self, presence: Presence, words: str = "") -> None:
        """Change disc and word; `words` stand instead of the usual ones ("Connecting again")."""
        self.disc.show_presence(presence, words)
        self._word.setText(words or PRESENCE_WORDS[presence])

    def word(self) -> str:
        """The word that stands there."""
        return self._word.text()

    def show_level(self, dbfs: float) -> None:
        """Let the rings follow the interviewer's voice."""
        self.disc.show_level(dbfs)

    def set_still(self, still: bool) -> None:
        """Reduced motion."""
        self.disc.set_still(still)

    def _follow(self) -> None:
        self._word.setFont(font("label"))
        # As high as its line, so that a new word moves nothing.
        self._word.setFixedHeight(px(20))
