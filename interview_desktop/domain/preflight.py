"""What the preflight finds, in the words that the person reads. Numbers in, sentences out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, Protocol

CheckKind = Literal["microphone", "loudspeaker", "echo", "network", "interviewer", "disk"]
CheckState = Literal["running", "ok", "advice", "problem"]
# In the order of the screen.
CHECK_KINDS: tuple[CheckKind, ...] = (
    "microphone",
    "loudspeaker",
    "echo",
    "network",
    "interviewer",
    "disk",
)

# Speech at arm's length lies between -40 and -15 dBFS RMS in a well set microphone.
QUIET_DBFS = -45.0
LOUD_DBFS = -8.0
# A clipped sample in so many is heard as distortion.
CLIPPED_SHARE = 0.002
# An echo this far below what was played is not heard by anybody.
NO_ECHO_DB = -45.0
LOW_DISK_BYTES = 1_000_000_000
NO_DISK_BYTES = 200_000_000
# Two Opus tracks of 32 kbit/s and what is written beside them.
BYTES_PER_MINUTE = 500_000
SLOW_MS = 150


@dataclass(frozen=True, slots=True)
class Check:
    """One row: what was found, and with "advice" or "problem" the one thing to do."""

    kind: CheckKind
    state: CheckState
    sentence: str
    advice: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What a microphone sent so far: whether anything but zeros, its loudest 100 ms, clipping."""

    seconds: float
    any_sound: bool
    loudest_dbfs: float
    clipped_share: float


@dataclass(frozen=True, slots=True)
class EchoPath:
    """How much of the loudspeaker the microphone hears: dB against what was played.

    None: it could not be measured; then nothing is known of the path.
    """

    returned_db: float | None

    @property
    def headphones(self) -> bool:
        """Whether there is nothing to remove."""
        return self.returned_db is not None and self.returned_db < NO_ECHO_DB


class PreflightMemory(Protocol):
    """Remembers which pairs of devices passed. `devices`: (microphone id, loudspeaker id)."""

    def passed(self, devices: tuple[str, str]) -> bool:
        """Whether this pair passed before."""

    def remember(self, devices: tuple[str, str]) -> None:
        """This pair passed."""


def running(kind: CheckKind, sentence: str = "Checking…") -> Check:
    """A row that is not decided yet."""
    return Check(kind, "running", sentence)


def microphone_verdict(name: str, heard: Heard, *, final: bool) -> Check:
    """The microphone's row; `final`: nothing more is waited for."""
    if not heard.any_sound:
        if not final:
            return running("microphone", f"{name}. Say a few words.")
        return Check(
            "microphone",
            "problem",
            f"{name}. It sends only silence.",
            "Allow the microphone for this app in the system settings.",
        )
    if heard.clipped_share > CLIPPED_SHARE or heard.loudest_dbfs > LOUD_DBFS:
        return Check(
            "microphone",
            "advice",
            f"{name}. Your voice arrives too loud.",
            "Turn the microphone down a little, or move away from it.",
        )
    if heard.loudest_dbfs >= QUIET_DBFS:
        return Check("microphone", "ok", f"{name}. Your voice arrives clearly.")
    if not final:
        return running("microphone", f"{name}. Say a few words.")
    return Check(
        "microphone",
        "advice",
        f"{name}. It is very quiet.",
        "Say a few words closer to it, or turn it up in the system settings.",
    )


def loudspeaker_verdict(name: str) -> Check:
    """A loudspeaker that opened."""
    return Check("loudspeaker", "ok", f"{name}.")


def echo_verdict(path: EchoPath) -> Check:
    """The echo's row."""
    if path.returned_db is None:
        return Check(
            "echo",
            "advice",
            "The echo could not be measured. It is removed all the same.",
            "Turn the loudspeaker up and make it quiet around you, then measure again.",
        )
    if path.headphones:
        return Check("echo", "ok", "Headphones. There is nothing to remove.")
    return Check(
        "echo",
        "advice",
        "Loudspeakers. Your own echo is removed.",
        "Headphones make a better recording.",
    )


def network_verdict(round_trip_ms: int | None, *, local: bool, relays: int = 0) -> Check:
    """The network's row; None: the server did not answer."""
    if round_trip_ms is None:
        return Check(
            "network",
            "problem",
            "The server does not answer.",
            "Check the network, then try again.",
        )
    if local:
        return Check("network", "ok", f"Direct, {round_trip_ms} ms. It stays on this laptop.")
    relay = " A relay is configured; it was not tried." if relays else ""
    sentence = f"The server answers in {round_trip_ms} ms.{relay}"
    if round_trip_ms > SLOW_MS:
        return Check("network", "advice", sentence, "Replies may come a little later than usual.")
    return Check("network", "ok", sentence)


def interviewer_verdict(ready: bool) -> Check:
    """The local interviewer's row."""
    if ready:
        sentence = "Local interviewer. Nothing leaves this laptop. It does not judge content."
        return Check("interviewer", "ok", sentence)
    return Check(
        "interviewer",
        "problem",
        "The local interviewer is not ready.",
        "Wait a moment, then check again.",
    )


def disk_verdict(free_bytes: int | None, minutes: int) -> Check:
    """The disk's row for an interview of so many minutes; None: it could not be asked."""
    if free_bytes is None:
        return Check("disk", "problem", "The recordings' folder cannot be used.", "Check the disk.")
    # Tens of megabytes are as exact as a forecast can be.
    need_mb = max(10, round(minutes * BYTES_PER_MINUTE / 10_000_000) * 10)
    sentence = f"{_size(free_bytes)} free. This interview needs about {need_mb} MB."
    if free_bytes < NO_DISK_BYTES:
        return Check("disk", "problem", sentence, "Free 1 GB, then check again.")
    if free_bytes < LOW_DISK_BYTES:
        return Check("disk", "advice", sentence, "Free 1 GB to be on the safe side.")
    return Check("disk", "ok", sentence)


def _size(count: int) -> str:
    if count >= 1_000_000_000:
        return f"{count // 1_000_000_000} GB"
    return f"{count // 1_000_000} MB"
