"""The colours of the look, light and dark, and the contrast between them; no Qt here."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours, as #RRGGBB."""

    canvas: str
    surface: str
    sunken: str
    hover: str
    press: str
    line: str
    line2: str
    control: str
    ink: str
    ink2: str
    ink3: str
    disabled: str
    accent: str
    accent_hover: str
    accent_pressed: str
    on_accent: str
    accent_soft: str
    accent_line: str
    ok: str
    ok_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_hover: str
    bad_pressed: str
    on_bad: str
    bad_soft: str
    data: str
    they: str
    # A toast turns the page's colours round, in the dark only its ground.
    toast: str
    on_toast: str
    toast_action: str
    # The grounds that differ by scheme: a segmented track, its chosen segment, a hovered row,
    # a control that cannot be used.
    track: str
    chosen: str
    row_hover: str
    flat: str


LIGHT = Tokens(
    canvas="#FAF9F6", surface="#FFFFFF", sunken="#F2F0EB", hover="#ECE9E3", press="#E2DED6",
    line="#E7E4DD", line2="#D5D1C8", control="#928D83", ink="#1B1A18", ink2="#55524B",
    ink3="#6F6B63", disabled="#A8A399", accent="#2C52B2", accent_hover="#234497",
    accent_pressed="#1B377D", on_accent="#FFFFFF", accent_soft="#E9EEF9", accent_line="#B8C6EA",
    ok="#27724A", ok_soft="#E7F2EA", warn="#855800", warn_soft="#F9F0DC", bad="#AB3428",
    bad_hover="#93291F", bad_pressed="#76201A", on_bad="#FFFFFF", bad_soft="#FAEAE7",
    data="#4B4842", they="#6B675F", toast="#1B1A18", on_toast="#FAF9F6", toast_action="#A5BAF7",
    track="#ECE9E3", chosen="#FFFFFF", row_hover="#F2F0EB", flat="#F2F0EB",
)  # fmt: skip
DARK = Tokens(
    canvas="#181715", surface="#21201D", sunken="#121110", hover="#2B2926", press="#373430",
    line="#2F2D2A", line2="#413E39", control="#7D786F", ink="#ECE9E3", ink2="#B7B2A9",
    ink3="#979289", disabled="#5F5B55", accent="#A5BAF7", accent_hover="#BBCBFA",
    accent_pressed="#8FA8EE", on_accent="#10182F", accent_soft="#222A3F", accent_line="#43527F",
    ok="#80C99D", ok_soft="#1A2A20", warn="#E3B362", warn_soft="#2D2616", bad="#F1978D",
    bad_hover="#F6ADA5", bad_pressed="#E4857A", on_bad="#2A0F0B", bad_soft="#351F1C",
    data="#C9C4BA", they="#A39E95", toast="#373430", on_toast="#ECE9E3", toast_action="#A5BAF7",
    track="#21201D", chosen="#373430", row_hover="#21201D", flat="#2B2926",
)  # fmt: skip

# Every (text, ground) that the kit writes: 4.5 at least.
TEXT_PAIRS: tuple[tuple[str, str], ...] = (
    *(("ink", g) for g in ("canvas", "surface", "sunken", "hover", "press", "track", "chosen")),
    *(("ink", g) for g in ("accent_soft", "ok_soft", "warn_soft", "bad_soft", "row_hover")),
    *(("ink2", g) for g in ("canvas", "surface", "sunken", "hover", "press", "track", "chosen")),
    *(("ink2", g) for g in ("accent_soft", "ok_soft", "warn_soft", "bad_soft", "row_hover")),
    # ink3 never stands on `hover`.
    *(("ink3", g) for g in ("canvas", "surface", "sunken")),
    *(("accent", g) for g in ("canvas", "surface", "sunken", "accent_soft")),
    ("accent_hover", "canvas"), ("accent_pressed", "canvas"),
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_accent", "accent_pressed"),
    ("ok", "canvas"), ("ok", "surface"), ("ok", "ok_soft"),
    ("warn", "canvas"), ("warn", "surface"), ("warn", "warn_soft"),
    ("bad", "canvas"), ("bad", "surface"), ("bad", "bad_soft"), ("bad", "sunken"),
    ("on_bad", "bad"), ("on_bad", "bad_hover"), ("on_bad", "bad_pressed"),
    ("canvas", "ink"), ("they", "canvas"),
    ("on_toast", "toast"), ("toast_action", "toast"),
)  # fmt: skip
# Every (mark, ground) that must be seen to use a control: 3.0 at least.
CONTROL_PAIRS: tuple[tuple[str, str], ...] = (
    ("control", "canvas"), ("control", "surface"),
    ("accent", "canvas"), ("accent", "surface"), ("accent", "sunken"), ("accent", "hover"),
    ("bad", "canvas"), ("bad", "surface"),
    ("data", "canvas"), ("they", "canvas"), ("accent", "warn_soft"), ("accent", "bad_soft"),
)  # fmt: skip
AA_TEXT = 4.5
AA_CONTROL = 3.0


def high_contrast(tokens: Tokens) -> Tokens:
    """The scheme for a system that asks for contrast: no faint line, no faint text."""
    return replace(tokens, line=tokens.control, line2=tokens.control, ink3=tokens.ink2)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21.

    Source: WCAG 2.2, definitions of contrast ratio and relative luminance.
    """
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
