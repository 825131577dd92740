"""A share's content by hand, as one file: made by one laptop, taken in by another.

What lies in the file lies at the paths it has on a share and proves itself as it does there, so the
ordinary loop takes it in. What is special is who vouches for the file (the laptop that made it, not
the share's sentinel), that it is only read, and that it says nothing of how far any share is.
docs/formats/carried.md is the format.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from sync import engine, envelope, layout, members
from sync.attachments import shape
from sync.engine import Report
from sync.errors import Malformed, SyncError
from sync.ids import from_token
from sync.opening import NoKey
from sync.ports import Remote, RemoteTooLarge
from sync.replica import LogAt, Replica
from sync.roster import Entry, EntryType

PAPER = "carried"
"""The path of the paper that comes first in every carried file."""
_DIGITS = 12


class CarriedElsewhere(SyncError):
    """A file that was made in another project; param ``place``."""

    default_code = "carried-other-project"


class CarriedByStranger(SyncError):
    """A file that no laptop of the project made, as far as is known here; param ``place``."""

    default_code = "carried-stranger"


@dataclass(frozen=True)
class Receiver:
    """A device that a file is made for alone, and what it is known to have.

    `batches` has the number of batches by log, `entries` the hashes of roster entries.
    """

    device: bytes
    batches: Mapping[bytes, int] = field(default_factory=dict)
    entries: Set[bytes] = frozenset()


def carry(
    replica: Replica, remote: Remote, receiver: Receiver | None = None, essentials: bool = False
) -> Report:
    """Put everything this laptop may hand on into an empty place; with `essentials` words only.

    The report's `sent` counts what was put. Nothing is remembered of it here.
    """
    return _Carrying(replica, remote, receiver).run(essentials)


class _Carrying:
    """One file being made."""

    def __init__(self, replica: Replica, remote: Remote, receiver: Receiver | None) -> None:
        self._replica = replica
        self._remote = remote
        self._receiver = receiver
        self._report = Report()

    def run(self, essentials: bool) -> Report:
        replica, to = self._replica, self._receiver
        replica.seal()
        project = replica.roster.project
        paper = members.make_carried(
            replica.keys, project, os.urandom(16), to.device if to else None
        )
        self._remote.put(PAPER, paper)
        self._put_roster()
        spaces = list(self._spaces())
        for space in spaces:
            self._put_keys(space)
        for space in spaces:
            self._put_batches(space)
        self._put_done()
        if not essentials:
            self._put_attachments(spaces)
        return self._report

    def _spaces(self) -> Iterator[bytes]:
        """The spaces read here, and by whom the file is for."""
        view, to = self._replica.roster.view(), self._receiver
        for space in self._replica.spaces():
            if to is None or view.role(to.device, space) is not None:
                yield space

    def _put_roster(self) -> None:
        known = self._receiver.entries if self._receiver else ()
        self._remote.put(layout.ROOT_KEY, self._replica.root_key)
        for entry in self._replica.roster.entries:
            if entry.hash not in known:
                self._remote.put(layout.roster_entry(entry.author, entry.number), entry.raw)

    def _put_keys(self, space: bytes) -> None:
        """Seal the keys of a space to those who may read it; those before come with them."""
        replica = self._replica
        for epoch in self._epochs(space):
            key = replica.epoch_key(epoch)
            if key is None:
                continue
            for device, seal in self._recipients(space).items():
                path = layout.wrapped_key(replica.device, epoch, device)
                wrapped = members.wrap_epoch(seal, replica.roster.project, epoch, key)
                self._remote.put(path, wrapped)

    def _epochs(self, space: bytes) -> list[bytes]:
        """Those whose keys come with no other; void ones too, for something may lie under them."""
        replica, roster = self._replica, self._replica.roster
        behind = {
            parent
            for epoch, entry in roster.view().epochs.items()
            if replica.epoch_key(epoch) is not None
            for parent in entry.body["parents"]
        }
        epochs = [bytes(entry.body["epoch"]) for entry in roster.entries
                  if entry.type == EntryType.EPOCH and entry.body["space"] == space]  # fmt: skip
        return [epoch for epoch in dict.fromkeys(epochs) if epoch.hex() not in behind]

    def _recipients(self, space: bytes) -> dict[bytes | None, bytes]:
        """Sealing keys by device, our own for a copy of us; None is the project's root."""
        roster, to = self._replica.roster, self._receiver
        readers = roster.view().readers(space)
        if to is not None:
            return {one.device: one.seal for one in readers if one.device == to.device}
        return {None: bytes(roster.root.body["seal"]), **{one.device: one.seal for one in readers}}

    def _put_batches(self, space: bytes) -> None:
        to = self._receiver
        for at in self._replica.logs(space):
            if to is not None and at.device == to.device:
                continue
            seen = to.batches.get(at.log, 0) if to else 0
            for number in range(seen + 1, at.number + 1):
                raw = self._replica.batch(at.log, number)
                if raw is None:
                    raise Malformed("a sealed batch is missing from this laptop's store")
                self._remote.put(layout.batch(space, at.log, number), raw)
                self._report.sent.add(envelope.parse(raw).header.changes, len(raw))

    def _put_done(self) -> None:
        """Say which orders to erase were carried out here."""
        replica, view = self._replica, self._replica.roster.view()
        if view.erasures:
            done = [entry.hash for entry in view.erasures if replica.has_carried_out(entry)]
            content = members.make_done(replica.keys, replica.roster.project, done)
            self._remote.put(layout.erased(replica.device), content)

    def _put_attachments(self, spaces: list[bytes]) -> None:
        replica, files = self._replica, self._report.attachments
        for one in replica.attachments():
            if one.space not in spaces:
                continue
            if not replica.holds_attachment(one):
                files.missing += 1
                continue
            size = 0
            for index in range(shape(one.size).chunks):
                raw = replica.attachment_piece(one, index)
                path = layout.attachment_piece(one.space, one.seal.name, replica.device, index)
                self._remote.put(path, raw)
                size += len(raw)
            files.sent.add(size)


