"""The check before an interview in every state and size."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QWidget

from interview_desktop.domain.devices import Device
from interview_desktop.domain.preflight import Check, CheckKind, running
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.view_models.preflight import PreflightCase
from interview_desktop.ui.views.preflight import PreflightView

CASE = PreflightCase(
    "From the stockroom to the warehouse", "Market entry, medium", "interviewer-led", 30
)
RESUMED = PreflightCase(
    "From the stockroom to the warehouse", "Market entry, medium", "interviewer-led", 15, 3
)
MICROPHONES = (
    Device("m1", "Built-in microphone", "microphone", True),
    Device("m2", "USB headset", "microphone", False),
)
LOUDSPEAKERS = (
    Device("s1", "Built-in loudspeakers", "loudspeaker", True),
    Device("s2", "USB headset", "loudspeaker", False),
)


def _checks(*checks: Check) -> dict[CheckKind, Check]:
    return {check.kind: check for check in checks}


READY = _checks(
    Check("microphone", "ok", "Built-in microphone. Your voice arrives clearly."),
    Check("loudspeaker", "ok", "Built-in loudspeakers."),
    Check("echo", "advice", "Loudspeakers. Your own echo is removed.",
          "Headphones make a better recording."),
    Check("network", "ok", "Direct, 1\u00a0ms. It stays on this laptop."),
    Check("interviewer", "ok",
          "Local interviewer. Nothing leaves this laptop. It does not judge content."),
    Check("disk", "ok", "41\u00a0GB free. This interview needs about 20\u00a0MB."),
)  # fmt: skip
PROBLEM = READY | _checks(
    Check("microphone", "problem", "USB headset. It sends only silence.",
          "Allow the microphone for this app in the system settings."),
    Check("loudspeaker", "ok", "USB headset."),
    Check("echo", "ok", "Headphones. There is nothing to remove."),
    Check("network", "advice", "The server answers in 180\u00a0ms.",
          "Replies may come a little later than usual."),
)  # fmt: skip
RUNNING = _checks(
    running("microphone", "Built-in microphone. Say a few words."),
    READY["loudspeaker"],
    running("echo", "Measuring…"),
    READY["network"],
    running("interviewer"),
    READY["disk"],
)


def preflight(
    case: PreflightCase | None, checks: Mapping[CheckKind, Check], dbfs: float = -24.0
) -> PreflightView:
    """The screen with sample data."""
    view = PreflightView()
    view.show_case(case)
    view.show_devices(MICROPHONES, LOUDSPEAKERS, None, None)
    view.show_checks(checks)
    # A louder moment before, which the meter holds.
    meter = view.row("microphone").meter
    assert meter is not None
    meter.show_level(dbfs + 12, 1000)
    meter.show_level(dbfs, 400)
    return view


def samples() -> list[Sample]:
    """Ready with one advice, running, a problem, the check alone, resumed."""
    states: dict[str, Callable[[], QWidget]] = {
        "preflight": lambda: preflight(CASE, READY),
        "preflight-running": lambda: preflight(CASE, RUNNING, -52.0),
        "preflight-problem": lambda: preflight(CASE, PROBLEM, -100.0),
        "preflight-check-only": lambda: preflight(None, READY),
        "preflight-resume": lambda: preflight(RESUMED, READY),
    }
    made = [Sample(name, make) for name, make in states.items()]
    for name in ("preflight", "preflight-problem"):
        made += [
            Sample(f"{name}-1024", states[name], (1024, 640)),
            Sample(f"{name}-720", states[name], (1280, 720)),
            Sample(f"{name}-1920", states[name], (1920, 1080)),
            Sample(f"{name}-150", states[name], (1280, 800), 1.5),
        ]
    return made
