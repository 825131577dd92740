"""Whether the storage does its work, tried by writing a little to it, and not at every question."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from sync.ports import Remote, RemoteError, RemoteFull
from sync.server.refusals import Refused, storage_code
from sync.server.sentences import explained

_STANDS_SECONDS = 5.0


class Health:
    """What trying the storage came to last; it stands for some seconds, however often it is asked."""

    def __init__(
        self, own: Callable[[], Remote], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._own, self._clock = own, clock
        self._lock = threading.Lock()
        self._until = 0.0
        self._fault: RemoteError | None = None

    def check(self) -> None:
        """Raises Refused, with the reason, where the storage cannot be read and written."""
        with self._lock:
            if self._clock() >= self._until:
                self._fault = self._tried()
                self._until = self._clock() + _STANDS_SECONDS
            fault = self._fault
        if fault is not None:
            code = "storage-full" if isinstance(fault, RemoteFull) else storage_code(fault)
            # Whoever asks need not learn where it lies.
            raise Refused(503, code, _STANDS_SECONDS, reason=explained(fault, "the storage"))

    def _tried(self) -> RemoteError | None:
        try:
            self._own().probe()
        except RemoteError as error:
            return error
        return None
