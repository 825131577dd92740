"""The server's face: routes, bodies received with care, refusals as one line of JSON."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import logging
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from typing import Any, ParamSpec, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.ids import from_token, token
from sync.remotes import kipu_wire
from sync.roster.entries import ROOT
from sync.server.limits import Limits, Patience, Waiting
from sync.server.refusals import Refused
from sync.server.service import Answer, Asked, Service
from sync.server.telemetry import SHORT, Metrics, log

_MAX_INTRODUCTION = 1000  # bytes
_PIECE = 64 * 1024
_GONE = 499  # nobody hears it; the log has it
_UNFIT = {404: "no-such-route", 405: "method-unknown"}

_P = ParamSpec("_P")
_R = TypeVar("_R")


class Web:
    """The HTTP side of one service."""

    def __init__(self, service: Service, limits: Limits) -> None:
        self._service, self._limits = service, limits
        self._pool = ThreadPoolExecutor(limits.threads, thread_name_prefix="storage")
        self._waiting = Waiting(limits.waiting_bytes, limits.body_bytes)
        self._sending = Waiting(limits.sending_bytes, limits.body_bytes)
        self.metrics = Metrics()

    def app(self) -> ASGIApp:
        project = f"/{kipu_wire.VERSION}/{{project}}"
        routes = [
            Route("/health", self._health),
            Route("/metrics", self._metrics),
            Route(f"{project}/session", self._session, methods=["POST"]),
            Route(f"{project}/files/{{path:path}}", self._get, methods=["GET"]),
            Route(f"{project}/files/{{path:path}}", self._put, methods=["PUT"]),
            Route(f"{project}/files/{{path:path}}", self._remove, methods=["DELETE"]),
            Route(f"{project}/list/{{path:path}}", self._list, methods=["GET"]),
        ]
        told = {HTTPException: _unfit, Exception: _fault}
        app = Starlette(routes=routes, lifespan=self._lifespan, exception_handlers=told)
        # It would send to whatever host the request names.
        app.router.redirect_slashes = False
        return Told(app, self.metrics)

    @contextlib.asynccontextmanager
    async def _lifespan(self, _app: Starlette) -> AsyncIterator[None]:
        yield
        # What was begun is finished, and what was counted is written.
        self._pool.shutdown(wait=True)
        self._service.close()

    # -- routes ------------------------------------------------------------------------------

    async def _session(self, request: Request) -> Response:
        return await self._answer(request, self._service.begin, self._introduced)

    async def _get(self, request: Request) -> Response:
        return await self._answer(request, self._service.get)

    async def _list(self, request: Request) -> Response:
        return await self._answer(request, self._service.list)

    async def _put(self, request: Request) -> Response:
        return await self._answer(request, self._service.put, self._uploaded)

    async def _remove(self, request: Request) -> Response:
        return await self._answer(request, self._service.remove)

    async def _health(self, request: Request) -> Response:
        try:
            await self._run(self._service.health.check)
        except Refused as refused:
            return _refusal(request, refused)
        return JSONResponse({"status": "ok"})

    async def _metrics(self, _request: Request) -> Response:
        text = self.metrics.text(self._waiting.held, self._sending.held)
        return PlainTextResponse(text)

    async def _answer(
        self,
        request: Request,
        serve: Callable[[Asked], Answer],
        receive: Callable[[Request, Asked], AbstractAsyncContextManager[bytes]] | None = None,
    ) -> Response:
        try:
            asked = _asked(request)
            async with receive(request, asked) if receive else _no_body() as body:
                answer = await self._run(serve, replace(asked, body=body))
            request.scope["kipu.who"] = _short(answer.who) if answer.who else ""
            return self._reply(asked.project + answer.who, answer)
        except Refused as refused:
            return _refusal(request, refused)
        except ClientDisconnect:
            return Response(status_code=_GONE)

    def _reply(self, whose: bytes, answer: Answer) -> Response:
        """The answer as it goes out; a large one counts until the line has taken all of it."""
        size = len(answer.body)
        if size <= _PIECE:
            return Response(answer.body, answer.status, answer.headers)
        self._sending.add(whose, size)
        return _Pieces(answer, functools.partial(self._sending.leave, whose, size))

    async def _run(self, work: Callable[_P, _R], *args: _P.args, **named: _P.kwargs) -> _R:
        """Do what waits for storage."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, functools.partial(work, *args, **named))

    @contextlib.asynccontextmanager
    async def _introduced(self, request: Request, _asked: Asked) -> AsyncIterator[bytes]:
        """A few bytes, which the number of connections bounds: uploads keep no session waiting."""
        yield await self._body(request, _size(request, _MAX_INTRODUCTION), lambda _size: None)

    @contextlib.asynccontextmanager
    async def _uploaded(self, request: Request, asked: Asked) -> AsyncIterator[bytes]:
        """A file, whose bytes count as waiting until it is stored."""
        size = _size(request, self._limits.body_bytes)
        whose, had = await self._run(self._service.holder_of, asked, size), 0

        def came(more: int) -> None:
            nonlocal had
            self._waiting.add(whose, more)
            had += more

        try:
            yield await self._body(request, size, came)
        finally:
            self._waiting.leave(whose, had)

    async def _body(self, request: Request, size: int, came: Callable[[int], None]) -> bytes:
        """The body, of which neither nothing nor too little may come for too long."""
        pieces, had = [], 0
        patience = Patience(self._limits.stall_seconds)
        stream = request.stream()
        while True:
            try:
                piece = await asyncio.wait_for(anext(stream), patience.left)
            except TimeoutError as error:
                raise Refused(408, "stalled") from error
            except StopAsyncIteration:
                break
            had += len(piece)
            if had > size:
                raise Refused(400, "malformed")
            came(len(piece))
            patience.came(len(piece))
            pieces.append(piece)
        self.metrics.received += had
        return b"".join(pieces)


