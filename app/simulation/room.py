"""Quotas in force: what a laptop takes in from others stays within what the roster lets them put."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from pathlib import Path

from app.models.attachments.keeping import lies_here, path_of
from app.models.attachments.refs import namings
from app.simulation.book import Broken
from app.simulation.machines import Machine
from sync import envelope
from sync.attachments import shape
from sync.roster.view import DEVICE_BYTES, WITH_FILES_BYTES

_Owner = tuple[bytes, bytes]
"""A device, in a space."""
_RULE = "nobody fills more than their quota"


@dataclass(frozen=True)
class Filled:
    """What lies at a laptop: bytes of batches by device and space, the files that records name, and
    the paths of all files: one that a backup knew nothing of lies there before it is named again.

    `quotas` is what the laptop has heard by then.
    """

    batches: Mapping[_Owner, int]
    files: frozenset[bytes]
    paths: frozenset[Path]
    quotas: Mapping[bytes, int]


def filled(machine: Machine) -> Filled:
    found: dict[_Owner, int] = defaultdict(int)
    with machine.running():
        for device, space, raw in machine.project.store.rows(
            "SELECT device, space, raw FROM batches JOIN logs USING(lid) JOIN spaces USING(sid)"
        ):
            found[bytes(device), bytes(space)] += envelope.sealed_size(bytes(raw))
        here = {one.name for _lid, _seq, one in namings(machine.project)
                if lies_here(machine.project, one)}  # fmt: skip
        paths = frozenset(machine.project.paths.attachments.glob("*/*"))
    return Filled(found, frozenset(here), paths, machine.project.roster.view().quotas)


def overfilled(machine: Machine, before: Filled, poll: bool = False) -> Iterator[Broken]:
    """What a sync took in that the roster, as this laptop knows it now, leaves no room for.

    A poll that becomes a walk may hear of a quota when batches have come already: whoever set it was
    cut off before the mark.
    """
    after, view = filled(machine), machine.project.roster.view()
    known = (before.quotas, after.quotas) if poll else (after.quotas,)
    for (device, space), used in after.batches.items():
        grew = used > before.batches.get((device, space), 0)
        most = max(quotas.get(device, DEVICE_BYTES) for quotas in known)
        if grew and device != machine.device and used > most:
            code = view.members[device].code if device in view.members else "?"
            yield Broken(_RULE, f"{machine.name} has {used} bytes of batches of {code}")
    came = {name for name in after.files if path_of(machine.project, name) not in before.paths}
    if came and all(known):
        yield from _files(machine, after, came, known)


def _files(
    machine: Machine, after: Filled, came: Set[bytes], known: Sequence[Mapping[bytes, int]]
) -> Iterator[Broken]:
    """Each file that came, where one device named it, in one log: more logs have no one order."""
    logs = machine.project.ledger.registers.logs()
    device_of = {log.lid: log.device for log in logs}
    named = sorted(namings(machine.project), key=lambda one: one[1])
    for name in came:
        lids = {lid for lid, _seq, one in named if one.name == name}
        device = device_of[min(lids)]
        if len(lids) > 1 or sum(log.device == device for log in logs) > 1 or device is None:
            continue
        together: dict[bytes, int] = {}
        for lid, _seq, one in named:
            if lid in lids and one.name in after.files and name not in together:
                together[one.name] = shape(one.size).sealed
                space = one.space
        used = after.batches.get((device, space), 0) + sum(together.values())
        if used > max(quotas.get(device, WITH_FILES_BYTES) for quotas in known):
            yield Broken(_RULE, f"{machine.name} has {used} bytes of batches and files of one")
