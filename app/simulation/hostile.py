"""Whoever owns the share, or a member gone wrong, puts files there that no program of ours makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.simulation.machines import Machine
from app.simulation.versions import LATER, is_later, lies_in_place
from sync import envelope, layout
from sync.crypto import KeyPair
from sync.errors import SyncError
from sync.ids import token

if TYPE_CHECKING:
    from app.simulation.world import World


def do_forge(world: World, machine: Machine) -> None:
    """One file, where nothing lay yet or beside what lies there."""
    place, chance = world.chance.choice(world.places), world.chance
    # Moved to the place its header names, what was forged "as if later" could be told from a real one
    # only by its signature, which those who watch for older Kipus do not read.
    batches = sorted(
        path for path, raw in place.files.items()
        if path.startswith("spaces/") and (not is_later(raw) or lies_in_place(path, raw))
    )  # fmt: skip
    if not batches or place.state != "there":
        return
    path = chance.choice(batches)
    raw = place.files[path]
    folder, _slash, number = path.rpartition("/")
    kind = chance.choice(["replay later", "replay elsewhere", "rubbish ahead", "stranger", "junk",
                          "another in its place", "as if later"])  # fmt: skip
    if kind == "replay later":
        target, content = _next(place.files, folder), raw
    elif kind == "replay elsewhere":
        other = chance.choice(batches).rpartition("/")[0]
        target, content = _next(place.files, other), raw
    elif kind == "another in its place":
        target, content = path, place.files[chance.choice(batches)]
    elif kind == "as if later":
        target, content = _next(place.files, folder), raw[:4] + bytes((LATER,)) + raw[5:]
    elif kind == "rubbish ahead":
        target, content = _next(place.files, folder), chance.randbytes(300)
    elif kind == "stranger":
        target, content = _next(place.files, folder), _resigned(raw)
    else:
        target = chance.choice(
            [f"{folder}/{number}x", f"{layout.RELAY}/{token(chance.randbytes(16))}/a/00000001",
             f"{layout.ROSTER}/zz/00000001", "spaces/junk/junk/00000001", "wants/junk"]
        )  # fmt: skip
        content = chance.randbytes(50)
    if place.files.get(target) != content:
        place.files[target] = place.forged[target] = content
        world.fault(f"forged: {kind}", f"{place.name}: forged, {kind}")


def _next(files: dict[str, bytes], folder: str) -> str:
    last = max(int(path.rpartition("/")[2]) for path in files
               if path.startswith(folder + "/") and path.rpartition("/")[2].isdecimal())  # fmt: skip
    return f"{folder}/{last + 1:08d}"


def _resigned(raw: bytes) -> bytes:
    """The same batch signed by nobody the project knows."""
    try:
        batch = envelope.parse(raw)
    except SyncError:
        return raw[:-1]
    stranger = KeyPair.generate()
    signature = stranger.sign(batch.raw[: envelope.HEADER_BYTES], b"kipu stranger")
    return raw.replace(batch.signature, signature)
