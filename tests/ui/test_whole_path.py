"""The real window: Home, a case, the room, Review; with a voice in the virtual microphone."""

from __future__ import annotations

import contextlib
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
from interview_desktop.domain.call_events import Presence
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
    with qtbot.waitSignal(made.closed, timeout=25_000):
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


@contextlib.contextmanager
def _monitor(target: Path) -> Iterator[None]:
    """Record what the virtual loudspeaker plays."""
    command = ["parec", "-d", "spk.monitor", "--rate=48000", "--channels=1", "--format=s16le"]
    with target.open("wb") as file:
        process = subprocess.Popen(command, stdout=file)
        try:
            yield
        finally:
            process.terminate()
            process.wait(10)


Until = Callable[[Callable[[], bool]], None]


def _talk(desktop: Desktop, qtbot: QtBot, folder: Path, until: Until) -> None:
    """From the card on Home to the end of the call."""
    left, window = Qt.MouseButton.LeftButton, desktop.window
    qtbot.mouseClick(_button(desktop.home, "Start From the stockroom"), left)
    room = window.pages.currentWidget()
    assert isinstance(room, RoomView)
    until(lambda: any("Larkfield" in line.text for line in room._state.captions))
    _picture(desktop, "room", folder)
    qtbot.mouseClick(_button(room, "Thinking"), left)
    until(lambda: room._state.thinking and room._state.presence is Presence.WAITING)
    _picture(desktop, "room-thinking", folder)
    voice = say("could you repeat the question", folder / "a.wav", voice="slt")
    with subprocess.Popen(["paplay", "--device=micfeed", str(voice)]) as speaking:
        until(lambda: speaking.poll() is not None)
    # Thinking ends by itself when the candidate speaks.
    until(lambda: not room._state.thinking)
    until(lambda: any(line.speaker == "candidate" for line in room._state.captions))
    qtbot.mouseClick(_button(room, "Hint"), left)
    until(lambda: room._state.hints_used == 1)
    for number in (1, 2, 3, 4):
        until(lambda name=f"Done with question {number}": _has(room, name))  # type: ignore[misc]
        if number == 2:
            until(lambda: room._chart is not None)
            _picture(desktop, "room-exhibit", folder)
        qtbot.mouseClick(_button(room, f"Done with question {number}"), left)
    until(lambda: isinstance(window.pages.currentWidget(), ReviewView))


def test_a_case_from_home_to_review(desktop: Desktop, qtbot: QtBot, tmp_path: Path) -> None:
    def until(condition: Callable[[], bool], seconds: int = 40) -> None:
        qtbot.waitUntil(condition, timeout=seconds * 1000)

    home, window = desktop.home, desktop.window
    until(lambda: _has(home, "Start From the stockroom"))
    _picture(desktop, "home", tmp_path)
    with _monitor(tmp_path / "heard.raw"):
        _talk(desktop, qtbot, tmp_path, until)
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
