"""Makes the frozen files beside this one: `python -m tests.vectors.make NAME…`.

They were made once. What a released Kipu wrote must be read for ever, so one that a test refuses is
never made anew: the program is mended, or a new version of the format gets files of its own.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sync import columns, crypto, engine, envelope, layout, members
from sync.changes import Change, Ref, Transaction, Verb
from sync.crypto import KeyPair
from sync.envelope import Context, Header, Seen
from sync.ids import device_id
from sync.roster import ROOT, Entry, Roster, author_entry, root_entry
from sync.values import ERASED
from tests.reader.sealed import shared_secret

HERE = Path(__file__).parent
CODE = b"c" * 18
SPACE, EPOCH, NEXT, INCARNATION = b"s" * 16, b"e" * 16, b"f" * 16, b"i" * 8
KEY, NEXT_KEY = b"k" * 32, b"m" * 32
COMMON_ROLES = {"*": "coordinator"}


def pair(number: int) -> KeyPair:
    return KeyPair(bytes([number]) * 32, bytes([number]) * 64, bytes([number]) * 32)


ROOT_KEYS, ANA, BETO = pair(1), pair(2), pair(3)


class Writer:
    """Writes entries of a roster, each having seen all before it."""

    def __init__(self) -> None:
        self.roster = Roster([root_entry(ROOT_KEYS, b"n" * 16)])

    def add(self, by: KeyPair, kind: str, **body: Any) -> Entry:
        author = ROOT if by is ROOT_KEYS else device_id(by.sign_public)
        last = self.roster.last_of(author)
        number, previous = (last.number + 1, last.hash) if last and last.number else (1, bytes(32))
        entry = author_entry(
            by, author, number, previous, self.roster.heads(),
            {"type": kind, "project": self.roster.project, **body},
        )  # fmt: skip
        self.roster.add(entry)
        return entry


def roster() -> Roster:
    """One entry of every type, and of one that is not known."""
    made = Writer()
    for by, who, code, roles in (
        (ROOT_KEYS, ANA, "L1", COMMON_ROLES), (ANA, BETO, "L2", {SPACE.hex(): "secretary"})
    ):  # fmt: skip
        made.add(
            by, "admit", device=device_id(who.sign_public), sign=who.sign_public,
            seal=who.seal_public, code=code, roles=roles,
        )  # fmt: skip
    made.add(ANA, "epoch", space=SPACE, epoch=EPOCH, parents={})
    words = members.seal_words(KEY, SPACE, {"name": "Arajuno", "code": "ARJ"})
    made.add(ANA, "space", space=SPACE, name_epoch=EPOCH, name=words)
    kinds = {"*": {"space": {"secretary": "cedx", "coordinator": "cedxa"}, "common": {}}}
    made.add(ANA, "policy", kinds=kinds)
    made.add(ANA, "quota", device=device_id(BETO.sign_public), bytes=1_000_000)
    sealed = members.seal_parent(NEXT_KEY, NEXT, EPOCH, KEY)
    made.add(ANA, "epoch", space=SPACE, epoch=NEXT, parents={EPOCH.hex(): sealed})
    order = members.seal_words(NEXT_KEY, SPACE, {"records": "[]", "reason": "ley"})
    made.add(ANA, "erase", space=SPACE, epoch=NEXT, replaced={"07" * 32: b"\x08" * 32}, order=order)
    beto = {"device": device_id(BETO.sign_public), "cuts": {"0a" * 16: [7, b"\x09" * 32]}}
    made.add(ANA, "grant", roles={SPACE.hex(): "observer"}, roster_cut=0, **beto)
    made.add(ANA, "something-later", anything=[1, None, "ñ", b"\x00", {"a": 2.5}])
    made.add(ANA, "revoke", roster_cut=0, **beto)
    return made.roster


def make_roster() -> Any:
    made, beto = roster(), device_id(BETO.sign_public)
    return {
        "about": "docs/formats/roster.md: entries in order; what each is called; what follows",
        "project": made.project.hex(),
        "entries": [
            {"hash": e.hash.hex(), "author": e.author.hex(), "n": e.number, "type": e.type,
             "raw": e.raw.hex()} for e in made.entries
        ],
        "roles_of_the_second_after_each": [
            made.view([entry.hash]).role(beto, SPACE) for entry in made.entries
        ],
        "current_epochs": [one.hex() for one in made.view().current_epochs(SPACE)],
        "keys": {"epoch": EPOCH.hex(), "key": KEY.hex(), "next": NEXT.hex(),
                 "next_key": NEXT_KEY.hex()},
    }  # fmt: skip


def make_papers() -> Any:
    project, entries = roster().project, roster().entries[:3]
    request = members.make_request(BETO, "BT", b"r" * 16)
    return {
        "about": "docs/formats/papers.md and carried.md; secrets are 32 + 64 + 32 bytes",
        "project": project.hex(), "space": SPACE.hex(), "epoch": EPOCH.hex(), "key": KEY.hex(),
        "code": CODE.hex(),
        "secrets": {"root": ROOT_KEYS.secret.hex(), "ana": ANA.secret.hex(),
                    "beto": BETO.secret.hex()},
        "publics": {"sign": BETO.sign_public.hex(), "seal": BETO.seal_public.hex(),
                    "device": device_id(BETO.sign_public).hex()},
        "exact": {
            "request": request.raw.hex(),
            "sentinel": members.make_sentinel(ANA, project, b"h" * 16).hex(),
            "heads": members.make_heads(ANA, project, SPACE, {b"l" * 16: (7, b"v" * 32)}).hex(),
            "wants": members.make_wants(ANA, project, ["keys/a/b/c", "spaces/a/b/1"]).hex(),
            "done": members.make_done(ANA, project, [b"d" * 32, b"a" * 32]).hex(),
            "carried": members.make_carried(ANA, project, b"z" * 16, None).hex(),
            "carried_for": members.make_carried(
                ANA, project, b"z" * 16, device_id(BETO.sign_public)).hex(),
            "root": members.wrap_root(ROOT_KEYS, CODE, project).hex(),
            "parent": members.seal_parent(NEXT_KEY, NEXT, EPOCH, KEY).hex(),
        },
        "sealed": {
            "grant": members.make_grant(ANA, request, entries, {EPOCH: KEY}, b"root key").hex(),
            "epoch": members.wrap_epoch(BETO.seal_public, project, EPOCH, KEY).hex(),
            "words": members.seal_words(KEY, SPACE, {"name": "Arajuno"}).hex(),
        },
    }  # fmt: skip


def make_sealed() -> Any:
    """One of each that is sealed to a key pair, with what opens it and what is inside."""
    project, inside = roster().project, b"the signed paper of a grant"

    def one(to: KeyPair, purpose: bytes, sealed: bytes, plain: bytes) -> Mapping[str, str]:
        shared = shared_secret(to.secret[32:], sealed)
        return {"secret": to.secret.hex(), "purpose": purpose.hex(), "plain": plain.hex(),
                "shared": shared.hex(), "sealed": sealed.hex()}  # fmt: skip

    epoch = b"kipu epoch 1" + project + EPOCH
    paper = crypto.seal_to(BETO.seal_public, inside, b"kipu grant 1")
    return {
        "about": "docs/formats/papers.md, Sealed to a device: secrets are 32 + 64 + 32 bytes; shared "
        "is what X-Wing gives",
        "sealed": {
            "paper": one(BETO, b"kipu grant 1", paper, inside),
            "epoch": one(BETO, epoch, members.wrap_epoch(BETO.seal_public, project, EPOCH, KEY), KEY),
            "root": one(ROOT_KEYS, epoch,
                        members.wrap_epoch(ROOT_KEYS.seal_public, project, EPOCH, KEY), KEY),
        },
    }  # fmt: skip


RECORD, OTHER, PERSON = (bytes([number]) * 16 for number in (0x11, 0x22, 0x33))


def stories() -> Mapping[str, list[Transaction]]:
    """Transactions that meet every kind of column, every verb and every way to replace."""

    def many(*cells: object) -> list[Transaction]:
        rows = (Change(Verb.CREATE, "x", n.to_bytes(16), None, {"v": cell})  # type: ignore[dict-item]
                for n, cell in enumerate(cells))  # fmt: skip
        return [Transaction(1_700_000_000_000, PERSON, None, "", tuple(rows))]

    words = [f"palabra {n % 7} y otra {n % 3}" for n in range(40)]
    first = Change(
        Verb.CREATE, "person", RECORD, ("place", OTHER),
        {"name": "Eva ñ", "age": 41, "none": None, "yes": True, "gone": ERASED,
         "raw": b"\x00\xff", "list": [1, {"a": [2.5]}], "free": "0x1"},
    )  # fmt: skip
    later = (
        Change(Verb.EDIT, "person", RECORD, None, {"age": 42}, {"age": (Ref(b"l" * 16, 1),)}),
        Change(Verb.DELETE, "person", RECORD, None, {},
               {"": (Ref(b"l" * 16, 1),), "*": (Ref(b"l" * 16, 1), Ref(b"m" * 16, 9))}),
        Change(Verb.CLOSE, "meeting", OTHER, None, {"number": "001-2026"}, {"": ()}),
        Change(Verb.ADMIT, "meeting", OTHER, None, {}, {"": (Ref(b"m" * 16, 10),)}),
    )  # fmt: skip
    return {
        "verbs": [Transaction(1_760_000_000_000, PERSON, b"c" * 16, "add", (first,)),
                  Transaction(-5, OTHER, None, "later", later)],
        "nothing": [],
        "integers": many(*range(-5, 60), 2**62, -(2**62)),
        "decimals": many(*(n / 100 for n in range(1, 90))),
        "doubles": many(*(1 / n for n in range(1, 40)), 1e300, -0.5),
        "counters": many(*(f"ARJ-{n:05d}" for n in range(1, 50))),
        "dates": many(*(f"2026-11-{n:02d}" for n in range(1, 31))),
        "moments": many(*(f"2026-11-22T05:{n:02d}:07.{n:03d}-05:00" for n in range(60))),
        "ids": many(*(f"0123456789abcdef0123456789abcd{n:02x}" for n in range(9)),
                    *(n.to_bytes(16) for n in range(30))),
        "uuids": many(*(f"00000000-0000-4000-8000-0000000000{n:02x}" for n in range(30))),
        "words": many(*words),
        "choices": many(*(["si", "no", "", None, False][n % 5] for n in range(60))),
        "mixed": many(*([1, "uno", 1.5, None, b"u", [1]][n % 6] for n in range(36))),
    }  # fmt: skip


def make_blocks() -> Any:
    return {
        "about": "docs/formats/block.md; what each holds stands in make.py beside",
        "blocks": {
            name: columns.encode(one, {PERSON: "Rosa Andi"}, bytes(range(16))).hex()
            for name, one in stories().items()
        },
    }


def batches() -> tuple[bytes, bytes, bytes]:
    """Two batches of one log, and the second with its block replaced."""
    project = roster().project
    device = device_id(BETO.sign_public)
    blocks = [columns.encode(stories()[name], {}, bytes(16)) for name in ("verbs", "integers")]
    header = Header(
        project, device, INCARNATION, SPACE, EPOCH, b"b" * 16, 1, 1, 5, envelope.NO_HASH
    )
    heads = (roster().entries[6].hash,)
    first = envelope.seal(header, Context(0, heads, {}), blocks[0], KEY, BETO)
    follows = Header(
        project, device, INCARNATION, SPACE, NEXT, b"B" * 16, 2, 6, 67, envelope.batch_hash(first)
    )
    context = Context(77, heads, {b"l" * 16: Seen(9, b"h" * 32)})
    second = envelope.seal(follows, context, blocks[1], NEXT_KEY, BETO)
    return first, second, envelope.seal_replacement(envelope.parse(second), blocks[1], NEXT_KEY)


def make_batches() -> Any:
    first, second, replaced = batches()
    return {
        "about": "docs/formats/batch.md; secrets, keys and roster are those of papers.json, roster.json",
        "log": envelope.parse(first).header.log.hex(),
        "hashes": [envelope.batch_hash(one).hex() for one in (first, second)],
        "first": first.hex(), "second": second.hex(), "replaced": replaced.hex(),
    }  # fmt: skip


def make_share() -> Any:
    """A small share as two laptops left it, with what each must read there."""
    os.environ["KIPU_KDF"] = "floor"
    from app.models.commands import erasing, membership, records
    from tests.models.laptops import PASSPHRASE, PROJECT, Laptop, join, settle
    from tests.reader.read_share import Share
    from tests.reader.unpacked import unpacked
    from tests.sync.sharing import MemoryRemote

    with tempfile.TemporaryDirectory() as folder:
        made = membership.create_project(Path(folder) / "l1", PROJECT, "Rosa Andi", PASSPHRASE)
        ana = Laptop(Path(folder) / "l1", made.project)
        membership.add_space(ana.project, "Arajuno")
        beto = join(ana, Path(folder) / "l2", "Beto", "secretary")
        remote = MemoryRemote()
        engine.found(ana.replica, remote)
        keys = [ana.person(name) for name in ("Eva", "Ida", "Olga", "Uma")]
        settle(remote, ana, beto)
        for one, known in ((ana, "Evita"), (beto, "La Eva")):
            one.edit(keys[0], known_as=known)
        records.delete(beto.project, keys[1])
        ana.edit(keys[1], name="Ida María")
        settle(remote, ana, beto)
        erasing.erase(ana.project, keys[2], ["name"], reason="ley")
        records.delete(ana.project, keys[3])
        settle(remote, ana, beto)
        found = {
            "about": "A whole share: docs/formats. Files in hexadecimal; what each laptop reads there",
            "code": made.project_code,
            "files": {path: data.hex() for path, data in sorted(remote.files.items())
                      if not path.startswith(layout.NEWS)},
            "devices": [
                {"secret": one.project.keys.secret.hex(), "digests": one.digests(),
                 "records": Share(unpacked(remote.files, Path(folder) / f"s{number}"),
                                  one.project.keys.secret).records()}
                for number, one in enumerate((ana, beto))
            ],
        }  # fmt: skip
        for one in (ana, beto):
            one.close()
    return found


MAKERS: Mapping[str, Callable[[], Any]] = {
    "roster": make_roster, "papers": make_papers, "sealed": make_sealed, "blocks": make_blocks,
    "batches": make_batches, "share": make_share,
}  # fmt: skip


if __name__ == "__main__":
    for name in sys.argv[1:]:
        text = json.dumps(MAKERS[name](), ensure_ascii=False, indent=1)
        (HERE / f"{name}.json").write_text(text + "\n", "utf-8")
