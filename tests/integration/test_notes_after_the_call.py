"""Notes typed when a call is over, while what it left is still being sent."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from interview_desktop.api.auth import FixedToken
from interview_desktop.api.client import InterviewApi
from interview_desktop.config import app_paths
from interview_desktop.domain.call_events import CallEvent, CallState, NotesState
from interview_desktop.runtime.journal import JournalFile
from interview_desktop.runtime.local_call import LocalCall, make_call
from interview_desktop.runtime.workspace import Workspace
from tests.helpers.server_thread import ThreadServer, server_in_thread

LIMIT_S = 30.0


@pytest.fixture(scope="module")
def api(tmp_path_factory: pytest.TempPathFactory):  # type: ignore[no-untyped-def]
    with server_in_thread(tmp_path_factory.mktemp("api")) as server:
        yield server


class BusySender:
    """Stands in for one that takes its time: somebody types meanwhile."""

    call: LocalCall | None = None
    woken = 0

    async def send(self) -> bool:
        assert self.call is not None
        for text in ("late", "late w", "late words"):
            await self.call.notes(text)
        return False

    def wake(self) -> None:
        self.woken += 1


def test_notes_typed_while_a_call_is_being_sent_are_on_the_disk(
    api: ThreadServer, tmp_path: Path
) -> None:
    paths = app_paths(tmp_path).create()
    told: list[CallEvent] = []
    sender = BusySender()

    async def play(token: str) -> str:
        client = InterviewApi(api.url, FixedToken(token))
        host = SimpleNamespace(on_lost=set())
        workspace = cast(Workspace, SimpleNamespace(host=host, api=client, sender=sender))
        try:
            card = (await client.templates())[0]
            interview = await client.create_interview(card.id, str(uuid.uuid4()))
            call = await make_call(workspace, paths, interview, told.append)
            sender.call = call
            await call.notes("early")
            # Before it has begun: no device is needed.
            await call.session.end()
            outcome = await call.run()
            assert outcome.state is CallState.ENDED
            return interview.id
        finally:
            await client.aclose()

    with api.user() as user:
        token = user.headers["Authorization"].removeprefix("Bearer ")
        interview_id = asyncio.run(asyncio.wait_for(play(token), LIMIT_S))
    file = JournalFile(paths.journals, interview_id)
    file.close()
    assert file.journal.story.notes == "late words"
    states = [one.saved for one in told if isinstance(one, NotesState)]
    assert states[-2:] == [False, True]
    assert sender.woken
    # No empty part is left of a call that never began.
    assert list((paths.recordings / interview_id).iterdir()) == []
