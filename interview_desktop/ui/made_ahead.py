"""Makes the pieces of the next screens once, one a turn, while the person looks at Home.

The first widget of a class costs two to three times what the second one costs: its meta object,
its fonts, its first picture. Spread out here, nobody waits for it at the press on a case.

Source: measured; a room took 60 ms to make and show at first, 32 ms after this.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

# Between two pieces the window gets its turn.
PAUSE_MS = 40


def make_ahead(parent: QWidget) -> None:
    """Begin; it ends by itself, or with `parent`.

    Thread: the window's thread; what the pieces need must be imported by now.
    """
    holder = QWidget(parent)
    holder.hide()
    pieces = _pieces(holder)
    timer = QTimer(holder)

    def step() -> None:
        make = next(pieces, None)
        if make is None:
            timer.stop()
            holder.deleteLater()
            return
        piece = make()
        piece.grab()
        piece.deleteLater()

    timer.timeout.connect(step)
    timer.start(PAUSE_MS)


def _pieces(holder: QWidget) -> Iterator[Callable[[], QWidget]]:
    from interview_desktop.domain.interview import Exhibit  # noqa: PLC0415
    from interview_desktop.ui.views.room_bar import RoomBar  # noqa: PLC0415
    from interview_desktop.ui.views.room_case import CasePane  # noqa: PLC0415
    from interview_desktop.ui.views.room_talk import TalkColumn  # noqa: PLC0415
    from interview_desktop.ui.widgets.exhibit.view import ExhibitView  # noqa: PLC0415
    from interview_desktop.ui.widgets.notes import Notes  # noqa: PLC0415
    from interview_desktop.ui.widgets.steps import Steps  # noqa: PLC0415
    from interview_desktop.ui.widgets.top_bar import TopBar  # noqa: PLC0415

    yield lambda: TopBar("", "", "", holder)
    yield lambda: Steps(parent=holder)
    yield lambda: CasePane(holder)
    yield lambda: TalkColumn(holder)
    yield lambda: Notes("", parent=holder)
    yield lambda: RoomBar(holder)
    exhibit = Exhibit("", "-", "bar", "", ("", "-"), (("-", 1.0),), "", 1)
    yield lambda: ExhibitView(exhibit, "", holder)
