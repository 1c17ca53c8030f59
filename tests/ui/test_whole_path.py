"""The real window: Home, a case, the room, Review; with a voice in the virtual microphone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.audio.file_sound import read_wav
from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.ui import theme
from interview_desktop.ui.views.review import ReviewView
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.widgets.lines import Line
from tests.helpers.speech import say

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
PICTURES = os.environ.get("INTERVIEW_PICTURES")


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    theme.install(qapp)
    made = Desktop(app_paths(tmp_path / "data"))
    qtbot.addWidget(made.window)
    made.window.show()
    qtbot.waitExposed(made.window)
    made.begin()
    yield made
    made.window.close()


def _button(page: QWidget, name: str) -> QAbstractButton:
    for button in page.findChildren(QAbstractButton):
        if button.accessibleName().startswith(name) and button.isVisible():
            return button
    raise AssertionError(f"no button {name!r}")


def _has(page: QWidget, name: str) -> bool:
    return any(
        button.accessibleName().startswith(name) and button.isVisible() and button.isEnabled()
        for button in page.findChildren(QAbstractButton)
    )


def _picture(desktop: Desktop, name: str, folder: Path) -> None:
    target = Path(PICTURES) if PICTURES else folder
    assert desktop.window.grab().save(str(target / f"{name}.png"))


def test_a_case_from_home_to_review(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    def until(condition: Callable[[], bool], seconds: int = 40) -> None:
        qtbot.waitUntil(condition, timeout=seconds * 1000)

    home, window = desktop.home, desktop.window
    until(lambda: _has(home, "Start From the stockroom"))
    _picture(desktop, "home", tmp_path)
    with subprocess.Popen(
        ["parec", "-d", "spk.monitor", "--rate=48000", "--channels=1", "--format=s16le"],
        stdout=(tmp_path / "heard.raw").open("wb"),
    ) as monitor:
        qtbot.mouseClick(_button(home, "Start From the stockroom"), Qt.MouseButton.LeftButton)
        room = window.pages.currentWidget()
        assert isinstance(room, RoomView)
        until(lambda: any("Larkfield" in line.text for line in room._state.captions))
        _picture(desktop, "room", tmp_path)
        # A word of the candidate's cuts the long prompt off.
        voice = say("could you repeat the question", tmp_path / "a.wav")
        subprocess.run(["paplay", "--device=micfeed", str(voice)], check=True, timeout=30)
        until(lambda: any("repeat" in line.text for line in room._state.captions))
        qtbot.mouseClick(_button(room, "Thinking"), Qt.MouseButton.LeftButton)
        until(lambda: room._state.thinking)
        _picture(desktop, "room-thinking", tmp_path)
        qtbot.mouseClick(_button(room, "I am ready"), Qt.MouseButton.LeftButton)
        until(lambda: not room._state.thinking)
        qtbot.mouseClick(_button(room, "Hint"), Qt.MouseButton.LeftButton)
        until(lambda: room._state.hints_used == 1)
        for number in (1, 2, 3, 4):
            until(lambda number=number: _has(room, f"Done with question {number}"))  # type: ignore[misc]
            if number == 2:
                until(lambda: room._chart is not None)
                _picture(desktop, "room-exhibit", tmp_path)
            button = _button(room, f"Done with question {number}")
            qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
        until(lambda: isinstance(window.pages.currentWidget(), ReviewView))
        monitor.terminate()
    heard = np.fromfile(tmp_path / "heard.raw", dtype=np.int16)
    assert np.abs(heard).max() > 3000
    review = window.pages.currentWidget()
    assert isinstance(review, ReviewView)
    until(lambda: bool(review.findChildren(Line)) and _has(review, "Play"))
    line = review.findChildren(Line)[-1]
    qtbot.mouseClick(line, Qt.MouseButton.LeftButton)
    until(lambda: desktop._player is not None and desktop._player.playing)
    assert desktop._player is not None
    assert desktop._player.position_ms() >= line._caption.start_ms
    _picture(desktop, "review", tmp_path)
    (track,) = (tmp_path / "data" / "recordings").glob("*/*/candidate.opus")
    assert np.abs(read_wav(track)).max() > 1000
