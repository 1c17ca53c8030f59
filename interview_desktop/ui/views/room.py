"""The interview room."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QStackedWidget, QVBoxLayout, QWidget

from interview_desktop.domain.call_events import CallEvent, CallState, Presence
from interview_desktop.ui.theme import font
from interview_desktop.ui.view_models.captions import caption_lines
from interview_desktop.ui.view_models.room import RoomState, applied, clock
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.exhibit.view import ExhibitView
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.lines import Captions, KeyFilter, Pane
from interview_desktop.ui.widgets.room_signs import (
    PRESENCE_WORDS,
    LevelMeter,
    PresenceDisc,
    Ring,
    Steps,
)
from interview_desktop.ui.widgets.text import Panel, Rule, Text

HINTS = 5


class RoomView(QWidget):
    """Prompt and exhibit, interviewer and captions, notes, controls.

    Signals:
        mute, think, ready, hint, repeat, end: the candidate's buttons.
        done: with the question that the room shows.
        again: try once more to begin a call that failed.
        said: what the candidate typed instead of saying it.
        number_right: the number that was heard is right.
    """

    mute = Signal(bool)
    think = Signal(object)
    ready = Signal()
    hint = Signal()
    repeat = Signal()
    done = Signal(int)
    end = Signal()
    again = Signal()
    said = Signal(str)
    number_right = Signal(str, float, str)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._state = RoomState()
        self._now_ms = 0
        self._chart: ExhibitView | None = None
        self._think_s: int | None = 60
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._top(title))
        column.addWidget(Rule())
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._left(), 38)
        middle.addWidget(self._center(), 42)
        middle.addWidget(self._right(), 24)
        column.addLayout(middle, 1)
        column.addWidget(Rule())
        column.addWidget(self._bottom())
        self._keys = KeyFilter("THRMDN", (self._notes, self._typed.edit), self)
        self._keys.pressed.connect(self._on_key)
        self.installEventFilter(self._keys)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._show()

    def apply(self, event: CallEvent) -> None:
        """Take an event of the call in."""
        self._state = applied(self._state, event)
        self._show()

    def show_levels(self, microphone_dbfs: float, loudspeaker_dbfs: float, at_ms: int) -> None:
        """Polled 30 times a second."""
        self._you.setText(f"You, {self._level.show_level(microphone_dbfs)}")
        if self._state.presence is Presence.SPEAKING:
            self._disc.show_level(loudspeaker_dbfs)
        if at_ms // 1000 != self._now_ms // 1000:
            self._now_ms = at_ms
            self._show_time()

    # -- building ----------------------------------------------------------------

    def _top(self, title: str) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(60)
        row = QHBoxLayout(bar)
        row.setContentsMargins(32, 0, 32, 0)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(Text(title, "strong"))
        self._which = Text("", "small", "ink2")
        words.addWidget(self._which)
        words.addStretch(1)
        row.addLayout(words, 1)
        self._steps = Steps()
        row.addWidget(self._steps, 0)
        self._time = Text("", "timer")
        self._target = Text("", "small", "ink3")
        row.addStretch(1)
        row.addWidget(self._time)
        row.addWidget(self._target)
        return bar

    def _left(self) -> QWidget:
        pane = Pane()
        pane.column.setContentsMargins(32, 28, 32, 24)
        pane.column.setSpacing(12)
        self._question = Text("", "read", "ink", wrap=True)
        self._prompt = Text("", "body", "ink2", wrap=True)
        self._exhibits = QVBoxLayout()
        self._other = Button("Other exhibit", "quiet", 32)
        self._other.clicked.connect(self._next_exhibit)
        pane.column.addWidget(self._question)
        pane.column.addLayout(self._exhibits)
        pane.column.addWidget(self._other)
        self._case = Text("The case", "caption", "ink3")
        pane.column.addWidget(self._case)
        pane.column.addWidget(self._prompt)
        pane.column.addStretch(1)
        return pane

    def _center(self) -> QWidget:
        area = QWidget()
        column = QVBoxLayout(area)
        column.setContentsMargins(0, 16, 0, 0)
        middle = Qt.AlignmentFlag.AlignHCenter
        self._disc = PresenceDisc()
        self._presence = Text("", "label", "ink2")
        column.addWidget(self._disc, 0, middle)
        # As wide as its longest word, so that a change is never cut while the layout follows.
        self._presence.setMinimumWidth(320)
        self._presence.setAlignment(middle)
        column.addWidget(self._presence, 0, middle)
        self._captions = Captions()
        words = QHBoxLayout()
        words.setContentsMargins(36, 12, 36, 12)
        words.addWidget(self._captions)
        column.addLayout(words, 1)
        self._heard_box = QWidget()
        row = QHBoxLayout(self._heard_box)
        row.setContentsMargins(36, 4, 36, 8)
        self._heard = Text("", "heading")
        right = Button("Right", "secondary", 32)
        right.clicked.connect(self._on_right)
        row.addWidget(Text("Heard", "caption", "ink3"))
        row.addWidget(self._heard, 1)
        row.addWidget(right)
        column.addWidget(self._heard_box)
        typed = QHBoxLayout()
        typed.setContentsMargins(36, 0, 36, 12)
        self._typed = Field("Say it in writing", "Or type what you would say")
        self._typed.submitted.connect(self.said)
        self._typed.left.connect(self.setFocus)
        typed.addWidget(self._typed)
        column.addLayout(typed)
        self._message = Text("", "small", "warn", wrap=True)
        self._again = Button("Try again", "secondary", 32)
        self._again.clicked.connect(self.again)
        message = QHBoxLayout()
        message.setContentsMargins(36, 0, 36, 8)
        message.addWidget(self._message, 1)
        message.addWidget(self._again)
        column.addLayout(message)
        return area

    def _right(self) -> QWidget:
        area = Panel("sunken")
        column = QVBoxLayout(area)
        column.setContentsMargins(24, 28, 24, 20)
        column.addWidget(Text("Notes", "heading"))
        self._notes = QPlainTextEdit()
        self._notes.setFont(font("body"))
        self._notes.setFrameShape(QPlainTextEdit.Shape.NoFrame)
        self._notes.setAccessibleName("Notes")
        self._notes.setPlaceholderText("What you write down stays here during the interview.")
        self._notes.viewport().setAutoFillBackground(False)
        column.addWidget(self._notes, 1)
        return area

    def _bottom(self) -> QWidget:
        bar = QWidget()
        bar.setFixedHeight(104)
        column = QVBoxLayout(bar)
        column.setContentsMargins(32, 10, 32, 8)
        self._bar = QStackedWidget()
        self._bar.addWidget(self._controls())
        self._bar.addWidget(self._ending())
        column.addWidget(self._bar)
        foot = QHBoxLayout()
        foot.addWidget(Text("Recording on this laptop. Nothing leaves it.", "caption", "ink3"))
        foot.addStretch(1)
        self._route = Text("", "caption", "ink3")
        foot.addWidget(self._route)
        column.addLayout(foot)
        return bar

    def _controls(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._mute = Button("Mute", "quiet", 40)
        self._mute.setCheckable(True)
        self._mute.toggled.connect(self._on_mute)
        level = QVBoxLayout()
        level.setSpacing(4)
        level.addStretch(1)
        self._level = LevelMeter()
        self._you = Text("You", "caption", "ink3")
        level.addWidget(self._level)
        level.addWidget(self._you)
        level.addStretch(1)
        self._ring = Ring()
        self._thinking = Button("Thinking", "secondary", 40)
        self._thinking.clicked.connect(self._on_thinking)
        row.addWidget(self._mute)
        row.addLayout(level)
        row.addStretch(1)
        row.addWidget(self._ring)
        row.addWidget(self._thinking)
        self._lengths: dict[int | None, Button] = {}
        for seconds, word in ((30, "30"), (60, "60"), (90, "90"), (None, "Open")):
            choice = Button(word, "quiet", 40)
            choice.setAccessibleName(f"Thinking time {word}")
            choice.setCheckable(True)
            choice.setChecked(seconds == self._think_s)
            choice.clicked.connect(lambda _=False, seconds=seconds: self._choose(seconds))
            self._lengths[seconds] = choice
            row.addWidget(choice)
        row.addStretch(1)
        self._hint = Button("Hint", "quiet", 40)
        self._hint.clicked.connect(self.hint)
        self._repeat = Button("Repeat", "quiet", 40)
        self._repeat.clicked.connect(self.repeat)
        self._done = Button("Done with question 1", "secondary", 40)
        self._done.clicked.connect(self._on_done)
        end = Button("End", "danger-quiet", 40)
        end.clicked.connect(lambda: self._bar.setCurrentIndex(1))
        for part in (self._hint, self._repeat, self._done, end):
            row.addWidget(part)
        return area

    def _ending(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Text("End now? Everything so far is kept.", "strong"))
        row.addStretch(1)
        keep = Button("Keep going", "secondary", 40)
        keep.clicked.connect(lambda: self._bar.setCurrentIndex(0))
        end = Button("End interview", "danger", 40)
        end.clicked.connect(self.end)
        row.addWidget(keep)
        row.addWidget(end)
        return area

    # -- showing ----------------------------------------------------------------

    def _show(self) -> None:
        state = self._state
        live = state.call is CallState.LIVE
        for control in (self._hint, self._repeat, self._done, self._thinking, self._typed):
            control.setEnabled(live)
        self._disc.show_presence(state.presence)
        failed = state.call is CallState.FAILED
        self._presence.setText("Not connected" if failed else PRESENCE_WORDS[state.presence])
        self._again.setVisible(failed)
        self._captions.show_lines(caption_lines(state.captions))
        self._message.setText(state.message)
        self._message.set_color({"info": "ink2", "warn": "warn", "bad": "bad"}[state.severity])
        self._message.setVisible(bool(state.message))
        self._heard_box.setVisible(state.heard is not None)
        if state.heard is not None:
            self._heard.setText(f"{state.heard.value:,.10g} {state.heard.unit}".strip())
        self._route.setText({"direct": "Direct", "relay": "Relay"}.get(state.route, ""))
        self._thinking.setText("I am ready" if state.thinking else "Thinking")
        self._thinking.setAccessibleName(self._thinking.text())
        for seconds, choice in self._lengths.items():
            choice.setVisible(not state.thinking)
            choice.setChecked(seconds == self._think_s)
        asked = state.question is not None
        for part in (self._case, self._other):
            part.setVisible(asked)
        if asked:
            self._show_question()
        self._show_time()

    def _show_question(self) -> None:
        state = self._state
        assert state.question is not None
        number = state.question.number
        self._steps.show_step(number, state.completed)
        self._which.setText(f"Question {number} of 4")
        self._question.setText(state.question.prompt)
        self._prompt.setText(state.question.case_prompt)
        self._done.setText(f"Done with question {number}")
        self._done.setAccessibleName(self._done.text())
        self._done.updateGeometry()
        self._hint.setEnabled(self._hint.isEnabled() and state.hints_used < HINTS)
        exhibit = state.exhibit
        self._other.setVisible(len(state.question.exhibits) > 1)
        if exhibit is not None and (self._chart is None or self._chart.exhibit != exhibit):
            if self._chart is not None:
                self._exhibits.removeWidget(self._chart)
                self._chart.deleteLater()
            every = state.question.exhibits
            place = ""
            if len(every) > 1 and exhibit in every:
                place = f"Exhibit {every.index(exhibit) + 1} of {len(every)}"
            self._chart = ExhibitView(exhibit, place)
            self._exhibits.addWidget(self._chart)

    def _show_time(self) -> None:
        state = self._state
        if state.question is not None:
            self._time.setText(clock(self._now_ms - state.question_since_ms))
            self._target.setText(f"of about {round(state.question.target_s / 60)} min")
        elapsed = max(0, (self._now_ms - state.thinking_since_ms) // 1000)
        total = state.thinking_s if state.thinking else self._think_s
        self._ring.show_time(total, elapsed if state.thinking else 0, running=state.thinking)

    # -- pressing ----------------------------------------------------------------

    def _on_key(self, letter: str) -> None:
        if letter == "N":
            self._notes.setFocus()
            return
        button = {"T": self._thinking, "H": self._hint, "R": self._repeat, "M": self._mute,
                  "D": self._done}[letter]  # fmt: skip
        QTimer.singleShot(0, button.click)

    def _on_mute(self, muted: bool) -> None:
        self._mute.setText("Unmute" if muted else "Mute")
        self._mute.setAccessibleName(f"Mute, microphone {'off' if muted else 'on'}")
        self.mute.emit(muted)

    def _on_thinking(self) -> None:
        if self._state.thinking:
            self.ready.emit()
        else:
            self.think.emit(self._think_s)

    def _on_done(self) -> None:
        if self._state.question is not None:
            self.done.emit(self._state.question.number)

    def _choose(self, seconds: int | None) -> None:
        self._think_s = seconds
        self._show()

    def _on_right(self) -> None:
        heard = self._state.heard
        if heard is not None:
            self.number_right.emit(heard.text, heard.value, heard.unit)

    def _next_exhibit(self) -> None:
        question, exhibit = self._state.question, self._state.exhibit
        if question is None or exhibit is None or exhibit not in question.exhibits:
            return
        following = (question.exhibits.index(exhibit) + 1) % len(question.exhibits)
        self._state = replace(self._state, exhibit=question.exhibits[following])
        self._show()
