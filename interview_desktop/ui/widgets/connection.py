"""How the call is connected: four bars and words."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px, theme

Route = Literal["direct", "relay", "reconnecting", "none"]
_BARS = 4
_WORDS: dict[Route, str] = {
    "direct": "Direct",
    "relay": "Relay",
    "reconnecting": "Reconnecting",
    "none": "No connection",
}
# Round trips in ms below which so many bars stand.
_FULL, _GOOD, _FAIR = 80, 130, 200


def bars(route: Route, rtt_ms: float | None) -> int:
    """How many of the four bars stand."""
    if route in ("reconnecting", "none"):
        return 0
    if rtt_ms is None:
        return 3
    return 4 if rtt_ms < _FULL else 3 if rtt_ms < _GOOD else 2 if rtt_ms < _FAIR else 1


class Connection(QLabel):
    """ "Direct, 38 ms"; red words while it is being mended."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._route: Route = "reconnecting"
        self._bars = 0
        self._compact = False
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        theme.changed.connect(self._follow)
        self._follow()

    def set_compact(self, compact: bool) -> None:
        """The route alone, without its time."""
        self._compact = compact

    def show_connection(
        self, route: Route, rtt_ms: float | None = None, for_s: int | None = None
    ) -> None:
        """Change bars and words.

        Args:
            route: how the call runs.
            rtt_ms: the round trip.
            for_s: since when there is no connection ("No connection, 12 s").
        """
        words = spoken = _WORDS[route]
        if route in ("direct", "relay"):
            if rtt_ms is not None:
                words = words if self._compact else f"{words}, {rtt_ms:.0f}\u00a0ms"
                spoken = f"{spoken.lower()}, {rtt_ms:.0f} milliseconds"
            spoken = f"Connection {spoken.lower()}"
        elif for_s is not None:
            words = f"{words}, {for_s}\u00a0s"
        count = bars(route, rtt_ms)
        if (route, count, words) == (self._route, self._bars, self._words):
            return
        self._route, self._bars, self._words = route, count, words
        if spoken != self.accessibleName():
            self.setAccessibleName(spoken)
        self.updateGeometry()
        self.update()

    def words(self) -> str:
        """The words that stand beside the bars."""
        return self._words

    def sizeHint(self) -> QSize:
        """Bars and words."""
        width = QFontMetricsF(font("caption")).horizontalAdvance(self._words)
        return QSize(px(26) + round(width) + 2, px(16))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Bars, growing, and words."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        bottom = self.height() / 2 + px(6)
        for index in range(_BARS):
            painter.setBrush(theme.color("ink2" if index < self._bars else "line2"))
            height = px(4 + 2.7 * index)
            painter.drawRoundedRect(QRectF(index * px(4.5), bottom - height, px(3), height), 1, 1)
        lost = self._route in ("reconnecting", "none")
        painter.setPen(theme.color("bad" if lost else "ink2"))
        painter.setFont(font("caption"))
        box = QRectF(self.rect()).adjusted(px(26), 0, 0, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self._words)

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()
