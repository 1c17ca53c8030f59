"""The `SoundPort` of real devices, which may change in mid-call; one audio worker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

import numpy as np

from interview_desktop.audio.device_keeper import DeviceKeeper
from interview_desktop.audio.echo import EchoProcessor, NoProcessing, Processor
from interview_desktop.audio.playout import Playout
from interview_desktop.audio.pump import SILENCE, BlockSink, Pump
from interview_desktop.audio.silence import SilenceWatch
from interview_desktop.audio.taps import InputTap
from interview_desktop.audio.timeline import SLACK_S, Timeline
from interview_desktop.domain.devices import Device, DeviceKind, SoundNotice
from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ, Processing, SoundCounters

logger = logging.getLogger(__name__)

WORKER_SLEEP_S = 0.004
# A microphone that gives nothing for so long is gone: time goes on with silence. A loaded machine
# may deliver half a second late (measured), and nothing of that may be lost.
STARVED_S = 1.5
# How long an old microphone is still read for what it owes to the time before the swap.
OWED_LIMIT_S = 1.0
# The reference may run ahead of the microphone by the devices' buffers, never by more.
MAX_REFERENCE_FRAMES = RATE_HZ // 5
JOIN_TIMEOUT_S = 5.0


class DeviceSound:
    """The chosen microphone and loudspeaker; None follows the system's choice, also in mid-call.

    The callbacks only copy; the worker owns processing, levels and framing; the devices are opened
    and swapped by the keeper's thread.

    Args:
        make_processor: makes what `processing` "on" means.
        on_trouble: gets the sentence of what is wrong, where there is no `on_notice`.
        on_notice: what the person should know about devices, and when it is over.
        on_devices: called when another device is in use; ask `in_use` then.
        processing: "auto" leaves the sound alone where `headphones` were measured.
        headphones: whether the preflight heard nothing of the loudspeaker in the microphone. Holds
            for the devices that the call begins with.

    Thread: as `SoundPort`; `choose_…`, `set_processing` and `in_use` from anywhere. Callbacks come
        on the audio worker or on the keeper's thread.
    """

    def __init__(
        self,
        sink: BlockSink,
        make_processor: Callable[[], Processor] = EchoProcessor,
        on_trouble: Callable[[str], None] = lambda sentence: None,
        *,
        microphone: str | None = None,
        loudspeaker: str | None = None,
        on_notice: Callable[[SoundNotice], None] | None = None,
        on_devices: Callable[[], None] = lambda: None,
        processing: Processing = "auto",
        headphones: bool = False,
    ) -> None:
        self._sink = sink
        self._make_processor = make_processor
        self._on_trouble = on_trouble
        self._on_notice = on_notice
        self._on_devices = on_devices
        self._processing: Processing = processing
        self._headphones = headphones
        self._measured: tuple[str, ...] | None = None
        self._playout = Playout()
        self._keeper = DeviceKeeper(
            self._playout, microphone, loudspeaker, self._tell, self._devices_changed
        )
        self._pump: Pump | None = None
        self._muted = False
        self._overruns = 0
        self._worker: threading.Thread | None = None
        self._stop = threading.Event()
        # A call may end while its devices are still being opened.
        self._opening = threading.Lock()

    def start(self, on_packet: Callable[[bytes], None]) -> None:
        """Open both devices. Blocks for some 0.5 s.

        Raises:
            SoundError: a device is missing or refused.
        """
        with self._opening:
            if self._stop.is_set():
                return
            pump = Pump(self._processor(), self._sink)
            pump.muted = self._muted
            pump.on_packet = on_packet
            self._pump = pump
            self._keeper.start()
            self._measured = self._pair()
            self._worker = threading.Thread(target=self._run, name="audio worker", daemon=True)
            self._worker.start()

    def choose_microphone(self, device_id: str | None) -> None:
        """Use another microphone from now on; None follows the system. Returns at once."""
        self._keeper.choose("microphone", device_id)

    def choose_loudspeaker(self, device_id: str | None) -> None:
        """Use another loudspeaker from now on; None follows the system. Returns at once."""
        self._keeper.choose("loudspeaker", device_id)

    def in_use(self, kind: DeviceKind) -> Device | None:
        """The device that is open now."""
        return self._keeper.in_use(kind)

    def set_processing(self, processing: Processing) -> None:
        """Change it from now on. Returns at once; takes effect within some 0.5 s."""
        self._processing = processing
        self._keeper.do(self._set_processor)

    def play(self, pcm: bytes) -> None:
        """Queue interviewer sound."""
        self._playout.put(pcm)

    def flush_playout(self) -> None:
        """Silence at once."""
        self._playout.flush()

    def set_muted(self, muted: bool) -> None:
        """Send and record zeros."""
        self._muted = muted
        if self._pump is not None:
            self._pump.muted = muted

    def position_ms(self) -> int:
        """Milliseconds on the recording's line."""
        return self._pump.position_ms if self._pump is not None else 0

    def levels_dbfs(self) -> tuple[float, float]:
        """(microphone, loudspeaker)."""
        if self._pump is None:
            return -100.0, -100.0
        return self._pump.microphone.level_dbfs, self._pump.loudspeaker.level_dbfs

    def counters(self) -> SoundCounters:
        """Counts since the start."""
        frames = self._pump.frames if self._pump is not None else 0
        tap = self._keeper.microphone
        overruns = self._overruns + (tap.ring.overruns if tap is not None else 0)
        return SoundCounters(frames, frames, self._playout.underruns, overruns)

    def close(self) -> None:
        """Stop the devices and the worker. Idempotent."""
        self._stop.set()
        with self._opening:
            if self._worker is not None:
                self._worker.join(JOIN_TIMEOUT_S)
                self._worker = None
            self._keeper.close()

    # -- notices and processing ------------------------------------------------------------------

    def _tell(self, notice: SoundNotice) -> None:
        if self._on_notice is not None:
            self._on_notice(notice)
        elif notice.sentence and notice.severity != "info":
            self._on_trouble(notice.sentence)

    def _devices_changed(self) -> None:
        if self._worker is not None:
            self._keeper.do(self._set_processor)
        self._on_devices()

    def _pair(self) -> tuple[str, ...]:
        devices = (self._keeper.in_use("microphone"), self._keeper.in_use("loudspeaker"))
        return tuple(device.id for device in devices if device is not None)

    def _processor(self) -> Processor:
        """What the setting and the devices ask for now."""
        headphones = self._headphones and self._measured in (None, self._pair())
        if self._processing == "off" or (self._processing == "auto" and headphones):
            return NoProcessing()
        return self._make_processor()

    def _set_processor(self) -> None:
        """Thread: the keeper's, because making one takes a while."""
        assert self._pump is not None
        new = self._processor()
        # The echo canceller learns a new path by itself; what it has learned is kept.
        if type(new) is not type(self._pump.processor):
            self._pump.processor = new

    # -- the audio worker ------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            self._work()
        except Exception:
            logger.exception("The audio worker failed")
            sentence = (
                "The sound stopped on an error of the app; everything before is safe. "
                "End the call and resume it."
            )
            self._tell(SoundNotice("failure", "bad", sentence))

    def _work(self) -> None:
        assert self._pump is not None
        pump, block = self._pump, np.empty(BLOCK_FRAMES, dtype=np.int16)
        line = Timeline(time.monotonic(), STARVED_S)
        silence = SilenceWatch(self._tell)
        tap: InputTap | None = None
        noticed_s: float | None = None
        while not self._stop.is_set():
            now_s = time.monotonic()
            if self._keeper.microphone is not tap:
                noticed_s = noticed_s if noticed_s is not None else now_s
                late = tap is not None and tap.alive and line.owed_s(now_s, len(tap.ring)) > SLACK_S
                if not late or now_s - noticed_s > OWED_LIMIT_S:
                    if tap is not None:
                        self._overruns += tap.ring.overruns
                        tap.released.set()
                    tap, noticed_s = self._keeper.microphone, None
                    line.jumped()
            match line.next(now_s, len(tap.ring) if tap is not None else 0):
                case "wait":
                    self._stop.wait(WORKER_SLEEP_S)
                    continue
                case "drop":
                    assert tap is not None
                    tap.ring.read_into(block)
                    continue
                case "fill":
                    silence.starves(line.starved)
                    self._turn(pump, SILENCE)
                case "read":
                    assert tap is not None
                    tap.ring.read_into(block)
                    silence.hears(block, muted=pump.muted)
                    self._turn(pump, block)

    def _turn(self, pump: Pump, microphone: np.ndarray[tuple[int], np.dtype[np.int16]]) -> None:
        played = np.zeros(BLOCK_FRAMES, dtype=np.int16)
        tap = self._keeper.loudspeaker
        if tap is not None:
            while len(tap.reference) > MAX_REFERENCE_FRAMES:
                tap.reference.read_into(played)
            count = tap.reference.read_into(played)
            played[count:] = 0
        pump.turn(microphone, played)
