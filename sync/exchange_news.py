"""The part of a sync that reads and leaves marks (see sync.news)."""

from __future__ import annotations

import time

from sync import layout, news, ports
from sync.exchange import Exchange
from sync.ids import token
from sync.news import MOST_MARKS, POLLS, SHELF_MARKS, Bookmark
from sync.ports import Remote
from sync.replica import Replica

# Seconds after which a listing of a shelf is made anew before writing there. It costs a round trip,
# and a mark on a shelf that all have left is found at the next walk only.
_STALE = 30.0


class News(Exchange):
    """Reads the marks first; leaves its own when everything they speak of lies there."""

    def __init__(self, replica: Replica, remote: Remote) -> None:
        super().__init__(replica, remote)
        self.bookmark = Bookmark()

    def _read_marks(self, share: bytes) -> None:
        """Learn `fresh`, whether this laptop was at this share before, and whether marks suffice."""
        self.bookmark = Bookmark.from_text(self.replica.bookmark(self.location))
        self.is_known = self.bookmark.share == share.hex()
        if not self.is_known:
            self.bookmark = Bookmark(share=share.hex(), shelf=news.last_shelf(self.remote))
        mark = self.bookmark
        self.may_poll = self.is_known and not mark.is_troubled and mark.polls < POLLS
        self.fresh: list[str] = []
        self._listed_at = time.monotonic()
        self._marks: list[str] = []
        self._read_shelves()

    def _read_shelves(self) -> None:
        mark = self.bookmark
        known = ports.fingerprint(mark.seen)
        self._note(ports.changed(self.remote, layout.shelf(mark.shelf), known))
        while len(mark.seen) >= SHELF_MARKS:
            if len(self.fresh) > MOST_MARKS:
                self.may_poll, mark.shelf, mark.seen = False, news.last_shelf(self.remote), []
                break
            mark.shelf, mark.seen = mark.shelf + 1, []
            self._note(self.remote.list(layout.shelf(mark.shelf)))
        self.fresh.sort()

    def _note(self, names: list[str] | None) -> None:
        """The names on the shelf of the bookmark now; None where they are those seen."""
        if names is None:
            return
        mark = self.bookmark
        self.fresh += set(names).difference(mark.seen)
        if set(mark.seen).difference(names):
            self.may_poll, mark.told = False, {}
        mark.seen = sorted(names)

    def _tell_logs(self) -> None:
        """Mark how far our own logs go here, where that was not marked yet."""
        for space in self.replica.spaces():
            for at in self.replica.logs(space):
                sent = at.number and self.replica.sent(self.location, at.log)
                if at.device == self.replica.device and sent > self._told(at.log):
                    self._tell(news.batch_mark(space, at.log, sent))
                    self.bookmark.told[token(at.log)] = sent

    def _told(self, log: bytes) -> int:
        return self.bookmark.told.get(token(log), 0)

    def _leave_marks(self) -> None:
        """Write what is to be told, on the newest shelf there is by now."""
        mark, shelf = self.bookmark, self.bookmark.shelf
        marks, self._marks = self._marks, []
        there = len(mark.seen)
        for name in marks:
            if there + 1 >= SHELF_MARKS or self._is_stale():
                # Others left theirs meanwhile, or we filled it; what they tell was not followed yet.
                shelf, there = self._shelf_with_room(shelf)
            self.remote.put(layout.mark(shelf, name), b"")
            there += 1
            if shelf == mark.shelf and name not in mark.seen:
                mark.seen.append(name)

    def _beside(self, name: str) -> str:
        """Where a mark goes that a file takes along; '' where that takes more than a look at it."""
        mark = self.bookmark
        is_settled = not self._marks and not self._is_stale() and name not in mark.seen
        has_room = len(mark.seen) + 1 < SHELF_MARKS
        return layout.mark(mark.shelf, name) if is_settled and has_room else ""

    def _went_beside(self, log: bytes, number: int, name: str) -> None:
        """A mark of our own log lies there already."""
        self.bookmark.told[token(log)] = number
        self.bookmark.seen.append(name)

    def _shelf_with_room(self, shelf: int) -> tuple[int, int]:
        """The shelf to write on, and how many marks lie there."""
        self._listed_at = time.monotonic()
        while (there := len(self.remote.list(layout.shelf(shelf)))) >= SHELF_MARKS:
            shelf += 1
        return shelf, there

    def _is_stale(self) -> bool:
        """Whether others may have filled the shelf since it was listed."""
        return time.monotonic() - self._listed_at > _STALE

    def _keep_bookmark(self, is_poll: bool) -> None:
        mark, report = self.bookmark, self.report
        mark.polls = mark.polls + 1 if is_poll else 0
        mark.entries = len(self.replica.roster)
        amiss = [note for note in report.warnings if note.code != "foreign-file"]
        mark.is_troubled = bool(amiss or report.quarantined or self._asks_for_batches())
        self.replica.remember_bookmark(self.location, mark.to_text())

    def _asks_for_batches(self) -> bool:
        """Pieces of attachments come by marks of their own; a batch somebody is asked for does not."""
        return any(path.startswith("spaces/") for path in self.wanted)
