"""A scrolling column without a frame, that fades out where more lies."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QVBoxLayout, QWidget

from interview_desktop.ui.style import BAR, IN_MARGIN
from interview_desktop.ui.theme import theme

FADE = 36


class Pane(QScrollArea):
    """A scrolling column: put what it shows into `column`.

    Args:
        ground: the token behind it, which its end fades into.
        by_keyboard: a Tab stop of its own; for panes that hold text alone.
        margin: what it shows has a margin at its right, in which the scroll bar stands: nothing
            moves when there comes to be more than fits.
    """

    def __init__(
        self,
        parent: QWidget | None = None,
        *,
        ground: str = "canvas",
        by_keyboard: bool = False,
        margin: bool = True,
    ) -> None:
        super().__init__(parent)
        # With a Tab stop of its own it must say what it is.
        self.accessible_role = QAccessible.Role.Grouping if by_keyboard else None
        # The ring goes inside: a pane ends where its neighbour begins.
        self.focus_radius = 4
        self.focus_margin = -4
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus if by_keyboard else Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self.content: QWidget = _Content()
        self.column = QVBoxLayout(self.content)
        self.setWidget(self.content)
        # Only after setWidget, which switches it on.
        self.content.setAutoFillBackground(False)
        self._above = Fade(self, ground, upwards=True)
        self._below = Fade(self, ground, upwards=False)
        bar = self.verticalScrollBar()
        bar.setProperty(IN_MARGIN, margin)
        bar.valueChanged.connect(self._show_more)
        bar.rangeChanged.connect(self._show_more)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._bring_into_sight)
        self._show_more()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The fades keep to the edges."""
        super().resizeEvent(event)
        self._show_more()

    def fades(self) -> tuple[QWidget, QWidget]:
        """The fades above and below; visible where more lies."""
        return self._above, self._below

    def _bring_into_sight(self, _old: QWidget | None, new: QWidget | None) -> None:
        # Qt scrolls only to what Tab reaches from inside the pane, not from outside.
        if new is not None and self.content.isAncestorOf(new) and new.visibleRegion().isEmpty():
            self.ensureWidgetVisible(new)

    def _show_more(self) -> None:
        bar = self.verticalScrollBar()
        view = self.viewport().geometry()
        # The bar itself does not fade.
        covered = bar.property(IN_MARGIN) and bar.maximum() > bar.minimum()
        width = view.width() - (BAR if covered else 0)
        above = min(FADE, bar.value() - bar.minimum())
        below = min(FADE, bar.maximum() - bar.value())
        self._above.setGeometry(QRect(view.x(), view.y(), width, above))
        self._below.setGeometry(QRect(view.x(), view.bottom() + 1 - below, width, below))
        self._above.setVisible(above > 0)
        self._below.setVisible(below > 0)


class _Content(QWidget):
    """As high as the width makes it, also where narrow words would need more lines."""

    def minimumSizeHint(self) -> QSize:
        """The scroll area asks for the height at its width as well, which decides."""
        least = super().minimumSizeHint()
        inside = self.layout()
        wraps = inside is not None and inside.hasHeightForWidth()
        return QSize(least.width(), 0) if wraps else least


class Fade(QWidget):
    """The ground, growing towards an edge: more lies beyond it."""

    def __init__(self, parent: QWidget, ground: str, *, upwards: bool) -> None:
        super().__init__(parent)
        self._ground = ground
        self._upwards = upwards
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        theme.changed.connect(self.update)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """From the ground to nothing."""
        solid = theme.color(self._ground)
        clear = QColor(solid)
        clear.setAlpha(0)
        gradient = QLinearGradient(0, 0, 0, self.height())
        gradient.setColorAt(0, solid if self._upwards else clear)
        gradient.setColorAt(1, clear if self._upwards else solid)
        QPainter(self).fillRect(self.rect(), gradient)
