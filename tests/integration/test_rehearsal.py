"""A whole interview of four questions in a network namespace that has only loopback."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from interview_desktop.audio.file_sound import read_wav
from server.cases import load_cases
from server.cases.speech import clip_path
from server.config import ASSETS
from tests.helpers.speech import correlation_peak, say, silence

SLUG = "market-entry-scanning-software"


@pytest.mark.timeout(420)
def test_four_questions_with_no_network(tmp_path: Path) -> None:
    wavs = [
        say("could you repeat the question", tmp_path / "1.wav"),
        silence(2, tmp_path / "2.wav"),
        say("the profit is about one point nine million euros", tmp_path / "3.wav"),
        say("go in with the medium warehouses first", tmp_path / "4.wav"),
    ]
    out = tmp_path / "out"
    command = [sys.executable, "-m", "interview_desktop", "rehearse", "--template", SLUG]
    for wav in wavs:
        command += ["--mic", str(wav)]
    command += ["--out", str(out), "--seconds", "360"]
    if os.geteuid() == 0 and shutil.which("unshare"):
        # Only loopback is up in there.
        command = ["unshare", "-n", "sh", "-c", 'ip link set lo up && exec "$@"', "sh", *command]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((out / "report.json").read_text())
    assert report["interview"]["status"] == "completed"
    progress = report["interview"]["progress_data"]
    assert progress == {"current_question": 4, "questions_completed": [1, 2, 3, 4]}
    said = [one for one in report["captions"] if one["speaker"] == "candidate"]
    assert said[0]["text"] == "could you repeat the question"
    assert not [one for one in said if one["question"] == 2]
    case = load_cases(ASSETS / "cases")[SLUG]
    asked = [one for one in report["captions"] if one["text"].endswith(case.question(1).prompt)]
    assert len(asked) == 2
    numbers = [one for one in report["events"] if one["type"] == "number"]
    assert numbers[0]["value"] == 1_900_000
    tracks = report["recording"]["tracks"]
    candidate = read_wav(Path(tracks["candidate"]))
    for index in (0, 2, 3):
        assert correlation_peak(candidate, read_wav(wavs[index]))[0] > 0.75
    interviewer = read_wav(Path(tracks["interviewer"]))
    clip = read_wav(clip_path(ASSETS / "speech", case.question(1).prompt))
    # The clip has been through Opus twice on its way.
    assert correlation_peak(interviewer, clip)[0] > 0.6
    assert json.loads((out / "transcript.json").read_text())["segments"] == report["captions"]
