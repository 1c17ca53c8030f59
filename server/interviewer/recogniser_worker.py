"""Speech recognition in a process of its own: `python3 -m server.interviewer.recogniser_worker`.

Three decoders hear every utterance: a grammar of intents, a free phone loop that tells speech
outside the grammar (the grammar alone always answers something), and the open language model
for a rough draft of the words. Frames come on stdin (`frames.py`), one JSON line each goes to
stdout. Ends when stdin closes.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, BinaryIO

import pocketsphinx

from server.cases import Case, decoded
from server.interviewer.frames import AUDIO, BEGIN, CASE, END, GRAMMAR, read_frame
from server.interviewer.intents import grammar, phrases

RATE_HZ = 16_000
FRAME_S = 0.01
# An intent is short: what lasts longer is an answer.
LONGEST_INTENT_S = 9.0
# (grammar score - phone loop score) per frame, above which the grammar may be believed; a phrase
# that was said scores +0.00006 to +0.001.
ACCEPT_MARGIN = 0.0
# The open draft must bear the phrase out: by a share of its words, or, with a clear margin, by
# its letters and length, as the draft of a short phrase is often wrong in every word. Measured
# on four synthetic voices (86 phrases and 92 other sentences each): words alone accepted 322 of
# 344 phrases, with letters 335, and the same 13 of 368 other sentences, most of them nearly a
# phrase ("let me see").
LEAST_LIKENESS = 0.4
CLEAR_MARGIN = 0.0003
LEAST_LETTERS = 0.45
LENGTHS = (0.6, 1.6)
PARTIAL_EVERY_S = 0.6


class Recogniser:
    """Three decoders over one utterance at a time."""

    def __init__(self, case: Case) -> None:
        self._case = case
        self._open = _decoder(lm=True)
        self._phones = _decoder()
        model = Path(pocketsphinx.get_model_path()) / "en-us" / "en-us-phone.lm.bin"
        self._phones.add_allphone_file("phones", str(model))
        self._phones.activate_search("phones")
        self._grammar = _decoder()
        self._id = ""
        self._samples = 0
        self._next_partial = 0
        self._partial = ""
        self.set_numbers(wanted=False)

    def set_numbers(self, *, wanted: bool) -> None:
        """Listen for a result as well (the quantitative question)."""
        lines = phrases(self._case)
        text = grammar(
            lines,
            numbers=wanted,
            known_word=lambda word: self._grammar.lookup_word(word) is not None,
        )
        name = "numbers" if wanted else "intents"
        self._grammar.add_jsgf_string(name, text)
        self._grammar.activate_search(name)

    def begin(self, utterance: str) -> None:
        """A new utterance; one that was never ended is dropped."""
        if self._id:
            self._end_all()
        self._id, self._samples, self._partial = utterance, 0, ""
        self._next_partial = int(PARTIAL_EVERY_S * RATE_HZ)
        for decoder in (self._open, self._phones, self._grammar):
            decoder.start_utt()

    def hear(self, pcm: bytes) -> dict[str, Any] | None:
        """Take sound in (int16, 16 kHz); sometimes returns new words of the draft."""
        if not self._id:
            return None
        short = self._samples < LONGEST_INTENT_S * RATE_HZ
        for decoder in (self._open, self._phones, self._grammar) if short else (self._open,):
            decoder.process_raw(pcm, no_search=False, full_utt=False)
        self._samples += len(pcm) // 2
        if self._samples < self._next_partial:
            return None
        self._next_partial = self._samples + int(PARTIAL_EVERY_S * RATE_HZ)
        text = _text(self._open)
        # Only words that grew at the end: a delta cannot take words back.
        if not text.startswith(self._partial) or text == self._partial:
            return None
        delta, self._partial = text[len(self._partial) :], text
        return {"id": self._id, "delta": delta}

    def end(self) -> dict[str, Any]:
        """The result: `text`, and `accepted` if it is a line of the grammar."""
        utterance = self._id
        self._end_all()
        draft, said = _text(self._open), _text(self._grammar)
        seconds = self._samples / RATE_HZ
        accepted = False
        if said and seconds <= LONGEST_INTENT_S:
            phones = self._phones.hyp()
            spoken = self._grammar.hyp()
            frames = max(1.0, seconds / FRAME_S)
            margin = (spoken.score - phones.score) / frames if phones else 0.0
            accepted = margin > ACCEPT_MARGIN and _alike(said, draft, margin)
        text = said if accepted else draft
        return {"id": utterance, "text": text, "accepted": accepted}

    def _end_all(self) -> None:
        for decoder in (self._open, self._phones, self._grammar):
            decoder.end_utt()
        self._id = ""


def _decoder(*, lm: bool = False) -> Any:
    # The second pass would stall for seconds at the end of a long turn.
    return pocketsphinx.Decoder(
        lm=str(Path(pocketsphinx.get_model_path()) / "en-us" / "en-us.lm.bin") if lm else None,
        samprate=RATE_HZ,
        fwdflat=False,
        bestpath=False,
        loglevel="FATAL",
    )


def _text(decoder: Any) -> str:
    hypothesis = decoder.hyp()
    text = hypothesis.hypstr if hypothesis else ""
    return " ".join(word for word in text.split() if not word.startswith(("<", "[", "+")))


def _alike(said: str, draft: str, margin: float) -> bool:
    """Whether the draft bears the phrase out: a long answer can begin like a short request."""
    if SequenceMatcher(None, said.split(), draft.split()).ratio() >= LEAST_LIKENESS:
        return True
    shortest, longest = LENGTHS
    return (
        margin > CLEAR_MARGIN
        and shortest <= len(said) / max(1, len(draft)) <= longest
        and SequenceMatcher(None, said, draft, autojunk=False).ratio() >= LEAST_LETTERS
    )


def _answers(recogniser: Recogniser, source: BinaryIO) -> Iterator[dict[str, Any]]:
    while (frame := read_frame(source)) is not None:
        kind, payload = frame
        if kind == AUDIO:
            if (partial := recogniser.hear(payload)) is not None:
                yield partial
        elif kind == BEGIN:
            recogniser.begin(payload.decode())
        elif kind == END:
            yield recogniser.end()
        elif kind == GRAMMAR:
            recogniser.set_numbers(wanted=payload == b"numbers")


def main() -> int:
    """Serve one call, whose case comes first."""
    first = read_frame(sys.stdin.buffer)
    if first is None or first[0] != CASE:
        return 1
    recogniser = Recogniser(decoded(first[1]))
    sys.stdout.write(json.dumps({"ready": True}) + "\n")
    sys.stdout.flush()
    for answer in _answers(recogniser, sys.stdin.buffer):
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
