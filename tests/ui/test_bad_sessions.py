"""Sessions of which something is missing or damaged: Review says so, and plays what there is."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest

from interview_desktop.domain.interview import Interview
from interview_desktop.domain.transcript import Caption
from interview_desktop.presenters.review import ReviewPresenter
from tests.helpers.session_sound import marked
from tests.helpers.whole_window import WholeWindow, words
from tests.helpers.window import has_button

pytestmark = [pytest.mark.pulse, pytest.mark.keyring]
LENGTH_S = 8
SAID = "I would look at the market first."
BOTH = {"candidate": marked(LENGTH_S), "interviewer": marked(LENGTH_S)}
Make = Callable[[WholeWindow, Interview], None]


def _truncated(app: WholeWindow, interview: Interview) -> None:
    track = app.add_part(interview, **BOTH) / "candidate.opus"
    track.write_bytes(track.read_bytes()[: track.stat().st_size // 2])


def _one_side(app: WholeWindow, interview: Interview) -> None:
    app.add_part(interview, interviewer=BOTH["interviewer"])


def _one_side_is_noise(app: WholeWindow, interview: Interview) -> None:
    (app.add_part(interview, **BOTH) / "candidate.opus").write_bytes(b"OggS" + bytes(range(256)))


def _whole(app: WholeWindow, interview: Interview) -> None:
    app.add_part(interview, **BOTH)


def _empty(app: WholeWindow, interview: Interview) -> None:
    folder = app.add_part(interview)
    for side in ("candidate", "interviewer"):
        (folder / f"{side}.opus").touch()


def _nothing(app: WholeWindow, interview: Interview) -> None:
    """No part at all."""


def _with_words(app: WholeWindow, interview: Interview) -> None:
    line = Caption(str(uuid.uuid4()), "candidate", SAID, 1000, 3000, 1, final=True)
    app.asked(app.workspace.api.post_captions(interview.id, [line]))


def _review(app: WholeWindow) -> ReviewPresenter:
    review = app.session().review
    assert review is not None
    return review


def _plays(app: WholeWindow, review: ReviewPresenter) -> None:
    app.until(lambda: has_button(review.view, "Play"))
    app.press(review.view, "Play")
    app.until(lambda: review.player is not None and review.player.position_ms() > 300)
    app.until(lambda: has_button(review.view, "Pause"))
    app.press(review.view, "Pause")
    app.until(lambda: has_button(review.view, "Play"))


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (_truncated, "Your side ends at 0:0"),
        (_one_side, "Your side could not be read. The other side plays."),
        (_one_side_is_noise, "Your side could not be read. The other side plays."),
    ],
)
def test_what_is_missing_of_the_sound_is_said_and_the_rest_plays(
    app: WholeWindow, make: Make, sentence: str
) -> None:
    interview = app.new_interview()
    _with_words(app, interview)
    make(app, interview)
    review = _review(app)
    app.until(lambda: sentence in words(review.view))
    app.until(lambda: [one.text for one in review.view.transcript.all_lines()] == [SAID])
    _plays(app, review)


@pytest.mark.parametrize("make", [_nothing, _empty])
@pytest.mark.parametrize("spoken", [True, False], ids=["words", "no words"])
def test_a_session_without_sound_says_so_and_shows_its_words(
    app: WholeWindow, make: Make, spoken: bool
) -> None:
    interview = app.new_interview()
    if spoken:
        _with_words(app, interview)
    make(app, interview)
    view = _review(app).view
    if spoken:
        app.until(lambda: "There is no sound of this session." in words(view))
        app.until(lambda: "What was written down is below." in words(view))
        assert [one.text for one in view.transcript.all_lines()] == [SAID]
    else:
        app.until(lambda: "Neither words nor sound were kept of this session." in words(view))
    assert not has_button(view, "Play")


def test_a_session_without_words_says_so_and_plays(app: WholeWindow) -> None:
    interview = app.new_interview()
    _whole(app, interview)
    review = _review(app)
    app.until(lambda: "The sound is here all the same." in words(review.view))
    _plays(app, review)


def test_without_the_server_the_sound_of_this_computer_plays(app: WholeWindow) -> None:
    interview = app.new_interview()
    _with_words(app, interview)
    _whole(app, interview)
    app.interview()
    # It ended for good: whatever asks for words is told so.
    app.asked(app.workspace.host.aclose())
    review = _review(app)
    app.until(lambda: has_button(review.view, "Try again"))
    _plays(app, review)
    app.press(review.view, "Try again")
    app.until(lambda: has_button(review.view, "Try again"))
    _plays(app, review)
