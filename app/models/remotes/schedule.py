"""When a place is synced with by itself. Pure: it is told the time, chance, and what happened.

After a failure the wait doubles from half a minute to half an hour, and the moment within it is left
to chance, so that a parish whose line comes back does not have twenty laptops at its share at once.
A place that comes back, or a person who syncs, ends the waiting. Never two at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

FIRST_S: Final = 30.0
LONGEST_S: Final = 30 * 60.0
EVERY_S: Final = 10 * 60.0
"""Between two syncs that went well, about."""
NEWS_S: Final = 60.0
"""After something was written here, at the latest."""
GIVEN_WAY_S: Final = 20.0
"""After a sync made room for the person at the laptop."""
_LEAST_S: Final = 1.0


@dataclass
class _Place:
    at: float
    failures: int = 0
    is_away: bool = False


class Schedule:
    """Says which place is next, and when; `now` in seconds, `chance` from 0 to below 1."""

    def __init__(self, now: Callable[[], float], chance: Callable[[], float]) -> None:
        self._now, self._chance = now, chance
        self._places: dict[int, _Place] = {}
        self.running: int | None = None

    def follow(self, places: Iterable[int]) -> None:
        """Sync with these and no others; one that is new here comes soon."""
        wanted = list(places)
        self._places = {one: kept for one, kept in self._places.items() if one in wanted}
        for one in wanted:
            if one not in self._places:
                self._places[one] = _Place(self._now() + self._chance() * FIRST_S)

    def due(self) -> int | None:
        """The place to look at now; None while there is none, or one is under way."""
        if self.running is not None or not self._places:
            return None
        first = min(self._places, key=lambda one: self._places[one].at)
        return first if self._places[first].at <= self._now() else None

    def wait_s(self) -> float | None:
        """Seconds until one is due; None while nothing will be."""
        if self.running is not None or not self._places:
            return None
        return max(0.0, min(one.at for one in self._places.values()) - self._now())

    def away(self) -> list[int]:
        """The places that were not there when they were looked at last."""
        return [one for one, kept in self._places.items() if kept.is_away]

    def begin(self, place: int) -> None:
        """It is looked at, and synced with where it is there. Raises RuntimeError for a second."""
        if self.running is not None:
            raise RuntimeError("one sync at a time")
        self.running = place

    def absent(self, place: int) -> None:
        """It was looked at and is not there."""
        self.running = None
        if place in self._places:
            self._places[place].is_away = True
            self._wait_longer(self._places[place])

    def ended(self, place: int, fine: bool) -> None:
        """A sync with it came to its end, or to a failure."""
        self.running = None
        kept = self._places.get(place)
        if kept is None:
            return
        kept.is_away = False
        if fine:
            kept.failures = 0
            kept.at = self._now() + EVERY_S * (0.75 + self._chance() / 2)
        else:
            self._wait_longer(kept)

    def gave_way(self, place: int) -> None:
        """It stopped between two files because the person needs the laptop."""
        self.running = None
        if place in self._places:
            self._places[place].at = self._now() + GIVEN_WAY_S

    def came_back(self, places: Iterable[int]) -> None:
        """These can be reached again: the stick is in, the network is up."""
        for one in places:
            if (kept := self._places.get(one)) is not None:
                kept.failures, kept.is_away = 0, False
                # The moment a line comes back everybody has seen it.
                kept.at = min(kept.at, self._now() + _LEAST_S + self._chance() * _LEAST_S)

    def synced(self, place: int) -> None:
        """The person synced with it: there is no hurry now, and what failed before counts no more."""
        if (kept := self._places.get(place)) is not None and self.running != place:
            kept.failures, kept.is_away = 0, False
            kept.at = self._now() + EVERY_S

    def news(self) -> None:
        """Something was written here: where things go well, it goes within the minute."""
        for kept in self._places.values():
            if not kept.failures:
                kept.at = min(kept.at, self._now() + NEWS_S * (0.5 + self._chance() / 2))

    def _wait_longer(self, kept: _Place) -> None:
        longest = min(LONGEST_S, FIRST_S * 2.0 ** min(kept.failures, 10))
        kept.failures += 1
        kept.at = self._now() + max(_LEAST_S, longest * self._chance())
