"""How fast a sync goes, as people understand it: over the last seconds, not since the beginning."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Final

_WINDOW_S: Final = 10.0
_LEAST_S: Final = 0.5


class Pace:
    """Bytes a second over the last ten seconds; `now` in seconds."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._seen: deque[tuple[float, int]] = deque([(now(), 0)])

    def tell(self, total: int) -> int:
        """So many bytes went since it began; returns bytes a second, 0 while nobody can say."""
        now = self._now()
        self._seen.append((now, total))
        while len(self._seen) > 2 and now - self._seen[1][0] >= _WINDOW_S:
            self._seen.popleft()
        since, before = self._seen[0]
        passed = now - since
        return round((total - before) / passed) if passed >= _LEAST_S else 0
