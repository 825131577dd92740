"""Power fails at any moment: real processes are killed at random, and nothing acknowledged is lost.

What a verb has printed is acknowledged. After each kill everything verifies, every acknowledged
write is there, and no number on the share ever meant two things; in the end all laptops agree.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from app.models import checking, drafts
from app.models.queries import lists
from app.models.queries.lists import Listing
from sync import envelope
from tests.journeys.desk import COUNCIL, PARISH, Desk, World, agree, script
from tests.proof.killing import killed

LINES = 400


@dataclass
class Share:
    """Every file ever seen on the share: none may be seen with other bytes later."""

    root: Path
    seen: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[tuple[bytes, int], bytes] = field(default_factory=dict)

    def look(self) -> None:
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if not path.is_file() or name.startswith("heads/") or path.name.startswith(".tmp-"):
                continue
            content = path.read_bytes()
            assert self.seen.setdefault(name, content) == content, f"{name} was written anew"
            if name.startswith(("spaces/", "relay/")):
                self._look_at_batch(content)

    def _look_at_batch(self, raw: bytes) -> None:
        header = envelope.parse(raw).header
        for seq in range(header.first_seq, header.last_seq + 1):
            before = self.numbers.setdefault((header.log, seq), raw)
            assert before == raw, f"change {seq} of a log was given twice"


def temp_is_empty(desk: Desk) -> None:
    temp = Path(desk.environment()["TMPDIR"])
    assert list(temp.iterdir()) == []


def records_of(desk: Desk, kind: str) -> dict[str, dict[str, object]]:
    project = desk.open()
    try:
        assert checking.verify(project) == []
        rows = list(lists.every(project, Listing(kind)))
        return {row.key.id.hex(): dict(row.values) for row in rows}
    finally:
        project.close()


def fill(world: World, chance: random.Random, rounds: int) -> Iterator[None]:
    """An interview is being filled in: the answer printed last is there, or a later one."""
    desk = world.facilitator
    draft = str(desk.tell("interview", "start", "mini", "--space", PARISH)["id"])
    start = 0
    for _round in range(rounds):
        verbs = [["interview", "answer", draft, f"who=palabra {start + n}"] for n in range(LINES)]
        told = killed(desk, script(*verbs), chance)
        assert all(one["errors"] == {} for one in told)
        project = desk.open()
        try:
            answers = drafts.require(project, bytes.fromhex(draft)).body["answers"]
            assert isinstance(answers, dict)
            kept = int(str(answers["/who"]).split()[1])
        finally:
            project.close()
        assert len(told) - 1 <= kept - start <= len(told)
        start = kept + 1
        desk.digests()
        temp_is_empty(desk)
        yield


def finish(world: World, chance: random.Random, rounds: int) -> Iterator[None]:
    """Whole interviews: no folio is given twice, none finished is lost, a draft or a response."""
    desk = world.facilitator
    folios: dict[str, str] = {}
    for _round in range(rounds):
        verb = ["interview", "start", "mini", "--space", PARISH]
        for told in killed(desk, script(*[verb] * LINES), chance):
            folio, ident = str(told["folio"]), str(told["id"])
            assert folios.setdefault(folio, ident) == ident, f"folio {folio} was given twice"
        project = desk.open()
        try:
            here = {draft.id.hex() for draft in drafts.all_drafts(project)}
            given = [str(draft.body["folio"]) for draft in drafts.all_drafts(project)]
        finally:
            project.close()
        assert len(given) == len(set(given))
        assert set(folios.values()) <= here | records_of(desk, "response").keys()
        some = chance.sample(sorted(here), min(20, len(here)))
        verbs = [v for one in some for v in (["interview", "answer", one, "who=Ana"],
                                             ["interview", "finish", one])]  # fmt: skip
        done = {str(t["id"]) for t in killed(desk, script(*verbs), chance) if "folio" in t}
        assert done <= records_of(desk, "response").keys()
        temp_is_empty(desk)
        yield


def save(world: World, chance: random.Random, rounds: int) -> Iterator[None]:
    """Records are saved one after another."""
    desk = world.secretary
    mine: set[str] = set()
    for number in range(rounds):
        verbs = [["record", "new", "person", f"name=P{number}.{n}"] for n in range(LINES)]
        mine |= {str(told["id"]) for told in killed(desk, script(*verbs), chance)}
        assert mine <= records_of(desk, "person").keys()
        temp_is_empty(desk)
        yield


def sync_all(world: World, chance: random.Random, rounds: int) -> Iterator[None]:
    """Two laptops write, seal, send and receive in turn, and are killed while they do."""
    share = Share(world.share / "KIPU")
    boss, mate = world.coordinator, world.secretary
    sent: set[str] = set()
    for number in range(rounds):
        desk, other = (boss, mate) if number % 2 else (mate, boss)
        new = ["record", "new", "person", f"name=N{number}", "notes=" + "x" * 3000]
        verbs = [[*new, "--space", COUNCIL], ["sync", world.location]] * (LINES // 8)
        for told in killed(desk, script(*verbs), chance):
            if "id" in told:
                sent.add(str(told["id"]))
            else:
                assert told["quarantined"] == [], told
        desk.digests()
        temp_is_empty(desk)
        share.look()
        killed(other, script(*[["sync", world.location]] * 6), chance)
        other.digests()
        share.look()
        yield
    for _round in range(2):
        for desk in (boss, mate, world.facilitator):
            report = desk.tell("sync", world.location)
            assert report["quarantined"] == [], report
    share.look()
    agree(boss, mate, world.facilitator)
    assert sent <= records_of(boss, "person").keys()
    assert sent <= records_of(mate, "person").keys()


WORK = {"filling": fill, "folios": finish, "saving": save, "syncing": sync_all}
DEFAULT = {"filling": 5, "folios": 3, "saving": 4, "syncing": 4}


@pytest.mark.early
@pytest.mark.parametrize("work", WORK)
def test_killed_at_random(world: World, work: str) -> None:
    list(WORK[work](world, random.Random(f"kipu {work}"), DEFAULT[work]))


@pytest.mark.long
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("work", WORK)
def test_killed_at_random_many_times(world: World, work: str, seed: int) -> None:
    list(WORK[work](world, random.Random(f"kipu {work} {seed}"), 20))


def test_a_form_is_never_half_imported(world: World) -> None:
    """Killed during the import of a form: it is there whole, or not at all."""
    desk, chance = world.coordinator, random.Random("forms")
    source = (world.root / "mini.md").read_text("utf-8")
    for number in range(4):
        path = world.root / f"form{number}.md"
        path.write_text(source.replace("| mini |", f"| mini{number} |"), "utf-8")
        killed(desk, script(["status"], ["form", "import", str(path)]), chance)
        listed = {one["form_id"] for one in desk.tell("form", "list")}
        if f"mini{number}" in listed:
            assert desk.tell("interview", "start", f"mini{number}", "--space", PARISH)["id"]
    desk.digests()


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.long)])
def test_what_a_power_cut_leaves_on_the_disk_opens_whole(world: World, seed: int) -> None:
    """Copies of the folder taken while it is written to: each opens, verifies, keeps what was said.

    A copy taken file by file is more than a power cut may do, as the files are not of one moment:
    the log of the database is copied last, as it is written first.
    """
    desk, chance = world.secretary, random.Random(seed)
    verbs = [["record", "new", "person", f"name=Q{n}"] for n in range(LINES)]
    copies: list[tuple[Path, set[str]]] = []
    with desk.start("batch", "-") as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(script(*verbs))
        process.stdin.close()
        told: set[str] = set()
        for number in range(5):
            for _line in range(chance.randrange(1, 12)):
                told.add(json.loads(process.stdout.readline())["id"])
            target = world.root / f"copy{number}"
            known = set(told)
            copy_as_cut(desk.home, target)
            copies.append((target, known))
        process.kill()
    for target, known in copies:
        assert known <= records_of(Desk(target), "person").keys()


def copy_as_cut(home: Path, target: Path) -> None:
    """Copy a data folder in use, each database before its write-ahead log."""
    shutil.copytree(home, target, ignore=shutil.ignore_patterns("*-wal", "*-shm"))
    for path in home.rglob("*-wal"):
        shutil.copy(path, target / path.relative_to(home))


def test_changing_the_passphrase_cut_off_half_way(world: World) -> None:
    """One of the two passphrases always works, whenever the power fails."""
    desk, chance = world.secretary, random.Random("slots")
    now = desk.passphrase
    for number in range(6):
        wanted = f"otra frase {number}"
        reading, writing = os.pipe()
        os.write(writing, wanted.encode() + b"\n")
        os.close(writing)
        change = ["passphrase", "change", "--new-passphrase-fd", str(reading)]
        with Desk(desk.home, now).start(*change, pass_fds=(reading,)) as process:
            os.close(reading)
            time.sleep(0.3 + chance.random())
            process.kill()
            told = process.stdout.read() if process.stdout else ""
        works = [one for one in (now, wanted) if opens(Desk(desk.home, one))]
        assert works, "no passphrase opens the project any more"
        assert "changed" not in told or works == [wanted]
        now = works[-1]
    Desk(desk.home, now).digests()


def test_founding_cut_off_half_way(tmp_path: Path) -> None:
    """A project nobody holds the papers of stands in nobody's way; an acknowledged one stays."""
    chance = random.Random("founding")
    for number in range(6):
        desk = Desk(tmp_path / f"home{number}")
        with desk.start("init", "--project", "P", "--person", "Ana", "--json") as process:
            time.sleep(0.3 + chance.random() * 0.5)
            process.kill()
            told = process.stdout.read() if process.stdout else ""
        if not told.endswith("\n") and (not desk.home.exists() or not is_founded(desk)):
            assert desk.tell("init", "--project", "P", "--person", "Ana")["recovery_code"]
        assert desk.tell("status")["project"] == "P"
        assert desk.tell("verify") == {"ok": True, "problems": []}


def is_founded(desk: Desk) -> bool:
    """Whether the first status would find a whole project."""
    outcome = desk.run("status", "--json")
    return outcome.code == 0 and outcome.json["project"] == "P"


def opens(desk: Desk) -> bool:
    from app.models.vault import WrongPassphrase

    try:
        desk.open().close()
    except WrongPassphrase:
        return False
    return True
