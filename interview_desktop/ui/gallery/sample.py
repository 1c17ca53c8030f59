"""What the gallery is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget


@dataclass(frozen=True, slots=True)
class Sample:
    """One picture: a component's sheet or a screen in one state.

    `make` builds the widget with sample data, no network and no sound. `size` is in logical pixels,
    (width, height); None takes the widget's own size hint. Each module of the gallery has
    a function `samples() -> list[Sample]`. `text_size` is 1.0 for 100 %.
    """

    name: str
    make: Callable[[], QWidget]
    size: tuple[int, int] | None = (1280, 800)
    text_size: float = 1.0
