"""The interview room."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QWidget

from interview_desktop.domain.call_events import CallState, NotesRestored, Presence
from interview_desktop.domain.devices import Device
from interview_desktop.ui.layout import Layout, layout_for
from interview_desktop.ui.roles import GROUP
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.room import (
    RoomEvent,
    RoomState,
    applied,
    at,
    choosing_exhibit,
    heard_up_to,
)
from interview_desktop.ui.view_models.room_words import second_line, timer
from interview_desktop.ui.views.room_bar import RoomBar
from interview_desktop.ui.views.room_case import CasePane
from interview_desktop.ui.views.room_columns import NotesGround, columns
from interview_desktop.ui.views.room_keys import KeySheet, TalkKey
from interview_desktop.ui.views.room_talk import TalkColumn
from interview_desktop.ui.widgets.notes import Notes
from interview_desktop.ui.widgets.steps import Steps
from interview_desktop.ui.widgets.text import Text, text_width
from interview_desktop.ui.widgets.top_bar import TopBar

_NOTES_FOOTER = "Kept with the session. Only you see them."


class RoomView(QWidget):
    """Prompt and exhibit, interviewer and captions, notes, controls.

    Args:
        title: of the case.
        where: the beginning of the line below it, "Market entry".

    Signals:
        back: leave a room in which nothing runs any more (the call failed or is over).
        mute, think, ready, hint, repeat: the candidate's buttons.
        done: with the question of this number.
        end: the interview is to be ended; it was confirmed in the bar.
        again: begin a call that failed once more.
        try_now: do not wait for the next try.
        said: what the candidate typed instead of saying it.
        number_confirmed: text, value in full and unit of the number that was heard or corrected.
        exhibit_shown: the id of the exhibit that the candidate turned to.
        notes_changed: the whole notes, after each edit.
        microphone, loudspeaker: the id of a chosen device, None follows the system.
        device_menu_opened: the list of devices should be fresh.

    Thread: the window's thread.
    """

    back = Signal()
    mute = Signal(bool)
    think = Signal(object)
    ready = Signal()
    hint = Signal()
    repeat = Signal()
    done = Signal(int)
    end = Signal()
    again = Signal()
    try_now = Signal()
    said = Signal(str)
    number_confirmed = Signal(str, float, str)
    exhibit_shown = Signal(str)
    notes_changed = Signal(str)
    microphone = Signal(object)
    loudspeaker = Signal(object)
    device_menu_opened = Signal()

    def __init__(self, title: str, where: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._where = title, where
        self.accessible_role = GROUP
        self.setAccessibleName(f"Interview room, {title}")
        self._state = RoomState()
        self._single_keys = True
        self._came_from: QWidget | None = None
        self._build()
        self._connect()
        # For its letters; Tab stops at what can be used.
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        theme.changed.connect(self._fit)
        self._show()
        self._fit()

    @property
    def state(self) -> RoomState:
        """What the room shows."""
        return self._state

    def apply(self, event: RoomEvent) -> None:
        """Take an event of the call, or a notice of the sound, in."""
        exhibit = self._state.exhibit
        self._state = applied(self._state, event)
        if isinstance(event, NotesRestored):
            self.notes.show_text(event.text)
        self._show()
        turned = self._state.exhibit != exhibit and self._state.exhibit is not None
        if turned and not self.notes.edit.hasFocus():
            self._show_part("exhibit")

    def show_levels(self, mic_dbfs: float, speaker_dbfs: float, at_ms: int) -> None:
        """The levels now and where the recording stands; polled 30 times a second."""
        self.bar.microphone.show_level(mic_dbfs)
        if self._state.live and self._state.presence is Presence.SPEAKING:
            self.talk.presence.show_level(speaker_dbfs)
        second = self._state.now_ms // 1000
        self._state = at(self._state, at_ms)
        if self._state.now_ms // 1000 != second:
            self._show_time()

    def show_said(self, item_id: str, characters: int) -> None:
        """How many characters of an interviewer's line have been heard; the rest is faint."""
        self._state = heard_up_to(self._state, item_id, characters)
        self.talk.show_state(self._state)

    def show_devices(
        self,
        microphones: Sequence[Device],
        loudspeakers: Sequence[Device],
        chosen_mic: str | None,
        chosen_speaker: str | None,
    ) -> None:
        """Fill the menu beside the microphone; None follows the system."""
        self.bar.microphone.show_devices(microphones, loudspeakers, chosen_mic, chosen_speaker)

    def set_push_to_talk(self, by_key: bool) -> None:
        """Whether the candidate is heard only while Space is held."""
        self.bar.microphone.set_push_to_talk(by_key)
        self.keys.set_talk(by_key)

    def set_single_keys(self, single_keys: bool) -> None:
        """Whether letters are commands."""
        self._single_keys = single_keys

    def set_announce(self, announcing: bool) -> None:
        """Whether a screen reader hears each finished turn."""
        self.talk.captions.set_announcing(announcing)

    # -- building ----------------------------------------------------------------

    def _build(self) -> None:
        self.top = TopBar(self._title, self._where, "Leave the interview", self)
        self._steps = Steps()
        self.top.set_center(self._steps)
        self._clock = Text("", "timer", align=Qt.AlignmentFlag.AlignRight)
        self._target = Text("", "small", "ink2")
        self.top.add_right(self._clock)
        self.top.add_right(self._target)
        self.case = CasePane(self)
        self.talk = TalkColumn(self)
        self._notes_ground = NotesGround(self)
        self.notes = Notes(_NOTES_FOOTER)
        # One line at every width.
        self.notes.edit.setPlaceholderText("What you write stays here")
        self._notes_ground.column.addWidget(self.notes)
        self.bar = RoomBar(self)
        self.keys = KeySheet(self)
        self._talk_key = TalkKey(self, self.bar.microphone.push_to_talk)

    def _connect(self) -> None:
        bar, talk = self.bar, self.talk
        self.top.back.connect(self._on_back)
        microphone = bar.microphone
        microphone.mute.connect(self.mute)
        microphone.microphone.connect(self.microphone)
        microphone.loudspeaker.connect(self.loudspeaker)
        microphone.menu_opened.connect(self.device_menu_opened)
        self._talk_key.talking.connect(microphone.talk)
        self._talk_key.focused.connect(self._on_focus)
        bar.thinking.think.connect(self.think)
        bar.thinking.ready.connect(self.ready)
        bar.hint.connect(self.hint)
        bar.repeat.connect(self.repeat)
        bar.exhibit.connect(self._on_exhibit)
        bar.done.connect(self._on_done)
        bar.end_button.clicked.connect(self._ask_to_end)
        bar.ended.connect(self._on_end)
        bar.kept.connect(self._keep_going)
        self.case.exhibit.connect(self._on_exhibit)
        self.case.chosen.connect(self._on_part)
        talk.acted.connect(self._on_action)
        talk.said.connect(self.said)
        talk.left.connect(self._return_focus)
        talk.number.confirmed.connect(self.number_confirmed)
        self.notes.changed.connect(self.notes_changed)
        self.notes.left.connect(self._return_focus)

    # -- showing ----------------------------------------------------------------

    def _show(self) -> None:
        state = self._state
        focused = self._focused()
        question = state.question
        if question is not None:
            self._steps.show_step(question.number, state.completed)
        self._steps.setVisible(question is not None)
        self.top.set_title(self._title, second_line(self._where, state))
        self.case.show_state(state)
        self._show_exhibit_tab_order()
        self.talk.show_state(state)
        self.notes.show_state("saved" if state.notes_saved else "saving")
        self.bar.show_state(state)
        if self.bar.asking() and state.call in (CallState.ENDING, CallState.ENDED):
            self.bar.keep_going()
        self._show_time()
        self._keep_focus(focused)

    def _show_time(self) -> None:
        shown = timer(self._state)
        self._clock.setText(shown.passed if shown else "")
        self._target.setText(shown.target if shown else "")
        for text, calm in ((self._clock, "ink"), (self._target, "ink2")):
            text.set_color("warn" if shown and shown.over else calm)
        focused = self._focused()
        self.bar.show_time(self._state)
        self.talk.show_messages(self._state)
        self._keep_focus(focused)

    def _show_exhibit_tab_order(self) -> None:
        view = self.case.exhibit_view
        if view is not None:
            for before, after in pairwise([self.case.more, *view.stops(), self.talk.type_button]):
                self.setTabOrder(before, after)

    def _show_part(self, part: str) -> None:
        """Compact: bring another part into the pane."""
        if self.case.part() != part:
            focused = self._focused()
            self.case.show_part("notes" if part == "notes" else "exhibit")
            self._fit()
            self._keep_focus(focused)

    # -- focus ----------------------------------------------------------------

    def _focused(self) -> QWidget | None:
        widget = QApplication.focusWidget()
        return widget if widget is not None and self.isAncestorOf(widget) else None

    def _keep_focus(self, before: QWidget | None) -> None:
        """What had the focus is gone or cannot be pressed: back to where it came from."""
        if before is None or (before.isVisible() and before.isEnabled()):
            return
        self._return_focus()

    def _return_focus(self) -> None:
        back = self._came_from
        if back is not None and back.isVisible() and back.isEnabled() and self.isAncestorOf(back):
            back.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_focus(self, old: QWidget | None, new: QWidget | None) -> None:
        if new is None or old is None or not self._passes(new) or self._passes(old):
            return
        if self.isAncestorOf(old):
            self._came_from = old

    def _passes(self, widget: QWidget) -> bool:
        passing = (*self.talk.passing(), self.bar.keep_button, self.bar.finish_button, self.notes)
        return any(one is widget or one.isAncestorOf(widget) for one in passing)

    # -- pressing ----------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Letters that no field has taken."""
        if event.key() == Qt.Key.Key_F1 or event.text() == "?":
            corner = self.bar.geometry().topRight() - QPoint(px(24), px(12))
            self.keys.toggle(corner)
        elif event.key() == Qt.Key.Key_Escape:
            self.keys.hide()
        elif not (self._single_keys and not event.isAutoRepeat() and self._letter(event)):
            super().keyPressEvent(event)

    def _letter(self, event: QKeyEvent) -> bool:
        if event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier or self.bar.asking():
            return False
        letter = event.text().upper()
        bar = self.bar
        buttons = {"H": bar.hint_button, "R": bar.repeat_button, "D": bar.done_button}
        if letter in buttons:
            # Once this key is done with: a press may change what has the focus.
            QTimer.singleShot(0, buttons[letter], buttons[letter].click)
        elif letter == "T":
            bar.thinking.press()
        elif letter == "M":
            bar.microphone.press()
        elif letter == "E":
            self._on_exhibit()
        elif letter == "N":
            self._show_part("notes")
            self.notes.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        else:
            return False
        return True

    def _on_back(self) -> None:
        if self._state.call in (CallState.FAILED, CallState.ENDED):
            self.back.emit()
        else:
            self._ask_to_end()

    def _ask_to_end(self) -> None:
        # The controls vanish with the focus that one of them may have.
        before = self._focused()
        self.bar.ask_to_end()
        self._came_from = before

    def _keep_going(self) -> None:
        self.bar.keep_going()
        self._return_focus()

    def _on_end(self) -> None:
        self._keep_going()
        self.end.emit()

    def _on_done(self) -> None:
        if self._state.question is not None:
            self.done.emit(self._state.question.number)

    def _on_action(self, words: str) -> None:
        {"Try again": self.again, "Try now": self.try_now, "Hint": self.hint}[words].emit()

    def _on_exhibit(self) -> None:
        if self._state.exhibit is None:
            return
        hidden = self.case.part() != "exhibit" and not self._layout.wide
        if not hidden:
            self._state = choosing_exhibit(self._state)
            self._show()
        self._show_part("exhibit")
        self.exhibit_shown.emit(self._state.exhibit.id if self._state.exhibit else "")

    def _on_part(self, part: str) -> None:
        self._fit()
        if part == "notes":
            self.notes.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- geometry ----------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The layout that the window asks for."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The window may have changed before."""
        super().showEvent(event)
        self._talk_key.start()
        self._fit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nobody talks in a room that is not seen."""
        self._talk_key.stop()
        super().hideEvent(event)

    def _fit(self) -> None:
        layout = layout_for(self.width(), self.height(), theme.scale)
        if layout != getattr(self, "_layout", None):
            self._layout = layout
            focused = self._focused()
            self._arrange(layout)
            self._keep_focus(focused)
        self._clock.setFixedWidth(text_width("88:88", "timer"))
        self._place(layout)

    def _arrange(self, layout: Layout) -> None:
        self._steps.set_compact(not layout.wide)
        # Compact, the notes stand where the exhibit does.
        field = self.talk.field
        before = (field.send or field.edit) if layout.wide else self.case.next_exhibit
        self.setTabOrder(before, self.notes.edit)
        self.case.set_layout(layout)
        self.talk.set_layout(layout)
        self.bar.set_compact(not layout.wide)
        self.bar.show_state(self._state)
        self.case.show_state(self._state)
        self._notes_ground.set_sunken(layout.wide)

    def _place(self, layout: Layout) -> None:
        width, top = self.width(), self.top.height()
        middle = max(0, self.height() - top - self.bar.height())
        self.top.setGeometry(0, 0, width, top)
        self.bar.setGeometry(0, self.height() - self.bar.height(), width, self.bar.height())
        left, right = columns(layout, self.width())
        self.case.setGeometry(0, top, left, middle)
        self.talk.setGeometry(left + 1, top, width - left - 1 - right, middle)
        if layout.wide:
            self._notes_ground.setGeometry(width - right, top, right, middle)
        else:
            above = self.case.head_height()
            self._notes_ground.setGeometry(0, top + above, left, middle - above)
        self._notes_ground.setVisible(layout.wide or self.case.part() == "notes")
        self._line = QRect(left, top, 1, middle)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The canvas and the line beside the case."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("canvas"))
        painter.fillRect(self._line, theme.color("line"))
