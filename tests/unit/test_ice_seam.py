"""The seam by which a call on this machine gathers loopback, in both of its copies.

Neither aiortc nor aioice promises it: when one of them is raised and this fails, nothing would
connect without a network any more.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable

import aioice
import aioice.ice
import pytest
from aiortc import RTCBundlePolicy, RTCConfiguration, RTCPeerConnection

from interview_desktop.call.ice_seam import gather_loopback_only as of_the_desktop
from server.interviewer.ice_seam import gather_loopback_only as of_the_interviewer
from server.interviewer.ice_seam import wants_loopback

COPIES = pytest.mark.parametrize(
    "gather_loopback_only",
    [of_the_desktop, of_the_interviewer],
    ids=["desktop", "interviewer"],
)
Gather = Callable[[RTCPeerConnection], None]


def peer(policy: RTCBundlePolicy = RTCBundlePolicy.MAX_BUNDLE) -> RTCPeerConnection:
    """A peer with sound and a channel, as a call has them."""
    made = RTCPeerConnection(RTCConfiguration(iceServers=[], bundlePolicy=policy))
    made.addTransceiver("audio")
    made.createDataChannel("oai-events")
    return made


async def addresses(made: RTCPeerConnection) -> set[str]:
    """The addresses that the peer offers."""
    await made.setLocalDescription(await made.createOffer())
    lines = made.localDescription.sdp.splitlines()
    return {line.split()[4] for line in lines if line.startswith("a=candidate:")}


def ordinary() -> set[str]:
    """What an untouched peer gathers on this machine; nothing where there is only loopback."""
    return set(aioice.ice.get_host_addresses(use_ipv4=True, use_ipv6=True))


@COPIES
@pytest.mark.parametrize("policy", [RTCBundlePolicy.MAX_BUNDLE, RTCBundlePolicy.BALANCED])
def test_this_peer_gathers_loopback_alone(
    gather_loopback_only: Gather, policy: RTCBundlePolicy
) -> None:
    async def scenario() -> None:
        made = peer(policy)
        gather_loopback_only(made)
        try:
            assert await addresses(made) == {"127.0.0.1"}
        finally:
            await made.close()

    asyncio.run(scenario())


@COPIES
def test_another_peer_of_the_process_gathers_as_ever(gather_loopback_only: Gather) -> None:
    async def scenario() -> None:
        before, here, after = peer(), peer(), peer()
        gather_loopback_only(here)
        try:
            found = await asyncio.gather(addresses(before), addresses(here), addresses(after))
            assert list(found) == [ordinary(), {"127.0.0.1"}, ordinary()]
        finally:
            await asyncio.gather(*(one.close() for one in (before, here, after)))

    asyncio.run(scenario())


@COPIES
def test_an_answerer_gathers_loopback_too(gather_loopback_only: Gather) -> None:
    async def scenario() -> None:
        caller, answerer = peer(), RTCPeerConnection(RTCConfiguration(iceServers=[]))
        gather_loopback_only(caller)
        try:
            await addresses(caller)
            await answerer.setRemoteDescription(caller.localDescription)
            gather_loopback_only(answerer)
            await answerer.setLocalDescription(await answerer.createAnswer())
            lines = answerer.localDescription.sdp.splitlines()
            offered = {line.split()[4] for line in lines if line.startswith("a=candidate:")}
            assert offered == {"127.0.0.1"}
        finally:
            await asyncio.gather(caller.close(), answerer.close())

    asyncio.run(scenario())


def test_the_seam_is_where_it_was() -> None:
    async def scenario() -> None:
        made = peer()
        try:
            transports = [one.sender.transport.transport for one in made.getTransceivers()]
            assert made.sctp is not None
            transports.append(made.sctp.transport.transport)
            for transport in transports:
                connection = transport.iceGatherer._connection
                assert isinstance(connection, aioice.Connection)
                gather = inspect.signature(connection.get_component_candidates)
                assert list(gather.parameters)[:2] == ["component", "addresses"]
                assert inspect.iscoroutinefunction(connection.get_component_candidates)
                assert inspect.iscoroutinefunction(connection.query_consent)
        finally:
            await made.close()

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("candidates", "reached_on_loopback", "wanted"),
    [
        (["127.0.0.1"], True, True),
        (["127.0.0.1"], False, True),
        (["127.0.0.1", "192.0.2.7"], True, False),
        (["192.0.2.7"], True, False),
        ([], True, True),
        # A browser posts before it gathers: a server on the network must not answer with loopback.
        ([], False, False),
    ],
)
def test_where_an_offer_is_met(
    candidates: list[str], reached_on_loopback: bool, wanted: bool
) -> None:
    lines = [f"a=candidate:1 1 udp 2130706431 {one} 40000 typ host" for one in candidates]
    sdp = "\r\n".join(["v=0", "m=audio 9 UDP/TLS/RTP/SAVPF 96", *lines, ""])
    assert wants_loopback(sdp, reached_on_loopback=reached_on_loopback) is wanted
