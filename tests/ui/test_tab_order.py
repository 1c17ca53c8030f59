"""Tab on every screen of the gallery: through every control, as one reads, and round again."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.ui.gallery.render import all_samples
from interview_desktop.ui.gallery.sample import Sample
from tests.helpers.keyboard import against_reading, reachable, tab_round, told

pytestmark = pytest.mark.usefixtures("look")
# Sheets of components side by side, and the shell, whose two parts are read apart.
NO_SCREENS = ("components", "type", "live-", "exhibit-", "switch", "shell-")
SCREENS = [one for one in all_samples() if not one.name.startswith(NO_SCREENS)]


@pytest.mark.parametrize("sample", SCREENS, ids=[sample.name for sample in SCREENS])
def test_tab_goes_round_through_everything_as_one_reads(qtbot: QtBot, sample: Sample) -> None:
    page = sample.make()
    page.resize(*sample.size or (1280, 800))
    page.show()
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    missed: list[str] = []
    wrong: list[str] = []
    names: list[str] = []
    if reachable(page):
        page.setFocus()
        stops = tab_round(page)
        names = [told(one) for one in stops]
        missed = [told(one) for one in reachable(page) if one not in stops]
        wrong = against_reading(stops, page)
    page.hide()
    page.deleteLater()
    QApplication.sendPostedEvents(page, QEvent.Type.DeferredDelete)
    assert (missed, wrong) == ([], []), names
