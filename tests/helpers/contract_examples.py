"""The example bodies of the Interview API's contract, as data.

They are the contract's to the letter, but for two kinds of values that stand for something there:
ids such as `interview123` and `user456`, which the contract elsewhere says are UUIDs, and `...` at
the end of a text. `PLACEHOLDERS` has what the ids stand for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

INTERVIEW = "5fa85f64-5717-4562-b3fc-2c963f66afa8"
USER = "2fa85f64-5717-4562-b3fc-2c963f66afa9"
TEMPLATE = "3fa85f64-5717-4562-b3fc-2c963f66afa6"
PLACEHOLDERS = {"interview123": INTERVIEW, "user456": USER, "user123": USER}
ROOT = "/api/v1/interviews"
ONE = f"{ROOT}/{{interview_id}}"
EXPIRES_S = 1744396800


@dataclass(frozen=True)
class Example:
    """A body of the contract.

    Args:
        status: of the answer; None for a request.
        added: members of ours beside those of the contract, which a client of it does not know.
    """

    method: str
    path: str
    status: int | None
    body: Any
    added: tuple[str, ...] = ()


def _interview(status: str, completed_at: str | None, current: int, done: list[int]) -> Any:
    return {
        "id": INTERVIEW,
        "user_id": USER,
        "template_id": TEMPLATE,
        "status": status,
        "started_at": "2023-01-01T12:00:00Z",
        "completed_at": completed_at,
        "progress_data": {"current_question": current, "questions_completed": done},
    }


RUNNING = _interview("in-progress", None, 2, [1])
TURN: dict[str, Any] = {
    "username": "user123:1744396800",
    "password": "abc123def456",
    "ttl": 86400,
    "expiration": EXPIRES_S,
    "urls": [
        "turn:turn.example.com:3478?transport=udp",
        "turn:turn.example.com:3478?transport=tcp",
        "turn:turn.example.com:443?transport=tcp",
        "stun:stun.example.com:3478",
    ],
}


def _token(**own: Any) -> dict[str, Any]:
    return {
        "object": "realtime.session",
        "model": "gpt-4o-realtime-preview",
        "modalities": ["audio", "text"],
        "voice": "alloy",
        "input_audio_format": "pcm16",
        "output_audio_format": "pcm16",
        "input_audio_transcription": {"model": "whisper-1"},
        "turn_detection": {
            "type": "server_vad",
            "threshold": 0.5,
            "prefix_padding_ms": 300,
            "silence_duration_ms": 200,
        },
        "tools": [],
        "tool_choice": "none",
        "temperature": 0.8,
        "max_response_output_tokens": "inf",
        "client_secret": {"value": "token123", "expires_at": EXPIRES_S},
        "interview_id": "interview123",
        "user_id": "user456",
        "expires_at": "2025-04-10T12:00:00Z",
        "ttl": 3600,
    } | own


EXAMPLES = (
    Example("GET", ROOT, 200, [RUNNING]),
    Example("POST", ROOT, None, {"template_id": TEMPLATE}),
    Example("POST", ROOT, 201, _interview("in-progress", None, 1, [])),
    Example("GET", ONE, 200, RUNNING),
    Example(
        "PATCH",
        ONE,
        None,
        {
            "status": "completed",
            "progress_data": {"current_question": 4, "questions_completed": [1, 2, 3, 4]},
        },
    ),
    Example("PATCH", ONE, 200, _interview("completed", "2023-01-01T13:30:00Z", 4, [1, 2, 3, 4])),
    Example(
        "POST",
        f"{ONE}/credentials",
        200,
        {
            "turn_credentials": TURN,
            "session_token": _token(
                id="sess_interview123_user456", instructions="You are an interview assistant..."
            ),
        },
        added=("session", "connect"),
    ),
    Example(
        "GET",
        f"{ONE}/questions/{{question_number}}/token",
        200,
        _token(
            id="sess_interview123_user456_2",
            instructions="You are an expert case interview assistant for a Medium Market Entry "
            "case in the Technology industry...",
            question_number=2,
        ),
        added=("session", "connect"),
    ),
    *(
        Example("GET", ONE, status, {"detail": "Error message description"})
        for status in (400, 401, 403, 404, 500)
    ),
)
# Every status that the contract names, by operation: a success, and these for each of them.
ERRORS = (400, 401, 403, 404, 500)
