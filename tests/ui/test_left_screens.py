"""What arrives for a screen that is gone, what is pressed twice, what a screen leaves behind."""

from __future__ import annotations

import asyncio
import gc
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from interview_desktop.config import app_paths
from interview_desktop.domain.devices import SoundChoice
from interview_desktop.domain.interview import Interview, Progress, Status
from interview_desktop.errors import AppError
from interview_desktop.presenters.room import RoomPresenter
from interview_desktop.presenters.session import SessionPresenter
from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import loaded, work
from interview_desktop.runtime.app_settings import AppSettings
from interview_desktop.runtime.journal import kept_notes
from interview_desktop.runtime.session_files import SessionFiles
from interview_desktop.runtime.workspace import Workspace
from interview_desktop.ui.main_window import MainWindow
from interview_desktop.ui.shell import Shell
from interview_desktop.ui.views.loading import LoadingView
from interview_desktop.ui.widgets.toast import Toast
from tests.helpers.session_sound import marked, write_track
from tests.helpers.window import button, has_button

pytestmark = pytest.mark.usefixtures("look")
ID = "11111111-1111-4111-8111-111111111111"
LIMIT_MS = 10_000
VISITS = 20


class Gate:
    """Stands in for a server that answers when the test says so."""

    def __init__(self) -> None:
        self.asked = 0
        self._open = threading.Event()
        self.error: Exception | None = None

    def open(self) -> None:
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    async def answer(self, value: Any = None) -> Any:
        self.asked += 1
        await asyncio.to_thread(self._open.wait, 10)
        if self.error is not None:
            raise self.error
        return value


@pytest.fixture
def stage(qtbot: QtBot, tmp_path: Path) -> Iterator[Stage]:
    window = MainWindow()
    window.use_shell(Shell())
    window.show_place("home", QWidget())
    window.show()
    qtbot.waitExposed(window)
    paths = app_paths(tmp_path)
    paths.create()
    owner = QObject()
    made = Stage(paths, window, AppSettings(paths.data), owner)
    yield made
    made.closing = True
    made.bridge.close()
    made.net.close()
    made.settings.close()
    window.close()
    window.deleteLater()
    owner.deleteLater()
    _let_go()


def _let_go() -> None:
    """Deliver what is queued, deletions included."""
    for _ in range(3):
        QApplication.processEvents()
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def _serve(stage: Stage, **api: Callable[..., Awaitable[Any]]) -> None:
    stage.workspace = cast(
        "Workspace",
        SimpleNamespace(api=SimpleNamespace(**api), sender=SimpleNamespace(wake=lambda: None)),
    )


def _interview(status: Status = "in-progress") -> Interview:
    return Interview(ID, "user", "template", status, "2026-01-01T10:00:00Z", None, Progress())


def _leave(stage: Stage) -> None:
    """Another page takes the window; the screen is deleted."""
    home = stage.window.findChild(Shell).page  # type: ignore[union-attr]
    assert home is not None
    stage.window.show_place("home", home)
    _let_go()


def _arrive(stage: Stage) -> None:
    """Everything that the net thread works on is done, and nothing of it delivered yet."""

    async def all_but_this() -> None:
        rest = asyncio.all_tasks() - {asyncio.current_task()}
        if rest:
            await asyncio.wait(rest, timeout=5)

    stage.net.submit(all_but_this()).result(10)
    # The answers have been posted once another turn of the loop is over.
    stage.net.submit(asyncio.sleep(0)).result(5)


def _threads(*names: str) -> list[threading.Thread]:
    return [one for one in threading.enumerate() if one.name in names]


def _until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=LIMIT_MS)


# -- answers for nobody --------------------------------------------------------------------------


def test_an_answer_on_its_way_is_dropped_when_the_session_is_left(
    stage: Stage, qtbot: QtBot, expected_logs: list[str]
) -> None:
    expected_logs.append("Work on the net thread failed")
    gate = Gate()
    gate.error = AppError("The server does not answer.")
    _serve(stage, debrief=lambda _: gate.answer(), scores=lambda _: gate.answer([]),
           events=lambda _: gate.answer([]))  # fmt: skip
    session = SessionPresenter(stage, _interview("completed"), None)
    _until(qtbot, lambda: gate.asked == 3)
    gate.open()
    _arrive(stage)
    session.close()
    stage.window.show_place("home", QWidget())
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    # Delivered to a deleted view this raises, which the runner counts as a failure.
    _let_go()