@contextlib.asynccontextmanager
async def _no_body() -> AsyncIterator[bytes]:
    yield b""


def _asked(request: Request) -> Asked:
    project = from_token(request.path_params["project"])
    if project is None:
        raise Refused(404, "project-unknown")
    headers = request.headers
    query = request.scope["query_string"]
    raw = request.scope["raw_path"]
    asks = f"?{query.decode('ascii', 'replace')}" if query else ""
    return Asked(
        request.method,
        project,
        request.path_params.get("path", ""),
        raw.decode("ascii", "replace") + asks,
        headers.get("authorization", ""),
        replaces=asks == kipu_wire.REPLACE,
        known=headers.get("if-none-match", ""),
        gzip="gzip" in headers.get("accept-encoding", ""),
        mark=kipu_wire.mark_of(asks),
        digest=headers.get(kipu_wire.BODY_HEADER, ""),
    )


class _Pieces(StreamingResponse):
    """A large answer in pieces, each sent when the line has taken those before."""

    def __init__(self, answer: Answer, done: Callable[[], None]) -> None:
        headers = {**answer.headers, "content-length": str(len(answer.body))}
        super().__init__(_pieces(answer.body), answer.status, headers)
        self._done = done

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._done()


async def _pieces(body: bytes) -> AsyncIterator[memoryview]:
    whole = memoryview(body)
    for start in range(0, len(whole), _PIECE):
        yield whole[start : start + _PIECE]


def _short(device: bytes) -> str:
    return "root" if device == ROOT else token(device)[:SHORT]


def _size(request: Request, most: int) -> int:
    text = request.headers.get("content-length", "")
    if not text.isdecimal():
        raise Refused(411, "length-wanted")
    if int(text) > most:
        raise Refused(413, "too-large", limit=most)
    return int(text)


async def _unfit(request: Request, error: Exception) -> Response:
    """What no route answers, or not by this method."""
    assert isinstance(error, HTTPException)
    code = _UNFIT.get(error.status_code, "malformed")
    request.scope["kipu.code"] = code
    return JSONResponse({"code": code}, error.status_code, error.headers)


async def _fault(request: Request, _error: Exception) -> Response:
    """A fault of ours, which `Told` logs."""
    return JSONResponse({"code": "fault"}, 500)


def _refusal(request: Request, refused: Refused) -> Response:
    said: dict[str, str | int] = {"code": refused.code}
    if refused.limit:
        said["limit"] = refused.limit
    if refused.reason:
        said["reason"] = refused.reason
    headers = {}
    if refused.after is not None:
        headers["retry-after"] = str(max(1, round(refused.after + 0.5)))
    if request.method == "PUT" and refused.status in {401, 408, 411, 413, 503}:
        # The body was not read: nothing sensible can follow it on this connection.
        headers["connection"] = "close"
    request.scope["kipu.code"] = refused.code
    return JSONResponse(said, refused.status, headers)


class Told:
    """Counts and logs every request; a fault of ours is logged with its trace and told as such."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun, said = time.perf_counter(), {"status": 0, "bytes": 0}

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                said["status"] = message["status"]
            said["bytes"] += len(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except asyncio.CancelledError:
            # The server stops and has waited for this as long as it may.
            scope["kipu.code"] = "cut-off"
        except Exception:
            log("fault", logging.ERROR, trace=True, **_about(scope))
            scope["kipu.code"] = "fault"
        finally:
            self._note(scope, said, time.perf_counter() - begun)

    def _note(self, scope: Scope, said: dict[str, int], seconds: float) -> None:
        code = scope.get("kipu.code", "")
        self._metrics.sent += said["bytes"]
        about = _about(scope)
        method = about["method"] if about["what"] != "none" else "none"
        self._metrics.note(method, about["what"].partition("/")[0], said["status"], seconds, code)
        level = logging.WARNING if said["status"] >= 500 else logging.INFO
        log("request", level, status=said["status"], ms=round(seconds * 1000, 1), out=said["bytes"],
            **about, **({"code": code} if code else {}))  # fmt: skip


def _about(scope: Scope) -> dict[str, Any]:
    """What may be said of a request: which kind of file, and shortened ids."""
    parts = scope["path"].split("/")
    if len(parts) < 4 or parts[1] != kipu_wire.VERSION:
        what = parts[1] if scope["path"] in {"/health", "/metrics"} else "none"
        return {"method": _known_method(scope), "what": what}
    project, route = from_token(parts[2]), parts[3]
    if project is None or route not in {"session", "files", "list"}:
        return {"method": _known_method(scope), "what": "none"}
    kind = parts[4] if len(parts) > 4 and parts[4] in _KINDS else ""
    about = {"method": _known_method(scope), "what": f"{route}/{kind}" if kind else route,
             "project": token(project)[:SHORT]}  # fmt: skip
    who = scope.get("kipu.who")
    return {**about, "device": who} if who else about


_KINDS = frozenset((
    "share", "root", "roster", "keys", "heads", "spaces", "wants", "erased", "relay", "files",
    "news", "packs", "snapshots",
))  # fmt: skip


def _known_method(scope: Scope) -> str:
    method = str(scope["method"])
    return method if method in {"GET", "PUT", "POST", "DELETE", "HEAD"} else "other"
