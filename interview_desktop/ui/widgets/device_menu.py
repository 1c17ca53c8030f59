"""Change: a button that opens a menu of devices."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from interview_desktop.domain.devices import Device, DeviceKind
from interview_desktop.ui.view_models.devices import SYSTEM, device_choices
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.menu import Menu


class DeviceMenu(Button):
    """A quiet button beside a device that is named elsewhere.

    Args:
        kind: of the devices that it offers.
        height: of the button, in px at text size 100 %.

    Signals:
        chosen: id of a device, or None for the system's choice.
    """

    chosen = Signal(object)

    def __init__(self, kind: DeviceKind, height: int = 32, parent: QWidget | None = None) -> None:
        super().__init__("Change", "quiet", height, parent=parent)
        self.setAccessibleName(f"Change {kind}")
        self._choices = device_choices((), None)
        self._current = SYSTEM
        self.clicked.connect(self.open)

    def show_devices(self, devices: Sequence[Device], chosen: str | None) -> None:
        """Offer these devices; `chosen` holds, None is the system's choice."""
        self._choices = device_choices(devices, chosen)
        self._current = chosen or SYSTEM
        words = dict(self._choices)[self._current]
        self.setAccessibleDescription(words)

    def open(self) -> Menu:
        """Show the devices."""
        menu = Menu(self.accessibleName(), self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for key, words in self._choices:
            # An ampersand in a device's name is no shortcut.
            action = menu.add(words.replace("&", "&&"))
            action.setCheckable(True)
            action.setChecked(key == self._current)
            action.setData(key)
            if key == self._current:
                menu.setActiveAction(action)
        menu.triggered.connect(lambda action: self._choose(action.data()))
        menu.open_below(self)
        return menu

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrow down open, as Space does."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open()
        else:
            super().keyPressEvent(event)

    def _choose(self, key: str) -> None:
        if key != self._current:
            self._current = key
            self.chosen.emit(key or None)
