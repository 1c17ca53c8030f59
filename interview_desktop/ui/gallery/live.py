"""The live widgets of the room, the debrief and Review, in their states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from interview_desktop.domain.call_events import Presence
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.view_models.captions import CaptionLine, MarkName, TranscriptLine
from interview_desktop.ui.view_models.waveform import (
    CommentMark,
    HintMark,
    Marks,
    Peaks,
    QuestionMark,
    ThinkingMark,
)
from interview_desktop.ui.widgets.captions import Captions
from interview_desktop.ui.widgets.connection import Connection
from interview_desktop.ui.widgets.level import LevelMeter
from interview_desktop.ui.widgets.notes import Notes
from interview_desktop.ui.widgets.number_heard import NumberHeard
from interview_desktop.ui.widgets.presence import PresenceSign
from interview_desktop.ui.widgets.ring import Ring
from interview_desktop.ui.widgets.score import Score
from interview_desktop.ui.widgets.steps import Steps
from interview_desktop.ui.widgets.text import Panel
from interview_desktop.ui.widgets.thinking import ThinkingBlock
from interview_desktop.ui.widgets.transcript import Transcript
from interview_desktop.ui.widgets.waveform import Waveform

MINUTE = 60_000
CAPTIONS = (
    CaptionLine("1", "candidate", "So four things: the market, whether our product fits, "
                "the money, and what could stop us. I would start with the market."),
    CaptionLine("2", "interviewer", "Go ahead."),
    CaptionLine("3", "candidate", "Before I start: do the large warehouses already buy scanning "
                "software from somebody else?"),
    CaptionLine("4", "interviewer", "About one in three does. The others use what came with their "
                "hand scanners."),
    CaptionLine("5", "interviewer", "Take the exhibit in front of you. What do you read out of it, "
                "and which group would you go to first?", 61, False),
)  # fmt: skip
_SPOKEN: tuple[tuple[int, int, str, str, tuple[MarkName, ...]], ...] = (

        (792_000, 818_000, "Mara", "So most sites are small. Seven out of twelve thousand.", ()),
        (820_000, 823_000, "Interviewer", "Is there anything else in the table?", ("hint",)),
        (832_000, 843_000, "Mara", "The growth column. Large sites grow by eleven percent.", ()),
        (845_000, 849_000, "Interviewer", "And which group would you go to first?", ()),
        (872_000, 889_000, "Mara", "The large ones. They are few, but they grow fastest, and one "
         "sales team can reach fifteen hundred sites.", ("comment",)),
        (891_000, 896_000, "Interviewer",
         "What would have to be true for that to be wrong?", ()),
        (898_000, 909_000, "Mara", "If they are locked in by long contracts. Then medium is the "
         "better start.", ()),
        (920_000, 923_000, "Interviewer", "Let us turn to the numbers.", ()),
)  # fmt: skip
TRANSCRIPT = tuple(
    TranscriptLine(
        start, end, "interviewer" if name == "Interviewer" else "candidate", name, text, marks
    )
    for start, end, name, text, marks in _SPOKEN
)
LENGTH_MS = 29 * MINUTE + 14_000
MARKS = Marks(
    questions=(
        QuestionMark(0, "Prompt", 0),
        QuestionMark(1, "Structure", 160_000),
        QuestionMark(2, "Exhibit", 590_000),
        QuestionMark(3, "Numbers", 1_040_000),
        QuestionMark(4, "Recommendation", 1_510_000),
    ),
    thinking=(
        ThinkingMark(185_000, 260_000),
        ThinkingMark(630_000, 672_000),
        ThinkingMark(1_085_000, 1_160_000),
        ThinkingMark(1_522_000, 1_550_000),
    ),
    hints=(HintMark(820_000, 2), HintMark(1_255_000, 4)),
    comments=(
        CommentMark(271_000, "Four branches, no overlap."),
        CommentMark(1_268_000, "Here the 40 % filter goes missing."),
        CommentMark(1_660_000, "You kept the answer and added one condition."),
    ),
)
NOTES = (
    "Structure\n1  Market: size, growth, who buys\n2  Fit: does our product work?\n"
    "3  Money: price, margin, fixed cost\n4  Risk: incumbents, sales force\n\n"
    "Large: few, but growing fastest\n1 in 3 already has software\nAsk: price per site?"
)
ANCHORS = {
    1: "No order that a listener could follow",
    3: "A sound order, not made for this case",
    5: "An order made for this case, which decides what to look at first",
}


def samples() -> list[Sample]:
    """Every live widget with sample data."""
    return [
        Sample("live-presence", _presence, (1100, 220)),
        Sample("live-signs", _signs, (900, 330)),
        Sample("live-thinking", _thinking, (900, 330)),
        Sample("live-number-heard", _numbers, (560, 260)),
        Sample("live-captions", _captions, (524, 470)),
        Sample("live-captions-back", _captions_back, (524, 470)),
        Sample("live-notes", _notes, (300, 620)),
        Sample("live-scores", _scores, (352, 330)),
        Sample("live-transcript", _transcript, (502, 420)),
        Sample("live-transcript-search", _transcript_search, (340, 420)),
        Sample("live-waveform", _waveform, (1280, 210)),
        Sample("live-waveform-compact", _waveform_compact, (1024, 170)),
    ]


def peaks(seed: int = 5) -> Peaks:
    """Turns of speech of both sides, as a recording has them: 10 values a second."""
    random = np.random.default_rng(seed)
    count = LENGTH_MS // 100
    lanes = np.zeros((2, count), np.float32)
    at, side = 0, 1
    while at < count:
        turn = int(random.integers(500, 1100)) if at == 0 else int(random.integers(30, 260))
        # Sentences of different loudness, with pauses between them.
        count_of = turn // 30 + 1
        loud = np.where(random.random(count_of) > 0.22, random.beta(3, 3, count_of), 0)
        shape = (0.4 + 0.6 * random.random(turn)) * np.repeat(loud, 30)[:turn]
        room = lanes[side, at : at + turn]
        room[:] = shape[: len(room)]
        at += turn + int(random.integers(10, 60))
        side = 1 - side
    for thought in MARKS.thinking:
        lanes[:, thought.start_ms // 100 : thought.end_ms // 100] = 0
    return lanes[0], lanes[1]


def _sheet(*rows: QWidget | list[QWidget], margin: int = 24) -> QWidget:
    sheet = Panel("canvas")
    column = QVBoxLayout(sheet)
    column.setContentsMargins(margin, margin, margin, margin)
    column.setSpacing(20)
    for row in rows:
        line = QHBoxLayout()
        line.setSpacing(24)
        for part in row if isinstance(row, list) else [row]:
            line.addWidget(part)
        if isinstance(row, list):
            line.addStretch(1)
        column.addLayout(line)
    return sheet


def _presence() -> QWidget:
    signs: list[QWidget] = []
    for size, presence, words in (
        ("wide", Presence.SPEAKING, ""),
        ("wide", Presence.LISTENING, ""),
        ("wide", Presence.WAITING, ""),
        ("wide", Presence.CONNECTING, "Connecting again"),
        ("short", Presence.SPEAKING, ""),
        ("compact", Presence.SPEAKING, ""),
        ("compact", Presence.LISTENING, ""),
    ):
        sign = PresenceSign(size)  # type: ignore[arg-type]
        sign.show_presence(presence, words)
        sign.disc.show_level(-9.0, 500)
        signs.append(sign)
    return _sheet(signs)


def _signs() -> QWidget:
    meters: list[QWidget] = []
    for loud, after, compact in (
        (-80.0, -80.0, False), (-12.0, -24.0, False), (-1.0, -1.0, False), (-14.0, -30.0, True),
    ):  # fmt: skip
        meter = LevelMeter(compact=compact)
        meter.show_level(loud, 200)
        meter.show_level(after, 250)
        meters.append(meter)
    connections: list[QWidget] = []
    for route, rtt, lost in (
        ("direct", 38, None), ("relay", 140, None), ("reconnecting", None, None),
        ("none", None, 12),
    ):  # fmt: skip
        connection = Connection()
        connection.show_connection(route, rtt, lost)  # type: ignore[arg-type]
        connections.append(connection)
    rings: list[QWidget] = []
    for total, elapsed, running in (
        (60, 0, False), (60, 22, True), (60, 54, True), (60, 72, True), (None, 0, False),
        (None, 64, True),
    ):  # fmt: skip
        ring = Ring()
        ring.show_time(total, elapsed, running=running)
        rings.append(ring)
    steps, short = Steps(), Steps(compact=True)
    steps.show_step(3, (1, 2))
    short.show_step(2, (1,))
    return _sheet([steps, short], rings, meters, connections)


def _thinking() -> QWidget:
    rest, running, over, off = (ThinkingBlock() for _ in range(4))
    running.show_running(60, 22)
    over.show_running(60, 72)
    off.setEnabled(False)
    small, small_running = ThinkingBlock(compact=True), ThinkingBlock(compact=True)
    small_running.show_running(60, 22)
    return _sheet([rest, running], [off, over], [small, small_running])


def _numbers() -> QWidget:
    heard, edited = NumberHeard(), NumberHeard()
    heard.show_number("forty-eight hundred warehouses", 4800, "warehouses")
    edited.show_number("one point two billion", 1.2e9, "€")
    edited.change.click()
    edited.edit.setText("about a lot")
    edited.edit.returnPressed.emit()
    return _sheet(heard, edited)


def _captions() -> QWidget:
    captions = Captions()
    captions.show_lines(CAPTIONS, quiet=True)
    return _sheet(captions, margin=36)


def _captions_back() -> QWidget:
    captions = Captions()
    history = [
        CaptionLine(f"{turn}-{one.item_id}", one.speaker, one.text)
        for turn in range(8)
        for one in CAPTIONS
    ]
    captions.show_lines(history, quiet=True)
    # Once it is laid out at its final size.
    QTimer.singleShot(0, captions, lambda: captions.verticalScrollBar().setValue(300))
    return _sheet(captions, margin=36)


def _notes() -> QWidget:
    notes = Notes("Kept with the session. Only you see them.")
    notes.show_text(NOTES)
    sheet = Panel("sunken")
    column = QVBoxLayout(sheet)
    column.setContentsMargins(28, 28, 28, 28)
    column.addWidget(notes)
    return sheet


def _scores() -> QWidget:
    sheet = Panel("canvas")
    grid = QGridLayout(sheet)
    grid.setContentsMargins(24, 24, 24, 24)
    grid.setVerticalSpacing(8)
    for row, (name, score, evidence) in enumerate(
        (("Structuring", 4, "4:31–5:10"), ("Numeracy", 2, "21:08–21:40"), ("Judgement", 3, ""),
         ("Creativity", None, ""), ("Synthesis", None, ""), ("Communication", None, ""))
    ):  # fmt: skip
        line = Score(name, ANCHORS, dense=row < 2)
        line.show_score(score)
        line.show_evidence(evidence)
        line.setEnabled(row < 5)
        grid.addWidget(line, row, 0)
    grid.setRowStretch(6, 1)
    return sheet


def _transcript() -> QWidget:
    transcript = Transcript()
    transcript.show_lines(TRANSCRIPT)
    transcript.show_position(880_000)
    return _sheet(transcript, margin=0)


def _transcript_search() -> QWidget:
    transcript = Transcript()
    transcript.show_lines(TRANSCRIPT)
    transcript.show_position(880_000)
    transcript.search("the")
    return _sheet(transcript, margin=0)


def _wave(compact: bool, fill: Callable[[Waveform], None]) -> QWidget:
    wave = Waveform(("Mara", "Interviewer"), compact=compact)
    wave.show_sound(LENGTH_MS, peaks())
    wave.show_marks(MARKS)
    wave.show_position(872_000)
    fill(wave)
    sheet = Panel("canvas")
    column = QVBoxLayout(sheet)
    column.setContentsMargins(32, 16, 32, 16)
    column.addWidget(wave, 0, Qt.AlignmentFlag.AlignTop)
    return sheet


def _waveform() -> QWidget:
    return _wave(False, lambda _wave: None)


def _waveform_compact() -> QWidget:
    return _wave(True, lambda wave: wave.show_loop(1_160_000, 1_400_000))
