"""Why a place cannot be synced with, told precisely, by real servers."""

from __future__ import annotations

import datetime
import ipaddress
import os
import socket
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sync import ports
from sync.ports import RemoteError
from sync.remotes import greeting, s3, sftp_session, web
from sync.remotes.addresses import Secret, parse
from tests.sync.remotes import servers
from tests.sync.remotes.conftest import DAV_SECRET, Make
from tests.sync.remotes.places import Place

NETWORKED = ["sftp-password", "webdav-wsgidav", "s3"]
HOST_KEY = "SHA256:" + "A" * 43


@pytest.fixture(params=NETWORKED)
def networked(request: pytest.FixtureRequest, make_place: Make) -> Place:
    return make_place(request.param)


def at(place: Place, host: str, port: int) -> Place:
    """The same place at another host and port."""
    if place.address.scheme == "s3":
        address = place.address.with_option("endpoint", f"http://{host}:{port}")
    else:
        address = replace(place.address, host=host, port=port)
    return replace(place, address=address)


def refusal(place: Place, secret: Secret | None = None) -> RemoteError:
    with pytest.raises(RemoteError) as caught:
        place.open(secret=secret).probe()
    return caught.value


def test_a_host_that_is_not_there(networked: Place) -> None:
    fault = refusal(at(networked, "no-such-host.local", 4000))
    assert fault.code == "remote-name-unknown"
    assert str(fault.params["host"]).startswith("no-such-host")


def test_a_port_nobody_listens_on(networked: Place) -> None:
    port = servers.free_ports(1)[0]
    fault = refusal(at(networked, "127.0.0.1", port))
    assert fault.code == "remote-refused"
    assert (fault.params["host"], fault.params["port"]) == ("127.0.0.1", port)


def test_a_server_that_never_answers(networked: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "STALL_SECONDS", 0.2)
    monkeypatch.setattr(sftp_session, "LOGIN_SECONDS", 0.2)
    monkeypatch.setattr(greeting, "_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        assert refusal(at(networked, *silent.getsockname())).code == "remote-timeout"


def test_a_server_that_hangs_in_the_middle_is_left_and_found_again(networked: Place) -> None:
    remote, server = networked.open(), networked.server
    assert server is not None
    remote.put("b/1", b"x")
    # A connection keeps the patience it was made with.
    close: Callable[[], None] = getattr(remote, "close")  # noqa: B009
    close()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web, "STALL_SECONDS", 1.0)
        assert remote.read("b/1", 9) == b"x"
        patch.setattr(sftp_session, "STALL_SECONDS", 1.0)
        patch.setattr(sftp_session, "LOGIN_SECONDS", 1.0)
        with server.frozen():
            for _each in range(2):
                with pytest.raises(ports.RemoteTimeout):
                    remote.read("b/1", 9)
    assert remote.read("b/1", 9) == b"x"


def test_a_wrong_password_fails_even_while_a_good_session_is_open(networked: Place) -> None:
    good = networked.open()
    good.probe()
    for wrong in ("clave mala", ""):
        secret = replace(networked.secret, password=wrong)
        assert refusal(networked, secret).code == "remote-login"
    good.probe()
    other_user = Secret(access_key="nobody", password=networked.secret.password)
    if networked.address.scheme == "s3":
        assert refusal(networked, other_user).code == "remote-login"
    else:
        strange = replace(networked, address=networked.address.with_user("nadie"))
        assert refusal(strange).code == "remote-login"


def test_a_kept_session_recovers_after_the_server_was_away(networked: Place) -> None:
    remote, server = networked.open(), networked.server
    assert server is not None
    remote.put("b/1", b"x")
    server.stop()
    try:
        for _each in range(2):
            with pytest.raises((ports.RemoteRefused, ports.RemoteMissing)):
                remote.put("b/2", b"y")
    finally:
        server.start()
    networked.wait_until_ready()
    assert remote.read("b/1", 9) == b"x"
    assert remote.put("b/2", b"y")
    assert remote.list("b") == ["1", "2"]


@pytest.mark.parametrize("kind", ["sftp-read-only", "webdav-read-only", "samba-read-only"])
def test_a_place_that_may_only_be_read(make_place: Make, kind: str) -> None:
    place = make_place(kind)
    place.plant("KIPU/a", b"x")
    assert refusal(place).code == "remote-read-only"
    remote = place.open()
    assert remote.read("a", 9) == b"x"
    for use in (lambda: remote.put("b", b"y"), lambda: remote.replace("a", b"y")):
        with pytest.raises(ports.RemoteReadOnly):
            use()
    assert place.files() == ["KIPU/a"]


