"""Debrief, Review and Notes of a session in every state and layout."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.gallery.live import LENGTH_MS, NOTES, TRANSCRIPT, peaks
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.view_models.review import session_marks
from interview_desktop.ui.views.review import ReviewView
from interview_desktop.ui.views.session import SessionView, Tab
from interview_desktop.ui.views.session_notes import SessionNotesView

TITLE, SECOND = "From the stockroom to the warehouse", "Today 20:41, 29 minutes"
_BEFORE = (
    (4_000, 158_000, "interviewer", 1, "Our client sells software that keeps track of stock in "
     "small shops. It wonders whether to offer it to warehouses as well. You have half an hour."),
    (160_000, 168_000, "interviewer", 1, "How would you find out whether it should?"),
    (262_000, 330_000, "candidate", 1, "So four things: the market, whether our product fits, the "
     "money, and what could stop us. I would start with the market."),
    (598_000, 612_000, "interviewer", 2, "Take the exhibit in front of you. What do you read out "
     "of it, and which group would you go to first?"),
    (700_000, 716_000, "candidate", 2, "Before I start: do the large warehouses already buy "
     "scanning software from somebody else?"),
    (720_000, 731_000, "interviewer", 2, "About one in three does. The others use what came with "
     "their hand scanners."),
)  # fmt: skip
_AFTER = (
    (1_044_000, 1_060_000, "interviewer", 3, "What profit would the new business make a year?"),
    (1_258_000, 1_263_000, "interviewer", 3, "Start with the warehouses that can use it at all."),
    (1_268_000, 1_279_000, "candidate", 3, "Then the five million are back after zero point five "
     "seven years."),
    (1_516_000, 1_522_000, "interviewer", 4, "What do you tell the board?"),
    (1_560_000, 1_640_000, "candidate", 4, "Go in, with the large warehouses first, and stop if "
     "the first ten do not renew."),
)  # fmt: skip


def _captions() -> tuple[Caption, ...]:
    middle = [(one.start_ms, one.end_ms, one.speaker, 2, one.text) for one in TRANSCRIPT]
    return tuple(
        Caption(f"c{index}", speaker, text, start, end, question, final=True)  # type: ignore[arg-type]
        for index, (start, end, speaker, question, text) in enumerate([*_BEFORE, *middle, *_AFTER])
    )


def _event(question: int, kind: str, at_ms: int, **data: object) -> Happened:
    return Happened(question, {"id": f"{kind}-{at_ms}", "type": kind, "at_ms": at_ms, "data": data})


CAPTIONS = _captions()
EVENTS = (
    _event(1, "thinking", 185_000, active=True, seconds=60),
    _event(1, "thinking", 260_000, active=False),
    _event(1, "done", 590_000),
    _event(2, "thinking", 630_000, active=True, seconds=60),
    _event(2, "thinking", 672_000, active=False),
    _event(2, "hint", 820_000, level=2),
    _event(2, "done", 1_040_000),
    _event(3, "thinking", 1_085_000, active=True, seconds=90),
    _event(3, "thinking", 1_160_000, active=False),
    _event(3, "hint", 1_257_000, level=4),
    _event(3, "number", 1_283_000, text="0.57 years", value=0.57, unit="years", confirmed=True),
    _event(3, "done", 1_510_000),
    _event(4, "thinking", 1_524_000, active=True, seconds=30),
    _event(4, "thinking", 1_552_000, active=False),
    _event(4, "done", LENGTH_MS - 2_000),
)
MARKED = session_marks(EVENTS, CAPTIONS, LENGTH_MS)


def in_session(
    tab: Tab, pane: Callable[[], QWidget], *, resume_at: int | None = None
) -> Callable[[], QWidget]:
    """A session's screen with a pane in it."""

    def make() -> QWidget:
        tabs: tuple[Tab, ...] = ("debrief", "review", "notes")
        screen = SessionView(TITLE, SECOND, tabs if resume_at is None else tabs[1:], resume_at)
        screen.open(tab)
        screen.set_pane(tab, pane())
        return screen

    return make


