"""Renders the interviewer's lines: `python3 -m server.cases.render_speech`.

A build step, run by hand when a case changes; its results are committed. Speech comes from
flite's rms voice (run as a program), one mono Ogg Opus clip a line at 16 kbit/s, named by the
hash of text and voice. Needs flite on the PATH.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import av
import av.audio.resampler

from server.cases.loader import load_cases
from server.cases.speech import clip_path, spoken_lines

ASSETS = Path(__file__).resolve().parents[2] / "assets"
BIT_RATE = 16_000
TIMEOUT_S = 120


def render(text: str, target: Path) -> None:
    """Speak `text` into the clip `target`, written whole or not at all."""
    with tempfile.TemporaryDirectory() as folder:
        wav = Path(folder) / "line.wav"
        subprocess.run(
            ["flite", "-voice", "rms", "-o", str(wav), "-t", " ".join(text.split())],
            check=True,
            timeout=TIMEOUT_S,
            capture_output=True,
        )
        part = target.with_suffix(".part")
        _encode(wav, part)
        part.replace(target)


def _encode(wav: Path, target: Path) -> None:
    with av.open(str(wav)) as source, av.open(str(target), "w", format="ogg") as sink:
        stream = sink.add_stream("libopus", rate=48_000)
        stream.layout = "mono"
        stream.bit_rate = BIT_RATE
        resampler = av.audio.resampler.AudioResampler("s16", "mono", 48_000)
        for frame in source.decode(audio=0):
            for piece in resampler.resample(frame):
                sink.mux(stream.encode(piece))
        for piece in resampler.resample(None):
            sink.mux(stream.encode(piece))
        sink.mux(stream.encode(None))


def main() -> int:
    """Render every missing clip and remove those that no line needs any more."""
    speech = ASSETS / "speech"
    wanted: set[Path] = set()
    made = 0
    for case in load_cases(ASSETS / "cases").values():
        for line in spoken_lines(case):
            path = clip_path(speech, line)
            wanted.add(path)
            if not path.exists():
                render(line, path)
                made += 1
    stale = set(speech.glob("*.opus")) - wanted
    for path in stale:
        path.unlink()
    sys.stdout.write(f"{made} clips made, {len(stale)} removed, {len(wanted)} in all\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
