"""From pending transactions to sealed batches, and the batches as they are kept.

Sealed bytes are in the store before anything is sent, and never made again (sync rule 10).
"""

from __future__ import annotations

import json
from collections.abc import Collection

from app.errors import KipuError
from app.i18n import _
from app.models.ledger import reissues
from app.models.ledger.registers import Author, Log, Registers
from app.models.store import Store
from sync import columns, envelope
from sync.roster import Roster

LIMITS = columns.Limits()
BATCH_CHANGES = 1000
BATCH_BYTES = 2 * 1024 * 1024
_HELD = "held:{lid}"


def mark(batch: bytes) -> bytes:
    """As much of a batch's hash as frontiers keep: 16 bytes."""
    return batch[:16]


class KeyAwaited(KipuError):
    """A space's newest key has not reached this laptop, so nothing can be sealed in it yet."""


def require_key(store: Store, space: bytes) -> None:
    """Raise KipuError where no key of a space is here: what begins there could reach nobody.

    One that has an older key waits for the newest alone, which comes with a sync: work goes on.
    """
    if not store.has_key(space):
        raise KipuError(
            _("The key of this space is not on this computer, so nothing new begins in it here. Sync "
              "with the others, who may have it. If nobody has it any more, a coordinator begins the "
              "space anew on the Project page or with “kipu space rename --new-key”.")
        )  # fmt: skip


