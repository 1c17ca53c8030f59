"""The interview room: one call, from its first try to its end."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.domain.call_events import CallEvent, CallState, StateChanged
from interview_desktop.domain.devices import Device, SoundChoice
from interview_desktop.domain.interview import Interview
from interview_desktop.domain.settings import Settings
from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import work
from interview_desktop.ui.views.room import RoomView

if TYPE_CHECKING:
    from interview_desktop.runtime.local_call import LocalCall

# Levels and clocks, 30 times a second.
POLL_MS = 33

Fetch = Callable[[], Coroutine[Any, Any, Interview]]


class RoomPresenter(QObject):
    """One stay in the room. It may hold several calls, one after the other: Try again makes one.

    Signals:
        over: the interview as it stands, when the call has ended; None if there was none.

    Thread: the window's thread; the call runs on the net thread.
    """

    over = Signal(object)

    def __init__(
        self, stage: Stage, title: str, about: str, fetch: Fetch, choice: SoundChoice
    ) -> None:
        super().__init__(stage)
        self._stage = stage
        self._fetch = fetch
        self._choice = choice
        self._interview: Interview | None = None
        self._left = False
        # The try that is under way or was the last one; what an older one tells is for nobody.
        self._try = 0
        self._trying: Future[Any] | None = None
        self.call: LocalCall | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self.view = RoomView(title, about)
        self._connect(self.view)
        self._follow(stage.settings.value)
        stage.settings.changed.connect(self._follow)
        stage.window.show_screen(self.view)
        self._begin()

    def close(self) -> None:
        """Nothing is shown any more; a call that runs is ended by whoever closes the app."""
        self._left = True
        self._timer.stop()

    # -- the call ----------------------------------------------------------------------------------

    def _begin(self) -> None:
        self._try += 1
        self._trying = self._asked(self._fetch(), self._fetched)

    def _again(self) -> None:
        """One try at a time: the button is gone with the first press."""
        if self.view.state.call is not CallState.FAILED:
            return
        # A call that failed may still be giving back what it had; it does so by itself.
        self.call = None
        self._timer.stop()
        self._apply(StateChanged(CallState.PREPARING, 0))
        self._begin()

    def _asked(
        self, work: Coroutine[Any, Any, Interview], then: Callable[[Interview], None]
    ) -> Future[Any]:
        """Ask for what only this try wants to know."""
        number = self._try

        def mine(function: Callable[[Any], None], result: Any) -> None:
            if number == self._try and not self._left:
                function(result)

        return self._stage.ask(
            work, lambda result: mine(then, result), lambda told: mine(self._failed, told)
        )

    def _fetched(self, interview: Interview) -> None:
        self._interview = interview
        workspace, bridge, number = self._stage.workspace, self._stage.bridge, self._try
        if workspace is None:
            return

        def event(event: CallEvent) -> None:
            bridge.post(lambda _: self._apply(event) if number == self._try else None)

        def made(call: LocalCall) -> None:
            bridge.post(lambda _: self._made(call) if number == self._try else None)

        held = work.hold_call(workspace, self._stage.paths, interview, event, self._choice, made)
        self._trying = self._asked(held, self._call_over)

    def _apply(self, event: Any) -> None:
        if not self._left:
            self.view.apply(event)

    def _made(self, call: LocalCall) -> None:
        if not self._left:
            self.call = call
            self._timer.start()

    def _call_over(self, interview: Interview) -> None:
        self._timer.stop()
        self.call = None
        self._interview = interview
        # A call that failed says so in the room, where it can be tried again.
        if self.view.state.call is not CallState.FAILED:
            self._leave()

    def _failed(self, sentence: str) -> None:
        self._timer.stop()
        self.call = None
        self._apply(StateChanged(CallState.FAILED, 0, sentence))

    def _end(self) -> None:
        if self.call is not None and self.view.state.call is not CallState.FAILED:
            self._command(lambda call: call.session.end())
            return
        if self.call is None and self._trying is not None:
            # Nothing has begun yet: what is being opened is closed again.
            self._trying.cancel()
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
        view.again.connect(self._again)
        view.device_menu_opened.connect(self._look_for_devices)
        view.microphone.connect(self._use_microphone)
        view.loudspeaker.connect(self._use_loudspeaker)

    def _command(self, command: Callable[[LocalCall], Coroutine[Any, Any, None]]) -> None:
        if self.call is not None:
            self._stage.net.submit(command(self.call))

    def _keep_notes(self, text: str) -> None:
        if self.call is not None:
            self._command(lambda call: call.session.notes(text))
        elif self._interview is not None and self._stage.workspace is not None:
            # Between two tries there is no call that would keep them.
            self._stage.net.submit(
                work.keep_notes(self._stage.workspace, self._stage.paths, self._interview.id, text)
            )

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
