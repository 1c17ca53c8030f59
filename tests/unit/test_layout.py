"""Which layout a window of a given size and text size gets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.ui.layout import Layout, layout_for


@pytest.mark.parametrize(
    ("size", "scale", "wanted"),
    [
        ((1280, 800), 1.0, Layout(wide=True, short=False, large=False)),
        ((1024, 640), 1.0, Layout(wide=False, short=True, large=False)),
        ((1280, 720), 1.0, Layout(wide=True, short=True, large=False)),
        ((1280, 800), 1.5, Layout(wide=False, short=True, large=False)),
        ((1920, 1080), 1.0, Layout(wide=True, short=False, large=True)),
        ((1180, 760), 1.0, Layout(wide=True, short=False, large=False)),
        ((1179, 759), 1.0, Layout(wide=False, short=True, large=False)),
        ((1600, 1000), 1.25, Layout(wide=True, short=False, large=False)),
    ],
)
def test_the_sizes_of_the_look(size: tuple[int, int], scale: float, wanted: Layout) -> None:
    assert layout_for(*size, scale) == wanted


@given(st.floats(1024, 4000), st.floats(640, 2500), st.floats(1.0, 1.5), st.floats(1.0, 1.5))
def test_larger_text_never_finds_more_room(
    width: float, height: float, one: float, other: float
) -> None:
    small, large = sorted((one, other))
    roomy, tight = layout_for(width, height, small), layout_for(width, height, large)
    assert roomy.wide >= tight.wide and roomy.large >= tight.large
    assert roomy.short <= tight.short
    assert roomy.wide or not roomy.large
