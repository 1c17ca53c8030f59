"""Home, Cases and Sessions: three pages of the same two lists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject

from interview_desktop.domain.interview import CaseCard, Interview
from interview_desktop.presenters.stage import Navigator, Stage
from interview_desktop.runtime import work
from interview_desktop.trace import trace
from interview_desktop.ui.shell import Place
from interview_desktop.ui.view_models.cases import CaseItem, case_items
from interview_desktop.ui.view_models.home import home_model
from interview_desktop.ui.view_models.sessions import session_items
from interview_desktop.ui.views.home import HomeView
from interview_desktop.ui.views.library import LibraryView
from interview_desktop.ui.views.sessions import SessionsView


class PagesPresenter(QObject):
    """Fetches cases and interviews, and shows them.

    Thread: the window's thread.
    """

    def __init__(self, stage: Stage, go: Navigator, open_workspace: Callable[[], None]) -> None:
        super().__init__(stage)
        self._stage = stage
        self._go = go
        self._open_workspace = open_workspace
        self._cards: list[CaseCard] = []
        self._interviews: list[Interview] = []
        self.cases: dict[str, CaseItem] = {}
        self.note = ""
        self.home = HomeView()
        self.home.start.connect(go.begin)
        self.home.resume.connect(go.resume)
        self.home.opened.connect(go.session)
        self.home.cases.connect(lambda: self.show("cases"))
        self.home.sessions.connect(lambda: self.show("sessions"))
        self.home.check.connect(go.check)
        self.home.retry.connect(self._retry)
        self.home.show_loading()
        self._library: LibraryView | None = None
        self._sessions: SessionsView | None = None

    def interview(self, interview_id: str) -> Interview | None:
        """An interview as it was last told."""
        return next((one for one in self._interviews if one.id == interview_id), None)

    def show(self, place: Place) -> None:
        """Show one of the pages, with what is known, and look for news."""
        if place == "cases" and self._library is None:
            self._library = LibraryView()
            self._library.start.connect(self._go.begin)
            self._library.retry.connect(self._retry)
            self._library.show_loading()
        if place == "sessions" and self._sessions is None:
            self._sessions = SessionsView()
            self._sessions.opened.connect(self._go.session)
            self._sessions.resumed.connect(self._go.resume)
            self._sessions.start.connect(lambda: self.show("cases"))
            self._sessions.retry.connect(self._retry)
            self._sessions.show_loading()
        page = {"home": self.home, "cases": self._library, "sessions": self._sessions}[place]
        assert page is not None
        if self._cards:
            self._fill()
        self._stage.window.show_place(place, page)
        self.refresh()

    def refresh(self) -> None:
        """Fetch both lists; without a workspace that works, try once more to open it."""
        workspace = self._stage.workspace
        if workspace is None or workspace.host.given_up:
            self._open_workspace()
            return
        self._stage.ask(work.home_data(workspace), self._fetched, self.show_error)
        self._stage.net.submit(work.send_pending(workspace))

    def _retry(self) -> None:
        for page in (self.home, self._library, self._sessions):
            if page is not None:
                page.show_loading()
        self.refresh()

    def show_error(self, sentence: str) -> None:
        """Say it on every page; what they show stays."""
        for page in (self.home, self._library, self._sessions):
            if page is not None:
                page.show_error(sentence)

    def _fetched(self, data: tuple[list[CaseCard], list[Interview]]) -> None:
        self._cards, self._interviews = data
        self._fill()
        trace("ready")

    def _fill(self) -> None:
        now = datetime.now().astimezone()
        items = case_items(self._cards, self._interviews)
        self.cases = {item.id: item for item in items}
        self.home.show_model(home_model(self._cards, self._interviews, now, self.note))
        if self._library is not None:
            self._library.show_items(items)
        if self._sessions is not None:
            self._sessions.show_items(session_items(self._interviews, self.cases, now))
