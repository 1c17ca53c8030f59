"""What the preflight says about what it measured."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_desktop.audio.chime import chime, probe
from interview_desktop.audio.echo_check import echo_in
from interview_desktop.domain.devices import Device, candidates
from interview_desktop.domain.preflight import (
    EchoPath,
    Heard,
    disk_verdict,
    echo_verdict,
    interviewer_verdict,
    microphone_verdict,
    network_verdict,
)

BUILT_IN = Device("a", "Built-in microphone", "microphone", True)
HEADSET = Device("b", "USB headset", "microphone", False)
SPEAKER = Device("c", "Built-in loudspeakers", "loudspeaker", True)


@pytest.mark.parametrize(
    ("heard", "state", "words"),
    [
        (Heard(3, False, -100, 0), "problem", "It sends only silence."),
        (Heard(3, True, -25, 0), "ok", "Your voice arrives clearly."),
        (Heard(3, True, -60, 0), "advice", "It is very quiet."),
        (Heard(3, True, -5, 0), "advice", "Your voice arrives too loud."),
        (Heard(3, True, -12, 0.01), "advice", "Your voice arrives too loud."),
    ],
)
def test_a_microphone_is_judged_by_what_it_sends(heard: Heard, state: str, words: str) -> None:
    check = microphone_verdict("USB headset", heard, final=True)
    assert (check.state, check.sentence) == (state, f"USB headset. {words}")
    assert bool(check.advice) == (state != "ok")


def test_a_quiet_microphone_is_given_time() -> None:
    check = microphone_verdict("USB headset", Heard(1, True, -60, 0), final=False)
    assert (check.state, check.sentence) == ("running", "USB headset. Say a few words.")


@pytest.mark.parametrize(
    ("free", "state", "sentence"),
    [
        (41_500_000_000, "ok", "41 GB free. This interview needs about 20 MB."),
        (999_999_999, "advice", "999 MB free. This interview needs about 20 MB."),
        (199_999_999, "problem", "199 MB free. This interview needs about 20 MB."),
        (0, "problem", "0 MB free. This interview needs about 20 MB."),
    ],
)
def test_a_disk_is_judged_by_its_room(free: int, state: str, sentence: str) -> None:
    check = disk_verdict(free, 30)
    assert (check.state, check.sentence) == (state, sentence)
    assert bool(check.advice) == (state != "ok")


def test_rows_say_plainly_what_is_not_known() -> None:
    assert network_verdict(1, local=True).sentence == "Direct, 1 ms. It stays on this laptop."
    assert network_verdict(None, local=True).state == "problem"
    assert network_verdict(20, local=False, relays=3).sentence.endswith("it was not tried.")
    assert network_verdict(400, local=False).state == "advice"
    assert interviewer_verdict(False).state == "problem"
    assert echo_verdict(EchoPath(None)).sentence.startswith("The echo could not be measured.")
    assert echo_verdict(EchoPath(-80)).sentence == "Headphones. There is nothing to remove."
    assert echo_verdict(EchoPath(-10)).sentence == "Loudspeakers. Your own echo is removed."


def test_the_chosen_device_comes_first_then_the_default() -> None:
    everything = [SPEAKER, HEADSET, BUILT_IN]
    assert candidates(None, everything, "microphone") == [BUILT_IN, HEADSET]
    assert candidates("b", everything, "microphone") == [HEADSET, BUILT_IN]
    assert candidates("gone", everything, "microphone") == [BUILT_IN, HEADSET]
    # Without a microphone the system would give the loudspeaker's own sound.
    assert candidates(None, [SPEAKER], "microphone") == []
    assert candidates(None, [], "microphone")[0].id == ""


@given(st.floats(-34, 0), st.integers(0, 30_000), st.integers(0, 2**32 - 1))
def test_an_echo_is_found_at_its_level(gain_db: float, delay: int, seed: int) -> None:
    sound = probe()
    heard = np.random.default_rng(seed).normal(0, 10, len(sound) + 48_000)
    heard[delay : delay + len(sound)] += sound * 10 ** (gain_db / 20)
    path = echo_in(heard.clip(-32768, 32767).astype(np.int16), sound)
    assert path.returned_db == pytest.approx(gain_db, abs=1.5)
    assert not path.headphones


def test_headphones_are_told_from_a_noisy_room() -> None:
    random = np.random.default_rng(3)
    quiet = random.normal(0, 10, 76_800).astype(np.int16)
    loud = random.normal(0, 6000, 76_800).clip(-32768, 32767).astype(np.int16)
    assert echo_in(quiet, probe()).headphones
    assert echo_in(loud, probe()).returned_db is None
    # Nothing at all is a dead microphone, not headphones.
    assert echo_in(np.zeros(76_800, dtype=np.int16), probe()).returned_db is None
    assert echo_in(quiet[:100], probe()).returned_db is None


def test_the_test_sound_is_soft_at_both_ends() -> None:
    for sound in (chime(), probe()):
        assert 3000 < np.abs(sound.astype(np.int32)).max() < 10_000
        assert np.abs(sound[:48]).max() < 1500
        assert np.abs(sound[-48:]).max() < 200
