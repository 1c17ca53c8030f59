"""The parts of the waveform, each painted from its data alone."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPainterPath, QPen

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.waveform import (
    Marks,
    Peaks,
    QuestionMark,
    axis_step_s,
    full_scale,
    question_spans,
    resampled,
)

PITCH, _BAR = 2.0, 1.3
REST = 0.45
HEIGHT, COMPACT_HEIGHT = 172, 132
_NAMES, _DOTS, _AXIS = 20, 10, 26
_LABELS, _NARROW = 92, 640


@dataclass(frozen=True, slots=True)
class Frame:
    """Where everything stands; names and axis grow with the text, the lanes do not."""

    width: int
    compact: bool
    duration_ms: int

    @property
    def height(self) -> int:
        """The whole height: 172, or 132 compact, at text size 100 %."""
        lanes = (COMPACT_HEIGHT if self.compact else HEIGHT) - _NAMES - _DOTS - _AXIS
        return px(_NAMES) + _DOTS + lanes + px(_AXIS)

    @property
    def left(self) -> int:
        """Where the sound begins; a narrow waveform has no words before its lanes."""
        return px(_LABELS) if self.width >= px(_NARROW) else 0

    @property
    def top(self) -> int:
        """The lanes' upper edge."""
        return px(_NAMES) + _DOTS

    @property
    def bottom(self) -> int:
        """The lanes' lower edge."""
        return self.height - px(_AXIS)

    @property
    def between(self) -> float:
        """The line between the lanes."""
        return (self.top + self.bottom) / 2

    def middle(self, lane: int) -> float:
        """A lane's middle line."""
        quarter = (self.bottom - self.top) / 4
        return self.top + quarter * (1 if lane == 0 else 3)

    def x(self, ms: float) -> float:
        """Where a position is; a little room at the right keeps the last pill whole."""
        span = max(1, self.width - self.left - 1)
        return self.left + (span * ms / self.duration_ms if self.duration_ms else 0.0)

    def ms(self, x: float) -> int:
        """The position at `x`."""
        span = max(1, self.width - self.left - 1)
        part = max(0.0, min(1.0, (x - self.left) / span))
        return round(part * self.duration_ms)


def ground(
    painter: QPainter,
    frame: Frame,
    marks: Marks,
    now: QuestionMark | None,
    names: tuple[str, str],
) -> None:
    """Names, separators, middle lines, thinking."""
    if frame.left:
        face = font("label")
        for lane, (name, token) in enumerate(zip(names, ("accent", "ink2"), strict=True)):
            painter.setFont(face)
            painter.setPen(theme.color(token))
            box = QRectF(0, frame.middle(lane) - px(10), frame.left - px(10), px(20))
            words = QFontMetricsF(face).elidedText(name, Qt.TextElideMode.ElideRight, box.width())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    for lane in (0, 1):
        line = QRectF(frame.left, round(frame.middle(lane)), frame.width - frame.left, 1)
        painter.fillRect(line, theme.color("line"))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for span in marks.thinking:
        _hatched(painter, frame, span.start_ms, span.end_ms)
    _questions(painter, frame, marks, now)


