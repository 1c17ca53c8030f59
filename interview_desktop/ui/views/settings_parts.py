"""What the page of settings is made of: sections, rows, keys, a folded list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QGridLayout,
    QHBoxLayout,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button, paint_box
from interview_desktop.ui.widgets.flow import FlowLayout
from interview_desktop.ui.widgets.text import Rule, Text

SIDE = 176
PADDING = 10
NO_LIMIT = 16_777_215
_TOP = Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class Section(QWidget):
    """A name, and rows beside it or, in compact windows, below it; a hairline above."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        grow_down(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(Rule())
        self._parts = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._name = Text(name, "subhead", wrap=True)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        # The name stands on the first line of the first row beside it.
        self._gap = QWidget()
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._gap)
        names.addWidget(self._name)
        names.addStretch(1)
        self._parts.addLayout(names)
        self._parts.addLayout(self._rows, 1)
        outer.addLayout(self._parts)

    def add(self, row: QWidget) -> None:
        """Append a row."""
        self._rows.addWidget(row)

    def fit(self, *, wide: bool) -> None:
        """Name and rows beside or below each other."""
        across = QBoxLayout.Direction.LeftToRight
        self._parts.setDirection(across if wide else QBoxLayout.Direction.TopToBottom)
        self._parts.setSpacing(px(24) if wide else 0)
        self._parts.setContentsMargins(0, px(12), 0, px(20))
        self._gap.setFixedHeight(px(PADDING) if wide else px(4))
        if wide:
            self._name.setFixedWidth(px(SIDE))
        else:
            self._name.setMinimumWidth(0)
            self._name.setMaximumWidth(NO_LIMIT)


class SettingRow(QWidget):
    """What is chosen, one small line about it, and the control.

    Args:
        name: strong.
        about: the small line; empty for none.
        control: at the right; None for a row that only says something.
    """

    def __init__(
        self, name: str, about: str, control: QWidget | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        grow_down(self)
        self._control = control
        self._below: QWidget | None = None
        self._row = QHBoxLayout(self)
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.addWidget(Text(name, "strong", wrap=True))
        self._about = Text("", "small", "ink2", wrap=True)
        self._words.addWidget(self._about)
        self._row.addLayout(self._words, 1)
        if control is not None:
            self._row.addWidget(control, 0, _MIDDLE)
        self.tell(about)
        self._follow()
        theme.changed.connect(self._follow)

    def tell(self, about: str) -> None:
        """Say something else in the small line; the control has it as its description."""
        self._about.setText(about)
        self._about.setVisible(bool(about))
        if self._control is not None:
            self._control.setAccessibleDescription(about)

    def about(self) -> str:
        """The small line."""
        return self._about.text()

    def add_below(self, widget: QWidget) -> None:
        """Put something below the words."""
        self._words.addWidget(widget)
        self._below = widget
        self._follow()

    def _follow(self) -> None:
        self._row.setContentsMargins(0, px(PADDING), 0, px(PADDING))
        self._row.setSpacing(px(24))
        if self._below is not None:
            self._below.setContentsMargins(0, px(6), 0, 0)


class Keys(QWidget):
    """Keys and what they do, as many on a line as fit."""

    def __init__(self, keys: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grow_down(self)
        self.setAccessibleName(", ".join(f"{key} for {words}" for key, words in keys))
        flow = FlowLayout(self, 8)
        for key, words in keys:
            flow.addWidget(_Key(key, words))


class _Key(QWidget):
    """A key and its word."""

    def __init__(self, key: str, words: str) -> None:
        super().__init__()
        self._key = key
        row = QHBoxLayout(self)
        row.addWidget(Text(words, "small", "ink2"))
        self._row = row
        self._follow()
        theme.changed.connect(self._follow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The cap."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = px(22)
        box = QRectF(0, (self.height() - edge) // 2, edge, edge)
        usable = self.isEnabled()
        paint_box(painter, box, "surface", "control" if usable else "line2", 5)
        painter.setFont(font("caption_strong"))
        painter.setPen(theme.color("ink" if usable else "disabled"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self._key)

    def _follow(self) -> None:
        self._row.setContentsMargins(px(22 + 6), px(2), px(8), px(2))
        self.update()


class Folded(QWidget):
    """A list of (name, words) behind a button."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        grow_down(self)
        self._name = name
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.button = Button("", "link", 28)
        self.button.clicked.connect(lambda: self.unfold(not self.is_unfolded()))
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        self._list = QWidget()
        self._grid = QGridLayout(self._list)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[tuple[str, str], ...] = ()
        column.addWidget(self._list)
        self.unfold(False)
        self._follow()
        theme.changed.connect(self._follow)

    def show_pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Fill the list."""
        if tuple(pairs) == self._shown:
            return
        self._shown = tuple(pairs)
        while (item := self._grid.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        for index, (name, words) in enumerate(pairs):
            self._grid.addWidget(Text(name, "label", lines=1), index, 0, _TOP)
            self._grid.addWidget(Text(words, "small", "ink2", wrap=True), index, 1)
        self.setVisible(bool(pairs))

    def is_unfolded(self) -> bool:
        """Whether the list is shown."""
        return not self._list.isHidden()

    def unfold(self, on: bool) -> None:
        """Show the list, or hide it."""
        self._list.setVisible(on)
        self.button.setText(f"{'Hide' if on else 'Show'} {self._name}")
        self.button.setAccessibleDescription("Expanded" if on else "Collapsed")

    def _follow(self) -> None:
        self._grid.setHorizontalSpacing(px(24))
        self._grid.setVerticalSpacing(px(4))


def grow_down(widget: QWidget) -> None:
    """Let a widget be as high as its wrapped words make it, and no higher."""
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
    policy.setHeightForWidth(True)
    widget.setSizePolicy(policy)
