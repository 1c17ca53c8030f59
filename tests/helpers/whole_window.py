"""The real window as a person uses it in a test: Home, library, room, session, by clicks."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.desktop import Desktop
from interview_desktop.domain.interview import Interview
from interview_desktop.presenters.session import SessionPresenter
from interview_desktop.runtime.local_call import LocalCall
from interview_desktop.runtime.workspace import Workspace
from interview_desktop.ui.views.preflight import PreflightView
from interview_desktop.ui.views.room import RoomView
from tests.helpers.session_sound import write_track
from tests.helpers.window import button, has_button

CARD = "From the stockroom"
LIMIT_MS = 40_000
# What the interviewer says in the first seconds of the case.
FIRST_WORDS = "Larkfield"
STARTED_AT = "2026-01-31T12:00:00Z"
T = TypeVar("T")


class WholeWindow:
    """Thread: the window's."""

    def __init__(self, desktop: Desktop, qtbot: QtBot, data: Path) -> None:
        self.desktop = desktop
        self.data = data
        self._qtbot = qtbot

    # -- looking -----------------------------------------------------------------------------------

    def until(self, condition: Callable[[], bool]) -> None:
        """Let the window live until `condition` holds; 40 s at most."""
        self._qtbot.waitUntil(condition, timeout=LIMIT_MS)

    @property
    def current(self) -> QWidget:
        """The page or screen that is seen."""
        page = self.desktop.window.current
        assert page is not None
        return page

    @property
    def workspace(self) -> Workspace:
        """Once Home has its cards."""
        self.until(lambda: bool(self.desktop.pages.cases))
        workspace = self.desktop._stage.workspace
        assert workspace is not None
        return workspace

    @property
    def call(self) -> LocalCall:
        """The call of the room."""
        screen = self.desktop.room
        assert screen is not None
        assert screen.call is not None
        return screen.call

    @property
    def recordings(self) -> list[Path]:
        """The parts on this computer."""
        return sorted((self.data / "recordings").glob("*/*"))

    def asked(self, work: Coroutine[Any, Any, T]) -> T:
        """The answer of work on the net thread, while the window lives."""
        future = self.desktop._stage.net.submit(work)
        self.until(future.done)
        return future.result()

    # -- doing -------------------------------------------------------------------------------------

    def press(self, page: QWidget, name: str) -> None:
        """Press a button."""
        QTest.mouseClick(button(page, name), Qt.MouseButton.LeftButton)

    def press_twice(self, page: QWidget, name: str) -> None:
        """Press it again at once, as a double click does where the button still is."""
        pressed = button(page, name)
        QTest.mouseClick(pressed, Qt.MouseButton.LeftButton)
        QTest.mouseDClick(pressed, Qt.MouseButton.LeftButton)

    def type(self, field: QWidget, words: str) -> None:
        """Type into a field."""
        QTest.keyClicks(field, words)

    def cases(self) -> QWidget:
        """The library, with the card of the case."""
        self.until(lambda: bool(self.desktop.pages.cases))
        self.desktop.pages.show("cases")
        page = self.current
        self.until(lambda: has_button(page, CARD))
        return page

    def preflight(self) -> PreflightView:
        """The check that is seen."""
        self.until(lambda: isinstance(self.current, PreflightView))
        page = self.current
        assert isinstance(page, PreflightView)
        return page

    def room(self) -> RoomView:
        """The room that is seen."""
        self.until(lambda: isinstance(self.current, RoomView))
        page = self.current
        assert isinstance(page, RoomView)
        return page

    def start(self) -> RoomView:
        """Press the case, without a check; the interviewer's first words are there."""
        self.desktop.settings.change(preflight_skip=True)
        self.press(self.cases(), CARD)
        room = self.room()
        self.until(lambda: any(FIRST_WORDS in line.text for line in room.state.captions))
        return room

    def end(self, room: RoomView) -> None:
        """End the interview; Home is seen."""
        self.press(room, "End")
        self.press(room, "End interview")
        self.until(lambda: self.current is self.desktop.pages.home)

    def interview(self) -> Interview:
        """The newest interview, as Home knows it."""
        pages = self.desktop.pages
        pages.refresh()
        self.until(lambda: bool(pages._interviews))
        return pages._interviews[0]

    def session(self) -> SessionPresenter:
        """Open the newest session that Home knows."""
        known = self.desktop.pages._interviews
        self.desktop.session((known[0] if known else self.interview()).id)
        screen = self.desktop.session_screen
        assert screen is not None
        return screen

    # -- sessions that somebody has practised ------------------------------------------------------

    def new_interview(self) -> Interview:
        """One in progress, without a call."""
        api = self.workspace.api
        template = next(iter(self.desktop.pages.cases))
        return self.asked(api.create_interview(template, str(uuid.uuid4())))

    def add_part(self, interview: Interview, **tracks: NDArray[np.int16]) -> Path:
        """A recorded part on this computer; `tracks` are candidate, interviewer, or one of them."""
        folder = self.data / "recordings" / interview.id / str(uuid.uuid4())
        folder.mkdir(parents=True)
        about = {"id": folder.name, "interview_id": interview.id, "started_at": STARTED_AT}
        (folder / "part.json").write_text(json.dumps(about))
        for side, sound in tracks.items():
            write_track(folder / f"{side}.opus", sound)
        return folder


def words(page: QWidget) -> str:
    """Every text of a page that is seen."""
    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())