def test_a_bucket_that_may_only_be_read(make_place: Make) -> None:
    place = make_place("s3")
    place.open().put("a", b"x")
    secret = Secret(access_key=servers.READ_ACCESS, password=servers.READ_SECRET)
    assert refusal(place, secret).code == "remote-read-only"
    assert place.open(secret=secret).read("a", 9) == b"x"
    assert refusal(place, Secret()).code == "remote-unreadable"


def test_a_bucket_that_is_not_there_and_a_key_whose_id_is_missing(make_place: Make) -> None:
    place = make_place("s3")
    fault = refusal(place.missing())
    assert (fault.code, fault.params["bucket"]) == ("remote-missing.bucket", "no-such-bucket")
    nameless = Secret(password=place.secret.password)
    assert refusal(place, nameless).code == "remote-login.access-key"


@pytest.mark.parametrize("kind", ["sftp", "webdav-wsgidav"])
def test_a_file_where_the_place_should_be(make_place: Make, kind: str) -> None:
    place = make_place(kind)
    place.plant("file", b"x")
    inside = replace(place.address, path=place.address.path + "/file")
    assert refusal(replace(place, address=inside)).code == "remote-not-a-folder"


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of its own with hardly any room."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=128k,nr_inodes=64", "none", disk],
        capture_output=True, check=False,
    )  # fmt: skip
    if mount.returncode:
        pytest.skip("no small disk can be made here: mounting is not allowed")
    yield disk
    subprocess.run(["umount", "--lazy", disk], check=True)


