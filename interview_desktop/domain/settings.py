"""What a person has chosen: values, their file format, and how a file is judged.

The standard library's JSON, because the settings are read before the first picture of the window.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Literal

VERSION = 1
# A settings file is some hundred bytes; whatever is far larger is none of ours.
MAX_BYTES = 1_000_000
MAX_DEVICE_PAIRS = 64

Appearance = Literal["system", "light", "dark"]
TextSize = Literal[100, 125, 150]
Processing = Literal["auto", "on", "off"]


@dataclass(frozen=True, slots=True)
class Settings:
    """One person's choices. A change is a new value: `dataclasses.replace(settings, …)`.

    Args:
        appearance: follows the system unless chosen.
        text_size: per cent.
        microphone: id of the chosen device, or None for the system's.
        loudspeaker: the same for what is heard.
        processing: echo cancellation and noise suppression.
        push_to_talk: the microphone is open only while Space is held.
        single_keys: T, H, R, M, D, N work without a modifier.
        announce_captions: a finished turn is announced to a screen reader.
        preflight_passed: "microphone|loudspeaker" of every pair that was checked well.
        headphones: the pairs of which nothing was heard in the microphone.
        preflight_skip: the check is not offered before an interview.
        hide_skipped: interviews that were left at once are not listed.
        window_width: logical pixels, or None before the first change.
        window_height: the same.
        maximised: the window filled the screen when it was closed.
    """

    appearance: Appearance = "system"
    text_size: TextSize = 100
    microphone: str | None = None
    loudspeaker: str | None = None
    processing: Processing = "auto"
    push_to_talk: bool = False
    single_keys: bool = True
    announce_captions: bool = True
    preflight_passed: tuple[str, ...] = ()
    headphones: tuple[str, ...] = ()
    preflight_skip: bool = False
    hide_skipped: bool = False
    window_width: int | None = None
    window_height: int | None = None
    maximised: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be understood of a settings file.

    Args:
        settings: valid fields as they stood, the others at their defaults.
        unknown: what another version of the app keeps here; it is written back.
        damaged: something in it was no valid setting, so a copy should be kept aside.
        newer: a newer version of the app wrote it, so it must not be overwritten.
    """

    settings: Settings = Settings()
    unknown: Mapping[str, Any] = field(default_factory=dict)
    damaged: bool = False
    newer: bool = False


def read_settings(content: bytes) -> Reading:
    """Judge the bytes of a settings file. Never raises: anything may stand in a file."""
    values = _object(content)
    if values is None:
        return Reading(damaged=True)
    version = values.pop("version", None)
    known_version = type(version) is int and version >= 1
    valid: dict[str, Any] = {}
    damaged = not known_version
    for name, accepts in _FIELDS.items():
        if name not in values:
            continue
        value = values.pop(name)
        if accepts(value):
            valid[name] = tuple(value) if isinstance(value, list) else value
        else:
            damaged = True
    newer = known_version and version > VERSION
    # What a newer version means by a value is not damage.
    return Reading(Settings(**valid), values, damaged and not newer, newer)


def write_settings(settings: Settings, unknown: Mapping[str, Any]) -> bytes:
    """The content of the settings file; `unknown` stands in it as it was read."""
    values: dict[str, Any] = {"version": VERSION}
    values |= {name: getattr(settings, name) for name in _FIELDS}
    values |= {name: value for name, value in unknown.items() if name not in values}
    return json.dumps(values, indent=1).encode("ascii") + b"\n"


def _object(content: bytes) -> dict[str, Any] | None:
    if len(content) > MAX_BYTES:
        return None
    try:
        values = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) else None


def _one_of(*choices: object) -> Callable[[object], bool]:
    # The type as well: True is no 1, and 100.0 is no 100.
    return lambda value: any(type(value) is type(one) and value == one for one in choices)


def _device(value: object) -> bool:
    return value is None or (isinstance(value, str) and 0 < len(value) <= 1000)


def _device_pairs(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MAX_DEVICE_PAIRS
        and all(isinstance(one, str) and len(one) <= 2001 for one in value)
    )


def _pixels(value: object) -> bool:
    return value is None or (type(value) is int and 200 <= value <= 20_000)


_switch = _one_of(True, False)
_FIELDS: dict[str, Callable[[object], bool]] = {
    "appearance": _one_of("system", "light", "dark"),
    "text_size": _one_of(100, 125, 150),
    "microphone": _device,
    "loudspeaker": _device,
    "processing": _one_of("auto", "on", "off"),
    "push_to_talk": _switch,
    "single_keys": _switch,
    "announce_captions": _switch,
    "preflight_passed": _device_pairs,
    "headphones": _device_pairs,
    "preflight_skip": _switch,
    "hide_skipped": _switch,
    "window_width": _pixels,
    "window_height": _pixels,
    "maximised": _switch,
}
assert set(_FIELDS) == {one.name for one in fields(Settings)}
