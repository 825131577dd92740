"""What the engine asks of a laptop's store; the store implements it, tests may too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sync.attachments import Attachment
from sync.crypto import KeyPair
from sync.roster import Entry, Roster
from sync.snapshots import Sealed


@dataclass(frozen=True, slots=True)
class LogAt:
    """How far a log has been applied: `number` batches, the last one hashed `head`."""

    log: bytes
    device: bytes | None
    space: bytes
    number: int
    head: bytes
    is_writing: bool


class Verdict(Enum):
    """What became of a batch that arrived."""

    APPLIED = "applied"
    KNOWN = "known"
    GAP = "gap"
    WAITING = "waiting"
    FORKED = "forked"
    REISSUED = "reissued"


@dataclass(frozen=True, slots=True)
class Received:
    """A verdict, and the number of changes applied."""

    verdict: Verdict
    changes: int = 0


class Replica(Protocol):
    """One laptop's copy of a project."""

    @property
    def roster(self) -> Roster: ...

    @property
    def keys(self) -> KeyPair: ...

    @property
    def device(self) -> bytes: ...

    @property
    def root_key(self) -> bytes:
        """The project root's wrapped key, to lie on every share."""

    def add_entries(self, entries: Sequence[Entry]) -> None:
        """Keep new roster entries and judge again what they bear on."""

    def epoch_key(self, epoch: bytes) -> bytes | None: ...

    def add_epoch_key(self, epoch: bytes, space: bytes, key: bytes) -> None: ...

    def spaces(self) -> list[bytes]:
        """The spaces this device may read now."""

    def seal(self) -> int:
        """Seal what was written here; returns how many batches that made."""

    def logs(self, space: bytes) -> list[LogAt]: ...

    def batch(self, log: bytes, number: int) -> bytes | None:
        """The sealed bytes as first made or received."""

    def gathering(self) -> AbstractContextManager[None]:
        """What is received within is written through together at its end."""

    def reading_ahead(self) -> AbstractContextManager[None]:
        """While this lasts, batches told to `expect` may be opened before they are received."""

    def expect(self, raw: bytes) -> None:
        """These bytes are received next; a hint, which never raises for what is wrong with them."""

    def receive(self, raw: bytes) -> Received:
        """Check and apply a batch. Raises SyncError when it can never be applied."""

    def gave_back(self) -> set[tuple[bytes, bytes]]:
        """Logs, each with its space, that may end earlier than when this was last asked."""

    def begin_incarnation(self, lost: Mapping[bytes, int]) -> None:
        """Carry on under a new incarnation: this store is a copy of one that went on elsewhere.

        `lost` tells from which number on another life of this laptop wrote a log otherwise: what
        stands there is written again in a new log, sent or not.
        """

    def is_reissued(self, batch: bytes, device: bytes) -> bool:
        """Whether a device says of its batch, by its hash, that it stands in another of its logs."""

    def cut_elsewhere(self, space: bytes) -> Sequence[tuple[LogAt, bytes]]:
        """Logs that do not hold the batch they were cut at, each with that batch's hash.

        Of devices that may write nothing in the space, neither beyond the cut nor now.
        """

    def follow_cut(self, log: bytes, chain: Sequence[bytes]) -> bool:
        """Take batches up to the one a log was cut at, in the place of what has their numbers here.

        What is given up is kept aside, or written again in a new log where it is ours. False, and
        nothing is changed, where one does not fit, or what lies beyond counts. Raises SyncError when
        one can never be applied.
        """

    def beyond_cut(self, space: bytes) -> Sequence[tuple[LogAt, int]]:
        """Logs of such devices that go beyond their cut, each with the number of the next batch.

        Where nothing of that counts.
        """

    def take_in_vain(self, log: bytes, chain: Sequence[bytes]) -> bool:
        """Take batches in the place of those with their numbers, and of what follows those.

        As `follow_cut` does; False, too, where anything of either counts.
        """

    def is_replaced(self, raw: bytes) -> bool:
        """Whether a batch counts no more, as its device says and what is here shows."""

    def take_followed(self, log: bytes, chain: Sequence[bytes]) -> bool:
        """Take batches that continue a log, written again or not, for the last, which was not.

        False, and nothing is changed, where they do not all stay. Raises SyncError when one can never
        be applied.
        """

    def share_of(self, location: str) -> bytes | None:
        """The share last met at a location."""

    def remember_share(self, location: str, share: bytes) -> None: ...

    def bookmark(self, location: str) -> str:
        """What was last remembered of a location's marks (sync.news); '' where nothing was."""

    def remember_bookmark(self, location: str, text: str) -> None: ...

    def sent(self, location: str, log: bytes) -> int:
        """How many of a log's batches are known to lie at a location."""

    def remember_sent(self, location: str, log: bytes, number: int) -> None: ...

    def unsent(self, location: str, space: bytes) -> list[LogAt]:
        """The logs that go on beyond what is known to lie at a location."""

    def finished(self, location: str) -> None:
        """A sync with a location came to its end."""

    def quarantine(
        self, path: str, raw: bytes, code: str, params: Iterable[tuple[str, str]]
    ) -> None:
        """Keep what was set aside, and why."""

    # -- snapshots -----------------------------------------------------------------------------

    @property
    def snapshot_layout(self) -> str:
        """What a snapshot must be laid out like to be taken in here."""

    def changes_in(self, space: bytes) -> int:
        """How many sealed changes a space has here; 0 while some wait to be sealed."""

    def snapshot(self, space: bytes) -> Iterable[bytes]:
        """The plain parts of a snapshot, one after another."""

    def may_bootstrap(self, space: bytes) -> bool:
        """Whether a space is still wholly unknown, so that it may begin from a snapshot."""

    def bootstrap(self, space: bytes, parts: Iterable[Sealed]) -> int:
        """Begin a space from a snapshot's parts; returns the number of changes.

        Raises SyncError for one that does not hold together; then nothing is changed.
        """

    def keep_part(self, name: bytes, raw: bytes) -> None:
        """Keep a sealed part until all have come, over the end of this sync if need be."""

    def kept_part(self, name: bytes) -> bytes | None: ...

    def drop_parts(self) -> None: ...

    # -- attachments -------------------------------------------------------------------------

    def attachments(self) -> Sequence[Attachment]:
        """Those that records of the spaces read here name, in the order they are to travel."""

    def holds_attachment(self, one: Attachment) -> bool: ...

    def is_attachment_sound(self, one: Attachment) -> bool:
        """Whether one that is held is what its name says, read through; else it is set aside."""

    def require_room_for(self, one: Attachment) -> None:
        """Raises opening.OverQuota for one that nobody who names it may put into its space."""

    def attachment_piece(self, one: Attachment, index: int) -> bytes:
        """A sealed piece of one that is held."""

    def attachment_begun(self, one: Attachment) -> int:
        """How many pieces of one have come so far."""

    def take_attachment_piece(self, one: Attachment, index: int, raw: bytes) -> None:
        """Keep the next piece. Raises SyncError for one that does not open."""

    def take_attachment(self, one: Attachment) -> None:
        """All pieces have come. Raises SyncError where they are not what the name says."""

    def is_attachment_there(self, location: str, name: bytes) -> bool:
        """Whether it is known to lie whole at a location."""

    def remember_attachment_there(self, location: str, one: Attachment) -> None: ...

    def forget_attachments_there(self, location: str, name: bytes | None = None) -> None:
        """A location may have lost some; of one the first 16 bytes of its name are enough."""

    def attachments_to_blank(self, location: str) -> Sequence[tuple[bytes, bytes]]:
        """Space and name of those that were erased and may still lie at a location."""

    def remember_attachment_blanked(self, location: str, name: bytes) -> None: ...

    # -- erasure -----------------------------------------------------------------------------

    def held(self, batch: bytes) -> bytes | None:
        """The bytes of an applied batch by its hash, with whatever block they have now."""

    def rewrite(self, raw: bytes) -> None:
        """Put a replaced block, checked already, in a held batch's place and forget what it erases.

        Raises Unfaithful where it changes anything else; then the original stays.
        """

    def withdraw_entries(self, first: int) -> int:
        """Take back our own roster entries from this number on, and begin a new incarnation.

        How many is returned. Raises RosterForked where something was built on them already.
        """

    def renew_epochs(self) -> bool:
        """A coordinator begins epochs that nobody shut out can hold the key of; else False."""

    def renew_orders(self) -> bool:
        """A coordinator orders anew what others wrote before they knew it was erased; else False."""

    def unite(self, held: bytes, other: bytes) -> bytes | None:
        """A coordinator orders one replacement that erases what two orders erased of a batch.

        None while the key of the space is awaited, under which the order's words are sealed.
        """

    def has_carried_out(self, entry: Entry) -> bool:
        """Whether none of the values that an order is about is held here any more."""

    def remember_done(self, device: bytes, orders: Iterable[bytes]) -> None:
        """Another device says which orders it has carried out."""

    def swept(self, location: str, replacement: bytes) -> bool:
        """Whether a replacement was put over the copies at a location."""

    def remember_swept(self, location: str, replacement: bytes) -> None: ...

    def forget_swept(self, location: str) -> None:
        """The place was set back to an earlier state."""
