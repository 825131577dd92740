"""How much of everybody's disks a device fills in a space, and which files have no room there.

Words go first: batches are counted alone, so that replicas which know the same roster hold the same
batches. Files are counted in the order in which a device named them, after all its batches.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from app.models.attachments.refs import namings
from sync import envelope
from sync.attachments import Attachment, shape
from sync.roster.view import DEVICE_BYTES, WITH_FILES_BYTES

if TYPE_CHECKING:
    from app.models.project import Project

USUAL: Final = (DEVICE_BYTES, WITH_FILES_BYTES)
"""Bytes of words, and of words with files, a device may put into a space if nobody said otherwise."""


@dataclass(frozen=True)
class Beyond:
    """Whose room a file has none in, and how many bytes that room has."""

    device: bytes
    limit: int


def batch_bytes(project: Project, device: bytes, space: bytes) -> int:
    """Bytes of a device's batches in a space, as they were sealed, whatever was erased since."""
    rows = project.store.rows(
        "SELECT substr(b.raw, 1, ?) FROM batches b JOIN logs l USING(lid) "
        "JOIN spaces s USING(sid) WHERE l.device=? AND s.space=?",
        (envelope.HEADER_BYTES, device, space),
    )
    return sum(envelope.sealed_size(bytes(raw)) for (raw,) in rows)


def files_beyond(project: Project, files: Sequence[Attachment]) -> dict[bytes, Beyond]:
    """Of these files, by name, those with no room left in what any device that named them may fill."""
    if not files or _have_room_for_certain(project, files):
        return {}
    fits: set[bytes] = set()
    refused: dict[bytes, Beyond] = {}
    for (device, space), named in _named(project).items():
        limit = project.roster.view().quota_with_files(device)
        used = batch_bytes(project, device, space)
        for name, size in named.items():
            used += size
            if used <= limit:
                fits.add(name)
            else:
                refused.setdefault(name, Beyond(device, limit))
    return {name: why for name, why in refused.items() if name not in fits}


def _have_room_for_certain(project: Project, files: Sequence[Attachment]) -> bool:
    """Whether nobody was told a quota, and all files together are less than one device may put."""
    together = sum(shape(one.size).sealed for one in files)
    return not project.roster.view().quotas and together <= WITH_FILES_BYTES - DEVICE_BYTES


def _named(project: Project) -> dict[tuple[bytes, bytes], dict[bytes, int]]:
    """By device and space: the sealed sizes of the files it named, in the order it did."""
    found: dict[tuple[bytes, bytes], dict[bytes, int]] = defaultdict(dict)
    logs = {log.lid: log for log in project.ledger.registers.logs()}
    for lid, _seq, file in sorted(
        namings(project), key=lambda one: (logs[one[0]].log, one[1], one[2].name)
    ):
        device = logs[lid].device
        if device is not None:
            found[device, file.space].setdefault(file.name, shape(file.size).sealed)
    return found
