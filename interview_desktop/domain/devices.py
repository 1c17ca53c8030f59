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
    """Something about the sound that the person should know; an empty sentence takes it back.

    A later notice of the same topic replaces the earlier one.
    """

    topic: Literal["microphone", "loudspeaker", "silence", "failure"]
    severity: Literal["info", "warn", "bad"]
    sentence: str


def system_device(kind: DeviceKind) -> Device:
    """The system's choice, where nothing more is known of it."""
    return Device("", f"the system's {kind}", kind, True)


def candidates(chosen: str | None, devices: Sequence[Device], kind: DeviceKind) -> list[Device]:
    """What to open, best first: the chosen device, the system's default, whatever else is there.

    Never empty: without any listed device it is the system's own choice.
    """
    mine = [device for device in devices if device.kind == kind]
    mine.sort(key=lambda device: (device.id != chosen, not device.is_default))
    return mine or [system_device(kind)]


def device_named(device_id: str | None, devices: Sequence[Device], kind: DeviceKind) -> Device:
    """The device of that id, else the system's default."""
    return candidates(device_id, devices, kind)[0]
