"""Thinking: time without interruption, chosen, running, over."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QActionGroup,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
)
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from interview_desktop.ui.announce import announce
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.widgets.button import Button, Pressable
from interview_desktop.ui.widgets.menu import Menu
from interview_desktop.ui.widgets.ring import Ring
from interview_desktop.ui.widgets.segmented import Segmented
from interview_desktop.ui.widgets.text import Text

PROMISE, RUNNING = "Nobody interrupts", "No reply until you speak"
_RING = 56
_WARN_AT = 10


LENGTHS: tuple[int | None, ...] = (30, 60, 90, None)


def _key(seconds: int | None) -> str:
    return "open" if seconds is None else str(seconds)


def _seconds(key: str) -> int | None:
    return None if key == "open" else int(key)


_SEGMENTS = [(_key(one), "Open" if one is None else str(one)) for one in LENGTHS]


def length_words(seconds: int | None) -> str:
    """A length in short: "60 s", "open"."""
    return "open" if seconds is None else f"{seconds}\u00a0s"


class ThinkingBlock(QWidget):
    """Ring, name, promise, lengths; running: what holds, and the way out.

    The ring and its words are one button that starts; the lengths beside it choose.

    Signals:
        think: begin, with the chosen seconds or None for open.
        ready: the candidate has thought.
        chosen: another length, seconds or None.
    """

    think = Signal(object)
    ready = Signal()
    chosen = Signal(object)

    def __init__(self, *, compact: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._chosen: int | None = 60
        self._total: int | None = 60
        self._elapsed = 0
        self._running = False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._pages = QStackedWidget()
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._pages)
        self._pages.addWidget(self._wide())
        self.button = _CompactButton()
        self.button.clicked.connect(self.press)
        self.button.menu_asked.connect(self._open_menu)
        self._pages.addWidget(self.button)
        self.menu = self._menu()
        theme.changed.connect(self._follow)
        self.set_compact(compact)

    def set_compact(self, compact: bool) -> None:
        """One button with a menu instead of the block."""
        self._pages.setCurrentIndex(1 if compact else 0)
        self._show()

    def compact(self) -> bool:
        """Whether it is one button."""
        return self._pages.currentIndex() == 1

    def press(self) -> None:
        """What the key T does: begin, or be ready."""
        if not self.isEnabled():
            return
        if self._running:
            self.ready.emit()
        else:
            self.think.emit(self._chosen)

    def choose(self, seconds: int | None) -> None:
        """Choose a length; None is open."""
        if seconds != self._chosen:
            self._chosen = seconds
            self._show()
            self.chosen.emit(seconds)

    def seconds(self) -> int | None:
        """The chosen length."""
        return self._chosen

    def show_running(self, total: int | None, elapsed: int) -> None:
        """Thinking runs: its whole length (None for open) and the seconds since its start."""
        began = not self._running
        focus = QApplication.focusWidget()
        had_focus = focus is self.start or (focus is not None and self.lengths.isAncestorOf(focus))
        before = None if began or self._total is None else self._total - self._elapsed
        self._total, self._elapsed, self._running = total, elapsed, True
        self._show()
        if began and had_focus:
            self.stop.setFocus(Qt.FocusReason.OtherFocusReason)
        self._announce(began, before)

    def show_rest(self) -> None:
        """Thinking does not run."""
        if self._running:
            had_focus = self.stop.hasFocus()
            self._running = False
            self._elapsed = 0
            self._show()
            if had_focus:
                self.start.setFocus(Qt.FocusReason.OtherFocusReason)

    def running(self) -> bool:
        """Whether Thinking runs."""
        return self._running

    def changeEvent(self, event: QEvent) -> None:
        """Disabled words are faint."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.EnabledChange:
            for part, token in ((self._name, "ink"), (self._promise, "ink2")):
                part.set_color(token if self.isEnabled() else "disabled")

    def sizeHint(self) -> QSize:
        """The size of the form that is shown."""
        page = self._pages.currentWidget()
        return page.sizeHint() if page is not None else QSize()

    def minimumSizeHint(self) -> QSize:
        """Nothing is cut."""
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The block's ground."""
        if self.compact():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("accent_line" if self._running else "line2"), 1))
        painter.setBrush(theme.color("accent_soft" if self._running else "surface"))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 14, 14)

    def _wide(self) -> QWidget:
        area = QWidget()
        row = QHBoxLayout(area)
        row.setContentsMargins(px(6), px(4), px(15), px(4))
        row.setSpacing(px(12))
        self.ring = Ring(_RING)
        self._name = Text("Thinking", "strong")
        self._promise = Text(PROMISE, "small", "ink2")
        self.start = _Start(self.ring, self._name, self._promise)
        self.start.clicked.connect(self.press)
        self.lengths = Segmented("Length of thinking", _SEGMENTS, _key(self._chosen), 40)
        self.lengths.changed.connect(lambda key: self.choose(_seconds(key)))
        self.stop = Button("I am ready", "primary", 40)
        self.stop.clicked.connect(self.press)
        row.addWidget(self.start)
        row.addWidget(self.lengths)
        row.addWidget(self.stop)
        return area

    def _menu(self) -> Menu:
        menu = Menu("Length of thinking", self)
        group = QActionGroup(menu)
        for seconds in LENGTHS:
            words = "Open, until you speak" if seconds is None else f"{seconds} seconds"
            action = QAction(words, menu)
            action.setCheckable(True)
            action.setData(seconds)
            action.triggered.connect(lambda _=False, seconds=seconds: self.choose(seconds))
            group.addAction(action)
            menu.addAction(action)
        return menu

    def _open_menu(self) -> None:
        for action in self.menu.actions():
            action.setChecked(action.data() == self._chosen)
        self.menu.popup(self.button.mapToGlobal(self.button.rect().topLeft()))

    def _show(self) -> None:
        running = self._running
        self.ring.show_time(
            self._total if running else self._chosen, self._elapsed, running=running
        )
        self._promise.setText(RUNNING if running else PROMISE)
        self.start.show_running(running, self._chosen)
        self.lengths.set_value(_key(self._chosen))
        self.lengths.setVisible(not running)
        self.stop.setVisible(running)
        self.button.show_state(running, self._chosen, self.ring.figure())
        self.updateGeometry()
        self.update()

    def _announce(self, began: bool, before: int | None) -> None:
        if began:
            length = (
                "open" if self._total is None else f"{self._total - self._elapsed} seconds left"
            )
            announce(self, f"Thinking, {length}. {RUNNING}.")
            return
        left = None if self._total is None else self._total - self._elapsed
        if before is None or left is None:
            return
        # Passed, not met: a poll may skip a second.
        for mark in (0, _WARN_AT):
            if left <= mark < before:
                words = (
                    "Thinking, time is over. Take what you need."
                    if mark == 0
                    else (f"Thinking, {left} seconds left")
                )
                announce(self, words)
                return

    def _follow(self) -> None:
        self.updateGeometry()
        self.update()


