"""A share, or a carried file unzipped, read with a laptop's secret keys and docs/formats, and no Kipu.

    python -m tests.reader.read_share FOLDER SECRET-IN-HEXADECIMAL

prints, for each space that laptop may read, its records with the shown value of every field. The
secret is the Ed25519 seed, the ML-KEM-768 seed and the X25519 secret, 128 bytes. Nothing is imported
from `sync` or `app`: where this cannot be written from the pages alone, the pages are wrong.
"""

from __future__ import annotations

import base64
import struct
import sys
from collections.abc import Iterator, Set
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from tests.reader.block import Transaction, from_json, read_block
from tests.reader.records import Act, Seen, Space, effective, printed
from tests.reader.roster import Entry, Roster, digest, is_signed
from tests.reader.sealed import opened

HEADER = struct.Struct(">4sBBBx16s16s8s16s16s16sQQI32sII32s32s")
SIGNED = 284


def named(identifier: bytes) -> str:
    return base64.b32encode(identifier).decode().rstrip("=").lower()


def derived(key: bytes, salt: bytes, info: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, salt, info.encode()).derive(key)


def unsealed(key: bytes, sealed: bytes, associated: bytes) -> bytes:
    return ChaCha20Poly1305(key).decrypt(bytes(12), sealed, associated)


class Device:
    """The keys of one laptop."""

    def __init__(self, secret: bytes) -> None:
        signing = ed25519.Ed25519PrivateKey.from_private_bytes(secret[:32])
        self.id = digest("kipu device", signing.public_key().public_bytes_raw(), 16)
        self._secret = secret[32:]

    def open(self, sealed: bytes, purpose: bytes) -> bytes:
        return opened(self._secret, sealed, purpose)


@dataclass
class Batch:
    """A batch whose outer form is sound and whose signature is its device's."""

    device: bytes
    log: bytes
    space: bytes
    epoch: bytes
    id: bytes
    number: int
    first_seq: int
    changes: int
    previous: bytes
    hash: bytes
    bare: bytes
    context: bytes
    block: bytes


