"""Taking erased values out of what is stored: batches, pending work, records, words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from app.models.ledger.merging import Merging
from app.models.ledger.sealing import LIMITS
from app.models.store import Store
from sync import columns, envelope, erasure
from sync.changes import Change
from sync.erasure import Target
from sync.values import to_json


class Rewriting:
    """Every method runs inside the caller's transaction."""

    def __init__(self, store: Store, merging: Merging) -> None:
        self._store = store
        self._merging = merging
        self.count = 0
        """How often something was erased since the store was opened."""

    def batch(
        self, old: envelope.Batch, new: envelope.Batch, key: bytes, *, gives_back: bool = False
    ) -> None:
        """Keep `new` in the place of `old`; raises erasure.Unfaithful where it changes more.

        With `gives_back` it may also have values again that are erased in `old`.
        """
        before = columns.decode(envelope.open_block(old, key), LIMITS)
        after = columns.decode(envelope.open_block(new, key), LIMITS)
        changed = erasure.changed(before, after, gives_back=gives_back)
        lid = self._lid(old.header.log)
        self._store.run(
            "UPDATE batches SET raw=? WHERE lid=? AND number=?", (new.raw, lid, old.header.number)
        )
        self._forget_copies(old.raw)
        self._rewrite(lid, {old.header.first_seq + index: one for index, one in changed.items()})

    def _forget_copies(self, raw: bytes) -> None:
        """A copy that was once set aside still has the value, even cut short or damaged behind."""
        self._store.run(
            "DELETE FROM quarantine WHERE substr(raw, 1, ?1)=substr(?2, 1, ?1)",
            (envelope.HEADER_BYTES, raw),
        )

    def _lid(self, log: bytes) -> int:
        return int(self._store.value("SELECT lid FROM logs WHERE log=?", (log,)))

    def pending(self, lid: int, seqs: Mapping[int, Collection[str]]) -> None:
        """Erase fields of changes that are not sealed yet, by their numbers in the log."""
        rows = self._store.rows("SELECT first_seq, changes, block FROM pending WHERE lid=?", (lid,))
        for first, count, block in rows:
            targets = [
                (seq - first, name)
                for seq in range(first, first + count)
                for name in seqs.get(seq, ())
            ]
            if targets:
                self._redact_pending(lid, first, bytes(block), targets)

    def _redact_pending(
        self, lid: int, first: int, block: bytes, targets: Collection[Target]
    ) -> None:
        new = columns.redact(block, targets, LIMITS)
        self._store.run("UPDATE pending SET block=? WHERE lid=? AND first_seq=?", (new, lid, first))
        before, after = columns.decode(block, LIMITS), columns.decode(new, LIMITS)
        changed = erasure.changed(before, after)
        self._rewrite(lid, {first + index: one for index, one in changed.items()})

    def _rewrite(self, lid: int, changes: Mapping[int, Change]) -> None:
        """Store these changes' fields anew and recompute their records."""
        self.count += 1
        self._merging.refresh(self._stored(lid, changes.items()))

    def _stored(self, lid: int, changes: Iterable[tuple[int, Change]]) -> list[int]:
        rids = []
        for seq, change in changes:
            text = to_json(dict(change.fields))
            found = self._store.rows(
                "UPDATE edits SET fields=? WHERE lid=? AND seq=? RETURNING rid", (text, lid, seq)
            ) or self._store.rows(
                # A record nobody changed since keeps its creation's fields as what it shows.
                "UPDATE records SET data=iif(base IS NULL, ?1, data), "
                "base=iif(base IS NULL, NULL, ?1) WHERE lid=?2 AND seq=?3 RETURNING rid",
                (text, lid, seq),
            )
            rids += [int(rid) for (rid,) in found]
        return rids
