"""Where the ICE stack has no public way: calls on loopback, and an end that is one.

Everything here touches one peer connection, never the process. The seam is private; the stack is
pinned exactly and a contract test guards it.
"""

from __future__ import annotations

from typing import Any

from aiortc import RTCPeerConnection

LOOPBACK = "127.0.0.1"


def gather_loopback_only(peer: RTCPeerConnection) -> None:
    """Make this one peer connection gather 127.0.0.1 instead of the machine's addresses.

    aioice leaves loopback out, so that without a network nothing would connect. Call it when the
    transports exist and before `setLocalDescription`.
    """
    for connection in _connections(peer):
        original = connection.get_component_candidates

        async def gather(
            component: int, addresses: list[str], original: Any = original, **rest: Any
        ) -> Any:
            return await original(component=component, addresses=[LOOPBACK], **rest)

        connection.get_component_candidates = gather


def end_consent_checks(peer: RTCPeerConnection) -> None:
    """Call it right before `peer.close()`.

    aioice 0.13 starts its consent checks (RFC 7675) even if the connection was closed between the
    last connectivity check and their start; such checks would go on for good.
    """

    async def none() -> None:
        """Stands in for the checks of a connection that is over."""

    for connection in _connections(peer):
        connection.query_consent = none


def wants_loopback(sdp: str, *, reached_on_loopback: bool) -> bool:
    """Whether the peer of an offer is to be met on this machine's loopback alone.

    Its candidates tell. An offer may have none (a browser posts before it gathers): then the
    address at which it reached this server does.
    """
    candidates = [line for line in sdp.splitlines() if line.startswith("a=candidate:")]
    if not candidates:
        return reached_on_loopback
    return all(f" {LOOPBACK} " in line for line in candidates)


def _connections(peer: RTCPeerConnection) -> list[Any]:
    transports = {transceiver.sender.transport.transport for transceiver in peer.getTransceivers()}
    if peer.sctp is not None:
        transports.add(peer.sctp.transport.transport)
    return [transport.iceGatherer._connection for transport in transports]
