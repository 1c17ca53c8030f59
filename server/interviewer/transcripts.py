"""The candidate's words that are still being recognised: awaited, captioned, given up."""

from __future__ import annotations

from collections.abc import Callable

from server.interviewer.ga_events import Event, event

# A recogniser that is slow must not hold the conversation; its words may still come as a caption.
CONVERSATION_PATIENCE_S = 2.0
# Beyond this they are given up.
CAPTION_PATIENCE_S = 10.0
_KIND = "conversation.item.input_audio_transcription"


class Transcripts:
    """Which utterances have no words yet; sends the transcription events.

    Thread: the event loop.
    """

    def __init__(self, send: Callable[[Event], None]) -> None:
        self._send = send
        # Item -> when its utterance ended: awaited by the conversation, then by its caption only.
        self._awaited: dict[str, float] = {}
        self._late: dict[str, float] = {}

    @property
    def awaited(self) -> bool:
        """Whether the conversation waits for words."""
        return bool(self._awaited)

    def expect(self, item_id: str, now_s: float) -> None:
        """The utterance is over, its words are due."""
        self._awaited[item_id] = now_s

    def holds(self, item_id: str) -> bool:
        """Whether words of this utterance are still to come."""
        return item_id in self._awaited or item_id in self._late

    def expected(self) -> list[str]:
        """Every utterance whose words are still to come."""
        return [*self._late, *self._awaited]

    def partial(self, item_id: str, delta: str) -> None:
        """More words of the rough draft."""
        self._send(event(f"{_KIND}.delta", item_id=item_id, content_index=0, delta=delta))

    def completed(self, item_id: str, text: str) -> bool:
        """The words have come; True if the conversation still waited for them."""
        self._send(
            event(
                f"{_KIND}.completed",
                item_id=item_id,
                content_index=0,
                transcript=text,
                usage={"type": "duration", "seconds": 0},
            )
        )
        return self._forget(item_id)

    def failed(self, item_id: str) -> bool:
        """The words will not come; True if the conversation still waited for them."""
        self._send(
            event(
                f"{_KIND}.failed",
                item_id=item_id,
                content_index=0,
                error={
                    "type": "server_error",
                    "code": "recogniser_unavailable",
                    "message": "The words could not be recognised.",
                    "param": None,
                },
            )
        )
        return self._forget(item_id)

    def lose_patience(self, now_s: float) -> bool:
        """Time passes; True if the conversation now goes on without words it waited for."""
        slow = [
            item_id
            for item_id, since_s in self._awaited.items()
            if now_s - since_s > CONVERSATION_PATIENCE_S
        ]
        for item_id in slow:
            self._late[item_id] = self._awaited.pop(item_id)
        for item_id, since_s in list(self._late.items()):
            if now_s - since_s > CAPTION_PATIENCE_S:
                self.failed(item_id)
        return bool(slow)

    def _forget(self, item_id: str) -> bool:
        self._late.pop(item_id, None)
        return self._awaited.pop(item_id, None) is not None
