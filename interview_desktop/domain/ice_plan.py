"""Which way to try next: the ladder of ICE configurations, from direct to most hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from interview_desktop.domain.interview import TurnCredentials


@dataclass(frozen=True, slots=True)
class Rung:
    """One attempt: at most one TURN URL, since the stack uses only the first."""

    turn_url: str | None
    relay_only: bool


def ladder(turn: TurnCredentials | None) -> tuple[Rung, ...]:
    """Direct with TURN over UDP, then relay only over TCP, then relay only over TLS."""
    urls = turn.urls if turn else ()
    udp = _first(urls, lambda url: url.startswith("turn:") and "transport=tcp" not in url)
    tcp = _first(urls, lambda url: url.startswith("turn:") and "transport=tcp" in url)
    tls = _first(urls, lambda url: url.startswith("turns:"))
    rungs = [Rung(udp, relay_only=False)]
    rungs += [Rung(url, relay_only=True) for url in (tcp, tls) if url]
    return tuple(rungs)


def _first(urls: tuple[str, ...], fits: Callable[[str], bool]) -> str | None:
    return next((url for url in urls if fits(url)), None)
