"""Calls on this machine alone: gather 127.0.0.1 and nothing else."""

from __future__ import annotations

from typing import Any

from aiortc import RTCPeerConnection

LOOPBACK = "127.0.0.1"


def gather_loopback_only(peer: RTCPeerConnection) -> None:
    """Make this one peer connection gather 127.0.0.1 instead of the machine's addresses.

    aioice never gathers loopback, so that with no network nothing would connect. Only the ICE
    connections of `peer` are touched, after its transports exist and before it gathers.
    The seam is private; a contract test guards it.
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


def wants_loopback(sdp: str, *, reached_on_loopback: bool) -> bool:
    """Whether the peer of an offer is to be met on this machine's loopback alone.

    Its candidates tell. An offer may have none (a browser posts before it gathers): then the
    address at which it reached this server does.
    """
    candidates = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    if not candidates:
        return reached_on_loopback
    return all(f" {LOOPBACK} " in line for line in candidates)
