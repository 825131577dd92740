"""From bytes of unknown origin to a batch that may be applied: every check, in a safe order.

Outer form and size first, then project and device, then the signature, and only then decryption and
inflating, both bounded.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sync import columns, envelope
from sync.columns import Block
from sync.errors import Malformed, SyncError
from sync.roster import Roster


class UnknownErasure(SyncError):
    """A block that was replaced, and no coordinator's word for it has arrived (it may still come)."""

    default_code = "erasure-unknown"


class OverQuota(SyncError):
    """A device has put more into a space than it may; params ``device`` and ``limit`` (bytes)."""

    default_code = "over-quota"


KeyOf = Callable[[bytes], bytes | None]


class Stranger(SyncError):
    """A batch signed by a device the roster does not know."""

    default_code = "batch-stranger"


class OtherProject(SyncError):
    """A batch of another project, or of another log than the place it lies in."""

    default_code = "batch-foreign"


class NoKey(SyncError):
    """The key of the batch's epoch has not reached this device (it may still come)."""

    default_code = "batch-no-key"


@dataclass(frozen=True)
class Opened:
    """A batch that is sound, signed by its device, and readable here."""

    batch: envelope.Batch
    context: envelope.Context
    block: Block


def check(raw: bytes, roster: Roster) -> envelope.Batch:
    """Outer form, project, device, signature and epoch. Raises a SyncError that says which failed."""
    batch = envelope.parse(raw)
    if batch.header.project != roster.project:
        raise OtherProject("a batch belongs to another project")
    sign = roster.sign_key(batch.header.device)
    if sign is None:
        raise Stranger("a batch comes from a device that was never admitted")
    envelope.check_signature(batch, sign)
    if batch.replacement is not None:
        known = roster.replacements(batch.hash)
        if not known:
            raise UnknownErasure("a batch was replaced by nobody that is known")
        if batch.replacement not in known:
            raise Malformed("a replaced block is not the one that was ordered")
    spaces = roster.epoch_spaces(batch.header.epoch)
    if not spaces:
        raise NoKey("the epoch of this batch is not known here")
    if batch.header.space not in spaces:
        raise OtherProject("a batch is sealed under another space's key")
    return batch


def open_batch(batch: envelope.Batch, key_of: KeyOf, limits: columns.Limits) -> Opened:
    """Decrypt and decode a checked batch. Raises NoKey, crypto.CannotOpen, Malformed, …"""
    key = key_of(batch.header.epoch)
    if key is None:
        raise NoKey("the key of this batch is not here")
    context = envelope.open_context(batch, key)
    block = columns.decode(envelope.open_block(batch, key), limits)
    if block.count != batch.header.changes:
        raise Malformed("a batch holds another number of changes than its header says")
    return Opened(batch, context, block)
