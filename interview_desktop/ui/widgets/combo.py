"""A choice out of a longer list: a button that opens it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QActionGroup, QFontMetricsF, QKeyEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.ui.theme import font, px
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.menu import Menu


class Combo(Button):
    """A secondary button with a chevron and a menu of choices that exclude each other.

    Args:
        name: what is chosen; the accessible name is "name, choice".
        choices: (key, words) each.
        current: the key that holds at first; the first choice when None.
        widest: longer words are elided, in px at text size 100 %.

    Signals:
        chosen: the key that a person chose; not emitted by `set_current`.
    """

    chosen = Signal(str)

    def __init__(
        self,
        name: str,
        choices: Sequence[tuple[str, str]] = (),
        current: str | None = None,
        height: int = 36,
        widest: int = 320,
        parent: QWidget | None = None,
    ) -> None:
        self._name = name
        self._choices: dict[str, str] = {}
        self._current = ""
        self._widest = widest
        super().__init__("", "secondary", height, parent=parent)
        self._after = "chevron-down"
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self.open)
        self.set_choices(choices, current)

    def set_choices(self, choices: Sequence[tuple[str, str]], current: str | None = None) -> None:
        """Offer other choices; what held goes on holding where it is still offered."""
        self._choices = dict(choices)
        wanted = self._current if current is None else current
        self.set_current(wanted if wanted in self._choices else next(iter(self._choices), ""))

    def set_current(self, key: str) -> None:
        """Choose without telling."""
        self._current = key
        words = self._choices.get(key, "")
        room = px(self._widest)
        metrics = QFontMetricsF(font("label"))
        self.setText(metrics.elidedText(words, Qt.TextElideMode.ElideRight, room))
        self.setAccessibleName(f"{self._name}, {words}")
        self.setToolTip(words if self.text() != words else "")

    def current(self) -> str:
        """The key that holds."""
        return self._current

    def open(self) -> Menu:
        """Show the choices."""
        menu = Menu(self._name, self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = QActionGroup(menu)
        for key, words in self._choices.items():
            action = menu.add(words)
            action.setCheckable(True)
            action.setChecked(key == self._current)
            action.setData(key)
            group.addAction(action)
            if key == self._current:
                menu.setActiveAction(action)
        menu.triggered.connect(lambda action: self._choose(action.data()))
        menu.open_below(self)
        return menu

    def sizeHint(self) -> QSize:
        """The words and the chevron, a little closer to the edge."""
        hint = super().sizeHint()
        return QSize(hint.width() - px(2), hint.height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and the arrow down open, as Space does."""
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.open()
        else:
            super().keyPressEvent(event)

    def _choose(self, key: str) -> None:
        if key != self._current:
            self.set_current(key)
            self.chosen.emit(key)

    def _follow(self) -> None:
        super()._follow()
        self.set_current(self._current)
