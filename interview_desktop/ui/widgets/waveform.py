"""The waveform of Review: two lanes, marks, one playhead."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractSlider, QSizePolicy, QToolTip, QWidget

from interview_desktop.ui.theme import theme
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.waveform import (
    Marks,
    Peaks,
    markers,
    question_at,
    spoken_time,
)
from interview_desktop.ui.widgets import waveform_paint as paint
from interview_desktop.ui.widgets.marker_list import MarkerList

STEP_MS, PAGE_MS = 5_000, 30_000
_NEAR = 9


class Waveform(QAbstractSlider):
    """Candidate above, interviewer below; a press or a drag goes there.

    For keyboard and screen reader it is a slider in seconds: arrows move 5 s, Page Up and Down
    30 s, Home and End to the ends. Its marks are a list too, which the Tab key reaches.

    Signals:
        sought: a position in milliseconds, by the person only.
    """

    sought = Signal(int)
    focus_radius = 8

    def __init__(
        self,
        names: tuple[str, str] = ("You", "Interviewer"),
        *,
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._names = names
        self._compact = compact
        self._peaks: Peaks | None = None
        self._marks = Marks()
        self._duration_ms = 0
        self._position_ms = 0
        self._loop: tuple[int, int] | None = None
        self._showing = False
        self._layers: dict[str, tuple[tuple[object, ...], QPixmap]] = {}
        self._edition = 0
        self.setOrientation(Qt.Orientation.Horizontal)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Position in the recording, seconds")
        self.markers = MarkerList(self)
        self.markers.sought.connect(self._seek)
        self.valueChanged.connect(self._on_value)
        theme.changed.connect(self._follow)
        self._follow()
        self._describe()

    # -- showing ----------------------------------------------------------------

    def set_compact(self, compact: bool) -> None:
        """132 px high instead of 172."""
        self._compact = compact
        self._follow()

    def show_sound(self, duration_ms: int, peaks: Peaks | None) -> None:
        """The recording: its length, and its outline when there is one."""
        self._duration_ms = max(0, duration_ms)
        self._peaks = peaks
        self._showing = True
        self.setRange(0, -(-self._duration_ms // 1000))
        self._showing = False
        self._describe()
        self._renew()

    def show_marks(self, marks: Marks) -> None:
        """Questions, thinking, hints, comments."""
        if marks != self._marks:
            self._marks = marks
            self.markers.show_markers(markers(marks))
            self._renew()

    def show_position(self, ms: int, *, playing: bool = False) -> None:
        """Move the playhead; polled 30 times a second while it plays.

        Args:
            ms: the position that sounds.
            playing: then the slider's value follows in steps of 5 s only, so that a screen
                reader does not speak over the recording.
        """
        before, self._position_ms = self._position_ms, max(0, min(ms, self._duration_ms))
        seconds = self._position_ms // 1000
        if not playing or abs(seconds - self.value()) * 1000 >= STEP_MS:
            self._showing = True
            self.setValue(seconds)
            self._showing = False
            self._describe()
        frame = self._frame()
        moved = abs(frame.x(self._position_ms) - frame.x(before)) >= 0.5
        if moved or before // 1000 != seconds:
            self.update()

    def show_loop(self, start_ms: int | None, end_ms: int | None = None) -> None:
        """The passage that repeats; None takes it away."""
        self._loop = None if start_ms is None or end_ms is None else (start_ms, end_ms)
        self.update()

    def position_ms(self) -> int:
        """Where the playhead is."""
        return self._position_ms

    def x_of(self, ms: int) -> float:
        """Where a position is drawn."""
        return self._frame().x(ms)

    def sizeHint(self) -> QSize:
        """As wide as there is room."""
        return QSize(900, self._frame().height)

    # -- input ----------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows, pages, ends."""
        to = {
            Qt.Key.Key_Left: self._position_ms - STEP_MS,
            Qt.Key.Key_Down: self._position_ms - STEP_MS,
            Qt.Key.Key_Right: self._position_ms + STEP_MS,
            Qt.Key.Key_Up: self._position_ms + STEP_MS,
            Qt.Key.Key_PageUp: self._position_ms + PAGE_MS,
            Qt.Key.Key_PageDown: self._position_ms - PAGE_MS,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self._duration_ms,
        }.get(Qt.Key(event.key()))
        if to is None:
            # Space, letters and brackets are the screen's.
            event.ignore()
        else:
            self._seek(to)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._seek(self._frame().ms(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the playhead."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._seek(self._frame().ms(event.position().x()))

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        """Nothing more: the press has sought."""

    def event(self, event: QEvent) -> bool:
        """What is marked under the pointer, as a tooltip."""
        if isinstance(event, QHelpEvent) and event.type() is QEvent.Type.ToolTip:
            frame = self._frame()
            near = [
                one
                for one in markers(self._marks)
                if abs(frame.x(one.at_ms) - event.pos().x()) <= _NEAR
            ]
            words = "\n".join(f"{clock(one.at_ms)}  {one.words}" for one in near)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list of marks keeps its corner."""
        super().resizeEvent(event)
        self.markers.place(QRect(0, 0, self.width(), self.height()))

    # -- painting ----------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Cached layers, then what moves."""
        painter = QPainter(self)
        frame = self._frame()
        now = question_at(self._marks, self._position_ms)
        painter.drawPixmap(
            0, 0, self._layer("ground", (now,), lambda made: paint.ground(
                made, frame, self._marks, now, self._names
            )),
        )  # fmt: skip
        if self._loop is not None:
            paint.loop(painter, frame, self._loop)
        peaks = self._peaks
        if peaks is not None:
            bars = self._layer("bars", (), lambda made: paint.bars(made, frame, peaks))
            x = frame.x(self._position_ms)
            for left, width, strength in (
                (0.0, x, 1.0),
                (x, self.width() - x, paint.REST),
            ):
                painter.setClipRect(QRectF(left, 0, width, self.height()))
                painter.setOpacity(strength)
                painter.drawPixmap(0, 0, bars)
            painter.setClipping(False)
            painter.setOpacity(1.0)
        painter.drawPixmap(
            0, 0, self._layer("marks", (), lambda made: paint.marks(made, frame, self._marks))
        )
        paint.axis(painter, frame, self._position_ms)
        if self._duration_ms:
            paint.playhead(painter, frame, self._position_ms)

    def _layer(
        self, name: str, more: tuple[object, ...], draw: Callable[[QPainter], None]
    ) -> QPixmap:
        """A part that does not move, per size, ratio, theme and data."""
        ratio = self.devicePixelRatioF()
        key = (self.width(), self.height(), ratio, id(theme.tokens), theme.scale, self._edition,
               *more)  # fmt: skip
        kept = self._layers.get(name)
        if kept is not None and kept[0] == key:
            return kept[1]
        pixmap = QPixmap(round(self.width() * ratio), round(self.height() * ratio))
        pixmap.setDevicePixelRatio(ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw(painter)
        painter.end()
        self._layers[name] = (key, pixmap)
        return pixmap

    # -- inside ----------------------------------------------------------------

    def _frame(self) -> paint.Frame:
        return paint.Frame(self.width(), self._compact, self._duration_ms)

    def _seek(self, ms: int) -> None:
        to = max(0, min(ms, self._duration_ms))
        if to != self._position_ms:
            self.show_position(to)
            self.sought.emit(to)

    def _on_value(self, seconds: int) -> None:
        # Not by us: assistive technology moved the slider.
        if not self._showing:
            self._position_ms = min(seconds * 1000, self._duration_ms)
            self._describe()
            self.update()
            self.sought.emit(self._position_ms)

    def _describe(self) -> None:
        self.setAccessibleDescription(
            f"{spoken_time(self._position_ms)} of {spoken_time(self._duration_ms)}"
        )

    def _renew(self) -> None:
        self._edition += 1
        self.update()

    def _follow(self) -> None:
        self._layers.clear()
        self.setFixedHeight(self._frame().height)
        self.update()
