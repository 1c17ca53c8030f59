"""The check before an interview, or by itself."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from interview_desktop.domain.devices import Device, SoundChoice
from interview_desktop.domain.preflight import Check, CheckKind
from interview_desktop.domain.settings import Settings
from interview_desktop.presenters.stage import Stage
from interview_desktop.runtime import work
from interview_desktop.ui.view_models.preflight import PreflightCase
from interview_desktop.ui.views.preflight import PreflightView

if TYPE_CHECKING:
    from interview_desktop.runtime.preflight import Preflight

POLL_MS = 33
# As many pairs of devices as a person may ever have; the oldest go first.
MAX_PAIRS = 64


def pair_of(devices: tuple[str, str]) -> str:
    """A pair of devices as the settings keep it."""
    return "|".join(devices)


def sound_choice(settings: Settings, pair: str) -> SoundChoice:
    """What a call opens by the settings, when that comes to the devices of `pair` now."""
    return SoundChoice(
        settings.microphone,
        settings.loudspeaker,
        settings.processing,
        pair in settings.headphones,
    )


def is_wanted(settings: Settings, pair: str) -> bool:
    """Whether the check is shown before an interview on the devices of `pair`."""
    return not settings.preflight_skip and pair not in settings.preflight_passed


def _with(pairs: tuple[str, ...], pair: str) -> tuple[str, ...]:
    """`pairs` with one more; the oldest go when there are too many."""
    return tuple([*(one for one in pairs if one != pair), pair][-MAX_PAIRS:])


class PreflightPresenter(QObject):
    """One visit of the check; a child of its view, and goes with it.

    Signals:
        started: the interview may begin, on this pair of devices.
        left: back was pressed, or the check alone is done.

    Thread: the window's thread; the checks run on threads of their own.
    """

    started = Signal(str)
    left = Signal()

    def __init__(
        self, stage: Stage, case: PreflightCase | None, pair: str, minutes: int = 30
    ) -> None:
        self.view = PreflightView()
        super().__init__(self.view)
        self._stage = stage
        self._preflight: Preflight | None = None
        self._checks: dict[CheckKind, Check] = {}
        self._alone = case is None
        self._pair = pair
        self._left = False
        self._timer = QTimer(self)
        self._timer.setInterval(POLL_MS)
        self._timer.timeout.connect(self._poll)
        self.view.show_case(case)
        self.view.start.connect(self._start)
        self.view.skip.connect(self._skip)
        self.view.back.connect(self._back)
        self.view.again.connect(self._again)
        self.view.test_sound.connect(self._test_sound)
        self.view.microphone.connect(lambda device: self._choose(microphone=device))
        self.view.loudspeaker.connect(lambda device: self._choose(loudspeaker=device))
        stage.window.show_screen(self.view)
        self._begin(minutes)

    def passed(self, devices: tuple[str, str]) -> bool:
        """As `PreflightMemory`. Thread: any."""
        return pair_of(devices) in self._stage.settings.value.preflight_passed

    def remember(self, devices: tuple[str, str]) -> None:
        """As `PreflightMemory`. Thread: any."""
        self._stage.bridge.post(lambda _: self._remember(pair_of(devices)))

    def close(self) -> None:
        """End the checks; the devices are given back on a thread of its own. Idempotent."""
        self._leave(lambda: None)

    def _end(self) -> Preflight | None:
        self._left = True
        self._timer.stop()
        preflight, self._preflight = self._preflight, None
        return preflight

    def _leave(self, tell: Callable[[], None]) -> None:
        """Give the devices back first: what comes next may want them."""
        if self._left:
            return
        preflight = self._end()
        if preflight is None:
            tell()
        else:
            # The end of the app waits for it too: a device that is open would outlive it.
            closing = asyncio.to_thread(preflight.close)
            self._stage.ask(closing, lambda _: tell(), lambda _: tell(), keep=True)

    # -- running -----------------------------------------------------------------------------------

    def _begin(self, minutes: int) -> None:
        # Brings NumPy along.
        from interview_desktop.runtime.preflight import Preflight  # noqa: PLC0415

        workspace, settings = self._stage.workspace, self._stage.settings.value
        if workspace is None:
            return
        bridge = self._stage.bridge
        self._preflight = Preflight(
            self._stage.net,
            workspace.api.health,
            self._stage.paths.recordings,
            lambda check: bridge.post(lambda _: self._checked(check)),
            self,
            minutes=minutes,
            microphone=settings.microphone,
            loudspeaker=settings.loudspeaker,
            on_devices=lambda devices: bridge.post(lambda _: self._show_devices(list(devices))),
        ).start()
        self._timer.start()
        self._stage.ask(work.sound_devices(), self._show_devices, lambda _: None)

    def _checked(self, check: Check) -> None:
        if not self._left:
            self._checks[check.kind] = check
            self.view.show_checks(self._checks)

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

    def _poll(self) -> None:
        if self._preflight is not None:
            self.view.show_level(self._preflight.level_dbfs())

    def _remember(self, pair: str) -> None:
        self._pair = pair
        if self._preflight is None:
            return
        settings = self._stage.settings.value
        quiet = [one for one in settings.headphones if one != pair]
        if self._preflight.headphones:
            quiet.append(pair)
        self._stage.settings.change(
            preflight_passed=_with(settings.preflight_passed, pair),
            headphones=tuple(quiet[-MAX_PAIRS:]),
        )

    # -- what the person does ----------------------------------------------------------------------

    def _again(self, kind: CheckKind) -> None:
        if self._preflight is not None:
            self._preflight.again(kind)

    def _test_sound(self) -> None:
        if self._preflight is not None:
            self._preflight.play_test_sound()

    def _choose(self, **devices: str | None) -> None:
        self._stage.settings.change(**devices)
        settings = self._stage.settings.value
        if self._preflight is not None:
            self._preflight.choose(settings.microphone, settings.loudspeaker)

    def _start(self) -> None:
        if self._alone:
            self._leave(self.left.emit)
        else:
            self._leave(lambda: self.started.emit(self._pair))

    def _skip(self) -> None:
        """Go on, and do not ask again for these devices."""
        passed = _with(self._stage.settings.value.preflight_passed, self._pair)
        self._stage.settings.change(preflight_passed=passed)
        self._start()

    def _back(self) -> None:
        self._leave(self.left.emit)
