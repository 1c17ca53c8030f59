"""Another text size while a page lives: it looks as a page that is made with it."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.ui.gallery.pages import samples
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.theme import theme

pytestmark = pytest.mark.usefixtures("look")
# The pages of the shell, which live as long as the window does.
PAGES = {one.name: one for one in samples() if one.text_size == 1.0}
ROUNDS = 4
Places = list[tuple[str, int, int, int, int]]


def _settle() -> None:
    for _ in range(ROUNDS):
        QApplication.processEvents()


def _shown(sample: Sample, qtbot: QtBot) -> QWidget:
    made = sample.make()
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    made.resize(*(sample.size or (1280, 800)))
    made.show()
    _settle()
    return made


def _places(window: QWidget) -> Places:
    """Where everything lies that can be seen."""
    found = []
    for one in window.findChildren(QWidget):
        if one.isVisibleTo(window) and not one.isWindow():
            corner = one.mapTo(window, one.rect().topLeft())
            found.append((type(one).__name__, corner.x(), corner.y(), one.width(), one.height()))
    return sorted(found)


@pytest.mark.parametrize("name", PAGES)
def test_a_page_follows_another_text_size(name: str, qtbot: QtBot) -> None:
    there_before = _shown(PAGES[name], qtbot)
    theme.set_scale(1.5)
    _settle()
    made_with_it = _shown(PAGES[name], qtbot)
    before, fresh = _places(there_before), _places(made_with_it)
    assert [one for one in before if one not in fresh] == []
    assert len(before) == len(fresh)
