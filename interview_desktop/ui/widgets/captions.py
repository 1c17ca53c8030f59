"""Live captions of both sides, newest at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QKeyEvent,
    QLinearGradient,
    QPainter,
    QPaintEvent,
    QPalette,
    QResizeEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextOption,
)
from PySide6.QtWidgets import QFrame, QTextEdit, QWidget

from interview_desktop.ui.announce import announce
from interview_desktop.ui.theme import font, px, theme
from interview_desktop.ui.view_models.captions import CaptionLine
from interview_desktop.ui.view_models.exhibit import NO_BREAK
from interview_desktop.ui.widgets.button import Button

NAMES = {"candidate": "You", "interviewer": "Interviewer"}
_ABOVE, _UNDER_NAME, _FADE = 14, 0, 36
_NAME_LINE, _READ_LINE, _BODY_LINE = 20, 26, 22
_FIXED = QTextBlockFormat.LineHeightTypes.FixedHeight.value
# Nearer to the end than this counts as at the end.
_PINNED_WITHIN = 6


class Captions(QTextEdit):
    """A real text, so that it can be selected, copied and read by a screen reader.

    Two blocks a turn: the name, the words. A change touches only the blocks that differ, so that
    a long session costs no more per word than a short one. Pinned to the newest line unless the
    person scrolls up; then "Back to now" appears.
    """

    focus_radius = 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: list[CaptionLine] = []
        self._announced: set[str] = set()
        self._announcing = True
        self._pinned = True
        self._moving = False
        self._inks: dict[tuple[str, str], QTextCharFormat] = {}
        self._blocks: dict[tuple[int, int], QTextBlockFormat] = {}
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setUndoRedoEnabled(False)
        # Text to read: no caret blinks in it.
        self.setCursorWidth(0)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Captions")
        self.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        option = QTextOption()
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.document().setDefaultTextOption(option)
        self._fade = _Fade(self, upwards=True)
        self._lower_fade = _Fade(self, upwards=False)
        self.back = Button("Back to now", "secondary", 32, parent=self)
        self.back.clicked.connect(self.back_to_now)
        self.back.hide()
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._on_range)
        bar.valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self._follow)
        self._follow()

    # -- showing ----------------------------------------------------------------

    def show_lines(self, lines: Sequence[CaptionLine], *, quiet: bool = False) -> None:
        """Show exactly these turns, oldest first; only what differs is laid out again.

        Args:
            lines: all turns.
            quiet: True announces none of them (the history of a resumed session).
        """
        same = 0
        for old, new in zip(self._lines, lines, strict=False):
            if old.item_id != new.item_id:
                break
            same += 1
        changed = [
            index for index in range(same) if self._lines[index] is not lines[index]
            and self._lines[index] != lines[index]
        ]  # fmt: skip
        if same < len(self._lines) or same < len(lines) or changed:
            self._change(lines, same, changed)
        if quiet:
            self._announced.update(line.item_id for line in lines if line.finished)
        else:
            for line in [*(lines[index] for index in changed), *lines[same:]]:
                self._announce(line)

    def show_line(self, line: CaptionLine) -> None:
        """Change the turn with this `item_id`, or add it at the end."""
        for index in range(len(self._lines) - 1, -1, -1):
            if self._lines[index].item_id == line.item_id:
                if self._lines[index] != line:
                    self._change([*self._lines[:index], line, *self._lines[index + 1 :]],
                                 len(self._lines), [index])  # fmt: skip
                    self._announce(line)
                return
        self.show_lines([*self._lines, line])

    def set_announcing(self, announcing: bool) -> None:
        """Whether a screen reader hears each finished turn (the interviewer is audible)."""
        self._announcing = announcing

    def announced(self) -> frozenset[str]:
        """The turns that have been announced, or were passed over in silence."""
        return frozenset(self._announced)

    def pinned(self) -> bool:
        """Whether the newest line is kept in view."""
        return self._pinned

    def back_to_now(self) -> None:
        """Go to the newest line and stay there."""
        had_focus = self.back.hasFocus()
        self._pinned = True
        self._to_end()
        self.back.hide()
        if had_focus:
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- input and size ----------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Scrolling and copying stay here; Space and letters are the room's."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.ShiftModifier
        if event.key() == Qt.Key.Key_Space or (plain and event.text().strip()):
            event.ignore()
            return
        bar = self.verticalScrollBar()
        match event.key():
            case Qt.Key.Key_End:
                self.back_to_now()
            case Qt.Key.Key_Home:
                bar.setValue(0)
            case Qt.Key.Key_Up if plain:
                bar.setValue(bar.value() - px(_BODY_LINE))
            case Qt.Key.Key_Down if plain:
                bar.setValue(bar.value() + px(_BODY_LINE))
            case _:
                super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Lines wrap anew; the end stays in view."""
        super().resizeEvent(event)
        self._settle()
        width, high = self.viewport().width(), px(_FADE)
        self._fade.setGeometry(QRect(0, 0, width, high))
        self._lower_fade.setGeometry(QRect(0, self.height() - high, width, high))
        size = self.back.sizeHint()
        self.back.resize(size)
        self.back.move((self.width() - size.width()) // 2, self.height() - size.height() - px(8))

    # -- inside ----------------------------------------------------------------

    def _change(self, lines: Sequence[CaptionLine], same: int, changed: list[int]) -> None:
        """Bring the document to `lines`, whose first `same` items stand already."""
        newest_before, newest = len(self._lines) - 1, len(lines) - 1
        self._moving = True
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if same < len(self._lines):
            self._cut(cursor, same)
        for index in range(same, len(lines)):
            self._add(cursor, lines[index], first=index == 0, newest=index == newest)
        restyled = set(changed)
        if newest != newest_before:
            # The turn that was the newest becomes an older one, or the reverse after a removal.
            restyled.update(one for one in (newest_before, newest) if 0 <= one < same)
        for index in sorted(restyled):
            self._fill(self._words(index), lines[index], newest=index == newest)
        cursor.endEditBlock()
        self._lines = list(lines)
        self._moving = False
        self._settle()

    def _cut(self, cursor: QTextCursor, first: int) -> None:
        cursor.setPosition(self.document().findBlockByNumber(2 * first).position())
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if first:
            # The break before the first line that goes, too.
            cursor.deletePreviousChar()

    def _add(self, cursor: QTextCursor, line: CaptionLine, *, first: bool, newest: bool) -> None:
        cursor.movePosition(QTextCursor.MoveOperation.End)
        mine = line.speaker == "candidate"
        name = self._block(_NAME_LINE, 0 if first else _ABOVE)
        color = self._ink("caption", "accent" if mine else "ink3")
        if first:
            cursor.setBlockFormat(name)
            cursor.setBlockCharFormat(color)
        else:
            cursor.insertBlock(name, color)
        cursor.insertText(NAMES[line.speaker], color)
        cursor.insertBlock(self._block(_READ_LINE if newest else _BODY_LINE, _UNDER_NAME))
        self._fill(cursor.block(), line, newest=newest)

    def _words(self, index: int) -> QTextBlock:
        return self.document().findBlockByNumber(2 * index + 1)

    def _fill(self, block: QTextBlock, line: CaptionLine, *, newest: bool) -> None:
        """Write a turn's words: said in ink, unsaid in ink3, older ones in ink2."""
        cursor = QTextCursor(block)
        cursor.setBlockFormat(self._block(_READ_LINE if newest else _BODY_LINE, _UNDER_NAME))
        cursor.movePosition(QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
        style = "read" if newest else "body"
        # One block a turn: a line break inside it would be a block of its own.
        text = " ".join(line.text.splitlines())
        said = len(text) if line.said_chars is None else max(0, min(line.said_chars, len(text)))
        heard, rest = text[:said], text[said:]
        if line.interrupted:
            # Kept to the last word: never alone on a line of its own.
            heard = heard.rstrip()
            rest = f"{NO_BREAK}…" if heard else "…"
        cursor.insertText(heard, self._ink(style, "ink" if newest else "ink2"))
        if rest:
            cursor.insertText(rest, self._ink(style, "ink3"))

    def _settle(self) -> None:
        """Few lines stand at the bottom; many are scrolled to their end."""
        document = self.document()
        frame = document.rootFrame()
        form = frame.frameFormat()
        above = self.viewport().height() - (document.size().height() - form.topMargin())
        room = max(0, round(above))
        if room != round(form.topMargin()):
            form.setTopMargin(room)
            frame.setFrameFormat(form)
        if self._pinned:
            self._to_end()

    def _to_end(self) -> None:
        bar = self.verticalScrollBar()
        self._moving = True
        bar.setValue(bar.maximum())
        self._moving = False
        self._fade.setVisible(bar.value() > 0)
        self._lower_fade.hide()

    def _on_range(self, _low: int, _high: int) -> None:
        if self._pinned:
            self._to_end()

    def _on_scrolled(self, value: int) -> None:
        bar = self.verticalScrollBar()
        self._fade.setVisible(value > 0)
        self._lower_fade.setVisible(value < bar.maximum())
        if self._moving:
            return
        self._pinned = value >= bar.maximum() - _PINNED_WITHIN
        if not self._pinned:
            self.back.raise_()
        self.back.setVisible(not self._pinned)

    def _announce(self, line: CaptionLine) -> None:
        if line.finished and line.item_id not in self._announced:
            self._announced.add(line.item_id)
            if self._announcing:
                announce(self, f"{NAMES[line.speaker]}: {line.text}")

    def _block(self, line: int, above: int) -> QTextBlockFormat:
        """A block's format, made once: a long history asks thousands of times."""
        form = self._blocks.get((line, above))
        if form is None:
            form = self._blocks[line, above] = QTextBlockFormat()
            form.setLineHeight(px(line), _FIXED)
            form.setTopMargin(px(above))
        return form

    def _ink(self, style: str, token: str) -> QTextCharFormat:
        form = self._inks.get((style, token))
        if form is None:
            form = self._inks[style, token] = QTextCharFormat()
            face = font(style)
            if style == "caption":
                face.setWeight(QFont.Weight.Medium)
            form.setFont(face)
            form.setForeground(theme.color(token))
        return form

    def _follow(self) -> None:
        self._inks.clear()
        self._blocks.clear()
        palette = self.palette()
        palette.setColor(QPalette.ColorRole.Base, QColor(Qt.GlobalColor.transparent))
        palette.setColor(QPalette.ColorRole.Text, theme.color("ink"))
        self.setPalette(palette)
        self.document().setDefaultFont(font("body"))
        lines, self._lines = self._lines, []
        if lines:
            self._moving = True
            self.clear()
            self._moving = False
            self._change(lines, 0, [])
        self._fade.update()


class _Fade(QWidget):
    """An edge behind which more lies."""

    def __init__(self, parent: QWidget, *, upwards: bool) -> None:
        super().__init__(parent)
        self._upwards = upwards
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Canvas to nothing."""
        solid, clear = theme.color("canvas"), theme.color("canvas")
        clear.setAlpha(0)
        shade = QLinearGradient(0, 0, 0, self.height())
        shade.setColorAt(0 if self._upwards else 1, solid)
        shade.setColorAt(1 if self._upwards else 0, clear)
        QPainter(self).fillRect(self.rect(), shade)
