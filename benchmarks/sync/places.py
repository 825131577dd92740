"""Real places for a share on the loopback, each behind a link that counts and can be made slow."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
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
from sync.remotes.folder import ROOT

KINDS: Final = ("folder", "kipu", "webdav", "s3")
_NAME: Final = "bench"
_PASSWORD: Final = "benchmarks-only"
_READY_S: Final = 60


@dataclass
class Place:
    """A place by its address; `link` leads there (None for a folder).

    Very many files are laid in `folder` without the way there. It is where a server has its files;
    for a bucket they are gathered there, and the store's own program brings them: `copying`, which
    lacks only the folder, before its last word.
    """

    address: str
    secret: Secret
    folder: Path
    link: Link | None = None
    copying: Sequence[str] = ()

    def remote(self, project: Project) -> Remote:
        """The place as one laptop meets it."""
        identity = Identity(project.keys, project.roster.project)
        return open_address(parse(self.address), self.secret, token(project.device), identity)

    def beneath(self, project: bytes) -> Path:
        """Where the project's files are laid."""
        is_server = self.address.startswith("kipu+")
        return (self.folder / token(project) if is_server else self.folder) / ROOT

    def bring(self, gathered: Path) -> None:
        """Bring a bucket what was gathered for it. Raises servers.Failed."""
        if self.copying:
            *words, target = self.copying
            done = subprocess.run([*words, str(gathered), target], capture_output=True, text=True)
            if done.returncode:
                raise Failed((done.stderr or done.stdout)[:500])


@contextmanager
def opened(kind: str, folder: Path, *, narrow: bool = False) -> Iterator[Place]:
    """A place of this kind for the length of a block; `narrow` for a link that is to be slow.

    Raises servers.Failed where what it needs is not installed or does not start.
    """
    stored = folder / "stored"
    stored.mkdir()
    if kind == "folder":
        yield Place(str(stored), Secret(), stored)
        return
    port, web, grpc = free_ports(3)
    filer = (web, grpc)
    command = _command(kind, stored, folder, port, filer)
    with running(command, port, folder / "server.log"), Link(port, narrow=narrow) as link:
        if kind == "s3":
            _make_bucket(link)
            yield _bucket(link, folder / "gathered", filer)
        else:
            yield _place(kind, link, stored)


def _place(kind: str, link: Link, stored: Path) -> Place:
    here = f"127.0.0.1:{link.port}"
    if kind == "kipu":
        return Place(f"kipu+http://{here}", Secret(), stored, link)
    return Place(f"webdav+http://{_NAME}@{here}/", Secret(_PASSWORD), stored, link)


def _bucket(link: Link, gathered: Path, filer: tuple[int, int]) -> Place:
    address = f"s3://{_NAME}/share?endpoint=http://127.0.0.1:{link.port}"
    # Behind the dot is where it speaks gRPC, else taken for 10,000 more.
    target = f"http://127.0.0.1:{filer[0]}.{filer[1]}/buckets/{_NAME}/share/"
    copying = (_program("weed"), "filer.copy", "-c=32", target)
    return Place(address, Secret(_PASSWORD, access_key=_NAME), gathered, link, copying)


def _command(kind: str, stored: Path, folder: Path, port: int, filer: tuple[int, int]) -> list[str]:
    if kind == "kipu":
        listen = f"127.0.0.1:{port}"
        return [sys.executable, "-m", "sync.server", "--storage", str(stored), "--listen", listen,
                "--open", "--quiet", "--limit", "rate=100000", "--limit", "burst=100000"]  # fmt: skip
    if kind == "webdav":
        return [_program("wsgidav"), "--config", str(_wsgidav(stored, folder, port))]
    return _seaweed(stored, folder, port, filer)


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


def _seaweed(stored: Path, folder: Path, port: int, filer: tuple[int, int]) -> list[str]:
    config = folder / "s3.json"
    known = {"accessKey": _NAME, "secretKey": _PASSWORD}
    actions = ["Admin", "Read", "Write", "List"]
    one = {"name": _NAME, "credentials": [known], "actions": actions}
    config.write_text(json.dumps({"identities": [one]}))
    names = ("master.port", "master.port.grpc", "volume.port", "volume.port.grpc", "s3.port.grpc")
    ports = zip(names, free_ports(len(names)), strict=True)
    return [
        _program("weed"), "server", f"-dir={stored}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
        "-filer", f"-filer.port={filer[0]}", f"-filer.port.grpc={filer[1]}",
        "-s3", f"-s3.port={port}", f"-s3.config={config}", "-s3.iam=false",
        "-volume.max=100", "-master.volumeSizeLimitMB=1024", "-master.volumePreallocate=false",
        "-s3.port.iceberg=0", "-s3.port.lance=0", *(f"-{name}={one}" for name, one in ports),
    ]  # fmt: skip


def _make_bucket(link: Link) -> None:
    """Make the bucket, as soon as the store is ready for one. Raises Failed."""
    from sync.remotes.s3_signing import Signer
    from sync.remotes.web import Web

    web = Web(_NAME, "127.0.0.1", link.port, secure=False)
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
