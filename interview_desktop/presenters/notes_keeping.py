"""Keeps notes that are typed while no call does: in order, and the newest counts."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import work
from interview_desktop.ui.widgets.notes import NoteState

if TYPE_CHECKING:
    from interview_desktop.runtime.workspace import Workspace


class NotesKeeping:
    """The notes of one interview, written one after the other.

    What was typed last is written even if the screen is left or the app closes meanwhile.

    Thread: the window's thread; the writing itself on the net thread.
    """

    def __init__(self, stage: Stage, interview_id: str, told: Callable[[NoteState], None]) -> None:
        self._stage = stage
        self._id = interview_id
        self._told = told
        # Guards what follows.
        self._lock = threading.Lock()
        self._text: str | None = None
        self._writing = False

    def keep(self, text: str) -> None:
        """Write `text`; of what comes while one is written only the newest is."""
        workspace = self._stage.workspace
        if workspace is None:
            return
        self._told("saving")
        with self._lock:
            self._text = text
            if self._writing:
                return
            self._writing = True
        self._stage.ask(
            self._write(workspace),
            lambda _: self._told("saved"),
            lambda _: self._told("unsaved"),
            keep=True,
        )

    async def _write(self, workspace: Workspace) -> None:
        try:
            while (text := self._next()) is not None:
                await work.keep_notes(workspace, self._stage.paths, self._id, text)
        except BaseException:
            with self._lock:
                self._writing = False
            raise

    def _next(self) -> str | None:
        with self._lock:
            text, self._text = self._text, None
            self._writing = text is not None
            return text
