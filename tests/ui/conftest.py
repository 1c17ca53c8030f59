"""The theme as a new start leaves it, for every test of a window."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtWidgets import QApplication

from interview_desktop.ui.theme import install, theme


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    """The look in force, light and at 100 %."""
    install(qapp)
    theme.choose("light")
    yield
    theme.set_scale(1.0)
    theme.choose("system")
