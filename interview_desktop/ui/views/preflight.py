"""The check before an interview: six rows that change as they are decided, and the way in."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHideEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QAbstractButton, QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.domain.devices import Device
from interview_desktop.domain.preflight import CHECK_KINDS, Check, CheckKind
from interview_desktop.ui.announce import announce
from interview_desktop.ui.icons import draw_icon
from interview_desktop.ui.layout import CONTENT_MAX, layout_for
from interview_desktop.ui.theme import px, theme
from interview_desktop.ui.view_models.preflight import (
    Checks,
    PreflightCase,
    checked_words,
    headline,
    is_running,
    news,
    to_fix,
    whole,
)
from interview_desktop.ui.views.preflight_row import CheckRow
from interview_desktop.ui.widgets.button import Button
from interview_desktop.ui.widgets.scroll import Pane
from interview_desktop.ui.widgets.text import Text
from interview_desktop.ui.widgets.top_bar import TopBar

CHECK_ONLY = (
    "Say a few words, and listen for a short sound: how much of it returns is measured. The "
    "network, the interviewer and the disk are looked at as well."
)
STAYS = "The recording stays on this laptop."
NOT_KEPT = "Nothing you say here is recorded."
MINUTE_MS = 60_000
# Below this many effective pixels the left column gives way.
NARROW_BELOW = 1000
# The smallest window at 150 %: the buttons of a row would not fit beside the full column.
NARROWEST = 700


class PreflightView(QWidget):
    """Before an interview, or by itself: see `show_case`.

    Signals:
        start: the interview is wanted, also where a row says that something is to be fixed.
        skip: the interview is wanted, and no check before the next one on these devices.
        back: leave; Done of a check that stands by itself says the same.
        again: kind of the row that is to be checked again.
        test_sound: the loudspeaker's sound is wanted.
        microphone, loudspeaker: id of another device, or None for the system's choice.

    Thread: the window's thread.
    """

    start = Signal()
    skip = Signal()
    back = Signal()
    again = Signal(str)
    test_sound = Signal()
    microphone = Signal(object)
    loudspeaker = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Preflight")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._case: PreflightCase | None = None
        self._checks: dict[CheckKind, Check] = {}
        self._bar = TopBar("Preflight")
        self._bar.back.connect(self.back)
        self._body = QHBoxLayout()
        self._body.setSpacing(0)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._bar)
        outer.addLayout(self._body, 1)
        self._left, self._right = Pane(), Pane()
        self._make_left()
        self._rows = {kind: self._make_row(kind) for kind in CHECK_KINDS}
        self._make_right()
        self._body.addWidget(self._left)
        self._body.addWidget(self._right, 1)
        self._since = QElapsedTimer()
        self._minute = QTimer(self)
        self._minute.setInterval(MINUTE_MS)
        self._minute.timeout.connect(self._tell_when)
        self.show_case(None)
        self._tell()
        theme.changed.connect(self._fit)

    # -- what is shown ---------------------------------------------------------------------------

    def show_case(self, case: PreflightCase | None) -> None:
        """The interview that follows; None is a check by itself, which ends with Done."""
        focused, self._case = self._focused(), case
        if case is None:
            self._kicker.setText("Check")
            self._title.setText("Microphone and loudspeaker")
            self._about.hide()
            self._words.setText(CHECK_ONLY)
            self._heading.setText("What is checked")
            self._go.setText("Done")
            self._go.set_icon(None)
            self._lock.tell(NOT_KEPT)
        else:
            self._kicker.setText("Next")
            self._title.setText(case.title)
            self._about.setText(case.lines)
            self._about.show()
            self._words.setText(case.what_happens)
            self._heading.setText("Before you start")
            self._go.setText(case.button)
            self._go.set_icon("play")
            self._lock.tell(STAYS)
        self._gaps[0].setVisible(case is not None)
        self._fit()
        self._tell()
        self._keep_focus(focused)

    def show_checks(self, checks: Checks) -> None:
        """Show the rows; what changed is read out once."""
        focused = self._focused()
        before, self._checks = self._checks, dict(checks)
        for kind, check in whole(checks).items():
            self._rows[kind].show_check(check)
        if is_running(before) and not is_running(checks):
            self._since.start()
        self._tell()
        self._keep_focus(focused)
        if (words := news(before, checks)) and self.isVisible():
            announce(self, words)

    def show_level(self, dbfs: float) -> None:
        """Move the microphone's meter, which alone is painted again; polled at 30 Hz."""
        meter = self._rows["microphone"].meter
        assert meter is not None
        meter.show_level(dbfs)

    def show_devices(
        self,
        microphones: Sequence[Device],
        loudspeakers: Sequence[Device],
        chosen_microphone: str | None,
        chosen_loudspeaker: str | None,
    ) -> None:
        """Offer these devices; None is the system's choice."""
        for kind, devices, chosen in (
            (CHECK_KINDS[0], microphones, chosen_microphone),
            (CHECK_KINDS[1], loudspeakers, chosen_loudspeaker),
        ):
            change = self._rows[kind].change
            assert change is not None
            change.show_devices(devices, chosen)

    def row(self, kind: CheckKind) -> CheckRow:
        """The row of a kind."""
        return self._rows[kind]

    # -- events ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses what has the focus, else it starts; Escape leads back."""
        if event.key() == Qt.Key.Key_Escape:
            self.back.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            button = focused if isinstance(focused, QAbstractButton) else self._go
            if not event.isAutoRepeat():
                button.click()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Margins and columns follow the window."""
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        """The keyboard begins at the one primary button."""
        super().showEvent(event)
        self._fit()
        self._minute.start()
        self._tell_when()
        self._focus_next()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The window gives the focus to its page; here it belongs to one thing."""
        super().focusInEvent(event)
        self._focus_next()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing to tell while nobody looks."""
        super().hideEvent(event)
        self._minute.stop()

    # -- parts -----------------------------------------------------------------------------------

    def _make_left(self) -> None:
        column = self._left.column
        column.setSpacing(0)
        self._kicker = Text("", "small", "ink2")
        self._title = Text("", "title", wrap=True)
        self._about = Text("", "body", "ink2", wrap=True)
        self._words = Text("", "body", "ink2", wrap=True)
        self._go = Button("", "primary", 44)
        self._go.clicked.connect(self._pressed)
        self._reason = Text("", "label", "bad", wrap=True)
        self._anyway = Button("Start anyway", "link", 28)
        self._anyway.clicked.connect(self.start)
        self._skip = Button("Skip the check on this device", "link", 28)
        self._skip.clicked.connect(self.skip)
        self._lock = _LockLine()
        self._gaps = [QWidget() for _ in range(4)]
        above_about, above_words, above_go, above_links = self._gaps
        for part in (
            self._kicker, self._title, above_about, self._about, above_words, self._words, above_go,
        ):  # fmt: skip
            column.addWidget(part)
        column.addWidget(self._go, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(above_links)
        column.addWidget(self._reason)
        column.addWidget(self._anyway, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._skip, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        self._gaps.append(QWidget())
        column.addWidget(self._gaps[-1])
        column.addWidget(self._lock)

    def _make_right(self) -> None:
        column = self._right.column
        column.setSpacing(0)
        self._head = QHBoxLayout()
        self._heading = Text("", "heading", lines=1)
        self._head.addWidget(self._heading, 1)
        self._when = Text("", "small", "ink3")
        self._head.addWidget(self._when)
        column.addLayout(self._head)
        for row in self._rows.values():
            column.addWidget(row)
        column.addStretch(1)

    def _make_row(self, kind: CheckKind) -> CheckRow:
        row = CheckRow(kind, rule=kind != CHECK_KINDS[-1])
        row.again.connect(lambda: self.again.emit(kind))
        row.test_sound.connect(self.test_sound)
        row.device.connect(self.microphone if kind == "microphone" else self.loudspeaker)
        return row

    def _pressed(self) -> None:
        if self._case is None:
            self.back.emit()
        else:
            self.start.emit()

    def _tell(self) -> None:
        """Everything that follows from the rows."""
        self._bar.set_title("Preflight", headline(self._checks))
        reason = to_fix(self._checks) if self._case is not None else ""
        self._reason.setText(reason)
        self._reason.setVisible(bool(reason))
        self._anyway.setVisible(bool(reason))
        self._skip.setVisible(not reason and self._case is not None)
        self._go.setEnabled(not reason)
        self._go.setAccessibleDescription(reason)
        self._tell_when()

    def _tell_when(self) -> None:
        seconds = self._since.elapsed() / 1000 if self._since.isValid() else 0.0
        self._when.setText(checked_words(self._checks, seconds))

    def _focused(self) -> QWidget | None:
        """Which of the parts has the window's focus."""
        focused = self.window().focusWidget()
        return focused if focused is not None and self.isAncestorOf(focused) else None

    def _keep_focus(self, before: QWidget | None) -> None:
        """When what had the focus cannot have it any more: on to the next thing to do."""
        if before is not None and not (before.isVisibleTo(self) and before.isEnabled()):
            self._focus_next()

    def _focus_next(self) -> None:
        # Never "Start anyway", where Qt would go by itself: nobody starts so by an Enter too many.
        target: QWidget = self._go
        if not self._go.isEnabled():
            rows = self._rows.values()
            target = next(row.repeat for row in rows if row.check().state == "problem")
            self._right.ensureWidgetVisible(target)
        target.setFocus()

    def _fit(self) -> None:
        window = self.window()
        layout = layout_for(window.width(), window.height(), theme.scale)
        effective = window.width() / theme.scale
        side, gap, top = (px(88), px(88), px(72)) if layout.wide else (px(40), px(40), px(36))
        if layout.short:
            top = px(36) if layout.wide else px(30)
        if layout.large:
            side = max(side, (self.width() - px(CONTENT_MAX)) // 2)
        words = px(320) if effective >= NARROW_BELOW else px(264)
        if effective < NARROWEST:
            words = px(234)
        # The panes meet in the gap, so that a focus ring at the edge of the words is not cut.
        room = px(16)
        self._left.setFixedWidth(side + words + room)
        bottom = px(54) if layout.wide and not layout.short else px(24)
        self._left.column.setContentsMargins(side, top, room, bottom)
        self._right.column.setContentsMargins(gap - room, top, side, px(24))
        self._head.setContentsMargins(0, 0, 0, px(8))
        above_about, above_words, above_go, above_links, above_lock = self._gaps
        above_lock.setFixedHeight(px(10 if layout.short else 16))
        above_about.setFixedHeight(px(10))
        above_words.setFixedHeight(px(16 if layout.short or self._case is None else 28))
        above_go.setFixedHeight(px(18 if layout.short else 28))
        above_links.setFixedHeight(px(10))
        for row in self._rows.values():
            row.set_room(compact=not layout.wide, short=layout.short)


class _LockLine(QWidget):
    """Where the recording is kept."""

    def __init__(self) -> None:
        super().__init__()
        self._row = QHBoxLayout(self)
        self._text = Text("", "caption", "ink2", wrap=True)
        self._row.addWidget(self._text)
        self._follow()
        theme.changed.connect(self._follow)

    def tell(self, words: str) -> None:
        """Say it."""
        self._text.setText(words)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The lock, beside the first line."""
        box = QRectF(0, self._text.y(), px(16), px(16))
        draw_icon(QPainter(self), "lock", box, "ink2")

    def _follow(self) -> None:
        self._row.setContentsMargins(px(24), 0, 0, 0)
        self.update()
