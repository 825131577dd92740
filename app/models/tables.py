"""How tables are written for others: codes or labels, and the decimals their spreadsheet reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.errors import KipuError
from app.i18n import _
from app.models import country

if TYPE_CHECKING:
    from app.reports.tables import Dialect

MARKS: Final = {"comma": ",", "point": "."}


@dataclass(frozen=True)
class Style:
    """``labels`` writes what people read instead of the codes that are stored.

    ``decimals`` is "," or ".", empty for what the project's country and the language use. Codes
    read back into Kipu; labels are for reading.
    """

    labels: bool = False
    decimals: str = ""


CODES: Final = Style()


def style(labels: bool, decimals: str = "") -> Style:
    """A style as options name it: "comma" or "point". Raises KipuError for anything else."""
    if decimals and decimals not in MARKS:
        raise KipuError(_("Decimals are written with “comma” or “point”."))
    return Style(labels, MARKS.get(decimals, ""))


def dialect(chosen: Style = CODES) -> Dialect:
    """How a CSV is written: where decimals have commas, Excel separates cells by semicolons."""
    from app.reports.tables import Dialect

    mark = chosen.decimals or country.decimal_mark()
    return Dialect(";" if mark == "," else ",", mark)
