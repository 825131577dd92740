"""How far this laptop's logs went out by hand.

No share is known to hold what left in a file, so it counts as unsent; but whoever took the file in
has it under the numbers it left with, which a new incarnation must not use again.
"""

from __future__ import annotations

import json
from typing import Final

from app.models.store import Store

_KEY: Final = "handed_out"


def remember(store: Store, device: bytes) -> None:
    """All batches sealed here so far are in somebody's hands."""
    rows = store.rows("SELECT log, number FROM logs WHERE device=? AND number>0", (device,))
    store.set_meta(_KEY, json.dumps({bytes(log).hex(): number for log, number in rows}))


def number(store: Store, log: bytes) -> int:
    """The last batch of a log that left by hand; 0 where none did."""
    return int(json.loads(store.meta(_KEY) or "{}").get(log.hex(), 0))
