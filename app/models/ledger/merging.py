"""Records as they stand: stores what changes say of them and recomputes them by `sync.merge`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import count, repeat
from typing import Any

from app.models.ledger.judge import Judge, pack_refs, unpack_refs
from app.models.ledger.projection import Projection
from app.models.ledger.registers import Registers, Standing, State, Touched
from app.models.ledger.rows import (
    DIGEST_BYTES,
    Rows,
    element,
    identity,
    made,
    plain,
)
from app.models.store import Store
from sync.changes import Change, Ref, Verb
from sync.merge import Fact, Head, RecordState, merge, through_withheld
from sync.values import Value, from_json, to_json

_MODULUS = 1 << (8 * DIGEST_BYTES)
# An owner is left out rather than bound as None, and texts come as bytes in the one type of them
# that the driver takes without asking: a third of a row's cost went there.
_CREATE = """
INSERT OR IGNORE INTO records(rid, sid, kid, id, lid, seq, effective_ms, class, state, digest, data)
    VALUES(?,?,?,?,?,?,?,0,1,?,CAST(? AS TEXT))
"""
_CREATE_OWNED = """
INSERT OR IGNORE INTO records(rid, sid, kid, id, lid, seq, effective_ms, class, state, digest, data,
    parent_kid, parent_id) VALUES(?,?,?,?,?,?,?,0,1,?,CAST(? AS TEXT),?,?)
