"""How much a laptop, a project and the whole server may ask for and put down."""

from __future__ import annotations

import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields

from sync.server.refusals import Refused

SLOWEST = 1000
"""Bytes a second that a body must bring on average, for a minute's stall is made up for."""
_SHARES = 4
_BUCKETS_MOST = 50_000
_MOST = 2**60
# Others are at least 1. A laptop asks who answers on a connection of its own.
_LEAST = {"device-bytes": 0, "project-bytes": 0, "roster-seconds": 0, "stop-seconds": 0,
          "connections": 2}  # fmt: skip
# More threads than any machine has use for would fail only as they are begun, under load.
_MOST_OF = {"threads": 1024}


class Unfit(ValueError):
    """A limit with a number that it cannot have; `args` are its name, the least and the most."""


@dataclass(frozen=True)
class Limits:
    """What an administrator may set; 0 means without limit for what may be put down."""

    body_bytes: int = 21 * 2**20
    """A request's body. The largest pack has 20 MiB."""
    waiting_bytes: int = 256 * 2**20
    """Bodies being received at one time, all together: what bounds the memory."""
    sending_bytes: int = 256 * 2**20
    """Replies being sent at one time, all together; small ones are bounded by the connections."""
    rate: int = 200
    """Requests a second of one device, on average."""
    burst: int = 2000
    """Requests of one device at once."""
    connections: int = 1000
    device_bytes: int = 20 * 2**30
    """What one device may put down in a project."""
    project_bytes: int = 200 * 2**30
    reserve_bytes: int = 2**30
    """What coordinators' words may take beyond either, so that somebody can always be shut out."""
    stall_seconds: int = 60
    """How long nothing may come of a request's body, or be taken of a reply's; and over how long a
    body must bring what the slowest line brings."""
    header_seconds: int = 20
    """How long a request's head, and the handshake before it, may take."""
    idle_seconds: int = 75
    """How long an idle connection is kept."""
    stop_seconds: int = 30
    """How long a stopping server waits for what it has begun."""
    roster_seconds: int = 5
    """How long a roster read from storage stands, which other servers may have added to."""
    threads: int = 16

    @classmethod
    def names(cls) -> list[str]:
        return [one.name.replace("_", "-") for one in fields(cls)]

    @classmethod
    def from_texts(cls, texts: list[str]) -> Limits:
        """Limits from `name=number`, where K, M and G are powers of 1,024.

        Raises Unfit for a number nothing could be served with, ValueError for other words.
        """
        found: dict[str, int] = {}
        for text in texts:
            name, equals, value = text.partition("=")
            if not equals or name not in cls.names():
                raise ValueError(text)
            power = {"K": 10, "M": 20, "G": 30, "T": 40}.get(value[-1:].upper(), 0)
            digits = value[:-1] if power else value
            if not (digits.isascii() and digits.isdecimal()):
                raise ValueError(text)
            least, most = _LEAST.get(name, 1), _MOST_OF.get(name, _MOST)
            # No more digits are read than a number within bounds has.
            number = int(digits[: len(str(_MOST)) + 1]) << power
            if not least <= number <= most:
                raise Unfit(name, least, most)
            found[name.replace("-", "_")] = number
        return cls(**found)


class Rates:
    """A bucket of requests for each device, filled at an even pace."""

    def __init__(
        self, rate: float, burst: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst, clock
        self._buckets: OrderedDict[bytes, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, whose: bytes) -> None:
        """Raises Refused, saying when to come again, where the bucket is empty."""
        with self._lock:
            now = self._clock()
            left, at = self._buckets.get(whose, (self._burst, now))
            left = min(self._burst, left + (now - at) * self._rate)
            is_empty = left < 1
            self._buckets[whose] = (left if is_empty else left - 1, now)
            self._buckets.move_to_end(whose)
            if len(self._buckets) > _BUCKETS_MOST:
                self._buckets.popitem(last=False)
        if is_empty:
            raise Refused(429, "too-often", after=(1 - left) / self._rate)


class Waiting:
    """Bytes held for somebody: bodies not stored yet, or replies not taken yet.

    Nobody holds more than a share, and all who have proven nothing hold one together. Used from the
    event loop alone.
    """

    def __init__(self, most: int, body_most: int = 0) -> None:
        self._most = max(most, body_most)
        self._share = max(most // _SHARES, body_most)
        self._by: Counter[bytes] = Counter()

    @property
    def held(self) -> int:
        return self._by.total()

    def add(self, whose: bytes, size: int) -> None:
        """Raises Refused where these bytes are too many."""
        if self._by[whose] + size > self._share or self.held + size > self._most:
            raise Refused(503, "busy", after=1)
        self._by[whose] += size

    def leave(self, whose: bytes, size: int) -> None:
        self._by[whose] -= size
        if not self._by[whose]:
            del self._by[whose]


class Patience:
    """How long a body is waited for: standing still uses it up, and what comes gives it back.

    So a line that stalls for almost `most` seconds and goes on is borne, one that drips is not.
    """

    def __init__(self, most: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._most, self._clock = most, clock
        self._until = clock() + most

    @property
    def left(self) -> float:
        return max(0.0, self._until - self._clock())

    def came(self, size: int) -> None:
        self._until = min(self._clock() + self._most, self._until + size / SLOWEST)
