"""Taking values out of batches that were sent long ago (sync rule 8).

The batch keeps its header, signature and context, so its hash and the chain stay; its block is
replaced by one in which the named values are ERASED. A coordinator's roster entry says which
replacement is the right one; whoever holds the original checks that nothing else was changed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sync import columns, envelope, members, values
from sync.changes import Change
from sync.columns import Block, Limits
from sync.errors import Malformed, SyncError
from sync.roster import Entry
from sync.values import ERASED

# Batches one roster entry names at most, so that it stays well below the size of any entry.
MOST_BATCHES = 2000

Target = tuple[int, str]
"""An index of a change in its block, and a field of it."""


class Unfaithful(SyncError):
    """A replacement that changes more than the values it erases."""

    default_code = "erasure-unfaithful"


@dataclass(frozen=True)
class Erased:
    """A record to be forgotten: its kind and id, and the fields, None for all of them."""

    kind: str
    record: bytes
    fields: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Order:
    """What a roster entry wants forgotten, as only members of the space may read it."""

    space: bytes
    records: tuple[Erased, ...]
    reason: str
    person: str
    at_ms: int


def replace_block(
    batch: envelope.Batch, epoch_key: bytes, targets: Collection[Target], limits: Limits
) -> envelope.Batch:
    """The batch with these values erased, under a key of its own. Raises Malformed for no such value."""
    plain = columns.redact(envelope.open_block(batch, epoch_key), targets, limits)
    return envelope.parse(envelope.seal_replacement(batch, plain, epoch_key))


def erased_in(batch: envelope.Batch, epoch_key: bytes, limits: Limits) -> set[Target]:
    """The values of a batch that are erased."""
    block = columns.decode(envelope.open_block(batch, epoch_key), limits)
    changes = (change for one in block.transactions for change in one.changes)
    return {
        (index, name)
        for index, change in enumerate(changes)
        for name, value in change.fields.items()
        if value is ERASED
    }


def changed(old: Block, new: Block, *, gives_back: bool = False) -> dict[int, Change]:
    """The changes that lost values, by index. Raises Unfaithful where anything else differs.

    With `gives_back` values that were erased may be there again.
    """
    if (old.headers, old.persons) != (new.headers, new.persons):
        raise Unfaithful("an erasure changes more than values")
    before = [change for one in old.transactions for change in one.changes]
    after = [change for one in new.transactions for change in one.changes]
    found = {}
    for index, (was, now) in enumerate(zip(before, after, strict=True)):
        if was == now:
            continue
        _require_erased(was, now, gives_back)
        found[index] = now
    return found


def _require_erased(was: Change, now: Change, gives_back: bool) -> None:
    same = (was.verb, was.kind, was.record, was.parent, was.replaces, was.fields.keys()) == (
        now.verb, now.kind, now.record, now.parent, now.replaces, now.fields.keys()
    )  # fmt: skip
    if not same or any(
        value is not ERASED
        and value != was.fields[name]
        and not (gives_back and was.fields[name] is ERASED)
        for name, value in now.fields.items()
    ):
        raise Unfaithful("an erasure changes more than values")


def body(
    order: Order, epoch: bytes, epoch_key: bytes, replaced: Mapping[bytes, bytes]
) -> dict[str, Any]:
    """The body of an ERASE entry; `replaced` has the replacement's digest by batch hash."""
    words = {
        "records": values.to_json(
            [
                [one.kind, one.record, None if one.fields is None else [*one.fields]]
                for one in order.records
            ]
        ),
        "reason": order.reason,
        "person": order.person,
        "at": str(order.at_ms),
    }
    return {
        "space": order.space,
        "epoch": epoch,
        "replaced": {name.hex(): new for name, new in sorted(replaced.items())},
        "order": members.seal_words(epoch_key, order.space, words),
    }


def read_order(entry: Entry, epoch_key: bytes) -> Order:
    """What an entry wants forgotten. Raises crypto.CannotOpen or Malformed."""
    space = bytes(entry.body["space"])
    words = members.open_words(epoch_key, space, bytes(entry.body["order"]))
    try:
        records = tuple(
            Erased(str(kind), bytes(record), None if fields is None else tuple(map(str, fields)))
            for kind, record, fields in _list(values.from_json(words["records"]))
        )
        return Order(space, records, words["reason"], words["person"], int(words["at"]))
    except (KeyError, TypeError, ValueError) as error:
        raise Malformed("an order to erase cannot be read") from error


def _list(value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError("not a list")
    return value
