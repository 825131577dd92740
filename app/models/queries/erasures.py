"""What was ordered to be erased, and which laptops say they have done it."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import erasures
from app.models.ledger import RecordKey
from app.models.project import Project
from sync.erasure import Erased
from sync.roster import Entry


@dataclass(frozen=True)
class Holder:
    """A laptop that may read the space, or could, and whether it has carried the order out.

    One that `was_shut_out` before it did keeps what it had: it hears of no order any more.
    """

    device: bytes
    code: str
    done: bool
    was_shut_out: bool = False


@dataclass(frozen=True)
class Erasure:
    """One order. `records` are (kind, id); the words are empty where its key is not here."""

    id: bytes
    space: bytes
    records: tuple[tuple[str, bytes], ...]
    reason: str
    person: str
    at_ms: int
    batches: int
    holders: tuple[Holder, ...]


def never_left(project: Project, key: RecordKey) -> bool:
    """Whether no value of a record was made ready to be sent: then nobody else ever had one."""
    return not erasures.find(project, key.space, [Erased(key.kind, key.id, None)]).sealed


def orders(project: Project) -> list[Erasure]:
    """All orders in the spaces this laptop reads, last first."""
    view, found = project.roster.view(), []
    told = {
        (bytes(device), bytes(entry))
        for device, entry in project.store.rows("SELECT device, entry FROM erased_by")
    }
    for entry in reversed(view.erasures):
        wish = erasures.read_order(project, entry)
        if wish is None:
            continue
        holders = tuple(
            Holder(
                one.device, one.code,
                erasures.is_done(project, entry) if one.device == project.device
                else (one.device, entry.hash) in told,
            )
            for one in sorted(view.readers(wish.space), key=lambda one: one.code)
        )  # fmt: skip
        out = tuple(
            Holder(one.device, one.code, done=False, was_shut_out=True)
            for one in view.departed(wish.space)
            if (one.device, entry.hash) not in told and _could_read(project, entry, one.device)
        )
        records = tuple((one.kind, one.record) for one in wish.records)
        found.append(
            Erasure(entry.hash, wish.space, records, wish.reason, wish.person, wish.at_ms,
                    len(entry.body["replaced"]), holders + out)
        )  # fmt: skip
    return found


def _could_read(project: Project, entry: Entry, device: bytes) -> bool:
    """Whether a laptop was let read any of the batches that an order takes something out of."""
    space = bytes(entry.body["space"])
    for batch in entry.body["replaced"]:
        heads = project.store.value(
            "SELECT roster_heads FROM batches WHERE hash=?", (bytes.fromhex(batch),)
        )
        # Of a batch that is not here it is unknown, so it may have been.
        if heads is None or (
            project.roster.view(erasures.split_heads(heads)).role(device, space) is not None
        ):
            return True
    return False
