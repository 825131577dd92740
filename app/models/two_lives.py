"""Taking another life's batches in the place of those held, where a cut says which stay.

See docs/decisions/0018. Nothing that could count is given up here for what could not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from app.models.ledger.registers import Log
from app.models.project import Project
from sync.opening import check
from sync.replica import Received, Verdict

Receive = Callable[[bytes], Received]


class _StaysAsItIs(Exception):
    """What was begun is undone."""


def beyond_cut(project: Project, space: bytes) -> Iterator[tuple[Log, int]]:
    """Logs that go beyond what they were cut at, all in vain, each with the number of the next."""
    reissuing = project.ledger.reissuing
    for log, number, _end in reissuing.cut_logs(space):
        first = log.number + 1 if number is None else number + 1
        if first <= log.number and reissuing.is_in_vain(log.log, first):
            yield log, first


def follow_cut(project: Project, receive: Receive, chain: Sequence[bytes]) -> bool:
    """Take batches up to the one a log was cut at; see `sync.replica.Replica.follow_cut`."""
    try:
        with project.ledger.writing():
            _take_instead(project, receive, chain)
    except _StaysAsItIs:
        return False
    return True


def take_in_vain(project: Project, receive: Receive, raw: bytes) -> bool:
    """Take a batch where neither it nor what it stands for counts; see `sync.replica.Replica`."""
    header = check(raw, project.roster).header
    is_in_vain = project.ledger.reissuing.is_in_vain
    try:
        with project.ledger.writing():
            if not is_in_vain(header.log, header.number):
                raise _StaysAsItIs
            _take_instead(project, receive, [raw])
            if not is_in_vain(header.log, header.number):
                raise _StaysAsItIs
    except _StaysAsItIs:
        return False
    return True


def _take_instead(project: Project, receive: Receive, chain: Sequence[bytes]) -> None:
    """Let the log end where the first of these follows, and take them all."""
    header = check(chain[0], project.roster).header
    log = project.ledger.registers.log(header.log)
    if log is None or not project.ledger.reissuing.end_at(log, header.number - 1):
        raise _StaysAsItIs
    if any(receive(raw).verdict is not Verdict.APPLIED for raw in chain):
        raise _StaysAsItIs
