"""Taking several batches of a log at once, for the last: mostly another life's, in the place of ours.

See docs/decisions/0018. Nothing that could count is given up here for what could not, nor what
somebody wrote upon: under its numbers would stand what they never saw. What is given up is kept among
what was set aside, whole, in the same stroke.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.models import set_aside
from app.models.ledger import reissues
from app.models.ledger.registers import Log
from app.models.ledger.sealing import LIMITS
from app.models.project import Project
from sync import layout
from sync.envelope import batch_hash
from sync.exchange_receiving import Forked
from sync.opening import NoKey, Opened, check, open_batch
from sync.replica import Received, Verdict
from sync.roster.state import UnknownPast


class Receive(Protocol):
    def __call__(self, raw: bytes, on_the_way: bool) -> Received: ...


class _StaysAsItIs(Exception):
    """What was begun is undone."""


def beyond_cut(project: Project, space: bytes) -> Iterator[tuple[Log, int]]:
    """Logs that go beyond what they were cut at, all in vain, each with the number of the next."""
    reissuing = project.ledger.reissuing
    for log, number, _end in reissuing.cut_logs(space):
        first = log.number + 1 if number is None else number + 1
        if first <= log.number and reissuing.is_in_vain(log.lid, first):
            yield log, first


def follow_cut(project: Project, receive: Receive, log: bytes, chain: Sequence[bytes]) -> bool:
    """Take batches up to the one a log was cut at; see `sync.replica.Replica.follow_cut`."""
    at, opened = _fitting(project, log, chain)
    reissuing = project.ledger.reissuing
    return (
        at is not None
        and not reissuing.counts_beyond(at.lid, opened[-1].batch.header.last_seq)
        and not reissuing.is_built_upon(at, opened[0].batch.header.number)
        and _take_instead(project, receive, at, opened)
    )


def take_followed(project: Project, receive: Receive, log: bytes, chain: Sequence[bytes]) -> bool:
    """Take batches for the last of them; see `sync.replica.Replica.take_followed`."""
    try:
        with project.ledger.writing():
            _take_all(project, receive, log, chain)
    except _StaysAsItIs:
        return False
    return True


def take_in_vain(project: Project, receive: Receive, log: bytes, chain: Sequence[bytes]) -> bool:
    """Take batches where neither they nor what they stand for counts; see `sync.replica.Replica`."""
    at, opened = _fitting(project, log, chain)
    reissuing = project.ledger.reissuing
    return (
        at is not None
        and not reissuing.is_named(at)
        and reissuing.is_in_vain(at.lid, opened[0].batch.header.number)
        and _take_instead(project, receive, at, opened, in_vain=True)
    )


def _fitting(
    project: Project, log: bytes, chain: Sequence[bytes]
) -> tuple[Log | None, list[Opened]]:
    """The log and its batches opened; no log where they are not its own, count no more, or wait.

    Raises SyncError when one can never be applied. Nothing is taken back for what does not fit.
    """
    ledger, roster = project.ledger, project.roster
    batches = [check(raw, roster) for raw in chain]
    at = ledger.registers.log(log)
    named = {(one.header.log, one.header.device) for one in batches}
    if at is None or named != {(log, at.device)} or ledger.reissuing.replaces(batches[-1]):
        return None, []
    try:
        opened = [open_batch(one, project.store.epoch_key, LIMITS) for one in batches]
        for one in opened:
            roster.view(one.context.roster_heads)
    except (NoKey, UnknownPast):
        return None, []
    return at, opened


def _take_instead(
    project: Project, receive: Receive, log: Log, opened: Sequence[Opened], in_vain: bool = False
) -> bool:
    """Let the log end where the first of these follows, and take them all; ours is written again."""
    ledger, first = project.ledger, opened[0].batch.header.number
    if log.device == project.device and first <= log.number:
        project.begin_incarnation({log.log: first})
        log = ledger.registers.log(log.log) or log
    try:
        with ledger.writing():
            _keep_aside(project, log, first)
            if not ledger.reissuing.end_at(log, first - 1):
                raise _StaysAsItIs
            _take_all(project, receive, log.log, [one.batch.raw for one in opened])
            if in_vain and not ledger.reissuing.is_in_vain(log.lid, first):
                raise _StaysAsItIs
    except _StaysAsItIs:
        return False
    return True


def _take_all(project: Project, receive: Receive, log: bytes, chain: Sequence[bytes]) -> None:
    """Raises _StaysAsItIs unless all of these stay; what was written again does for what follows."""
    if any(receive(raw, on_the_way=True).verdict is not Verdict.APPLIED for raw in chain):
        raise _StaysAsItIs
    project.ledger.reissuing.settle()
    at = project.ledger.registers.log(log)
    if at is None or at.head != batch_hash(chain[-1]):
        raise _StaysAsItIs


def _keep_aside(project: Project, log: Log, first: int) -> None:
    """What a log has from a batch on, but for what stands in another log of its author's."""
    store, space = project.store, project.ledger.registers.space(log.sid)
    for number, name, raw in store.rows(
        "SELECT number, hash, raw FROM batches WHERE lid=? AND number>=?", (log.lid, first)
    ):
        if not reissues.claims(store, bytes(name), log.device):
            path, at = layout.batch(space, log.log, number), project.ledger.now_ms()
            set_aside.keep_whole(store, path, bytes(raw), Forked.default_code, at)