def test_sound_on_its_way_opens_no_player_when_the_session_is_left(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    gate = Gate()

    async def data(*_: Any) -> SessionFiles:
        await gate.answer()
        return SessionFiles([(tmp_path / "none.opus", None)])

    monkeypatch.setattr(work, "session_sound", data)
    _serve(stage, captions=lambda _: gate.answer([]), events=lambda _: gate.answer([]))
    session = SessionPresenter(stage, _interview(), None)
    review = session.review
    assert review is not None
    _until(qtbot, lambda: gate.asked == 3)
    gate.open()
    _arrive(stage)
    session.close()
    _let_go()
    assert review.player is None
    assert not _threads("player", "peaks")


# -- notes ---------------------------------------------------------------------------------------


def _notes_screen(stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> SessionPresenter:
    async def nothing(_: str) -> Any:
        return []

    async def no_notes(_: str) -> str:
        return ""

    async def none(*_: Any) -> SessionFiles:
        return SessionFiles([])

    monkeypatch.setattr(work, "session_sound", none)
    _serve(stage, notes=no_notes, captions=nothing, events=nothing)
    session = SessionPresenter(stage, _interview(), None)
    session.view.open("notes")
    _until(
        qtbot, lambda: session.notes is not None and session.notes.findChild(QWidget) is not None
    )
    return session


def test_what_is_typed_just_before_back_is_kept(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = _notes_screen(stage, qtbot, monkeypatch)
    assert session.notes is not None
    session.notes.changed.emit("one")
    session.notes.changed.emit("one two")
    session.close()
    _leave(stage)

    def kept() -> str | None:
        stored = kept_notes(stage.paths.journals, ID)
        return stage.net.submit(stored).result(5)

    _until(qtbot, lambda: kept() == "one two")


def test_notes_between_two_tries_of_a_call_are_kept_in_order(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("Work on the net thread failed")
    kept: list[str] = []

    async def slow(_workspace: Any, _paths: Any, _id: str, text: str) -> None:
        # The first one takes longer than the second would.
        await asyncio.sleep(0.1 if not kept else 0)
        kept.append(text)

    async def no_call(*_: Any) -> Any:
        raise AppError("No microphone could be opened.")

    async def fetch() -> Interview:
        return _interview()

    monkeypatch.setattr(work, "keep_notes", slow)
    monkeypatch.setattr(work, "new_call", no_call)
    _serve(stage)
    room = RoomPresenter(stage, "Case", "", fetch, SoundChoice())
    _until(qtbot, lambda: has_button(room.view, "Try again"))
    room.view.notes_changed.emit("one")
    room.view.notes_changed.emit("one two")
    _until(qtbot, lambda: len(kept) > 0 and kept[-1] == "one two")
    _arrive(stage)
    assert kept[-1] == "one two"


# -- the room ------------------------------------------------------------------------------------


def _failing_room(
    stage: Stage, qtbot: QtBot, gate: Gate, expected_logs: list[str]
) -> RoomPresenter:
    expected_logs.append("Work on the net thread failed")
    gate.error = AppError("The server does not answer.", "Try again.")
    gate.open()
    _serve(stage)
    room = RoomPresenter(stage, "Case", "", gate.answer, SoundChoice())
    _until(qtbot, lambda: has_button(room.view, "Try again"))
    return room


def test_try_again_pressed_twice_tries_once(
    stage: Stage, qtbot: QtBot, expected_logs: list[str]
) -> None:
    gate = Gate()
    room = _failing_room(stage, qtbot, gate, expected_logs)
    gate.shut()
    qtbot.mouseClick(button(room.view, "Try again"), Qt.MouseButton.LeftButton)
    # It tries: there is nothing to press, and an event that is still queued does nothing.
    assert not has_button(room.view, "Try again")
    room.view.again.emit()
    _until(qtbot, lambda: gate.asked >= 2)
    stage.net.submit(asyncio.sleep(0)).result(5)
    assert gate.asked == 2
    gate.open()
    _until(qtbot, lambda: has_button(room.view, "Try again"))


def test_a_call_that_breaks_down_can_be_tried_again_and_left(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expected_logs: list[str]
) -> None:
    expected_logs.append("Work on the net thread failed")
    made = 0

    async def broken() -> None:
        raise OSError("something nobody thought of")

    async def new_call(*_: Any) -> Any:
        nonlocal made
        made += 1
        sound = SimpleNamespace(levels_dbfs=lambda: (-90.0, -90.0))
        return SimpleNamespace(run=broken, sound=sound, session=None, position_ms=lambda: 0)

    async def fetch() -> Interview:
        return _interview()

    monkeypatch.setattr(work, "new_call", new_call)
    _serve(stage)
    room = RoomPresenter(stage, "Case", "", fetch, SoundChoice())
    _until(qtbot, lambda: has_button(room.view, "Try again"))
    assert room.call is None
    qtbot.mouseClick(button(room.view, "Try again"), Qt.MouseButton.LeftButton)
    _until(qtbot, lambda: made == 2 and has_button(room.view, "Try again"))
    with qtbot.waitSignal(room.over, timeout=LIMIT_MS):
        room.view.back.emit()


def test_a_room_left_while_its_call_is_made_holds_no_call(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate, ran, released = Gate(), threading.Event(), threading.Event()

    async def run() -> None:
        ran.set()

    async def discard() -> None:
        released.set()

    async def new_call(*_: Any) -> Any:
        return await gate.answer(SimpleNamespace(run=run, discard=discard))

    async def fetch() -> Interview:
        return _interview()

    monkeypatch.setattr(work, "new_call", new_call)
    _serve(stage)
    room = RoomPresenter(stage, "Case", "", fetch, SoundChoice())
    _until(qtbot, lambda: gate.asked == 1)
    with qtbot.waitSignal(room.over, timeout=LIMIT_MS):
        room.view.back.emit()
    _leave(stage)
    gate.open()
    _until(qtbot, released.is_set)
    assert not ran.is_set()


def test_push_to_talk_chosen_meanwhile_reaches_the_room(
    stage: Stage, qtbot: QtBot, expected_logs: list[str]
) -> None:
    room = _failing_room(stage, qtbot, Gate(), expected_logs)
    stage.settings.change(push_to_talk=True)
    assert room.view.state is not None
    room.close()
    _leave(stage)
    # Nobody is there to follow any more.
    stage.settings.change(push_to_talk=False)


# -- idle ---


def test_a_review_that_does_not_play_lets_the_processor_sleep(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    track = write_track(tmp_path / "candidate.opus", marked(2))

    async def data(*_: Any) -> SessionFiles:
        return SessionFiles([(track, None)])

    async def nothing(_: str) -> Any:
        return []

    monkeypatch.setattr(work, "session_sound", data)
    _serve(stage, captions=nothing, events=nothing)
    session = SessionPresenter(stage, _interview(), None)
    review = session.review
    assert review is not None
    _until(qtbot, lambda: has_button(review.view, "Play"))
    _until(qtbot, lambda: not _running_timers(stage))
    session.close()


def _running_timers(stage: Stage) -> list[QTimer]:
    """Timers that fire again and again, many times a second."""
    found = stage.window.findChildren(QTimer)
    return [one for one in found if one.isActive() and not one.isSingleShot()]


# -- what stays ----------------------------------------------------------------------------------


def test_a_screen_leaves_nothing_behind(
    stage: Stage, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    async def data(*_: Any) -> SessionFiles:
        return SessionFiles([(tmp_path / "none.opus", None)])

    async def nothing(_: str) -> Any:
        return []

    monkeypatch.setattr(work, "session_sound", data)
    _serve(stage, captions=nothing, events=nothing)
    seen: list[weakref.ref[SessionPresenter]] = []

    def visit() -> None:
        session = SessionPresenter(stage, _interview(), None)
        seen.append(weakref.ref(session))
        assert session.review is not None
        _until(qtbot, lambda: session.review is not None and session.review.player is not None)
        session.close()
        _leave(stage)
        # As before the next call: what is out of the collections' sight stays for good.
        loaded.keep_what_was_loaded()

    def left() -> tuple[int, int, int]:
        gc.collect()
        _until(qtbot, lambda: not _threads("player", "peaks"))
        files = len(list(Path("/proc/self/fd").iterdir()))
        return len(stage.findChildren(QObject)), len(QApplication.allWidgets()), files

    visit()
    visit()
    before = left()
    for _ in range(VISITS):
        visit()
    assert left() == before
    assert [one for one in seen[2:] if one() is not None] == []


def test_a_toast_does_not_float_over_a_focus_screen(stage: Stage, qtbot: QtBot) -> None:
    stage.window.tell("Everything so far is kept.")
    assert [one for one in stage.window.findChildren(Toast) if one.isVisible()]
    stage.window.show_screen(LoadingView())
    assert not [one for one in stage.window.findChildren(Toast) if one.isVisible()]


def test_coming_forward_leaves_a_maximised_window_maximised(stage: Stage, qtbot: QtBot) -> None:
    stage.window.showMaximized()
    _until(qtbot, stage.window.isMaximized)
    stage.window.come_forward()
    assert stage.window.isMaximized()
    stage.window.showMinimized()
    _until(qtbot, stage.window.isMinimized)
    stage.window.come_forward()
    _until(qtbot, lambda: not stage.window.isMinimized())
    assert stage.window.isMaximized()


def test_a_window_that_ends_does_not_come_forward(stage: Stage, qtbot: QtBot) -> None:
    stage.window.close()
    stage.window.come_forward()
    assert not stage.window.isVisible()
