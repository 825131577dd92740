"""Whether committees work: sessions held against sessions due, promises kept and overdue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.i18n import _, ngettext
from app.models.ledger import RecordKey
from app.models.ledger.projection import table
from app.models.meetings import numbers
from app.models.project import Project
from app.models.queries.meetings.parts import STANDING, commitment
from app.models.queries.meetings.rows import Names, by_ids
from app.models.queries.meetings.snapshot import Commitment

CADENCE_DAYS = {
    "week": 7, "fortnight": 14, "month": 31, "two_months": 61, "quarter": 92, "half_year": 183,
    "year": 366,
}  # fmt: skip
_HELD = ("held", "approved", "in_session")
_WINDOW = 365
_ASLEEP = ("dormant", "dissolved")


@dataclass(frozen=True)
class CommitteeHealth:
    """A committee over the last year: sessions ``held`` and ``due`` by its cadence (None: on call).

    It is dormant when two sessions in a row that were due are missing, or where it is said to be.
    """

    key: RecordKey
    name: str
    held: int
    due: int | None
    last_held: str
    days_since: int | None
    dormant: bool
    overdue: int
    sentence: str


@dataclass(frozen=True)
class Health:
    """All committees, the commitments overdue (longest first), and numbers given twice."""

    committees: tuple[CommitteeHealth, ...]
    overdue: tuple[Commitment, ...]
    clashing: tuple[str, ...]

    @property
    def dormant(self) -> tuple[CommitteeHealth, ...]:
        """Those that stopped meeting."""
        return tuple(one for one in self.committees if one.dormant)


def committee_health(project: Project, today: date, space: bytes | None = None) -> Health:
    """How the committees here (of one space) stand on a day."""
    late = overdue(project, today, space)
    by_committee = Counter(one.committee for one in late)
    held: dict[bytes, list[str]] = defaultdict(list)
    given: dict[bytes, list[str]] = defaultdict(list)
    for committee, status, day, number in _meetings(project):
        if status in _HELD and day <= today.isoformat():
            held[committee].append(day)
        if number:
            given[committee].append(number)
    found, clashing = [], []
    for key, name, status, cadence, founded in _committees(project, space):
        days = held[key.id]
        late_here = by_committee[key.id.hex()]
        found.append(_health(key, name, (status, cadence, founded), days, today, late_here))
        clashing += [f"{name}: {number}" for number in numbers.clashes(given[key.id])]
    found.sort(key=lambda one: (not one.dormant, -one.overdue, one.name))
    return Health(tuple(found), late, tuple(clashing))


def _meetings(project: Project) -> Iterable[tuple[bytes, str, str, str]]:
    rows = project.store.rows(
        f'SELECT r.parent_id, f.status, f.date, f.number FROM "{table("meeting")}" f '
        "JOIN records r USING(rid)"
    )
    for parent, status, day, number in rows:
        yield bytes(parent), str(status or ""), str(day or ""), str(number or "")


def _committees(
    project: Project, space: bytes | None
) -> Iterable[tuple[RecordKey, str, str, str, str]]:
    rows = project.store.rows(
        "SELECT s.space, r.id, f.name, f.status, f.cadence, f.founded_on "
        f'FROM "{table("committee")}" f JOIN records r USING(rid) JOIN spaces s ON s.sid=r.sid '
        "WHERE ? IS NULL OR s.space=? ORDER BY f.name, r.id",
        (space, space),
    )
    for where, record, name, status, cadence, founded in rows:
        key = RecordKey(bytes(where), "committee", bytes(record))
        yield key, str(name or ""), str(status or ""), str(cadence or ""), str(founded or "")


def _health(
    key: RecordKey, name: str, facts: tuple[str, str, str], held: list[str], today: date, late: int
) -> CommitteeHealth:
    status, cadence, founded = facts
    since = (today - timedelta(days=_WINDOW)).isoformat()
    recent = [day for day in held if day > since]
    last = max(held, default="")
    days = _days(last or founded, today)
    step = CADENCE_DAYS.get(cadence)
    due = _due(step, founded, today)
    silent = step is not None and days is not None and days > 2 * step
    never = step is not None and not held and days is None
    dormant = status == "dormant" or (status != "dissolved" and (silent or never))
    told = _told(len(recent), due, _days(last, today), dormant)
    return CommitteeHealth(
        key, name, len(recent), due, last, _days(last, today), dormant, late, told
    )


def _due(step: int | None, founded: str, today: date) -> int | None:
    """Sessions due in the last year, or since it was founded."""
    if step is None:
        return None
    age = _days(founded, today)
    return min(_WINDOW, _WINDOW if age is None else max(0, age)) // step


def _days(day: str, today: date) -> int | None:
    try:
        return (today - date.fromisoformat(day)).days
    except ValueError:
        return None


def _told(held: int, due: int | None, days: int | None, dormant: bool) -> str:
    if due is None:
        told = ngettext(
            "{count} session in a year; it meets when called.",
            "{count} sessions in a year; it meets when called.",
            held,
        ).format(count=held)
    else:
        told = _("{held} of {due} sessions due in a year.").format(held=held, due=due)
    if days is None:
        return f"{told} {_('It has not met yet.')}"
    if dormant:
        last = ngettext("The last was {count} day ago.", "The last was {count} days ago.", days)
        return f"{told} {last.format(count=days)}"
    return told


def overdue(project: Project, today: date, space: bytes | None = None) -> tuple[Commitment, ...]:
    """The commitments whose day has passed and that are not settled, longest overdue first."""
    marks = ",".join("?" * len(STANDING))
    rows = project.store.rows(
        f'SELECT r.id FROM "{table("commitment")}" f JOIN records r USING(rid) '
        "JOIN spaces s ON s.sid=r.sid "
        f"WHERE f.due < ? AND ifnull(f.status, '') IN ({marks}) AND (? IS NULL OR s.space=?)",
        (today.isoformat(), *STANDING, space, space),
    )
    found = by_ids(project, "commitment", (bytes(one) for (one,) in rows)).values()
    names = Names(project)
    names.gather("person", (one.text("person") for one in found))
    names.gather("organisation", (one.text("organisation") for one in found))
    late = [commitment(one, names, today.isoformat()) for one in found]
    return tuple(sorted(late, key=lambda one: (one.due, one.key.id)))