def receive(replica: Replica, remote: Remote, essentials: bool = False) -> Report:
    """Take in what a carried file has; see `sync.engine.synchronise` for what is set aside.

    Raises CarriedElsewhere or CarriedByStranger, or what a paper of this kind does that is not as
    it should be. Nothing is written to the file. `replica` must keep no watermark for it: `sent` is
    0 there, and what is to be remembered of the place is forgotten.
    """
    return _Receiving(replica, remote).take_in(essentials)


class _Receiving(engine.Session):
    """Pulls as a sync does, and never writes."""

    def take_in(self, essentials: bool) -> Report:
        raw = self._paper()
        self.replica.seal()
        self._pull_roster()
        self._carrier = self._prove_carrier(raw)
        self._pull_keys()
        self.replica.seal()
        self._detect_copy()
        self._pull_spaces()
        waiting = [note for note in self.report.warnings if note.code == NoKey.default_code]
        if waiting:
            self._find_stray_keys()
            self.report.warnings = [n for n in self.report.warnings if n not in waiting]
            self._pull_spaces()
        self._carry_out_erasures(lambda: None)
        if not essentials:
            self._plan_attachments()
            for one, there in self._coming:
                self._fetch(one, there)
        return self.report

    def _pull_spaces(self) -> None:
        with self.replica.reading_ahead():
            for space in self.replica.spaces():
                self._pull_space(space)

    def _paper(self) -> bytes:
        try:
            raw = self.remote.read(PAPER, members.MAX_SMALL_BYTES) or b""
        except RemoteTooLarge as error:
            raise Malformed("the first paper of a carried file is too large") from error
        paper = members.read_carried(raw)
        if paper.project != self.replica.roster.project:
            raise CarriedElsewhere("{place} is another project's", place=self.location)
        if paper.receiver not in (None, self.replica.device):
            self.report.warn("carried-for-another", place=self.location)
        return raw

    def _prove_carrier(self, raw: bytes) -> bytes:
        """The device that made the file; whoever was ever admitted may hand on what others sealed.

        The roster in the file may be what admits it, which proves itself.
        """
        device = members.read_carried(raw).device
        sign = self.replica.roster.sign_key(device)
        if sign is None:
            raise CarriedByStranger("{place} was made by a stranger", place=self.location)
        members.check_carried(raw, sign)
        return device

    def _claims(self, space: bytes, known: Mapping[bytes, LogAt]) -> dict[bytes, int]:
        """How far each log goes in the file, so that a gap before it is noticed."""
        claims: dict[bytes, int] = {}
        for name in self.remote.list(layout.logs_of(space)):
            numbers = self.remote.list(f"{layout.logs_of(space)}/{name}")
            there = [int(one) for one in numbers if one.isdecimal() and len(one) <= _DIGITS]
            claims[from_token(name) or b""] = max(there, default=0)
        return claims

    def _key_authors(self, entry: Entry) -> list[bytes]:
        return [self._carrier, *super()._key_authors(entry)]

    def _sweep(self, batch: envelope.Batch) -> None:
        """Copies of an erased value in a file are out of our reach."""

    def _tell_done(self) -> None:
        """Hear who has carried out which orders; to tell of ours is for a sync."""
        if self._coordinates():
            for name in self.remote.list(layout.ERASED):
                self._hear_done(from_token(name) or b"")
