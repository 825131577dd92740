"""A way to a server that counts every byte and may be cut: what really goes over the wire."""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass


@dataclass
class Counts:
    """What went through: bytes each way, and requests by their first lines."""

    up: int = 0
    down: int = 0
    requests: int = 0

    @property
    def bytes(self) -> int:
        return self.up + self.down


class Wire:
    """Listens on `port` and passes everything on to another port of this computer.

    With `swallow` set, so many replies are kept back and their connection cut: the server did what
    was asked, and nobody heard.
    """

    def __init__(self, port: int) -> None:
        self._to = port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self.counts = Counts()
        self.swallow = 0
        self._threads: list[threading.Thread] = []
        self._sockets: list[socket.socket] = [self._listening]
        self._begin(self._accept)

    def _begin(self, work: object, *arguments: object) -> None:
        thread = threading.Thread(target=work, args=arguments)  # type: ignore[arg-type]
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                near, _address = self._listening.accept()
                far = socket.create_connection(("127.0.0.1", self._to))
                self._sockets += [near, far]
                self._begin(self._pass_up, near, far)
                self._begin(self._pass_down, far, near)

    def _pass_up(self, near: socket.socket, far: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := near.recv(65536):
                self.counts.up += len(piece)
                self.counts.requests += piece.count(b" HTTP/1.1\r\n")
                far.sendall(piece)
            far.shutdown(socket.SHUT_WR)

    def _pass_down(self, far: socket.socket, near: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := far.recv(65536):
                if self.swallow:
                    self.swallow -= 1
                    break
                self.counts.down += len(piece)
                near.sendall(piece)
            near.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        for one in self._sockets:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(30)
