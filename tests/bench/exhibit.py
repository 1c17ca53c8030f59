"""How long an exhibit holds up the window: making, laying out and painting it once."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from PySide6.QtWidgets import QApplication, QScrollArea, QVBoxLayout, QWidget

from interview_desktop.ui import theme
from interview_desktop.ui.widgets.exhibit.chart import preload
from interview_desktop.ui.widgets.exhibit.view import ExhibitView
from tests.bench.row import Row
from tests.bench.spread import median, spread
from tests.helpers.exhibits import EXHIBITS

DEFAULT = True
_FRAME_MS, _ROUNDS = 33.0, 3


def rows(_work: Path) -> Iterator[Row]:
    """The import of the plotting library, then the exhibit that takes longest of 24."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    theme.install(application)
    begun = time.perf_counter()
    preload().join(60)
    yield Row(
        "exhibit", "import of the plotting library, in the background",
        (time.perf_counter() - begun) * 1e3, "ms", None, None, "once",
    )  # fmt: skip
    area, pane = QScrollArea(), QWidget()
    area.setWidgetResizable(True)
    column = QVBoxLayout(pane)
    area.setWidget(pane)
    area.resize(456, 800)
    area.show()
    application.processEvents()
    times: dict[str, list[float]] = {}
    for _ in range(_ROUNDS):
        for exhibit in EXHIBITS:
            begun = time.perf_counter()
            view = ExhibitView(exhibit, "Exhibit 1 of 2")
            column.addWidget(view)
            view.show()
            application.processEvents()
            times.setdefault(exhibit.id, []).append((time.perf_counter() - begun) * 1e3)
            view.setParent(None)
            view.deleteLater()
            application.processEvents()
    area.close()
    slowest = max(times, key=lambda name: median(times[name]))
    value = median(times[slowest])
    yield Row(
        "exhibit", "shown, slowest of 24", value, "ms", _FRAME_MS, value <= _FRAME_MS,
        f"{slowest}, {spread(times[slowest], 'ms')}",
    )  # fmt: skip
