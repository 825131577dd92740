"""Why a request is refused: a status, and a code that the laptop turns into a sentence."""

from __future__ import annotations

from sync.errors import SyncError


class Refused(Exception):
    """A request that is not done. `after` is how many seconds to wait before another try.

    `reason` is a sentence for whoever runs the server, where the code alone does not tell.
    """

    def __init__(
        self, status: int, code: str, after: float | None = None, limit: int = 0, reason: str = ""
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.after = after
        self.limit = limit
        self.reason = reason


def forbidden(code: str = "forbidden") -> Refused:
    return Refused(403, code)


def storage_code(error: SyncError) -> str:
    """What laptops are told of a fault of the storage: its kind, not what is for its administrator."""
    return f"storage.{error.code.partition('.')[0]}"
