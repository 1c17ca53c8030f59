"""The case library as its cards show it. Qt-free."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from interview_desktop.domain.interview import CaseCard, Interview

LEVELS = ("easy", "medium", "hard")


@dataclass(frozen=True, slots=True)
class CaseItem:
    """A card. `level` is 1 to 3; `label` is the one thing that is special about it, or empty."""

    id: str
    title: str
    summary: str
    case_type: str
    kind: str
    industry: str
    difficulty: str
    level: int
    level_word: str
    style: str
    minutes: int
    practised: int
    label: str = ""

    @property
    def practised_word(self) -> str:
        """How often it was taken."""
        return f"Practised {self.practised}×" if self.practised else "New to you"

    @property
    def about(self) -> str:
        """Type and level in one line: "Market entry, medium"."""
        return f"{self.kind}, {self.level_word.lower()}"

    @property
    def spoken(self) -> str:
        """The whole card for a screen reader."""
        parts = [
            self.title, f"{self.kind}, {self.industry}", self.level_word, f"{self.minutes} minutes",
            self.practised_word, self.label, self.summary,
        ]  # fmt: skip
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


@dataclass(frozen=True, slots=True)
class Wish:
    """What the person looks for; empty fields mean any."""

    text: str = ""
    case_type: str = ""
    difficulty: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class TypeCount:
    """A filter chip; the one with an empty `case_type` stands for all."""

    case_type: str
    word: str
    count: int


def in_words(slug: str) -> str:
    """`market-entry` → "Market entry"."""
    return slug.replace("-", " ").capitalize()


def style_word(style: str) -> str:
    """`interviewer-led` → "Interviewer-led"."""
    return style[:1].upper() + style[1:]


def case_items(cards: Iterable[CaseCard], interviews: Sequence[Interview]) -> tuple[CaseItem, ...]:
    """The cards, with what the person has done with each."""
    practised = Counter(one.template_id for one in interviews if one.status == "completed")
    running = {one.template_id for one in interviews if one.status == "in-progress"}
    return tuple(
        CaseItem(
            card.id,
            card.title,
            card.summary,
            card.case_type,
            in_words(card.case_type),
            in_words(card.industry),
            card.difficulty,
            LEVELS.index(card.difficulty) + 1 if card.difficulty in LEVELS else 2,
            in_words(card.difficulty),
            card.format_style,
            card.minutes,
            practised[card.id],
            "In progress" if card.id in running else "",
        )
        for card in cards
    )


def matching(items: Iterable[CaseItem], wish: Wish) -> tuple[CaseItem, ...]:
    """The cases that fit: every word of the search somewhere on the card."""
    words = wish.text.casefold().split()

    def fits(item: CaseItem) -> bool:
        if wish.case_type not in ("", item.case_type) or wish.style not in ("", item.style):
            return False
        if wish.difficulty not in ("", item.difficulty):
            return False
        text = f"{item.title} {item.summary} {item.kind} {item.industry}".casefold()
        return all(word in text for word in words)

    return tuple(item for item in items if fits(item))


def type_counts(items: Sequence[CaseItem]) -> tuple[TypeCount, ...]:
    """All first, then each type with its number of cases, the most frequent first."""
    counts = Counter(item.case_type for item in items)
    return (
        TypeCount("", "All", len(items)),
        *(TypeCount(name, in_words(name), count) for name, count in counts.most_common()),
    )


def to_begin_with(items: Sequence[CaseItem], count: int = 3) -> tuple[CaseItem, ...]:
    """The easiest and shortest cases, of different types as far as there are any."""
    ordered = sorted(items, key=lambda item: (item.level, item.minutes, item.title))
    chosen: list[CaseItem] = []
    for item in ordered:
        if item.case_type not in {one.case_type for one in chosen}:
            chosen.append(item)
    rest = [item for item in ordered if item not in chosen]
    return tuple([*chosen, *rest][:count])
