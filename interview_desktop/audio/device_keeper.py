"""Keeps a call on a working microphone and loudspeaker, whatever is plugged, pulled or chosen."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, Literal, TypeVar

from interview_desktop.audio.device_list import Devices, DeviceWatch, list_devices
from interview_desktop.audio.errors import NoLoudspeakerError, NoMicrophoneError, SoundError
from interview_desktop.audio.playout import Playout
from interview_desktop.audio.taps import InputTap, OutputTap
from interview_desktop.domain.devices import Device, DeviceKind, SoundNotice, candidates

logger = logging.getLogger(__name__)

# A microphone that opens but gives nothing for so long is not taken in place of one that works.
FIRST_SOUND_LIMIT_S = 2.5
# How often a call without a device tries again, should the system not tell of a new one.
RETRY_S = 2.0
JOIN_LIMIT_S = 10.0

_Tap = TypeVar("_Tap", InputTap, OutputTap)


@dataclass
class _Side(Generic[_Tap]):
    """The microphone's or the loudspeaker's side. Owned by the keeper's thread; `tap` is read by
    the audio worker, which takes what it finds."""

    kind: DeviceKind
    chosen: str | None
    make: Callable[[Device], _Tap]
    tap: _Tap | None = None
    last: Device | None = None
    # What could not be opened since the list last changed.
    refused: set[str] = field(default_factory=set)
    told: str = ""

    @property
    def works(self) -> bool:
        return self.tap is not None and self.tap.alive

    @property
    def in_place(self) -> bool:
        """Whether the chosen device is the one that is used. The system may move all others."""
        if self.tap is None or self.tap.device.id != self.chosen:
            return True
        return self.tap.in_place


class DeviceKeeper:
    """Both devices of a call: the chosen ones, else the system's, else whatever works.

    Args:
        tell: gets what the person should know.
        on_change: called after a device was swapped; ask `in_use` then.

    Thread: `start` and `close` on any thread that may block; `choose` and `in_use` anywhere. All
    swapping is done by a thread of its own, called "sound devices", which also calls back.
    """

    def __init__(
        self,
        playout: Playout,
        microphone: str | None,
        loudspeaker: str | None,
        tell: Callable[[SoundNotice], None],
        on_change: Callable[[], None],
    ) -> None:
        self._tell = tell
        self._on_change = on_change
        self._input: _Side[InputTap] = _Side(
            "microphone", microphone, lambda device: InputTap(device, self._lost)
        )
        self._output: _Side[OutputTap] = _Side(
            "loudspeaker", loudspeaker, lambda device: OutputTap(device, playout, self._lost)
        )
        self._devices: Devices = ()
        self._work: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="sound devices", daemon=True)
        self._watch: DeviceWatch | None = None

    @property
    def microphone(self) -> InputTap | None:
        """The microphone to read now."""
        return self._input.tap

    @property
    def loudspeaker(self) -> OutputTap | None:
        """The loudspeaker that plays now."""
        return self._output.tap

    def in_use(self, kind: DeviceKind) -> Device | None:
        """The device that is open on that side."""
        tap = self._input.tap if kind == "microphone" else self._output.tap
        return tap.device if tap is not None else None

    def start(self) -> None:
        """Open both.

        Raises:
            SoundError: one side has no device that opens.
        """
        # The watch first, so that no change falls between the list and the watch.
        self._watch = DeviceWatch(lambda devices: self._work.put(lambda: self._listed(devices)))
        try:
            self._devices = list_devices()
            self._settle(self._input)
            if self._input.tap is None:
                raise NoMicrophoneError
            self._settle(self._output)
            if self._output.tap is None:
                raise NoLoudspeakerError
        except BaseException:
            self.close()
            raise
        self._thread.start()

    def choose(self, kind: DeviceKind, device_id: str | None) -> None:
        """Use another device from now on; None follows the system."""
        if kind == "microphone":
            self._work.put(lambda: self._choose(self._input, device_id))
        else:
            self._work.put(lambda: self._choose(self._output, device_id))

    def do(self, work: Callable[[], None]) -> None:
        """Do something that takes a while on the keeper's thread, after what it does now."""
        self._work.put(work)

    def close(self) -> None:
        """Close both devices and end the threads. Idempotent."""
        if self._watch is not None:
            self._watch.close()
        if self._thread.is_alive():
            self._work.put(None)
            self._thread.join(JOIN_LIMIT_S)
        for side in (self._input, self._output):
            tap, side.tap = side.tap, None
            if tap is not None:
                tap.close()

    # -- the keeper's thread ---------------------------------------------------------------------

    def _run(self) -> None:
        while True:
            whole = self._input.works and self._output.works
            try:
                work = self._work.get(timeout=None if whole else RETRY_S)
            except queue.Empty:
                work = self._look_again
            if work is None:
                return
            try:
                work()
            except Exception:
                logger.exception("Changing a sound device failed")

    def _listed(self, devices: Devices) -> None:
        self._devices = devices
        self._input.refused.clear()
        self._output.refused.clear()
        self._settle(self._input)
        self._settle(self._output)

    def _look_again(self) -> None:
        self._listed(list_devices())

    def _lost(self) -> None:
        # The device may be on the list a little longer than it lives.
        self._work.put(self._look_again)

    def _choose(self, side: _Side[_Tap], device_id: str | None) -> None:
        before = side.last
        going_on = f" We go on with {before.name}." if before is not None and side.works else ""
        options = candidates(device_id, self._devices, side.kind)
        if not options or (device_id is not None and options[0].id != device_id):
            self._say(side, "warn", f"That {side.kind} is not connected.{going_on}")
            return
        target = options[0]
        if not (side.works and before is not None and before.id == target.id):
            try:
                self._swap(side, target)
            except SoundError:
                self._say(side, "warn", f"{target.name} could not be opened.{going_on}")
                return
        side.chosen = device_id
        self._say(side, "info", "")

    def _settle(self, side: _Side[_Tap]) -> None:
        """Bring a side to the best device that opens, and say why where it changes."""
        before, listed = side.last, {device.id for device in self._devices}
        for device in candidates(side.chosen, self._devices, side.kind):
            if side.works and before is not None and device.id == before.id and side.in_place:
                return
            if device.id in side.refused:
                continue
            gone = not side.works or (before is not None and before.id not in listed)
            try:
                self._swap(side, device)
            except SoundError:
                side.refused.add(device.id)
                continue
            self._explain(side, before, device, gone)
            return
        if before is not None and not side.works:
            self._say(side, "bad", f"{before.name} is gone. Connect a {side.kind} to go on.")

    def _explain(self, side: _Side[_Tap], before: Device | None, now: Device, gone: bool) -> None:
        if before is None:
            if side.chosen is not None and side.chosen != now.id:
                sentence = f"The chosen {side.kind} is not connected. We go on with {now.name}."
                self._say(side, "warn", sentence)
        elif before.id == now.id:
            self._say(side, "info", "")
        elif gone:
            self._say(side, "warn", f"{before.name} is gone. We go on with {now.name}.")
        elif now.id == side.chosen:
            self._say(side, "info", f"{now.name} is back. We use it again.")
        else:
            self._say(side, "info", f"The system changed to {now.name}. We use it too.")

    def _swap(self, side: _Side[_Tap], device: Device) -> None:
        """Open the new device, then swap, then close the old one.

        Raises:
            SoundError: the new one does not open, or gives nothing; one that worked still does.
        """
        old = side.tap
        if old is not None and not old.alive:
            # A dead stream is worth nothing, and PortAudio looks for devices only without any.
            side.tap = None
            old.close()
            old = None
        new = side.make(device)
        if old is not None and not new.runs_within(FIRST_SOUND_LIMIT_S):
            new.close()
            raise SoundError(f"{device.name} gives no sound.")
        new.take_over(old)
        side.tap, side.last = new, device
        if old is not None:
            old.retire()
        self._on_change()

    def _say(
        self, side: _Side[_Tap], severity: Literal["info", "warn", "bad"], sentence: str
    ) -> None:
        # Nothing is said twice, or taken back that was not said.
        if sentence != side.told:
            side.told = sentence
            self._tell(SoundNotice(side.kind, severity, sentence))
