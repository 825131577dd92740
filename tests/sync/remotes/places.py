"""Places to sync with, each of another kind, seen from both sides: as a remote and as files."""

from __future__ import annotations

import json
import os
import shutil
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast
from urllib.parse import quote

from sync.ports import Remote, RemoteError
from sync.remotes.addresses import Address, Secret, open_address
from sync.remotes.web import basic
from tests.sync.remotes.servers import PATIENCE, Seaweed, Server


@dataclass
class Place:
    """An empty place: ``folder`` is where its files really lie; ``server`` goes there, if any."""

    address: Address
    secret: Secret
    folder: Path
    server: Server | None = None
    _opened: list[Remote] = field(default_factory=list)

    def open(self, writer: str = "tests", secret: Secret | None = None) -> Remote:
        remote = open_address(self.address, secret or self.secret, writer)
        self._opened.append(remote)
        return remote

    def wait_until_ready(self) -> None:
        """An object store listens some time before it serves; a mount finds its server by and by."""
        until = time.monotonic() + PATIENCE
        while True:
            try:
                self.open().probe()
            except RemoteError:
                assert time.monotonic() < until
                time.sleep(0.1)
            else:
                return

    def missing(self) -> Place:
        """A place beside this one that is not there."""
        path = self.address.path + "-missing"
        return replace(self, address=replace(self.address, path=path), _opened=self._opened)

    def close(self) -> None:
        for remote in self._opened:
            close = getattr(remote, "close", None)
            if close:
                close()

    def plant(self, path: str, data: bytes) -> None:
        """Put a file there as another hand would; ``path`` begins with KIPU."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)

    def plant_beside(self, path: str, data: bytes) -> None:
        """The same in a folder that is there and that nobody has listed yet, at once."""
        (self.folder / path).write_bytes(data)

    def plant_folder(self, path: str) -> None:
        (self.folder / path).mkdir(parents=True)

    def files(self) -> list[str]:
        found = (path for path in self.folder.rglob("*") if path.is_file())
        return sorted(path.relative_to(self.folder).as_posix() for path in found)

    def drop_folder(self, path: str) -> None:
        shutil.rmtree(self.folder / path)

    def move_root_away(self) -> None:
        os.rename(self.folder / "KIPU", self.folder.with_name(self.folder.name + " away"))


@dataclass
class CachedPlace(Place):
    """A place whose server remembers folders, so that other hands must reach in through it too."""

    def plant(self, path: str, data: bytes) -> None:
        self.plant_folder(path.rpartition("/")[0])
        self._ask("PUT", path, data)

    def plant_folder(self, path: str) -> None:
        parts = path.split("/") if path else []
        for depth in range(len(parts) + 1):
            self._ask("MKCOL", "".join(part + "/" for part in parts[:depth]))

    def drop_folder(self, path: str) -> None:
        self._ask("DELETE", path + "/")

    def move_root_away(self) -> None:
        self._ask("MOVE", "KIPU/", headers={"Destination": self._base.rstrip("/") + "-away/"})

    @property
    def _base(self) -> str:
        return f"http://127.0.0.1:{self.address.real_port}{self.address.path}/"

    def _ask(
        self,
        method: str,
        path: str,
        data: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        known = {"Authorization": basic(f"{self.address.user}:{self.secret.password}")}
        known["Content-Type"] = "application/octet-stream"
        url = self._base + quote(path)
        asked = urllib.request.Request(url, data, {**known, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=30):
                pass
        except urllib.error.HTTPError as error:
            error.close()
            # The folder is there already.
            if error.code != 405:
                raise


@dataclass
class Bucket(Place):
    """A prefix in a bucket, reached behind S3's back through SeaweedFS's own interface."""

    @property
    def _base(self) -> str:
        filer = cast("Seaweed", self.server).filer_port
        where = f"{self.address.host}/{self.address.path}"
        return f"http://127.0.0.1:{filer}/buckets/{where}"

    def missing(self) -> Place:
        gone = replace(self.address, host="no-such-bucket")
        return replace(self, address=gone, _opened=self._opened)

    def plant(self, path: str, data: bytes) -> None:
        self._ask("PUT", path, data)

    def plant_folder(self, path: str) -> None:
        self._ask("PUT", path + "/a", b"?")

    def plant_beside(self, path: str, data: bytes) -> None:
        self.plant(path, data)

    def files(self) -> list[str]:
        return sorted(self._walk(""))

    def drop_folder(self, path: str) -> None:
        self._ask("DELETE", f"{path}?recursive=true")

    def _walk(self, below: str) -> list[str]:
        found: list[str] = []
        for entry in self._entries(below):
            path = below + entry["FullPath"].rpartition("/")[2]
            is_folder = bool(entry["Mode"] & (1 << 31))
            found += self._walk(path + "/") if is_folder else [path]
        return found

    def _entries(self, below: str) -> list[dict[str, object]]:
        try:
            raw = self._ask("GET", f"{below}?limit=1000")
        except urllib.error.HTTPError as error:
            error.close()
            return []
        return cast("list[dict[str, object]]", json.loads(raw)["Entries"] or [])

    def _ask(self, method: str, path: str, data: bytes | None = None) -> bytes:
        headers = {"Accept": "application/json", "Content-Type": "application/octet-stream"}
        asked = urllib.request.Request(f"{self._base}/{path}", data, headers, method=method)
        with urllib.request.urlopen(asked, timeout=30) as reply:
            return bytes(reply.read())