def _questions(painter: QPainter, frame: Frame, marks: Marks, now: QuestionMark | None) -> None:
    for index, (question, start, end) in enumerate(question_spans(marks, frame.duration_ms)):
        x, right = round(frame.x(start)), frame.x(end)
        if end >= frame.duration_ms:
            right = frame.width + px(6)
        first = index == 0 and x <= frame.left + 1
        if not first:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
            height = frame.bottom + px(8) - 4
            painter.fillRect(QRectF(x, 4, 1, height), theme.color("line2"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = question == now
        face = font("caption")
        face.setWeight(QFont.Weight.DemiBold if here else QFont.Weight.Medium)
        painter.setFont(face)
        painter.setPen(theme.color("ink" if here else "ink3"))
        words = f"{question.number} {question.name}" if question.number else question.name
        left = x if first else x + px(8)
        room = right - left - px(6)
        metrics = QFontMetricsF(face)
        if metrics.horizontalAdvance(words) > room:
            # A short question keeps its number, where that does not run into the next one.
            words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, max(0.0, room))
            if question.number and len(words) < 4:
                number = str(question.number)
                words = number if metrics.horizontalAdvance(number) <= room else ""
        painter.drawText(
            QRectF(left, 0, max(room, px(10)), px(_NAMES)), Qt.AlignmentFlag.AlignVCenter, words
        )


def _hatched(painter: QPainter, frame: Frame, start_ms: int, end_ms: int) -> None:
    box = QRectF(
        frame.x(start_ms),
        frame.top,
        max(3.0, frame.x(end_ms) - frame.x(start_ms)),
        frame.bottom - frame.top,
    )
    shape = QPainterPath()
    shape.addRoundedRect(box, 3, 3)
    painter.save()
    painter.setClipPath(shape)
    painter.fillRect(box, theme.color("hover"))
    painter.setPen(QPen(theme.color("line2"), 1))
    rise = box.height()
    x = box.left() - rise
    while x < box.right():
        painter.drawLine(QPointF(x, box.bottom()), QPointF(x + rise, box.top()))
        x += 7
    painter.restore()


def bars(painter: QPainter, frame: Frame, peaks: Peaks) -> None:
    """Both lanes at full strength."""
    span = frame.width - frame.left
    columns = int(span // PITCH)
    lanes = resampled(peaks[0], columns), resampled(peaks[1], columns)
    full = full_scale(lanes)
    reach = (frame.bottom - frame.top) / 4 - 3
    painter.setPen(Qt.PenStyle.NoPen)
    for lane, token in enumerate(("accent", "they")):
        painter.setBrush(theme.color(token))
        middle = round(frame.middle(lane)) + 0.5
        for index, peak in enumerate(lanes[lane].tolist()):
            half = min(1.0, peak / full) ** 1.2 * reach
            if half >= 0.8:
                x = frame.left + index * PITCH
                painter.drawRect(QRectF(x, middle - half, _BAR, 2 * half))


def marks(painter: QPainter, frame: Frame, found: Marks) -> None:
    """Hints between the lanes, comments on top."""
    for hint in found.hints:
        center = QPointF(frame.x(hint.at_ms), frame.between)
        painter.setPen(QPen(theme.color("canvas"), 1.5))
        painter.setBrush(theme.color("warn_soft"))
        painter.drawEllipse(center, 9, 9)
        box = QRectF(0, 0, 14, 14)
        box.moveCenter(center)
        draw_icon(painter, "hint", box, "warn")
    for comment in found.comments:
        center = QPointF(frame.x(comment.at_ms), frame.top - 6)
        painter.setPen(QPen(theme.color("accent"), 2.4))
        painter.setBrush(theme.color("surface"))
        painter.drawEllipse(center, 3.6, 3.6)


def loop(painter: QPainter, frame: Frame, span: tuple[int, int]) -> None:
    """The passage that repeats."""
    left, right = frame.x(span[0]), frame.x(span[1])
    height = frame.bottom - frame.top
    painter.fillRect(QRectF(left, frame.top, right - left, height), theme.color("accent_soft"))
    for x in (left, right - 1.5):
        painter.fillRect(QRectF(x, frame.top, 1.5, height), theme.color("accent_line"))


def axis(painter: QPainter, frame: Frame, position_ms: int) -> None:
    """Times beneath; those under the playhead's pill give way."""
    if not frame.duration_ms:
        return
    face = font("caption")
    face.setFeature(QFont.Tag("tnum"), 1)
    painter.setFont(face)
    painter.setPen(theme.color("ink3"))
    metrics = QFontMetricsF(face)
    step = axis_step_s(frame.duration_ms / 1000, frame.width - frame.left, px(96)) * 1000
    pill = _pill(frame, position_ms).adjusted(-px(6), 0, px(6), 0)
    for ms in range(0, frame.duration_ms + 1, step):
        words = clock(ms)
        wide = metrics.horizontalAdvance(words)
        left = max(float(frame.left), frame.x(ms) - (0 if ms == 0 else wide / 2))
        box = QRectF(left, pill.top(), wide + 2, pill.height())
        if box.right() <= frame.width and not box.intersects(pill):
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)


def playhead(painter: QPainter, frame: Frame, position_ms: int) -> None:
    """One line from its dot to the pill with its time."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    x = frame.x(position_ms)
    pill = _pill(frame, position_ms)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("accent"))
    painter.drawRect(QRectF(x - 1, frame.top - 6, 2, pill.top() - frame.top + 7))
    painter.drawEllipse(QPointF(x, frame.top - 6), 4.5, 4.5)
    half = pill.height() / 2
    painter.drawRoundedRect(pill, half, half)
    face = font("caption")
    face.setWeight(QFont.Weight.Medium)
    face.setFeature(QFont.Tag("tnum"), 1)
    painter.setFont(face)
    painter.setPen(theme.color("on_accent"))
    painter.drawText(pill, Qt.AlignmentFlag.AlignCenter, clock(position_ms))


def _pill(frame: Frame, position_ms: int) -> QRectF:
    face = font("caption")
    face.setFeature(QFont.Tag("tnum"), 1)
    width = QFontMetricsF(face).horizontalAdvance(clock(position_ms)) + px(16)
    height = px(18)
    left = frame.x(position_ms) - width / 2
    # Whole at both ends of the recording.
    left = max(frame.left - px(10) if frame.left else 0.0, min(left, frame.width - width))
    return QRectF(left, frame.height - height - 4, width, height)
