"""What every test gets: strictness, determinism, and the runner's real parts."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator

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


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@pytest.fixture(autouse=True)
def expected_logs() -> Iterator[list[str]]:
    """A warning in the log fails the test, unless the test adds a pattern that it expects."""
    expected: list[str] = []
    collector = _Collector()
    logging.getLogger().addHandler(collector)
    yield expected
    logging.getLogger().removeHandler(collector)
    unexpected = [
        line
        for line in collector.lines
        if not any(re.search(pattern, line) for pattern in expected)
    ]
    assert not unexpected
