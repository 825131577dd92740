"""What lies on the shares when all is healed and quiet."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from app.models.erasures import held
from app.simulation.book import Broken
from app.simulation.machines import Machine
from app.simulation.places import Place
from sync import envelope, layout, packs
from sync.errors import SyncError
from sync.ids import token


def erased(places: Sequence[Place], members: Sequence[Machine]) -> Iterator[Broken]:
    """No batch lies where it belongs with what an order that stands took out of it.

    What somebody put elsewhere on purpose, or back, they could as well have kept for themselves.
    """
    if not members:
        return
    replaced = members[0].project.roster.view().replaced
    for place in places:
        for path, batch in _batches(place):
            wanted = replaced.get(batch.hash, ())
            if (
                wanted
                and batch.replacement not in wanted
                and not _is_torn(batch, members)
                and not _left_behind(batch, members)
            ):
                yield Broken("what is erased lies nowhere", f"{place.name}: {path}")


def _is_torn(batch: envelope.Batch, members: Sequence[Machine]) -> bool:
    """Whether what stands for erased values opens for nobody: who reads it will want it anew.

    A batch's own block is signed; this is only named by an order, and torn it bears another name.
    """
    keys = [one.project.store.epoch_key(batch.header.epoch) for one in members]
    return batch.replacement is not None and not any(
        key is not None and envelope.opens(batch, key) for key in keys
    )


def _left_behind(batch: envelope.Batch, members: Sequence[Machine]) -> bool:
    """Whether who ordered it erased is gone, and so is everybody who ever had the batch.

    It lies behind one that is torn and that nobody has: nobody can read it again, nor replace it.
    """
    here = {one.project.device for one in members}
    orders = members[0].project.roster.view().erasures
    by = {one.author for one in orders if batch.hash.hex() in one.body["replaced"]}
    return by.isdisjoint(here) and not any(held(one.project, batch.hash) for one in members)


def _batches(place: Place) -> Iterator[tuple[str, envelope.Batch]]:
    for path, raw in place.files.items():
        if place.forged.get(path) == raw:
            continue
        folder, _slash, name = path.rpartition("/")
        pack = packs.parse_name(name) if folder.startswith(f"{layout.PACKS}/") else None
        if pack is not None or path.startswith(("spaces/", f"{layout.RELAY}/")):
            try:
                found = packs.split(raw, pack) if pack is not None else {int(name): raw}
                for number, one in found.items():
                    batch = envelope.parse(one)
                    if batch.header.number == number and _is_in_place(folder, batch.header):
                        yield path, batch
            except (SyncError, ValueError):
                continue


def _is_in_place(folder: str, header: envelope.Header) -> bool:
    top, log = folder.partition("/")[0], token(header.log)
    space = folder.split("/")[1] if top != layout.RELAY else token(header.space)
    return (space, folder.rpartition("/")[2]) == (token(header.space), log)
