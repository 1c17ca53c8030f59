"""The first picture of the window, before Home: the shell's ground and the page's heading."""

from __future__ import annotations

from PySide6.QtGui import QPalette, QResizeEvent
from PySide6.QtWidgets import QLabel, QWidget

from interview_desktop.config import APP_NAME
from interview_desktop.ui.layout import layout_for
from interview_desktop.ui.theme import font, px, theme

LOADING = "Loading…"
# As wide as the sidebar and its rail.
_SIDEBAR, _RAIL = 216, 64


class LoadingView(QWidget):
    """Where the shell will be, with what will be told in it.

    Bare widgets at fixed places: what is painted or laid out in Python makes PySide build the whole
    `Qt` namespace, which takes as long as everything else of ours before the first picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._side = QWidget(self)
        self._side.setAutoFillBackground(True)
        self._heading = QLabel(APP_NAME, self)
        self._loading = QLabel(LOADING, self)
        self._follow()
        theme.changed.connect(self._follow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The ground of the sidebar reaches down."""
        super().resizeEvent(event)
        self._place()

    def _follow(self) -> None:
        ground = self.palette()
        ground.setColor(QPalette.ColorRole.Window, theme.color("sunken"))
        self._side.setPalette(ground)
        for label, style, color in (
            (self._heading, "display", "ink"),
            (self._loading, "body", "ink3"),
        ):
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.WindowText, theme.color(color))
            label.setPalette(palette)
            label.setFont(font(style))
            label.adjustSize()
        self._place()

    def _place(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        side = px(_SIDEBAR if layout.wide else _RAIL)
        self._side.setGeometry(0, 0, side, self.height())
        left = side + px(layout.margin)
        top = px(layout.page_top) + px(16)
        self._heading.move(left, top)
        self._loading.move(left, top + self._heading.height() + px(24))
