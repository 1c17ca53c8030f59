"""Cards: what somebody may know of a case before the interview."""

from __future__ import annotations

import hashlib
from functools import cache
from typing import Any

import msgspec

from server.cases import Case, clip_key, encoded, spoken_lines
from server.config import ASSETS


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept of a case beside its document: no facts, no answers, no hints.

    Args:
        digest: of the document, to tell two apart.
        clips: the names of the sounds that speak the case.
    """

    title: str
    case_type: str
    industry: str
    difficulty: str
    format_style: str
    minutes: int
    language: str
    summary: str
    digest: str = ""
    clips: tuple[str, ...] = ()


def card_of(case: Case) -> Card:
    """The card of a case that ships with the program."""
    return Card(
        title=case.title,
        case_type=case.case_type,
        industry=case.industry,
        difficulty=case.difficulty,
        format_style=case.format_style,
        minutes=case.minutes,
        language=case.language,
        summary=case.summary,
    )


def kept_card(case: Case) -> str:
    """The card of a case that is written on this server, as it is stored."""
    card = msgspec.structs.replace(
        card_of(case),
        digest=hashlib.sha256(encoded(case)).hexdigest()[:16],
        clips=tuple(clip_key(line) for line in spoken_lines(case)),
    )
    return msgspec.json.encode(card).decode()


def read_card(text: str) -> Card:
    """What `kept_card` stored."""
    return msgspec.json.decode(text, type=Card)


def has_clips(card: Card) -> bool:
    """Whether every line of a case written on this server can be spoken.

    Nothing renders what coaches write yet; a copy of a shipped case finds its clips. Blocks at the
    first call.
    """
    return _rendered().issuperset(card.clips)


@cache
def _rendered() -> frozenset[str]:
    # They come with the program: as they are at its start, so they stay.
    return frozenset(path.stem for path in (ASSETS / "speech").glob("*.opus"))


def shown_card(card: Card) -> dict[str, Any]:
    """The card's part of an answer."""
    return {
        "title": card.title,
        "case_type": card.case_type,
        "industry": card.industry,
        "difficulty": card.difficulty,
        "format_style": card.format_style,
        "minutes": card.minutes,
        "language": card.language,
        "summary": card.summary,
    }
