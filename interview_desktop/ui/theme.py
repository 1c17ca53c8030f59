"""The theme in force: colours, fonts, text size; they follow the system and the settings live."""

from __future__ import annotations

import logging
from functools import cache
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from interview_desktop.ui.tokens import DARK, LIGHT, Tokens, high_contrast

__all__ = ["DARK", "LIGHT", "Choice", "Theme", "Tokens", "font", "install", "line", "px", "theme"]

logger = logging.getLogger(__name__)
FONTS = Path(__file__).resolve().parents[2] / "assets" / "fonts"
Choice = Literal["system", "light", "dark"]
SMALLEST, LARGEST = 1.0, 1.5

# style -> (family, px, line in px, weight, letter spacing in px, tabular figures)
_STYLES: dict[str, tuple[str, int, int, int, float, bool]] = {
    "display": ("Inter Display", 32, 40, 600, -0.5, False),
    "title": ("Inter Display", 24, 32, 600, -0.25, False),
    "heading": ("Inter Display", 18, 26, 600, -0.05, False),
    # Inter Display's tabular figures differ in width: a clock in it would jump at every 1.
    "timer": ("Inter", 20, 26, 500, -0.7, True),
    "numeral": ("Inter", 28, 34, 500, -0.9, True),
    "subhead": ("Inter", 15, 22, 600, -0.1, False),
    "read": ("Inter", 16, 26, 400, -0.15, False),
    "body": ("Inter", 14, 22, 400, -0.06, False),
    "strong": ("Inter", 14, 22, 600, -0.06, False),
    "label": ("Inter", 13, 20, 500, -0.03, False),
    "small": ("Inter", 13, 20, 400, -0.03, False),
    "tab": ("Inter", 13, 20, 500, 0.0, True),
    "caption": ("Inter", 12, 16, 400, 0.0, False),
    "caption_strong": ("Inter", 12, 16, 500, 0.0, False),
}
_FILES = {
    ("Inter", 400): "Inter-Regular.otf",
    ("Inter", 500): "Inter-Medium.otf",
    ("Inter", 600): "Inter-SemiBold.otf",
    ("Inter Display", 600): "InterDisplay-SemiBold.otf",
}


class Theme(QObject):
    """The scheme and the text size in force.

    Signals:
        changed: colours or text size are others; every widget lays out and paints again.

    Thread: the window's thread.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tokens = LIGHT
        # Text size, 1.0 to 1.5; every length that belongs to text grows with it.
        self.scale = 1.0
        self.choice: Choice = "system"
        self.dark = False
        self.contrast = False

    def choose(self, choice: Choice) -> None:
        """Follow the system, or stay light or dark."""
        self.choice = choice
        self.follow_system()

    def follow_system(self) -> None:
        """Read again what the system asks for."""
        # Imported here: the Qt namespace takes 17 ms, and the first picture does without it.
        from PySide6.QtCore import Qt  # noqa: PLC0415

        hints = QGuiApplication.styleHints()
        wanted = Qt.ContrastPreference.HighContrast
        self.contrast = hints.accessibility().contrastPreference() == wanted
        system_dark = hints.colorScheme() is Qt.ColorScheme.Dark
        self.apply(system_dark if self.choice == "system" else self.choice == "dark")

    def apply(self, dark: bool) -> None:
        """Switch to the dark or the light palette."""
        self.dark = dark
        plain = DARK if dark else LIGHT
        self.tokens = high_contrast(plain) if self.contrast else plain
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setPalette(_palette(self.tokens))
        self._tell()

    def set_scale(self, scale: float) -> None:
        """Change the text size; 1.0 to 1.5, what lies outside is brought inside."""
        scale = min(max(scale, SMALLEST), LARGEST)
        if scale == self.scale:
            return
        self.scale = scale
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.setFont(font("body"))
        self._tell()

    def color(self, name: str) -> QColor:
        """The colour of a token."""
        return QColor(getattr(self.tokens, name))

    def _tell(self) -> None:
        self.changed.emit()
        application = QApplication.instance()
        if isinstance(application, QApplication):
            for window in application.topLevelWidgets():
                window.update()


theme = Theme()


def px(length: float) -> int:
    """A length of the look at the text size in force, in whole logical pixels."""
    return round(length * theme.scale)


def font(style: str) -> QFont:
    """The font of a text style; a copy, which the caller may change."""
    return QFont(_made(style, theme.scale))


@cache
def _made(style: str, scale: float) -> QFont:
    family, pixels, _line, weight, tracking, tabular = _STYLES[style]
    _load(family, weight)
    made = QFont(family)
    made.setPixelSize(round(pixels * scale))
    made.setWeight(QFont.Weight(weight))
    made.setLetterSpacing(QFont.SpacingType.AbsoluteSpacing, tracking * scale)
    made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def line(style: str) -> int:
    """The height of one line of a text style, in whole logical pixels."""
    return px(_STYLES[style][2])


def install(application: QApplication) -> None:
    """Follow the system's scheme and set style, font and palette; before the first widget."""
    # Imported here: the style needs this module.
    from interview_desktop.ui.roles import install_roles  # noqa: PLC0415
    from interview_desktop.ui.style import Style  # noqa: PLC0415

    install_roles()
    application.setStyle(Style())
    application.setFont(font("body"))
    hints = application.styleHints()
    theme.follow_system()
    hints.colorSchemeChanged.connect(theme.follow_system)
    hints.accessibility().contrastPreferenceChanged.connect(theme.follow_system)


_loaded: set[str] = set()


def _load(family: str, weight: int) -> None:
    """Give Qt the file of one cut, when the first text needs it."""
    name = _FILES[family, weight]
    if name not in _loaded:
        _loaded.add(name)
        if QFontDatabase.addApplicationFont(str(FONTS / name)) < 0:
            logger.warning("the font %s could not be read: the system's stands in", name)


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
    for name in (role.WindowText, role.Text, role.ButtonText, role.PlaceholderText):
        palette.setColor(QPalette.ColorGroup.Disabled, name, QColor(tokens.disabled))
    return palette
