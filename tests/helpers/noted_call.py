"""`python -m tests.helpers.noted_call DIR DONE_MS`: a call as the window holds it, to be killed.

It types notes without end and presses Done at `DONE_MS` of the recording. Everything that a person
would see is a JSON line, with the milliseconds of the recording and of a monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
import uuid
from pathlib import Path

from interview_desktop.config import app_paths
from interview_desktop.domain.call_events import (
    CallEvent,
    CaptionChanged,
    QuestionChanged,
    StateChanged,
)
from interview_desktop.runtime import work

KEYSTROKE_S = 0.05


async def hold(folder: Path, done_ms: int) -> None:
    """Never returns by itself."""
    paths = app_paths(folder / "data")
    workspace, _ = await work.open_workspace(paths)
    cards, _ = await work.home_data(workspace)
    card = next(card for card in cards if card.slug == "market-entry-scanning-software")
    interview = await workspace.api.create_interview(card.id, str(uuid.uuid4()))

    def show(**what: object) -> None:
        print(json.dumps({"at_ms": call.position_ms(), "clock_s": time.monotonic(), **what}))

    def listen(event: CallEvent) -> None:
        match event:
            case StateChanged(state):
                show(state=state.value)
            case QuestionChanged(question):
                show(question=question.number)
            case CaptionChanged(caption):
                show(item=caption.item_id, text=caption.text)
            case _:
                pass

    call = await work.new_call(workspace, paths, interview, listen)
    running = asyncio.create_task(call.run())
    typed, pressed = "", False
    while not running.done():
        typed += f"{len(typed)} "
        await call.session.notes(typed)
        show(notes=typed)
        if not pressed and call.position_ms() >= done_ms:
            pressed = True
            show(pressed=True)
            asyncio.get_running_loop().create_task(call.session.done_with_question())
        await asyncio.sleep(KEYSTROKE_S)
    raise SystemExit("the call ended by itself")


if __name__ == "__main__":
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    asyncio.run(hold(Path(sys.argv[1]), int(sys.argv[2])))
