"""What can go wrong with sound, in sentences for the person."""

from __future__ import annotations

from interview_desktop.errors import AppError


class SoundError(AppError):
    """Anything about microphone, loudspeaker or recording."""


class UnreadableSoundError(SoundError):
    """A recording has no sound that can be read."""

    def __init__(self) -> None:
        super().__init__("The sound of this session could not be read.")


class NoMicrophoneError(SoundError):
    """There is no microphone, or it cannot be opened."""

    def __init__(self) -> None:
        super().__init__(
            "No microphone could be opened.",
            "Connect one or allow it in the system settings, then try again.",
        )


class NoLoudspeakerError(SoundError):
    """There is no loudspeaker, or it cannot be opened."""

    def __init__(self) -> None:
        super().__init__(
            "No loudspeaker or headphones could be opened.", "Connect them, then try again."
        )


class NoSoundSystemError(SoundError):
    """The sound library itself is missing."""

    def __init__(self) -> None:
        super().__init__(
            "The sound system of this computer could not be used.",
            "Install PortAudio (libportaudio2), then start the app again.",
        )
