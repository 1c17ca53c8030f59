"""Wrapping of many short texts at one width, cheaply: each word is measured once."""

from __future__ import annotations

import unicodedata

from PySide6.QtGui import QFont, QFontMetricsF


class Wrapper:
    """Greedy wrapping with the widths of words kept.

    A transcript of an hour has some thirty thousand words but only a few thousand different
    ones; laying each line out by itself at every width would stop the window for a tenth of
    a second.

    Thread: the window's thread.
    """

    def __init__(self, face: QFont) -> None:
        self._metrics = QFontMetricsF(face)
        self._space = self._metrics.horizontalAdvance(" ")
        self._widths: dict[str, float] = {}

    def width(self, words: str) -> float:
        """How wide a piece of text is."""
        known = self._widths.get(words)
        if known is None:
            known = self._widths[words] = self._metrics.horizontalAdvance(words)
        return known

    def lines(self, text: str, width: float) -> list[str]:
        """The lines of `text` at a width; at least one; what is too long is cut into pieces."""
        made: list[str] = []
        line: list[str] = []
        used = 0.0
        known, space = self._widths, self._space
        for word in text.split():
            wide = known.get(word) or self.width(word)
            needed = used + space + wide if line else wide
            if needed <= width:
                line.append(word)
                used = needed
                continue
            if line:
                made.append(" ".join(line))
            *whole, last = self._pieces(word, width) if wide > width else [word]
            made.extend(whole)
            line, used = [last], self.width(last)
        if line or not made:
            made.append(" ".join(line))
        return made

    def _pieces(self, word: str, width: float) -> list[str]:
        pieces: list[str] = []
        piece = ""
        for letter in word:
            if piece and self._metrics.horizontalAdvance(piece + letter) > width:
                pieces.append(piece)
                piece = ""
            piece += letter
        return [*pieces, piece]


def runs_from_right(text: str) -> bool:
    """Whether the first letter with a direction runs from right to left."""
    for letter in text:
        direction = unicodedata.bidirectional(letter)
        if direction in ("L", "R", "AL"):
            return direction != "L"
    return False
