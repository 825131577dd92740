"""Everything by hand: a project's records as one file, for where no share can be reached."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app.errors import KipuError
from app.i18n import _
from app.models import handed_out, practice
from app.models.commands import syncing
from app.models.faults import explained
from app.models.ledger import Touched
from app.models.project import Project
from app.models.replica import LocalReplica
from app.models.watched_remote import Watch, Watched
from sync import carrying
from sync.attachments import Attachment
from sync.engine import Report
from sync.errors import SyncError
from sync.ids import HASH_BYTES
from sync.ports import Remote
from sync.remotes.archive import ArchiveRemote, writing

# What was seen of a log that parted in two need not be what stands there now.
_LAST_SEEN = """
SELECT s.lid, s.log, max(f.seq) FROM frontiers f JOIN logs s ON s.lid=f.seen_lid
WHERE f.lid IN (SELECT max(lid) FROM logs WHERE device=? GROUP BY sid)
AND NOT EXISTS (SELECT 1 FROM reissued a JOIN logs t USING(lid) WHERE a.log=s.log
    AND t.device=s.device) GROUP BY s.lid
"""


@dataclass(frozen=True)
class Carried:
    """A file that was made: its size in bytes, and what went into it (`report.sent`)."""

    file: Path
    size: int
    report: Report


def carry(
    project: Project,
    path: Path | str,
    device: bytes | None = None,
    essentials: bool = False,
    overwrite: bool = False,
    watch: Watch | None = None,
) -> Carried:
    """Put all this laptop may hand on into one new file; with `essentials` no attachments.

    For one `device` alone, what it said it has seen is left out. `watch` hears how far it is, and
    may stop it by what it raises. The file is there whole, or not at all; nothing counts as sent.
    Raises KipuError.
    """
    project.require_joined()
    practice.require_real(project)
    file = Path(path).expanduser().absolute()
    with _explained(), writing(file, overwrite=overwrite) as archive:
        receiver = _receiver(project, device) if device else None
        report = carrying.carry(
            LocalReplica(project), _watched(archive, watch), receiver, essentials
        )
        handed_out.remember(project.store, project.device)
    return Carried(file, file.stat().st_size, report)


def receive(
    project: Project, path: Path | str, essentials: bool = False, watch: Watch | None = None
) -> tuple[Report, Touched]:
    """Take in what a carried file has that is new here. Nothing is sent, and no share is concerned.

    Raises KipuError with a sentence that says what is safe. What arrived before a fault stays.
    """
    project.require_joined()
    practice.require_real(project)
    replica = _ByHand(project)
    file = Path(path).expanduser().absolute()
    with _explained(), ArchiveRemote(file, carrying.PAPER) as archive:
        report = carrying.receive(replica, _watched(archive, watch), essentials)
    project.back_up_if_due()
    return report, replica.touched


def left_out(project: Project) -> str:
    """What is not in a file made here because this laptop was shut out; empty where it was not."""
    if syncing.belongs(project):
        return ""
    text = _("What was made on this laptop and is not sent is not in the file.")
    return f"{text} {explained(syncing.shut_out(project))}"


class _ByHand(LocalReplica):
    """This laptop as a carried file meets it: a file is no place that anything is known to lie at."""

    def sent(self, location: str, log: bytes) -> int:
        return 0

    def remember_sent(self, location: str, log: bytes, number: int) -> None:
        """What came by hand is still to go everywhere else."""

    def is_attachment_there(self, location: str, name: bytes) -> bool:
        """So that none is to be sent there."""
        return True

    def remember_attachment_there(self, location: str, one: Attachment) -> None:
        """Whoever has the file may never come back with it."""


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except SyncError as error:
        raise KipuError(explained(error)) from error


def _watched(remote: Remote, watch: Watch | None) -> Remote:
    return Watched(remote, watch) if watch else remote


def _receiver(project: Project, device: bytes) -> carrying.Receiver:
    """What a device said it has seen, in what came of it last in each space.

    A laptop that was set back to a copy says so by its next word; one of which no word came since
    lacks what it had before, finds the gap and says so.
    """
    store = project.store
    batches = {
        bytes(log): int(
            store.value(
                "SELECT ifnull(max(number), 0) FROM batches WHERE lid=? AND first_seq+changes-1<=?",
                (lid, seq),
            )
        )
        for lid, log, seq in store.rows(_LAST_SEEN, (device,))
    }
    return carrying.Receiver(device, batches, frozenset(_entries_seen(project, device)))


def _entries_seen(project: Project, device: bytes) -> Iterator[bytes]:
    """Roster entries that the device's last batches name, and all these had seen."""
    rows = project.store.rows(
        "SELECT b.roster_heads FROM batches b JOIN logs l ON l.lid=b.lid AND l.number=b.number "
        "WHERE l.lid IN (SELECT max(lid) FROM logs WHERE device=? GROUP BY sid)",
        (device,),
    )
    packed = b"".join(bytes(heads) for (heads,) in rows)
    heads = {packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)}
    seen: Callable[[bytes], bool] = heads.__contains__
    for entry in project.roster.entries:
        if seen(entry.hash) or project.roster.has_seen(heads, entry):
            yield entry.hash
