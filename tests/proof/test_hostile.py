"""What comes from outside may be made to do harm: it is refused in a sentence and changes nothing."""

from __future__ import annotations

import dataclasses
import io
import os
import random
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
import zstandard

from app.models import checking, spaces
from app.models.commands import syncing
from app.models.project import Project
from sync import envelope, layout
from sync.columns import decoding, encoding
from sync.columns.streams import uint
from sync.ids import token
from tests.journeys.desk import PARISH, Desk, World
from tests.proof.meter import Cost, measured, within


@pytest.fixture(scope="module")
def waiting(template: World, tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world in which the facilitator has sent two batches that nobody has taken in yet."""
    world = template.copy(tmp_path_factory.mktemp("waiting") / "w")
    new = ["record", "new", "person", "name=Ana", "--space", PARISH]
    world.facilitator.batch(new, ["sync", world.location], new, ["sync", world.location])
    return world


@pytest.fixture
def attacked(waiting: World, tmp_path: Path) -> World:
    return waiting.copy(tmp_path / "attacked")


def sent(world: World) -> list[Path]:
    """The facilitator's batches on the share, in order."""
    project = world.facilitator.open()
    try:
        space = spaces.find(project, PARISH).id
        log = project.ledger.author.log(space)
        return [world.share / "KIPU" / layout.batch(space, log, number) for number in (1, 2)]
    finally:
        project.close()


@dataclasses.dataclass
class Victim:
    """The coordinator's laptop, open in this process, about to take in what an attacker left."""

    world: World
    project: Project

    def digest(self) -> str:
        return checking.digest(self.project, spaces.find(self.project, PARISH).id)

    def takes(self) -> list[str]:
        """Sync; returns the codes of what was set aside or looked wrong."""
        report, _touched = syncing.sync(self.project, self.world.location)
        for note in (*report.quarantined, *report.warnings):
            assert syncing.told(note)
        return [note.code for note in (*report.quarantined, *report.warnings)]

    def is_untouched_by(self, path: Path, content: bytes) -> list[str]:
        """Put `content` in the place of a file, and nothing may come of it but a note."""
        before = self.digest()
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
        notes = self.takes()
        assert self.digest() == before
        return notes


@pytest.fixture
def victim(attacked: World) -> Iterator[Victim]:
    project = attacked.coordinator.open()
    found = Victim(attacked, project)
    yield found
    assert checking.verify(project) == []
    project.close()


def heals(victim: Victim, path: Path, whole: bytes) -> None:
    """With the true bytes back in their place, all of it arrives."""
    path.write_bytes(whole)
    victim.takes()
    project = victim.world.facilitator.open()
    try:
        theirs = checking.digest(project, spaces.find(project, PARISH).id)
    finally:
        project.close()
    assert victim.digest() == theirs


def cut_and_flip(victim: Victim, cuts: list[int], flips: list[int]) -> None:
    first, _second = sent(victim.world)
    whole = first.read_bytes()
    for size in cuts:
        assert victim.is_untouched_by(first, whole[:size]), size
    for at in flips:
        damaged = bytearray(whole)
        damaged[at] ^= 1 << at % 8
        assert victim.is_untouched_by(first, bytes(damaged)), at
    heals(victim, first, whole)


def test_a_batch_cut_short_or_altered(victim: Victim) -> None:
    size = sent(victim.world)[0].stat().st_size
    chance = random.Random(1)
    cuts = [0, 1, size - 1, *chance.sample(range(size), 12)]
    cut_and_flip(victim, cuts, [0, size - 1, *range(4, size, 97)])


@pytest.mark.long
def test_a_batch_cut_short_or_altered_at_every_byte(victim: Victim) -> None:
    every = list(range(sent(victim.world)[0].stat().st_size))
    cut_and_flip(victim, every, every)


def test_batches_replayed_in_another_place(victim: Victim) -> None:
    first, second = sent(victim.world)
    one, two = first.read_bytes(), second.read_bytes()
    third = second.with_name("00000003")
    elsewhere = first.parent.with_name(token(os.urandom(16))) / first.name
    for path, content in ((first, two), (elsewhere, one), (elsewhere, two)):
        assert victim.is_untouched_by(path, content)
        path.unlink()
    first.write_bytes(one)
    victim.takes()
    assert victim.is_untouched_by(third, one)
    third.unlink()
    # What arrived once is not looked at again, whatever takes its place.
    assert victim.is_untouched_by(first, two) == []
    heals(victim, first, one)


def forged(world: World, block: bytes, **header: object) -> bytes:
    """A batch that a member seals and signs, with a block or header they made up."""
    project = world.facilitator.open()
    try:
        space = spaces.find(project, PARISH).id
        project.store.run("UPDATE logs SET number=0, seq=0 WHERE device=?", (project.device,))
        epoch, key = project.store.row(  # type: ignore[misc]
            "SELECT epoch, key FROM epochs WHERE space=?", (space,)
        )
        author = project.ledger.author
        made = envelope.Header(
            project=project.roster.project, device=project.device, incarnation=author.incarnation,
            space=space, epoch=bytes(epoch), batch=envelope.new_batch_id(), number=1, first_seq=1,
            changes=1, previous=envelope.NO_HASH,
        )  # fmt: skip
        made = dataclasses.replace(made, **header)  # type: ignore[arg-type]
        context = envelope.Context(0, project.roster.heads(), {})
        return envelope.seal(made, context, block, bytes(key), project.keys)
    finally:
        project.close()


@cache
def gigabyte() -> bytes:
    """A gigabyte of zeros, compressed."""
    squeezer = zstandard.ZstdCompressor(level=19).compressobj()
    frame = b"".join(squeezer.compress(bytes(1 << 20)) for _mebibyte in range(1024))
    return frame + squeezer.flush()


def bomb(claimed: int) -> bytes:
    """A block whose first stream inflates to a gigabyte, whatever it says of its size."""
    data = uint(claimed) + b"\1" + gigabyte()
    meta = bytes((decoding.META,)) + uint(len(data)) + data
    return bytes((decoding.MAJOR, decoding.MINOR)) + bytes(16) + meta


FORGERIES: dict[str, Callable[[World], bytes]] = {
    "no block": lambda world: forged(world, b""),
    "rubbish": lambda world: forged(world, random.Random(2).randbytes(5000)),
    "nothing in it": lambda world: forged(world, encoding.encode([], {})),
    "bomb": lambda world: forged(world, bomb(1 << 30)),
    "bomb that lies": lambda world: forged(world, bomb(1000)),
    "another project": lambda world: forged(world, b"", project=bytes(16)),
    "another laptop": lambda world: forged(world, b"", device=bytes(16)),
    "unknown epoch": lambda world: forged(world, b"", epoch=bytes(16)),
    "number too high": lambda world: forged(world, b"", number=1 << 31),
    "many changes": lambda world: forged(world, b"", changes=1 << 31),
    "too large": lambda world: bytes(envelope.MAX_BATCH_BYTES + 1),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_batches_a_member_forged(attacked: World, opening: Cost, name: str) -> None:
    first, _second = sent(attacked)
    boss = attacked.coordinator
    first.write_bytes(FORGERIES[name](attacked))
    before = boss.digests()
    outcome, cost = measured(boss, "sync", attacked.location, "--json")
    assert outcome.code == 0, outcome.err
    report = outcome.json
    assert [one["code"] for one in report["quarantined"]] or report["warnings"]
    assert boss.digests() == before
    within(cost, opening)


# -- files handed over ---------------------------------------------------------------------------


def archive(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name, data in parts.items():
            target.writestr(name.replace("__", "/"), data)
    return stream.getvalue()


LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(12)
) + "]><x>&m;</x>"  # fmt: skip
NESTED = "| survey |\n| | type | name | label |\n" + "".join(
    f"| | begin group | g{n} | G |\n" for n in range(5000)
)  # fmt: skip
FILES: dict[str, tuple[str, bytes]] = {
    "zip bomb": ("f.xlsx", archive(xl__worksheets__sheet1=b" " * 200_000_000)),
    "billion laughs": ("f.xml", LAUGHS.encode()),
    "billion laughs in a sheet": ("f.xlsx", archive(**{"xl__workbook.xml": LAUGHS.encode()})),
    "nested groups": ("f.md", NESTED.encode()),
    "huge cell": ("f.csv", b"survey\n,type,name,label\n,text,a," + b"x" * 9_000_000),
    "deep formula": ("f.md", b"| survey |\n| | type | name | label | relevant |\n| | text | a | A | "
                             + b"(" * 50_000 + b"1 |\n"),
    "rubbish": ("f.xls", random.Random(3).randbytes(100_000)),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_hostile_forms(attacked: World, reading: Cost, name: str, tmp_path: Path) -> None:
    file, content = FILES[name]
    (tmp_path / file).write_bytes(content)
    refuses(attacked.coordinator, reading, "form", "import", str(tmp_path / file))


TABLES = {
    "huge cell": b"who\n" + b"x" * 20_000_000,
    "unclosed quote": b'who\n"' + b"x\n" * 500_000,
    "wide": b",".join(b"c%d" % n for n in range(100_000)) + b"\n1\n",
    "not a table": random.Random(4).randbytes(100_000),
    "empty": b"",
}


@pytest.mark.parametrize("name", TABLES)
def test_hostile_tables(attacked: World, reading: Cost, name: str, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes(TABLES[name])
    refuses(attacked.facilitator, reading, "survey", "import", "mini", str(tmp_path / "t.csv"))


def refuses(desk: Desk, harmless: Cost, *words: str) -> None:
    """Run a verb that must be refused, at no more cost than one that merely loads the same code."""
    before = desk.digests()
    outcome, cost = measured(desk, *words)
    assert outcome.sentence
    assert len(outcome.sentence) < 3000
    within(cost, harmless)
    assert desk.digests() == before