def review() -> ReviewView:
    """A session that is heard again."""
    view = ReviewView()
    view.show_transcript(CAPTIONS)
    view.show_markers(MARKED)
    view.show_sound(LENGTH_MS, peaks())
    view.show_position(872_000, False)
    return view


def _playing() -> QWidget:
    view = review()
    view.transport.skip.setChecked(True)
    view.transport.loop.setChecked(True)
    view.transport.speeds.set_value("1.25")
    view.show_position(875_000, True)
    return view


def _search(words: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        view = review()
        view.transcript.begin_search()
        view.transcript.field.set_text(words)
        return view

    return make


def _loading() -> QWidget:
    view = ReviewView()
    view.show_transcript(CAPTIONS)
    view.show_markers(MARKED)
    view.show_loading_sound(0.4)
    return view


def _no_transcript() -> QWidget:
    view = ReviewView()
    view.show_transcript(())
    view.show_sound(LENGTH_MS, peaks())
    view.show_position(0, False)
    return view


def _transcript_error() -> QWidget:
    view = ReviewView()
    view.show_transcript_error("The transcript could not be read. The sound is intact.")
    view.show_sound(LENGTH_MS, peaks())
    return view


def _no_sound() -> QWidget:
    view = ReviewView()
    view.show_transcript(CAPTIONS)
    view.show_markers(MARKED)
    view.show_no_sound()
    return view


def _nothing() -> QWidget:
    view = ReviewView()
    view.show_transcript(())
    view.show_markers(session_marks((), ()))
    view.show_no_sound()
    return view


def _unreadable() -> QWidget:
    view = ReviewView()
    view.show_transcript(CAPTIONS)
    view.show_markers(MARKED)
    view.show_error("The sound could not be read. The transcript below is complete.")
    return view


def _damaged() -> QWidget:
    view = review()
    view.show_notes(["The second part of the sound is damaged: 18:40 to 19:20 is silent."])
    return view


def _notes(text: str) -> Callable[[], QWidget]:
    def make() -> QWidget:
        view = SessionNotesView()
        view.show_text(text)
        view.show_state("saved")
        return view

    return make


def _notes_troubled() -> QWidget:
    view = SessionNotesView()
    view.show_text(NOTES)
    view.show_state("unsaved")
    view.show_error("The disk is full, so the notes could not be saved. Free some space.")
    return view


def _reviews() -> dict[str, Callable[[], QWidget]]:
    return {
        "review": review,
        "review-playing": _playing,
        "review-search": _search("large"),
        "review-search-none": _search("tariff"),
        "review-loading": _loading,
        "review-no-transcript": _no_transcript,
        "review-transcript-error": _transcript_error,
        "review-no-sound": _no_sound,
        "review-nothing": _nothing,
        "review-unreadable": _unreadable,
        "review-damaged": _damaged,
    }


def samples() -> list[Sample]:
    """The session's three tabs."""
    made = [Sample(name, in_session("review", pane)) for name, pane in _reviews().items()]
    made += [
        Sample("session-resume", in_session("review", review, resume_at=3)),
        Sample("session-notes", in_session("notes", _notes(NOTES))),
        Sample("session-notes-none", in_session("notes", _notes(""))),
        Sample("session-notes-unsaved", in_session("notes", _notes_troubled)),
    ]
    for name, tab, pane in _MAIN:
        screen = in_session(tab, pane)
        made += [
            Sample(f"{name}-1024", screen, (1024, 640)),
            Sample(f"{name}-720", screen, (1280, 720)),
            Sample(f"{name}-1920", screen, (1920, 1080)),
            Sample(f"{name}-150", screen, (1280, 800), 1.5),
        ]
    return made


_MAIN: tuple[tuple[str, Tab, Callable[[], QWidget]], ...] = (
    ("review", "review", review),
    ("session-notes", "notes", _notes(NOTES)),
)
