"""The one loop that brings a laptop and a remote together.

Order: the place proves itself; seal; roster and keys; pull; push; say how far we are; attachments,
unless only the essentials are wanted. Every step can stop anywhere and be done again: each file is
written once, each batch applied once, watermarks move only after the bytes are known to lie there.
Nothing absent is ever taken for deleted.
"""

from __future__ import annotations

import os

from sync import layout, members, news
from sync.erasing import Erasing
from sync.errors import Malformed, SyncError
from sync.exchange import Carried as Carried
from sync.exchange import Files as Files
from sync.exchange import Note as Note
from sync.exchange import Report as Report
from sync.exchange import Tally as Tally
from sync.exchange_attachments import Attachments
from sync.exchange_chains import Chains
from sync.exchange_roster import RosterExchange
from sync.exchange_sending import Sending
from sync.ports import Occupied, Remote, RemoteError, RemoteFull, RemoteReadOnly
from sync.replica import Replica


class NotAShare(SyncError):
    """The place lacks the sentinel of a share: empty, unmounted, or the wrong folder."""

    default_code = "not-a-share"


class OtherShare(SyncError):
    """The place is another project's share."""

    default_code = "other-project-share"


class NotEmpty(SyncError):
    """Founding needs an empty place."""

    default_code = "place-not-empty"


class AlreadyFounded(SyncError):
    """The place is a share already."""

    default_code = "already-founded"


def found(replica: Replica, remote: Remote) -> None:
    """Make an empty place the project's share. Raises AlreadyFounded where it is one."""
    remote.probe()
    there = remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES)
    if there is not None and _is_sentinel(there):
        raise AlreadyFounded("{place} is a share already", place=remote.name)
    sentinel = members.make_sentinel(replica.keys, replica.roster.project, os.urandom(16))
    remote.put(layout.ROOT_KEY, replica.root_key)
    if there is None:
        remote.put(layout.SENTINEL, sentinel)
    else:
        # What a founding that was cut off left behind founds nothing.
        remote.replace(layout.SENTINEL, sentinel)


def _is_sentinel(raw: bytes) -> bool:
    try:
        members.read_sentinel(raw)
    except Malformed:
        return False
    return True


def told(refusal: RemoteError, received: int) -> RemoteError:
    """Why nothing was sent, and how many changes came in all the same.

    A reason that says more than that the place is full or closed stays as it is.
    """
    if received and refusal.code == refusal.default_code:
        refusal.code = f"{refusal.default_code}.took"
        refusal.params["received"] = received
    return refusal


def synchronise(
    replica: Replica,
    remote: Remote,
    essentials: bool = False,
    poll: bool = False,
    compact: bool = False,
    report: Report | None = None,
) -> Report:
    """Bring both sides up to date; see the module's docstring for the order.

    With ``essentials`` attachments stay where they are; words always go first. With ``poll`` what
    others left marks of is looked at, instead of everything there is, as long as that suffices.
    With ``compact`` our many small batches are packed, and a coordinator leaves snapshots.
    A ``report`` given is filled as it goes: what came and went before a fault stands in it, too.
    Raises NotAShare, OtherShare or a RemoteError when the place itself is the trouble. Files that
    are not what they should be are set aside and named in the report; they stop nothing else.
    """
    session = Session(replica, remote)
    session.report = session.report if report is None else report
    return session.run(essentials, poll, compact)


