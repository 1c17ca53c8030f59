"""A whole interview of four questions by `rehearse`, with a network and without one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from interview_desktop.audio.file_sound import read_wav
from server.cases import load_cases
from server.cases.speech import clip_path
from server.config import ASSETS
from tests.helpers.speech import correlation_peak, say, silence

SLUG = "market-entry-scanning-software"
LIMIT_S = 360
# Only loopback is up in there.
NO_NETWORK = ["sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
NAMESPACE = ["unshare", "-n"] if os.geteuid() == 0 else ["unshare", "-rn"]
AROUND = {"network": [], "loopback": [*NAMESPACE, *NO_NETWORK]}
SPOKEN = (1, 3, 4)


@dataclass(frozen=True)
class Rehearsal:
    """A command that is under way, and what it was given."""

    process: subprocess.Popen[str]
    wavs: dict[int, Path]
    out: Path

    def report(self) -> dict[str, Any]:
        """Wait for the end; it must be a good one."""
        printed, _ = self.process.communicate(timeout=LIMIT_S + 30)
        assert self.process.returncode == 0, printed
        report: dict[str, Any] = json.loads((self.out / "report.json").read_text())
        return report


@pytest.fixture(scope="module")
def rehearsals(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Rehearsal]]:
    """Both start at once: each spends most of its minutes listening."""
    folder = tmp_path_factory.mktemp("rehearsals")
    wavs = {
        1: say("could you repeat the question", folder / "1.wav"),
        2: silence(2, folder / "2.wav"),
        3: say("the profit is about one point nine million euros", folder / "3.wav"),
        4: say("go in with the medium warehouses first", folder / "4.wav"),
    }
    command = [sys.executable, "-m", "interview_desktop", "rehearse", "--template", SLUG]
    command += [part for wav in wavs.values() for part in ("--mic", str(wav))]
    running: dict[str, Rehearsal] = {}
    try:
        for name, around in AROUND.items():
            out = folder / name
            process = subprocess.Popen(
                [*around, *command, "--out", str(out), "--seconds", str(LIMIT_S)],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            running[name] = Rehearsal(process, wavs, out)
        yield running
    finally:
        for one in running.values():
            one.process.kill()
            one.process.communicate()


@pytest.mark.timeout(420)
@pytest.mark.parametrize("name", AROUND)
def test_four_questions(rehearsals: dict[str, Rehearsal], name: str) -> None:
    rehearsal = rehearsals[name]
    report = rehearsal.report()
    assert report["interview"]["status"] == "completed"
    progress = report["interview"]["progress_data"]
    assert progress == {"current_question": 4, "questions_completed": [1, 2, 3, 4]}
    _check_words(report)
    _check_sound(report, rehearsal.wavs)
    stored = json.loads((rehearsal.out / "transcript.json").read_text())
    assert stored["segments"] == report["captions"]
    assert report["packets"]["received"] > 0
    assert report["latency"]["start_to_first_sound_ms"] > 0
    assert [one["state"] for one in report["states"]][-1] == "ended"


def _check_words(report: dict[str, Any]) -> None:
    said = [one for one in report["captions"] if one["speaker"] == "candidate"]
    assert said[0]["text"] == "could you repeat the question"
    # A silent file has no words.
    assert not [one for one in said if one["question"] == 2]
    case = load_cases(ASSETS / "cases")[SLUG]
    asked = [one for one in report["captions"] if one["text"].endswith(case.question(1).prompt)]
    assert len(asked) == 2
    numbers = [one for one in report["events"] if one["type"] == "number"]
    assert numbers[0]["value"] == 1_900_000


def _check_sound(report: dict[str, Any], wavs: dict[int, Path]) -> None:
    tracks = report["recording"]["tracks"]
    candidate = read_wav(Path(tracks["candidate"]))
    for number in SPOKEN:
        assert correlation_peak(candidate, read_wav(wavs[number]))[0] > 0.75
    interviewer = read_wav(Path(tracks["interviewer"]))
    case = load_cases(ASSETS / "cases")[SLUG]
    clip = read_wav(clip_path(ASSETS / "speech", case.question(1).prompt))
    # The clip has been through Opus twice on its way.
    assert correlation_peak(interviewer, clip)[0] > 0.6