class Sealing:
    """Seals this laptop's logs; every method runs inside the caller's transaction."""

    def __init__(self, store: Store, registers: Registers, roster: Roster) -> None:
        self._store = store
        self._registers = registers
        self._roster = roster

    def waiting(self) -> list[Log]:
        """The logs with something to seal."""
        lids = {row[0] for row in self._store.rows("SELECT DISTINCT lid FROM pending")}
        return [log for log in self._registers.logs() if log.lid in lids]

    def seal(self, log: Log, author: Author) -> int:
        """Seal what is pending in one log; returns how many batches that made."""
        made, held = 0, self._held(log.lid)
        runs = self._runs(log.lid, {last for last, _heads in held})
        for first_seq, blocks in runs:
            heads = next((heads for last, heads in held if first_seq <= last), None)
            made += 1
            # Told when all of it is there again: whoever held it before lacks it at no time.
            reissued = reissues.to_tell(self._store, log.lid) if made == len(runs) else ()
            self._seal_run(self._reload(log), first_seq, blocks, author, heads, reissued)
        if held:
            self._store.run("DELETE FROM meta WHERE key=?", (_HELD.format(lid=log.lid),))
        if made:
            self.start_run(log.sid)
        return made

    def is_held(self, log: Log) -> bool:
        """Whether a missing key held up what is to be sealed in a log."""
        return bool(self._held(log.lid))

    def hold(self, log: Log) -> None:
        """Note what is known of the roster, for changes whose sealing a missing key holds up.

        Sealed later, they must not claim to have been written knowing what came in between.
        """
        held = self._held(log.lid)
        last = int(self._store.value(
            "SELECT max(first_seq+changes-1) FROM pending WHERE lid=?", (log.lid,)))  # fmt: skip
        if not held or held[-1][0] < last:
            held.append((last, tuple(self._roster.heads())))
            told = [[end, [head.hex() for head in heads]] for end, heads in held]
            self._store.set_meta(_HELD.format(lid=log.lid), json.dumps(told))

    def _held(self, lid: int) -> list[tuple[int, tuple[bytes, ...]]]:
        """Numbers of changes up to which a key was missing, each with the roster's heads then."""
        told = self._store.meta(_HELD.format(lid=lid))
        return [(end, tuple(map(bytes.fromhex, heads))) for end, heads in json.loads(told or "[]")]

    def _reload(self, log: Log) -> Log:
        found = self._registers.log(log.log)
        assert found is not None
        return found

    def _runs(self, lid: int, ends: Collection[int]) -> list[tuple[int, list[bytes]]]:
        """Pending blocks gathered into batches of bounded size, each within `ends`.

        A transaction is never split.
        """
        runs: list[tuple[int, list[bytes]]] = []
        changes = size = 0
        for first, count, block in self._store.rows(
            "SELECT first_seq, changes, block FROM pending WHERE lid=? ORDER BY first_seq", (lid,)
        ):
            is_full = changes + count > BATCH_CHANGES or size + len(block) > BATCH_BYTES
            if not runs or is_full or first - 1 in ends:
                runs.append((first, []))
                changes = size = 0
            runs[-1][1].append(block)
            changes, size = changes + count, size + len(block)
        return runs

    def _seal_run(
        self, log: Log, first_seq: int, blocks: list[bytes], author: Author,
        heads: tuple[bytes, ...] | None, reissued: tuple[envelope.Reissued, ...],
    ) -> None:  # fmt: skip
        """Seal one batch; `heads` are the roster's as its changes know it, None for today's."""
        block, count = self._joined(blocks)
        space = self._registers.space(log.sid)
        epoch, key = self.writing_epoch(space)
        heads = heads or tuple(self._roster.heads())
        reference = int(
            self._store.value("SELECT run_reference_ms FROM spaces WHERE sid=?", (log.sid,))
        )
        number = log.number + 1
        context = envelope.Context(reference, heads, self._advance_frontier(log, number), reissued)
        header = envelope.Header(
            self._roster.project, log.device, log.incarnation, space, epoch,
            envelope.new_batch_id(), number, first_seq, count, log.head,
        )  # fmt: skip
        raw = envelope.seal(header, context, block, key, author.keys)
        self.keep(log.lid, header, context, raw)
        self._store.run(
            "DELETE FROM pending WHERE lid=? AND first_seq BETWEEN ? AND ?",
            (log.lid, first_seq, header.last_seq),
        )

    def _joined(self, blocks: list[bytes]) -> tuple[bytes, int]:
        """One block holding all these transactions, and how many changes that is."""
        if len(blocks) == 1:
            return blocks[0], columns.decode(blocks[0], LIMITS).count
        decoded = [columns.decode(block, LIMITS) for block in blocks]
        transactions = [one for block in decoded for one in block.transactions]
        persons = {person: name for block in decoded for person, name in block.persons.items()}
        count = sum(len(one.changes) for one in transactions)
        return columns.encode(transactions, persons), count

    def _advance_frontier(self, log: Log, number: int) -> dict[bytes, envelope.Seen]:
        """What was applied in this space since this log's last batch, recorded and returned."""
        rows = self._store.rows(
            "SELECT o.lid, o.log, o.seq, o.head FROM logs o WHERE o.sid=? AND o.lid<>? AND o.seq>0 "
            "AND o.seq || hex(substr(o.head, 1, 16)) IS NOT (SELECT f.seq || "
            "hex(ifnull(f.hash, substr(o.head, 1, 16))) FROM frontiers f WHERE f.lid=? AND "
            "f.seen_lid=o.lid ORDER BY f.number DESC LIMIT 1)",
            (log.sid, log.lid, log.lid),
        )
        self._store.run_many(
            "INSERT INTO frontiers VALUES(?,?,?,?,?)",
            [(log.lid, lid, number, seq, mark(head)) for lid, _log, seq, head in rows],
        )
        return {bytes(name): envelope.Seen(seq, bytes(head)) for _lid, name, seq, head in rows}

    def keep(
        self, lid: int, header: envelope.Header, context: envelope.Context, raw: bytes
    ) -> None:
        """Keep a batch's bytes as they are, and move its log's head there."""
        name = envelope.batch_hash(raw)
        self._store.run(
            "INSERT INTO batches VALUES(?,?,?,?,?,?,?,?)",
            (lid, header.number, name, header.first_seq, header.changes, context.reference_ms,
             b"".join(sorted(context.roster_heads)), raw),
        )  # fmt: skip
        self._store.run(
            "UPDATE logs SET number=?, seq=?, head=? WHERE lid=?",
            (header.number, header.last_seq, name, lid),
        )

    def start_run(self, sid: int) -> None:
        """From here on our changes are ordered after everything applied so far (rule 9)."""
        self._store.run("UPDATE spaces SET run_reference_ms=reference_ms WHERE sid=?", (sid,))

    def writing_epoch(self, space: bytes) -> tuple[bytes, bytes]:
        """The epoch to seal under and its key. Raises KeyAwaited when it has not reached us."""
        found = self._held_epoch(space)
        if found is None:
            raise KeyAwaited(
                _("The key of this space has not reached this laptop yet; sync and try again.")
            )
        return found

    def can_seal(self, log: Log) -> bool:
        """Whether the key to seal this log under is here."""
        return self._held_epoch(self._registers.space(log.sid)) is not None

    def _held_epoch(self, space: bytes) -> tuple[bytes, bytes] | None:
        """The least exposed epoch whose key is here; None while a still less exposed one is to come.

        One whose beginner was lost with the key may be nobody's: then the next is as good as it gets.
        """
        view, awaited = self._roster.view(), None
        for epoch in reversed(view.writing_epochs(space)):
            exposure, key = view.exposure(space, epoch), self._store.epoch_key(epoch)
            if awaited is not None and exposure > awaited:
                return None
            if key is not None:
                return epoch, key
            author = view.members.get(view.epochs[epoch].author)
            if author is not None and author.is_active:
                awaited = exposure
        return None
