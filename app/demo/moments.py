"""When everything in the demo happens: a year of meetings, six weeks of field work, and today.

All of it is counted back from the moment the demo is made, so that Home and the lists always look
like a project somebody is in the middle of.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Final

from app.demo.answers import Answers

TODAY: Final = 4
"""Interviews made on the day itself."""
_FIELD_DAYS: Final = 42
_OPENS, _CLOSES = 8, 18
_SUNDAY: Final = 6
_FEWEST: Final = 3
"""Interviews a day below which a short story takes fewer days."""
_A_WALK, _A_WEEK = 6, 6
"""Points of one evening's walk, and field days of which one has such an evening."""
_MINUTES: Final = {
    "hogar_seguridad": (24, 48), "negocio_seguridad": (16, 30), "percepcion": (6, 12),
}  # fmt: skip
_REFUSED: Final = (1, 4)
_SHORT: Final = 8
"""Answers below which somebody refused or was not at home."""

Planned = tuple[str, Answers]
"""A form and what will be answered to it."""


@dataclass(frozen=True)
class Visit:
    """An interview: on which form, from when to when, and what is answered."""

    form: str
    given: Answers
    begins: datetime
    ends: datetime


@dataclass(frozen=True)
class Calendar:
    """The days of the story, seen from the moment it is told."""

    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def at(self, days_ago: int, hour: int, minute: int = 0) -> datetime:
        """An hour of a day so many days ago."""
        return datetime.combine(self.today - timedelta(days=days_ago), time(hour, minute))

    def today_at(self, share: float) -> datetime:
        """How far today's work has come: 0 is its beginning, 1 now; nothing lies ahead."""
        opens = self.at(0, _OPENS)
        if self.now < opens + timedelta(hours=2):
            opens = self.at(0, 0)
        return opens + (min(self.now, opens + timedelta(hours=12)) - opens) * share

    def field_days(self, without: Collection[int] = ()) -> list[date]:
        """The days of field work before today; none on Sundays, nor ``without`` days ago."""
        ago = (one for one in range(_FIELD_DAYS, 0, -1) if one not in without)
        days = (self.today - timedelta(days=one) for one in ago)
        return [day for day in days if day.weekday() != _SUNDAY]

    def visits(
        self, planned: Sequence[Planned], days: Sequence[date], chance: random.Random
    ) -> list[Visit]:
        """Spread interviews over the hours of the days, a handful of them over today's."""
        shuffled = chance.sample(list(planned), len(planned))
        before, last = shuffled[:-TODAY], shuffled[-TODAY:]
        used = days[-max(1, min(len(days), len(before) // _FEWEST)) :]
        # No two days are alike.
        shares = list(accumulate(chance.uniform(0.6, 1.4) for _day in used))
        ends = [round(share / shares[-1] * len(before)) for share in shares]
        found = []
        for day, first, end in zip(used, [0, *ends], ends, strict=False):
            some = before[first:end]
            opens, closes = (datetime.combine(day, time(hour)) for hour in (_OPENS, _CLOSES))
            found += _spread(some, opens, closes, chance)
        return found + _spread(last, self.today_at(0), self.today_at(0.7), chance)

    def evenings(self, points: int, days: Sequence[date]) -> list[datetime]:
        """When each point of the walks is noted: some evenings, point after point."""
        walks = -(-points // _A_WALK)
        days = days[-_A_WEEK * walks :]
        found = []
        for point in range(points):
            day = days[(point // _A_WALK) * len(days) // walks]
            found.append(datetime.combine(day, time(19, 5 + 9 * (point % _A_WALK))))
        return found


def _spread(
    planned: Sequence[Planned], opens: datetime, closes: datetime, chance: random.Random
) -> list[Visit]:
    """Each interview somewhere in a part of the day of its own, so that no two meet."""
    found = []
    part = (closes - opens) / max(len(planned), 1)
    for at, (form, given) in enumerate(planned):
        least, most = _REFUSED if len(given) < _SHORT else _MINUTES[form]
        lasts = min(timedelta(minutes=chance.randint(least, most)), part * 0.8)
        begins = opens + part * at + (part - lasts) * chance.random()
        found.append(Visit(form, given, begins, begins + lasts))
    return found
