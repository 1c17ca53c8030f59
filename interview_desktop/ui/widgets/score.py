"""A score from 1 to 5 with its anchors and its evidence."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSlider,
    QHBoxLayout,
    QSizePolicy,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.text import Text

HIGHEST = 5
_CIRCLE, _PITCH = 28, 34
_DENSE_CIRCLE, _DENSE_PITCH = 28, 31


class ScoreTrack(QAbstractSlider):
    """Five circles in one track; a slider for keyboard and screen reader, 0 = not scored.

    Number keys score, arrows move, Home and End go to 1 and 5.

    Signals:
        scored: 1 to 5, by the person only.
    """

    scored = Signal(int)
    focus_radius = 14

    def __init__(
        self,
        name: str,
        anchors: Mapping[int, str] | None = None,
        *,
        dense: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self._anchors = dict(anchors or {})
        self._circle, self._pitch = (_DENSE_CIRCLE, _DENSE_PITCH) if dense else (_CIRCLE, _PITCH)
        self._hovered = 0
        self.setRange(0, HIGHEST)
        self.setPageStep(1)
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAccessibleDescription(
            ". ".join(f"{score}: {words}" for score, words in sorted(self._anchors.items()))
        )
        self.valueChanged.connect(self._name_it)
        theme.changed.connect(self._follow)
        self._name_it()

    def sizeHint(self) -> QSize:
        """Five circles."""
        width = px(self._pitch) * HIGHEST - px(self._pitch - self._circle)
        return QSize(width, px(self._circle))

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def center(self, score: int) -> QPointF:
        """Where the circle of a score is."""
        return QPointF(px(self._pitch) * (score - 1) + px(self._circle) / 2, self.height() / 2)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Digits score; arrows move and score."""
        score = {
            Qt.Key.Key_Left: self.value() - 1, Qt.Key.Key_Down: self.value() - 1,
            Qt.Key.Key_Right: self.value() + 1, Qt.Key.Key_Up: self.value() + 1,
            Qt.Key.Key_Home: 1, Qt.Key.Key_End: HIGHEST,
            Qt.Key.Key_1: 1, Qt.Key.Key_2: 2, Qt.Key.Key_3: 3, Qt.Key.Key_4: 4, Qt.Key.Key_5: 5,
        }.get(Qt.Key(event.key()))  # fmt: skip
        if score is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
        else:
            self._score(max(1, min(HIGHEST, score)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The circle under the pointer."""
        if event.button() is Qt.MouseButton.LeftButton and self.isEnabled():
            self._score(self._under(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Mark the circle under the pointer."""
        self._hover(self._under(event.position().x()))

    def event(self, event: QEvent) -> bool:
        """The anchor of the circle under the pointer as a tooltip."""
        if event.type() is QEvent.Type.Leave:
            self._hover(0)
        elif isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            words = self.anchor(self._under(event.pos().x()))
            if words:
                QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def anchor(self, score: int) -> str:
        """What a score means; a score between two anchors names both."""
        if score in self._anchors:
            return f"{score}: {self._anchors[score]}"
        near = [one for one in (score - 1, score + 1) if one in self._anchors]
        return "\n".join(f"{one}: {self._anchors[one]}" for one in near)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Track, circles, figures."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = "surface" if theme.color("canvas").lightnessF() < 0.5 else "sunken"
        painter.setBrush(theme.color(track))
        half = self.height() / 2
        painter.drawRoundedRect(QRectF(self.rect()), half, half)
        face = font("label")
        face.setFeature(QFont.Tag("tnum"), 1)
        painter.setFont(face)
        for score in range(1, HIGHEST + 1):
            box = QRectF(0, 0, px(self._circle), px(self._circle))
            box.moveCenter(self.center(score))
            chosen = score == self.value()
            if chosen or (score == self._hovered and self.isEnabled()):
                ground = "press" if not chosen else "accent" if self.isEnabled() else "disabled"
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color(ground))
                painter.drawEllipse(box)
            ink = "on_accent" if chosen else "ink2" if self.isEnabled() else "disabled"
            painter.setPen(theme.color(ink))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(score))

    def _under(self, x: float) -> int:
        between = px(self._pitch) - px(self._circle)
        return max(1, min(HIGHEST, 1 + int((x + between / 2) // px(self._pitch))))

    def _score(self, score: int) -> None:
        if score != self.value():
            self.setValue(score)
            self.scored.emit(score)

    def _hover(self, score: int) -> None:
        if score != self._hovered:
            self._hovered = score
            self.update()

    def _name_it(self) -> None:
        state = f"{self.value()} of {HIGHEST}" if self.value() else "not scored"
        self.setAccessibleName(f"{self._name}, {state}")
        self.update()

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


class Score(QWidget):
    """One dimension: name, track, and the evidence beneath as a link.

    Signals:
        scored: 1 to 5, by the person only.
        evidence: the link was pressed.
    """

    scored = Signal(int)
    evidence = Signal()

    def __init__(
        self,
        name: str,
        anchors: Mapping[int, str] | None = None,
        *,
        dense: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name = name
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(px(12))
        self.track = ScoreTrack(name, anchors, dense=dense)
        self.track.scored.connect(self.scored)
        row.addWidget(Text(name, "label", "ink"), 1)
        row.addWidget(self.track)
        column.addLayout(row)
        self._link = Button("", "link", 28)
        self._link.clicked.connect(self.evidence)
        self._link.hide()
        column.addWidget(self._link, 0, Qt.AlignmentFlag.AlignLeft)

    def show_score(self, score: int | None) -> None:
        """Show a score without telling that it was given; None clears it."""
        self.track.setValue(score or 0)

    def score(self) -> int | None:
        """The score that is shown."""
        return self.track.value() or None

    def show_evidence(self, words: str, spoken: str = "") -> None:
        """The span that shows it, "14:32–14:51"; empty takes the link away."""
        self._link.setText(words)
        self._link.setAccessibleName(spoken or f"Hear the evidence for {self._name}, {words}")
        self._link.updateGeometry()
        self._link.setVisible(bool(words))
