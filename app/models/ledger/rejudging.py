"""Judging stored transactions again: after a close, an admission, a revocation, a late-come owner.

A later cut can take effect backwards (sync rule 12), so standing is never final; it is a function of
what is known, kept up to date.
"""

from __future__ import annotations

from collections.abc import Iterable

from app.models.ledger.judge import Judge, Touch, Warrant
from app.models.ledger.merging import Merging
from app.models.ledger.registers import Log, Registers, Standing
from app.models.store import Store
from sync.changes import Verb


class Rejudging:
    """Every method runs inside the caller's transaction."""

    def __init__(self, store: Store, registers: Registers, judge: Judge, merging: Merging) -> None:
        self._store = store
        self._registers = registers
        self._judge = judge
        self._merging = merging

    def under(self, root: int) -> list[tuple[int, int]]:
        """(lid, first_seq) of every transaction that touches a record or what it owns."""
        below = (
            "WITH RECURSIVE below(rid) AS (SELECT ? UNION SELECT c.rid FROM below b "
            "JOIN records p ON p.rid=b.rid JOIN records c ON c.parent_id=p.id "
            "AND c.parent_kid=p.kid AND c.sid=p.sid) "
        )
        rows = self._store.rows(
            below + "SELECT lid, seq FROM records WHERE rid IN below AND lid IS NOT NULL "
            "UNION SELECT lid, seq FROM edits WHERE rid IN below",
            (root,),
        )
        found = {self._transaction_of(lid, seq) for lid, seq in rows}
        return sorted(one for one in found if one is not None)

    def _transaction_of(self, lid: int, seq: int) -> tuple[int, int] | None:
        first = self._store.value(
            "SELECT first_seq FROM transactions WHERE lid=? AND first_seq<=? "
            "ORDER BY first_seq DESC LIMIT 1",
            (lid, seq),
        )
        return (lid, int(first)) if first is not None else None

    def again(self, transactions: Iterable[tuple[int, int]]) -> None:
        """Judge stored transactions again, and what follows from any that change standing."""
        queue = list(transactions)
        seen: set[tuple[int, int]] = set()
        while queue:
            lid, first = queue.pop()
            if (lid, first) in seen:
                continue
            seen.add((lid, first))
            queue += self._rejudge_one(lid, first)

    def _rejudge_one(self, lid: int, first: int) -> list[tuple[int, int]]:
        count, old = self._store.row(
            "SELECT changes, class FROM transactions WHERE lid=? AND first_seq=?", (lid, first)
        )  # type: ignore[misc]
        touches = self._touches(lid, first, count)
        log = next(one for one in self._registers.logs() if one.lid == lid)
        standing = self._judge.standing(self._warrant_of(log, first), lid, touches)
        if standing == old:
            return []
        self.set_standing(log, first, count, Standing(old), standing)
        self._merging.refresh(touch.rid for touch in touches)
        endings = [t.rid for t in touches if t.verb in (Verb.CLOSE, Verb.ADMIT)]
        return [one for rid in endings for one in self.under(rid)]

    def _warrant_of(self, log: Log, seq: int) -> Warrant:
        heads = self._store.value(
            "SELECT roster_heads FROM batches WHERE lid=? AND first_seq<=? AND first_seq+changes>?",
            (log.lid, seq, seq),
        )
        named = None if heads is None else [heads[i : i + 32] for i in range(0, len(heads), 32)]
        return self._judge.warrant(log.device, log.log, self._registers.space(log.sid), named)

    def _touches(self, lid: int, first: int, count: int) -> list[Touch]:
        rows = self._store.rows(
            "SELECT seq, ?, kid, rid FROM records WHERE lid=? AND seq BETWEEN ? AND ? UNION ALL "
            "SELECT e.seq, e.verb, r.kid, e.rid FROM edits e JOIN records r ON r.rid=e.rid "
            "WHERE e.lid=? AND e.seq BETWEEN ? AND ? ORDER BY 1",
            (Verb.CREATE, lid, first, first + count - 1, lid, first, first + count - 1),
        )
        return [
            Touch(seq, Verb(verb), self._registers.kind(kid), rid) for seq, verb, kid, rid in rows
        ]

    def set_standing(self, log: Log, first: int, count: int, old: Standing, new: Standing) -> None:
        last = first + count - 1
        for name in ("records", "edits"):
            self._store.run(
                f"UPDATE {name} SET class=? WHERE lid=? AND seq BETWEEN ? AND ?",
                (new, log.lid, first, last),
            )
        self._store.run(
            "UPDATE transactions SET class=? WHERE lid=? AND first_seq=?", (new, log.lid, first)
        )
        self._merging.released(log.sid, log.lid, first, count, old)
        self._merging.withheld(log.sid, log.lid, first, count, new)

    def of_log(self, lid: int) -> list[tuple[int, int]]:
        rows = self._store.rows("SELECT first_seq FROM transactions WHERE lid=?", (lid,))
        return [(lid, int(first)) for (first,) in rows]
