"""The local workspace: the bundled server, signed in to, with the recordings made here."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from interview_desktop.api.auth import LocalSignIn
from interview_desktop.api.client import InterviewApi
from interview_desktop.api.errors import Unreachable
from interview_desktop.config import AppPaths
from interview_desktop.credentials.keyring_store import lasting_secret
from interview_desktop.credentials.store import SecretStore
from interview_desktop.runtime.sending import Sender
from interview_desktop.runtime.server_host import ServerHost, ServerSecrets

LOCAL_SECRET = "local-workspace"
SIGNING_KEY = "local-signing-key"


@dataclass(frozen=True, slots=True)
class Workspace:
    """A server that answers, and the way to talk to it.

    Thread: everything on the net thread.
    """

    host: ServerHost
    api: InterviewApi
    sender: Sender

    async def aclose(self) -> None:
        """Stop sending, close the connection, then end the bundled server."""
        await self.sender.aclose()
        await self.api.aclose()
        await self.host.aclose()


async def open_local_workspace(paths: AppPaths, store: SecretStore) -> Workspace:
    """Start the bundled server of `paths` and sign in without a question.

    Raises:
        ServerStartError: the server does not come up.
    """
    local_secret = await asyncio.to_thread(lasting_secret, store, LOCAL_SECRET)
    signing_key = await asyncio.to_thread(lasting_secret, store, SIGNING_KEY)
    host = ServerHost(
        paths.server, ServerSecrets(local_secret, signing_key), paths.logs / "server.log"
    )
    await host.start()

    # The server may come back on another port after a crash: its address is asked each time.
    def url() -> str:
        if host.given_up:
            raise Unreachable(
                "The local workspace stopped and could not be started again.",
                "Start the app again; nothing is lost.",
            )
        return host.url

    api = InterviewApi(url, LocalSignIn(url, local_secret))
    return Workspace(host, api, Sender(api, paths))
