"""Real places for a share on the loopback, each behind a link that counts and can be made slow."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app.models.project import Project
from benchmarks.sync.link import Link
from benchmarks.sync.servers import Failed, free_ports, running
from sync.errors import SyncError
from sync.ids import token
from sync.ports import Remote
from sync.remotes.addresses import Identity, Secret, open_address, parse
from sync.remotes.folder import FolderRemote

KINDS: Final = ("folder", "kipu", "webdav", "s3")
_NAME: Final = "bench"
_PASSWORD: Final = "benchmarks-only"
_READY_S: Final = 60


@dataclass
class Place:
    """A place by its address; `link` leads there (None for a folder).

    `folder` is where its files lie, `port` where its server listens, without the link.
    """

    address: str
    secret: Secret
    link: Link | None = None
    folder: Path | None = None
    port: int = 0

    def remote(self, project: Project) -> Remote:
        """The place as one laptop meets it."""
        identity = Identity(project.keys, project.roster.project)
        return open_address(parse(self.address), self.secret, token(project.device), identity)

    def beneath(self, project: bytes) -> Remote:
        """The same files without the way there, to lay very many quickly."""
        if self.folder is not None:
            is_server = self.address.startswith("kipu+")
            return FolderRemote(self.folder / token(project) if is_server else self.folder)
        address = parse(self.address).with_option("endpoint", f"http://127.0.0.1:{self.port}")
        return open_address(address, self.secret, "bench")


@contextmanager
def opened(kind: str, folder: Path, *, narrow: bool = False) -> Iterator[Place]:
    """A place of this kind for the length of a block; `narrow` for a link that is to be slow.

    Raises servers.Failed where what it needs is not installed or does not start.
    """
    stored = folder / "stored"
    stored.mkdir()
    if kind == "folder":
        yield Place(str(stored), Secret(), folder=stored)
        return
    port = free_ports(1)[0]
    command = _command(kind, stored, folder, port)
    with running(command, port, folder / "server.log"), Link(port, narrow=narrow) as link:
        place = _place(kind, link, stored)
        place.port = port
        if kind == "s3":
            _make_bucket(place)
        yield place


def _place(kind: str, link: Link, stored: Path) -> Place:
    here = f"127.0.0.1:{link.port}"
    if kind == "kipu":
        return Place(f"kipu+http://{here}", Secret(), link, stored)
    if kind == "webdav":
        return Place(f"webdav+http://{_NAME}@{here}/", Secret(_PASSWORD), link, stored)
    address = f"s3://{_NAME}/share?endpoint=http://{here}"
    return Place(address, Secret(_PASSWORD, access_key=_NAME), link)


def _command(kind: str, stored: Path, folder: Path, port: int) -> list[str]:
    if kind == "kipu":
        listen = f"127.0.0.1:{port}"
        return [sys.executable, "-m", "sync.server", "--storage", str(stored), "--listen", listen,
                "--open", "--quiet", "--limit", "rate=100000", "--limit", "burst=100000"]  # fmt: skip
    if kind == "webdav":
        return [_program("wsgidav"), "--config", str(_wsgidav(stored, folder, port))]
    return _seaweed(stored, folder, port)


def _program(name: str) -> str:
    """A program beside this Python or on the path. Raises Failed."""
    found = shutil.which(name, path=str(Path(sys.executable).parent)) or shutil.which(name)
    if found is None:
        raise Failed(f"{name} is not installed")
    return found


def _wsgidav(stored: Path, folder: Path, port: int) -> Path:
    config = folder / "wsgidav.json"
    said = {
        "host": "127.0.0.1", "port": port, "server": "cheroot", "verbose": 1,
        "provider_mapping": {"/": str(stored)}, "dir_browser": {"enable": False},
        "simple_dc": {"user_mapping": {"*": {_NAME: {"password": _PASSWORD}}}},
        "http_authenticator": {
            "accept_basic": True, "accept_digest": False, "default_to_digest": False,
        },
    }  # fmt: skip
    config.write_text(json.dumps(said))
    return config


def _seaweed(stored: Path, folder: Path, port: int) -> list[str]:
    config = folder / "s3.json"
    known = {"accessKey": _NAME, "secretKey": _PASSWORD}
    actions = ["Admin", "Read", "Write", "List"]
    one = {"name": _NAME, "credentials": [known], "actions": actions}
    config.write_text(json.dumps({"identities": [one]}))
    names = ("filer.port", "filer.port.grpc", "master.port", "master.port.grpc", "volume.port",
             "volume.port.grpc", "s3.port.grpc")  # fmt: skip
    ports = zip(names, free_ports(len(names)), strict=True)
    return [
        _program("weed"), "server", f"-dir={stored}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        "-filer", "-s3", f"-s3.config={config}", "-s3.iam=false", f"-s3.port={port}",
        "-volume.max=100", "-master.volumeSizeLimitMB=1024", "-master.volumePreallocate=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0", *(f"-{name}={one}" for name, one in ports),
    ]  # fmt: skip


def _make_bucket(place: Place) -> None:
    """Make the bucket, as soon as the store is ready for one. Raises Failed."""
    from sync.remotes.s3_signing import Signer
    from sync.remotes.web import Web

    assert place.link is not None
    web = Web(_NAME, "127.0.0.1", place.link.port, secure=False)
    signer = Signer("us-east-1", _NAME, _PASSWORD)
    end = time.monotonic() + _READY_S
    reason = ""
    while time.monotonic() < end:
        stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime())
        headers = signer.headers("PUT", f"/{_NAME}", {}, {"Host": web.origin}, b"", stamp)
        try:
            reply = web.ask("PUT", f"/{_NAME}", headers)
        except SyncError as error:
            reason = str(error)
        else:
            if reply.status == 200:
                return
            reason = f"status {reply.status}"
        time.sleep(0.2)
    raise Failed(f"the bucket could not be made: {reason}")
