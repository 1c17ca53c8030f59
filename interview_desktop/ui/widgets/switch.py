"""A switch: something is on or off, and holds at once."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import line, px
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.text import draw_text, text_width

HEIGHT, TRACK, ROUND, KNOB, GAP = 28, 38, 22, 16, 10
WORDS = ("Off", "On")


class Switch(Pressable):
    """A check box as a track with a knob, and its word beside it.

    `clicked` tells that a person changed it; `setChecked` changes it without.

    Args:
        name: what is switched; the accessible name, it is not painted.
    """

    def __init__(self, name: str, on: bool = False, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self.setAccessibleName(name)
        self.setCheckable(True)
        self.setChecked(on)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """The wider of both words and the track."""
        words = max(text_width(word, "label") for word in WORDS)
        return QSize(words + px(GAP) + px(TRACK), px(HEIGHT))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Word, track, knob; the knob carries a check when it is on."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on, usable = self.isChecked(), self.isEnabled()
        hot = usable and (self.underMouse() or self.isDown())
        word = "disabled" if not usable else "ink" if on or hot else "ink2"
        left = self.width() - px(TRACK)
        top = (self.height() - line("label")) / 2
        place = (0, top, left - px(GAP))
        draw_text(painter, WORDS[on], "label", word, place, align=Qt.AlignmentFlag.AlignRight)
        height = px(ROUND)
        track = QRectF(left, (self.height() - height) // 2, px(TRACK), height)
        knob = px(KNOB)
        inset = (height - knob) / 2
        if not usable:
            fill, border, disc = "flat", "line2", "disabled"
        elif on:
            fill, border, disc = ("accent_hover" if hot else "accent"), None, "on_accent"
        else:
            fill, border = ("hover" if hot else "surface"), "control"
            disc = "ink2" if hot else "control"
        paint_box(painter, track, fill, border, height / 2, 1.5)
        x = track.right() - inset - knob if on else track.x() + inset
        box = QRectF(x, track.y() + inset, knob, knob)
        paint_box(painter, box, disc, None, knob / 2)
        if on:
            check = "accent" if usable else "flat"
            draw_icon(painter, "check", box.adjusted(2, 2, -2, -2), check)
