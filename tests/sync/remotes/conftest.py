"""One place of each kind for a test; the servers behind them are started once."""

from __future__ import annotations

import getpass
import itertools
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sync.remotes.addresses import Address, Secret, parse
from sync.remotes.s3 import S3Remote
from tests.sync.remotes import servers
from tests.sync.remotes.canned import Canned
from tests.sync.remotes.places import Bucket, CachedPlace, Place
from tests.sync.remotes.servers import Samba, Seaweed, Server

Make = Callable[[str], Place]
"""Makes an empty place of a kind: see KINDS."""
KINDS = ["folder", "sftp", "sftp-poor", "webdav-wsgidav", "webdav-rclone", "s3", "samba"]
DAV_SECRET = Secret(password=servers.PASSWORD)
_numbers = itertools.count(1)


@pytest.fixture(scope="session")
def ssh_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ssh-keys")
    servers.make_keys(folder)
    return folder


@pytest.fixture(scope="session")
def host_key(ssh_keys: Path) -> str:
    """The fingerprint of the host key, as ssh-keygen says it."""
    said = subprocess.run(
        [servers.program("ssh-keygen"), "-lf", ssh_keys / "host.pub"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    return said.stdout.split()[1]


@pytest.fixture
def canned() -> Iterator[Canned]:
    server = Canned()
    yield server
    server.stop()


class Farm:
    """The servers, each started when first asked for."""

    def __init__(self, request: pytest.FixtureRequest, factory: pytest.TempPathFactory) -> None:
        self._request, self._factory = request, factory
        self._running: dict[str, tuple[Server, Path]] = {}

    def get(self, kind: str) -> tuple[Server, Path]:
        """The server of a kind, running, and the folder it serves."""
        if kind not in self._running:
            folder = self._factory.mktemp(kind)
            (folder / "served").mkdir()
            server = self._make(kind, folder)
            server.start()
            self._running[kind] = (server, folder / "served")
        return self._running[kind]

    def _make(self, kind: str, folder: Path) -> Server:
        served = folder / "served"
        if kind == "webdav-wsgidav":
            return servers.wsgidav(served, folder)
        if kind == "webdav-rclone":
            return servers.rclone_dav(served, folder)
        if kind == "webdav-read-only":
            return servers.rclone_dav(served, folder, "--read-only")
        if kind == "s3":
            return Seaweed(folder)
        if kind.startswith("samba"):
            return Samba(served, folder, *(["read only = yes"] if "only" in kind else []))
        keys: Path = self._request.getfixturevalue("ssh_keys")
        if kind == "sftp-password":
            return servers.password_sftp(keys, folder)
        options = {"sftp-poor": " -P fsync,posix-rename", "sftp-read-only": " -R"}
        return servers.openssh(keys, folder, "internal-sftp" + options.get(kind, ""))

    def stop(self) -> None:
        for server, _served in self._running.values():
            server.close()


@pytest.fixture(scope="session")
def farm(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Farm]:
    made = Farm(request, tmp_path_factory)
    yield made
    made.stop()


@pytest.fixture
def make_place(request: pytest.FixtureRequest, farm: Farm, tmp_path: Path) -> Iterator[Make]:
    made: list[Place] = []

    def make(kind: str) -> Place:
        place = _make(kind, request, farm, tmp_path)
        made.append(place)
        return place

    yield make
    for place in made:
        place.close()


def _make(kind: str, request: pytest.FixtureRequest, farm: Farm, tmp_path: Path) -> Place:
    name = f"place{next(_numbers)}"
    if kind == "folder":
        (tmp_path / name).mkdir()
        return Place(parse(str(tmp_path / name)), Secret(), tmp_path / name)
    server, served = farm.get(kind)
    if kind == "s3":
        return _bucket(server, name)
    if kind == "webdav-rclone":
        cached = CachedPlace(_dav(server, name), DAV_SECRET, served / name, server)
        cached.plant_folder("")
        return cached
    (served / name).mkdir()
    if isinstance(server, Samba):
        return Place(parse(str(server.mounted / name)), Secret(), served / name, server)
    if kind.startswith("webdav"):
        return Place(_dav(server, name), DAV_SECRET, served / name, server)
    keys: Path = request.getfixturevalue("ssh_keys")
    user, secret = getpass.getuser(), Secret(key=(keys / "user").read_text())
    if kind == "sftp-password":
        user, secret = servers.USER, Secret(password=servers.PASSWORD)
    where = parse(f"sftp://{user}@127.0.0.1:{server.port}{served / name}")
    address = where.with_option("host-key", request.getfixturevalue("host_key"))
    return Place(address, secret, served / name, server)


def _dav(server: Server, name: str) -> Address:
    return parse(f"webdav+http://{servers.USER}@127.0.0.1:{server.port}/{name}")


def _bucket(server: Server, name: str) -> Place:
    text = f"s3://{servers.BUCKET}/{name}?endpoint=http://127.0.0.1:{server.port}"
    secret = Secret(access_key=servers.ACCESS, password=servers.SECRET_KEY)
    make_bucket(parse(text), secret)
    return Bucket(parse(text), secret, Path(), server)


def make_bucket(address: Address, secret: Secret) -> None:
    remote = S3Remote(address, secret)
    # 409: it is there already.
    assert remote._ask("PUT", "").status in {200, 409}
    remote.close()


@pytest.fixture(params=KINDS)
def place(request: pytest.FixtureRequest, make_place: Make) -> Place:
    """An empty place of every kind there is."""
    return make_place(request.param)
