"""`verify`: everything kept is whole, signed, chained, and the projections follow from the log."""

from __future__ import annotations

from collections import defaultdict

from app.i18n import _
from app.models import attachments
from app.models.ledger.projection import SEARCH, table
from app.models.ledger.rows import DIGEST_BYTES
from app.models.ledger.sealing import LIMITS
from app.models.project import Project
from app.models.records import KINDS
from sync import envelope
from sync.changes import Verb
from sync.errors import SyncError
from sync.opening import check, open_batch
from sync.roster import Roster, parse_entry
from sync.values import to_json


def digest(project: Project, space: bytes) -> str:
    """The space's digest: equal on replicas that hold the same batches."""
    found = project.store.value("SELECT digest FROM spaces WHERE space=?", (space,))
    return bytes(found or bytes(DIGEST_BYTES)).hex()


def verify(project: Project) -> list[str]:
    """Sentences for everything that is not as it must be; empty when all is whole.

    An attachment that has not come yet is no fault; a damaged one is set aside.
    """
    problems = [
        _("The store is damaged: {detail}.").format(detail=line)
        for line in project.store.check_integrity()
    ]
    if problems:
        return problems
    return [
        *_roster(project),
        *_chains(project),
        *_numbers(project),
        *_projections(project),
        *_sources(project),
        *attachments.check(project).problems,
    ]


def _roster(project: Project) -> list[str]:
    """Signatures and chains are checked as the entries are taken in anew."""
    try:
        Roster(
            parse_entry(bytes(raw))
            for (raw,) in project.store.rows("SELECT raw FROM roster ORDER BY position")
        )
    except SyncError as error:
        return [_("The membership log is damaged: {detail}.").format(detail=error.code)]
    return []


def _chains(project: Project) -> list[str]:
    problems = []
    for log in project.ledger.registers.logs():
        problem = _chain(project, log.lid)
        if problem:
            problems.append(
                _("Log {log} is damaged at batch {number}: {detail}.").format(
                    log=log.log.hex()[:8], number=problem[0], detail=problem[1]
                )
            )
    return problems


def _chain(project: Project, lid: int) -> tuple[int, str] | None:
    """The first batch of a log that does not check, and why."""
    previous, seq = envelope.NO_HASH, 0
    rows = project.store.rows(
        "SELECT number, hash, raw FROM batches WHERE lid=? ORDER BY number", (lid,)
    )
    for expected, (number, name, raw) in enumerate(rows, start=1):
        try:
            batch = check(bytes(raw), project.roster)
            open_batch(batch, project.store.epoch_key, LIMITS)
        except SyncError as error:
            return number, error.code
        header = batch.header
        placed = (number, header.number, header.previous, header.first_seq)
        if placed != (expected, expected, previous, seq + 1) or batch.hash != name:
            return number, "chain"
        previous, seq = batch.hash, header.last_seq
    return None


def _numbers(project: Project) -> list[str]:
    """Every log's changes are numbered without gap, sealed first and pending after."""
    problems = []
    for lid, first, changes in project.store.rows(
        "SELECT t.lid, min(t.first_seq), sum(t.changes) FROM transactions t GROUP BY t.lid"
    ):
        last = project.store.value("SELECT seq FROM logs WHERE lid=?", (lid,))
        sealed = project.store.value(
            "SELECT ifnull(sum(changes), 0) FROM batches WHERE lid=?", (lid,)
        )
        pending = project.store.value(
            "SELECT ifnull(sum(changes), 0) FROM pending WHERE lid=?", (lid,)
        )
        if (first, changes) != (1, last) or sealed + pending != last:
            problems.append(_("Log {log} has a gap in its numbers.").format(log=lid))
    return problems


def unlike_batches(project: Project) -> int:
    """How many changes are kept otherwise than the batches have them.

    Batches are applied change by change, unless a space began from a snapshot: that is somebody's
    word for what they amount to.
    """
    found = 0
    rows = project.store.rows("SELECT lid, number FROM batches ORDER BY lid, number")
    for lid, number in rows:
        raw = project.store.value("SELECT raw FROM batches WHERE lid=? AND number=?", (lid, number))
        try:
            opened = open_batch(envelope.parse(bytes(raw)), project.store.epoch_key, LIMITS)
        except SyncError:
            # The chain of its log says what is wrong with it.
            continue
        first = opened.batch.header.first_seq
        kept = _kept_changes(project, lid, first, opened.batch.header.last_seq)
        changes = [one for transaction in opened.block.transactions for one in transaction.changes]
        for seq, change in enumerate(changes, start=first):
            fields = to_json(dict(change.fields))
            found += (change.kind, change.record, change.verb, fields) not in kept.get(seq, ())
    return found


def _kept_changes(
    project: Project, lid: int, first: int, last: int
) -> dict[int, list[tuple[str, bytes, int, str]]]:
    """Kind, record, verb and fields of the changes of a log, by their number."""
    kind, span = project.ledger.registers.kind, (lid, first, last)
    kept: dict[int, list[tuple[str, bytes, int, str]]] = defaultdict(list)
    for seq, kid, record, data in project.store.rows(
        "SELECT seq, kid, id, ifnull(base, data) FROM records WHERE lid=? AND seq BETWEEN ? AND ?",
        span,
    ):
        kept[seq].append((kind(kid), record, Verb.CREATE, data))
    for seq, kid, record, verb, fields in project.store.rows(
        "SELECT e.seq, r.kid, r.id, e.verb, e.fields FROM edits e JOIN records r USING(rid) "
        "WHERE e.lid=? AND e.seq BETWEEN ? AND ?", span
    ):  # fmt: skip
        kept[seq].append((kind(kid), record, verb, fields))
    return kept


def _sources(project: Project) -> list[str]:
    if unlike_batches(project):
        return [_("Some records are kept otherwise than they were signed.")]
    return []


def _wrongly_shown(project: Project) -> list[int]:
    """Records that several changes made and that show something else than those changes give.

    A record made by one change is that change; its digest speaks for it.
    """
    return [
        rid
        for rid, data in project.store.rows("SELECT rid, data FROM records WHERE base NOT NULL")
        if to_json(project.ledger.merging.state(rid).values) != data
    ]


def _projections(project: Project) -> list[str]:
    """Tables by kind, search and digests are what the merged records say."""
    store, problems = project.store, []
    for kind in KINDS:
        wrong = store.value(
            f"SELECT count(*) FROM (SELECT rid FROM records r JOIN kinds k USING(kid) "
            f'WHERE k.name=? AND r.state & 1 EXCEPT SELECT rid FROM "{table(kind)}")',
            (kind,),
        )
        if wrong:
            problems.append(_("The table of “{kind}” lacks records.").format(kind=kind))
    if _wrongly_shown(project):
        problems.append(_("Some records do not show what was written in them."))
    store.run(f"INSERT INTO {SEARCH}({SEARCH}) VALUES('integrity-check')")
    for sid, kept in store.rows("SELECT sid, digest FROM spaces"):
        if project.ledger.merging.recomputed_digest(sid) != bytes(kept or bytes(DIGEST_BYTES)):
            problems.append(_("A digest does not follow from the records it covers."))
    return problems
