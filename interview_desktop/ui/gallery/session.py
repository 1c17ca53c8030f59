"""Debrief, Review and Notes of a session in every state and layout."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from interview_desktop.domain.debrief import (
    CalculationStep,
    Debrief,
    NumberResult,
    Point,
    QuestionDebrief,
)
from interview_desktop.domain.interview import Hint
from interview_desktop.domain.journal import Happened
from interview_desktop.domain.transcript import Caption
from interview_desktop.ui.gallery.live import LENGTH_MS, NOTES, TRANSCRIPT, peaks
from interview_desktop.ui.gallery.sample import Sample
from interview_desktop.ui.view_models.debrief import debrief_model
from interview_desktop.ui.view_models.review import session_marks
from interview_desktop.ui.views.debrief import DebriefView
from interview_desktop.ui.views.debrief_more import Fold
from interview_desktop.ui.views.review import ReviewView
from interview_desktop.ui.views.session import SessionView, Tab
from interview_desktop.ui.views.session_notes import SessionNotesView

TITLE, SECOND = "From the stockroom to the warehouse", "Market entry, today"
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


def _question(
    number: int, times: tuple[int, int, int], level: int = 0, **more: Any
) -> QuestionDebrief:
    target, elapsed, thinking = times
    kind, dimensions, text, points = _ASKED[number - 1]
    known: dict[str, Any] = {"number_given": None, "steps": (), **more}
    return QuestionDebrief(
        number=number, kind=kind, short="", dimensions=dimensions, ended=True,  # type: ignore[arg-type]
        target_s=target, elapsed_s=elapsed, thinking_s=thinking,
        hints=tuple(Hint(at, "") for at in range(1, level + 1)), model_answer=text,
        must_cover=tuple(Point(*one) for one in points), **known,
    )  # fmt: skip


_ASKED = (
    ("structure", ("structuring", "communication"),
     "Whether to enter depends on three things: how many warehouses can use the product, what they "
     "would pay, and what it costs to win them. I would begin with who can use it at all, because "
     "everything else is multiplied with that.",
     (("Who can use it", "A large market that cannot use the product is worth nothing."),
      ("A place to begin", "An order without one leaves the work to the listener."))),
    ("analysis", ("judgement", "creativity"),
     "Small sites are most of the market and hardly grow. The large ones are few, grow fastest, "
     "and one sales team can reach them. What would change my mind is how many are locked in.",
     (("Growth beside size", "The largest bar is not the best customer."),)),
    ("quantitative", ("numeracy", "judgement"),
     "Four thousand eight hundred warehouses fit. Fifteen percent of them bring about six and a "
     "half million a year, and after the margin and the team a little over one point nine is left.",
     (("The filter for fit", "Without it the profit is four times too high."),)),
    ("recommendation", ("synthesis", "communication"),
     "Yes, with the large warehouses first and a stop after the first ten.",
     (("A condition", "The plan hangs on a share that nobody has tested."),)),
)  # fmt: skip
_STEPS = (
    ("Four thousand eight hundred warehouses fit.", 4800, None),
    ("Fifteen percent of those are seven hundred and twenty customers.", 720, None),
    ("At nine thousand euros each, revenue is about six and a half million.", 6_480_000, None),
    ("Seventy percent of that is about four and a half million euros.", 4_536_000, None),
    ("After the team, a profit of a little over one point nine million euros a year is left.",
     1_936_000, None),
    ("The five million is back after about two point six years.", 2.583, "years"),
)  # fmt: skip
STEPS = tuple(CalculationStep(f"s{at}", *one) for at, one in enumerate(_STEPS))


def debrief(verdict: str = "named_error") -> Debrief:
    """A debrief whose number is wrong, right ("match") or missing ("none")."""
    value = 2.6 if verdict == "match" else 0.57
    error = "The filter for fit is missing. Only forty percent of the warehouses can use it."
    given = NumberResult(
        f"{value} years", value, "years", verdict,  # type: ignore[arg-type]
        error if verdict == "named_error" else None, 2.583, "years",
    )  # fmt: skip
    return Debrief(
        "one",
        (
            _question(1, (420, 430, 75)),
            _question(2, (480, 450, 42), 2),
            _question(3, (480, 585, 75), 4 if verdict != "match" else 0, steps=STEPS,
                      number_given=None if verdict == "none" else given),
            _question(4, (240, 216, 28)),
        ),
        (
            "Falling for the largest bar, and never asking who can use the product.",
            "Stopping at a yearly profit without setting it against the five million.",
            "Recommending an entry without a step at which it could still be stopped.",
        ),
        "A market is only as large as the customers who can use the product and are free to leave "
        "the supplier they have.",
        judged=False,
    )  # fmt: skip


SCORES = {"structuring": 3, "numeracy": 2, "judgement": 3, "creativity": 4, "synthesis": 3,
          "communication": 4}  # fmt: skip
_THREE = {"structuring": 3, "numeracy": 2, "judgement": 3}


def debriefed(
    scores: Mapping[str, int] = _THREE, *, saved: bool = False, verdict: str = "named_error"
) -> DebriefView:
    """The debrief while it is scored, or after that."""
    view = DebriefView()
    view.show_model(debrief_model(debrief(verdict), MARKED.heard_at))
    view.show_scores(scores, saved)
    return view


def _unfolded() -> QWidget:
    view = debriefed(SCORES, saved=True)
    for fold in view.findChildren(Fold):
        fold.button.setChecked(True)
    return view


def _without_scores() -> QWidget:
    view = debriefed({})
    view.scores.skipped.emit()
    return view


def _not_saved() -> QWidget:
    view = debriefed(SCORES)
    view.show_scores_error("The scores could not be saved. They are still here, save them again.")
    return view


def _debrief_error() -> QWidget:
    view = DebriefView()
    view.show_error("The debrief could not be read. The recording and the transcript are safe.")
    return view


def _debrief_loading() -> QWidget:
    view = DebriefView()
    view.show_loading()
    return view


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
    view.show_markers(session_marks((), ()))
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


def _debriefs() -> dict[str, Callable[[], QWidget]]:
    return {
        "debrief": debriefed,
        "debrief-scored": lambda: debriefed(SCORES, saved=True),
        "debrief-unfolded": _unfolded,
        "debrief-without-scores": _without_scores,
        "debrief-right": lambda: debriefed(SCORES, saved=True, verdict="match"),
        "debrief-no-number": lambda: debriefed(SCORES, saved=True, verdict="none"),
        "debrief-not-saved": _not_saved,
        "debrief-error": _debrief_error,
        "debrief-loading": _debrief_loading,
    }


def samples() -> list[Sample]:
    """The session's three tabs."""
    made = [Sample(name, in_session("debrief", pane)) for name, pane in _debriefs().items()]
    made += [Sample(name, in_session("review", pane)) for name, pane in _reviews().items()]
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
    ("debrief", "debrief", debriefed),
    ("debrief-scored", "debrief", lambda: debriefed(SCORES, saved=True)),
    ("review", "review", review),
    ("session-notes", "notes", _notes(NOTES)),
)
