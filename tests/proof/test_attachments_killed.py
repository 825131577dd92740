"""Power fails while files are attached or sent: what was told is there, and nothing is half there."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.models import attachments, checking
from app.models.queries import attachments as reading
from app.models.queries import records
from tests.journeys.desk import PARISH, World, script
from tests.proof.killing import killed

MARKER = b"zqmarcadora "
KILLS = 3
LONGEST = 0.4  # seconds after the first answer at which the power may fail


def in_the_clear(root: Path) -> list[str]:
    return [path.name for path in root.rglob("*") if path.is_file() and MARKER in path.read_bytes()]


@pytest.fixture
def world(template: World, tmp_path: Path) -> World:
    inputs = tmp_path / "inputs"
    inputs.mkdir()
    for number in range(30):
        (inputs / f"{number}.jpg").write_bytes(MARKER * 40_000 + bytes([number]))
    return template.copy(tmp_path / "w")


def test_killed_while_attaching_and_sending(world: World, tmp_path: Path) -> None:
    desk, chance = world.facilitator, random.Random(5)
    owner = str(desk.tell("record", "new", "person", "--space", PARISH, "name=Ana")["id"])
    kept: dict[str, int] = {}
    photos = iter(sorted((tmp_path / "inputs").iterdir()))
    for _kill in range(KILLS):
        some = [next(photos) for _one in range(6)]
        verbs = [["attachment", "add", owner, str(path)] for path in some]
        for told, path in zip(killed(desk, script(*verbs), chance, LONGEST), some, strict=False):
            kept[str(told["id"])] = int(path.stem)
        assert in_the_clear(world.root) == []
        project = desk.open()
        try:
            assert checking.verify(project) == []
            found = {
                one.key.id.hex(): one for one in reading.of(project, records.find(project, owner))
            }
            assert kept.keys() <= found.keys()
            for name, number in kept.items():
                content = attachments.read(project, found[name].ref)
                assert content == MARKER * 40_000 + bytes([number])
            attachments.sweep(project)
            left = [path.name for path in project.paths.attachments.rglob(".tmp-*")]
            assert left == []
        finally:
            project.close()
    for _kill in range(KILLS):
        killed(desk, script(["status"], ["sync", world.location]), chance, LONGEST)
        assert in_the_clear(world.root) == []
    world.sync(desk, world.coordinator)
    world.coordinator.batch(
        *(["attachment", "get", name, "-o", str(tmp_path / name)] for name in kept)
    )
    for name in kept:
        target = tmp_path / name
        assert target.read_bytes() == MARKER * 40_000 + bytes([kept[name]])