class Session(RosterExchange, Chains, Sending, Erasing, Attachments):
    """One sync of one replica with one remote."""

    _has_pulled = False

    def run(self, essentials: bool, poll: bool, compact: bool = False) -> Report:
        refusal = None if poll else self._refusal()
        raw = self._sentinel()
        self._read_marks(members.read_sentinel(raw)[0].share)
        poll = poll and self.may_poll and not self._tells_of_mending()
        # What was written before the roster's news arrived must not claim to have seen them.
        self.replica.seal()
        try:
            if refusal is not None:
                raise refusal
            poll = self._meet(raw, poll, essentials)
        except (RemoteReadOnly, RemoteFull) as error:
            if self._has_pulled:
                raise
            self._take_in(raw)
            raise told(error, self.report.received.changes) from None
        self.replica.finished(self.location)
        self._tell_logs()
        self._leave_marks()
        if not essentials:
            self._carry_attachments()
            self._leave_marks()
        if compact:
            self._pack_logs()
            self._offer_snapshots()
        self._keep_bookmark(poll)
        return self.report

    def _meet(self, raw: bytes, poll: bool, essentials: bool) -> bool:
        """Take in and send, by marks where they suffice; whether they did."""
        if poll:
            self._poll(raw, essentials)
            # What a mark promises and is not there may lie elsewhere, and others must be asked for it.
            poll = not self._asks_for_batches()
        if not poll:
            self._walk(raw, essentials)
        return poll

    def _refusal(self) -> RemoteError | None:
        """Why nothing can be written here; what lies here is taken in all the same."""
        try:
            self.remote.probe()
        except (RemoteReadOnly, RemoteFull) as error:
            return error
        return None

    def _take_in(self, raw: bytes) -> None:
        """Look at everything that lies there, and write nothing."""
        self._pull_roster()
        self._prove(raw)
        self._pull_keys()
        with self.replica.reading_ahead():
            for space in self.replica.spaces():
                self._pull_space(space)

    def _walk(self, raw: bytes, essentials: bool) -> None:
        """Look at everything that lies there."""
        self._pull_roster()
        self._prove(raw)
        self._push_roster()
        self._pull_keys()
        self._renew_epochs()
        self.replica.seal()
        self._detect_copy()
        with self.replica.reading_ahead():
            for space in self.replica.spaces():
                self._pull_space(space)
        self._has_pulled = True
        for space in self.replica.spaces():
            self._push_space(space)
        self.bookmark.is_even = True
        self._carry_out_erasures(self._push_roster)
        self._blank_erased_attachments()
        self._serve_wants()
        if not essentials:
            self._plan_attachments()
        self._say_wants()

    def _renew_epochs(self) -> None:
        """What is written from here on must not be open to somebody whom others shut out meanwhile."""
        if self.replica.renew_epochs():
            self._push_roster()

    # -- by marks ----------------------------------------------------------------------------

    def _tells_of_mending(self) -> bool:
        """Whether a mark says that the share lost something, or that this store is a copy."""
        ours = {at.log: at.number for space in self.replica.spaces()
                for at in self.replica.logs(space) if at.device == self.replica.device}  # fmt: skip
        marks = filter(None, map(news.read_batch, self.fresh))
        went_on = any(one.number > ours.get(one.log, one.number) for one in marks)
        return went_on or any(news.read_device(name, "y") for name in self.fresh)

    def _poll(self, raw: bytes, essentials: bool) -> None:
        """Look at what the fresh marks speak of, and send what is new here."""
        before = set(self.replica.spaces())
        has_roster_news = any(name.startswith("r-") for name in self.fresh)
        if has_roster_news:
            self._pull_roster()
        self._prove(raw)
        has_new_entries = has_roster_news or self.bookmark.entries != len(self.replica.roster)
        if has_new_entries:
            self._push_roster()
        self._pull_keys()
        if has_new_entries:
            self._renew_epochs()
        self.replica.seal()
        with self.replica.reading_ahead():
            for space in self.replica.spaces():
                if space not in before:
                    self._pull_space(space)
            self._pull_marked()
        self._has_pulled = True
        for space in self.replica.spaces():
            self._push_fresh(space)
        is_stirred = has_new_entries or bool(self.fresh or self.report.received.batches)
        if is_stirred:
            self._carry_out_erasures(self._push_roster)
        self._blank_erased_attachments()
        self._serve_wants([device for name in self.fresh
                           if (device := news.read_device(name, "w")) is not None])  # fmt: skip
        if not essentials:
            self._plan_attachments(bool(self.fresh or self.report.received.batches))

    def _pull_marked(self) -> None:
        may_read = self.replica.spaces()
        known = {at.log: at.number for space in may_read for at in self.replica.logs(space)}
        for log, mark in news.newest(self.fresh, known).items():
            if mark.space in may_read:
                known_to = known.get(log, 0)
                self._pull_log(mark.space, log, known_to, mark.number, mark.number)
        self._pull_behind()

    def _push_fresh(self, space: bytes) -> None:
        """Send what the logs have beyond what is known to lie there; heads are for walks."""
        for at in self.replica.unsent(self.location, space):
            if at.device != self.replica.device:
                if self.bookmark.is_even:
                    self._relay(at)
                continue
            sent = self.replica.sent(self.location, at.log)
            try:
                self._push_log(at, sent + 1)
            except Occupied:
                # Another life of this laptop wrote that number.
                if not self._detect_copy():
                    self._begin_anew({})
                return self._push_fresh(space)
        return None

    # -- the place proves itself -------------------------------------------------------------

    def _sentinel(self) -> bytes:
        raw = self.remote.read(layout.SENTINEL, members.MAX_SMALL_BYTES)
        if raw is None:
            raise NotAShare("{place} is not a share of Kipu's", place=self.location)
        try:
            sentinel, _signature, _content = members.read_sentinel(raw)
        except Malformed as error:
            raise NotAShare("{place} is not a share of Kipu's", place=self.location) from error
        if sentinel.project != self.replica.roster.project:
            raise OtherShare("{place} is another project's share", place=self.location)
        return raw

    def _prove(self, raw: bytes) -> None:
        """The sentinel must be signed by a coordinator; the roster just pulled knows whom."""
        sentinel, _signature, _content = members.read_sentinel(raw)
        member = self.replica.roster.view().members.get(sentinel.device)
        if member is None or not self.replica.roster.has_coordinated(member.device):
            raise NotAShare("{place} was not founded by a coordinator", place=self.location)
        members.check_sentinel(raw, member.sign)
        before = self.replica.share_of(self.location)
        if before is not None and before != sentinel.share:
            self.report.warn("share-founded-anew", place=self.location)
        self.replica.remember_share(self.location, sentinel.share)
