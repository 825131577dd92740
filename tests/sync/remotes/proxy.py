"""A way to a server on this computer that counts what goes through it."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading


class Counting:
    """Listens on ``port`` and passes everything on to the server's.

    ``turns`` counts how often the client spoke after the server had: what a line with long delays
    costs. ``sent`` and ``received`` are bytes from the client and to it.
    """

    def __init__(self, server_port: int) -> None:
        self._server_port = server_port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listening.getsockname()[1])
        self._wake, self._woken = socket.socketpair()
        self._selector = selectors.DefaultSelector()
        self._selector.register(self._listening, selectors.EVENT_READ)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = threading.Thread(target=self._run)
        self.reset()
        self._thread.start()

    def reset(self) -> None:
        self.turns = self.sent = self.received = 0
        self._client_spoke = False

    def stop(self) -> None:
        self._wake.sendall(b"x")
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()
        self._wake.close()

    def _run(self) -> None:
        while True:
            for key, _events in self._selector.select():
                if key.fileobj is self._woken:
                    return
                if key.fileobj is self._listening:
                    self._accept()
                else:
                    self._pass_on(key)

    def _accept(self) -> None:
        client, _peer = self._listening.accept()
        server = socket.create_connection(("127.0.0.1", self._server_port))
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(client, selectors.EVENT_READ, (server, True))
        self._selector.register(server, selectors.EVENT_READ, (client, False))

    def _pass_on(self, key: selectors.SelectorKey) -> None:
        source, (other, from_client) = key.fileobj, key.data
        assert isinstance(source, socket.socket)
        data = b""
        with contextlib.suppress(OSError):
            data = source.recv(1 << 20)
            other.sendall(data)
        if not data:
            for one in (source, other):
                with contextlib.suppress(KeyError):
                    self._selector.unregister(one)
                one.close()
        elif from_client:
            self.turns += not self._client_spoke
            self._client_spoke = True
            self.sent += len(data)
        else:
            self._client_spoke = False
            self.received += len(data)
