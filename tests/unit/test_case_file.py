"""Case files: the shipped ones are good, and what is broken is named by file and key."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from server.cases import (
    CaseError,
    check_number,
    load_case,
    load_cases,
    speech_ready,
    spoken_lines,
    template_uuid,
)
from server.cases.speech import clip_path
from server.config import ASSETS

SLUG = "market-entry-scanning-software"
SHIPPED = ASSETS / "cases" / f"{SLUG}.yaml"


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


def test_every_line_of_every_case_has_its_clip() -> None:
    cases = load_cases(ASSETS / "cases")
    assert SLUG in cases
    for case in cases.values():
        missing = [
            line for line in spoken_lines(case) if not clip_path(ASSETS / "speech", line).exists()
        ]
        assert not missing
        assert speech_ready(case, ASSETS / "speech")


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
