"""Records that were erased as a whole: what is written in them from then on would never be forgotten.

What somebody writes who knows of an order counts as written on purpose, and no coordinator takes it
out again. So nothing may be written there by mistake: not by an editor that was open when the order
came, and by no command.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from app import errors
from app.i18n import _
from app.models.ledger.registers import RecordKey, Registers, State
from app.models.store import Store
from sync import erasure
from sync.changes import Change, Verb
from sync.errors import SyncError
from sync.ids import moved_id
from sync.roster import Entry, Roster
from sync.values import ERASED, from_json


class Forgotten:
    """Tells which records were erased with all they hold, by an order or before they ever left."""

    def __init__(self, store: Store, registers: Registers, roster: Roster) -> None:
        self._store = store
        self._registers = registers
        self._roster = roster
        self._orders: dict[bytes, erasure.Order] = {}

    def is_erased(self, key: RecordKey) -> bool:
        """Whether all of a record was to be erased, whether or not all of it is gone here already."""
        return (key.kind, key.id) in self._ordered(key.space) or self._is_empty(key)

    def require_kept(self, space: bytes, changes: Sequence[Change]) -> None:
        """Raises errors.Forgotten where a change puts something into an erased record, or under one.

        Deleting one, bringing it back empty and settling what stands there with nothing are allowed.
        """
        ordered = self._ordered(space)
        if not ordered and not self._any_deletions():
            return
        for kind, record in filled(changes):
            if (kind, record) in ordered or self._is_empty(RecordKey(space, kind, record)):
                raise errors.Forgotten(
                    _("This record was erased for good, so nothing more is written in it. "
                      "Nothing was changed.")
                )  # fmt: skip

    def _ordered(self, space: bytes) -> set[tuple[str, bytes]]:
        """Kind and id of every record of a space that an order names as a whole.

        Somebody unaware of an order may have moved a record; see `erasures._with_copies`.
        """
        return {
            (one.kind, one.record if space == order.space
             else moved_id(order.space, one.kind, one.record, space))
            for order in map(self._order, self._roster.view().erasures)
            if order is not None
            for one in order.records
            if one.fields is None
        }  # fmt: skip

    def _any_deletions(self) -> bool:
        """What was never sent is deleted as it is erased; without that, nothing was."""
        found = self._store.value("SELECT EXISTS(SELECT 1 FROM edits WHERE verb=?)", (Verb.DELETE,))
        return bool(found)

    def _order(self, entry: Entry) -> erasure.Order | None:
        """What an entry orders, read once; None where its space is not readable here."""
        if entry.hash not in self._orders:
            key = self._store.epoch_key(bytes(entry.body["epoch"]))
            try:
                found = None if key is None else erasure.read_order(entry, key)
            except SyncError:
                found = None
            if found is None:
                return None
            self._orders[entry.hash] = found
        return self._orders[entry.hash]

    def _is_empty(self, key: RecordKey) -> bool:
        """Whether a record is gone and every value of it erased: what was never sent has no order."""
        kid, sid = self._registers.kid(key.kind), self._registers.sid(key.space)
        row = self._store.row(
            "SELECT state, data FROM records WHERE id=? AND kid=? AND sid=? AND lid NOT NULL",
            (key.id, kid, sid),
        )
        if row is None or State(int(row[0])) & State.VISIBLE:
            return False
        values = from_json(row[1])
        return isinstance(values, dict) and bool(values) and all(
            one is ERASED for one in values.values()
        )  # fmt: skip


def filled(changes: Iterable[Change]) -> Iterator[tuple[str, bytes]]:
    """Kind and id of the records that changes put a value into, and of those they make one under."""
    for one in changes:
        if any(value is not None and value is not ERASED for value in one.fields.values()):
            yield one.kind, one.record
        if one.parent is not None:
            yield one.parent
