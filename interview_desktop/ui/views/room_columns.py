"""Lengths of the room: its columns, the ground of its notes."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desktop.ui.layout import Layout
from interview_desktop.ui.theme import px, theme

_CASE, _CASE_SHARE, _CASE_MAX = 456, 0.36, 720
_NOTES, _NOTES_SHARE, _NOTES_MAX = 300, 0.20, 400
_COMPACT_CASE, _COMPACT_SHARE = 400, 0.40625


def columns(layout: Layout, width: int) -> tuple[int, int]:
    """(width of the case, width of the notes) in a room of `width` logical pixels."""
    if not layout.wide:
        return min(px(_COMPACT_CASE), round(width * _COMPACT_SHARE)), 0
    if not layout.large:
        return px(_CASE), px(_NOTES)
    case = min(px(_CASE_MAX), round(width * _CASE_SHARE))
    return case, min(px(_NOTES_MAX), round(width * _NOTES_SHARE))


class NotesGround(QWidget):
    """The ground of the notes: sunken in a column of their own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._sunken = True
        self.column = QVBoxLayout(self)
        theme.changed.connect(self._follow)
        self._follow()

    def set_sunken(self, sunken: bool) -> None:
        """Sunken, or as the canvas."""
        self._sunken = sunken
        self._follow()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Fill."""
        QPainter(self).fillRect(self.rect(), theme.color("sunken" if self._sunken else "canvas"))

    def _follow(self) -> None:
        if self._sunken:
            self.column.setContentsMargins(px(28), px(28), px(34), px(20))
        else:
            self.column.setContentsMargins(px(24), px(12), px(24), px(20))
        self.update()
