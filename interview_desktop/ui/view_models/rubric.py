"""The six dimensions of a score, with what 1, 3 and 5 mean. Qt-free."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dimension:
    """One line of the self-score; the anchors say what a 1, a 3 and a 5 is."""

    id: str
    name: str
    one: str
    three: str
    five: str

    @property
    def anchors(self) -> str:
        """All three, for a tooltip and for those who cannot see the circles."""
        return f"1: {self.one} 3: {self.three} 5: {self.five}"


RUBRIC = (
    Dimension(
        "structuring",
        "Structuring",
        "No order that one could follow, or an answer to another question.",
        "The right question, and parts that cover it without overlapping.",
        "An order made for this case that says where to begin and why.",
    ),
    Dimension(
        "numeracy",
        "Numeracy",
        "Wrong results, or right ones only with help.",
        "Set up and worked out correctly, with what the result means.",
        "The shortest way, quickly, checked, and with what follows from it.",
    ),
    Dimension(
        "judgement",
        "Judgement",
        "The main point of the facts is missed.",
        "Findings are joined, and the guesses made from them are sensible.",
        "Sees what follows far beyond the exhibit, and what would change it.",
    ),
    Dimension(
        "creativity",
        "Creativity",
        "Few ideas, or only the obvious ones.",
        "Many ideas of different kinds.",
        "Ideas that surprise and fit, sorted so that one can choose.",
    ),
    Dimension(
        "synthesis",
        "Synthesis",
        "No clear recommendation, or one without reasons.",
        "A clear answer, its main reasons, and the next steps.",
        "An answer that convinces, with its risks and what to do about them.",
    ),
    Dimension(
        "communication",
        "Communication",
        "Hard to follow, or past what was asked.",
        "Short, clear, and listening to what is said.",
        "The answer first, then the reasons, as one would tell a client.",
    ),
)


def to_go(scores: Mapping[str, int]) -> str:
    """Why the scores cannot be saved yet: "3 to go"; empty when all are there."""
    missing = sum(1 for dimension in RUBRIC if dimension.id not in scores)
    return f"{missing} to go" if missing else ""
