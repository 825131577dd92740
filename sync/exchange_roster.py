"""The part of a sync that brings roster and keys together: entries first, then what they let in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sync import crypto, layout, members, news
from sync.errors import Malformed, SyncError
from sync.exchange import Exchange, belongs
from sync.exchange_packs import numbers
from sync.ids import from_token, token
from sync.roster import Entry, EntryType, parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT
from sync.roster.state import UnknownPast

_MAX_ROUNDS = 1000


class RosterForked(SyncError):
    """Two different entries of one author have one number: a log went on in two copies of a laptop."""

    default_code = "roster-forked"


class RosterExchange(Exchange):
    """Pulls and pushes roster entries and wrapped epoch keys."""

    def _pull_roster(self) -> None:
        """Take entries in from every author until nothing more fits."""
        self._mend_fork()
        waiting = list(self._new_entries())
        taken: list[Entry] = []
        try:
            for _round in range(_MAX_ROUNDS):
                left = [entry for entry in waiting if not self._take(entry, taken)]
                if len(left) == len(waiting):
                    break
                waiting = left
        finally:
            # Whatever stops this: what the roster has taken in is kept, or it has not.
            if taken:
                self.replica.add_entries(taken)
        if waiting:
            self.report.warn("roster-incomplete", entries=len(waiting))

    def _mend_fork(self) -> None:
        """Notice that a log this laptop stands on went on elsewhere in another way.

        In its own it gives way: what was entered here and reached nobody is taken back. Raises
        RosterForked where it was built on, and where the root's log or that of whoever admitted this
        laptop forked.
        """
        replica, view = self.replica, self.replica.roster.view()
        me = view.members.get(replica.device)
        others = {ROOT, me.admitted_by if me else ROOT} - {replica.device}
        for author in sorted(others):
            if self._forks_at(author) is not None:
                kind = "recovered" if author == ROOT else "admitted"
                raise RosterForked(
                    "a log of the roster went on in two ways", f"roster-forked.{kind}",
                    place=self.location,
                )  # fmt: skip
        first = self._forks_at(replica.device)
        if first is not None:
            undone = replica.withdraw_entries(first)
            self.report.warn("roster-withdrawn", entries=undone)

    def _forks_at(self, author: bytes) -> int | None:
        """The first number under which another entry of an author lies there than here."""
        mine = {entry.number: entry for entry in self.replica.roster.entries
                if entry.author == author}  # fmt: skip
        there = numbers(self._list(f"{layout.ROSTER}/{token(author)}")) if mine else set()
        first = None
        for number in sorted(there & mine.keys(), reverse=True):
            if not self._is_another(mine[number]):
                break
            first = number
        return first

    def _is_another(self, mine: Entry) -> bool:
        """Whether another entry lies in the place of this one that its author really signed."""
        raw = self._read(layout.roster_entry(mine.author, mine.number), MAX_ENTRY_BYTES)
        return raw is not None and raw != mine.raw and belongs(raw, mine.raw, self.replica.roster)

    def _new_entries(self) -> Iterator[Entry]:
        roster = self.replica.roster
        for name in self._list(layout.ROSTER):
            author = from_token(name)
            if author is None:
                self.report.warn("foreign-file", path=f"{layout.ROSTER}/{name}")
                continue
            last = roster.last_of(author)
            number = last.number + 1 if last else (0 if author == ROOT else 1)
            while (entry := self._read_entry(author, number)) is not None:
                yield entry
                number += 1

    def _read_entry(self, author: bytes, number: int) -> Entry | None:
        path = layout.roster_entry(author, number)
        raw = self._read(path, MAX_ENTRY_BYTES)
        if raw is None:
            return None
        try:
            entry = parse_entry(raw)
            if (entry.author, entry.number) != (author, number):
                raise Malformed("a roster entry lies in the wrong place")
        except SyncError as error:
            self._set_aside(path, raw, error)
            return None
        return entry

    def _take(self, entry: Entry, taken: list[Entry]) -> bool:
        """Whether the entry is dealt with, for good or ill; False to try again."""
        try:
            if self.replica.roster.add(entry):
                taken.append(entry)
        except UnknownPast:
            return False
        except SyncError as error:
            path = layout.roster_entry(entry.author, entry.number)
            self._set_aside(path, entry.raw, error)
        return True

    def _push_roster(self) -> None:
        """Every entry we hold belongs on the share; identical bytes may come from anyone.

        What lets this laptop in comes first, since a server knows nobody before it; then the keys,
        and only then the rest. An epoch that all have heard of and whose only key went with this
        store, lost or gone back to a copy, is one nobody could write under.
        """
        listed = {name: set(self._list(f"{layout.ROSTER}/{name}"))
                  for name in self._list(layout.ROSTER)}  # fmt: skip
        lacking = [entry for entry in self.replica.roster.entries
                   if f"{entry.number:08d}" not in listed.get(token(entry.author), ())
                   or self._hides_us(entry)]  # fmt: skip
        mine = [place for place, entry in enumerate(lacking, start=1) if self._lets_us_in(entry)]
        known = max(mine, default=0)
        self._put_entries(lacking[:known])
        self._push_keys()
        self._put_entries(lacking[known:])

    def _hides_us(self, entry: Entry) -> bool:
        """Whether what lets us in lies there unreadable: nobody would hear us ask for anything."""
        path = layout.roster_entry(entry.author, entry.number)
        return self._lets_us_in(entry) and self._read(path, MAX_ENTRY_BYTES) != entry.raw

    def _lets_us_in(self, entry: Entry) -> bool:
        return entry.type == EntryType.ADMIT and entry.body["device"] == self.replica.device

    def _put_entries(self, entries: Sequence[Entry]) -> None:
        last: dict[bytes, int] = {}
        for entry in entries:
            self._put(layout.roster_entry(entry.author, entry.number), entry.raw)
            last[entry.author] = max(entry.number, last.get(entry.author, 0))
        for author, number in last.items():
            self._tell(news.roster_mark(author, number))

    def _push_keys(self) -> None:
        """A coordinator sees to it that every reader of an epoch finds its key."""
        roster = self.replica.roster
        view = roster.view()
        me = view.members.get(self.replica.device)
        if me is None or not me.is_coordinator:
            return
        self._put(layout.ROOT_KEY, self.replica.root_key)
        for epoch, entry in view.epochs.items():
            space = bytes(entry.body["space"])
            key = self.replica.epoch_key(epoch)
            if key is None or epoch not in view.current_epochs(space):
                continue
            have = set(self._list(layout.wrapped_key(self.replica.device, epoch, None)
                                        .rpartition("/")[0]))  # fmt: skip
            # The root first: by its paper a project is recovered when all of these are lost.
            recipients = {"root": bytes(roster.root.body["seal"])}
            recipients |= {token(m.device): m.seal for m in view.readers(space)}
            for name, seal in recipients.items():
                if name not in have:
                    path = layout.wrapped_key(self.replica.device, epoch, None)
                    path = path.removesuffix("root") + name
                    self._put(path, members.wrap_epoch(seal, roster.project, epoch, key))

    def _pull_keys(self) -> None:
        """Find the keys of epochs we may read, and through them those of the epochs before."""
        view = self.replica.roster.view()
        may_read = set(self.replica.spaces())
        for epoch, entry in view.epochs.items():
            if bytes(entry.body["space"]) in may_read and self.replica.epoch_key(epoch) is None:
                self._find_key(epoch, entry)
        for _round in range(len(view.epochs)):
            if not self._open_parents():
                break

    def _find_key(self, epoch: bytes, entry: Entry) -> None:
        for author in dict.fromkeys(self._key_authors(entry)):
            path = layout.wrapped_key(author, epoch, self.replica.device)
            raw = self._read(path, members.MAX_SMALL_BYTES)
            if raw is None:
                continue
            try:
                project = self.replica.roster.project
                key = members.unwrap_epoch(self.replica.keys, project, epoch, raw)
                if not members.is_key_of(self.replica.roster, epoch, key):
                    raise crypto.CannotOpen("the key opens nothing the roster sealed under it")
            except SyncError as error:
                self.wanted.add(path)
                self._set_aside(path, raw, error)
                continue
            self.replica.add_epoch_key(epoch, bytes(entry.body["space"]), key)
            return

    def _key_authors(self, entry: Entry) -> list[bytes]:
        """Under whose paths an epoch's key may lie: who began it, and all coordinators."""
        view = self.replica.roster.view()
        return [entry.author, *(d for d, m in view.members.items() if m.is_coordinator)]

    def _open_parents(self) -> bool:
        found_any = False
        for epoch, entry in self.replica.roster.view().epochs.items():
            key = self.replica.epoch_key(epoch)
            parents = [bytes.fromhex(name) for name in entry.body["parents"]]
            if key is None or all(self.replica.epoch_key(parent) for parent in parents):
                continue
            try:
                opened = members.open_parents(entry, key)
            except SyncError:
                self.report.warn("epoch-broken", epoch=epoch.hex()[:8])
                continue
            for parent, parent_key in opened.items():
                if self.replica.epoch_key(parent) is None:
                    self.replica.add_epoch_key(parent, bytes(entry.body["space"]), parent_key)
                    found_any = True
        return found_any
