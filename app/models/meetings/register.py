"""What an act says that is not its own, as it stood when the act was closed.

Seats change hands, rules are amended, people get a new document, the project another name. What an
act took from the register is kept with it as canonical JSON (``register_then``), so that the act
prints the same for ever. Of traits it holds the totals that are printed, never one of a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from app.models.queries.meetings.reading import Source
from app.models.queries.meetings.rows import Row
from app.reports.documents.content import Letterhead, PreviousAct, Setting, Signature
from sync.values import Value, to_json

Counted = list[tuple[str, list[tuple[str, int]], int]]
"""Of each trait its totals, small ones merged, and how many are in none of them."""

_COMMITTEE = ("name", "legal_basis", "usual_place", "act_prefix", "resolution_prefix")
_SEAT = ("role", "institution", "organisation", "holder", "holder_name", "votes", "presides")
_CARRIED = ("text", "person", "responsible", "organisation", "institution", "due", "status",
            "deliverable")  # fmt: skip


def register_then(
    source: Source, setting: Setting, town: str, signatures: Iterable[Signature], counted: Counted,
    previous: Iterable[PreviousAct],
) -> str:  # fmt: skip
    """What an act being closed takes from outside itself, as canonical JSON."""
    found: dict[str, Value] = {
        "carried": _rows(source.carried.values(), _CARRIED),
        # What it did not say then is kept too, or today's words would show through.
        "committee": {name: source.committee.values.get(name) for name in _COMMITTEE},
        "country": setting.country,
        "language": setting.language,
        "letterhead": [setting.letterhead.project, *setting.letterhead.lines],
        "previous": [[one.number, one.hash] for one in previous],
        "rules": asdict(source.rules),
        "seats": _rows(source.seats, _SEAT),
        "signatures": [[one.role, one.institution, one.document] for one in signatures],
        "tallies": [[trait, [list(row) for row in rows], rest] for trait, rows, rest in counted],
        "town": town,
    }
    return to_json(found)


def _rows(rows: Iterable[Row], names: Iterable[str]) -> Value:
    return [[one.key.id.hex(), _kept(one, names)] for one in rows]


def _kept(row: Row, names: Iterable[str]) -> Value:
    return {name: value for name in names if (value := row.values.get(name)) is not None}


def setting_of(then: Mapping[str, Any], practice: bool) -> Setting:
    """The letterhead, language and country an act was closed with."""
    project, *lines = then["letterhead"]
    return Setting(
        letterhead=Letterhead(project=project, lines=tuple(lines)),
        language=then["language"],
        country=then["country"],
        practice=practice,
    )


def previous_of(then: Mapping[str, Any]) -> tuple[PreviousAct, ...]:
    """The acts an act was chained to, as they were known when it was closed."""
    return tuple(PreviousAct(number=number, hash=known) for number, known in then["previous"])


def counted_of(then: Mapping[str, Any]) -> Counted:
    """The totals an act was closed with."""
    return [(trait, [(code, n) for code, n in rows], rest) for trait, rows, rest in then["tallies"]]
