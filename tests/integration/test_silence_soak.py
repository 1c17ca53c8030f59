"""Structuring never ends by itself: a real call, real silence, and not one sound in it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import numpy as np
import pytest

from tests.helpers.plain_client import local_grant, plain_call, read_sound
from tests.helpers.server_process import running_server
from tests.helpers.speech import say

SILENCE_S = 75.0


@pytest.mark.soak
def test_75_seconds_of_structuring_in_silence(tmp_path: Path) -> None:
    words = read_sound(say("first of all the market", tmp_path / "words.wav"))

    async def interview(url: str, token: str) -> None:
        async with plain_call(url, token) as client:
            client.send("response.create")
            await client.until_audible(0.5)
            client.interrupt()
            await client.until("output_audio_buffer.cleared")
            client.microphone.speak(words)
            await client.until("conversation.item.input_audio_transcription.completed")
            since = len(client.events)
            client.heard()
            with pytest.raises(TimeoutError):
                await client.until_audible(0.02, limit_s=SILENCE_S)
            sound = client.heard()
            assert len(sound) > 0.9 * SILENCE_S * 48_000
            assert np.abs(sound.astype(np.int32)).max() < 30
            assert "response.created" not in client.kinds(since)
            assert client.faults == []

    with running_server(tmp_path) as server:
        grant = local_grant(server)
        asyncio.run(interview(grant.url, grant.token))
