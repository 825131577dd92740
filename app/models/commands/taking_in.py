"""What taking in any table has in common: what came of it, and naming the rows that are wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import KipuError
from app.i18n import _

MAX_TOLD = 20


@dataclass
class Imported:
    """What a table brought in."""

    new: int = 0
    known: int = 0


def refuse(wrong: Sequence[str]) -> None:
    """Raise KipuError naming what is wrong, if anything is; of much only the first."""
    if wrong:
        more = [_("… and {count} more.").format(count=len(wrong) - MAX_TOLD)]
        raise KipuError("\n".join([*wrong[:MAX_TOLD], *(more if len(wrong) > MAX_TOLD else [])]))


def twice(row: int, first: int) -> str:
    """Say that a row has the id of one before it: only one of them could be kept."""
    return _("Row {row} has the same id as row {first}.").format(row=row, first=first)
