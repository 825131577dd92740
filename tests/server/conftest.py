"""Servers for the tests: one that lasts, over a folder, and villages founded there."""

from __future__ import annotations

import datetime
import hashlib
import ipaddress
import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

pytest.importorskip("starlette", reason="the extra `server` is not installed")
pytest.importorskip("uvicorn", reason="the extra `server` is not installed")

from tests.server import serving
from tests.server.direct import Direct
from tests.server.serving import Served
from tests.server.village import Village

_numbers = count()


@pytest.fixture(scope="session")
def storage(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("storage")


@pytest.fixture(scope="session")
def served(storage: Path) -> Iterator[Served]:
    """A server anybody may found projects on."""
    running = Served(str(storage), "--open", "--limit", "rate=2000", "--limit", "burst=9000")
    yield running
    assert running.stop() == 0, running.said


@pytest.fixture
def village(served: Served) -> Village:
    """A project of its own on that server, founded."""
    made = Village(f"village {next(_numbers)}")
    serving.found(served, made)
    return made


@pytest.fixture
def direct(tmp_path: Path) -> Direct:
    """A service without HTTP, and a village founded there."""
    made = Direct(tmp_path, Village())
    made.found()
    return made


@pytest.fixture(scope="module")
def no_flushing() -> Iterator[None]:
    """For hundreds of small files: what survives a power cut is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _file: None)
        yield


@pytest.fixture
def serve() -> Iterator[Callable[..., Served]]:
    """Starts servers that the test has to itself."""
    running: list[Served] = []

    def start(storage: Path | str, *options: str, **more: object) -> Served:
        one = Served(str(storage), *options, **more)  # type: ignore[arg-type]
        running.append(one)
        return one

    yield start
    for one in running:
        one.stop()


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path, str]:
    """A certificate nobody signed: its file, its key's file, and its fingerprint."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "kipu test")])
    now = datetime.datetime.now(datetime.UTC)
    here = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))])
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(now - datetime.timedelta(1))
        .not_valid_after(now + datetime.timedelta(2)).add_extension(here, critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    cert_file, key_file = tmp_path / "cert.pem", tmp_path / "key.pem"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ))  # fmt: skip
    shown = hashlib.sha256(made.public_bytes(serialization.Encoding.DER)).hexdigest()
    return cert_file, key_file, shown
