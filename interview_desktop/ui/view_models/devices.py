"""Microphones and loudspeakers as choices. Qt-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from interview_desktop.domain.devices import Device

# The key of the system's own choice.
SYSTEM = ""


def device_choices(devices: Sequence[Device], chosen: str | None) -> tuple[tuple[str, str], ...]:
    """(key, words) each: the system's choice first, then every device.

    Args:
        devices: all of one kind.
        chosen: id of the one that was chosen; it stays a choice while it is unplugged.
    """
    default = next((device.name for device in devices if device.is_default), "")
    follow = f"Follow the system ({default})" if default else "Follow the system"
    same = Counter(device.name for device in devices)
    seen: Counter[str] = Counter()
    choices = [(SYSTEM, follow)]
    for device in devices:
        seen[device.name] += 1
        number = f" ({seen[device.name]})" if same[device.name] > 1 else ""
        choices.append((device.id, f"{device.name}{number}"))
    if chosen and all(chosen != device.id for device in devices):
        choices.append((chosen, "Your device, not connected now"))
    return tuple(choices)
