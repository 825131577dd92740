"""Syncing by itself when the network or a stick comes back, quietly.

Whether a place can be reached is asked in a thread of its own, which may wait for a dead network;
only then does the worker sync, and it makes room as soon as the person wants something. Failures
stand on the sync page and in the line below the pages; nothing ever opens.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtNetwork import QNetworkInformation

from app.jobs import Jobs
from app.log import report_fault
from app.models.remotes import by_itself, reach
from app.models.remotes.by_itself import Candidate, Ended
from app.models.remotes.schedule import Schedule
from app.views.desk import Desk

BEGIN_MS: Final = 60_000
"""After unlocking; whoever sits down wants the laptop for themselves first."""
_REST_MS: Final = 2000
_LOOK_S: Final = 15.0
"""Between two looks whether a folder that was away is there again."""


class AutoSync(QObject):
    """Keeps the schedule of an open project's places and follows it."""

    ended = Signal()
    """A sync by itself came to its end; what is said of places may be old."""

    def __init__(
        self,
        desk: Desk,
        parent: QObject,
        now: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = random.random,
    ) -> None:
        super().__init__(parent)
        self._desk = desk
        self._looking: Jobs | None = None
        self._schedule = Schedule(now, chance)
        self._places: dict[int, Candidate] = {}
        self._is_quiet = False
        self._timer = self._single_shot(self.tick)
        self._rest = self._single_shot(self.read)
        self._begin = self._single_shot(self.read)
        self._begin.start(BEGIN_MS)
        desk.changed.connect(self._changed)

    def follow_network(self) -> None:
        """Hear of the network coming back, where the system tells."""
        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            QNetworkInformation.instance().reachabilityChanged.connect(self._network)

    def quiet(self) -> None:
        """The project is being put away: nothing happens by itself any more."""
        self._is_quiet = True
        for timer in (self._timer, self._rest, self._begin):
            timer.stop()
        if self._looking is not None:
            self._looking.stop(0)

    def is_running(self) -> bool:
        """Return whether a place is looked at or synced with now."""
        return self._schedule.running is not None

    # -- which places --------------------------------------------------------------------------

    def read(self) -> None:
        """Learn anew which places are synced with by themselves."""
        if not self._is_quiet:
            self._desk.ask(by_itself.candidates, on_done=self.take, on_error=report_fault)

    def take(self, found: Sequence[Candidate]) -> None:
        """Follow these places."""
        before = self._places
        self._places = {one.id: one for one in found}
        self._schedule.follow(self._places)
        for one in found:
            if one.id in before and one.last_ms > before[one.id].last_ms:
                self._schedule.synced(one.id)
        self._arm()

    def _changed(self, _touched: object) -> None:
        # The first reading waits until whoever sits down has begun.
        if not self._begin.isActive() and not self._is_quiet:
            self._schedule.news()
            self._rest.start(_REST_MS)

    def _network(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability == QNetworkInformation.Reachability.Online:
            self._schedule.came_back([one.id for one in self._places.values() if not one.is_folder])
            self._arm()

    # -- one after another ---------------------------------------------------------------------

    def tick(self) -> None:
        """Look at the place that is due, or whether one that was away is back."""
        if self._is_quiet or self.is_running():
            return
        due = self._schedule.due()
        if due is not None:
            self._schedule.begin(due)
            self._look(self._places[due], self._looked)
            return
        for one in self._away_folders():
            self._look(one, self._looked_again)
        self._arm()

    def _look(self, one: Candidate, done: Callable[[int, bool], None]) -> None:
        """Ask whether a place is there, in a thread that nobody waits for."""
        if self._looking is None:
            self._looking = Jobs(self)
        self._looking.run(
            reach.is_there, one.address, on_done=partial(done, one.id),
            on_error=partial(self._broke, one.id),
        )  # fmt: skip

    def _looked(self, place: int, is_there: bool) -> None:
        if self._is_quiet:
            return
        if not is_there:
            self._schedule.absent(place)
            self._arm()
            return
        self._desk.ask(
            by_itself.sync, place, self._desk.jobs.is_wanted,
            on_done=partial(self._synced, place), on_error=partial(self._broke, place),
        )  # fmt: skip

    def _looked_again(self, place: int, is_there: bool) -> None:
        if is_there:
            self._schedule.came_back([place])
            self._arm()

    def _synced(self, place: int, ended: Ended) -> None:
        if ended.touched.kinds or ended.touched.roster:
            self._desk.tell(ended.touched)
        if ended.gave_way:
            self._schedule.gave_way(place)
        else:
            self._schedule.ended(place, ended.fine)
        self._arm()
        self.ended.emit()

    def _broke(self, place: int, error: BaseException) -> None:
        report_fault(error)
        if self._schedule.running == place:
            self._schedule.ended(place, fine=False)
        self._arm()

    def _away_folders(self) -> list[Candidate]:
        away = self._schedule.away()
        return [one for one in self._places.values() if one.id in away and one.is_folder]

    def _arm(self) -> None:
        """Wake up when the next place is due, or to look for a stick that was away."""
        wait = self._schedule.wait_s()
        if wait is None or self._is_quiet:
            self._timer.stop()
            return
        if self._away_folders():
            wait = min(wait, _LOOK_S)
        self._timer.start(round(wait * 1000) + 1)

    def _single_shot(self, what: Callable[[], None]) -> QTimer:
        made = QTimer(self)
        made.setSingleShot(True)
        made.timeout.connect(what)
        return made
