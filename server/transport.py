"""HTTP as it comes in from the socket: limits in size and time, and refusals in our own shape."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import msgspec
from uvicorn.config import Config
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol
from uvicorn.server import ServerState

from server.errors import ApiError, bad_request
from server.observe import HEADER, new_request_id

logger = logging.getLogger(__name__)

HEAD_LIMIT = 64 * 1024
HEAD_TIMEOUT_S = 10.0
# A body may be as slow as it likes for so long; from then on it is looked at window by window.
BODY_FREE_S = 30.0
BODY_WINDOW_S = 10.0
BODY_FLOOR_BYTES_S = 1024
# What is still read of a body that has had its answer, so that its sender comes to read it.
DRAIN_S = 10.0
DRAIN_BYTES = 16 * 1024 * 1024
# How long a client may leave an answer unread.
STALL_S = 60.0
# How long the rest of a body may take when the server ends.
BODY_GRACE_S = 1.0


class LimitedHttp(HttpToolsProtocol):
    """uvicorn's protocol with the limits it lacks: size and time of the head, pace of the body.

    Whatever is refused before the application sees it gets `{"detail"}` too, and `on_refusal`
    hears its status.

    Thread: the event loop.
    """

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        on_refusal: Callable[[int], None],
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._on_refusal = on_refusal
        # uvicorn would answer beyond the limit with plain text.
        self._most_connections, self.limit_concurrency = self.limit_concurrency, None
        self._in_head = True
        self._head_bytes = 0
        self._head_timer: asyncio.TimerHandle | None = None
        self._refusal: ApiError | None = None
        # Whether more of the body of `cycle` is to come, and what came of it in this window.
        self._in_body = False
        self._body_bytes = 0
        self._body_timer: asyncio.TimerHandle | None = None
        self._stall_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start the time for the first head."""
        super().connection_made(transport)
        self._start_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self._stop_timer()
        self._stop_body_timer()
        self._stop_stall_timer()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Count the bytes of a head that does not end."""
        self._head_bytes += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._in_head and self._head_bytes > HEAD_LIMIT:
            self._refuse(_head_too_large())
        elif self._in_body:
            self._watch_body()
        elif self._answered() and self._head_timer is None:
            # Bytes that begin no request, or belong to one already answered, may not hold the
            # connection for ever.
            self._unset_keepalive_if_required()
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def on_message_begin(self) -> None:
        """A head begins."""
        super().on_message_begin()
        self._in_head, self._head_bytes = True, 0
        if self._head_timer is None:
            self._start_timer()

    def on_headers_complete(self) -> None:
        """Refuse what the application must not see; the parser turns the exception into a stop."""
        self._stop_timer()
        self._in_head = False
        self._refusal = self._judge()
        if self._refusal is not None:
            raise self._refusal
        super().on_headers_complete()
        self._in_body, self._body_bytes = True, 0
        if self.parser.should_upgrade():
            # We stay with HTTP/1.1; what follows on this connection is in nobody's protocol.
            self.cycle.keep_alive = False

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep a header; what trails a body is none, or it could slip past every check."""
        if not self._in_body:
            super().on_header(name, value)

    def on_body(self, body: bytes) -> None:
        """Count the bytes of a body."""
        self._body_bytes += len(body)
        super().on_body(body)

    def on_message_complete(self) -> None:
        """The next head may begin."""
        super().on_message_complete()
        self._in_head, self._head_bytes = True, 0
        self._in_body = False
        if self._body_timer is not None:
            self._stop_body_timer()

    def on_response_complete(self) -> None:
        """A body that is still coming has had its answer: it may not come for ever."""
        super().on_response_complete()
        if self._in_body and self._answered() and not self.transport.is_closing():
            self._body_bytes = 0
            self._start_body_timer(DRAIN_S, self.transport.close)

    def pause_writing(self) -> None:
        """The client does not read what it asked for."""
        super().pause_writing()
        self._stall_timer = self.loop.call_later(STALL_S, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        self._stop_stall_timer()

    def send_400_response(self, msg: str) -> None:
        """Answer what the parser stopped at."""
        del msg
        self._refuse(self._refusal or bad_request("This is not a request that HTTP knows."))

    def shutdown(self) -> None:
        """Finish the open request; one whose body does not come is given up before the others."""
        super().shutdown()
        if not self._answered() and self.cycle.more_body:
            self.loop.call_later(BODY_GRACE_S, self._give_up_body)

    def _give_up_body(self) -> None:
        if not self._answered() and self.cycle.more_body and not self.transport.is_closing():
            self.transport.close()

    def _judge(self) -> ApiError | None:
        size = len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)
        if size > HEAD_LIMIT:
            return _head_too_large()
        if not self.url.startswith(b"/") and self.url != b"*":
            # Absolute form is for proxies; its host would stand against the one we check.
            return bad_request("The request line must name a path.")
        if self.parser.get_http_version() not in ("1.0", "1.1"):
            return ApiError(505, "This server speaks HTTP/1.1.")
        if any(name == b"transfer-encoding" and value.strip().lower() != b"chunked"
               for name, value in self.headers):  # fmt: skip
            return ApiError(501, "A body can only be sent as it is, or chunked.")
        if self._most_connections is not None and len(self.connections) > self._most_connections:
            return ApiError(503, "The server is busy. Try again soon.", {"Retry-After": "1"})
        return None

    def _answered(self) -> bool:
        return self.cycle is None or self.cycle.response_complete

    def _watch_body(self) -> None:
        if self._body_timer is None:
            self._start_body_timer(BODY_FREE_S, self._next_window)
        if self._answered() and self._body_bytes > DRAIN_BYTES:
            self.transport.close()

    def _next_window(self) -> None:
        self._body_bytes = 0
        self._start_body_timer(BODY_WINDOW_S, self._judge_pace)

    def _judge_pace(self) -> None:
        # Where the application does not take what is there, the client is not to blame.
        waiting = self.flow.read_paused
        if waiting or self._body_bytes >= BODY_FLOOR_BYTES_S * BODY_WINDOW_S:
            self._next_window()
        else:
            self._refuse(ApiError(408, "The request's body came too slowly."))

    def _may_answer(self) -> bool:
        if self._answered():
            return True
        # Only for the request whose body this is, and only if it is its turn: an answer that came
        # before another one's would be taken for that.
        return self._in_body and not self.pipeline and not self.cycle.response_started

    def _refuse(self, error: ApiError) -> None:
        self._stop_timer()
        if self.transport.is_closing():
            return
        self._on_refusal(error.status)
        if self._may_answer():
            current = new_request_id()
            logger.info("Refused with %d: %s (request %s)", error.status, error.detail, current)
            body = msgspec.json.encode({"detail": error.detail})
            headers = {
                **error.headers,
                HEADER.decode(): current,
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                "Connection": "close",
            }
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            self.transport.write(STATUS_LINE[error.status] + lines.encode() + b"\r\n" + body)
            if not self._answered():
                # What the application still says is not sent after this.
                self.cycle.disconnected = True
                self.cycle.message_event.set()
        self.transport.close()

    def _start_timer(self) -> None:
        self._head_timer = self.loop.call_later(HEAD_TIMEOUT_S, self._head_is_late)

    def _stop_timer(self) -> None:
        if self._head_timer is not None:
            self._head_timer.cancel()
            self._head_timer = None

    def _start_body_timer(self, seconds: float, then: Callable[[], None]) -> None:
        self._stop_body_timer()
        self._body_timer = self.loop.call_later(seconds, then)

    def _stop_body_timer(self) -> None:
        if self._body_timer is not None:
            self._body_timer.cancel()
            self._body_timer = None

    def _stop_stall_timer(self) -> None:
        if self._stall_timer is not None:
            self._stall_timer.cancel()
            self._stall_timer = None

    def _head_is_late(self) -> None:
        self._head_timer = None
        if self._answered():
            self._refuse(ApiError(408, "The request did not arrive in time."))
        else:
            self._start_timer()  # an answer to an earlier request is still on its way


def _head_too_large() -> ApiError:
    return ApiError(431, f"The request's head is larger than {HEAD_LIMIT // 1024} KiB.")
