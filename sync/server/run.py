"""Listening and stopping: the socket, TLS, time limits on connections, and a clean end."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import ipaddress
import logging
import os
import signal
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from sync.remotes.addresses import Secret
from sync.server.limits import Limits
from sync.server.service import Service
from sync.server.storage import Storage
from sync.server.telemetry import log
from sync.server.web import Web

_SECRET_LEAST = 16
_HEAD_BYTES = 16 * 1024


class CannotServe(Exception):
    """The server cannot begin, for a reason in words."""


@dataclass(frozen=True)
class Settings:
    """What `kipu serve` was told."""

    storage: str
    host: str
    port: int
    storage_secret: Secret | None = None
    cert: Path | None = None
    key: Path | None = None
    secret_file: Path | None = None
    is_open: bool = False
    behind_proxy: bool = False
    limits: Limits = field(default_factory=Limits)


def serve(settings: Settings) -> None:
    """Serve until told to stop. Raises CannotServe or a SyncError about the storage."""
    os.umask(0o077)
    _require_private(settings)
    storage = Storage(settings.storage, settings.storage_secret)
    secret = _secret(settings, storage)
    name = hashlib.sha256(f"{socket.gethostname()} {settings.port}".encode()).hexdigest()[:16]
    service = Service(storage, secret, settings.limits, name, settings.is_open)
    config = _config(settings, Web(service, settings.limits))
    listening = _listen(settings)
    scheme = "https" if settings.cert else "http"
    host, port = listening.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    print(f"Kipu serves {storage.name} on {scheme}://{shown}:{port}", flush=True)
    log("begin", storage=storage.name, port=port, tls=bool(settings.cert))
    _Server(config).run([listening])
    log("end")


def open_storage(settings: Settings) -> Storage:
    os.umask(0o077)
    return Storage(settings.storage, settings.storage_secret)


def _require_private(settings: Settings) -> None:
    if bool(settings.cert) != bool(settings.key):
        raise CannotServe("--tls-cert and --tls-key go together.")
    if settings.cert or settings.behind_proxy or _is_loopback(settings.host):
        return
    raise CannotServe(
        "Without TLS the server listens on this computer only. Give --tls-cert and --tls-key, or "
        "--behind-proxy where a proxy in front of it does TLS."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _secret(settings: Settings, storage: Storage) -> bytes:
    if settings.secret_file is None:
        return storage.shared_secret()
    try:
        found = settings.secret_file.read_bytes().strip()
    except OSError as error:
        raise CannotServe(f"{settings.secret_file} cannot be read: {error.strerror}.") from error
    if len(found) < _SECRET_LEAST:
        raise CannotServe(f"{settings.secret_file} holds fewer than {_SECRET_LEAST} bytes.")
    return found


def _listen(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named by its protocol, or asyncio leaves small replies waiting for an acknowledgement.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((settings.host, settings.port))
        listening.listen(512)
        return listening
    except OSError as error:
        listening.close()
        raise CannotServe(
            f"Cannot listen on {settings.host}:{settings.port}: {error.strerror}."
        ) from error


def _config(settings: Settings, web: Web) -> uvicorn.Config:
    limits = settings.limits
    _Connection.header_seconds = limits.header_seconds
    _Connection.stall_seconds = limits.stall_seconds
    config = uvicorn.Config(
        web.app(), http=_Connection, ws="none", lifespan="on", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, date_header=False,
        limit_concurrency=limits.connections, timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=limits.stop_seconds, h11_max_incomplete_event_size=_HEAD_BYTES,
        ssl_certfile=settings.cert, ssl_keyfile=settings.key,
    )  # fmt: skip
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CannotServe(f"The certificate cannot be used: {error}.") from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config


class _Connection(H11Protocol):
    """A connection that must go on: uvicorn waits for a head, and for who reads nothing, for ever."""

    header_seconds = 20
    stall_seconds = 60

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_head()

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


class _Server(uvicorn.Server):
    """Ends with success when told to stop, for a service manager's sake."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        before = {one: signal.signal(one, self.handle_exit)
                  for one in (signal.SIGINT, signal.SIGTERM)}  # fmt: skip
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)
