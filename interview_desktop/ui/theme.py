"""Colours, type and palette: the tokens of the look, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QApplication

FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"


@dataclass(frozen=True, slots=True)
class Tokens:
    """One scheme's colours."""

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
    bad_soft: str
    data: str
    they: str


LIGHT = Tokens(
    canvas="#FAF9F6", surface="#FFFFFF", sunken="#F2F0EB", hover="#ECE9E3", press="#E2DED6",
    line="#E7E4DD", line2="#D5D1C8", control="#928D83", ink="#1B1A18", ink2="#55524B",
    ink3="#6F6B63", disabled="#A8A399", accent="#2C52B2", accent_hover="#234497",
    accent_pressed="#1B377D", on_accent="#FFFFFF", accent_soft="#E9EEF9", accent_line="#B8C6EA",
    ok="#27724A", ok_soft="#E7F2EA", warn="#855800", warn_soft="#F9F0DC", bad="#AB3428",
    bad_soft="#FAEAE7", data="#4B4842", they="#6B675F",
)  # fmt: skip
DARK = Tokens(
    canvas="#181715", surface="#21201D", sunken="#121110", hover="#2B2926", press="#373430",
    line="#2F2D2A", line2="#413E39", control="#7D786F", ink="#ECE9E3", ink2="#B7B2A9",
    ink3="#979289", disabled="#5F5B55", accent="#A5BAF7", accent_hover="#BBCBFA",
    accent_pressed="#8FA8EE", on_accent="#10182F", accent_soft="#222A3F", accent_line="#43527F",
    ok="#80C99D", ok_soft="#1A2A20", warn="#E3B362", warn_soft="#2D2616", bad="#F1978D",
    bad_soft="#351F1C", data="#C9C4BA", they="#A39E95",
)  # fmt: skip

# style -> (family, px, weight, letter spacing in px)
_STYLES: dict[str, tuple[str, int, int, float]] = {
    "display": ("Inter Display", 32, 600, -0.5),
    "title": ("Inter Display", 24, 600, -0.25),
    "heading": ("Inter Display", 18, 600, -0.05),
    "timer": ("Inter Display", 20, 500, -0.1),
    "subhead": ("Inter", 15, 600, -0.1),
    "read": ("Inter", 16, 400, -0.15),
    "body": ("Inter", 14, 400, -0.06),
    "strong": ("Inter", 14, 600, -0.06),
    "label": ("Inter", 13, 500, -0.03),
    "small": ("Inter", 13, 400, -0.03),
    "caption": ("Inter", 12, 400, 0.0),
}


class Theme(QObject):
    """The scheme in force.

    Signals:
        changed: the scheme is another one; every widget repaints.

    Thread: the window's thread.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        # Text size, 1.0 to 1.5; every length that belongs to text grows with it.
        self.scale = 1.0

    def apply(self, dark: bool) -> None:
        """Switch to the dark or the light palette."""
        self.tokens = DARK if dark else LIGHT
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(_palette(self.tokens))
            for window in application.topLevelWidgets():
                window.update()
        self.changed.emit()

    def color(self, name: str) -> QColor:
        """The colour of a token."""
        return QColor(getattr(self.tokens, name))


theme = Theme()


def px(length: float) -> int:
    """A length of the look at the text size in force, in whole logical pixels."""
    return round(length * theme.scale)


def font(style: str) -> QFont:
    """The font of a text style."""
    family, pixels, weight, tracking = _STYLES[style]
    made = QFont(family)
    made.setPixelSize(round(pixels * theme.scale))
    made.setWeight(QFont.Weight(weight))
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, tracking)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    return made


def install(application: QApplication) -> None:
    """Load the fonts and follow the system's scheme; before the first widget."""
    for path in sorted(FONTS.glob("*.otf")):
        QFontDatabase.addApplicationFont(str(path))
    application.setStyle("Fusion")
    application.setFont(font("body"))
    hints = application.styleHints()
    theme.apply(hints.colorScheme() is Qt.ColorScheme.Dark)
    hints.colorSchemeChanged.connect(lambda scheme: theme.apply(scheme is Qt.ColorScheme.Dark))


def _palette(tokens: Tokens) -> QPalette:
    role = QPalette.ColorRole
    pairs = {
        role.Window: tokens.canvas,
        role.WindowText: tokens.ink,
        role.Base: tokens.surface,
        role.AlternateBase: tokens.sunken,
        role.Text: tokens.ink,
        role.PlaceholderText: tokens.ink3,
        role.Button: tokens.surface,
        role.ButtonText: tokens.ink,
        role.Highlight: tokens.accent,
        role.HighlightedText: tokens.on_accent,
        role.ToolTipBase: tokens.surface,
        role.ToolTipText: tokens.ink,
        role.Accent: tokens.accent,
        role.Mid: tokens.line2,
        role.Link: tokens.accent,
    }
    palette = QPalette()
    for name, value in pairs.items():
        palette.setColor(name, QColor(value))
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    return palette
