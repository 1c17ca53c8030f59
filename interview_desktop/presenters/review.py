"""Review: sound, transcript and marks of one session, in step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer

from interview_desktop.audio.peaks import SessionPeaks
from interview_desktop.audio.peaks_load import PeaksLoad
from interview_desktop.audio.player import Player
from interview_desktop.domain.transcript import Caption
from interview_desktop.errors import AppError
from interview_desktop.presenters.stage import Asked, Stage
from interview_desktop.runtime import work
from interview_desktop.ui.view_models.review import session_marks
from interview_desktop.ui.views.review import ReviewView

if TYPE_CHECKING:
    from interview_desktop.domain.journal import Happened
    from interview_desktop.runtime.session_files import SessionFiles

# The playhead, 30 times a second while it moves.
POLL_MS = 33
# As many columns as the widest screen may show.
BUCKETS = 2400


class ReviewPresenter(QObject):
    """Brings the session's parts to the view as they come.

    It is a child of its view, and goes with it.

    Thread: the window's thread; player and peaks have threads of their own.
    """

    def __init__(self, stage: Stage, interview_id: str) -> None:
        self.view = ReviewView()
        super().__init__(self.view)
        self._stage = stage
        self._id = interview_id
        self._closed = self._silent = False
        self._from_ms: int | None = None
        self._asked: list[Asked] = []
        self._captions: list[Caption] = []
        self._happened: list[Happened] = []
        self.player: Player | None = None
        self._peaks: PeaksLoad | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self.view.set_single_keys(stage.settings.value.single_keys)
        self.view.toggled.connect(self._toggle)
        self.view.sought.connect(self.play_from)
        self.view.speed.connect(self._set_speed)
        self.view.skip_silence.connect(self._set_skip_silence)
        self.view.looped.connect(self._loop)
        self.view.retry.connect(self._fetch)
        self._fetch()

    def close(self) -> None:
        """Silence, and release everything. Idempotent."""
        if self._closed:
            return
        self._closed = True
        self._timer.stop()
        for asked in self._asked:
            asked.cancel()
        self._release()

    def pause(self) -> None:
        """Another tab is shown."""
        if self.player is not None:
            self.player.pause()

    def play_from(self, ms: int) -> None:
        """Play from a position, as soon as there is sound."""
        if self.player is None:
            self._from_ms = ms
            return
        self.player.seek(ms)
        self.player.play()
        self._timer.start()

    # -- what comes ------------------------------------------------------------------------------

    def _fetch(self) -> None:
        """Words, marks and sound, each as it comes: what of it fails takes nothing else away."""
        workspace = self._stage.workspace
        if workspace is None:
            return
        lines = work.transcript(workspace, self._id)
        self._asked.append(
            self._stage.ask(lines, self._show_lines, self.view.show_transcript_error)
        )
        happened = work.happened(workspace, self._id)
        self._asked.append(self._stage.ask(happened, self._show_marks, lambda _: None))
        if self.player is not None:
            return
        bridge = self._stage.bridge

        def fetched(done: int, total: int) -> None:
            share = done / total if total else 0.0
            bridge.post(lambda _: None if self._closed else self.view.show_loading_sound(share))

        self.view.show_loading_sound(None)
        files = work.session_sound(workspace, self._stage.paths, self._id, fetched)
        self._asked.append(self._stage.ask(files, self._show_files, self.view.show_error))

    def _show_lines(self, captions: list[Caption]) -> None:
        self._captions = captions
        self.view.show_transcript(captions)
        if self._silent:
            # It says whether there are words at least.
            self.view.show_no_sound()
        self._mark()

    def _show_files(self, files: SessionFiles) -> None:
        self.view.show_notes(files.notes)
        self._release()
        self._silent = not files.parts
        if self._silent:
            self.view.show_no_sound()
            return
        bridge = self._stage.bridge
        self.player = Player(
            files.parts,
            lambda error: bridge.post(lambda _: self._sound_ready(error)),
            lambda error: bridge.post(lambda _: self._sound_ready(error)),
        )
        self._peaks = PeaksLoad(
            files.parts, lambda peaks: bridge.post(lambda _: self._peaks_ready(peaks))
        )

    def _show_marks(self, happened: list[Happened]) -> None:
        self._happened = happened
        self._mark()

    def _mark(self) -> None:
        duration_ms = self.player.duration_ms if self.player is not None else 0
        self.view.show_markers(session_marks(self._happened, self._captions, duration_ms or None))

    def _sound_ready(self, error: AppError | None) -> None:
        if self._closed or self.player is None:
            return
        self.view.show_sound(self.player.duration_ms, None)
        self.view.show_notes(self.player.notes)
        if error is not None:
            self.view.show_error(error.sentence)
            return
        self._mark()
        self._timer.start()
        if self._from_ms is not None:
            ms, self._from_ms = self._from_ms, None
            self.play_from(ms)

    def _peaks_ready(self, peaks: SessionPeaks) -> None:
        if self._closed or self.player is None:
            return
        self.player.use_peaks(peaks)
        if peaks.duration_ms:
            self.view.show_sound(peaks.duration_ms, peaks.outline(BUCKETS))

    def _release(self) -> None:
        if self._peaks is not None:
            self._peaks.cancel()
        if self.player is not None:
            self.player.close()
        self._peaks = self.player = None

    # -- what the person does ----------------------------------------------------------------------

    def _toggle(self) -> None:
        if self.player is None:
            return
        if self.player.playing:
            self.player.pause()
        else:
            self.player.play()
            self._timer.start()

    def _set_speed(self, speed: float) -> None:
        if self.player is not None:
            self.player.set_speed(speed)
            self._timer.start()

    def _set_skip_silence(self, skip: bool) -> None:
        if self.player is not None:
            self.player.set_skip_silence(skip)
            self._timer.start()

    def _loop(self, span: tuple[int, int] | None) -> None:
        if self.player is not None:
            self.player.set_loop(*(span or (0, None)))
            self._timer.start()

    def _poll(self) -> None:
        if self.player is None:
            return
        # Read first: a position after the end shows the end.
        playing = self.player.playing
        self.view.show_position(self.player.position_ms(), playing)
        if not playing:
            # Nothing moves until it is played again.
            self._timer.stop()
