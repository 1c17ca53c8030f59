"""Exhibits of every kind: chart and table."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QVBoxLayout, QWidget

from interview_desktop.domain.interview import Exhibit
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.widgets.exhibit.picture import Density
from interview_desktop.ui.widgets.exhibit.view import ExhibitView
from interview_desktop.ui.widgets.text import Panel

ONE_SERIES = Exhibit(
    id="sizes", title="Warehouses by size, 2025", kind="bar",
    unit="thousand warehouses in the region, growth per year",
    columns=("Size", "Warehouses", "Growth a year"),
    rows=(("Small", 7.2, 1), ("Medium", 3.3, 6), ("Large", 1.5, 11)),
    spoken="The chart shows warehouses by size and how fast each size grows.", question=2,
)  # fmt: skip
_TWO_SERIES = Exhibit(
    id="homes", title="Households in the supply area by home type", kind="bar",
    unit="thousand households",
    columns=("Home type", "All households", "With own parking place"),
    rows=(("Detached house", 600, 540), ("Terraced house", 500, 260), ("Owned flat", 300, 60),
          ("Rented flat", 1100, 40)),
    spoken="The chart shows all households and those with a parking place.", question=2,
)  # fmt: skip
_LOSSES = Exhibit(
    id="change", title="Change in profit by region, 2023 to 2025", kind="bar",
    unit="million euros",
    columns=("Region", "Change"),
    rows=(("North", 1.8), ("East", -2.4), ("South", 0.6), ("West", -0.9)),
    spoken="The chart shows by how much the profit of each region changed.", question=2,
)  # fmt: skip
LINES = Exhibit(
    id="drivers", title="Four drivers of profit per flight since 2021", kind="line",
    unit="index, 2021 is 100",
    columns=("Year", "Load factor", "Average fare", "Fuel cost per flight",
             "Other cost per flight"),
    rows=(("2021", 100, 100, 100, 100), ("2022", 103, 97, 112, 101), ("2023", 107, 95, 124, 102),
          ("2024", 110, 92, 133, 103), ("2025", 111, 90, 140, 104)),
    spoken="The chart shows four lines over four years, all starting at one hundred.", question=2,
)  # fmt: skip
_APART = Exhibit(
    id="apart", title="Visitors and what one spends", kind="line", unit="as named in each column",
    columns=("Year", "Visitors, thousand", "Spending of each, euros"),
    rows=(("2021", 820, 11.5), ("2022", 910, 11.2), ("2023", 980, 10.4), ("2024", 1040, 9.8)),
    spoken="Two lines show visitors and spending over four years.", question=2,
)  # fmt: skip
STEPS = Exhibit(
    id="pack", title="From shelf price to contribution, one pack of any recipe",
    kind="waterfall", unit="euros per pack", columns=("Step", "Euros per pack"),
    rows=(("Shelf price", 6.0), ("Sales tax", -0.55), ("Supermarket margin", -1.65),
          ("Tea, fruit and cans", -0.7), ("Contract filling", -0.45), ("Freight", -0.25),
          ("Contribution", 2.4)),
    spoken="The chart starts with the shelf price and takes off one cost after the other.",
    question=2,
)  # fmt: skip
TABLE = Exhibit(
    id="selling", title="What each size looks like to a seller", kind="table",
    unit="as named in each column",
    columns=("Size", "Licence, thousand euros a year", "First call to contract, months",
             "Tied to devices, percent", "Growth of sites, percent a year"),
    rows=(("Small", 3, 2, 10, 1), ("Medium", 9, 4, 20, 6), ("Large", 15, 14, 80, 11)),
    spoken="The table shows licence, months of a sale, devices and growth for each size.",
    question=2,
)  # fmt: skip


def samples() -> list[Sample]:
    """Each kind in the pane of the room, some of them narrow, large and as a table."""
    return [
        Sample("exhibit-bar", partial(_pane, ONE_SERIES), None),
        Sample("exhibit-bar-short", partial(_pane, ONE_SERIES, density="short"), None),
        Sample("exhibit-bar-large", partial(_pane, ONE_SERIES, 656, density="large"), None),
        Sample("exhibit-bar-compact", partial(_pane, ONE_SERIES, 352, density="compact"), None),
        Sample("exhibit-bar-as-table", partial(_pane, ONE_SERIES, table=True), None),
        Sample("exhibit-bars", partial(_pane, _TWO_SERIES), None),
        Sample("exhibit-losses", partial(_pane, _LOSSES), None),
        Sample("exhibit-lines", partial(_pane, LINES), None),
        Sample("exhibit-lines-apart", partial(_pane, _APART), None),
        Sample("exhibit-waterfall", partial(_pane, STEPS), None),
        Sample("exhibit-table", partial(_pane, TABLE), None),
        Sample("exhibit-table-narrow", partial(_pane, TABLE, 336), None),
    ]


def _pane(
    exhibit: Exhibit, width: int = 392, *, density: Density = "wide", table: bool = False
) -> QWidget:
    """The exhibit on the canvas, with the margins of the room's pane."""
    pane = Panel("canvas")
    column = QVBoxLayout(pane)
    column.setContentsMargins(32, 28, 32, 28)
    view = ExhibitView(exhibit, "Exhibit 1 of 2")
    view.set_density(density)
    view.setFixedWidth(width)
    view.show_table(table)
    column.addWidget(view)
    return pane
