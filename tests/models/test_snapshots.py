"""Snapshots: a newcomer who begins from one has what a newcomer who replays has, or nothing of it."""

from __future__ import annotations

import _thread
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.models import checking
from app.models.commands import erasing, membership, records
from app.models.queries import lists
from app.models.queries.lists import Listing
from app.models.snapshots import beside, making, taking
from sync import engine, layout
from sync.ids import token
from sync.ports import RemoteMissing
from tests.models.laptops import Laptop, agree, join, settle
from tests.sync.sharing import MemoryRemote

PEOPLE = 40


@pytest.fixture(autouse=True)
def floor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIPU_KDF", "floor")
    monkeypatch.setattr("sync.exchange_snapshots.WORTH_IT", PEOPLE // 2)
    monkeypatch.setattr("sync.exchange_snapshots.MOST_A_BATCH", 1000)


@pytest.fixture
def remote(three: list[Laptop]) -> MemoryRemote:
    """A share with a parish worth a snapshot: creations, edits, a conflict, deletions, a closing."""
    ana, beto, caya = three
    made = MemoryRemote()
    engine.found(ana.replica, made)
    settle(made, *three, rounds=1)
    people = [(beto, caya)[number % 2].person(f"Persona {number}") for number in range(PEOPLE)]
    settle(made, *three, rounds=2)
    beto.edit(people[0], name="Así la llama Beto")
    caya.edit(people[0], name="Así la llama Caya")
    ana.edit(people[1], name="Tigua Grefa")
    records.delete(ana.project, people[2])
    settle(made, *three)
    return made


@pytest.fixture
def newcomer(three: list[Laptop]) -> Iterator[Laptop]:
    made = join(three[0], three[0].home.parent / "nueva", "Delia", "facilitator")
    yield made
    made.close()


@pytest.fixture(params=[making._PART_PAGES, 2], ids=["whole", "in parts"])
def cut(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> int:
    """How many pages are a part: all of this parish, or few."""
    monkeypatch.setattr(making, "_PART_PAGES", request.param)
    return int(request.param)


def compact(laptop: Laptop, remote: MemoryRemote) -> engine.Report:
    return engine.synchronise(laptop.replica, remote, compact=True)


def parts(remote: MemoryRemote, laptop: Laptop) -> list[str]:
    folder = layout.snapshot(laptop.space(), laptop.device)
    return [path for path in remote.paths(f"{folder}/") if not path.endswith("/about")]


def loose_reads(remote: MemoryRemote, laptop: Laptop) -> int:
    """How many batches of the parish were found by themselves in what was read last."""
    there = [path for path in remote.reads if path.startswith(layout.logs_of(laptop.space()))]
    return sum(path in remote.files for path in there)


def test_a_newcomer_begins_from_a_snapshot_and_has_everything(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, cut: int
) -> None:
    ana = three[0]
    assert compact(ana, remote).snapshots.batches >= 1
    ana.sync(remote)
    remote.reads.clear()
    report = newcomer.sync(remote)
    assert (report.warnings, report.quarantined) == ([], [])
    assert report.received.changes >= PEOPLE + 4
    assert loose_reads(remote, newcomer) == 0
    settle(remote, *three, newcomer)
    agree(*three, newcomer)
    people = [
        [row.key for row in lists.every(one.project, Listing("person"))] for one in (ana, newcomer)
    ]
    assert people[0] == people[1]
    assert len(people[0]) == PEOPLE - 1
    for words in ("Tigua", "Beto", "Persona", "Otra"):
        mine, theirs = (
            lists.count(one.project, Listing("person", words=words)) for one in (newcomer, ana)
        )
        assert mine == theirs
    history = "SELECT count(*) FROM transactions"
    assert newcomer.project.store.value(history) <= ana.project.store.value(history)


def test_what_came_after_the_snapshot_is_pulled_as_ever(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, _caya = three
    compact(ana, remote)
    late = beto.person("Vino después")
    beto.sync(remote)
    ana.sync(remote)
    newcomer.sync(remote)
    assert newcomer.values(late)["name"] == "Vino después"
    own = newcomer.person("Escrita aquí")
    newcomer.sync(remote)
    settle(remote, *three, newcomer)
    assert ana.values(own)["name"] == "Escrita aquí"
    agree(*three, newcomer)


def test_a_snapshot_is_made_again_only_when_there_is_more(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    ana = three[0]
    compact(ana, remote)
    before = parts(remote, ana)
    assert compact(ana, remote).snapshots.batches == 0
    assert parts(remote, ana) == before
    ana.person("Una más")
    assert compact(ana, remote).snapshots.batches == 1
    assert not set(parts(remote, ana)) & set(before)


def test_a_snapshot_cut_off_on_its_way_out_is_made_the_next_time(
    three: list[Laptop], remote: MemoryRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = three[0]
    monkeypatch.setattr(making, "_PART_PAGES", 2)
    put = MemoryRemote.put

    def cut(self: MemoryRemote, path: str, data: bytes) -> bool:
        if path.endswith("-00002"):
            raise RemoteMissing("cut")
        return put(self, path, data)

    monkeypatch.setattr(MemoryRemote, "put", cut)
    with pytest.raises(RemoteMissing):
        compact(ana, remote)
    assert not ana.project.paths.incoming.exists()
    ana.person("Escrita entre tanto")
    monkeypatch.setattr(MemoryRemote, "put", put)
    assert compact(ana, remote).snapshots.batches == 1


def test_only_coordinators_snapshots_count(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, _caya = three
    assert compact(beto, remote).snapshots.batches == 0
    # A facilitator who puts one there all the same is not believed.
    compact(ana, remote)
    ana.sync(remote)
    mine, theirs = (layout.snapshot(ana.space(), one.device) for one in (ana, beto))
    for path in remote.paths(f"{mine}/"):
        remote.files[path.replace(mine, theirs)] = remote.files.pop(path)
    report = newcomer.sync(remote)
    assert report.warnings == []
    assert loose_reads(remote, newcomer) > 0
    agree(ana, newcomer)


@pytest.mark.parametrize("damage", ["torn", "gone", "swapped", "foreign"])
def test_a_snapshot_that_is_not_whole_is_named_and_everything_replayed(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, damage: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    ana = three[0]
    monkeypatch.setattr(making, "_PART_PAGES", 2)
    compact(ana, remote)
    ana.sync(remote)
    first, second, *_more = parts(remote, ana)
    if damage == "torn":
        remote.files[first] = remote.files[first][:-1]
    elif damage == "gone":
        del remote.files[second]
    elif damage == "swapped":
        remote.files[first], remote.files[second] = remote.files[second], remote.files[first]
    else:
        remote.files[first] = bytes(len(remote.files[first]))
    report = newcomer.sync(remote)
    assert report.warnings[-1].code == "snapshot-unusable"
    assert not newcomer.project.paths.incoming.exists()
    settle(remote, *three, newcomer)
    agree(*three, newcomer)


def test_a_snapshot_that_lies_is_undone_whole(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = three[0]
    store = ana.project.store
    held = store.value("SELECT data FROM records WHERE data LIKE '%Persona 7\"%'")
    store.run("UPDATE records SET digest=zeroblob(16) WHERE data=?", (held,))
    compact(ana, remote)
    report = newcomer.sync(remote)
    assert "snapshot-unusable" in [note.code for note in report.warnings]
    newcomer.verify()
    assert lists.count(newcomer.project, Listing("person")) == PEOPLE - 1


def test_verify_finds_a_record_that_no_batch_made_so(
    three: list[Laptop], remote: MemoryRemote
) -> None:
    """What a coordinator could have put into a snapshot."""
    project = three[1].project
    rid, data = project.store.row(  # type: ignore[misc]
        "SELECT rid, data FROM records WHERE data LIKE '%Persona 7\"%'"
    )
    project.store.run(
        "UPDATE records SET data=? WHERE rid=?", (data.replace("Persona 7", "Otra"), rid)
    )
    assert checking.unlike_batches(project) == 1
    assert checking.verify(project) != []


def test_a_cut_link_goes_on_with_the_next_part(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = three[0]
    monkeypatch.setattr(making, "_PART_PAGES", 2)
    compact(ana, remote)
    wanted = parts(remote, ana)
    assert len(wanted) > 6
    held = {path: remote.files.pop(path) for path in wanted[3:]}

    class Cut(MemoryRemote):
        def read(self, path: str, limit: int) -> bytes | None:
            if path in held:
                raise RemoteMissing("cut")
            return super().read(path, limit)

    cut = Cut()
    cut.files = remote.files
    with pytest.raises(RemoteMissing):
        newcomer.sync(cut)
    assert len(list(newcomer.project.paths.incoming.iterdir())) == 3
    remote.files |= held
    remote.reads.clear()
    newcomer.sync(remote)
    assert [path for path in remote.reads if path in wanted] == wanted[3:]
    assert not newcomer.project.paths.incoming.exists()
    agree(ana, newcomer)


def test_who_wrote_before_the_first_sync_replays(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    own = newcomer.person("Antes de todo")
    compact(three[0], remote)
    three[0].sync(remote)
    newcomer.sync(remote)
    settle(remote, *three, newcomer)
    assert three[1].values(own)["name"] == "Antes de todo"
    agree(*three, newcomer)


def test_what_is_erased_leaves_no_snapshot_behind(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, caya = three
    person = beto.person("Nombre que se borra")
    beto.sync(remote)
    compact(ana, remote)
    compact(caya, remote)
    before = dict(remote.files)
    assert parts(remote, ana)
    erasing.erase(ana.project, person, ["name"], "lo pidió")
    ana.sync(remote)
    assert not parts(remote, ana)
    assert not parts(remote, caya)
    # A share set back brings the snapshot back; what is known to be erased is erased again.
    remote.files |= {path: raw for path, raw in before.items() if path.startswith("snapshots/")}
    newcomer.sync(remote)
    settle(remote, *three, newcomer)
    said = str(newcomer.project.store.rows("SELECT data, base FROM records"))
    assert "Nombre que se borra" not in said
    agree(*three, newcomer)


def test_a_later_revocation_bears_on_what_came_by_snapshot(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop
) -> None:
    ana, beto, caya = three
    compact(ana, remote)
    membership.revoke(caya.project, beto.device)
    settle(remote, caya, ana)
    newcomer.sync(remote)
    settle(remote, ana, caya, newcomer)
    agree(ana, caya, newcomer)


def test_large_batches_are_rather_replayed(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.exchange_snapshots.MOST_A_BATCH", 2)
    compact(three[0], remote)
    three[0].sync(remote)
    newcomer.sync(remote)
    assert not [path for path in remote.reads if path in parts(remote, three[0])]
    assert loose_reads(remote, newcomer) > 0


def test_large_batches_are_not_replayed_where_bytes_cost_nothing(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.exchange_snapshots.MOST_A_BATCH", 2)
    monkeypatch.setattr(MemoryRemote, "is_near", True, raising=False)
    compact(three[0], remote)
    three[0].sync(remote)
    remote.reads.clear()
    newcomer.sync(remote)
    assert loose_reads(remote, newcomer) == 0
    agree(three[0], newcomer)


@pytest.mark.parametrize("most", [0, 2000])
def test_batches_beyond_what_lies_in_memory_are_checked_in_their_turn(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch,
    most: int,
) -> None:  # fmt: skip
    monkeypatch.setattr(beside, "_AT_HAND_BYTES", most)
    compact(three[0], remote)
    three[0].sync(remote)
    remote.reads.clear()
    report = newcomer.sync(remote)
    assert report.warnings == []
    assert loose_reads(remote, newcomer) == 0
    settle(remote, three[0], newcomer, rounds=1)
    agree(three[0], newcomer)


def test_an_interrupt_while_rows_go_over_is_one(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact(three[0], remote)
    moved = taking._moved

    def interrupted(name: str, table: str) -> str:
        return moved(name, table) + (" WHERE ctrl_c() IS NULL" if name == "records" else "")

    connection = newcomer.project.store.connection
    connection.create_function("ctrl_c", 0, _thread.interrupt_main)
    # A shell has what it starts in the background ignore interrupts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(taking, "_moved", interrupted)
            with pytest.raises(KeyboardInterrupt):
                newcomer.sync(remote)
    finally:
        signal.signal(signal.SIGINT, before)
    newcomer.sync(remote)
    agree(three[0], newcomer)


@pytest.mark.parametrize("seconds", [0, 9])
def test_of_a_folder_what_took_long_to_come_is_kept_until_the_rest_does(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch,
    seconds: int,
) -> None:  # fmt: skip
    ana = three[0]
    monkeypatch.setattr(making, "_PART_PAGES", 2)
    compact(ana, remote)
    wanted = parts(remote, ana)
    clock = [0.0]

    class Folder(MemoryRemote):
        is_near = True

        def read(self, path: str, limit: int) -> bytes | None:
            if path == wanted[3]:
                raise RemoteMissing("unplugged")
            clock[0] += seconds
            return super().read(path, limit)

    folder = Folder()
    folder.files = remote.files
    monkeypatch.setattr("sync.exchange_snapshots.time.monotonic", lambda: clock[0])
    with pytest.raises(RemoteMissing):
        newcomer.sync(folder)
    kept = newcomer.project.paths.incoming
    assert len(list(kept.iterdir()) if kept.exists() else []) == (3 if seconds else 0)
    newcomer.sync(remote)
    agree(ana, newcomer)


def test_a_snapshot_of_another_layout_is_left_alone(
    three: list[Laptop], remote: MemoryRemote, newcomer: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    compact(three[0], remote)
    three[0].sync(remote)
    monkeypatch.setattr(making, "FORMAT", 99)
    report = newcomer.sync(remote)
    assert report.warnings == []
    assert loose_reads(remote, newcomer) > 0
    agree(three[0], newcomer)


def test_nothing_in_the_clear_lies_on_the_share(three: list[Laptop], remote: MemoryRemote) -> None:
    compact(three[0], remote)
    names = "".join(remote.files)
    assert token(three[0].space()) in names
    assert not any(b"Persona" in raw or b"SQLite" in raw for raw in remote.files.values())


def test_the_folder_of_parts_is_the_projects_own(newcomer: Laptop, tmp_path: Path) -> None:
    assert newcomer.project.paths.incoming.parent == newcomer.project.folder
