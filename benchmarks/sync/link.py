"""A connection on the loopback that counts bytes and requests and can be slow, stall and be cut.

What goes through is held to a rate and a delay as on a poor mobile link: each direction sends one
byte after the other, a connection costs one round trip before anything goes, and a cut resets all
connections and refuses new ones for a while. Faults come from a seed, so a run can be repeated.
"""

from __future__ import annotations

import asyncio
import random
import socket
import threading
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import Final, Self

_PIECE: Final = 256
_LATE: Final = 0.005
"""Seconds by which a sleep may overrun; a piece takes 32 ms at 64 kbit/s."""
_SMALL_BUFFER: Final = 2048
UP: Final = 0
DOWN: Final = 1
_REQUEST: Final = b" HTTP/1.1\r\n"


@dataclass(frozen=True)
class Shape:
    """How a link is. Rate in bits a second (0: without limit), times in seconds.

    `stall_every` is the mean number of bytes between two moments in which nothing moves for `stall`
    seconds. `dark` is for how long nobody answers after a cut.
    """

    rate: int = 0
    round_trip: float = 0.0
    stall_every: int = 0
    stall: float = 0.0
    dark: float = 0.0
    seed: int = 1


class _Lane:
    """One direction of the link: when it is free again, and what went through."""

    def __init__(self) -> None:
        self.bytes = 0
        self.stalled = 0.0
        self.become(Shape(), 0)

    def become(self, shape: Shape, seed: int) -> None:
        self._shape = shape
        self._chance = random.Random(seed)
        self._free = 0.0

    async def pass_on(self, size: int) -> float:
        """Wait for as long as these bytes take; the moment they arrive at the other end."""
        loop = asyncio.get_running_loop()
        self.bytes += size
        if not self._shape.rate:
            return loop.time()
        takes = size * 8 / self._shape.rate
        every = self._shape.stall_every
        if every and self._chance.random() < size / every:
            takes += self._shape.stall
            self.stalled += self._shape.stall
        # A line does not pause because we woke late: what came meanwhile follows at once.
        is_idle = loop.time() - self._free > _LATE
        self._free = (loop.time() if is_idle else self._free) + takes
        await asyncio.sleep(self._free - loop.time())
        return self._free + self._shape.round_trip / 2


class Link:
    """A port of its own that leads to another one on this machine, until closed.

    One that is to be slow at some time is `narrow` from the beginning.
    """

    def __init__(self, target: int, *, narrow: bool = False) -> None:
        self._target = target
        self._narrow = narrow
        self._lanes = (_Lane(), _Lane())
        self._shape = Shape()
        self._open: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._cut_at: int | None = None
        self._dark_until = 0.0
        self.requests = 0
        self._loop = asyncio.new_event_loop()
        self._listening = socket.create_server(("127.0.0.1", 0))
        if narrow:
            # Large buffers would let a sender believe that everything went long ago.
            self._listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _SMALL_BUFFER)
        self.port = int(self._listening.getsockname()[1])
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    @property
    def up(self) -> int:
        """Bytes that went towards the target so far."""
        return self._lanes[UP].bytes

    @property
    def down(self) -> int:
        return self._lanes[DOWN].bytes

    @property
    def stalled(self) -> float:
        """Seconds in which nothing moved, both ways together."""
        return sum(one.stalled for one in self._lanes)

    def become(self, shape: Shape) -> None:
        """Be like this from now on."""
        self._shape = shape
        for seed, lane in enumerate(self._lanes):
            lane.become(shape, 2 * shape.seed + seed)

    def cut_after(self, more: int) -> None:
        """Cut everything once this many bytes more have gone up."""
        self._cut_at = self.up + more

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    # -- within the thread -------------------------------------------------------------------

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        limit = _PIECE * 2 if self._narrow else 2**16
        serving = asyncio.start_server(self._serve, sock=self._listening, limit=limit)
        server = self._loop.run_until_complete(serving)
        self._loop.run_forever()
        server.close()
        self._abort_all()
        for one in self._tasks:
            one.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
        self._loop.run_until_complete(self._loop.shutdown_asyncgens())
        self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            if self._loop.time() < self._dark_until:
                writer.transport.abort()
                return
            await asyncio.sleep(self._shape.round_trip)
            inner, outer = await asyncio.open_connection("127.0.0.1", self._target)
            self._open.add(outer)
            with closing(writer), closing(outer):
                await asyncio.gather(
                    self._carry(reader, outer, self._lanes[UP]),
                    self._carry(inner, writer, self._lanes[DOWN]),
                )
        except (OSError, asyncio.CancelledError):
            # One side is gone, or the link is closed: the other learns of it as on a real line.
            writer.transport.abort()
        finally:
            self._tasks.discard(task)
            self._open.discard(writer)

    async def _carry(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, lane: _Lane
    ) -> None:
        """Bytes of one direction, each on its way while the next are being sent."""
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
        delivering = asyncio.ensure_future(self._deliver(under_way, target))
        size, tail = _PIECE if self._narrow else 2**16, b""
        try:
            while data := await source.read(size):
                if lane is self._lanes[UP]:
                    self.requests += (tail + data).count(_REQUEST)
                    tail = (tail + data)[1 - len(_REQUEST) :]
                arrives = await lane.pass_on(len(data))
                under_way.put_nowait((arrives, data))
                if self._cut_at is not None and self.up >= self._cut_at:
                    self._cut()
            under_way.put_nowait((self._loop.time() + self._shape.round_trip / 2, b""))
            await delivering
        finally:
            delivering.cancel()
            self._open.discard(target)

    async def _deliver(
        self, under_way: asyncio.Queue[tuple[float, bytes]], target: asyncio.StreamWriter
    ) -> None:
        while True:
            arrives, data = await under_way.get()
            if self._shape.rate:
                await asyncio.sleep(arrives - self._loop.time())
            if not data:
                with suppress(OSError):
                    target.write_eof()
                return
            target.write(data)
            await target.drain()

    def _cut(self) -> None:
        self._cut_at = None
        self._dark_until = self._loop.time() + self._shape.dark
        self._abort_all()

    def _abort_all(self) -> None:
        for one in list(self._open):
            one.transport.abort()