class Share:
    """A folder with the files of a share, as one laptop may read it."""

    def __init__(self, root: Path, secret: bytes) -> None:
        self.root = root
        self.me = Device(secret)
        self.roster = Roster(path.read_bytes() for path in sorted(root.glob("roster/*/*")))
        self._check_sentinel()
        self.keys = dict(self._epoch_keys())
        # What stands for batches that were written again: by hash of the old one, the changes.
        self.again: dict[bytes, set[tuple[bytes, int]]] = {}
        # Logs of which numbers were written again, each with the first; and what is held of any log.
        self.opened: dict[bytes, int] = {}
        self.held: dict[bytes, list[Batch]] = {}
        self._open_parents()

    def _check_sentinel(self) -> None:
        """A share has its sentinel, what was carried by hand the paper of whoever made it."""
        name, letters = (
            ("share", b"KIPS") if (self.root / "share").exists() else ("carried", b"KIPC")
        )
        raw = (self.root / name).read_bytes()
        assert raw[:5] == letters + b"\1"
        found = from_json(raw[69:].decode())
        assert found["project"] == self.roster.project
        sign = self.roster.sign_key(found["device"])
        assert sign is not None
        assert is_signed(sign, raw[5:69], letters, raw[69:])

    def _epoch_keys(self) -> Iterator[tuple[bytes, bytes]]:
        for entry in self.roster.of_type("epoch"):
            epoch = entry.body["epoch"]
            purpose = b"kipu epoch 1" + self.roster.project + epoch
            for path in self.root.glob(f"keys/*/{named(epoch)}/{named(self.me.id)}"):
                try:
                    key = self.me.open(path.read_bytes(), purpose)
                except (InvalidTag, ValueError):
                    continue
                if self._is_key(entry.body, key):
                    yield epoch, key

    def _stray_key(self, batch: Batch) -> None:
        """The key of an epoch that does not count, which opens what was sealed under it."""
        purpose = b"kipu epoch 1" + self.roster.project + batch.epoch
        for path in self.root.glob(f"keys/*/{named(batch.epoch)}/{named(self.me.id)}"):
            try:
                key = self.me.open(path.read_bytes(), purpose)
                self._context(batch, key)
            except (InvalidTag, ValueError):
                continue
            self.keys[batch.epoch] = key

    def _is_key(self, epoch: dict[str, Any], key: bytes) -> bool:
        """Wraps are signed by nobody; what the roster says was sealed under the key tells."""
        for entry in self.roster.of_type("space"):
            if entry.body["name_epoch"] == epoch["epoch"]:
                name = entry.body["name"]
                try:
                    unsealed(
                        derived(key, name[:16], "kipu roster words 1"), name[16:],
                        entry.body["space"],
                    )  # fmt: skip
                except InvalidTag:
                    continue
                return True
        return any(True for _parent in self._parents(epoch, key))

    def _parents(self, epoch: dict[str, Any], key: bytes) -> Iterator[tuple[bytes, bytes]]:
        for parent, sealed in epoch["parents"].items():
            both = epoch["epoch"] + bytes.fromhex(parent)
            try:
                found = unsealed(derived(key, both, "kipu epoch parent 1"), sealed, both)
            except InvalidTag:
                continue
            yield bytes.fromhex(parent), found

    def _open_parents(self) -> None:
        begun = {entry.body["epoch"]: entry.body for entry in self.roster.of_type("epoch")}
        waiting = list(self.keys)
        while waiting:
            epoch = waiting.pop()
            for parent, key in self._parents(begun[epoch], self.keys[epoch]):
                if parent not in self.keys:
                    self.keys[parent] = key
                    waiting.append(parent)

    # -- batches -----------------------------------------------------------------------------

    def logs(self, space: bytes, void: Set[bytes] = frozenset()) -> Iterator[list[Batch]]:
        """Each log of a space as far as it goes unbroken, without what was written again elsewhere.

        Of batches in `void` that does not hold: what was written again does not count.
        """
        gone: set[bytes] = set()
        while True:
            found = list(self._logs(space, gone))
            again = self._written_again(found)
            more = _last_of(found, again - void) | self._beside_cuts(space, found, gone)
            if not more:
                self.held = {log[0].log: log for log in found if log}
                yield from found
                return
            gone |= more

    def _logs(self, space: bytes, gone: set[bytes]) -> Iterator[list[Batch]]:
        """Each log, but for these batches: loose, from relays or packed."""
        folders = {path.name for path in self.root.glob(f"spaces/{named(space)}/*")}
        folders |= {path.name for path in self.root.glob("relay/*/*")}
        folders |= {path.name for path in self.root.glob(f"packs/{named(space)}/*")}
        for name in sorted(folders):
            batches: list[Batch] = []
            while (batch := self._next(space, name, batches, gone)) is not None:
                batches.append(batch)
            yield batches

    def _written_again(self, logs: list[list[Batch]]) -> set[bytes]:
        """Batches whose author says that they stand in another log, where that is so."""
        readable = [[one for one in log if one.epoch in self.keys] for log in logs]
        by_hash = {one.hash: one for log in readable for one in log}
        owners = {(one.log, one.device) for one in by_hash.values()}
        found = set()
        for log in readable:
            for batch in log:
                claims = _reissued(self._context(batch, self.keys[batch.epoch]))
                for old_log, number, name, seq in claims:
                    if (old_log, batch.device) in owners:
                        self.opened[old_log] = min(number, self.opened.get(old_log, number))
                    old = by_hash.get(name)
                    if old and old.device == batch.device and self._stands(old, log, seq):
                        found.add(name)
                        refs = {(batch.log, at) for at in range(seq, seq + old.changes)}
                        self.again[name] = refs
        return found

    def _stands(self, old: Batch, log: list[Batch], first: int) -> bool:
        """Whether a batch's transactions stand in a log from a change on."""
        there, seq = [], log[0].first_seq
        for one in (one for batch in log for one in self.open(batch)[1]):
            if first <= seq < first + old.changes:
                there.append(one)
            seq += len(one.changes)
        return list(map(_told, self.open(old)[1])) == list(map(_told, there))

    def _limited(self, log: bytes, seq: int, name: bytes) -> int:
        """How far who had seen a log to this batch had seen it as it stands."""
        first, held = self.opened.get(log), self.held.get(log, [])
        fits = any(one.hash == name and one.first_seq <= seq for one in held)
        begins = [one.first_seq for one in held if one.number == first]
        return min(seq, begins[0] - 1) if begins and not fits else seq

    def _beside_cuts(self, space: bytes, logs: list[list[Batch]], gone: set[bytes]) -> set[bytes]:
        """Batches that stand where those belong which lead to the one their log was cut at."""
        found: set[bytes] = set()
        for log in logs:
            held = [one.hash for one in log]
            end = self._cut_at(space, log)
            if end in held or end is None:
                continue
            lying = {one.hash: one for one in self._lying(space, log) if one.hash not in gone}
            while end in lying and end not in held:
                end = lying[end].previous
            kept = held.index(end) + 1 if end in held else 0
            if (kept or end == bytes(32)) and self._seen_by_any(logs).isdisjoint(held[kept:]):
                found.update(held[kept:])
        return found

    def _seen_by_any(self, logs: list[list[Batch]]) -> set[bytes]:
        """The batches that somebody had seen when they wrote."""
        found: set[bytes] = set()
        for batch in (one for log in logs for one in log if one.epoch in self.keys):
            context = self._context(batch, self.keys[batch.epoch])
            _reference, heads, count = struct.unpack_from(">QII", context)
            at = 16 + 32 * heads
            found |= {context[at + 56 * i + 24 : at + 56 * i + 56] for i in range(count)}
        return found

    def _cut_at(self, space: bytes, log: list[Batch]) -> bytes | None:
        """The batch that a log was cut at by who left nothing beyond it, of several the furthest.

        None for a device that may write again.
        """
        name = log[0].log.hex() if log else ""
        role = self.roster.role(log[0].device, space, self.roster.view()) if log else None
        cuts = [
            cut.body["cuts"][name]
            for cut in (self._silencing(log) if self.roster.is_silent(role, space) else ())
            if name in cut.body["cuts"]
        ]
        return min(cuts, key=lambda cut: (-cut[0], cut[1]))[1] if cuts else None

    def _silencing(self, log: list[Batch]) -> list[Entry]:
        """The cuts of a log beyond which nothing counts."""
        space = log[0].space if log else b""
        cuts = self.roster.cuts(log[0].device) if log else []
        return [cut for cut in cuts if self.roster.silences(cut, space)]

    def _lying(self, space: bytes, log: list[Batch]) -> Iterator[Batch]:
        """Every batch of a log that lies anywhere."""
        name = named(log[0].log)
        number = 1
        while found := list(self._under(space, name, number)):
            yield from found
            number += 1

    def _next(self, space: bytes, name: str, before: list[Batch], gone: set[bytes]) -> Batch | None:
        previous = before[-1].hash if before else bytes(32)
        seq = before[-1].first_seq + before[-1].changes if before else 1
        for batch in self._under(space, name, len(before) + 1):
            if batch.hash not in gone and (batch.previous, batch.first_seq) == (previous, seq):
                return batch
        return None

    def _under(self, space: bytes, name: str, number: int) -> Iterator[Batch]:
        """The batches of a log that lie under a number: in its place, relayed or packed."""
        places = [self.root / "spaces" / named(space) / name / f"{number:08d}",
                  *self.root.glob(f"relay/*/{name}/{number:08d}")]  # fmt: skip
        lying = (path.read_bytes() for path in places if path.exists())
        for raw in (*lying, *self._packed(space, name, number)):
            batch = self.parse(raw)
            if batch is not None and (
                batch.space, named(batch.log), batch.number
            ) == (space, name, number):  # fmt: skip
                yield batch

    def _packed(self, space: bytes, name: str, number: int) -> Iterator[bytes]:
        """The batch of a number as it lies in packs."""
        for path in self.root.glob(f"packs/{named(space)}/{name}/*"):
            first, _dash, last = path.name.partition("-")
            if int(first) <= number <= int(last):
                raw = path.read_bytes()
                assert raw[:8] == b"KIPP\1\0\0\0"
                begun, count = struct.unpack_from(">QI", raw, 8)
                sizes = struct.unpack_from(f">{count}I", raw, 20)
                at = 20 + 4 * count + sum(sizes[: number - begun])
                yield raw[at : at + sizes[number - begun]]

    def parse(self, raw: bytes) -> Batch | None:
        """A batch of this project by a device it ever admitted; None for anything else."""
        if len(raw) < SIGNED or raw[:5] != b"KIPB\1" or raw[6] != 1:
            return None
        (_magic, _major, _minor, _suite, project, device, incarnation, space, epoch, batch, number,
         first, changes, previous, context_size, block_size, context_hash, block_hash,
         ) = HEADER.unpack_from(raw)  # fmt: skip
        context, block = raw[SIGNED : SIGNED + context_size], raw[SIGNED + context_size :]
        sign = self.roster.sign_key(device)
        mine = digest("kipu batch", raw[:SIGNED])
        as_sealed = len(block) == block_size and digest("kipu block", block) == block_hash
        sound = (
            project == self.roster.project
            and digest("kipu context", context) == context_hash
            and (as_sealed or digest("kipu replacement", block) in self._ordered(mine))
            and sign is not None
            and is_signed(sign, raw[220:SIGNED], b"kipu batch 1", raw[:220])
        )
        log = digest("kipu log", device + incarnation + space, 16)
        bare = raw[:148] + bytes(72)
        return Batch(device, log, space, epoch, batch, number, first, changes, previous, mine,
                     bare, context, block) if sound else None  # fmt: skip

    def _ordered(self, batch: bytes) -> set[bytes]:
        """Digests of blocks that a coordinator ordered in a batch's place."""
        return {
            entry.body["replaced"][batch.hex()]
            for entry in self.roster.entries.values()
            if entry.type == "erase" and batch.hex() in entry.body["replaced"]
            and self.roster.author_may(entry)
        }  # fmt: skip

    def _context(self, batch: Batch, key: bytes) -> bytes:
        inner = derived(key, batch.id, "kipu batch context")
        return unsealed(inner, batch.context, b"context" + batch.bare)

    def open(self, batch: Batch) -> tuple[bytes, list[Transaction]]:
        """Context and transactions of a batch."""
        key = self.keys[batch.epoch]
        context = self._context(batch, key)
        if batch.block[:8] == b"KIPE\1\1\0\0":
            salt, sealed = batch.block[12:28], batch.block[28:]
            inner = derived(key, salt, "kipu batch replacement")
            plain = unsealed(inner, sealed, b"replacement" + batch.hash)
        else:
            inner = derived(key, batch.id, "kipu batch block")
            plain = unsealed(inner, batch.block, b"block" + batch.bare)
        block = plain[4 : 4 + int.from_bytes(plain[:4])]
        transactions = read_block(block)
        assert sum(len(one.changes) for one in transactions) == batch.changes
        return context, transactions

    def acts(self, space: bytes, void: Set[bytes]) -> Iterator[Act]:
        for batches in self.logs(space, void):
            frontier: dict[bytes, int] = {}
            for batch in batches:
                if batch.epoch not in self.keys:
                    self._stray_key(batch)
                if batch.epoch not in self.keys:
                    break
                context, transactions = self.open(batch)
                seen = self._seen(batch, context, frontier)
                if any(head not in self.roster.entries for head in seen.heads):
                    break
                frontier = dict(seen.frontier)
                seq = batch.first_seq
                for one in transactions:
                    first = (batch.log, seq)
                    at = effective(one.at_ms, seen.reference_ms)
                    for change in one.changes:
                        yield Act((batch.log, seq), change, seen, first, at)
                        seq += 1

    def _seen(self, batch: Batch, context: bytes, before: dict[bytes, int]) -> Seen:
        reference, heads, logs = struct.unpack_from(">QII", context)
        frontier, at = dict(before), 16 + 32 * heads
        for _log in range(logs):
            log, seq, name = struct.unpack_from(">16sQ32s", context, at)
            frontier[log], at = self._limited(log, seq, name), at + 56
        known = tuple(context[16 + 32 * i : 48 + 32 * i] for i in range(heads))
        return Seen(batch.device, known, frontier, reference)

    def spaces(self) -> list[bytes]:
        """The spaces this laptop may read."""
        told = {entry.body["space"] for entry in self.roster.of_type("space")}
        view = self.roster.view()
        return sorted(one for one in told if self.roster.role(self.me.id, one, view) is not None)

    def records(self) -> dict[str, list[dict[str, Any]]]:
        """By space, in hexadecimal, the records that are there."""
        return {space.hex(): self._space(space).records() for space in self.spaces()}

    def _space(self, space: bytes) -> Space:
        """A space's changes; what was written again and does not count replaces nothing."""
        void: set[bytes] = set()
        while True:
            found = Space(self.roster, space, self.acts(space, void))
            withheld = found.unauthorised | found.late
            worthless = {name for name, refs in self.again.items() if refs & withheld}
            if worthless <= void:
                return found
            void |= worthless


def _last_of(logs: list[list[Batch]], those: set[bytes]) -> set[bytes]:
    """The last batches of each log, as far back as they are among those."""
    return {
        one.hash
        for log in logs
        for one in takewhile(lambda batch: batch.hash in those, reversed(log))
    }


def _reissued(context: bytes) -> Iterator[tuple[bytes, int, bytes, int]]:
    """Batches that were written again: log, number, hash, and where their first change stands now."""
    _reference, heads, logs = struct.unpack_from(">QII", context)
    at = 16 + 32 * heads + 56 * logs
    count = int.from_bytes(context[at : at + 4])
    yield from struct.iter_unpack(">16sQ32sQ", context[at + 4 : at + 4 + 64 * count])


def _told(one: Transaction) -> object:
    """What a transaction says, whatever its changes are called and what of it is erased."""
    changes = [(each.verb, each.kind, each.record, each.parent, sorted(each.fields))
               for each in one.changes]  # fmt: skip
    return one.at_ms, one.person, one.label, changes


if __name__ == "__main__":
    print(printed(Share(Path(sys.argv[1]), bytes.fromhex(sys.argv[2])).records()))
