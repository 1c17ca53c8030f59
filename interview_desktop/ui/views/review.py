"""Review: listen again, read along, and go to any moment of the interview."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.layout import BLEED, layout_for
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.review import (
    SessionMarks,
    passage_at,
    question_from,
    transcript_lines,
)
from interview_desktop.ui.view_models.room import clock
from interview_desktop.ui.view_models.waveform import Peaks, question_at
from interview_desktop.ui.views.review_moments import Moments
from interview_desktop.ui.views.review_transcript import TranscriptPane
from interview_desktop.ui.views.review_transport import BACK_MS, Transport
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.text import Rule
from interview_desktop.ui.widgets.waveform import Waveform

NO_SOUND = "There is no sound of this session. What was written down is below."
# Where the lines of the transcript become too long to read, the list beside it takes the room.
_WIDEST_TEXT, _SIDE, _WIDEST = 760, 320, 1280


class ReviewView(QWidget):
    """Waveform, transport, transcript, moments; the screen never scrolls as a whole.

    Keys, wherever the focus is except in a text field: Space plays, J and L go 5 s back and on,
    [ and ] to the previous and next question, / searches, Escape leaves the search.

    Signals:
        toggled: play or pause.
        sought: a position in milliseconds.
        speed: 0.75 to 2.
        skip_silence: leave silence out, or not.
        looped: (start, end) in milliseconds to repeat, or None.
        retry: the transcript is wanted again.
    """

    toggled = Signal()
    sought = Signal(int)
    speed = Signal(float)
    skip_silence = Signal(bool)
    looped = Signal(object)
    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Review")
        self._captions: tuple[Caption, ...] | None = None
        self._marked = SessionMarks()
        self._duration_ms = 0
        self._position_ms = 0
        self._has_sound = False
        self._single_keys = True
        # What is repeated.
        self._passage: tuple[int, int] | None = None
        self._wide = True
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._message = Message("warn", "")
        self._message.hide()
        self._trouble = Message("bad", "")
        self._trouble.hide()
        self.waveform = Waveform()
        self.waveform.sought.connect(self._go)
        self.transport = Transport()
        self._column.addWidget(self._trouble)
        self._column.addWidget(self._message)
        self._apart = QWidget()
        self._apart.hide()
        self._column.addWidget(self._apart)
        self._column.addWidget(self.waveform)
        self._column.addWidget(self.transport)
        self._rule = Rule()
        self._column.addWidget(self._rule)
        self._lower = QHBoxLayout()
        self._lower.setSpacing(0)
        self.transcript = TranscriptPane()
        self.transcript.played.connect(self._go)
        self.transcript.retry.connect(self.retry)
        self.moments = Moments()
        self.moments.sought.connect(self._go)
        self._between = _Upright()
        self._lower.addWidget(self.transcript, 10)
        self._lower.addWidget(self._between)
        self._lower.addWidget(self.moments, 1)
        self._column.addLayout(self._lower, 1)
        transport = self.transport
        transport.toggled.connect(self.toggled)
        transport.moved.connect(self._move)
        transport.stepped.connect(self._step)
        transport.speed.connect(self.speed)
        transport.skip_silence.connect(self.skip_silence)
        transport.looping.connect(self._loop)
        theme.changed.connect(self._fit)
        self.show_loading_sound(None)
        self._fit()

    # -- showing ---------------------------------------------------------------------------------

    def show_transcript(self, captions: Iterable[Caption]) -> None:
        """Both sides' lines; none says so."""
        self._captions = tuple(captions)
        self._show_lines()
        self._tell_no_sound()

    def show_transcript_error(self, sentence: str) -> None:
        """The transcript could not be had; the sound can be heard all the same."""
        self.transcript.show_error(sentence)

    def show_markers(self, marked: SessionMarks) -> None:
        """Questions, thinking, hints and numbers, on the waveform and as a list."""
        self._marked = marked
        if self._has_sound:
            self.waveform.show_marks(marked.marks)
        self.moments.show_moments(marked.moments)
        self.moments.show_ready(ready=self._has_sound)
        self.transport.show_questions(there=bool(marked.marks.questions))
        if self._captions is not None:
            self._show_lines()
        self._show_question()

    def show_loading_sound(self, share: float | None) -> None:
        """The sound is on its way; `share` of it, 0 to 1, where that is known."""
        if not self._has_sound:
            part = "" if share is None else f" {round(100 * max(0.0, min(1.0, share)))}\u00a0%"
            self.transport.show_length(f"Loading the sound…{part}")

    def show_sound(self, duration_ms: int, peaks: Peaks | None = None) -> None:
        """The sound can be played; its outline may come later."""
        self._has_sound = True
        self._duration_ms = duration_ms
        self._trouble.hide()
        for part in (self.waveform, self.transport, self._rule):
            part.show()
        self.waveform.show_sound(duration_ms, peaks)
        # Without a length they would have no place.
        self.waveform.show_marks(self._marked.marks)
        self.transport.show_length(f"of {clock(duration_ms)}")
        self.transport.show_ready(ready=True)
        self.transcript.show_has_sound(there=True)
        self.moments.show_ready(ready=True)

    def show_no_sound(self) -> None:
        """The session has none."""
        self._without_sound()
        self._trouble.tell("info", NO_SOUND)
        self._tell_no_sound()

    def show_error(self, sentence: str) -> None:
        """The sound cannot be had, or its loudspeaker fails: why, and what is safe."""
        if not self._has_sound:
            self._without_sound()
        self._trouble.tell("bad", sentence)
        self._trouble.show()

    def show_notes(self, sentences: Sequence[str]) -> None:
        """What of the session is missing or damaged, a sentence each; none takes it away."""
        self._message.tell("warn", " ".join(sentences))
        self._message.setVisible(bool(sentences))
        self._apart.setVisible(bool(sentences))

    def show_position(self, ms: int, playing: bool) -> None:
        """Where the sound is; polled 30 times a second."""
        self._position_ms = ms
        self.transport.show_position(ms, playing=playing)
        self.waveform.show_position(ms, playing=playing)
        self.transcript.lines.show_position(ms)
        self._show_question()

    def set_single_keys(self, on: bool) -> None:
        """Switch the single keys on or off; Tab and Enter do everything without them."""
        self._single_keys = on

    # -- input -----------------------------------------------------------------------------------

    def take_key(self, event: QKeyEvent) -> bool:
        """Do what a single key says; False leaves it to others."""
        if event.key() == Qt.Key.Key_Escape:
            searching = self.transcript.searching()
            self.transcript.end_search()
            return searching
        held = event.modifiers() & ~(
            Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier
            | Qt.KeyboardModifier.GroupSwitchModifier
        )  # fmt: skip
        # By the sign that is typed: brackets and slash lie elsewhere on other keyboards.
        letter = event.text().upper()
        if not self._single_keys or not letter:
            return False
        # AltGr is how some keyboards write brackets.
        if held and letter not in "[]":
            return False
        if letter == "/":
            self.transcript.begin_search()
        elif letter in " JL[]":
            if not self._has_sound or (event.isAutoRepeat() and letter == " "):
                return letter != " " or self._has_sound
            self._act(letter)
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Whatever nothing else has used."""
        if self.take_key(event):
            event.accept()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Margins and widths follow the window."""
        super().resizeEvent(event)
        self._fit()

    # -- inside ----------------------------------------------------------------------------------

    def _act(self, letter: str) -> None:
        if letter == " ":
            self.toggled.emit()
        elif letter in "JL":
            self._move(-BACK_MS if letter == "J" else BACK_MS)
        else:
            self._step(-1 if letter == "[" else 1)

    def _go(self, ms: int) -> None:
        if self._has_sound:
            to = max(0, min(ms, self._duration_ms))
            if self._passage is not None and not self._passage[0] <= to <= self._passage[1]:
                # Whoever goes elsewhere wants to hear what is there.
                self._end_loop()
            self.transcript.lines.follow()
            self.sought.emit(to)

    def _move(self, by_ms: int) -> None:
        self._go(self._position_ms + by_ms)

    def _step(self, step: int) -> None:
        to = question_from(self._marked.marks, self._position_ms, step)
        if to is not None:
            self._go(to)

    def _loop(self, on: bool) -> None:
        if not on:
            self._end_loop()
            return
        lines = self.transcript.all_lines()
        start, end = passage_at(lines, self._marked.marks, self._position_ms, self._duration_ms)
        self._passage = (start, end)
        self.waveform.show_loop(start, end)
        self.looped.emit(self._passage)

    def _end_loop(self) -> None:
        self._passage = None
        self.transport.show_loop(on=False)
        self.waveform.show_loop(None)
        self.looped.emit(None)

    def _without_sound(self) -> None:
        self._has_sound = False
        for part in (self.waveform, self.transport, self._rule):
            part.hide()
        self.transport.show_ready(ready=False)
        self.transcript.show_has_sound(there=False)
        self.moments.show_ready(ready=False)

    def _tell_no_sound(self) -> None:
        """Where there are no words either, the transcript's place says both."""
        if not self._has_sound and self._trouble.kind() == "info":
            self._trouble.setVisible(self._captions is None or bool(self._captions))

    def _show_lines(self) -> None:
        self.transcript.show_lines(transcript_lines(self._captions or (), self._marked.marks.hints))

    def _show_question(self) -> None:
        now = question_at(self._marked.marks, self._position_ms) if self._has_sound else None
        self.moments.show_question(now.number if now else None)

    def _fit(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        side = px(32)
        spare = max(0, self.width() - 2 * side - px(_WIDEST))
        across = side + spare // 2
        self._column.setContentsMargins(across, px(12), across, px(12))
        if layout.wide != self._wide:
            self._wide = layout.wide
            self.waveform.set_compact(not layout.wide)
        self._apart.setFixedHeight(px(8))
        gap = px(8 if layout.short else 12)
        self.transport.setContentsMargins(0, gap, 0, gap)
        self.transport.setFixedHeight(px(40) + 2 * gap)
        self._lower.setContentsMargins(0, px(10 if layout.short else 16), 0, 0)
        self.transcript.setMaximumWidth(px(_WIDEST_TEXT))
        self.moments.setMinimumWidth(px(_SIDE) - BLEED)
        self._between.setFixedWidth(px(44) - BLEED)


class _Upright(QWidget):
    """The line between two panes."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """One logical pixel."""
        middle = (self.width() - BLEED) // 2 + BLEED // 2
        QPainter(self).fillRect(middle, 0, 1, self.height(), theme.color("line"))
