"""The list of microphones and loudspeakers, and word of its changes.

On Linux from PulseAudio or PipeWire, which tell of changes themselves; elsewhere, and without them,
from PortAudio, which must be asked again and again.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from typing import Any, TypeVar

from interview_desktop.audio.errors import NoLoudspeakerError, NoMicrophoneError, SoundError
from interview_desktop.audio.portaudio import portaudio_devices
from interview_desktop.domain.devices import Device, DeviceKind, candidates

Devices = tuple[Device, ...]
_Answer = TypeVar("_Answer")

# Without a server that tells of changes. PortAudio needs some 10 ms to look.
SLOW_POLL_S = 5.0
JOIN_LIMIT_S = 5.0
_NOT_A_MONITOR = 0xFFFFFFFF
# A property of each of our streams, by which it is found among the server's.
STREAM_TAG = "interview-practice.stream"


def list_devices() -> Devices:
    """All devices, the system's default of each kind first; empty without any sound system.

    Thread: any but the window's thread and the event loop; some 2 ms on Linux.
    """
    listed = list_server_devices()
    if listed is not None:
        return listed
    with contextlib.suppress(SoundError):
        return _sorted(portaudio_devices())
    return ()


def list_server_devices() -> Devices | None:
    """As `list_devices`, of PulseAudio or PipeWire alone; None if there is no such server."""
    return _asked("list", _listed)


def server_place(kind: DeviceKind, tag: str) -> str | None:
    """The id of the device that the server has the stream of that tag on; None if it has none.

    Thread: as `list_devices`.
    """

    def find(pulse: Any) -> str | None:
        if kind == "microphone":
            streams = [(one.source, one) for one in pulse.source_output_list()]
            devices = pulse.source_list()
        else:
            streams = [(one.sink, one) for one in pulse.sink_input_list()]
            devices = pulse.sink_list()
        names = {one.index: one.name for one in devices}
        for index, stream in streams:
            if stream.proplist.get(STREAM_TAG) == tag:
                return names.get(index)
        return None

    return _asked("look", find)


def devices_for(microphone: str | None, loudspeaker: str | None) -> tuple[Device, Device]:
    """(microphone, loudspeaker) that these choices come to now. Thread: as `list_devices`.

    Raises:
        NoMicrophoneError, NoLoudspeakerError: there is none at all.
    """
    devices = list_devices()
    microphones = candidates(microphone, devices, "microphone")
    loudspeakers = candidates(loudspeaker, devices, "loudspeaker")
    if not microphones:
        raise NoMicrophoneError
    if not loudspeakers:
        raise NoLoudspeakerError
    return microphones[0], loudspeakers[0]


class DeviceWatch:
    """Calls back with the list when a device comes or goes or the default changes; once too often
    rather than too seldom.

    Nothing wakes up while nothing happens, where the sound server tells of changes.

    Args:
        on_change: gets the new list, on the watch's thread.

    Thread: made and closed from anywhere but its own thread, which is called "device watch".
    """

    def __init__(self, on_change: Callable[[Devices], None]) -> None:
        self._on_change = on_change
        self._stop = threading.Event()
        # Guards the connection, so that it is never woken after its end.
        self._lock = threading.Lock()
        self._pulse: Any = None
        self._known: Devices | None = None
        # One that went and is back before the next look leaves no trace in the list.
        self._unplugged = False
        self._thread = threading.Thread(target=self._run, name="device watch", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """End the watch. Idempotent."""
        self._stop.set()
        waited_s = 0.0
        # Waking is lost on a loop that does not wait yet, so it is repeated.
        while self._thread.is_alive() and waited_s < JOIN_LIMIT_S:
            with self._lock:
                if self._pulse is not None:
                    self._pulse.event_listen_stop()
            self._thread.join(0.02)
            waited_s += 0.02

    def _run(self) -> None:
        self._tell(list_devices())
        while not self._stop.is_set():
            pulse = _connected("watch")
            if pulse is None:
                self._stop.wait(SLOW_POLL_S)
                if not self._stop.is_set():
                    self._tell(list_devices())
            else:
                self._listen(pulse)

    def _listen(self, pulse: Any) -> None:
        from pulsectl import PulseError, PulseLoopStop  # noqa: PLC0415

        def heard(event: Any) -> None:
            # Volumes and streams change sinks and sources too; only their coming and going counts.
            if event.facility == "server" or event.t != "change":
                self._unplugged = self._unplugged or event.t == "remove"
                raise PulseLoopStop

        with self._lock:
            self._pulse = pulse
        try:
            pulse.event_mask_set("sink", "source", "server")
            pulse.event_callback_set(heard)
            while not self._stop.is_set():
                # Asked after subscribing, so that no change falls between.
                self._tell(list_devices())
                pulse.event_listen()
        except PulseError:
            self._stop.wait(0.5)  # The server went away, perhaps to come back.
        finally:
            with self._lock:
                self._pulse = None
            pulse.close()

    def _tell(self, devices: Devices) -> None:
        known, self._known = self._known, devices
        unplugged, self._unplugged = self._unplugged, False
        changed = unplugged or devices != known
        if known is not None and changed and not self._stop.is_set():
            self._on_change(devices)


def _connected(purpose: str) -> Any:
    if sys.platform != "linux":
        return None
    try:
        from pulsectl import Pulse, PulseError  # noqa: PLC0415
    except (ImportError, OSError, AttributeError):
        return None
    pulse = None
    try:
        pulse = Pulse(f"Interview Practice {purpose}", connect=False)
        # Not `timeout=`: pulsectl 24.12 then waits all of it. libpulse gives up by itself in 30 s.
        pulse.connect()
    except (PulseError, OSError):
        if pulse is not None:
            pulse.close()
        return None
    return pulse


def _asked(purpose: str, question: Callable[[Any], _Answer]) -> _Answer | None:
    pulse = _connected(purpose)
    if pulse is None:
        return None
    from pulsectl import PulseError  # noqa: PLC0415

    with contextlib.closing(pulse), contextlib.suppress(PulseError):
        return question(pulse)
    return None


def _listed(pulse: Any) -> Devices:
    server = pulse.server_info()
    microphones = [
        Device(one.name, one.description, "microphone", one.name == server.default_source_name)
        for one in pulse.source_list()
        if one.monitor_of_sink == _NOT_A_MONITOR
    ]
    loudspeakers = [
        Device(one.name, one.description, "loudspeaker", one.name == server.default_sink_name)
        for one in pulse.sink_list()
    ]
    return _sorted([*microphones, *loudspeakers])


def _sorted(devices: list[Device]) -> Devices:
    return tuple(sorted(devices, key=lambda one: (one.kind, not one.is_default, one.name, one.id)))
