"""The first picture of the window, before Home."""

from __future__ import annotations

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QLabel, QWidget

from interview_desktop.ui.theme import font, px, theme

TITLE = "Practise a case"
LOADING = "Loading…"


class LoadingView(QWidget):
    """Home's own heading, and where its rows will be, that they load.

    Bare labels at fixed places: what is painted or laid out in Python makes PySide build the whole
    `Qt` namespace, which takes as long as everything else of ours before the first picture.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel(TITLE, self)
        self._loading = QLabel(LOADING, self)
        self._follow()
        theme.changed.connect(self._follow)

    def _follow(self) -> None:
        top = px(40)
        for label, style, color in (
            (self._heading, "display", "ink"),
            (self._loading, "body", "ink3"),
        ):
            palette = self.palette()
            palette.setColor(QPalette.ColorRole.WindowText, theme.color(color))
            label.setPalette(palette)
            label.setFont(font(style))
            label.adjustSize()
            label.move(px(48), top)
            top += label.height() + px(28)
