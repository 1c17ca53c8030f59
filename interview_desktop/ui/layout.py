"""Which of the layouts a window of a given size gets; see the look's §5."""

from __future__ import annotations

from dataclasses import dataclass

WIDE_FROM = 1180
SHORT_BELOW = 760
LARGE_FROM = 1600
CONTENT_MAX = 1120
# A hovered row reaches so far beyond the edge that titles, rows and fields share.
BLEED = 12


@dataclass(frozen=True, slots=True)
class Layout:
    """What a window has room for; lengths are those of text size 100 %, for `theme.px`."""

    wide: bool
    short: bool
    large: bool

    @property
    def margin(self) -> int:
        """The margin at a page's left and right."""
        return 48 if self.wide else 32

    @property
    def page_top(self) -> int:
        """The space above a page's title."""
        return 22 if self.short else 36

    @property
    def section_gap(self) -> int:
        """The space between two sections of a page."""
        return 20 if self.short else 32


def layout_for(width: float, height: float, scale: float = 1.0) -> Layout:
    """The layout of a window.

    Args:
        width: of the window, in logical pixels.
        height: of the window, in logical pixels.
        scale: the text size, 1.0 for 100 %; larger text leaves less room.
    """
    across, down = width / scale, height / scale
    return Layout(across >= WIDE_FROM, down < SHORT_BELOW, across >= LARGE_FROM)
