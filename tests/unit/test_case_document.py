"""Documents that somebody sends: whatever they hold, they are a case or are told what is wrong."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from server.cases import Case, CaseError, checked_case
from tests.helpers.api import a_document

DOCUMENT = a_document("a-case")
JSON = json.dumps(DOCUMENT).encode()
YAML = yaml.safe_dump(DOCUMENT, sort_keys=False).encode()
FORMULAS = (
    "9**9**9", "1/0", "1/(1-1)", "1e308*1e308", "1e308*10-1e308*10", "(" * 150, "-" * 299 + "1",
    "lambda: 0", "f'{x}'", "x:=1", "9" * 300, "1" * 301, "0777", "1_0", "1j", "1 if 2 else 3",
    "profit", "__import__('os')", "().__class__", "\n1", "١+١", "", " ", "~1", "1//2", "not 1",
)  # fmt: skip


def _checked(document: bytes, **how: Any) -> None:
    """A case, or an error that tells a place and a reason."""
    try:
        assert isinstance(checked_case(document, **how), Case)
    except CaseError as error:
        assert error.key
        assert error.reason


def test_a_document_is_the_same_case_in_both_languages() -> None:
    assert checked_case(JSON) == checked_case(YAML, written_in="YAML")


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_is_calculated_or_refused(formula: str) -> None:
    for place in ("steps", "common_errors"):
        document = copy.deepcopy(DOCUMENT)
        document["questions"][2]["numeric"][place][0]["formula"] = formula
        _checked(json.dumps(document).encode())
    document = copy.deepcopy(DOCUMENT)
    document["questions"][2]["numeric"]["accept_also"] = [formula]
    _checked(json.dumps(document).encode())


@pytest.mark.parametrize("number", ["1e308", "1e999", "-1e308", "9" * 400, "9" * 5000, "1e-320"])
def test_a_number_is_usable_or_refused(number: str) -> None:
    for place in ("inputs", "rows", "silence_s"):
        document = copy.deepcopy(DOCUMENT)
        inputs = document["questions"][2]["numeric"]["inputs"]
        part, key = {
            "inputs": (inputs, next(iter(inputs))),
            "rows": (document["exhibits"][0]["rows"][0], 1),
            "silence_s": (document["questions"][1], "silence_s"),
        }[place]
        part[key] = "NUMBER"
        _checked(json.dumps(document).replace('"NUMBER"', number).encode())
        text = yaml.safe_dump(document, sort_keys=False).replace("NUMBER", number)
        _checked(text.encode(), written_in="YAML")


@pytest.mark.parametrize("number", [".inf", "-.inf", ".nan"])
def test_what_is_no_number_is_refused(number: str) -> None:
    document = copy.deepcopy(DOCUMENT)
    document["exhibits"][0]["rows"][0][1] = "NUMBER"
    text = yaml.safe_dump(document, sort_keys=False).replace("NUMBER", number)
    with pytest.raises(CaseError) as caught:
        checked_case(text.encode(), written_in="YAML")
    assert caught.value.key == "exhibits[0].rows[0]"


def test_a_line_end_is_no_part_of_a_slug() -> None:
    with pytest.raises(CaseError) as caught:
        checked_case(json.dumps(DOCUMENT | {"id": "a-case\n"}).encode())
    assert caught.value.key == "id"


@pytest.mark.parametrize("document", [b"[" * 200_000, b"{a: " * 50_000, b"- " * 100_000,
                                      b"? " * 100_000, b"a: &a [b]\nc: [*a, *a]",
                                      b"!!python/object/apply:os.system [x]",
                                      b'"' + b"\\n" * 100_000, b"a" * 250_000 + b": 1",
                                      b"#" * 250_000, b"%YAML 9.9\n---\na: 1", b"\xff", b""],
                         ids=lambda one: repr(one[:12]))  # fmt: skip
def test_tricks_of_yaml_are_refused(document: bytes) -> None:
    with pytest.raises(CaseError):
        checked_case(document, written_in="YAML")


@given(at=st.integers(0, len(YAML)), cut=st.integers(0, 40), put=st.binary(max_size=12))
def test_yaml_with_any_bytes_changed_is_taken_or_told(at: int, cut: int, put: bytes) -> None:
    _checked(YAML[:at] + put + YAML[at + cut :], written_in="YAML")


@given(at=st.integers(0, len(JSON)), cut=st.integers(0, 40), put=st.binary(max_size=12))
def test_json_with_any_bytes_changed_is_taken_or_told(at: int, cut: int, put: bytes) -> None:
    _checked(JSON[:at] + put + JSON[at + cut :])


def test_a_document_full_of_what_is_slow_to_check_comes_to_an_end() -> None:
    document = copy.deepcopy(DOCUMENT)
    inputs = document["questions"][2]["numeric"]["inputs"]
    name, value = next(iter(inputs.items()))
    inputs |= {f"z{index}": value for index in range(24 - len(inputs))}
    for question in document["questions"]:
        derived = {
            f"d{question['number']}_{index}": f"{name} + " * 20 + name for index in range(24)
        }
        question["derived"] = derived
        question["bonus"] = [f"{value} " * (599 // len(f"{value} "))] * 5
    for exhibit in document["exhibits"]:
        exhibit["takeaways"] = exhibit["distractors"] = question["bonus"]
    _checked(json.dumps(document).encode())
