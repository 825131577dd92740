"""How much a reader is willing to spend on a block it did not write.

A few bytes can claim a billion rows, so every claim is paid for from a budget before anything of
its size is allocated.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sync.errors import TooLarge

CELL_COST: Final = 8
NUMBER_COST: Final = 24
ITEM_COST: Final = 64
ID_COST: Final = 64
TEXT_COST: Final = 4


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds for one block.

    `max_changes` counts changes, and also transactions. `max_plain_bytes` is the block's size
    once opened, counted as 8 bytes a cell (row × field), 24 a number, 4 a byte of text and 64 a
    part of a list or mapping.
    `max_fields` counts the fields of one group.
    """

    max_changes: int = 65_536
    max_plain_bytes: int = 32 * 1024 * 1024
    max_fields: int = 4_096


class Budget:
    """What is left to spend; `take` raises TooLarge before the spending happens."""

    __slots__ = ("left", "limits")

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.left = limits.max_plain_bytes

    def take(self, amount: int) -> None:
        self.left -= amount
        if self.left < 0:
            raise TooLarge(
                "A batch opens to more than {limit} bytes",
                code="block.too-large",
                limit=self.limits.max_plain_bytes,
            )

    def count(self, number: int, most: int, what: str) -> int:
        """`number`, or TooLarge when it is above `most`."""
        if number > most:
            raise TooLarge(
                "A batch claims {number} {what}; the limit is {limit}",
                code="block.too-many",
                number=min(number, 1 << 62),
                what=what,
                limit=most,
            )
        return number
