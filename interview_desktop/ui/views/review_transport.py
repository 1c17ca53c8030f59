"""The controls below the waveform: time, questions, play, silence, loop, speed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QWidget

from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.widgets.button import Button, IconButton, Pressable
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text

SPEEDS = (("0.75", "0.75"), ("1", "1"), ("1.25", "1.25"), ("1.5", "1.5"), ("2", "2×"))
BACK_MS = 5_000
_DISC = 40


class Transport(QWidget):
    """One row of controls; words give way to icons where it is narrow.

    Signals:
        toggled: play or pause.
        moved: by so many milliseconds.
        stepped: -1 to the previous question, 1 to the next.
        skip_silence, looping: switched on or off by the person.
        speed: 0.75 to 2.
    """

    toggled = Signal()
    moved = Signal(int)
    stepped = Signal(int)
    skip_silence = Signal(bool)
    looping = Signal(bool)
    speed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._time = Text(clock(0), "timer")
        self._length = Text("", "small", "ink2")
        self._row.addWidget(self._time)
        self._row.addWidget(self._length)
        self._row.addStretch(1)
        self.previous = IconButton("chevron-left", "Previous question")
        self._questions = Text("Question", "label", "ink2")
        self.next = IconButton("chevron-right", "Next question")
        self.previous.clicked.connect(lambda: self.stepped.emit(-1))
        self.next.clicked.connect(lambda: self.stepped.emit(1))
        self.back = IconButton("back-5", "Back 5 seconds")
        self.play = PlayDisc()
        self.forward = IconButton("forward-5", "Forward 5 seconds")
        self.back.clicked.connect(lambda: self.moved.emit(-BACK_MS))
        self.play.clicked.connect(self.toggled)
        self.forward.clicked.connect(lambda: self.moved.emit(BACK_MS))
        for part in (self.previous, self._questions, self.next):
            self._row.addWidget(part)
        self._gap = QSpacerItem(0, 0)
        self._row.addItem(self._gap)
        for button in (self.back, self.play, self.forward):
            self._row.addWidget(button)
        self._row.addStretch(1)
        self.skip = Button("Skip silence", "quiet", 36, "skip-silence")
        self.skip.setToolTip("Skip what is silent")
        self.skip.setCheckable(True)
        self.skip.toggled.connect(self.skip_silence)
        self.loop = Button("Loop", "quiet", 36, "loop")
        self.loop.setCheckable(True)
        self.loop.toggled.connect(self.looping)
        self.loop.setToolTip("Repeat the line that sounds")
        self.speeds = Segmented("Speed", SPEEDS, "1")
        for value, words in SPEEDS:
            self.speeds.segment(value).setAccessibleName(f"{words.rstrip('×')} times")
        self.speeds.changed.connect(lambda value: self.speed.emit(float(value)))
        for control in (self.skip, self.loop, self.speeds):
            self._row.addWidget(control)
        self._ready = False
        self._has_questions = False
        self.show_ready(ready=False)
        theme.changed.connect(self._fit)
        self._fit()

    def show_ready(self, *, ready: bool) -> None:
        """Whether there is sound to control."""
        self._ready = ready
        # What is awaited takes its place.
        self._time.setVisible(ready)
        self._fit()
        for part in (self.back, self.play, self.forward, self.skip, self.loop, self.speeds):
            part.setEnabled(ready)
        self._enable_questions()

    def show_length(self, words: str) -> None:
        """Beside the time: "of 29:14", or what is awaited."""
        self._length.setText(words)
        self._fit()

    def show_questions(self, *, there: bool) -> None:
        """Whether there are questions to go to."""
        self._has_questions = there
        self._enable_questions()

    def show_position(self, ms: int, *, playing: bool) -> None:
        """The time, and what the disc will do."""
        self._time.setText(clock(ms))
        self.play.show_playing(playing=playing)

    def show_loop(self, *, on: bool) -> None:
        """Without telling that it was pressed."""
        self.loop.blockSignals(True)
        self.loop.setChecked(on)
        self.loop.blockSignals(False)
        self.loop.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Words give way."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Whatever can give way has."""
        return QSize(px(480), px(_DISC))

    def _enable_questions(self) -> None:
        for button in (self.previous, self.next):
            button.setEnabled(self._ready and self._has_questions)

    def _fit(self) -> None:
        self._row.setSpacing(px(4))
        self._gap.changeSize(px(12), 0)
        self._time.setFixedWidth(px(64))
        # In this order, one after the other, until the rest has room: what is awaited stays.
        yielding: tuple[QWidget, ...] = (self._questions, self._length)
        if not self._ready:
            yielding = (self._questions, self.skip, self.loop)
        self._name(whole=True)
        away: list[QWidget] = []
        for part in yielding:
            if self._needed(away) > self.width():
                away.append(part)
        # At last their words give way to their icons.
        self._name(whole=self._needed(away) <= self.width())
        for part in (self._questions, self._length, self.skip, self.loop):
            part.setVisible(part not in away)
        self._row.invalidate()

    def _name(self, *, whole: bool) -> None:
        for button, words in ((self.skip, "Skip silence"), (self.loop, "Loop")):
            shown = words if whole else ""
            if button.text() != shown:
                button.setText(shown)
                button.setAccessibleName(words)

    def _needed(self, away: list[QWidget]) -> int:
        """The width of all but those that give way, from what they want now."""
        items = [self._row.itemAt(index) for index in range(self._row.count())]
        widths = []
        for item in items:
            widget = item.widget() if item is not None else None
            absent = widget is self._time and not self._ready
            if widget is not None and widget not in away and not absent:
                least = max(widget.sizeHint().width(), widget.minimumWidth())
                widths.append(min(least, widget.maximumWidth()))
        return sum(widths) + px(12) + self._row.spacing() * len(items)


class PlayDisc(Pressable):
    """Play and pause: a disc in ink."""

    focus_radius = _DISC // 2

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("", parent)
        self._playing = True
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.show_playing(playing=False)

    def show_playing(self, *, playing: bool) -> None:
        """What it will do when it is pressed."""
        if playing != self._playing:
            self._playing = playing
            words = "Pause" if playing else "Play"
            self.setAccessibleName(words)
            self.setToolTip(f"{words} (Space)")
            self.update()

    def sizeHint(self) -> QSize:
        """A disc."""
        return QSize(px(_DISC), px(_DISC))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Disc and sign."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        ground, sign = ("ink", "canvas") if self.isEnabled() else ("hover", "disabled")
        if self.isEnabled() and (self.underMouse() or self.isDown()):
            ground = "ink2"
        painter.setBrush(theme.color(ground))
        painter.drawEllipse(QRectF(self.rect()))
        size = px(20)
        box = QRectF(0, 0, size, size)
        box.moveCenter(QRectF(self.rect()).center())
        draw_icon(painter, "pause" if self._playing else "play", box, sign)
