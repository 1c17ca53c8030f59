"""The room's signs under their former address, until the room's view takes them from their own."""

from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.presence import PRESENCE_WORDS, PresenceDisc
from interview_desktop.ui.widgets.ring import Ring
from interview_desktop.ui.widgets.steps import Steps

__all__ = ["PRESENCE_WORDS", "LevelMeter", "PresenceDisc", "Ring", "Steps"]
