"""One row of the check: what was found, what to do about it, and how it stands."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from interview_desktop.domain.preflight import Check, CheckKind, CheckState, running
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.roles import GROUP
from interview_desktop.ui.theme import line, px, theme
from interview_desktop.ui.view_models.preflight import AGAIN, NAMES, STATE_WORDS
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.device_menu import DeviceMenu
from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.text import Text

ICONS: dict[CheckKind, str] = {
    "microphone": "mic",
    "loudspeaker": "speaker",
    "echo": "headphones",
    "network": "network",
    "interviewer": "sessions",
    "disk": "disk",
}
# state -> (icon, colour); what runs has a drawing of its own.
_SIGNS: dict[CheckState, tuple[str, str]] = {
    "ok": ("check-circle", "ok"),
    "advice": ("warning", "warn"),
    "problem": ("error-circle", "bad"),
}
GAP = 14
# Words narrower than this, in px at text size 100 %, would stand in a pillar.
LEAST_WORDS = 170
_TOP = Qt.AlignmentFlag.AlignTop
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class CheckRow(QWidget):
    """A row of the check.

    Args:
        kind: what is checked.
        rule: a hairline below.

    Signals:
        again: it is to be checked again.
        test_sound: the loudspeaker's sound is wanted.
        device: id of another device, or None for the system's.
    """

    again = Signal()
    test_sound = Signal()
    device = Signal(object)
    accessible_role = GROUP

    def __init__(self, kind: CheckKind, *, rule: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rule = rule
        self.kind: CheckKind = kind
        self.setAccessibleName(NAMES[kind])
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._row = QHBoxLayout(self)
        self._row.addWidget(_Icon(ICONS[kind]), 0, _TOP)
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.addWidget(Text(NAMES[kind], "strong", lines=1))
        self._sentence = Text("", "small", "ink2", wrap=True)
        self._advice = Text("", "label", "warn", wrap=True)
        self._advice.hide()
        self._words.addWidget(self._sentence)
        self._words.addWidget(self._advice)
        self._row.addLayout(self._words, 1)
        # What can be done stands at the right, or in narrow windows below the words.
        self._below = False
        self._padding = 14
        self._compact = False
        self._actions = QHBoxLayout()
        self.meter = LevelMeter() if kind == "microphone" else None
        if self.meter is not None:
            self._actions.addWidget(self.meter, 0, _MIDDLE)
        self.change = (
            DeviceMenu(kind) if kind == "microphone" or kind == "loudspeaker" else None  # noqa: PLR1714
        )
        if self.change is not None:
            self.change.chosen.connect(self.device)
            self._actions.addWidget(self.change)
        self.play = Button("Play test sound", "quiet", 32) if kind == "loudspeaker" else None
        if self.play is not None:
            self.play.clicked.connect(self.test_sound)
            self._actions.addWidget(self.play)
        self.repeat = Button(AGAIN[kind], "quiet", 32)
        self.repeat.setAccessibleName(f"{AGAIN[kind]}, {NAMES[kind].lower()}")
        self.repeat.clicked.connect(self.again)
        self.repeat.hide()
        self._actions.addWidget(self.repeat)
        self._row.addLayout(self._actions)
        self._sign = StateSign(NAMES[kind])
        self._row.addWidget(self._sign, 0, _MIDDLE)
        self._check: Check | None = None
        self.show_check(running(kind))
        self._follow()
        theme.changed.connect(self._follow)

    def show_check(self, check: Check) -> None:
        """Say what was found. What could be pressed stays while it is being asked again."""
        if check == self._check:
            return
        self._check = check
        self._sentence.setText(check.sentence)
        self._sentence.set_color("ink3" if check.state == "running" else "ink2")
        self._advice.setText(check.advice)
        self._advice.set_color("bad" if check.state == "problem" else "warn")
        self._advice.setVisible(bool(check.advice))
        self._sign.show_state(check.state)
        if check.state == "running":
            return
        problem = check.state == "problem"
        self.repeat.set_kind("secondary" if problem else "quiet")
        self.repeat.setVisible(check.state != "ok" or self.kind == "echo")
        if self.play is not None:
            self.play.setVisible(not problem)
        self._follow()

    def set_room(self, *, compact: bool, short: bool) -> None:
        """Fit the window: a shorter meter, less space above and below."""
        self._compact = compact
        self._padding = 12 if short else 14
        self._follow()

    def check(self) -> Check:
        """What it shows."""
        assert self._check is not None
        return self._check

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What can be done stands where there is room for it."""
        super().resizeEvent(event)
        self._place()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The hairline."""
        if self._rule:
            QPainter(self).fillRect(0, self.height() - 1, self.width(), 1, theme.color("line"))

    def _place(self) -> None:
        """At the right, or below the words where those would get too little room."""
        tools = self._actions.sizeHint().width()
        spare = self.width() - px(24 + 20 + 3 * GAP) - tools
        below = tools > 0 and spare < px(LEAST_WORDS)
        if below == self._below:
            return
        self._below = below
        source, target = (self._row, self._words) if below else (self._words, self._row)
        source.removeItem(self._actions)
        self._actions.setParent(None)
        if below:
            self._actions.addStretch(1)
            target.addLayout(self._actions)
        else:
            self._actions.takeAt(self._actions.count() - 1)
            target.insertLayout(2, self._actions)
        self._follow()

    def _follow(self) -> None:
        self._row.setContentsMargins(0, px(self._padding), 0, px(self._padding))
        self._row.setSpacing(px(GAP))
        self._actions.setSpacing(px(4))
        self._actions.setContentsMargins(0, px(4 if self._below else 0), 0, 0)
        self._words.setSpacing(px(1))
        if self.meter is not None:
            # Beside what is to be done about it the meter gives way.
            self.meter.set_compact(self._compact or self.check().state == "problem")
        self._place()


class StateSign(QLabel):
    """How a row stands: an icon, and its word for who cannot see it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._state: CheckState = "running"
        self.show_state("running")
        self._follow()
        theme.changed.connect(self._follow)

    def show_state(self, state: CheckState) -> None:
        """Show another state."""
        self._state = state
        word = STATE_WORDS[state]
        self.setAccessibleName(f"{self._name}, {word}")
        self.setToolTip(word.capitalize())
        self.update()

    def state(self) -> CheckState:
        """What it shows."""
        return self._state

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon; while it runs a thin circle with dots."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._state in _SIGNS:
            draw_icon(painter, _SIGNS[self._state][0], box, _SIGNS[self._state][1])
            return
        middle, unit = box.center(), box.width() / 20
        painter.setPen(QPen(theme.color("line2"), 1.5 * unit))
        painter.drawEllipse(middle, 7 * unit, 7 * unit)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("ink3"))
        for x in (-3, 0, 3):
            dot = QRectF(0, 0, 1.8 * unit, 1.8 * unit)
            dot.moveCenter(middle)
            painter.drawEllipse(dot.translated(x * unit, 0))

    def _follow(self) -> None:
        self.setFixedSize(px(20), px(20))
        self.update()


class _Icon(QWidget):
    """What the row is about; it only decorates."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self._follow()
        theme.changed.connect(self._follow)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The icon, in the middle of the first line."""
        box = QRectF(0, 0, px(20), self.height())
        draw_icon(QPainter(self), self._name, box, "ink2")

    def _follow(self) -> None:
        # As high as the name beside it, and so far from it as the look has it.
        self.setFixedSize(px(24), line("strong"))
        self.update()
