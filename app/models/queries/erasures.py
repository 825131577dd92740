"""What was ordered to be erased, and which laptops say they have done it."""

from __future__ import annotations

from dataclasses import dataclass

from app.models import erasures
from app.models.ledger import RecordKey
from app.models.project import Project
from sync.erasure import Erased


@dataclass(frozen=True)
class Holder:
    """A laptop that may read the space, and whether it has carried the order out."""

    device: bytes
    code: str
    done: bool


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
        records = tuple((one.kind, one.record) for one in wish.records)
        found.append(
            Erasure(entry.hash, wish.space, records, wish.reason, wish.person, wish.at_ms,
                    len(entry.body["replaced"]), holders)
        )  # fmt: skip
    return found
