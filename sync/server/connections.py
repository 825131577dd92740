"""Connections that must go on, and the end of all of them when the server stops."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
from collections.abc import Iterator
from typing import Any, cast

import h11
import uvicorn
from starlette.responses import JSONResponse
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from sync.server.telemetry import log

_GOODBYE_SECONDS = 0.3


class Connection(H11Protocol):
    """A connection that must go on: uvicorn waits for a head, and for who reads nothing, for ever."""

    most = 1000
    """Connections at one time."""
    header_seconds = 20
    stall_seconds = 60

    is_stopping = False
    """Of all connections: the server stops, and none is kept."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()
        if self.is_stopping:
            self.shutdown()

    def handle_events(self) -> None:
        # Uvicorn's own limit answers in plain text.
        is_one_too_many = len(self.connections) >= self.most
        self.app = _too_many if is_one_too_many else self.config.loaded_app
        super().handle_events()

    def shutdown(self) -> None:
        """Close, at once where no request is being answered."""
        super().shutdown()
        self._leave_if_done()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no request at all, in the words of every other refusal."""
        body = b'{"code":"malformed"}'
        headers = [(b"content-type", b"application/json"), (b"connection", b"close"),
                   (b"content-length", str(len(body)).encode())]  # fmt: skip
        said = (
            h11.Response(status_code=400, headers=headers),
            h11.Data(data=body),
            h11.EndOfMessage(),
        )
        for one in said:
            self.transport.write(self.conn.send(one) or b"")
        self.transport.close()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        if self.is_stopping:
            self._leave_if_done()

    def _leave_if_done(self) -> None:
        """Let a closed connection go soon: under TLS it waits for the other side's goodbye otherwise,
        which whoever keeps a connection for later does not send."""
        if self.transport.is_closing() and not self._is_answering:
            self.loop.call_later(_GOODBYE_SECONDS, self._leave)

    def _leave(self) -> None:
        if self.transport.get_write_buffer_size():
            self.loop.call_later(_GOODBYE_SECONDS, self._leave)
        else:
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        was_answering = self._is_answering
        super().data_received(data)
        if self._is_answering:
            self._head_came()
        elif not was_answering and self._head_task is None and not self.transport.is_closing():
            # Uvicorn forgets its time limit for idle connections with the first byte.
            self._await_head()

    def connection_lost(self, exc: Exception | None) -> None:
        self._head_came()
        self._taken_again()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        super().pause_writing()
        self._stall_task = self.loop.call_later(self.stall_seconds, self._stalled)

    def resume_writing(self) -> None:
        self._taken_again()
        super().resume_writing()

    _stall_task: asyncio.TimerHandle | None = None

    def _stalled(self) -> None:
        log("stalled", logging.WARNING)
        self.transport.abort()

    def _taken_again(self) -> None:
        if self._stall_task is not None:
            self._stall_task.cancel()
            self._stall_task = None

    _head_task: asyncio.TimerHandle | None = None

    @property
    def _is_answering(self) -> bool:
        # Uvicorn's own words leave out that there is none before the first request.
        cycle = cast("RequestResponseCycle | None", self.cycle)
        return cycle is not None and not cycle.response_complete

    def _await_head(self) -> None:
        self._head_task = self.loop.call_later(self.header_seconds, self._too_slow)

    def _head_came(self) -> None:
        if self._head_task is not None:
            self._head_task.cancel()
            self._head_task = None

    def _too_slow(self) -> None:
        self._head_task = None
        if not self._is_answering:
            self.transport.close()


async def _too_many(scope: Any, receive: Any, send: Any) -> None:
    log("too-many", logging.WARNING)
    headers = {"connection": "close", "retry-after": "1"}
    await JSONResponse({"code": "busy"}, 503, headers)(scope, receive, send)


class Server(uvicorn.Server):
    """Ends with success when told to stop, for a service manager's sake."""

    def __init__(self, config: uvicorn.Config, stop_seconds: float) -> None:
        super().__init__(config)
        self._stop_seconds = stop_seconds

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self.handle_exit)
                  for one in (signal.SIGINT, signal.SIGTERM)}  # fmt: skip
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take nobody in any more, and wait for what was begun, but not for ever."""
        Connection.is_stopping = True
        cutting = asyncio.get_running_loop().call_later(self._stop_seconds, self._cut_off)
        try:
            await super().shutdown(sockets)
        finally:
            cutting.cancel()

    def _cut_off(self) -> None:
        """Close what is still open: their requests then end as when a laptop goes away."""
        left = list(self.server_state.connections)
        if left:
            log("cut-off", logging.WARNING, connections=len(left))
        for one in left:
            one.transport.abort()
