"""Real servers on this computer for the drivers: started once, stopped and started again at will."""

from __future__ import annotations

import contextlib
import getpass
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

USER, PASSWORD = "ana", "clave buena ñ"
ACCESS, SECRET_KEY = "kipuaccess", "kipusecretkey"
READ_ACCESS, READ_SECRET = "readaccess", "readsecretkey"
BUCKET = "kipu-tests"
PATIENCE = 60.0  # seconds for a server to answer
SCRIPTS = Path(__file__).parent


class Server:
    """A program that listens on ``port`` of this computer; what it says goes to a log."""

    def __init__(self, folder: Path, command: Callable[[int], Sequence[str | Path]]) -> None:
        self.port = free_ports(1)[0]
        self._log = folder / "log"
        self._temporary = folder / "temporary"
        self._temporary.mkdir()
        self._command = [str(part) for part in command(self.port)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        world = {**os.environ, "TMPDIR": str(self._temporary)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, env=world)
        until = time.monotonic() + PATIENCE
        while not is_listening(self.port):
            if self._process.poll() is not None or time.monotonic() > until:
                self.stop()
                said = self._log.read_text(errors="replace")[-2000:]
                pytest.fail(f"{self._command[0]} does not listen: {said}")
            time.sleep(0.02)

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        """The server as one that hangs: its connections stay and nothing comes."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)
        # A signal stops a server of many threads when the last of them has seen it, not when sent.
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)
        try:
            yield
        finally:
            self._process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        if self._process is not None:
            self._end(self._process)
            self._process.wait(PATIENCE)
            self._process = None

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        process.kill()

    def close(self) -> None:
        """End it for good."""
        self.stop()


def is_listening(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _each in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def program(name: str) -> Path:
    """A program beside this Python, on the path, or where administrators' programs lie; or skip."""
    for folder in (str(Path(sys.executable).parent), os.environ.get("PATH"), "/usr/sbin"):
        found = shutil.which(name, path=folder)
        if found:
            return Path(found)
    pytest.skip(f"{name} is not installed here")


# --- OpenSSH --------------------------------------------------------------------------------------


def make_keys(folder: Path) -> None:
    """A host key, a user's key, one with a passphrase, and a stranger's."""
    for name, phrase in (("host", ""), ("user", ""), ("locked", "frase"), ("stranger", "")):
        subprocess.run(
            [program("ssh-keygen"), "-q", "-t", "ed25519", "-N", phrase, "-f", folder / name],
            check=True,
        )
    known = [(folder / name).with_suffix(".pub").read_text() for name in ("user", "locked")]
    (folder / "authorized").write_text("".join(known))


def openssh(keys: Path, folder: Path, subsystem: str = "internal-sftp") -> Server:
    """An sshd as the current user; as root it wants a folder of its own."""
    sshd = program("sshd")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(exist_ok=True)
    config = folder / "sshd_config"

    def command(port: int) -> list[str | Path]:
        config.write_text(
            f"ListenAddress 127.0.0.1:{port}\nHostKey {keys / 'host'}\nPidFile none\n"
            f"AuthorizedKeysFile {keys / 'authorized'}\nStrictModes no\nUsePAM no\n"
            f"PasswordAuthentication no\nPermitRootLogin yes\nMaxStartups 100\n"
            f"Subsystem sftp {subsystem}\n"
        )
        return [sshd, "-D", "-e", "-f", config]

    return Server(folder, command)


def password_sftp(keys: Path, folder: Path) -> Server:
    """An SFTP server that takes a password, which an sshd of an ordinary user cannot check."""
    script = SCRIPTS / "password_sftp.py"
    return Server(folder, lambda port: [sys.executable, script, str(port), keys / "host"])


# --- WebDAV ---------------------------------------------------------------------------------------


def wsgidav(served: Path, folder: Path, certificate: Path | None = None) -> Server:
    found = program("wsgidav")
    config = folder / "wsgidav.json"
    users = {"*": {USER: {"password": PASSWORD}}}
    auth = {"accept_basic": True, "accept_digest": False, "default_to_digest": False}

    def command(port: int) -> list[str | Path]:
        said = {
            "host": "127.0.0.1", "port": port, "server": "cheroot", "verbose": 1,
            "provider_mapping": {"/": str(served)}, "simple_dc": {"user_mapping": users},
            "http_authenticator": auth, "dir_browser": {"enable": False},
        }  # fmt: skip
        if certificate is not None:
            said |= {"ssl_certificate": str(certificate), "ssl_private_key": str(certificate)}
        config.write_text(json.dumps(said))
        return [found, "--config", config]

    return Server(folder, command)


def rclone_dav(served: Path, folder: Path, *more: str) -> Server:
    found = program("rclone")
    return Server(
        folder,
        lambda port: [
            found, "serve", "webdav", served, "--addr", f"127.0.0.1:{port}", "--user", USER,
            "--pass", PASSWORD, "--config", folder / "none", *more,
        ],
    )  # fmt: skip


# --- Samba ----------------------------------------------------------------------------------------

_KEPT = ("lock directory", "state directory", "cache directory", "pid directory", "private dir")


class Samba(Server):
    """A share of Samba's mounted at ``mounted``: by the system, or else through FUSE.

    The mount stays while the server is stopped, as a laptop's does when the office loses power.
    """

    def __init__(self, served: Path, folder: Path, *wishes: str) -> None:
        smbd, self._config = program("smbd"), folder / "smb.conf"
        self.mounted = folder / "mounted"
        self._mount: subprocess.Popen[bytes] | None = None
        for one in (self.mounted, folder / "state"):
            one.mkdir()

        def command(port: int) -> list[str | Path]:
            kept = "".join(f"{name} = {folder / 'state'}\n" for name in _KEPT)
            self._config.write_text(
                f"[global]\nsmb ports = {port}\ninterfaces = 127.0.0.1\n"
                f"bind interfaces only = yes\nmap to guest = bad user\n{kept}[kipu]\n"
                f"path = {served}\nwritable = yes\nguest ok = yes\n"
                f"force user = {getpass.getuser()}\n" + "".join(f"{one}\n" for one in wishes)
            )
            return [smbd, "--foreground", "-s", self._config]

        super().__init__(folder, command)

    def start(self) -> None:
        super().start()
        if self._mount is None and not self.mounted.is_mount() and not self._by_the_system():
            self._through_fuse()

    def _by_the_system(self) -> bool:
        """Whether the kernel knows such shares and may mount them for us."""
        mount = shutil.which("mount.cifs", path="/usr/sbin:/sbin")
        if not mount or "cifs" not in Path("/proc/filesystems").read_text():
            return False
        options = f"guest,port={self.port},vers=3.0,cache=none,actimeo=0"
        done = subprocess.run(
            [mount, "//127.0.0.1/kipu", self.mounted, "-o", options],
            capture_output=True, check=False,
        )  # fmt: skip
        return done.returncode == 0

    def _through_fuse(self) -> None:
        home, network = self._config.parent, self._config.with_name("network")
        settings = home / ".smb" / "smbnetfs.conf"
        for one in (network, settings.parent):
            one.mkdir()
        (settings.parent / "smb.conf").write_text("[global]\nclient min protocol = SMB2\n")
        settings.write_text(f'host 127.0.0.1:{self.port} visible=true\nauth "guest" ""\n')
        settings.chmod(0o600)
        with (home / "smbnetfs.log").open("wb") as log:
            self._mount = subprocess.Popen(
                [program("smbnetfs"), "-f", network], stdout=log, stderr=log,
                env={**os.environ, "HOME": str(home)},
            )  # fmt: skip
        self.mounted = network / f"127.0.0.1:{self.port}" / "kipu"
        until = time.monotonic() + PATIENCE
        while not self.mounted.is_dir():
            if self._mount.poll() is not None or time.monotonic() > until:
                self.close()
                pytest.skip("nothing may be mounted here through FUSE")
            time.sleep(0.02)

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        # Killed, it would leave behind the processes that serve each connection.
        process.terminate()

    def close(self) -> None:
        if self._mount is not None:
            # It takes its mount away itself.
            self._mount.terminate()
            self._mount.wait(PATIENCE)
            self._mount = None
        elif self.mounted.is_mount():
            subprocess.run(["umount", "--lazy", self.mounted], check=True)
        super().close()


# --- S3 -------------------------------------------------------------------------------------------


class Seaweed(Server):
    """SeaweedFS: an S3 gateway on ``port``, and the same files by plain HTTP on ``filer_port``."""

    def __init__(self, folder: Path) -> None:
        weed = program("weed")
        (folder / "data").mkdir()
        identities = [
            _identity("kipu", ACCESS, SECRET_KEY, "Admin", "Read", "Write", "List"),
            _identity("reader", READ_ACCESS, READ_SECRET, "Read", "List"),
        ]
        (folder / "s3.json").write_text(json.dumps({"identities": identities}))
        ports = free_ports(7)
        self.filer_port = ports[0]
        names = [
            "filer.port", "filer.port.grpc", "master.port", "master.port.grpc", "volume.port",
            "volume.port.grpc", "s3.port.grpc",
        ]  # fmt: skip

        def command(port: int) -> list[str | Path]:
            given = [f"-{name}={one}" for name, one in zip(names, ports, strict=True)]
            return [
                weed, "server", f"-dir={folder / 'data'}", "-ip=127.0.0.1", "-ip.bind=127.0.0.1",
                "-filer", "-s3", f"-s3.config={folder / 's3.json'}", "-s3.iam=false",
                f"-s3.port={port}", "-volume.max=4", "-master.volumeSizeLimitMB=64",
                "-master.volumePreallocate=false", "-s3.port.iceberg=0", "-s3.port.lance=0", *given,
            ]  # fmt: skip

        super().__init__(folder, command)


def _identity(name: str, access: str, secret: str, *actions: str) -> dict[str, object]:
    known = [{"accessKey": access, "secretKey": secret}]
    return {"name": name, "credentials": known, "actions": list(actions)}
