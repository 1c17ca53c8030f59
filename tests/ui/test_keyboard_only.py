"""The whole path from an empty profile with the keyboard alone.

At every screen: the focus is on something that is seen and marked, Tab follows the reading and
comes round through every control, and every control has a name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.ui import theme
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.views.settings import SettingsView
from interview_desktop.ui.widgets.score import ScoreTrack
from tests.helpers.keyboard import Keyboard, against_reading, reachable, told
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
Until = Callable[[Callable[[], bool]], None]
Key = Qt.Key
CTRL = Qt.KeyboardModifier.ControlModifier
NOTES = "Market first"


@pytest.fixture
def until(qtbot: QtBot) -> Until:
    """Wait for a condition while the window lives; 30 s at most."""
    return lambda condition: qtbot.waitUntil(condition, timeout=30_000)


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    """The app with an empty data folder; it is closed in order."""
    theme.install(qapp)
    made = Desktop(app_paths(tmp_path / "data"))

    def follow() -> None:
        # As the start of the process has it.
        theme.theme.choose(made.settings.value.appearance)
        theme.theme.set_scale(made.settings.value.text_size / 100)

    made.settings.changed.connect(follow)
    made.window.show()
    made.window.activateWindow()
    qtbot.waitUntil(made.window.isActiveWindow)
    yield made
    with qtbot.waitSignal(made.closed, timeout=25_000):
        made.window.close()
    made.window.deleteLater()
    theme.theme.set_scale(1.0)
    theme.theme.choose("system")


@pytest.fixture
def keys(desktop: Desktop, until: Until) -> Keyboard:
    """The keyboard, once there is something to press."""
    until(lambda: has_button(desktop.pages.home, "Start with"))
    return Keyboard(desktop.window)


def check_screen(desktop: Desktop, keys: Keyboard) -> None:
    """Once round by Tab: everything is reached, marked, named, and in reading order."""
    window = desktop.window
    stops = keys.stops()
    names = [told(one) for one in stops]
    assert [told(one) for one in stops if not one.accessibleName()] == []
    assert [told(one) for one in reachable(window) if one not in stops] == [], names
    assert against_reading(stops, window) == [], names
    # The action of a row is there only once the row was come to: back, it may be passed over.
    for _ in stops:
        keys.press(Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        widget = keys.focus()
        assert keys.is_marked(widget), f"{told(widget)} is not marked"
        if widget is stops[0]:
            return
    raise AssertionError("Shift+Tab does not come round")


def room_of(desktop: Desktop) -> RoomView:
    room = desktop.window.current
    assert isinstance(room, RoomView)
    return room


def test_the_whole_path_by_keyboard(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    check_screen(desktop, keys)
    keys.go_to("Start with")
    keys.press(Key.Key_Return)
    _check(desktop, keys, until)
    _room(desktop, keys, until)
    _debrief(desktop, keys, until)
    _session(desktop, keys, until)
    _settings(desktop, keys, until)


def _check(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    until(lambda: isinstance(desktop.window.current, PreflightView))
    check = desktop.window.current
    assert check is not None
    until(lambda: has_button(check, "Start anyway"))
    keys.focus()
    check_screen(desktop, keys)
    keys.go_to("Start anyway")
    keys.press(Key.Key_Space)


def _room(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    until(lambda: isinstance(desktop.window.current, RoomView))
    room = room_of(desktop)
    until(lambda: has_button(room, "Done with question 1"))
    keys.focus()
    check_screen(desktop, keys)
    keys.press(Key.Key_T)
    until(lambda: room.state.thinking)
    keys.focus()
    keys.press(Key.Key_T)
    until(lambda: not room.state.thinking)
    keys.focus()
    keys.press(Key.Key_H)
    until(lambda: room.state.hints_used == 1)
    keys.press(Key.Key_R)
    for name in ("Unmute, microphone off", "Mute, microphone on"):
        keys.press(Key.Key_M)
        until(lambda name=name: has_button(room, name))  # type: ignore[misc]
    before = keys.focus()
    keys.press(Key.Key_N)
    assert keys.focus() is room.notes.edit
    keys.write(NOTES)
    keys.press(Key.Key_Escape)
    assert keys.focus() is before
    assert room.notes.text() == NOTES
    for number in (1, 2, 3, 4):
        until(lambda number=number: has_button(room, f"Done with question {number}"))  # type: ignore[misc]
        keys.focus()
        if number == 2:
            _exhibit(desktop, keys, room, until)
        keys.press(Key.Key_D)
    until(lambda: isinstance(desktop.window.current, SessionView))


def _exhibit(desktop: Desktop, keys: Keyboard, room: RoomView, until: Until) -> None:
    """The next exhibit by its letter, its table by the arrows, its cells too."""
    until(lambda: has_button(room, "Exhibit, 2 of 2"))
    keys.press(Key.Key_E)
    until(lambda: room.case.exhibit_view is not None and room.case.exhibit_view.chart is not None)
    check_screen(desktop, keys)
    keys.go_to("Chart")
    keys.press(Key.Key_Right)
    view = room.case.exhibit_view
    assert view is not None and view.table.isVisible()
    check_screen(desktop, keys)
    keys.go_to(view.exhibit.title)
    keys.press(Key.Key_Down)
    assert view.table.currentIndex().row() >= 0


def _debrief(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    view = desktop.window.current
    assert isinstance(view, SessionView)
    until(lambda: bool(view.findChildren(ScoreTrack)))
    keys.focus()
    check_screen(desktop, keys)
    for one in view.findChildren(ScoreTrack):
        assert keys.go_to(one.accessibleName()) is one
        keys.press(Key.Key_3)
        assert one.value() == 3
    keys.go_to("Save my scores")
    keys.press(Key.Key_Return)
    until(lambda: has_button(view, "Change my scores"))
    keys.focus()
    check_screen(desktop, keys)


def _session(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    view, screen = desktop.window.current, desktop.session_screen
    assert isinstance(view, SessionView) and screen is not None
    keys.press(Key.Key_2, CTRL)
    until(lambda: screen.review is not None and has_button(screen.review.view, "Play"))
    review = screen.review
    assert review is not None
    keys.focus()
    check_screen(desktop, keys)
    keys.go_to("Position in the recording")
    keys.press(Key.Key_Space)
    player = review.player
    assert player is not None
    until(lambda: player.playing)
    keys.press(Key.Key_Space)
    until(lambda: not player.playing)
    stood_ms = player.position_ms()
    keys.press(Key.Key_L)
    until(lambda: player.position_ms() > stood_ms)
    went_ms = player.position_ms()
    keys.press(Key.Key_J)
    until(lambda: player.position_ms() < went_ms)
    keys.press(Key.Key_3, CTRL)
    until(lambda: screen.notes is not None and screen.notes.text() == NOTES)
    keys.focus()
    check_screen(desktop, keys)
    keys.go_to("Back")
    keys.press(Key.Key_Space)
    until(lambda: desktop.window.current is desktop.pages.home)
    keys.focus()
    until(lambda: has_button(desktop.pages.home, "All sessions"))
    check_screen(desktop, keys)


def _settings(desktop: Desktop, keys: Keyboard, until: Until) -> None:
    keys.go_to("Home")
    for place in ("Cases", "Sessions", "Settings"):
        keys.press(Key.Key_Down)
        keys.press(Key.Key_Space)
        until(lambda place=place: _named(desktop, place))  # type: ignore[misc]
        check_screen(desktop, keys)
        keys.go_to(place)
    page = desktop.window.current
    assert isinstance(page, SettingsView)
    keys.go_to("System")
    while not theme.theme.dark:
        keys.press(Key.Key_Right)
    for _ in range(3):
        keys.go_to("1")
        keys.press(Key.Key_Right)
    until(lambda: theme.theme.scale == 1.5)
    check_screen(desktop, keys)
    keys.go_to("Settings")
    for _ in range(3):
        keys.press(Key.Key_Up)
    keys.press(Key.Key_Space)
    until(lambda: desktop.window.current is desktop.pages.home)
    check_screen(desktop, keys)


def _named(desktop: Desktop, name: str) -> bool:
    page = desktop.window.current
    return page is not None and page.accessibleName() == name
