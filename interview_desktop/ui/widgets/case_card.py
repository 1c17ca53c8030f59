"""A case in the library: the whole card is one press."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import line, px
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.label import LabelKind, label_size, paint_label
from interview_desktop.ui.widgets.text import Align, draw_text, lay_out, text_width

LEVELS = ("easy", "medium", "hard")
PADDING = 20
WIDTH, HEIGHT = 280, 172
NARROWEST = 240
SUMMARY_LINES = 2


class CaseCard(Pressable):
    """Type, industry, title, summary, level, minutes, times practised; `clicked` opens it.

    Args:
        case_type: "Market entry".
        industry: "Technology".
        title: the case's name.
        summary: two lines of it are shown, elided at the end.
        level: "easy", "medium" or "hard".
        minutes: how long it takes.
        practised: how often it was.
        label: a pill and what it means.
    """

    focus_radius = 12

    def __init__(
        self,
        case_type: str,
        industry: str,
        title: str,
        summary: str,
        level: str,
        minutes: int,
        practised: int = 0,
        label: tuple[str, LabelKind] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._type, self._industry, self._summary = case_type, industry, summary
        self._level, self._minutes = level.lower(), minutes
        self._practised = practised
        self._label = label
        super().__init__(title, parent)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        parts = [
            title,
            case_type,
            industry,
            f"{self._level} level",
            f"{minutes} minutes",
            f"practised {practised} times" if practised > 1 else "",
            "practised once" if practised == 1 else "",
            "new to you" if not practised else "",
            label[0] if label else "",
        ]
        self.setAccessibleName(", ".join(part for part in parts if part))
        self.setAccessibleDescription(summary)

    def hasHeightForWidth(self) -> bool:
        """A long title takes a second line."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Room for the title, the summary and the foot."""
        room = max(1, width - 2 * px(PADDING))
        title = lay_out(self.text(), "subhead", room, lines=2).lineCount() * line("subhead")
        above = px(16) + max(line("caption"), px(24)) + px(2)
        below = px(4) + SUMMARY_LINES * line("small") + px(24) + line("caption") + px(14)
        return max(px(HEIGHT), above + title + below)

    def sizeHint(self) -> QSize:
        """The smallest that reads well."""
        return QSize(px(WIDTH), self.heightForWidth(px(WIDTH)))

    def minimumSizeHint(self) -> QSize:
        """What two columns of large text leave in the smallest window."""
        return QSize(px(NARROWEST), self.heightForWidth(px(NARROWEST)))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """From the type at the top to the foot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.isEnabled() and (self.underMouse() or self.isDown())
        fill = "row_hover" if self.isDown() else "surface"
        paint_box(painter, QRectF(self.rect()), fill, "line2" if hovered else "line", 12)
        left, width = float(px(PADDING)), float(self.width() - 2 * px(PADDING))
        y = float(px(16))
        self._paint_head(painter, left, y, width)
        y += max(line("caption"), px(24)) + px(2)
        y += draw_text(painter, self.text(), "subhead", "ink", (left, y, width), lines=2) + px(4)
        place = (left, y, width)
        draw_text(painter, self._summary, "small", "ink2", place, lines=SUMMARY_LINES)
        self._paint_foot(painter, left, width)

    def _paint_head(self, painter: QPainter, left: float, y: float, width: float) -> None:
        height = max(line("caption"), px(24))
        room = width
        if self._label is not None:
            size = label_size(self._label[0])
            top = y + (height - size.height()) / 2
            box = QRectF(left + width - size.width(), top, size.width(), size.height())
            paint_label(painter, box, *self._label)
            room -= size.width() + px(8)
        top = y + (height - line("caption")) / 2
        kind = min(float(text_width(self._type, "caption_strong")) + 1, room)
        draw_text(painter, self._type, "caption_strong", "ink2", (left, top, kind))
        rest = room - kind - px(10)
        if rest > px(24):
            place = (left + kind + px(10), top, rest)
            draw_text(painter, self._industry, "caption", "ink3", place)

    def _paint_foot(self, painter: QPainter, left: float, width: float) -> None:
        top = self.height() - px(15) - line("caption")
        middle = top + line("caption") / 2
        word = self._level.capitalize()
        x = paint_level(painter, left, middle, self._level) + px(6)
        draw_text(painter, word, "caption", "ink2", (x, top, width))
        x += text_width(word, "caption") + px(18)
        size = px(15)
        draw_icon(painter, "clock", QRectF(x, middle - size / 2, size, size), "ink2")
        x += size + px(6)
        minutes = f"{self._minutes} min"
        draw_text(painter, minutes, "caption", "ink2", (x, top, width))
        x += text_width(minutes, "caption") + px(12)
        times = f"Practised {self._practised}×" if self._practised else "New to you"
        if left + width - x < text_width(times, "caption"):
            return
        color = "ink3" if self._practised and not self.isDown() else "ink2"
        place = (x, top, left + width - x)
        draw_text(painter, times, "caption", color, place, align=Align.AlignRight)


def paint_level(painter: QPainter, x: float, middle: float, level: str) -> float:
    """Three bars of which one to three are strong; where they end comes back."""
    strong = LEVELS.index(level) + 1 if level in LEVELS else 0
    bar, gap = px(4), px(2)
    bottom = round(middle + px(5))
    for index, height in enumerate((px(4), px(7), px(10))):
        box = QRectF(x + index * (bar + gap), bottom - height, bar, height)
        paint_box(painter, box, "data" if index < strong else "line2", None, 1)
    return x + 3 * bar + 2 * gap
