"""What lies on the shares when all is healed and quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.simulation.book import Broken
from app.simulation.machines import Machine
from app.simulation.places import Place
from sync import envelope, layout, packs
from sync.errors import SyncError


def erased(places: Sequence[Place], members: Sequence[Machine]) -> Iterator[Broken]:
    """No copy of a batch lies anywhere with what an order that stands took out of it."""
    replaced = members[0].project.roster.view().replaced
    for place in places:
        for path, raw in _batches(place):
            try:
                batch = envelope.parse(raw)
            except SyncError:
                continue
            wanted = replaced.get(batch.hash, ())
            if wanted and batch.replacement not in wanted:
                yield Broken("what is erased lies nowhere", f"{place.name}: {path}")


def _batches(place: Place) -> Iterator[tuple[str, bytes]]:
    for path, raw in place.files.items():
        folder, _slash, name = path.rpartition("/")
        pack = packs.parse_name(name) if folder.startswith(f"{layout.PACKS}/") else None
        if pack is not None:
            try:
                held = packs.split(raw, pack)
            except SyncError:
                continue
            yield from ((f"{path}:{number}", one) for number, one in held.items())
        elif path.startswith(("spaces/", f"{layout.RELAY}/")):
            yield path, raw
