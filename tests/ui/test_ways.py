"""The ways between the screens of the app, with its bundled server; also when that is not there."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.desktop import NOT_READY, Desktop
from interview_desktop.runtime import server_host
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.widgets.toast import Toast
from tests.helpers.window import button, has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring, pytest.mark.usefixtures("look")]
LEFT = Qt.MouseButton.LeftButton
LIMIT_MS = 40_000
PLACES = ("cases", "sessions", "settings", "home")


@pytest.fixture
def desktop(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Desktop]:
    made = Desktop(app_paths(tmp_path / "data"))
    made.window.show()
    qtbot.waitExposed(made.window)
    made.window.activateWindow()
    yield made
    with qtbot.waitSignal(made.closed, timeout=25_000):
        made.window.close()
    made.window.deleteLater()


def _ready(desktop: Desktop, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: bool(desktop.pages.cases), timeout=LIMIT_MS)


def _focus_is_on(desktop: Desktop) -> bool:
    """The keyboard is on the page that is seen: the next Tab leads into it."""
    page, focus = desktop.window.current, QApplication.focusWidget()
    return page is not None and focus is not None and (page is focus or page.isAncestorOf(focus))


def test_the_check_of_the_first_run_is_one_press_away(desktop: Desktop, qtbot: QtBot) -> None:
    _ready(desktop, qtbot)
    qtbot.mouseClick(button(desktop.pages.home, "Check now"), LEFT)
    qtbot.waitUntil(lambda: isinstance(desktop.window.current, PreflightView), timeout=LIMIT_MS)
    assert _focus_is_on(desktop)
    check = desktop.window.current
    assert isinstance(check, PreflightView)
    check.back.emit()
    qtbot.waitUntil(lambda: desktop.window.current is desktop.pages.home, timeout=LIMIT_MS)
    assert _focus_is_on(desktop)


def test_a_check_that_cannot_begin_yet_says_so(desktop: Desktop, qtbot: QtBot) -> None:
    desktop._go_to("settings")
    assert desktop._stage.workspace is None
    desktop.check()
    (toast,) = desktop.window.findChildren(Toast)
    assert toast.accessibleName() == NOT_READY


def test_every_place_takes_the_keyboard_along(desktop: Desktop, qtbot: QtBot) -> None:
    _ready(desktop, qtbot)
    for place in PLACES:
        desktop._go_to(place)
        assert _focus_is_on(desktop), place


def test_a_session_goes_on_or_back_and_whoever_went_elsewhere_stays_there(
    desktop: Desktop, qtbot: QtBot
) -> None:
    _ready(desktop, qtbot)
    opened = desktop._stage.workspace
    assert opened is not None
    case = next(iter(desktop.pages.cases))
    made = desktop._stage.net.submit(opened.api.create_interview(case, "key-1")).result(20)
    desktop._go_to("sessions")
    qtbot.waitUntil(lambda: desktop.pages.interview(made.id) is not None, timeout=LIMIT_MS)
    desktop.session(made.id)
    session = desktop.window.current
    assert isinstance(session, SessionView)
    assert _focus_is_on(desktop)
    # Resume, and back before the devices are known.
    session.resume.emit()
    session.back.emit()
    assert desktop.window.current is desktop.pages.home
    desktop.session(made.id)
    again = desktop.window.current
    assert isinstance(again, SessionView)
    again.resume.emit()
    qtbot.waitUntil(lambda: isinstance(desktop.window.current, PreflightView), timeout=LIMIT_MS)
    assert desktop.session_screen is None


def test_a_workspace_that_gave_up_is_opened_again_by_try_again(
    desktop: Desktop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs += ["The bundled server does not start again", "Work on the net thread failed"]
    _ready(desktop, qtbot)
    opened = desktop._stage.workspace
    assert opened is not None
    pid = opened.host.pid
    assert pid is not None
    with monkeypatch.context() as ill:
        ill.setattr(server_host, "RESTART_DELAYS_S", (0.0, 0.0))
        ill.setattr(server_host, "server_command", lambda *_: ["/bin/false"])
        os.kill(pid, signal.SIGKILL)
        qtbot.waitUntil(lambda: opened.host.given_up, timeout=LIMIT_MS)
    desktop.pages.home.show_error("The local workspace stopped.")
    qtbot.mouseClick(button(desktop.pages.home, "Try again"), LEFT)
    qtbot.waitUntil(lambda: desktop._stage.workspace is not opened, timeout=LIMIT_MS)
    qtbot.waitUntil(lambda: not has_button(desktop.pages.home, "Try again"), timeout=LIMIT_MS)
    assert opened.host.pid is None