"""


class Merging:
    """The records table and everything derived from it."""

    def __init__(
        self, store: Store, registers: Registers, projection: Projection, judge: Judge
    ) -> None:
        self._store = store
        self._registers = registers
        self._projection = projection
        self._judge = judge
        self._devices: dict[int, bytes] = {}
        self._digests: dict[int, int] = {}
        self.touched = Touched()

    # -- taking changes in -------------------------------------------------------------------

    def create_rows(self, rows: Rows, sid: int, lid: int) -> bool:
        """Store new records a whole batch at a time; False where some of them are known already."""
        store, kid = self._store, self._registers.kid(rows.kind)
        first = int(store.value("SELECT ifnull(max(rid), 0) FROM records")) + 1
        # Before the savepoint: a kind that is new must outlive what is undone there.
        owners = self._owner_columns(rows)
        store.run("SAVEPOINT creates")
        made = store.run_many(
            _CREATE_OWNED if owners else _CREATE,
            zip(count(first), repeat(sid), repeat(kid), map(bytearray, rows.ids), repeat(lid),
                rows.seqs, rows.effective, map(bytearray, rows.digests),
                map(bytearray, rows.data), *owners, strict=False),
        )  # fmt: skip
        if made != len(rows.ids):
            store.run("ROLLBACK TO creates")
            store.run("RELEASE creates")
            return False
        store.run("RELEASE creates")
        self._projection.insert_rows(first, sid, rows)
        self._add_digest(sid, rows.digest_sum)
        self.touched.add(rows.kind, ())
        return True

    def note(
        self, change: Change, sid: int, lid: int, seq: int, effective: int, standing: Standing
    ) -> int:
        """Store one change; returns its record's rid, which the caller refreshes."""
        kid = self._registers.kid(change.kind)
        rid = self.ensure(sid, kid, change.record)
        if change.verb is Verb.CREATE and self._adopt(rid, change, lid, seq, effective, standing):
            return rid
        self._store.run(
            "INSERT OR IGNORE INTO edits(rid, lid, seq, verb, effective_ms, class, fields, replaces) "
            "VALUES(?,?,?,?,?,?,?,?)",
            (rid, lid, seq, change.verb, effective, standing, to_json(dict(change.fields)),
             pack_refs(change.replaces)),
        )  # fmt: skip
        return rid

    def ensure(self, sid: int, kid: int, record: bytes) -> int:
        """The record's rid; a place is kept for one whose creation has not arrived."""
        found = self._store.value(
            "SELECT rid FROM records WHERE id=? AND kid=? AND sid=?", (record, kid, sid)
        )
        if found is not None:
            return int(found)
        cursor = self._store.run(
            "INSERT INTO records(sid, kid, id, state, digest, data) VALUES(?,?,?,0,?,'{}')",
            (sid, kid, record, bytes(DIGEST_BYTES)),
        )
        return int(cursor.lastrowid)

    def _adopt(
        self, rid: int, change: Change, lid: int, seq: int, effective: int, standing: Standing
    ) -> bool:
        """Make this creation the record's base; False where it has one (then it is an edit)."""
        kid = self._parent_kid(change.parent)
        cursor = self._store.run(
            "UPDATE records SET parent_kid=?, parent_id=?, lid=?, seq=?, effective_ms=?, class=?, "
            "base=? WHERE rid=? AND lid IS NULL",
            (kid, change.parent and change.parent[1], lid, seq, effective, standing,
             to_json(dict(change.fields)), rid),
        )  # fmt: skip
        return bool(cursor.rowcount)

    def _owner_columns(self, rows: Rows) -> tuple[Iterable[Any], ...]:
        """Kind numbers and ids of the rows' owners, nothing where no row has any."""
        if not rows.owners:
            return ()
        kids = [self._parent_kid(owner) for owner in rows.owners]
        return kids, [owner[1] if owner else None for owner in rows.owners]

    def _parent_kid(self, parent: tuple[str, bytes] | None) -> int | None:
        return self._registers.kid(parent[0]) if parent else None

    # -- what a record is --------------------------------------------------------------------

    def state(self, rid: int, also: Standing | None = None) -> RecordState:
        """The merged record, from its effective changes (and those of the standing `also`)."""
        return merge(self.facts(rid, also))

    def facts(self, rid: int, also: Standing | None = None) -> list[Fact]:
        counted = {Standing.EFFECTIVE, also or Standing.EFFECTIVE}
        found: list[Fact] = []
        withheld: dict[Ref, Mapping[str, Sequence[Ref]]] = {}
        base = self._store.row(
            "SELECT lid, seq, effective_ms, class, ifnull(base, data) FROM records "
            "WHERE rid=? AND lid IS NOT NULL",
            (rid,),
        )
        if base and base[3] in counted:
            found.append(self._fact(base[0], base[1], Verb.CREATE, base[2], base[4], None))
        for lid, seq, verb, effective, standing, fields, replaces in self._store.rows(
            "SELECT lid, seq, verb, effective_ms, class, fields, replaces FROM edits WHERE rid=?",
            (rid,),
        ):
            fact = self._fact(lid, seq, Verb(verb), effective, fields, replaces)
            if standing in counted:
                found.append(fact)
            else:
                withheld[fact.ref] = fact.replaces
        return [self._followed(fact, withheld) for fact in found] if withheld else found

    def _followed(self, fact: Fact, withheld: Mapping[Ref, Mapping[str, Sequence[Ref]]]) -> Fact:
        """The fact with what it replaces by way of withheld changes, as far as its author knew."""
        whole = through_withheld(fact.replaces, withheld)
        log = self._registers.log(fact.ref.log)
        assert log is not None
        return replace(
            fact,
            replaces={n: self._within(refs, log.lid, fact.ref.seq) for n, refs in whole.items()},
        )

    def _fact(
        self, lid: int, seq: int, verb: Verb, effective: int, fields: str, replaces: str | None
    ) -> Fact:
        values = from_json(fields)
        assert isinstance(values, dict)
        counted = {
            name: self._within(refs, lid, seq) for name, refs in unpack_refs(replaces).items()
        }
        ref = Ref(self._registers.log_name(lid), seq)
        return Fact(ref, verb, effective, self.device(lid), values, counted)

    def _within(self, refs: Iterable[Ref], lid: int, seq: int) -> tuple[Ref, ...]:
        """The references that count: to what the change's author had really seen (rule 3)."""
        kept = []
        for ref in refs:
            other = self._registers.log(ref.log)
            if other is not None and self._judge.had_seen(lid, seq, other.lid, ref.seq):
                kept.append(ref)
        return tuple(kept)

    def device(self, lid: int) -> bytes:
        if lid not in self._devices:
            found = self._store.value("SELECT device FROM logs WHERE lid=?", (lid,))
            self._devices[lid] = bytes(found)
        return self._devices[lid]

    # -- bringing projections up to date -----------------------------------------------------

    def refresh(self, rids: Iterable[int]) -> None:
        """Recompute these records, and owners whose deletion they dispute."""
        for rid in dict.fromkeys(rids):
            self._refresh(rid)
            for owner in self._judge.roots(rid)[1:]:
                if self._is_deleted_by_someone(owner):
                    self._refresh(owner)

    def _is_deleted_by_someone(self, rid: int) -> bool:
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM edits WHERE rid=? AND verb=?)", (rid, Verb.DELETE)
            )
        )

    def _refresh(self, rid: int) -> None:
        store = self._store
        sid, kid, record, parent_kid, parent_id, old, shown, base = store.row(
            "SELECT sid, kid, id, parent_kid, parent_id, digest, data, base FROM records "
            "WHERE rid=?", (rid,)
        )  # type: ignore[misc]  # fmt: skip
        kind = self._registers.kind(kid)
        facts = self.facts(rid)
        merged = merge(facts)
        flags = self._flags(rid, merged)
        parent = (self._registers.kind(parent_kid), parent_id) if parent_id else None
        text = to_json(merged.values)
        digest = self._digest(kind, record, parent, merged, text)
        store.run(
            "UPDATE records SET state=?, digest=?, data=?, base=? WHERE rid=?",
            (flags, digest, text, shown if base is None and text != shown else base, rid),
        )
        self._add_digest(sid, int.from_bytes(digest) - int.from_bytes(old))
        self.touched.add(kind, (record,))
        if flags & State.VISIBLE:
            self._projection.replace(rid, sid, kind, _made(facts), merged.values)
        else:
            self._projection.remove(rid, kind)

    def _flags(self, rid: int, merged: RecordState) -> State:
        flags = State.VISIBLE if merged.exists else State(0)
        deleted = merged.is_created and not merged.exists
        if deleted and self._has_living_children(rid):
            flags |= State.VISIBLE | State.CONFLICT
        elif deleted:
            flags |= State.DELETED
        if merged.conflicts and merged.is_created:
            flags |= State.CONFLICT if flags & State.VISIBLE else State(0)
        return flags | (State.CLOSED if merged.closes else State(0))

    def _has_living_children(self, rid: int) -> bool:
        return bool(
            self._store.value(
                "SELECT EXISTS(SELECT 1 FROM records p JOIN records c ON c.parent_id=p.id "
                "AND c.parent_kid=p.kid AND c.sid=p.sid WHERE p.rid=? AND c.state & 1)",
                (rid,),
            )
        )

    # -- the digest --------------------------------------------------------------------------

    def _digest(
        self,
        kind: str,
        record: bytes,
        parent: tuple[str, bytes] | None,
        merged: RecordState,
        text: str,
    ) -> bytes:
        if not (merged.alive or merged.deletes or merged.closes or merged.heads):
            return bytes(DIGEST_BYTES)
        named = identity(kind, record, parent)
        only = merged.alive[0] if len(merged.alive) == 1 else None
        untouched = (
            only is not None
            and not merged.deletes
            and not merged.closes
            and all(
                len(heads) == 1 and heads[0].fact.ref == only.ref for heads in merged.heads.values()
            )
        )
        if only is not None and untouched and only.verb is Verb.CREATE:
            return element(named + plain(*only.ref) + text)
        return element(named + _headed(merged))

    def withheld(self, sid: int, lid: int, first: int, count: int, standing: Standing) -> None:
        """Count a withheld transaction into the space's digest (sync rule 12)."""
        self._add_digest(sid, self._withheldelement(lid, first, count, standing))

    def released(self, sid: int, lid: int, first: int, count: int, standing: Standing) -> None:
        self._add_digest(sid, -self._withheldelement(lid, first, count, standing))

    def _withheldelement(self, lid: int, first: int, count: int, standing: Standing) -> int:
        if standing is Standing.EFFECTIVE:
            return 0
        log = self._registers.log_name(lid).hex()
        return int.from_bytes(element(f"withheld {log} {first} {count} {int(standing)}"))

    def _add_digest(self, sid: int, difference: int) -> None:
        self._digests[sid] = (self._digests.get(sid, 0) + difference) % _MODULUS

    def flush_digests(self) -> None:
        for sid, difference in self._digests.items():
            old = self._store.value("SELECT digest FROM spaces WHERE sid=?", (sid,))
            new = (int.from_bytes(old) + difference) % _MODULUS
            self._store.run(
                "UPDATE spaces SET digest=? WHERE sid=?", (new.to_bytes(DIGEST_BYTES), sid)
            )
        self._digests.clear()

    def recomputed_digest(self, sid: int) -> bytes:
        """A space's digest from its records and withheld transactions, as they now stand."""
        store, total = self._store, 0
        for rid, kid, record, parent_kid, parent_id, text in store.rows(
            "SELECT rid, kid, id, parent_kid, parent_id, data FROM records WHERE sid=?", (sid,)
        ):
            parent = (self._registers.kind(parent_kid), parent_id) if parent_id else None
            kind = self._registers.kind(kid)
            total += int.from_bytes(self._digest(kind, record, parent, self.state(rid), text))
        return self.summed_digest(sid, total)

    def summed_digest(self, sid: int, total: int) -> bytes:
        """A space's digest from what its records add up to, and withheld transactions."""
        for lid, first, changes, standing in self._store.rows(
            "SELECT lid, first_seq, changes, class FROM transactions JOIN logs USING(lid) "
            "WHERE sid=? AND class<>0", (sid,)
        ):  # fmt: skip
            total += self._withheldelement(lid, first, changes, Standing(standing))
        return (total % _MODULUS).to_bytes(DIGEST_BYTES)

    def take_touched(self) -> Touched:
        touched, self.touched = self.touched, Touched()
        return touched

    def forget(self) -> None:
        """Drop what a rolled-back transaction had gathered."""
        self._digests.clear()
        self._devices.clear()
        self.touched = Touched()


def _made(facts: Sequence[Fact]) -> bytes:
    """When the first of those who made a record did so; two may have, of one id."""
    created = [fact for fact in facts if fact.verb is Verb.CREATE]
    return min(made(fact.effective_ms, *fact.ref) for fact in created or facts)


def _headed(merged: RecordState) -> str:
    """All heads of a record that several changes made, with what stands beside its fields."""
    whole: dict[str, Value] = {
        name: [_head(head) for head in sorted(heads, key=lambda head: head.fact.ref)]
        for name, heads in merged.heads.items()
    }
    beside: Mapping[str, Sequence[Fact]] = {
        "alive": merged.alive, "deletes": merged.deletes, "closes": merged.closes,
    }  # fmt: skip
    facts: dict[str, Value] = {
        name: [_name(fact) for fact in sorted(found, key=lambda fact: fact.ref)]
        for name, found in beside.items()
    }
    return to_json([whole, facts])


def _name(fact: Fact) -> str:
    return f"{fact.ref.log.hex()} {fact.ref.seq}"


def _head(head: Head) -> Value:
    return [_name(head.fact), head.value]
