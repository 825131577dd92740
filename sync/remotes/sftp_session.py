"""One SSH session that is made when first needed and made again when it was lost.

No session is shared between remotes, so a wrong password can never pass because a right one was
given before. The caller's thread runs the event loop; between two uses nothing happens.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import threading
import weakref
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, TypeVar

import asyncssh

from sync import ports
from sync.ports import fault
from sync.remotes import greeting
from sync.remotes.addresses import Address, Secret

LOGIN_SECONDS = 40.0
"""From the first packet to being let in."""
STALL_SECONDS = 60.0
"""How long a request may take, beside the time its bytes need on the slowest line."""
_SLOWEST = 2000  # bytes a second
_LOST = (
    asyncssh.ConnectionLost,
    asyncssh.DisconnectError,
    asyncssh.SFTPConnectionLost,
    asyncssh.SFTPNoConnection,
    asyncssh.ChannelOpenError,
    ConnectionError,
)
Result = TypeVar("Result")
Task = Callable[[asyncssh.SFTPClient], Awaitable[Result]]

# Its notes name hosts and users, which are nobody's business but the person's.
logging.getLogger("asyncssh").setLevel(logging.CRITICAL)


class SftpSession:
    """A way to run tasks over SFTP at ``address``; thread-safe, one task at a time."""

    def __init__(self, address: Address, secret: Secret) -> None:
        self._address, self._secret = address, secret
        self._place = address.place
        self._held = _Held()
        self._lock = threading.Lock()
        self._limit: asyncio.Timeout | None = None
        weakref.finalize(self, _Held.close, self._held)

    def close(self) -> None:
        """End the session; the next task makes another."""
        with self._lock:
            self._held.close()

    def run(self, task: Task[Result]) -> Result:
        """Run a task that may be run again from its beginning.

        Raises the RemoteError that says why there is no session; what SFTP itself refuses comes
        out as asyncssh's SFTPError.
        """
        with self._lock:
            if self._held.is_open:
                with contextlib.suppress(*_LOST):
                    return self._run(task)
            gate = _Gate(self._address.option("host-key"))
            with self._reasons(gate):
                self._held.open(lambda: self._connect(gate))
            try:
                return self._run(task)
            except _LOST as error:
                raise self._broken_off(error) from error

    def go_on(self, size: int = 0) -> None:
        """Called by a task that got on: the next ``size`` bytes have a time of their own."""
        assert self._limit is not None
        now = asyncio.get_running_loop().time()
        self._limit.reschedule(now + STALL_SECONDS + size / _SLOWEST)

    async def _limited(self, task: Task[Result]) -> Result:
        async with asyncio.timeout(STALL_SECONDS) as self._limit:
            return await task(self._held.sftp)

    def _run(self, task: Task[Result]) -> Result:
        try:
            return self._held.run(self._limited(task))
        except TimeoutError as error:
            self._held.close()
            raise fault(ports.RemoteTimeout, self._place) from error
        except _LOST:
            self._held.close()
            raise

    async def _connect(
        self, gate: _Gate
    ) -> tuple[asyncssh.SSHClientConnection, asyncssh.SFTPClient]:
        address, secret = self._address, self._secret
        if not address.user:
            raise ports.BadAddress("no user", "remote-bad-address.user", scheme=address.scheme)
        keys = secret.key and [asyncssh.import_private_key(secret.key, secret.passphrase or None)]
        try:
            connection = await asyncssh.connect(
                address.host, address.real_port, config=None, known_hosts=b"",
                client_factory=lambda: gate, username=address.user,
                password=secret.password or None, client_keys=keys or None,
                agent_path=None, connect_timeout=LOGIN_SECONDS, login_timeout=0,
            )  # fmt: skip
        except asyncssh.HostKeyNotVerifiable as error:
            raise self._stranger(gate) from error
        try:
            return connection, await connection.start_sftp_client()
        except BaseException:
            connection.abort()
            raise

    def _stranger(self, gate: _Gate) -> ports.RemoteHostKey:
        return ports.RemoteHostKey(
            "the server shows the key {fingerprint}",
            "remote-host-key.changed" if gate.expected else None,
            place=self._place, fingerprint=gate.shown,
        )  # fmt: skip

    def _broken_off(self, error: Exception) -> ports.RemoteError:
        code = "remote-missing.broken-off"
        return fault(ports.RemoteMissing, self._place, code=code, reason=str(error))

    def _unlike_sftp(self, error: asyncssh.Error) -> ports.RemoteError:
        """Why an SSH server lets nobody do SFTP."""
        if error.code == asyncssh.DISC_TOO_MANY_CONNECTIONS:
            return fault(ports.RemoteBusy, self._place, code="remote-busy.connections")
        return fault(
            ports.RemoteOther, self._place, host=self._address.host, wanted="SFTP",
            port=self._address.real_port, reason=str(error),
        )  # fmt: skip

    def _who_answers(self, gate: _Gate) -> ports.RemoteError | None:
        """Why what answers is no SSH server, or none that has room; None where that is not it."""
        if not gate.is_through or gate.has_met_ssh:
            return None
        return greeting.reason(self._place, self._address.host, self._address.real_port)

    @contextlib.contextmanager
    def _reasons(self, gate: _Gate) -> Iterator[None]:
        """Turn what goes wrong in connecting into the precise `RemoteError`."""
        address = self._address
        try:
            yield
        except socket.gaierror as error:
            raise fault(ports.RemoteNameUnknown, self._place, host=address.host) from error
        except TimeoutError as error:
            raise (self._who_answers(gate) or fault(ports.RemoteTimeout, self._place)) from error
        except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
            raise ports.RemoteLogin(
                "the key file does not open", "remote-login.key", place=self._place
            ) from error
        except asyncssh.PermissionDenied as error:
            raise fault(ports.RemoteLogin, self._place) from error
        except (asyncssh.ConnectionLost, asyncssh.ProtocolNotSupported) as error:
            raise (self._who_answers(gate) or self._broken_off(error)) from error
        except asyncssh.Error as error:
            raise (self._who_answers(gate) or self._unlike_sftp(error)) from error
        except OSError as error:
            if gate.is_through:
                raise (self._who_answers(gate) or self._broken_off(error)) from error
            raise fault(
                ports.RemoteRefused, self._place, host=address.host, port=address.real_port,
                reason=str(error),
            ) from error  # fmt: skip


class _Gate(asyncssh.SSHClient):
    """Lets only the expected host key pass, and remembers which one was shown."""

    def __init__(self, expected: str) -> None:
        self.expected = expected
        self.shown = ""
        self._connection: asyncssh.SSHClientConnection | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn

    @property
    def is_through(self) -> bool:
        """Whether somebody answered at all."""
        return self._connection is not None

    @property
    def has_met_ssh(self) -> bool:
        """Whether who answered greeted as an SSH server of today does."""
        return bool(self._connection and self._connection.get_extra_info("server_version"))

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        self.shown = key.get_fingerprint()
        return self.shown == self.expected


class _Held:
    """An event loop and what is open in it: kept apart so that it outlives its owner to close."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connection: asyncssh.SSHClientConnection | None = None
        self._sftp: asyncssh.SFTPClient | None = None

    @property
    def is_open(self) -> bool:
        return self._sftp is not None

    @property
    def sftp(self) -> asyncssh.SFTPClient:
        assert self._sftp is not None
        return self._sftp

    def run(self, awaited: Awaitable[Result]) -> Result:
        assert self._loop is not None
        return self._loop.run_until_complete(awaited)

    def open(self, connect: Callable[[], Awaitable[Any]]) -> None:
        self.close()
        self._loop = asyncio.new_event_loop()
        try:
            self._connection, self._sftp = self.run(connect())
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        loop, connection = self._loop, self._connection
        self._loop = self._connection = self._sftp = None
        if loop is None:
            return
        if connection is not None:
            connection.abort()
            loop.run_until_complete(connection.wait_closed())
        loop.run_until_complete(_cancel_others())
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


async def _cancel_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for one in others:
        one.cancel()
    await asyncio.gather(*others, return_exceptions=True)
