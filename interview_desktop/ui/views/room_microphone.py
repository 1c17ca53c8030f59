"""The microphone in the room's bar: mute or hold to talk, its devices, its level."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, Signal
from PySide6.QtGui import QAction, QActionGroup, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.domain.devices import Device
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.meters import LevelClass
from interview_desktop.ui.view_models.room_words import LEVEL_LINES, MUTED, level_words
from interview_desktop.ui.views.room_control import COMPACT_HEIGHT, HEIGHT, Control
from interview_desktop.ui.widgets.button import IconButton, paint_box
from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.menu import Menu
from interview_desktop.ui.widgets.text import Text, text_width

_LONGEST_NAME = 48
# The chevron belongs to the icon beside it: its own padding already keeps them apart.
_CHEVRON = 40
HOLD, TALK = ("Hold Space", "to talk"), ("Hold Space", "talking")


class Microphone(QWidget):
    """Mute or push-to-talk, a menu of devices, the level.

    Signals:
        mute: the candidate's voice is to be kept back, or let through.
        microphone, loudspeaker: a device's id was chosen, None follows the system.
        menu_opened: the devices are looked at; the list should be fresh.
    """

    mute = Signal(bool)
    microphone = Signal(object)
    loudspeaker = Signal(object)
    menu_opened = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._muted = False
        self._by_key = False
        self._compact = self._brief = False
        self._level_class = LevelClass.SILENT
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        self.button = Control("mic", "Mute", words=("Unmute",), key="M", bare=True)
        self.button.clicked.connect(self.press)
        self.button.pressed.connect(lambda: self._hold(True))
        self.button.released.connect(lambda: self._hold(False))
        self.chevron = _Chevron("chevron-down", "Microphone and loudspeaker")
        self.chevron.clicked.connect(self.open_menu)
        self._level = QWidget()
        beside = QVBoxLayout(self._level)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.addStretch(1)
        self.meter = LevelMeter()
        self._line = Text("", "small", "ink2")
        beside.addWidget(self.meter)
        beside.addWidget(self._line)
        beside.addStretch(1)
        self._beside = beside
        self._row.addWidget(self.button)
        self._row.addWidget(self.chevron)
        self._row.addWidget(self._level)
        self.menu = Menu("Microphone and loudspeaker", self)
        self._lists: tuple[Sequence[Device], Sequence[Device]] = ((), ())
        self.show_devices((), (), None, None)
        theme.changed.connect(self._follow)
        self._follow()
        self._show()

    def set_compact(self, compact: bool) -> None:
        """The icon alone and a short meter."""
        self._compact = compact
        self.button.set_compact(compact)
        self.meter.set_compact(compact)
        self._line.setVisible(not compact)
        self._follow()

    def set_brief(self, brief: bool) -> None:
        """Where there is least room the icon stands alone; tooltip and name say the rest."""
        if brief != self._brief:
            self._brief = brief
            self.button.set_bare(brief or not self._by_key)
            self._show()

    def set_push_to_talk(self, by_key: bool) -> None:
        """Muted unless Space is held, or open until muted."""
        if by_key != self._by_key:
            self._by_key = by_key
            self.button.set_bare(self._brief or not by_key)
            self._set_muted(by_key)
            self._show()

    def push_to_talk(self) -> bool:
        """Whether the candidate is heard only while Space is held."""
        return self._by_key

    def muted(self) -> bool:
        """Whether the voice is kept back."""
        return self._muted

    def press(self) -> None:
        """What the key M does; nothing where Space decides."""
        if not self._by_key:
            self._set_muted(not self._muted)

    def talk(self, talking: bool) -> None:
        """Space is held or let go."""
        if self._by_key:
            self._set_muted(not talking)

    def show_level(self, dbfs: float) -> None:
        """The level now; polled 30 times a second."""
        word = self.meter.show_level(dbfs)
        if word is not self._level_class:
            self._level_class = word
            self._show_line()

    def show_devices(
        self,
        microphones: Sequence[Device],
        loudspeakers: Sequence[Device],
        chosen_mic: str | None,
        chosen_speaker: str | None,
    ) -> None:
        """Fill the menu; None follows the system."""
        for old in self.menu.actions():
            self.menu.removeAction(old)
            old.deleteLater()
        self._list("Microphone", microphones, chosen_mic, self.microphone)
        self.menu.addSeparator()
        self._list("Loudspeaker", loudspeakers, chosen_speaker, self.loudspeaker)

    def open_menu(self) -> None:
        """Above the chevron: below it the window ends."""
        self.talk(False)
        self.menu_opened.emit()
        above = QPoint(0, -self.menu.sizeHint().height() - px(4))
        self.menu.popup(self.chevron.mapToGlobal(above))

    def _list(
        self, title: str, devices: Sequence[Device], chosen: str | None, signal: object
    ) -> None:
        self.menu.add(title).setEnabled(False)
        group = QActionGroup(self.menu)
        known = {device.id for device in devices}
        self._choice("Follow the system", None, chosen not in known, group, signal)
        for device in devices:
            self._choice(_short(device.name), device.id, device.id == chosen, group, signal)

    def _choice(
        self, words: str, device: str | None, checked: bool, group: QActionGroup, signal: object
    ) -> QAction:
        # "&" would mark a key.
        action = self.menu.add(words.replace("&", "&&"))
        action.setCheckable(True)
        action.setChecked(checked)
        action.setData(device)
        group.addAction(action)
        action.triggered.connect(lambda: signal.emit(device))  # type: ignore[attr-defined]
        return action

    def _hold(self, held: bool) -> None:
        # With the mouse, for those who cannot hold a key.
        self.talk(held)

    def _set_muted(self, muted: bool) -> None:
        if muted != self._muted:
            self._muted = muted
            self._show()
            self.mute.emit(muted)

    def _show(self) -> None:
        state = "off" if self._muted else "on"
        icon = "mic-off" if self._muted else "mic"
        if self._by_key:
            word, second = HOLD if self._muted else TALK
            name = f"Hold Space to talk, microphone {state}"
            self.button.tell(icon, word, second, name, "" if self._muted else "accent")
        else:
            word = "Unmute" if self._muted else "Mute"
            name = f"{word}, microphone {state}"
            self.button.tell(icon, word, "", name, "bad" if self._muted else "")
        self.button.updateGeometry()
        self._show_line()

    def _show_line(self) -> None:
        self._line.setText(MUTED if self._muted else level_words(self._level_class))

    def _follow(self) -> None:
        self._beside.setSpacing(px(8))
        # The meter stands beside the icon, the line beside the word, on one base line.
        self._beside.setContentsMargins(0, 0, 0, 0 if self._compact else px(5))
        self._line.setFixedWidth(max(text_width(one, "small") for one in LEVEL_LINES))
        self.chevron.setFixedSize(px(_CHEVRON), px(COMPACT_HEIGHT if self._compact else HEIGHT))
        self._level.setFixedHeight(px(COMPACT_HEIGHT if self._compact else HEIGHT))
        self.updateGeometry()


class _Chevron(IconButton):
    """Belongs to the icon at its left, on whose height it stands; as large as the others."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A soft ground when it would be pressed; the arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.isDown() or self.underMouse():
            paint_box(painter, QRectF(self.rect()), "press" if self.isDown() else "hover")
        side = px(14)
        high = self.height() if self.height() <= px(COMPACT_HEIGHT) else px(30)
        draw_icon(painter, "chevron-down", QRectF(px(8), 0, side, high), "ink2")


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
