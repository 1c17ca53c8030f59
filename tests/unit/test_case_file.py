"""Case files: the shipped ones are good, and what is broken is named by file and key."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
import yaml

from server.cases import (
    Case,
    CaseError,
    check_number,
    load_case,
    load_cases,
    speech_ready,
    spoken_lines,
    template_uuid,
)
from server.cases.check import values
from server.cases.formulas import evaluate
from server.cases.speech import clip_path
from server.config import ASSETS

SLUG = "market-entry-scanning-software"
SHIPPED = ASSETS / "cases" / f"{SLUG}.yaml"
CASES = load_cases(ASSETS / "cases")


def _change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def change(case: dict[str, Any]) -> None:
        *way, last = [int(key) if key.isdigit() else key for key in path.split(".")]
        place: Any = case
        for key in way:
            place = place[key]
        place[last] = value

    return change


MUTATIONS = {
    "unknown key": (_change("extra", 1), "extra"),
    "version as text": (_change("version", "1"), "version"),
    "other id": (_change("id", "other-case"), "id"),
    "minutes": (_change("minutes", 20), "minutes"),
    "symbol": (
        _change("questions.0.prompt", "Is 5 % enough to go on?"),
        "questions[0]",
    ),
    "order": (_change("questions.0.number", 2), "questions[0]"),
    "four hints": (_change("questions.1.hints", ["One."] * 4), "questions[1].hints"),
    "ends by itself": (_change("questions.0.silence_s", 2), "questions[0].silence_s"),
    "no pushback": (_change("questions.3.pushback", None), "questions[3].pushback"),
    "short row": (_change("exhibits.0.rows.0", ["Small"]), "exhibits[0].rows[0]"),
    "unknown name": (
        _change("questions.2.numeric.steps.0.formula", "nothing * 2"),
        "questions[2].numeric.steps[0].formula",
    ),
    "a call": (
        _change("questions.2.numeric.steps.0.formula", "abs(1)"),
        "questions[2].numeric.steps[0].formula",
    ),
    "error equals answer": (
        _change("questions.2.numeric.common_errors.0.formula", "profit * 1.01"),
        "questions[2].numeric.common_errors[0]",
    ),
    "invented number": (
        _change("questions.3.bonus.0", "That is seventy-seven point three percent of it."),
        "questions[3].bonus[0]",
    ),
    "invented takeaway": (
        _change("exhibits.0.takeaways.0", "It grows by ninety-eight point six percent."),
        "exhibits[0].takeaways[0]",
    ),
    "a step that tells another number": (
        _change("questions.2.numeric.steps.4.say", "After the team, nine thousand euros are left."),
        "questions[2].numeric.steps[4].say",
    ),
    "an input that nobody tells": (
        _change("questions.2.numeric.inputs.payback_limit", 3.77),
        "questions[2].numeric.inputs.payback_limit",
    ),
    "the answer before it is asked for": (
        _change("clarifications.0.answer", "It would earn one point nine four million."),
        "clarifications[0].answer",
    ),
    "the answer in the fourth hint": (
        _change("questions.2.hints.3", "It comes to about one point nine four million euros."),
        "questions[2].hints[3]",
    ),
    "a result in the third hint": (
        _change("questions.2.hints.2", "There are seven hundred and twenty customers."),
        "questions[2].hints[2]",
    ),
    "a fifth hint without the answer": (
        _change("questions.2.hints.4", "Now multiply everything."),
        "questions[2].hints[4]",
    ),
    "three asks": (_change("clarifications.0.asks", ["a b"] * 3), "clarifications[0].asks"),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_broken_file_is_named_with_its_key(name: str, tmp_path: Path) -> None:
    mutate, key = MUTATIONS[name]
    case = copy.deepcopy(yaml.safe_load(SHIPPED.read_text()))
    mutate(case)
    path = tmp_path / SHIPPED.name
    path.write_text(yaml.safe_dump(case, sort_keys=False))
    with pytest.raises(CaseError) as caught:
        load_case(path)
    assert caught.value.file == SHIPPED.name
    assert caught.value.key.startswith(key), str(caught.value)


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / SHIPPED.name
    path.write_text(SHIPPED.read_text() + "\nformat: 1\n")
    with pytest.raises(CaseError, match="duplicate key"):
        load_case(path)


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "\x00", "a: !!python/object:os.system {}"])
def test_what_is_no_case_is_an_error_with_the_files_name(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(CaseError, match=r"x\.yaml"):
        load_case(path)


def test_the_template_id_never_changes() -> None:
    assert str(template_uuid(SLUG)) == "d660a3d2-2be1-5277-a50c-a73508014c53"


def test_the_library_has_something_for_everybody() -> None:
    assert len(CASES) >= 6
    assert SLUG in CASES
    cases = CASES.values()
    assert {case.difficulty for case in cases} == {"easy", "medium", "hard"}
    assert {case.format_style for case in cases} == {"interviewer-led", "candidate-led"}
    kinds = {exhibit.kind for case in cases for exhibit in case.exhibits}
    assert kinds == {"table", "bar", "line", "waterfall"}
    for key in ("title", "case_type", "industry", "summary"):
        assert len({getattr(case, key) for case in cases}) == len(CASES)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_line_of_every_case_has_its_clip(case: Case) -> None:
    missing = [
        line for line in spoken_lines(case) if not clip_path(ASSETS / "speech", line).exists()
    ]
    assert not missing
    assert speech_ready(case, ASSETS / "speech")


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_clip_says_something_and_none_is_clipped(case: Case) -> None:
    for line in spoken_lines(case):
        with av.open(str(clip_path(ASSETS / "speech", line))) as clip:
            stream = clip.streams.audio[0]
            parts = [frame.to_ndarray().ravel() for frame in clip.decode(stream)]
        pcm = np.concatenate(parts).astype(np.float64)
        letters_a_second = len(line) / (len(pcm) / 48_000)
        assert 5 < letters_a_second < 20, line
        assert np.abs(pcm).max() < 0.9, line
        assert 0.05 < np.sqrt((pcm**2).mean()) < 0.15, line


def test_no_clip_is_left_over() -> None:
    wanted = {clip_path(ASSETS / "speech", line) for case in CASES.values()
              for line in spoken_lines(case)}  # fmt: skip
    assert set((ASSETS / "speech").glob("*.opus")) == wanted


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_every_result_and_every_error_of_every_case_is_recognised(case: Case) -> None:
    numeric = case.question(3).numeric
    assert numeric is not None
    names = values(case, numeric)
    right = check_number(case, 3, names[numeric.expected])
    assert right is not None
    assert (right.verdict, right.diagnosis) == ("match", None)
    for formula in numeric.accept_also:
        accepted = check_number(case, 3, evaluate(formula, names))
        assert accepted is not None
        assert accepted.verdict == "match"
    for error in numeric.common_errors:
        wrong = check_number(case, 3, evaluate(error.formula, names))
        assert wrong is not None
        assert (wrong.verdict, wrong.diagnosis) == ("named_error", error.diagnosis)


@pytest.mark.parametrize(
    ("slug", "value", "unit", "verdict"),
    [
        ("merger-dental-clinics", 13.3, "percent", "match"),
        ("merger-dental-clinics", 13.3, "", "match"),
        ("merger-dental-clinics", 0.133, "", "match"),
        ("merger-dental-clinics", 10.8, "percent", "named_error"),
        ("growth-online-tutoring", 46, "percent", "match"),
        ("growth-online-tutoring", 0.46, "", "match"),
        ("growth-online-tutoring", 276_000, "EUR", "match"),
        ("pricing-museum-tickets", 3.7, "percent", "match"),
    ],
)
def test_a_percentage_may_be_given_either_way(
    slug: str, value: float, unit: str, verdict: str
) -> None:
    check = check_number(CASES[slug], 3, value, unit)
    assert check is not None
    assert check.verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (1_936_000, "match"),
        (1_940_000, "match"),
        (6_480_000, "named_error"),
        (193_600, "named_error"),
        (123, "different"),
    ],
)
def test_a_number_is_compared_and_its_error_named(value: float, verdict: str) -> None:
    check = check_number(load_case(SHIPPED), 3, value)
    assert check is not None
    assert check.verdict == verdict
    assert (check.diagnosis is not None) == (verdict == "named_error")


def test_other_questions_ask_for_no_number() -> None:
    assert check_number(load_case(SHIPPED), 1, 5) is None
