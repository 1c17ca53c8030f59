"""What an interview left: debrief, review, notes."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QObject, Signal

from interview_desktop.domain.debrief import Debrief
from interview_desktop.domain.interview import Interview
from interview_desktop.domain.journal import Happened
from interview_desktop.presenters.notes_keeping import NotesKeeping
from interview_desktop.presenters.review import ReviewPresenter
from interview_desktop.presenters.stage import Asked, Stage
from interview_desktop.runtime import work
from interview_desktop.ui.view_models.cases import CaseItem
from interview_desktop.ui.view_models.debrief import debrief_model
from interview_desktop.ui.view_models.review import session_marks
from interview_desktop.ui.view_models.sessions import GONE, day_in_words
from interview_desktop.ui.views.debrief import DebriefView
from interview_desktop.ui.views.session import SessionView
from interview_desktop.ui.views.session_notes import SessionNotesView
from interview_desktop.ui.widgets.notes import NoteState


class SessionPresenter(QObject):
    """One visit of a session. Each tab is made, and asks for its data, when it is first chosen.

    It is a child of its view, and goes with it.

    Signals:
        left: back was pressed.
        resumed: id of the interview, which is to go on.

    Thread: the window's thread.
    """

    left = Signal()
    resumed = Signal(str)

    def __init__(self, stage: Stage, interview: Interview, case: CaseItem | None) -> None:
        completed = interview.status == "completed"
        title = case.title if case else GONE
        when = day_in_words(interview.started_at, datetime.now().astimezone())
        about = f"{case.kind}, {when[:1].lower()}{when[1:]}" if case else when
        running = interview.status == "in-progress"
        view = SessionView(
            title,
            about,
            ("debrief", "review", "notes") if completed else ("review", "notes"),
            interview.progress.current_question if running else None,
        )
        super().__init__(view)
        self.view = view
        self._stage = stage
        self._interview = interview
        self._asked: list[Asked] = []
        self._left = False
        self._keeping = NotesKeeping(stage, interview.id, self._notes_told)
        self.debrief: DebriefView | None = None
        self.review: ReviewPresenter | None = None
        self.notes: SessionNotesView | None = None
        self.view.back.connect(self._back)
        self.view.chosen.connect(self._choose)
        self.view.resume.connect(self._resume)
        stage.window.show_screen(self.view)
        self.view.open("debrief" if completed else "review")

    def close(self) -> None:
        """Release the sound; what was asked for is for nobody any more. Idempotent."""
        if self._left:
            return
        self._left = True
        for asked in self._asked:
            asked.cancel()
        if self.review is not None:
            self.review.close()

    def _back(self) -> None:
        if not self._left:
            self.close()
            self.left.emit()

    def _resume(self) -> None:
        # It is closed by what takes its place, if anything does.
        if not self._left:
            self.resumed.emit(self._interview.id)

    def _choose(self, tab: str) -> None:
        if tab == "debrief" and self.debrief is None:
            self._make_debrief()
        elif tab == "review" and self.review is None:
            self.review = ReviewPresenter(self._stage, self._interview.id)
            self.view.set_pane("review", self.review.view)
        elif tab == "notes" and self.notes is None:
            self._make_notes()
        if tab != "review" and self.review is not None:
            self.review.pause()

    # -- debrief -----------------------------------------------------------------------------------

    def _make_debrief(self) -> None:
        self.debrief = DebriefView()
        self.debrief.retry.connect(self._fetch_debrief)
        self.debrief.hear.connect(self._hear)
        self.debrief.scores_saved.connect(self._save_scores)
        self.view.set_pane("debrief", self.debrief)
        self._fetch_debrief()

    def _fetch_debrief(self) -> None:
        workspace, view = self._stage.workspace, self.debrief
        if workspace is None or view is None:
            return
        view.show_loading()
        data = work.debrief_data(workspace, self._interview.id)
        self._asked.append(self._stage.ask(data, self._show_debrief, view.show_error))

    def _show_debrief(self, data: tuple[Debrief, dict[str, int], list[Happened]]) -> None:
        debrief, scores, happened = data
        if self.debrief is not None:
            heard_at = session_marks(happened, ()).heard_at
            self.debrief.show_model(debrief_model(debrief, heard_at))
            self.debrief.show_scores(scores, saved=bool(scores))

    def _save_scores(self, scores: dict[str, int]) -> None:
        workspace, view = self._stage.workspace, self.debrief
        if workspace is None or view is None:
            return
        self._asked.append(
            self._stage.ask(
                work.save_scores(workspace, self._interview.id, scores),
                lambda _: view.show_scores(scores, saved=True),
                view.show_scores_error,
                keep=True,
            )
        )

    def _hear(self, ms: int) -> None:
        self.view.open("review")
        if self.review is not None:
            self.review.play_from(ms)

    # -- notes -------------------------------------------------------------------------------------

    def _make_notes(self) -> None:
        self.notes = SessionNotesView()
        self.notes.changed.connect(self._keeping.keep)
        self.notes.retry.connect(self._fetch_notes)
        self.view.set_pane("notes", self.notes)
        self._fetch_notes()

    def _fetch_notes(self) -> None:
        workspace, view = self._stage.workspace, self.notes
        if workspace is None or view is None:
            return
        view.show_loading()
        stored = work.notes(workspace, self._stage.paths, self._interview.id)
        self._asked.append(self._stage.ask(stored, view.show_text, view.show_error))

    def _notes_told(self, state: NoteState) -> None:
        if not self._left and self.notes is not None:
            self.notes.show_state(state)
