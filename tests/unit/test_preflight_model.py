"""The words around the check before an interview, and those of the devices' menus."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.domain.devices import Device
from interview_desktop.domain.preflight import (
    CHECK_KINDS,
    Check,
    CheckKind,
    CheckState,
    running,
)
from interview_desktop.ui.view_models.devices import SYSTEM, device_choices
from interview_desktop.ui.view_models.preflight import (
    PreflightCase,
    checked_words,
    headline,
    news,
    to_fix,
)

STATES: tuple[CheckState, ...] = ("running", "ok", "advice", "problem")
READY = {kind: Check(kind, "ok", "Fine.") for kind in CHECK_KINDS}
tables = st.dictionaries(st.sampled_from(CHECK_KINDS), st.sampled_from(STATES)).map(
    lambda states: {kind: Check(kind, state, "Found.") for kind, state in states.items()}
)


def changed(kind: CheckKind, state: CheckState, sentence: str = "Found.") -> dict[CheckKind, Check]:
    return READY | {kind: Check(kind, state, sentence)}


@pytest.mark.parametrize(
    ("checks", "words"),
    [
        ({}, "0 of 6 ready, 6 checking"),
        (READY, "6 of 6 ready"),
        (changed("echo", "advice"), "5 of 6 ready, 1 with advice"),
        (
            changed("microphone", "problem") | {"echo": Check("echo", "advice", "")},
            "4 of 6 ready, 1 with advice, 1 to fix",
        ),
    ],
)
def test_the_headline_counts_the_rows(checks: dict[CheckKind, Check], words: str) -> None:
    assert headline(checks) == words


def test_what_is_to_be_fixed_is_named() -> None:
    assert to_fix(READY) == to_fix(changed("echo", "advice")) == to_fix({}) == ""
    one = changed("microphone", "problem")
    assert to_fix(one) == "One thing to fix first: the microphone."
    two = one | {"disk": Check("disk", "problem", "Full.")}
    assert to_fix(two) == "Two things to fix first: the microphone and the disk."
    four = {kind: Check(kind, "problem", "") for kind in CHECK_KINDS[:4]}
    assert to_fix(four) == (
        "4 things to fix first: the microphone, the loudspeaker, the echo and the network."
    )


def test_a_change_is_told_once_with_its_advice() -> None:
    advice = READY | {"echo": Check("echo", "advice", "Loudspeakers.", "Use headphones.")}
    assert news(READY, advice) == "Echo, ready, with advice. Loudspeakers. Use headphones."
    assert news(advice, advice) == ""


def test_checking_is_silent_but_for_the_microphone_that_asks_for_a_voice() -> None:
    assert news(READY, READY | {"network": running("network")}) == ""
    assert news({}, {"echo": running("echo", "Measuring…")}) == ""
    asks: dict[CheckKind, Check] = {
        "microphone": running("microphone", "Headset. Say a few words.")
    }
    assert news({}, asks) == "Microphone, checking. Headset. Say a few words."


def test_the_last_row_brings_the_sum() -> None:
    before = READY | {"disk": running("disk")}
    assert news(before, READY) == "Disk, ready. Fine. 6 of 6 ready."


@given(tables, tables)
def test_nothing_is_said_of_what_stayed(
    before: dict[CheckKind, Check], now: dict[CheckKind, Check]
) -> None:
    said = news(before, now)
    assert news(now, now) == ""
    for kind, check in now.items():
        told = f"{kind.capitalize()}, " in said
        assert told == (check != before.get(kind) and (check.state != "running" or told))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "Checked just now"),
        (59.9, "Checked just now"),
        (180, "Checked 3\u00a0min ago"),
        (7200, "Checked over an hour ago"),
    ],
)
def test_the_age_of_the_check_is_told(seconds: float, words: str) -> None:
    assert checked_words(READY, seconds) == words
    assert checked_words({}, seconds) == "Checking…"


def test_an_interview_that_goes_on_says_where() -> None:
    new = PreflightCase("Tea", "Growth, easy", "candidate-led", 20)
    assert new.button == "Start interview"
    assert new.lines == "Growth, easy\nCandidate-led, about 20\u00a0minutes"
    assert "You hear the prompt" in new.what_happens
    old = PreflightCase("Tea", "Growth, easy", "candidate-led", 10, 3)
    assert old.button == "Resume at question 3"
    assert old.lines.endswith("about 10\u00a0minutes left")
    assert "goes on at question 3" in old.what_happens
    gone = PreflightCase("A case that is not here any more", "", "", 0, 3, "Other words.")
    assert (gone.lines, gone.what_happens) == ("", "Other words.")


def microphone(id_: str, name: str, default: bool = False) -> Device:
    return Device(id_, name, "microphone", default)


def test_the_systems_choice_stands_first_and_names_what_it_is() -> None:
    choices = device_choices(
        [microphone("b", "USB headset"), microphone("a", "Built-in", True)], None
    )
    assert choices == (
        (SYSTEM, "Follow the system (Built-in)"), ("b", "USB headset"), ("a", "Built-in"),
    )  # fmt: skip
    assert device_choices([], None) == ((SYSTEM, "Follow the system"),)


def test_devices_of_one_name_are_told_apart() -> None:
    same = [microphone("a", "USB Audio"), microphone("b", "USB Audio")]
    assert [words for _key, words in device_choices(same, None)][1:] == [
        "USB Audio (1)", "USB Audio (2)",
    ]  # fmt: skip


def test_an_unplugged_device_stays_chosen_and_says_so() -> None:
    choices = dict(device_choices([microphone("a", "Built-in", True)], "gone"))
    assert choices["gone"] == "Your device, not connected now"
    assert "gone" not in dict(device_choices([microphone("gone", "Headset")], "gone")).values()
