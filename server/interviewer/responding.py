"""One response of the interviewer: its items, its words in step with the sound, its end."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from server.interviewer import ga_events as ga
from server.interviewer.brain import Action, Call, Say
from server.interviewer.ga_events import Event, event, new_id

Send = Callable[[Event], None]


class Response:
    """Turns actions into GA events.

    The lines are spoken one after the other; the caller plays them and says how far they are.
    """

    def __init__(self, actions: Sequence[Action], send: Send, previous_item: str | None) -> None:
        self.id = new_id("resp")
        self.item_id = new_id("item")
        self.lines = [
            " ".join(action.text.split()) for action in actions if isinstance(action, Say)
        ]
        self.calls: dict[str, Call] = {}
        self.last_item = previous_item
        self.items: list[Event] = []
        self._send = send
        self._actions = actions
        self._line = 0
        self._words_sent = 0
        self._sent_text = ""
        self._sounding = False

    @property
    def current_line(self) -> str | None:
        """The line to play now, or None when all are spoken."""
        return self.lines[self._line] if self._line < len(self.lines) else None

    def begin(self) -> None:
        """Announce the response, its message and its tool calls."""
        self._send(event("response.created", response=ga.response(self.id, "in_progress", [])))
        index = 0
        if self.lines:
            self._item_added(ga.audio_item(self.item_id, "", "in_progress") | {"content": []}, 0)
            self._send(
                event(
                    "response.content_part.added",
                    **self._place(),
                    part={"type": "audio", "transcript": ""},
                )
            )
            index = 1
        for action in self._actions:
            if isinstance(action, Call):
                self._function_call(action, index)
                index += 1

    def sound_began(self) -> None:
        """The first line is audible now."""
        if not self._sounding:
            self._sounding = True
            self._send(event("output_audio_buffer.started", response_id=self.id))

    def played(self, part: float) -> None:
        """`part` (0 to 1) of the current line has been played: send its words so far."""
        line = self.current_line
        if line is None:
            return
        words = line.split(" ")
        # A word is shown as it begins, never much before it is heard.
        due = min(len(words), int(part * len(words)) + 1)
        if due > self._words_sent:
            lead = " " if self._sent_text else ""
            delta = lead + " ".join(words[self._words_sent : due])
            self._words_sent = due
            self._sent_text += delta
            self._send(
                event("response.output_audio_transcript.delta", **self._place(), delta=delta)
            )

    def line_ended(self) -> str | None:
        """The current line has been played; returns the next one, if any."""
        self.played(1.0)
        self._line += 1
        self._words_sent = 0
        return self.current_line

    def finish(self, status: str = "completed", reason: str = "") -> None:
        """Close every open item and the response.

        A cancelled response keeps the whole transcript of what it began to say, as upstream does.
        """
        output = list(self.items)
        if self.lines:
            transcript = " ".join(self.lines) if status == "completed" else self._sent_text
            place = self._place()
            self._send(
                event("response.output_audio_transcript.done", **place, transcript=transcript)
            )
            self._send(event("response.output_audio.done", **place))
            part = {"type": "audio", "transcript": transcript}
            self._send(event("response.content_part.done", **place, part=part))
            item_status = "completed" if status == "completed" else "incomplete"
            item = ga.audio_item(self.item_id, transcript, item_status)
            self._item_done(item, 0)
            output.insert(0, item)
            self.items.insert(0, item)
        self._send(event("response.done", response=ga.response(self.id, status, output, reason)))

    def sound_ended(self, kind: str) -> None:
        """The sound stopped by itself (`stopped`) or was cut (`cleared`)."""
        if self._sounding:
            self._sounding = False
            self._send(event(f"output_audio_buffer.{kind}", response_id=self.id))

    @property
    def sounding(self) -> bool:
        """Whether the peer was told that sound plays."""
        return self._sounding

    def _place(self) -> Event:
        return {
            "response_id": self.id,
            "item_id": self.item_id,
            "output_index": 0,
            "content_index": 0,
        }

    def _item_added(self, item: Event, index: int) -> None:
        self._send(
            event("response.output_item.added", response_id=self.id, output_index=index, item=item)
        )
        self._send(event("conversation.item.added", previous_item_id=self.last_item, item=item))

    def _item_done(self, item: Event, index: int) -> None:
        self._send(
            event("response.output_item.done", response_id=self.id, output_index=index, item=item)
        )
        self._send(event("conversation.item.done", previous_item_id=self.last_item, item=item))

    def _function_call(self, call: Call, index: int) -> None:
        item_id, call_id = new_id("item"), new_id("call")
        arguments = json.dumps(call.arguments)
        self.calls[call_id] = call
        self._item_added(ga.function_item(item_id, call_id, call.name, "", "in_progress"), index)
        place = {
            "response_id": self.id,
            "item_id": item_id,
            "output_index": index,
            "call_id": call_id,
        }
        self._send(event("response.function_call_arguments.delta", **place, delta=arguments))
        self._send(
            event(
                "response.function_call_arguments.done",
                **place,
                name=call.name,
                arguments=arguments,
            )
        )
        item = ga.function_item(item_id, call_id, call.name, arguments, "completed")
        self._item_done(item, index)
        self.items.append(item)
