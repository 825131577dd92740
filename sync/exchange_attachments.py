"""The part of a sync that carries attachments, after all words went through.

A sealed attachment lies on a share in pieces, one for each chunk, under the path of whoever put it
there; whoever puts it makes the same bytes. So a transfer that was cut off goes on at the next
piece, pieces of several laptops make one whole, and any laptop can put back what a share lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from sync import layout, members, news
from sync.attachments import Attachment, shape
from sync.errors import SyncError
from sync.ids import from_token, token
from sync.mending import Mending
from sync.opening import OverQuota
from sync.ports import Occupied, RemoteTooLarge

# What is put over the pieces of an erased attachment; a place for files can delete nothing.
BLANK = b"erased\n"
_WANTS_MOST = 32


@dataclass
class _There:
    """An attachment as it lies on the share: for each piece, the devices that have it."""

    holders: dict[int, list[bytes]]
    whole_at: bytes | None

    def is_whole(self, chunks: int) -> bool:
        return all(index in self.holders for index in range(chunks))


class Attachments(Mending):
    """Plans first, which costs little, so that wants can be said before anything large moves."""

    def _plan_attachments(self, is_looked_for: bool = True) -> None:
        """Find out what is to go and what can come; what nobody has put there yet is wanted.

        What is missing need not be looked for where nothing at all is new.
        """
        self._coming: list[tuple[Attachment, _There]] = []
        self._going: list[Attachment] = []
        replica = self.replica
        if any(one.code == "share-rolled-back" for one in self.report.warnings):
            replica.forget_attachments_there(self.location)
        for one in replica.attachments():
            is_held = self._holds(one)
            if not self._has_room(one):
                self.report.attachments.missing += not is_held
                continue
            if is_held:
                if not replica.is_attachment_there(self.location, one.seal.name):
                    self._going.append(one)
                continue
            there = self._look(one) if is_looked_for else _There({}, None)
            if there.is_whole(shape(one.size).chunks):
                self._coming.append((one, there))
                self.wanted |= self._said_of(one)
            else:
                self.report.attachments.missing += 1
                if self.report.attachments.missing <= _WANTS_MOST:
                    self.wanted.add(layout.attachment(one.space, one.seal.name))

    def _holds(self, one: Attachment) -> bool:
        """Whether it is here; one whose copies somebody doubts is read through before it is sent."""
        is_held = self.replica.holds_attachment(one)
        if is_held and layout.attachment(one.space, one.seal.name) in self.doubted:
            return self.replica.is_attachment_sound(one)
        return is_held

    def _has_room(self, one: Attachment) -> bool:
        """Whether somebody who names it may put it there; else it is neither sent nor fetched."""
        try:
            self.replica.require_room_for(one)
        except OverQuota as error:
            self.report.warn(error.code, **error.params)
            return False
        return True

    def _said_of(self, one: Attachment) -> set[str]:
        """What we said of its copies before: it stands until one comes."""
        folder = layout.attachment(one.space, one.seal.name)
        return {path for path in self._said_before if path.startswith(f"{folder}/")}

    @cached_property
    def _said_before(self) -> list[str]:
        raw = self._read(layout.wants(self.replica.device), members.MAX_SMALL_BYTES)
        if raw is None:
            return []
        keys, project = self.replica.keys, self.replica.roster.project
        try:
            return members.read_wants(raw, project, keys.sign_public)
        except SyncError:
            return []

    def _look(self, one: Attachment) -> _There:
        """List who has put which piece; whether a listed piece is sound shows when it is read."""
        there = _There({}, None)
        chunks = shape(one.size).chunks
        folder = layout.attachment(one.space, one.seal.name)
        for name in self._list(folder) if self._is_listed(folder) else ():
            device = from_token(name)
            if device is None:
                continue
            pieces = {int(piece) for piece in self._list(f"{folder}/{name}")
                      if piece.isdecimal() and int(piece) < chunks}  # fmt: skip
            for index in pieces:
                there.holders.setdefault(index, []).append(device)
            if len(pieces) == chunks:
                there.whole_at = device
        return there

    def _is_listed(self, folder: str) -> bool:
        """Whether anybody has put it there: many that nobody has cost no more than a few listings."""
        above, _slash, name = folder.rpartition("/")
        if above not in self._listings:
            is_there = above == layout.FILES or self._is_listed(above)
            self._listings[above] = frozenset(self._list(above) if is_there else ())
        return name in self._listings[above]

    @cached_property
    def _listings(self) -> dict[str, frozenset[str]]:
        """What was listed in this sync."""
        return {}

    def _carry_attachments(self) -> None:
        for one in self._going:
            self._send(one)
        for one, there in self._coming:
            self._fetch(one, there)
        if self._coming:
            self._say_wants()

    # -- sending -----------------------------------------------------------------------------

    def _send(self, one: Attachment) -> None:
        there, me = self._look(one), self.replica.device
        path = layout.attachment(one.space, one.seal.name)
        mine = sorted(index for index, devices in there.holders.items() if me in devices)
        whole = there.whole_at
        first = layout.attachment_piece(one.space, one.seal.name, whole or me, 0)
        if path in self.doubted or (whole and self._is_blank(first)):
            self._send_pieces(one, set())
        elif whole is None:
            # The last piece may be torn, where this was cut off before: it is put once more.
            self._send_pieces(one, set(mine[:-1]))
        self.replica.remember_attachment_there(self.location, one)

    def _is_blank(self, path: str) -> bool:
        """Whether a piece was erased; the same file may have been attached again since."""
        try:
            return self.remote.read(path, len(BLANK)) == BLANK
        except RemoteTooLarge:
            return False

    def _send_pieces(self, one: Attachment, done: set[int]) -> None:
        sent, me = 0, self.replica.device
        for index in range(shape(one.size).chunks):
            if index in done:
                continue
            raw = self.replica.attachment_piece(one, index)
            if self._put_piece(layout.attachment_piece(one.space, one.seal.name, me, index), raw):
                sent += len(raw)
        self.report.attachments.sent.add(sent)
        self._tell(news.file_mark(layout.attachment(one.space, one.seal.name)))

    def _put_piece(self, path: str, raw: bytes) -> bool:
        try:
            return self.remote.put(path, raw)
        except Occupied:
            # Only this device writes here, and only these bytes: what differs is torn or blanked.
            self.remote.replace(path, raw)
            return True

    # -- fetching ----------------------------------------------------------------------------

    def _fetch(self, one: Attachment, there: _There) -> None:
        chunks, fetched = shape(one.size).chunks, 0
        for index in range(self.replica.attachment_begun(one), chunks):
            raw = self._fetch_piece(one, index, there.holders[index])
            if raw is None:
                self.report.attachments.missing += 1
                self._doubt(one, there.holders[index])
                return
            fetched += len(raw)
        try:
            self.replica.take_attachment(one)
        except SyncError as error:
            self.report.warn(error.code, path=layout.attachment(one.space, one.seal.name))
            self.report.attachments.missing += 1
            self._doubt(one, [device for devices in there.holders.values() for device in devices])
            return
        self.report.attachments.received.add(fetched)
        self.wanted -= self._said_of(one)
        if there.whole_at is not None:
            self.replica.remember_attachment_there(self.location, one)

    def _doubt(self, one: Attachment, devices: list[bytes]) -> None:
        """Say whose copies are not what they should be, so that whoever can puts a sound one."""
        folder = layout.attachment(one.space, one.seal.name)
        self.wanted |= {f"{folder}/{token(device)}" for device in devices}

    def _fetch_piece(self, one: Attachment, index: int, devices: list[bytes]) -> bytes | None:
        """The first sound piece that somebody put there, kept already."""
        for device in devices:
            path = layout.attachment_piece(one.space, one.seal.name, device, index)
            raw = self._read(path, shape(one.size).piece(index)[1])
            if raw is None or raw == BLANK:
                continue
            try:
                self.replica.take_attachment_piece(one, index, raw)
            except SyncError as error:
                self.report.warn(error.code, path=path)
                continue
            return raw
        return None

    # -- erasing -----------------------------------------------------------------------------

    def _blank_erased_attachments(self) -> None:
        """Write over what was erased, where it is ours; a coordinator does so for everybody."""
        replica = self.replica
        member = replica.roster.view().members.get(replica.device)
        for_all = bool(member and member.is_coordinator)
        for space, name in replica.attachments_to_blank(self.location):
            folder = layout.attachment(space, name)
            for holder in self._list(folder):
                if for_all or holder == token(replica.device):
                    self._blank(f"{folder}/{holder}")
            replica.remember_attachment_blanked(self.location, name)

    def _blank(self, folder: str) -> None:
        for piece in self._list(folder):
            path = f"{folder}/{piece}"
            if piece.isdecimal() and not self._is_blank(path):
                self.remote.replace(path, BLANK)
