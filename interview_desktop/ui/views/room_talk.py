"""The room's middle: the interviewer, the captions, what must be answered, a field to write in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from interview_desktop.domain.call_events import Presence
from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.captions import caption_lines
from interview_desktop.ui.view_models.room import RoomState
from interview_desktop.ui.view_models.room_words import RoomMessage, messages, presence_words
from interview_desktop.ui.widgets.button import GAP, ICON, Button
from interview_desktop.ui.widgets.captions import Captions
from interview_desktop.ui.widgets.field import Field
from interview_desktop.ui.widgets.message import Message
from interview_desktop.ui.widgets.number_heard import NumberHeard
from interview_desktop.ui.widgets.presence import PresenceSign
from interview_desktop.ui.widgets.text import text_width

# More at once would push the conversation out of sight; the others wait for their turn.
MOST_MESSAGES = 2
# What the interviewer takes at once, and the transcript keeps.
TYPED_MAX = 10_000
_CAPTIONS_MAX = 640
_SCROLL_BAR = 12
_WHOLE_LABEL_FROM = 480


class TalkColumn(QWidget):
    """Presence above, captions pinned to the bottom, number and messages under them.

    Signals:
        acted: the action of a message, by its words.
        said: what was typed instead of being said.
        left: Escape in the field.
    """

    acted = Signal(str)
    said = Signal(str)
    left = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = Layout(True, False, False)
        self._shown: list[RoomMessage] = []
        self._column = QVBoxLayout(self)
        self._column.setSpacing(0)
        self._head = QGridLayout()
        # In reading order: what is created first is read first, and lies below.
        self.presence = PresenceSign(parent=self)
        self.type_button = Button("Type instead", "quiet", 40, "comment", self)
        self.type_button.setAccessibleName("Type instead")
        self.type_button.setToolTip("Write what you would say")
        self.type_button.clicked.connect(self._toggle_field)
        self._column.addLayout(self._head)
        self.captions = Captions()
        self._column.addWidget(self.captions, 1)
        self._below = QVBoxLayout()
        self._column.addLayout(self._below)
        self.number = NumberHeard()
        self.messages = [Message() for _ in range(MOST_MESSAGES)]
        for message in self.messages:
            message.acted.connect(lambda message=message: self.acted.emit(message.action().text()))
        self.field = Field(
            "Say it in writing", "Type what you would say, then press Enter", send="Say it"
        )
        self.field.edit.setMaxLength(TYPED_MAX)
        self.field.submitted.connect(self.said)
        self.field.left.connect(self._leave_field)
        for part in (self.number, *self.messages, self.field):
            part.hide()
            self._below.addWidget(part)
        theme.changed.connect(self._fit)
        self.set_layout(self._layout)

    def set_layout(self, layout: Layout) -> None:
        """The disc above its column, or small beside its word."""
        self._layout = layout
        self.presence.set_size(
            "compact" if not layout.wide else "short" if layout.short else "wide"
        )
        for part in (self.presence, self.type_button):
            self._head.removeWidget(part)
        right = Qt.AlignmentFlag.AlignRight
        if layout.wide:
            middle = Qt.AlignmentFlag.AlignHCenter
            self._head.addWidget(self.presence, 0, 0, middle)
            self._head.addWidget(self.type_button, 0, 0, right | Qt.AlignmentFlag.AlignTop)
        else:
            center = Qt.AlignmentFlag.AlignVCenter
            self._head.addWidget(self.presence, 0, 0, Qt.AlignmentFlag.AlignLeft | center)
            self._head.addWidget(self.type_button, 0, 0, right | center)
        self._fit()

    def show_state(self, state: RoomState) -> None:
        """Everything that an event can change."""
        presence = state.presence if state.live else Presence.CONNECTING
        self.presence.show_presence(presence, presence_words(state))
        # The history of a resumed session is not read out.
        self.captions.show_lines(
            caption_lines(state.captions, state.said), quiet=not state.was_live
        )
        self.type_button.setEnabled(state.live)
        self.field.setEnabled(state.live)
        heard = state.heard
        if heard is not None:
            self.number.show_number(heard.text, heard.value, heard.unit)
        self.number.setVisible(heard is not None)
        self._space_below()
        self.show_messages(state)

    def show_messages(self, state: RoomState) -> None:
        """The gravest messages; one that stays is changed where it stands."""
        wanted = messages(state)[:MOST_MESSAGES]
        if wanted == self._shown:
            return
        self._shown = wanted
        for place, message in enumerate(self.messages):
            if place >= len(wanted):
                message.hide()
                continue
            one = wanted[place]
            if (message.kind(), message.text(), message.action().text()) != (
                one.kind, one.text, one.action,
            ):  # fmt: skip
                message.tell(one.kind, one.text, one.action)
            message.show()
        self._space_below()

    def message_texts(self) -> list[str]:
        """The sentences that are shown."""
        return [one.text() for one in self.messages if not one.isHidden()]

    def passing(self) -> Sequence[QWidget]:
        """What may vanish while it has the focus."""
        return (self.number, *self.messages, self.field)

    def minimumSizeHint(self) -> QSize:
        """The captions give way."""
        return QSize(0, 0)

    def _toggle_field(self) -> None:
        self._open_field(self.field.isHidden())

    def _open_field(self, opened: bool) -> None:
        self.field.setVisible(opened)
        self._name_type_button()
        self._space_below()
        if opened:
            self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_field(self) -> None:
        if not self.field.text():
            self._open_field(False)
        self.left.emit()

    def _name_type_button(self) -> None:
        """It says what a press does, rather than stay pressed while the field is open."""
        opened = not self.field.isHidden()
        words = "Stop typing" if opened else "Type instead"
        self.type_button.setText(self._fitting(words))
        self.type_button.setAccessibleName(words)
        self.type_button.setToolTip("" if opened else "Write what you would say")
        self.type_button.set_icon("close" if opened else "comment")

    def _fitting(self, words: str) -> str:
        """The button's words, or what of them leaves the interviewer's word its room."""
        short = words.split(maxsplit=1)[0]
        if self._layout.wide:
            return short if self.width() < px(_WHOLE_LABEL_FROM) else words
        margins = self._column.contentsMargins()
        room = self.width() - margins.left() - margins.right() - px(_SCROLL_BAR)
        room -= self.presence.sizeHint().width() + px(8) + px(ICON) + px(GAP) + 2 * px(10)
        return next((one for one in (words, short) if text_width(one, "label") <= room), "")

    def _fit(self) -> None:
        layout = self._layout
        side = px(36 if layout.wide else 24)
        if layout.large:
            side = max(side, (self.width() - px(_CAPTIONS_MAX)) // 2)
        top = px((13 if layout.short else 22) if layout.wide else 8)
        bottom = px(24 if layout.wide and not layout.short else 20)
        # The captions' scroll bar stands in the margin, not over their last letters.
        bar = px(_SCROLL_BAR)
        self._column.setContentsMargins(side, top, side - bar, bottom)
        head = px((14 if layout.short else 40) if layout.wide else 8)
        self._name_type_button()
        # The type button keeps to the column's corner, the disc to its middle.
        self.captions.setViewportMargins(0, 0, px(4), 0)
        self._head.setContentsMargins(0, 0, bar, head)
        self._below.setSpacing(px(8))
        self._space_below()
        for button in (self.number.right, self.number.change):
            button.setMinimumHeight(px(40))
        for message in self.messages:
            message.action().setMinimumHeight(px(40))

    def _space_below(self) -> None:
        filled = any(not one.isHidden() for one in self.passing())
        self._below.setContentsMargins(0, px(12) if filled else 0, px(_SCROLL_BAR), 0)

    def resizeEvent(self, event: object) -> None:
        """Large windows keep the captions at a width that reads well."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()
