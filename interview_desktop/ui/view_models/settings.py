"""The settings in words. Qt-free."""

from __future__ import annotations

from dataclasses import dataclass

APPEARANCES = (("system", "System"), ("light", "Light"), ("dark", "Dark"))
APPEARANCE_WORDS = {
    "system": "Follows the system, also when it changes.",
    "light": "Always light, whatever the system is.",
    "dark": "Always dark, whatever the system is.",
}
TEXT_SIZES = (("100", "100\u00a0%"), ("125", "125\u00a0%"), ("150", "150\u00a0%"))
PROCESSINGS = (("auto", "Auto"), ("on", "On"), ("off", "Off"))
PROCESSING_WORDS = {
    "auto": "Removed, unless the check found headphones.",
    "on": "Always removed, with headphones too.",
    "off": "Your voice is recorded as the microphone hears it. Use headphones.",
}
# The single keys of the room.
KEYS = (
    ("T", "Thinking"), ("H", "Hint"), ("R", "Repeat"),
    ("M", "Mute"), ("D", "Done"), ("N", "Notes"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AboutModel:
    """The app itself.

    Args:
        version: "0.3.0".
        data_folder: where everything is kept, as a person would read it.
        licences: (name, licence) of what is built in.
    """

    version: str
    data_folder: str
    licences: tuple[tuple[str, str], ...] = ()
