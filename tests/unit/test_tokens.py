"""The colours of the look reach the contrast that they are said to reach."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import fields

import pytest

from interview_desktop.ui.tokens import (
    AA_CONTROL,
    AA_TEXT,
    CONTROL_PAIRS,
    DARK,
    LIGHT,
    TEXT_PAIRS,
    Tokens,
    contrast,
    high_contrast,
)

SCHEMES = {"light": LIGHT, "dark": DARK}
# The look's table: (mark, ground) -> (light, dark); rounded to two places, then to one.
TABLE = {
    ("ink", "canvas"): (16.5, 14.8),
    ("ink2", "canvas"): (7.4, 8.5),
    ("ink2", "hover"): (6.4, 6.9),
    ("ink3", "canvas"): (5.0, 5.8),
    ("ink3", "surface"): (5.3, 5.3),
    ("ink3", "sunken"): (4.7, 6.1),
    ("ink3", "hover"): (4.4, 4.7),
    ("accent", "canvas"): (6.8, 9.4),
    ("accent", "accent_soft"): (6.1, 7.5),
    ("on_accent", "accent"): (7.1, 9.2),
    ("on_accent", "accent_pressed"): (11.1, 7.5),
    ("ok", "ok_soft"): (5.1, 7.7),
    ("warn", "warn_soft"): (5.5, 7.8),
    ("bad", "bad_soft"): (5.5, 7.0),
    ("on_bad", "bad"): (6.5, 8.2),
    ("control", "surface"): (3.3, 3.7),
    ("data", "canvas"): (8.7, 10.3),
    ("they", "canvas"): (5.4, 6.7),
}


def ratio(tokens: Tokens, pair: tuple[str, str]) -> float:
    return contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1]))


@pytest.mark.parametrize("pair", TABLE, ids="-on-".join)
def test_the_table_of_the_look_holds(pair: tuple[str, str]) -> None:
    for tokens, stated in zip((LIGHT, DARK), TABLE[pair], strict=True):
        assert ratio(tokens, pair) == pytest.approx(stated, abs=0.055)


@pytest.mark.parametrize("raised", [False, True], ids=["plain", "high-contrast"])
@pytest.mark.parametrize("name", SCHEMES)
def test_what_is_written_and_used_can_be_seen(name: str, raised: bool) -> None:
    tokens = high_contrast(SCHEMES[name]) if raised else SCHEMES[name]
    for pairs, least in ((TEXT_PAIRS, AA_TEXT), (CONTROL_PAIRS, AA_CONTROL)):
        weak = {
            pair: round(ratio(tokens, pair), 2) for pair in pairs if ratio(tokens, pair) < least
        }
        assert not weak


def test_black_on_white_is_the_largest_contrast_and_a_colour_on_itself_the_smallest() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#2C52B2", "#2C52B2") == 1
    assert contrast("#FFFFFF", "#1B1A18") == contrast("#1B1A18", "#FFFFFF")


@pytest.mark.parametrize("name", SCHEMES)
def test_with_high_contrast_every_line_can_be_seen(name: str) -> None:
    raised = high_contrast(SCHEMES[name])
    for line in ("line", "line2"):
        assert ratio(raised, (line, "canvas")) >= AA_CONTROL
    assert ratio(raised, ("ink3", "hover")) >= AA_TEXT


def test_every_token_is_a_colour() -> None:
    for tokens in SCHEMES.values():
        for field in fields(tokens):
            value = getattr(tokens, field.name)
            assert len(value) == 7 and value[0] == "#" and int(value[1:], 16) >= 0


def test_the_tokens_need_no_qt() -> None:
    code = "import sys, interview_desktop.ui.tokens; sys.exit('PySide6' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
