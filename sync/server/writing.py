"""Who may write which file, and whether the bytes are what the path says.

Every file has one writer, its device; what is signed is checked, and what lies in storage is never
covered but where its own kind is rewritten, where it is unsound, or where a coordinator ordered an
erasure.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import ClassVar

from sync import attachments, envelope, layout, members, packs, snapshots
from sync.crypto import TAG_BYTES
from sync.errors import SyncError
from sync.exchange_attachments import BLANK
from sync.ids import from_token, token
from sync.roster import parse_entry
from sync.roster.entries import MAX_ENTRY_BYTES, ROOT, check_signature
from sync.server.batches import Batches, space_is
from sync.server.marks import Marks
from sync.server.projects import Kind, Project, Who
from sync.server.reading import SPACED, space_of_relayed
from sync.server.refusals import Refused, forbidden

MAX_PIECE_BYTES = (1 << 20) + attachments.HEADER_BYTES + TAG_BYTES
# What lies below these a device rewrites as it likes: nobody else reads them as a first word.
_REWRITTEN = frozenset({"heads", layout.WANTS, layout.ERASED, "keys"})
# Where in a path its own device stands.
_NAMED_AT = {layout.ROSTER: 1, layout.RELAY: 1, layout.SNAPSHOTS: 2, layout.FILES: 4}
# What a coordinator's word takes to reach everybody: who is shut out, what is erased, the new keys.
_VITAL = frozenset({
    layout.SENTINEL, "root", "keys", "heads", layout.WANTS, layout.ERASED, layout.NEWS,
})  # fmt: skip
_PART = re.compile("[0-9a-f]{12}-[0-9]{5}")


def most_bytes(parts: tuple[str, ...]) -> int:
    """The most bytes a file at a path may have, known before any of them is read."""
    top = parts[0]
    if top == layout.ROSTER:
        return MAX_ENTRY_BYTES
    if top in {"spaces", layout.RELAY}:
        return envelope.MAX_BATCH_BYTES
    if top == layout.PACKS:
        return packs.MAX_PACK_BYTES
    if top == layout.SNAPSHOTS:
        return snapshots.MAX_PART_BYTES
    if top == layout.FILES:
        return MAX_PIECE_BYTES
    return 0 if top == layout.NEWS else members.MAX_SMALL_BYTES


def check_may_write(who: Who, parts: tuple[str, ...]) -> None:
    """Raises Refused where such a file is not theirs to write, whatever it holds."""
    if who.kind is Kind.ROOT:
        raise forbidden()
    founds = who.kind is Kind.FOUNDER and parts in {(layout.SENTINEL,), ("root", "key")}
    if not (who.kind is Kind.MEMBER or founds or parts[0] == layout.ROSTER):
        raise forbidden("not-admitted")


@dataclass(frozen=True)
class Write:
    """A file about to be written: by whom, where, and what."""

    who: Who
    parts: tuple[str, ...]
    body: bytes

    @property
    def path(self) -> str:
        return "/".join(self.parts)

    def is_mine(self, name: str) -> bool:
        return name == token(self.who.device)


class Writing:
    """The rules of one project. Every method raises Refused where the file may not be written."""

    def __init__(self, project: Project) -> None:
        self._project = project
        self._marks = Marks(project)
        self._batches = Batches(project)

    def check_new(self, write: Write) -> AbstractContextManager[None]:
        """A file that must not be there yet; what is returned lasts while it is written."""
        return self._check(write)

    def check_over(self, write: Write, there: bytes | None) -> AbstractContextManager[None]:
        """A file put over what lies there."""
        top = write.parts[0]
        if top == layout.FILES:
            self._check_piece(write, is_over=True)
            return nullcontext()
        if top == layout.PACKS and there is not None:
            return self._check_pack_over(write, there)
        is_batch = top in {"spaces", layout.RELAY} and there is not None
        if is_batch and self._is_rightly_replaced(write, there or b""):
            return nullcontext()
        lasting = self._check(write)
        is_other = there is not None and there != write.body
        if is_other and not self._is_rewritten(write) and self._is_sound(write, there or b""):
            raise Refused(409, "occupied")
        return lasting

    def check_removal(self, who: Who, parts: tuple[str, ...]) -> None:
        """A batch of one's own that lies in a pack as well, or part of a snapshot."""
        if len(parts) == 4 and parts[0] == layout.SNAPSHOTS:
            self._check_drop(who, parts)
            return
        if len(parts) != 4 or parts[0] != "spaces" or not who.is_in(from_token(parts[1])):
            raise forbidden()
        _top, space, log, number = parts
        owner = self._project.log_of(from_token(log) or b"", "/".join(parts))
        if owner is None or owner.device != who.device:
            raise forbidden()
        if not self._batches.is_packed(space, log, number):
            raise forbidden("not-packed")

    def _check_pack_over(self, write: Write, there: bytes) -> AbstractContextManager[None]:
        """The same batches, of which values may be erased; or our own pack over a torn one."""
        if len(write.parts) != 4 or not write.who.is_in(from_token(write.parts[1])):
            raise forbidden()
        is_mine = self._check_pack(write)
        _top, _space, log, name = write.parts
        is_same = self._batches.same_pack(write.body, there, log, name)
        if is_same is False:
            raise Refused(409, "occupied")
        if not (is_mine or (is_same and write.who.is_coordinator)):
            raise forbidden()
        return nullcontext()

    def _check_drop(self, who: Who, parts: tuple[str, ...]) -> None:
        """One's own; where values of the space were erased anybody's, for none may keep them."""
        space = from_token(parts[1])
        erasures = who.view.erasures if who.view else ()
        is_stale = any(bytes(entry.body["space"]) == space for entry in erasures)
        if not who.is_in(space) or not (parts[2] == token(who.device) or is_stale):
            raise forbidden()

    def counts_on(self, who: Who, parts: tuple[str, ...]) -> bytes:
        """Whose room a file takes: its own device's, whoever brings, covers or removes it."""
        if parts[0] in {"spaces", layout.PACKS} and len(parts) == 4:
            log = self._project.log_of(from_token(parts[2]) or b"", "/".join(parts))
            return log.device if log else who.device
        place = _NAMED_AT.get(parts[0], len(parts))
        return (from_token(parts[place]) if place < len(parts) else None) or who.device

    def is_vital(self, write: Write) -> bool:
        """Whether the file must find room though all is used up."""
        author = self.counts_on(write.who, write.parts)
        if write.parts[0] == layout.ROSTER and self._project.coordinates(author):
            return True
        return write.who.is_coordinator and write.parts[0] in {*_VITAL, layout.ROSTER}

    # -- by kind of file ---------------------------------------------------------------------

    def _check(self, write: Write) -> AbstractContextManager[None]:
        top, count = write.parts[0], len(write.parts)
        check_may_write(write.who, write.parts)
        if top == layout.ROSTER and count == 3:
            return self._adding(write)
        if top in SPACED and not (count > 1 and write.who.is_in(from_token(write.parts[1]))):
            raise forbidden()
        check = self._checks.get((top, count))
        if check is None:
            raise forbidden()
        try:
            check(self, write)
        except SyncError as error:
            raise Refused(422, "unsound") from error
        return nullcontext()

    def _adding(self, write: Write) -> AbstractContextManager[None]:
        _top, author, number = write.parts
        try:
            entry = parse_entry(write.body)
        except SyncError as error:
            raise Refused(422, "unsound") from error
        if (token(entry.author), f"{entry.number:08d}") != (author, number):
            raise Refused(422, "unsound")
        return self._project.adding(entry, write.who)

    def _check_sentinel(self, write: Write) -> None:
        if not (write.who.kind is Kind.FOUNDER or write.who.is_coordinator):
            raise forbidden()
        sentinel, _signature, _content = members.read_sentinel(write.body)
        if (sentinel.project, sentinel.device) != (self._project.id, write.who.device):
            raise Refused(422, "unsound")
        members.check_sentinel(write.body, write.who.sign)

    def _check_root_key(self, write: Write) -> None:
        if not (write.who.kind is Kind.FOUNDER or write.who.is_coordinator):
            raise forbidden()
        if not _is_root_key(write.body):
            raise Refused(422, "unsound")

    def _check_key(self, write: Write) -> None:
        _top, author, epoch, recipient = write.parts
        # Of members too: who asks for a key that its coordinators lost gets it from whoever has it.
        if not write.is_mine(author):
            raise forbidden()
        if from_token(epoch) is None or not (recipient == "root" or from_token(recipient)):
            raise Refused(422, "unsound")

    def _check_heads(self, write: Write) -> None:
        _top, space, device = write.parts
        self._require_mine(write, device)
        members.read_heads(write.body, self._project.id, from_token(space) or b"", write.who.sign)

    def _check_wants(self, write: Write) -> None:
        self._require_mine(write, write.parts[1])
        members.read_wants(write.body, self._project.id, write.who.sign)

    def _check_done(self, write: Write) -> None:
        self._require_mine(write, write.parts[1])
        members.read_done(write.body, self._project.id, write.who.sign)

    def _check_batch(self, write: Write) -> None:
        _top, space, log, number = write.parts
        batch = self._batches.check(write.body, log, number, in_place=True)
        if not space_is(batch, space):
            raise Refused(422, "unsound")
        if batch.header.device != write.who.device:
            raise forbidden()

    def _check_relayed(self, write: Write) -> None:
        self._require_mine(write, write.parts[1])
        batch = self._batches.check(write.body, write.parts[2], write.parts[3])
        if not write.who.is_in(batch.header.space):
            raise forbidden()

    def _check_piece(self, write: Write, is_over: bool = False) -> None:
        if len(write.parts) != 6 or not write.who.is_in(from_token(write.parts[1])):
            raise forbidden()
        _top, _space, shard, name, device, piece = write.parts
        if from_token(name) is None or shard != name[:2] or not _is_number(piece, 5):
            raise Refused(422, "unsound")
        if not write.body:
            raise Refused(422, "unsound")
        blanks = is_over and write.who.is_coordinator and write.body == BLANK
        if not (write.is_mine(device) or blanks):
            raise forbidden()

    def _check_own_pack(self, write: Write) -> None:
        if not self._check_pack(write):
            raise forbidden()

    def _check_pack(self, write: Write) -> bool:
        """Whether a sound pack is the writer's own. Raises Refused for an unsound one."""
        _top, space, log, name = write.parts
        try:
            batches = self._batches.check_pack(write.body, log, name)
        except SyncError as error:
            raise Refused(422, "unsound") from error
        if not all(space_is(one, space) for one in batches):
            raise Refused(422, "unsound")
        return all(one.header.device == write.who.device for one in batches)

    def _check_snapshot(self, write: Write) -> None:
        _top, space, device, name = write.parts
        self._require_mine(write, device)
        if not write.who.is_coordinator:
            raise forbidden()
        if name == "about":
            place = from_token(space) or b""
            snapshots.read_about(write.body, self._project.id, place, write.who.sign)
        elif not _PART.fullmatch(name):
            raise Refused(422, "unsound")

    def _check_mark(self, write: Write) -> None:
        self._marks.check(write.who, write.parts[1], write.parts[2])

    def _require_mine(self, write: Write, name: str) -> None:
        if not write.is_mine(name):
            raise forbidden()

    _checks: ClassVar[dict[tuple[str, int], Callable[[Writing, Write], None]]] = {
        (layout.SENTINEL, 1): _check_sentinel,
        ("root", 2): _check_root_key,
        ("keys", 4): _check_key,
        ("heads", 3): _check_heads,
        (layout.WANTS, 2): _check_wants,
        (layout.ERASED, 2): _check_done,
        ("spaces", 4): _check_batch,
        (layout.RELAY, 4): _check_relayed,
        (layout.FILES, 6): _check_piece,
        (layout.PACKS, 4): _check_own_pack,
        (layout.SNAPSHOTS, 4): _check_snapshot,
        (layout.NEWS, 3): _check_mark,
    }

    # -- over what lies there ----------------------------------------------------------------

    def _is_rightly_replaced(self, write: Write, there: bytes) -> bool:
        """Whether this is the batch there, without what was ordered erased, or with it again."""
        try:
            batch = envelope.parse(write.body)
            if envelope.batch_hash(there) != batch.hash or not write.who.is_in(batch.header.space):
                return False
            gives_back = self._is_void(envelope.parse(there)) and not self._is_void(batch)
        except SyncError:
            return False
        may = batch.header.device == write.who.device or write.who.is_coordinator
        is_own_relay = write.parts[0] == layout.RELAY and write.is_mine(write.parts[1])
        takes_out = self._erases(batch) and not self._is_void(batch)
        return (may and takes_out) or (gives_back and (may or is_own_relay))

    def _is_void(self, batch: envelope.Batch) -> bool:
        return self._project.roster.is_void(batch.hash, batch.replacement)

    def _erases(self, batch: envelope.Batch) -> bool:
        return batch.replacement is not None and self._project.erases(batch)

    def _is_rewritten(self, write: Write) -> bool:
        is_about = write.parts[0] == layout.SNAPSHOTS and write.parts[-1] == "about"
        return write.parts[0] in _REWRITTEN or is_about

    def _is_sound(self, write: Write, there: bytes) -> bool:
        """Whether what lies there is what its place calls for, whoever wrote it."""
        top = write.parts[0]
        try:
            if top in {"spaces", layout.RELAY}:
                return self._batches.is_sound(there, *write.parts[2:4])
            if top == layout.ROSTER:
                entry = parse_entry(there)
                key = self._project.sign_key(entry.author) or bytes(32)
                if entry.author == ROOT:
                    key = bytes(self._project.roster.root.body["sign"])
                check_signature(entry, key)
                return (token(entry.author), f"{entry.number:08d}") == write.parts[1:]
            if top == layout.SENTINEL:
                return members.read_sentinel(there)[0].project == self._project.id
        except SyncError:
            return False
        return write.parts != ("root", "key") or _is_root_key(there)


def may_read_relayed(who: Who, project: Project, parts: tuple[str, ...]) -> bool:
    """Whether a relayed batch is of a space the device reads."""
    return who.is_in(space_of_relayed(project, parts, "/".join(parts)))


def _is_root_key(raw: bytes) -> bool:
    return raw[:4] == b"KIPK" and len(raw) <= members.MAX_SMALL_BYTES


def _is_number(text: str, digits: int) -> bool:
    return text.isdecimal() and text.isascii() and len(text) == digits
