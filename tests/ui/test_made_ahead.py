"""What is made ahead for the next screens is gone again, and shows nothing meanwhile."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.made_ahead import make_ahead


def test_the_pieces_come_and_go_unseen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    make_ahead(window)
    (holder,) = window.findChildren(QWidget)
    seen: list[bool] = []

    def gone() -> bool:
        children = window.findChildren(QWidget)
        seen.append(any(child.isVisible() for child in children))
        return not children

    assert not holder.isVisible()
    qtbot.waitUntil(gone, timeout=10_000)
    assert len(seen) > 1
    assert not any(seen)


def test_a_window_that_goes_takes_them_along(qtbot: QtBot) -> None:
    window = QWidget()
    make_ahead(window)
    gone: list[bool] = []
    window.destroyed.connect(lambda: gone.append(True))
    window.deleteLater()
    qtbot.waitUntil(lambda: bool(gone), timeout=10_000)
