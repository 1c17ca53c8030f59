"""The sound library, loaded late: it starts PortAudio when it is imported."""

from __future__ import annotations

from types import ModuleType

from interview_desktop.audio.errors import NoSoundSystemError


def sound_library() -> ModuleType:
    """The sounddevice module. Blocks for some 0.1 s the first time.

    Raises:
        NoSoundSystemError: PortAudio is missing or does not start.
    """
    try:
        import sounddevice  # noqa: PLC0415
    except OSError as error:
        raise NoSoundSystemError from error
    module: ModuleType = sounddevice
    return module
