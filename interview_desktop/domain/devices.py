"""Microphones and loudspeakers: what they are, and which one a call should use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

DeviceKind = Literal["microphone", "loudspeaker"]


@dataclass(frozen=True, slots=True)
class Device:
    """One microphone or loudspeaker; `id` is stable over unplugging and restarts."""

    id: str
    name: str
    kind: DeviceKind
    is_default: bool


@dataclass(frozen=True, slots=True)
class SoundNotice:
    """Something about the sound, or the disk that keeps the words, that the person should know.

    An empty sentence takes it back; a later notice of the same topic replaces the earlier one.
    """

    topic: Literal["microphone", "loudspeaker", "silence", "failure", "words"]
    severity: Literal["info", "warn", "bad"]
    sentence: str


@dataclass(frozen=True, slots=True)
class SoundChoice:
    """What a call opens: device ids (None follows the system) and how it treats the microphone.

    `headphones` says that the preflight heard nothing of the loudspeaker in the microphone.
    """

    microphone: str | None = None
    loudspeaker: str | None = None
    processing: Literal["auto", "on", "off"] = "auto"
    headphones: bool = False


def system_device(kind: DeviceKind) -> Device:
    """The system's choice, where nothing more is known of it."""
    return Device("", f"the system's {kind}", kind, True)


def candidates(chosen: str | None, devices: Sequence[Device], kind: DeviceKind) -> list[Device]:
    """What to open, best first: the chosen device, the system's default, whatever else is there.

    Without any list it is the system's own choice. A list without a device of this kind gives
    nothing: what the system would choose then is no microphone but the loudspeaker's own sound.
    """
    if not devices:
        return [system_device(kind)]
    mine = [device for device in devices if device.kind == kind]
    return sorted(mine, key=lambda device: (device.id != chosen, not device.is_default))
