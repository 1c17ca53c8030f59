"""From the first picture on: what the window tells when something is not as it should be."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.error_report import WENT_WRONG, Problem
from interview_desktop.runtime.settings_file import DAMAGED, UNWRITABLE
from interview_desktop.starting import Starting
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.theme import theme
from interview_desktop.ui.views.home import HomeView
from interview_desktop.ui.views.loading import LoadingView
from interview_desktop.ui.widgets.error_panel import ErrorPanel
from tests.helpers.whole_window import WholeWindow
from tests.helpers.window import button, has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
PICTURES = os.environ.get("INTERVIEW_PICTURES")
LEFT = Qt.MouseButton.LeftButton
LIMIT_MS = 40_000
Start = Callable[[Path], "Started"]


class Started:
    """A window that has begun in a data folder."""

    def __init__(self, application: QApplication, data: Path) -> None:
        self.paths = app_paths(data)
        self.settings = AppSettings(self.paths.data)
        self.window = MainWindow()
        self.window.show_opening(LoadingView())
        self.starting: Starting | None = None
        self.window.painted.connect(lambda: self._begin(application))
        self.window.show()

    def _begin(self, application: QApplication) -> None:
        self.starting = Starting(application, self.window, self.paths, self.settings)

    @property
    def panel(self) -> ErrorPanel | None:
        found = [one for one in self.window.findChildren(ErrorPanel) if one.isVisible()]
        return found[0] if found else None

    def texts(self) -> str:
        return "\n".join(one.text() for one in self.window.findChildren(QLabel) if one.isVisible())

    def picture(self, name: str) -> None:
        if PICTURES:
            assert self.window.grab().save(str(Path(PICTURES) / f"{name}.png"))


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication) -> Iterator[Start]:
    started: list[Started] = []

    def begin(data: Path) -> Started:
        made = Started(qapp, data)
        started.append(made)
        qtbot.waitUntil(lambda: made.starting is not None, timeout=LIMIT_MS)
        return made

    yield begin
    for one in started:
        one.window.close()
        qtbot.waitUntil(lambda one=one: one.starting._ended, timeout=LIMIT_MS)  # type: ignore[misc]
        one.window.deleteLater()


def test_a_folder_that_cannot_be_written_is_told_and_trying_again_helps(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    obstacle = tmp_path / "data"
    obstacle.write_text("a file where the folder should be")
    started = start(obstacle)
    qtbot.waitUntil(lambda: has_button(started.window, "Try again"), timeout=LIMIT_MS)
    assert "This folder cannot be written" in started.texts()
    assert "--data-dir" in started.texts()
    started.picture("cannot-start")
    qtbot.mouseClick(button(started.window, "Copy details"), LEFT)
    assert "FileExistsError" in QGuiApplication.clipboard().text()
    qtbot.mouseClick(button(started.window, "Try again"), LEFT)
    qtbot.waitUntil(lambda: has_button(started.window, "Try again"), timeout=LIMIT_MS)
    obstacle.unlink()
    qtbot.keyClick(button(started.window, "Try again"), Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: isinstance(started.window.current, HomeView), timeout=LIMIT_MS)
    assert (tmp_path / "data" / "logs" / "desktop.log").exists()


def test_an_error_in_a_slot_is_told_once_and_the_app_goes_on(
    start: Start, qtbot: QtBot, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("Unhandled error")
    started = start(tmp_path)
    qtbot.waitUntil(lambda: isinstance(started.window.current, HomeView), timeout=LIMIT_MS)
    ticks: list[int] = []
    timer = QTimer()

    def fail() -> None:
        ticks.append(1)
        raise ValueError("Bearer " + "ab" * 32)

    timer.timeout.connect(fail)
    with qtbot.captureExceptions():
        # The runner has put its own hook in place: the app's is the one to be tried here.
        hook, sys.excepthook = sys.excepthook, _apps_hook()
        timer.start(5)
        qtbot.waitUntil(lambda: len(ticks) > 5, timeout=LIMIT_MS)
        timer.stop()
        sys.excepthook = hook
    qtbot.waitUntil(lambda: started.panel is not None, timeout=LIMIT_MS)
    panel = started.panel
    assert panel is not None
    assert WENT_WRONG in started.texts()
    assert QApplication.activeModalWidget() is None
    started.picture("went-wrong")
    qtbot.mouseClick(button(panel, "Copy details"), LEFT)
    copied = QGuiApplication.clipboard().text()
    assert copied.count("ValueError") >= 1
    assert "ab" * 32 not in copied
    assert "Copied" in button(panel, "Copy details, copied").text()
    qtbot.mouseClick(button(panel, "Close"), LEFT)
    assert started.panel is None


def test_an_error_in_the_room_is_told_once_and_the_call_goes_on(
    start: Start, qtbot: QtBot, tmp_path: Path, expected_logs: list[str]
) -> None:
    expected_logs.append("Unhandled error")
    started = start(tmp_path)
    qtbot.waitUntil(lambda: isinstance(started.window.current, HomeView), timeout=LIMIT_MS)
    assert started.starting is not None
    desktop = started.starting._desktop
    assert isinstance(desktop, Desktop)
    app = WholeWindow(desktop, qtbot, tmp_path)
    room = app.start()
    call = app.call

    def fail(*_anything: object) -> None:
        raise ValueError(f"Bearer {'ab' * 32}")

    room.hint.connect(fail)
    with qtbot.captureExceptions():
        hook, sys.excepthook = sys.excepthook, _apps_hook()
        for used in (1, 2):
            app.press(room, "Hint")
            app.until(lambda used=used: room.state.hints_used == used)  # type: ignore[misc]
        sys.excepthook = hook
    qtbot.waitUntil(lambda: started.panel is not None, timeout=LIMIT_MS)
    panel = started.panel
    assert panel is not None
    assert len(started.window.findChildren(ErrorPanel)) == 1
    assert started.texts().count(WENT_WRONG) == 1
    # Twice at the same place, told once, without the secret.
    assert "more" not in panel.accessibleDescription().removeprefix(WENT_WRONG)
    assert "ValueError" in panel.details
    assert "ab" * 32 not in panel.details
    assert room.state.live
    position_ms = call.position_ms()
    app.until(lambda: call.position_ms() > position_ms + 200)
    started.picture("went-wrong-in-the-room")
    app.press(panel, "Close")
    assert started.panel is None
    app.end(room)


def _apps_hook() -> Callable[..., object]:
    from interview_desktop.runtime import error_report

    return error_report._on_exception


def test_several_problems_share_one_panel(start: Start, qtbot: QtBot, tmp_path: Path) -> None:
    started = start(tmp_path)
    started.window.show_problem(Problem("First.", "details one"), tmp_path)
    started.window.show_problem(Problem("Second.", "details two", serious=False), tmp_path)
    assert len(started.window.findChildren(ErrorPanel)) == 1
    panel = started.panel
    assert panel is not None
    assert "First." in started.texts()
    assert "Second." in started.texts()
    assert panel.details == "details one\n\ndetails two"
    assert panel.accessibleDescription() == "First. Second."


def test_damaged_settings_are_told_and_the_valid_ones_hold(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    (tmp_path / "settings.json").write_text(
        json.dumps({"version": 1, "appearance": "dark", "text_size": 9, "window_width": 1100,
                    "window_height": 700})
    )  # fmt: skip
    started = start(tmp_path)
    qtbot.waitUntil(lambda: started.panel is not None, timeout=LIMIT_MS)
    assert DAMAGED in started.texts()
    assert started.settings.value.appearance == "dark"
    # There is nothing to report in it.
    assert not has_button(started.window, "Copy details")


def test_a_change_that_cannot_be_kept_is_told_and_holds(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    # A folder in the way of the temporary file: the disk of this file alone is "full".
    (tmp_path / ".settings.json.new").mkdir()
    started = start(tmp_path)
    dark = theme.dark
    started.settings.change(appearance="light" if dark else "dark")
    assert theme.dark is not dark
    qtbot.waitUntil(lambda: UNWRITABLE in started.texts(), timeout=LIMIT_MS)
    assert started.settings.value.appearance == ("light" if dark else "dark")
    started.settings.change(appearance="system")


def test_text_size_and_window_are_as_they_were_left(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    started = start(tmp_path)
    started.settings.change(text_size=125)
    assert theme.scale == 1.25
    started.window.resize(1200, 720)
    started.window.close()
    qtbot.waitUntil(lambda: started.starting._ended, timeout=LIMIT_MS)  # type: ignore[union-attr]
    kept = json.loads((tmp_path / "settings.json").read_text())
    assert (kept["text_size"], kept["window_width"], kept["window_height"]) == (125, 1200, 720)
    theme.set_scale(1.0)


NO_FONTS = """
import sys
from PySide6.QtGui import QFontInfo
from PySide6.QtWidgets import QApplication
from interview_desktop.ui import theme
from interview_desktop.ui.views.loading import LoadingView
application = QApplication([])
theme.install(application)
view = LoadingView()
view.resize(600, 200)
picture = view.grab().toImage()
ink = sum(
    picture.pixelColor(x, y).lightness() < 100 for x in range(600) for y in range(40, 90)
)
print(QFontInfo(theme.font("display")).family(), ink)
"""


def test_text_is_drawn_where_the_system_has_no_fonts(tmp_path: Path) -> None:
    config = tmp_path / "fonts.conf"
    config.write_text("<fontconfig/>")
    done = subprocess.run(
        [sys.executable, "-c", NO_FONTS],
        env=os.environ | {"FONTCONFIG_FILE": str(config), "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    family, ink = done.stdout.strip().rsplit(" ", 1)
    assert family == "Inter Display"
    assert int(ink) > 500
