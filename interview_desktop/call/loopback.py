"""Calls to this machine: gather 127.0.0.1 and nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from aiortc import RTCPeerConnection

LOOPBACK = "127.0.0.1"


def is_loopback(url: str) -> bool:
    """Whether `url` names this machine."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def gather_loopback_only(peer: RTCPeerConnection) -> None:
    """Make this one peer connection gather 127.0.0.1 instead of the machine's addresses.

    aioice leaves loopback out, so that without a network nothing would connect. Call it when the
    transports exist and before `setLocalDescription`. The seam is private; a contract test
    guards it.
    """
    transports = {transceiver.sender.transport.transport for transceiver in peer.getTransceivers()}
    if peer.sctp is not None:
        transports.add(peer.sctp.transport.transport)
    for transport in transports:
        connection: Any = transport.iceGatherer._connection
        original = connection.get_component_candidates

        async def gather(
            component: int, addresses: list[str], original: Any = original, **rest: Any
        ) -> Any:
            return await original(component=component, addresses=[LOOPBACK], **rest)

        connection.get_component_candidates = gather
