"""Who attended, counted by sex, age and ethnicity, so that nobody can be picked out.

The acta lists names, so a total gives somebody away not only when it is small but also when what is
left beside it is: “9 of 10 are women” says who the tenth is, and “all 9 are Waorani” says it of
everybody. Small totals are merged until neither can be told; where that leaves nothing, nothing is
printed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from app.i18n import _
from app.models.field_note import FEWEST, merged
from app.models.fields import Choice
from app.models.meetings.register import Counted
from app.models.queries.meetings.rows import Row
from app.models.records import kind
from app.reports.documents.content import Tally

_TRAITS = ("sex", "age_band", "ethnicity")
_UNKNOWN = "undisclosed"
_BANDS = ((0, "0-11"), (12, "12-17"), (18, "18-29"), (30, "30-44"), (45, "45-64"), (65, "65+"))


def safe_totals(counts: Mapping[str, int]) -> tuple[list[tuple[str, int]], int]:
    """The totals that may stand in a list with names, and how many are in none of them.

    Every total, and every rest beside one, is at least `FEWEST`; ([], 0) when that cannot be had.
    """
    rows, hidden = merged({code: n for code, n in counts.items() if n})
    known = [row for row in rows if row[0] != _UNKNOWN]
    hidden += sum(n for code, n in rows if code == _UNKNOWN)
    if not known or len(known) + bool(hidden) < 2:
        return [], 0
    return known, hidden


def counted(attendance: Iterable[Row], people: Mapping[str, Row], day: str) -> Counted:
    """The totals of the given attendance rows; a trait not noted there is the person's own."""
    rows = list(attendance)
    found: Counted = []
    for trait in _TRAITS:
        given = (_trait(one, people.get(one.text("person")), trait, day) for one in rows)
        totals, hidden = safe_totals(Counter(code or _UNKNOWN for code in given))
        if totals:
            found.append((trait, totals, hidden))
    return found


def tallies(found: Counted) -> tuple[Tally, ...]:
    """The totals as the acta prints them."""
    return tuple(_tally(trait, totals, hidden) for trait, totals, hidden in found)


def _tally(trait: str, totals: list[tuple[str, int]], hidden: int) -> Tally:
    declared = kind("attendance").field(trait)
    assert isinstance(declared, Choice)
    rows: list[tuple[str, int | str]] = [(declared.format(code), n) for code, n in totals]
    if hidden:
        rows.append((_("Others, or not said"), hidden))
    note = _("Totals below {count} are put together.").format(count=FEWEST) if hidden else ""
    return Tally(title=str(declared.label), rows=tuple(rows), note=note)


def _trait(row: Row, person: Row | None, trait: str, day: str) -> str:
    found = row.text(trait) or (person.text(trait) if person else "")
    if not found and trait == "age_band" and person:
        return band_of(person.text("birth"), day)
    return found


def band_of(birth: str, day: str) -> str:
    """The age band on a day of who was born then (a year, a month or a day); empty when unknown.

    Of a year alone the age is reckoned as if the birthday had been.
    """
    if not birth[:4].isdigit() or not day[:4].isdigit():
        return ""
    age = int(day[:4]) - int(birth[:4]) - (day[5 : len(birth)] < birth[5:])
    fitting = [band for low, band in _BANDS if low <= age]
    return fitting[-1] if fitting else ""
