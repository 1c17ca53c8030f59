"""The way between the pages: a column with words, or a rail with icons alone."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.config import APP_NAME
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.widgets.button import Pressable, paint_box
from interview_desktop.ui.widgets.mark import Mark
from interview_desktop.ui.widgets.text import Text, draw_text, text_width

WIDE, RAIL = 216, 64
ITEM = 36
ICON = 18
# (key, words, icon)
PAGES = (
    ("home", "Home", "home"),
    ("cases", "Cases", "cases"),
    ("sessions", "Sessions", "sessions"),
)
SETTINGS = ("settings", "Settings", "settings")


class Sidebar(QWidget):
    """Mark, pages, settings, and where the voice goes.

    Signals:
        chosen: the key of the page that a person wants: home, cases, sessions, settings.
    """

    chosen = Signal(str)

    def __init__(
        self,
        pages: Sequence[tuple[str, str, str]] = PAGES,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName("Pages")
        self._compact = False
        self._column = QVBoxLayout(self)
        self._column.setSpacing(2)
        head = QWidget()
        self._head = QHBoxLayout(head)
        self._head.setSpacing(10)
        self._name = Text(APP_NAME, "subhead", lines=1)
        self._head.addWidget(Mark(), 0, Qt.AlignmentFlag.AlignLeft)
        self._head.addWidget(self._name, 1)
        self._column.addWidget(head)
        self._group = QButtonGroup(self)
        self._items: dict[str, _Item] = {}
        for key, words, icon in pages:
            self._column.addWidget(self._item(key, words, icon))
        self._column.addStretch(1)
        self._column.addWidget(self._item(*SETTINGS))
        self._column.addSpacing(6)
        self._privacy = _Privacy()
        self._column.addWidget(self._privacy)
        self._follow()
        theme.changed.connect(self._follow)

    def set_current(self, key: str) -> None:
        """Mark the page that is shown; an unknown key marks none."""
        self._group.setExclusive(False)
        for name, item in self._items.items():
            item.setChecked(name == key)
        self._group.setExclusive(True)

    def set_compact(self, compact: bool) -> None:
        """A rail of icons, or the column with words."""
        self._compact = compact
        self._follow()

    def set_privacy(self, first: str, second: str = "") -> None:
        """Say where the voice and the notes go."""
        self._privacy.tell(first, second)

    def item(self, key: str) -> Pressable:
        """The button of a page."""
        return self._items[key]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The ground."""
        QPainter(self).fillRect(self.rect(), theme.color("sunken"))

    def _item(self, key: str, words: str, icon: str) -> _Item:
        item = _Item(words, icon)
        item.clicked.connect(lambda _checked=False, key=key: self.chosen.emit(key))
        self._group.addButton(item)
        self._items[key] = item
        return item

    def _follow(self) -> None:
        self.setFixedWidth(px(RAIL if self._compact else WIDE))
        side = px(12)
        self._column.setContentsMargins(side, px(20), side, px(16))
        self._head.setContentsMargins(px(8 if not self._compact else 7), 0, 0, px(22))
        self._name.setVisible(not self._compact)
        for item in self._items.values():
            item.set_compact(self._compact)
        self._privacy.set_compact(self._compact)
        self.update()


class _Item(Pressable):
    """One page."""

    def __init__(self, words: str, icon: str) -> None:
        self._icon = icon
        self._compact = False
        super().__init__(words)
        self.setCheckable(True)
        # One of several, for a screen reader: not a box that is checked.
        self.setAutoExclusive(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_compact(self, compact: bool) -> None:
        """The icon alone, its word as a tooltip."""
        self._compact = compact
        self.setToolTip(self.text() if compact else "")
        self._follow()

    def sizeHint(self) -> QSize:
        """Icon, word, padding."""
        width = 0 if self._compact else text_width(self.text(), "label") + px(10)
        return QSize(px(ICON) + 2 * px(11) + width, px(ITEM))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Lifted while it is the page that is shown."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        here = self.isChecked()
        if here:
            fill = "chosen" if theme.dark else "surface"
            paint_box(painter, QRectF(self.rect()), fill, None if theme.dark else "line")
        elif self.isDown() or self.underMouse():
            paint_box(painter, QRectF(self.rect()), "press" if self.isDown() else "hover")
        size = px(ICON)
        left = (self.width() - size) / 2 if self._compact else px(11)
        color = "accent" if here else "ink2"
        draw_icon(painter, self._icon, QRectF(left, 0, size, self.height()), color)
        if not self._compact:
            x = left + size + px(11)
            y = (self.height() - px(20)) / 2
            words = "ink" if here or self.underMouse() else "ink2"
            draw_text(painter, self.text(), "label", words, (x, y, self.width() - x))


class _Privacy(QWidget):
    """A lock and two short lines; in the rail the lock alone, with the words as tooltip."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._lock = _Lock()
        self._row.addWidget(self._lock, 0, Qt.AlignmentFlag.AlignVCenter)
        words = QVBoxLayout()
        words.setSpacing(0)
        self._first = Text("", "caption", "ink2", wrap=True)
        self._second = Text("", "caption", "ink3", wrap=True)
        words.addWidget(self._first)
        words.addWidget(self._second)
        self._row.addLayout(words, 1)
        self._compact = False
        self.tell("On this laptop only", "No account")

    def tell(self, first: str, second: str) -> None:
        """Change the words."""
        self._first.setText(first)
        self._second.setText(second)
        self.setAccessibleName(f"{first}. {second}".strip(" ."))
        self.set_compact(self._compact)

    def set_compact(self, compact: bool) -> None:
        """The lock alone, or with its words."""
        self._compact = compact
        self._first.setVisible(not compact)
        self._second.setVisible(not compact and bool(self._second.text()))
        self.setToolTip(self.accessibleName() if compact else "")
        side = px(11)
        self._row.setContentsMargins(side, px(4), 0 if compact else px(4), px(4))
        self._row.setSpacing(0 if compact else px(10))
        self._lock.updateGeometry()


class _Lock(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        return QSize(px(ICON), px(ICON))

    def paintEvent(self, _event: QPaintEvent) -> None:
        size = px(16)
        middle = QRectF(self.rect()).center()
        box = QRectF(middle.x() - size / 2, middle.y() - size / 2, size, size)
        draw_icon(QPainter(self), "lock", box, "ink2")