@pytest.mark.parametrize("kind", ["sftp", "sftp-poor", "webdav-wsgidav", "webdav-rclone", "samba"])
def test_a_full_place_takes_nothing_and_says_so(
    make_place: Make, full_disk: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = make_place(kind)
    inside = place.folder / "disk"
    inside.mkdir()
    subprocess.run(["mount", "--bind", full_disk, inside], check=True)
    try:
        there = replace(place.address, path=place.address.path + "/disk")
        full = replace(place, address=there, folder=inside)
        remote = full.open()
        assert remote.put("small", b"x" * 100)
        with pytest.raises(RemoteError) as caught:
            remote.put("b/large", os.urandom(200_000))
        assert caught.value.code == _SAID_WHEN_FULL[kind]
        assert remote.read("small", 100) == b"x" * 100
        if place.address.scheme == "sftp":
            assert full.files() == ["KIPU/small"]
            assert remote.put("b/small", b"y" * 100)
    finally:
        subprocess.run(["umount", "--lazy", inside], check=True)


# SSH's disk can be asked. These two WebDAV servers do not say 507 as they should.
_SAID_WHEN_FULL = {
    "sftp": "remote-full",
    "sftp-poor": "remote-full",
    "webdav-wsgidav": "remote-broken.server",
    "webdav-rclone": "remote-read-only",
    "samba": "remote-full",
}


def test_a_laptop_whose_clock_is_wrong(make_place: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    place = make_place("s3")
    monkeypatch.setattr(s3, "_stamp", lambda: "20191122T120000Z")
    assert refusal(place).code == "remote-clock"


# --- SSH ------------------------------------------------------------------------------------------


def test_a_host_key_is_compared_before_any_password_is_sent(
    make_place: Make, host_key: str
) -> None:
    place = make_place("sftp-password")
    unknown = replace(place, address=place.address.with_option("host-key", ""))
    fault = refusal(unknown)
    assert (fault.code, fault.params["fingerprint"]) == ("remote-host-key", host_key)
    changed = replace(place, address=place.address.with_option("host-key", HOST_KEY))
    fault = refusal(changed)
    assert (fault.code, fault.params["fingerprint"]) == ("remote-host-key.changed", host_key)
    accepted = unknown.address.with_option("host-key", str(fault.params["fingerprint"]))
    replace(place, address=accepted).open().probe()
    assert "host-key" not in place.open().name


def test_keys_are_tried_and_locked_ones_opened(make_place: Make, ssh_keys: Path) -> None:
    place = make_place("sftp")
    assert refusal(place, Secret(key=(ssh_keys / "stranger").read_text())).code == "remote-login"
    locked = (ssh_keys / "locked").read_text()
    place.open(secret=Secret(key=locked, passphrase="frase")).probe()
    for wrong in (Secret(key=locked), Secret(key=locked, passphrase="x"), Secret(key="no key")):
        assert refusal(place, wrong).code == "remote-login.key"
    nobody = replace(place, address=replace(place.address, user=""))
    assert refusal(nobody).code == "remote-bad-address.user"


def test_another_service_is_named_for_what_it_is_not(make_place: Make) -> None:
    dav, ssh, bucket = (make_place(kind) for kind in ("webdav-wsgidav", "sftp-password", "s3"))
    for place, port, wanted, said in (
        (ssh, dav.address.real_port, "SFTP", "HTTP/1.1 4"),
        (dav, ssh.address.real_port, "WebDAV", "SSH-2.0-"),
        (bucket, ssh.address.real_port, "S3", "SSH-2.0-"),
    ):
        fault = refusal(at(place, "127.0.0.1", port))
        assert (fault.code, fault.params["wanted"]) == ("remote-other", wanted)
        assert fault.params["port"] == port
        assert str(fault.params["reason"]).startswith(said)


# --- certificates ---------------------------------------------------------------------------------


class Authority:
    """A certificate authority of one test, and what it signed for 127.0.0.1 and for another."""

    def __init__(self, folder: Path) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
        own = self._signed(self._name, self._key.public_key(), [])
        self.file = folder / "authority.pem"
        self.file.write_bytes(own.public_bytes(serialization.Encoding.PEM))
        self.good = self._issue(folder / "good.pem", "127.0.0.1")
        self.other = self._issue(folder / "other.pem", "127.0.0.9")

    def _issue(self, file: Path, address: str) -> Path:
        key = ec.generate_private_key(ec.SECP256R1())
        names: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_address(address))]
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
        signed = self._signed(subject, key.public_key(), names)
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
        return file

    def _signed(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey,
        names: list[x509.GeneralName],
    ) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        of = x509.SubjectKeyIdentifier.from_public_key(key)
        by = x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key())
        builder = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=30))
            .add_extension(x509.BasicConstraints(ca=not names, path_length=None), critical=True)
            .add_extension(of, critical=False)
            .add_extension(by, critical=False)
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def test_a_certificate_nobody_vouches_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    with _over_tls(tmp_path, authority.good) as place:
        fault = refusal(place)
        assert fault.code == "remote-certificate"
        shown = str(fault.params["fingerprint"])
        pinned = replace(place, address=place.address.with_option("certificate", shown))
        pinned.open().probe()
        assert pinned.open().put("a", b"x")
        wrong = replace(place, address=place.address.with_option("certificate", "0" * 64))
        fault = refusal(wrong)
        assert (fault.code, fault.params["fingerprint"]) == ("remote-certificate", shown)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        place.open().probe()
        pinned.close()


def test_a_certificate_for_another_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
    with _over_tls(tmp_path, authority.other) as place:
        assert refusal(place).code == "remote-certificate"


def test_a_server_that_speaks_no_tls_at_all(make_place: Make) -> None:
    place = make_place("webdav-wsgidav")
    text = place.address.shown.replace("webdav+http:", "webdav+https:")
    assert refusal(replace(place, address=parse(text))).code == "remote-other.no-tls"


def test_a_server_that_speaks_only_tls(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    with _over_tls(tmp_path, authority.good) as place:
        text = place.address.shown.replace("webdav+https:", "webdav+http:")
        assert refusal(replace(place, address=parse(text))).code == "remote-other.tls"


class _over_tls:
    """A WebDAV server with a certificate; closed with what was opened on it."""

    def __init__(self, folder: Path, certificate: Path) -> None:
        (folder / "served").mkdir()
        self._server = servers.wsgidav(folder / "served", folder, certificate)
        self._folder = folder

    def __enter__(self) -> Place:
        self._server.start()
        text = f"webdav+https://{servers.USER}@127.0.0.1:{self._server.port}/"
        self._place = Place(parse(text), DAV_SECRET, self._folder / "served", self._server)
        return self._place

    def __exit__(self, *raised: object) -> None:
        self._place.close()
        self._server.stop()
