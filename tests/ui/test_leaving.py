"""The window is closed at a bad moment: nothing that was made is lost, nothing is left running."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.desktop import Desktop
from interview_desktop.runtime import work, workspace
from interview_desktop.runtime.journal import kept_notes
from interview_desktop.runtime.sending import Sender
from interview_desktop.runtime.server_host import ServerHost

pytestmark = [pytest.mark.keyring, pytest.mark.usefixtures("look")]
LIMIT_MS = 40_000
Start = Callable[[], Desktop]


@pytest.fixture
def hosts(monkeypatch: pytest.MonkeyPatch) -> list[ServerHost]:
    """Every bundled server that is made from now on."""
    made: list[ServerHost] = []

    class Seen(ServerHost):
        def __init__(self, *values: Any) -> None:
            super().__init__(*values)
            made.append(self)

    monkeypatch.setattr(workspace, "ServerHost", Seen)
    return made


@pytest.fixture
def start(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[Start]:
    made: list[Desktop] = []

    def begin() -> Desktop:
        desktop = Desktop(app_paths(tmp_path / "data"))
        made.append(desktop)
        desktop.window.show()
        qtbot.waitExposed(desktop.window)
        return desktop

    yield begin
    for one in made:
        if not one._stage.closing:
            _close(one, qtbot)
        one.window.deleteLater()


def _close(desktop: Desktop, qtbot: QtBot) -> None:
    with qtbot.waitSignal(desktop.closed, timeout=25_000):
        desktop.window.close()


def test_while_what_an_earlier_run_left_is_delivered(
    start: Start, qtbot: QtBot, hosts: list[ServerHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    delivering = threading.Event()

    async def slow(_: Sender) -> None:
        delivering.set()
        await asyncio.sleep(60)

    monkeypatch.setattr(Sender, "deliver", slow)
    desktop = start()
    qtbot.waitUntil(delivering.is_set, timeout=LIMIT_MS)
    (host,) = hosts
    assert host.pid is not None
    _close(desktop, qtbot)
    assert host.pid is None


def test_just_when_the_workspace_has_opened(
    start: Start, qtbot: QtBot, hosts: list[ServerHost], monkeypatch: pytest.MonkeyPatch
) -> None:
    opened, really = threading.Event(), work.open_workspace

    async def open_workspace(*values: Any) -> Any:
        made = await really(*values)
        asyncio.get_running_loop().call_soon(opened.set)
        return made

    monkeypatch.setattr(work, "open_workspace", open_workspace)
    desktop = start()
    qtbot.waitUntil(lambda: desktop._opening is not None, timeout=LIMIT_MS)
    # The window is busy with something else, and is closed before it takes the news in.
    assert opened.wait(LIMIT_MS / 1000)
    _close(desktop, qtbot)
    (host,) = hosts
    assert host.pid is None


def test_right_after_the_last_key_in_the_notes_of_a_session(
    start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    desktop = start()
    qtbot.waitUntil(lambda: bool(desktop.pages.cases), timeout=LIMIT_MS)
    opened = desktop._stage.workspace
    assert opened is not None
    case = next(iter(desktop.pages.cases))
    made = desktop._stage.net.submit(opened.api.create_interview(case, "key-1")).result(20)
    desktop._open_session(made)
    screen = desktop.session_screen
    assert screen is not None
    screen.view.open("notes")
    notes = screen.notes
    assert notes is not None
    qtbot.waitUntil(notes._notes.isVisible, timeout=LIMIT_MS)
    qtbot.keyClicks(notes._notes.edit, "Ask about the churn")
    _close(desktop, qtbot)
    kept = asyncio.run(kept_notes(app_paths(tmp_path / "data").journals, made.id))
    assert kept == "Ask about the churn"
