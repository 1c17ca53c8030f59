"""The interview room: one call, from its first try to its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.domain.call_events import CallEvent, CallState, StateChanged
from interview_desktop.domain.devices import Device, SoundChoice
from interview_desktop.domain.interview import Interview
from interview_desktop.domain.settings import Settings
from interview_desktop.presenters.notes_keeping import NotesKeeping
from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import work
from interview_desktop.ui.views.room import RoomView
from interview_desktop.ui.widgets.notes import NoteState

if TYPE_CHECKING:
    from interview_desktop.runtime.local_call import LocalCall
    from interview_desktop.runtime.workspace import Workspace

# Levels and clocks, 30 times a second.
POLL_MS = 33

Fetch = Callable[[], Coroutine[Any, Any, Interview]]


class RoomPresenter(QObject):
    """One stay in the room. It may hold several calls, one after the other: Try again makes one.

    It is a child of its view, and goes with it.

    Signals:
        over: the interview as it stands, when the call has ended; None if there was none.

    Thread: the window's thread; the call runs on the net thread.
    """

    over = Signal(object)

    def __init__(
        self, stage: Stage, title: str, about: str, fetch: Fetch, choice: SoundChoice
    ) -> None:
        self.view = RoomView(title, about)
        super().__init__(self.view)
        self._stage = stage
        self._fetch = fetch
        self._choice = choice
        self._interview: Interview | None = None
        self._notes: NotesKeeping | None = None
        self._left = False
        # Which try the room is about: what an earlier one still tells is over.
        self._try = 0
        self._trying = False
        self.call: LocalCall | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self._connect(self.view)
        self._follow(stage.settings.value)
        stage.settings.changed.connect(self._follow)
        stage.window.show_screen(self.view)
        self._begin()

    def close(self) -> None:
        """Nothing is shown any more; a call that runs is ended by whoever closes the app."""
        if self._left:
            return
        self._left = True
        self._timer.stop()

    # -- the call ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        workspace = self._stage.workspace
        if workspace is None or self._trying or self._left:
            return
        self._try += 1
        self._trying = True
        number = self._try
        if number > 1:
            self._apply(StateChanged(CallState.PREPARING, 0))
        self._stage.ask(
            self._hold(workspace, number),
            lambda call: self._call_over(number, call),
            lambda sentence: self._failed(number, sentence),
        )

    async def _hold(self, workspace: Workspace, number: int) -> LocalCall | None:
        """One try, from the interview to its end; None if the room was left before the call.

        Thread: the net thread.
        """
        post = self._stage.bridge.post
        interview = await self._fetch()
        post(self._fetched, interview)
        if self._left:
            return None
        call = await work.new_call(
            workspace,
            self._stage.paths,
            interview,
            lambda event: post(lambda _: self._told(number, event)),
            self._choice,
        )
        if self._left:
            await call.discard()
            return None
        post(lambda _: self._made(number, call))
        await call.run()
        return call

    def _fetched(self, interview: Any) -> None:
        self._interview = interview

    def _told(self, number: int, event: CallEvent) -> None:
        if number == self._try:
            self._apply(event)

    def _apply(self, event: CallEvent) -> None:
        if not self._left:
            self.view.apply(event)

    def _made(self, number: int, call: LocalCall) -> None:
        if self._left:
            # Left while it was on its way here.
            self._stage.net.submit(call.session.end())
        elif number == self._try:
            self._trying = False
            self.call = call
            self._timer.start()

    def _call_over(self, number: int, call: LocalCall | None) -> None:
        if number != self._try or self._left or call is None:
            # It failed, and the person has tried again before everything of it was released.
            return
        self._no_call()
        self._interview = call.session.interview
        # A call that failed says so in the room, where it can be tried again.
        if call.session.state is not CallState.FAILED:
            self._leave()

    def _failed(self, number: int, sentence: str) -> None:
        if number == self._try and not self._left:
            self._no_call()
            self._apply(StateChanged(CallState.FAILED, 0, sentence))

    def _no_call(self) -> None:
        self._trying = False
        self._timer.stop()
        self.call = None

    def _end(self) -> None:
        if self.call is not None and self.call.session.state is not CallState.FAILED:
            self._command(lambda call: call.session.end())
            return
        if self.call is not None:
            # It is only being released: nobody waits for that.
            self._interview = self.call.session.interview
        self._leave()

    def _leave(self) -> None:
        if not self._left:
            self.close()
            self.over.emit(self._interview)

    # -- what the candidate does -------------------------------------------------------------------

    def _connect(self, view: RoomView) -> None:
        def told(command: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
            return lambda *values: self._command(lambda call: command(call, *values))

        view.mute.connect(told(lambda call, muted: call.session.set_muted(muted)))
        view.think.connect(told(lambda call, seconds: call.session.think(seconds)))
        view.ready.connect(told(lambda call: call.session.ready()))
        view.hint.connect(told(lambda call: call.session.hint()))
        view.repeat.connect(told(lambda call: call.session.repeat()))
        view.said.connect(told(lambda call, text: call.session.say(text)))
        view.done.connect(told(lambda call, number: call.session.done_with_question(number)))
        view.exhibit_shown.connect(told(lambda call, name: call.session.show_exhibit(name)))
        view.number_confirmed.connect(
            told(lambda call, text, value, unit: call.session.confirm_number(text, value, unit))
        )
        view.try_now.connect(told(lambda call: call.session.try_now()))
        view.notes_changed.connect(self._keep_notes)
        view.end.connect(self._end)
        view.back.connect(self._end)
        view.again.connect(self._begin)
        view.device_menu_opened.connect(self._look_for_devices)
        view.microphone.connect(self._use_microphone)
        view.loudspeaker.connect(self._use_loudspeaker)

    def _command(self, command: Callable[[LocalCall], Coroutine[Any, Any, None]]) -> None:
        if self.call is not None:
            self._stage.net.submit(command(self.call))

    def _keep_notes(self, text: str) -> None:
        if self.call is not None:
            self._command(lambda call: call.notes(text))
        elif self._interview is not None:
            # Between two tries there is no call that would keep them.
            if self._notes is None:
                self._notes = NotesKeeping(self._stage, self._interview.id, self._notes_told)
            self._notes.keep(text)

    def _notes_told(self, state: NoteState) -> None:
        if not self._left and self.call is None:
            self.view.notes.show_state(state)

    # -- devices and settings ----------------------------------------------------------------------

    def _look_for_devices(self) -> None:
        self._stage.ask(work.sound_devices(), self._show_devices, lambda _: None)

    def _show_devices(self, devices: list[Device]) -> None:
        if self._left:
            return
        settings = self._stage.settings.value
        self.view.show_devices(
            [one for one in devices if one.kind == "microphone"],
            [one for one in devices if one.kind == "loudspeaker"],
            settings.microphone,
            settings.loudspeaker,
        )

    def _use_microphone(self, device: str | None) -> None:
        self._stage.settings.change(microphone=device)
        if self.call is not None:
            self.call.sound.choose_microphone(device)

    def _use_loudspeaker(self, device: str | None) -> None:
        self._stage.settings.change(loudspeaker=device)
        if self.call is not None:
            self.call.sound.choose_loudspeaker(device)

    def _follow(self, settings: Settings) -> None:
        if self._left:
            return
        self.view.set_push_to_talk(settings.push_to_talk)
        self.view.set_single_keys(settings.single_keys)
        self.view.set_announce(settings.announce_captions)

    def _poll(self) -> None:
        call = self.call
        if call is not None and not self._left:
            self.view.show_levels(*call.sound.levels_dbfs(), call.position_ms())
