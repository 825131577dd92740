"""Beginning to serve: what was told is checked, the storage opened, the socket and TLS made."""

from __future__ import annotations

import hashlib
import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn

from sync.remotes.addresses import Secret
from sync.server.connections import Connection, Server
from sync.server.limits import Limits
from sync.server.service import Service
from sync.server.storage import Storage
from sync.server.telemetry import log
from sync.server.web import Web

_SECRET_LEAST = 16
_HEAD_BYTES = 16 * 1024
_AFTER_CUTTING = 5  # seconds for what was cut off to end by itself


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
    Server(config, settings.limits.stop_seconds).run([listening])
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


def _require_readable(what: str, path: Path) -> None:
    # OpenSSL does not say which of the two it could not read.
    try:
        path.open("rb").close()
    except OSError as error:
        raise CannotServe(f"The {what} {path} cannot be read: {error.strerror}.") from error


def _config(settings: Settings, web: Web) -> uvicorn.Config:
    limits = settings.limits
    Connection.most = limits.connections
    Connection.header_seconds = limits.header_seconds
    Connection.stall_seconds = limits.stall_seconds
    config = uvicorn.Config(
        web.app(), http=Connection, ws="none", lifespan="on", log_config=None, access_log=False,
        proxy_headers=False, server_header=False, date_header=False,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=limits.stop_seconds + _AFTER_CUTTING,
        h11_max_incomplete_event_size=_HEAD_BYTES,
        ssl_certfile=settings.cert, ssl_keyfile=settings.key,
    )  # fmt: skip
    for what, path in (("certificate", settings.cert), ("key", settings.key)):
        if path is not None:
            _require_readable(what, path)
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise CannotServe(f"The certificate cannot be used: {error}.") from error
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return config