class _Start(Pressable):
    """The ring and its words as one press."""

    focus_radius = 10

    def __init__(self, ring: Ring, name: Text, promise: Text) -> None:
        super().__init__()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(5), px(5), px(12), px(5))
        row.setSpacing(px(16))
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addStretch(1)
        words.addWidget(name)
        words.addWidget(promise)
        words.addStretch(1)
        row.addWidget(ring)
        row.addLayout(words)
        for part in (ring, name, promise):
            # A button's children would take its ink instead of their own.
            part.setForegroundRole(QPalette.ColorRole.WindowText)
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._rests = True

    def sizeHint(self) -> QSize:
        """What stands in it."""
        layout = self.layout()
        return layout.sizeHint() if layout is not None else QSize()

    def show_running(self, running: bool, chosen: int | None) -> None:
        """At rest a press begins; running it only tells."""
        self._rests = not running
        self.setCursor(Qt.CursorShape.ArrowCursor if running else Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, running)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus if running else Qt.FocusPolicy.StrongFocus)
        length = "open" if chosen is None else f"{chosen} seconds"
        self.setAccessibleName("Thinking runs" if running else f"Start thinking, {length}")
        self.setToolTip("" if running else f"Start thinking, {length} (T)")
        self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A soft ground when it would begin."""
        token = "press" if self.isDown() else "hover" if self.underMouse() else None
        if token is None or not self._rests or not self.isEnabled():
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color(token))
        painter.drawRoundedRect(self.rect(), 10, 10)


class _CompactButton(Pressable):
    """ "Thinking 60 s" in one button of 44 px; its right end opens the menu.

    Signals:
        menu_asked: the length is to be chosen.
    """

    menu_asked = Signal()
    focus_radius = 8
    _HEIGHT, _MENU = 44, 30

    def __init__(self) -> None:
        super().__init__()
        self._running = False
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        # The keyboard's menu key and a right press; the mouse has the arrow too.
        self.customContextMenuRequested.connect(self._ask)
        self.setToolTip("Start thinking (T). The menu chooses its length.")

    def show_state(self, running: bool, chosen: int | None, figure: str) -> None:
        """Change the words."""
        self._running = running
        length = length_words(chosen)
        self.setText(f"I am ready, {figure}" if running else f"Thinking {length}")
        self.setAccessibleName(
            "I am ready"
            if running
            else f"Thinking, {chosen} seconds"
            if chosen
            else "Thinking, open"
        )
        self.setAccessibleDescription("" if running else "The menu key chooses the length")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """Mark, words, arrow."""
        words = QFontMetricsF(font("label")).horizontalAdvance(self.text())
        icon = 0 if self._running else px(25)
        arrow = 0 if self._running else px(self._MENU - 8)
        return QSize(round(words) + icon + arrow + 2 * px(14) + 2, px(self._HEIGHT))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The right end opens the menu."""
        if not self._running and event.position().x() > self.width() - px(self._MENU):
            self.menu_asked.emit()
            return
        super().mousePressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Frame, hourglass, words, arrow."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered, down, ready = self.underMouse(), self.isDown(), self._running
        if not self.isEnabled():
            fill, border, ink = "sunken", "sunken", "disabled"
        elif ready:
            fill = "accent_pressed" if down else "accent_hover" if hovered else "accent"
            border, ink = fill, "on_accent"
        else:
            fill = "press" if down else "hover" if hovered else "surface"
            border, ink = "control" if hovered else "line2", "ink"
        painter.setPen(QPen(theme.color(border), 1))
        painter.setBrush(theme.color(fill))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8)
        x: float = px(14) + 1
        if not ready:
            side = px(18)
            box = QRectF(x, (self.height() - side) / 2, side, side)
            draw_icon(painter, "think", box, ink)
            x += px(25)
        painter.setPen(theme.color(ink))
        painter.setFont(font("label"))
        words = QRectF(x, 0, self.width() - x, self.height())
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        if not ready:
            side = px(14)
            arrow = QRectF(self.width() - px(14) - side, (self.height() - side) / 2, side, side)
            draw_icon(painter, "chevron-down", arrow, "ink2")

    def _ask(self) -> None:
        if not self._running:
            self.menu_asked.emit()
