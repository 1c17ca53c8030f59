"""An exhibit as the room shows it: title, unit, chart or table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.theme import font, line, px, theme
from interview_desktop.ui.view_models.exhibit import exhibit_model
from interview_desktop.ui.widgets.exhibit.chart import Chart
from interview_desktop.ui.widgets.exhibit.picture import Density
from interview_desktop.ui.widgets.exhibit.switch import ChartOrTable
from interview_desktop.ui.widgets.exhibit.table import Table
from interview_desktop.ui.widgets.text import Text


class ExhibitView(QWidget):
    """One exhibit, as high as it needs to be at its width; put it into a pane that scrolls.

    A chart has the same figures as a table behind a switch, for the keyboard and for those who
    cannot see the chart. `place` is "Exhibit 1 of 2" or nothing.
    """

    def __init__(self, exhibit: Exhibit, place: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exhibit = exhibit
        model = exhibit_model(exhibit)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._head = QHBoxLayout()
        self._title = Text(exhibit.title, "heading", wrap=True)
        self._place = Text(place, "caption", "ink3")
        self._place.setVisible(bool(place))
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._place, 0, Qt.AlignmentFlag.AlignTop)
        self._unit = Text(model.unit, "small", "ink3", wrap=True)
        self._unit.setVisible(bool(model.unit))
        self.table = Table(exhibit, model)
        self.chart = Chart(exhibit, model) if model.charted else None
        self.switch = ChartOrTable() if model.charted else None
        self._above, self._below = _gap(), _gap()
        self._column.addLayout(self._head)
        self._column.addWidget(self._unit)
        self._column.addItem(self._above)
        if self.chart is not None:
            self._column.addWidget(self.chart)
        self._column.addWidget(self.table)
        if self.switch is not None:
            self.table.hide()
            self.switch.table_chosen.connect(self.show_table)
            self._column.addItem(self._below)
            self._column.addWidget(self.switch, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._follow)
        self._follow()

    def set_place(self, place: str) -> None:
        """Which of how many this is."""
        self._place.setText(place)
        self._place.setVisible(bool(place))

    def set_density(self, density: Density) -> None:
        """Rows as high as the window allows."""
        self.table.set_density(density)
        if self.chart is not None:
            self.chart.set_density(density)

    def stops(self) -> list[QWidget]:
        """Where Tab may stop in it, in order."""
        switch = self.switch
        return [self.table] if switch is None else [self.table, switch.chart, switch.table]

    def show_table(self, shown: bool = True) -> None:
        """The table in place of the chart, or the chart again."""
        if self.chart is None or self.switch is None:
            return
        self.chart.setVisible(not shown)
        self.table.setVisible(shown)
        (self.switch.table if shown else self.switch.chart).setChecked(True)

    def _follow(self) -> None:
        """Lengths of the text size in force."""
        for part, style in (
            (self._title, "heading"),
            (self._place, "caption"),
            (self._unit, "small"),
        ):
            part.setFont(font(style))
        self._head.setSpacing(px(12))
        # As high as the heading's line, so that both stand on one height.
        self._place.setFixedHeight(line("heading"))
        self._unit.setContentsMargins(0, px(2), 0, 0)
        for gap, high in ((self._above, 16), (self._below, 6)):
            gap.changeSize(0, px(high), *_FIXED)
        self._column.invalidate()


_FIXED = (QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)


def _gap() -> QSpacerItem:
    return QSpacerItem(0, 0, *_FIXED)
