"""The exhibits of twelve cases, as data: every kind, shape and mix that a case may hold."""

from __future__ import annotations

from pathlib import Path

import msgspec

from interview_desktop.domain.interview import Exhibit

EXHIBITS = msgspec.json.decode(
    Path(__file__).with_suffix(".json").read_bytes(), type=tuple[Exhibit, ...]
)
