"""What answers at a port where no SSH session came about: a second, short look that tells why."""

from __future__ import annotations

import contextlib
import socket

from sync import ports
from sync.ports import fault

_SECONDS = 3.0
_MOST = 256
"""Bytes of what a server says first; characters shown are fewer."""
_SHOWN = 60
_SSH = (b"SSH-2.0-", b"SSH-1.99-")
# What OpenSSH says, in place of its greeting, to whom it has no room for.
_NO_ROOM = (b"Exceeded MaxStartups", b"Not allowed at this time")


def reason(place: str, host: str, port: int) -> ports.RemoteError | None:
    """Why what answers there opens no session; None where it is SSH as it should be, or silent."""
    said = _first_words(host, port)
    if not said or said.startswith(_SSH):
        return None
    if said.startswith(_NO_ROOM):
        return fault(ports.RemoteBusy, place, code="remote-busy.connections")
    line = said.decode("ascii", "replace").partition("\n")[0]
    shown = "".join(char for char in line if char.isprintable())[:_SHOWN]
    code = "remote-other.old-ssh" if said.startswith(b"SSH-") else None
    return fault(
        ports.RemoteOther, place, code=code, host=host, port=port, wanted="SFTP", reason=shown
    )


def _first_words(host: str, port: int) -> bytes:
    """What a server says by itself, or else to a web request; b'' where it says nothing."""
    with (
        contextlib.suppress(OSError),
        socket.create_connection((host, port), _SECONDS) as connection,
    ):
        with contextlib.suppress(TimeoutError):
            return connection.recv(_MOST)
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return connection.recv(_MOST)
    return b""
