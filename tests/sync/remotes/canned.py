"""A server on this computer that says the same whatever it is asked."""

from __future__ import annotations

import contextlib
import re
import socket
import threading

STOP = b"stop\r\n\r\n"
_PATIENCE = 1.0  # seconds for somebody who does not speak HTTP either


class Listener:
    """A server on this computer that answers one connection after another, until it is stopped."""

    patience = _PATIENCE

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._socket.getsockname()[1])
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            connection, _peer = self._socket.accept()
            with connection, contextlib.suppress(OSError):
                connection.settimeout(self.patience)
                if not self._answer(connection):
                    return

    def _answer(self, connection: socket.socket) -> bool:
        """Answer whoever came; False for `STOP`."""
        raise NotImplementedError

    def stop(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as last:
            last.sendall(STOP)
        self._thread.join()
        self._socket.close()


class Canned(Listener):
    """Gives every request the same bytes back."""

    def __init__(self) -> None:
        self.reply = b""
        self.asked: list[bytes] = []
        super().__init__()

    def _answer(self, connection: socket.socket) -> bool:
        asked = connection.makefile("rb")
        head = b"".join(iter(asked.readline, b"\r\n"))
        if head + b"\r\n" == STOP:
            return False
        length = re.search(rb"content-length: (\d+)", head.lower())
        asked.read(int(length[1]) if length else 0)
        asked.close()
        self.asked.append(head)
        connection.sendall(self.reply)
        return True


def reply(status: int, body: bytes | str = b"", **headers: str) -> bytes:
    raw = body.encode() if isinstance(body, str) else body
    named = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items())
    return f"HTTP/1.1 {status} X\r\nContent-Length: {len(raw)}\r\n{named}\r\n".encode() + raw
