"""What every test gets: strictness, determinism, and the runner's real parts."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

settings.register_profile("project", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("project")

if not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


def _needs(marker: str, variable: str, request: pytest.FixtureRequest) -> None:
    if request.node.get_closest_marker(marker) and not os.environ.get(variable):
        pytest.skip(f"needs {variable}: run `python3 -m tests`")


@pytest.fixture(autouse=True)
def _real_parts(request: pytest.FixtureRequest) -> None:
    """Tests of real parts are skipped, visibly, only outside the runner."""
    _needs("pulse", "PULSE_SERVER", request)
    _needs("keyring", "INTERVIEW_TESTS", request)
