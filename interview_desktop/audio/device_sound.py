"""The `SoundPort` of real devices: separate input and output streams, one audio worker."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from interview_desktop.audio.devices import close_stream, open_stream
from interview_desktop.audio.echo import EchoProcessor, Processor
from interview_desktop.audio.playout import Playout
from interview_desktop.audio.pump import SILENCE, BlockSink, Pump
from interview_desktop.audio.ring import Ring
from interview_desktop.domain.sound import BLOCK_FRAMES, RATE_HZ, SoundCounters

logger = logging.getLogger(__name__)

LATENCY_S = 0.02
RING_FRAMES = RATE_HZ
WORKER_SLEEP_S = 0.004
# A microphone that gives nothing for so long is gone: time goes on with silence.
STARVED_S = 0.3
# The reference may run ahead of the microphone by the devices' buffers, never by more.
MAX_REFERENCE_FRAMES = RATE_HZ // 5
JOIN_TIMEOUT_S = 5.0


class DeviceSound:
    """Microphone and loudspeaker of the system's choice.

    The callbacks only copy; the worker owns processing, levels and framing.

    Thread: as `SoundPort`.
    """

    def __init__(
        self,
        sink: BlockSink,
        make_processor: Callable[[], Processor] = EchoProcessor,
        on_trouble: Callable[[str], None] = lambda sentence: None,
    ) -> None:
        self._sink = sink
        self._make_processor = make_processor
        self._on_trouble = on_trouble
        self._captured = Ring(RING_FRAMES)
        self._reference = Ring(RING_FRAMES)
        self._playout = Playout()
        self._pump: Pump | None = None
        self._muted = False
        self._streams: list[Any] = []
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
            self._pump = Pump(self._make_processor(), self._sink)
            self._pump.muted = self._muted
            self._pump.on_packet = on_packet
            form: dict[str, Any] = {"rate_hz": RATE_HZ, "latency": LATENCY_S}
            try:
                self._streams.append(open_stream("InputStream", self._on_input, **form))
                self._streams.append(open_stream("OutputStream", self._on_output, **form))
            except BaseException:
                self._close_streams()
                raise
            self._worker = threading.Thread(target=self._run, name="audio worker", daemon=True)
            self._worker.start()

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
        return SoundCounters(frames, frames, self._playout.underruns, self._captured.overruns)

    def close(self) -> None:
        """Stop the streams and the worker. Idempotent."""
        self._stop.set()
        with self._opening:
            if self._worker is not None:
                self._worker.join(JOIN_TIMEOUT_S)
                self._worker = None
            self._close_streams()

    def _close_streams(self) -> None:
        streams, self._streams = self._streams, []
        for stream in streams:
            close_stream(stream)

    def _on_input(self, data: NDArray[np.int16], _frames: int, _time: Any, _status: Any) -> None:
        self._captured.write(data[:, 0])

    def _on_output(self, data: NDArray[np.int16], _frames: int, _time: Any, _status: Any) -> None:
        out = data[:, 0]
        self._playout.take_into(out)
        self._reference.write(out)

    def _run(self) -> None:
        try:
            self._work()
        except Exception:
            logger.exception("The audio worker failed")
            self._on_trouble(
                "The sound stopped on an error of the app; everything before is safe. "
                "End the call and resume it."
            )

    def _work(self) -> None:
        assert self._pump is not None
        microphone = np.empty(BLOCK_FRAMES, dtype=np.int16)
        played = np.empty(BLOCK_FRAMES, dtype=np.int16)
        fed_s = time.monotonic()
        starved = False
        while not self._stop.is_set():
            now_s = time.monotonic()
            if len(self._captured) >= BLOCK_FRAMES:
                self._captured.read_into(microphone)
                fed_s, starved = now_s, False
                block = microphone
            elif now_s - fed_s > STARVED_S:
                if not starved:
                    starved = True
                    self._on_trouble("The microphone went silent. Check that it is connected.")
                fed_s += BLOCK_FRAMES / RATE_HZ
                block = SILENCE
            else:
                self._stop.wait(WORKER_SLEEP_S)
                continue
            while len(self._reference) > MAX_REFERENCE_FRAMES:
                self._reference.read_into(played)
            count = self._reference.read_into(played)
            played[count:] = 0
            self._pump.turn(block, played)
