"""What a hostile device can put on a share: batches its own program would never have made."""

from __future__ import annotations

from collections.abc import Mapping

from app.models.ledger import RecordKey
from app.models.ledger.registers import Standing
from app.models.queries import conflicts
from app.models.queries import records as reading
from sync import columns, envelope
from sync.changes import Change, Ref, Transaction
from sync.envelope import Context, Header, Seen
from sync.replica import Verdict
from tests.models.laptops import NOW_MS, Laptop


def forge(
    laptop: Laptop,
    *changes: Change,
    space: bytes | None = None,
    frontier: Mapping[bytes, Seen] | None = None,
    at_ms: int = NOW_MS,
    reference: int = 0,
) -> bytes:
    """A batch a device seals with its own key, past every check of its own program."""
    ledger, space = laptop.project.ledger, space or laptop.space()
    ledger.seal()
    log = ledger.registers.log(ledger.author.log(space))
    number, seq, head = (log.number, log.seq, log.head) if log else (0, 0, bytes(32))
    epoch, key = ledger.sealing.writing_epoch(space)
    block = columns.encode(
        [Transaction(at_ms, ledger.author.person, None, "forged", changes)],
        {ledger.author.person: "Nadie"},
    )
    header = Header(
        laptop.project.roster.project, laptop.device, ledger.author.incarnation, space, epoch,
        envelope.new_batch_id(), number + 1, seq + 1, len(changes), head,
    )  # fmt: skip
    context = Context(reference, laptop.project.roster.heads(), frontier or {})
    return envelope.seal(header, context, block, key, laptop.project.keys)


def everywhere(raw: bytes, *laptops: Laptop) -> None:
    for one in laptops:
        assert one.replica.receive(raw).verdict is Verdict.APPLIED


def standings(laptop: Laptop) -> list[Standing]:
    return [one.standing for one in conflicts.withheld(laptop.project)]


def head(laptop: Laptop, key: RecordKey, name: str) -> tuple[Ref, ...]:
    return reading.heads(laptop.project, key)[name]
