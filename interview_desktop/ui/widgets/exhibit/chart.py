"""The chart of an exhibit as a widget; the plotting library comes with the first one shown."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.exhibit import ExhibitModel, described
from interview_desktop.ui.widgets.exhibit.curves import lines
from interview_desktop.ui.widgets.exhibit.picture import Density, Picture
from interview_desktop.ui.widgets.exhibit.rows import bars, waterfall

if TYPE_CHECKING:
    from interview_desktop.ui.widgets.exhibit.canvas import Canvas

_KEPT = 8


def preload() -> threading.Thread:
    """Import the plotting library in the background, when nothing else is to be done.

    A chart that is shown before it is there waits for it.

    Returns:
        The thread that imports, already started. It ends by itself.
    """

    def load() -> None:
        import interview_desktop.ui.widgets.exhibit.canvas  # noqa: F401, PLC0415

    thread = threading.Thread(target=load, name="exhibit-preload")
    thread.start()
    return thread


def draw(model: ExhibitModel, width: float, density: Density) -> Picture:
    """The picture of a chart at a width."""
    kinds = {"bar": bars, "line": lines, "waterfall": waterfall}
    return kinds[model.kind](model, width, density)


class Chart(QWidget):
    """Draws one exhibit as high as it needs to be at its width.

    Its accessible name is the title; its description is the sentence for those who cannot see it,
    then the table row by row.
    """

    def __init__(
        self, exhibit: Exhibit, model: ExhibitModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._density: Density = "wide"
        self._canvas: Canvas | None = None
        self._pictures: dict[int, Picture] = {}
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setAccessibleName(exhibit.title)
        self.setAccessibleDescription(described(exhibit))
        theme.changed.connect(self.refresh)

    def set_density(self, density: Density) -> None:
        """Rows as high as the room allows."""
        if density != self._density:
            self._density = density
            self.refresh()

    def refresh(self) -> None:
        """Draw again: another theme, another text size."""
        self._pictures.clear()
        self.updateGeometry()
        if self._canvas is not None:
            self._draw()

    def hasHeightForWidth(self) -> bool:
        """A chart is as high as its rows."""
        return True

    def heightForWidth(self, width: int) -> int:
        """How high the chart is at a width."""
        return round(self.picture(width).height)

    def sizeHint(self) -> QSize:
        """As in the room."""
        return QSize(392, self.heightForWidth(392))

    def minimumSizeHint(self) -> QSize:
        """Only the width: the height follows from it, and layouts ask for it."""
        return QSize(240, px(48))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other widths have other rows."""
        super().resizeEvent(event)
        if self._canvas is not None:
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """The first time, the canvas is made."""
        super().showEvent(event)
        if self._canvas is None:
            from interview_desktop.ui.widgets.exhibit.canvas import Canvas  # noqa: PLC0415

            self._canvas = Canvas(self)
            self._canvas.view.setAccessibleName(self.accessibleName())
            self._draw()
            self._canvas.view.show()

    def picture(self, width: int) -> Picture:
        """What is drawn at a width."""
        # A layout asks for the heights of a few widths before it settles for one.
        if width not in self._pictures:
            if len(self._pictures) >= _KEPT:
                self._pictures.clear()
            self._pictures[width] = draw(self._model, width, self._density)
        return self._pictures[width]

    def _draw(self) -> None:
        assert self._canvas is not None
        self._canvas.draw(self.picture(self.width()))
