"""The pages of docs/formats are enough: what was written from them alone reads what Kipu writes."""

from __future__ import annotations

import ast
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.models.commands import carrying
from app.simulation import later, run_seed, running
from app.simulation.cast import Cast, make_cast
from app.simulation.versions import Novelty
from app.simulation.world import World
from sync import columns
from sync.changes import Transaction
from tests.reader import block
from tests.reader.compared import foreign, same
from tests.sync.test_columns import ids, names, transactions

HERE = Path(__file__).parent
BESIDE_KIPU = ("test_", "compared")
# Some ten seconds.
SEEDS = (100, 101, 103)


def test_it_imports_nothing_of_kipus() -> None:
    for path in HERE.glob("*.py"):
        if path.name.startswith(BESIDE_KIPU):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            imported = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            imported += [one.name for one in node.names] if isinstance(node, ast.Import) else []
            rooms = {name.partition(".")[0] for name in imported}
            assert not rooms & {"app", "sync"}, path
            assert all(name.startswith("tests.reader") for name in imported
                       if name.startswith("tests"))  # fmt: skip


@given(transactions, st.dictionaries(ids, names))
def test_it_reads_any_block(written: list[Transaction], persons: dict[bytes, str]) -> None:
    raw = columns.encode(written, persons)
    ours = columns.decode(raw).transactions
    theirs = block.read_block(raw)
    assert [(one.at_ms, one.person, one.label) for one in theirs] == [
        (one.at_ms, one.person, one.label) for one in ours
    ]
    assert [change for one in theirs for change in one.changes] == [
        block.Change(
            int(change.verb), change.kind, change.record, change.parent,
            {name: foreign(value) for name, value in change.fields.items()},
            {name: [tuple(ref) for ref in refs] for name, refs in change.replaces.items()},
        )
        for one in ours for change in one.changes
    ]  # fmt: skip


@pytest.fixture(scope="module")
def cast(tmp_path_factory: pytest.TempPathFactory) -> Cast:
    return make_cast(tmp_path_factory.mktemp("cast"))


@pytest.mark.parametrize("seed", SEEDS)
def test_it_sees_what_each_laptop_sees_whatever_happened(
    cast: Cast, seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Conflicts, deletions, closed and late, erased, shut out, copied, relayed: all that seeds do."""
    compared = []

    def compare(world: World) -> None:
        # Files on the share may still be torn that everybody has; what is carried is whole.
        first, *others = world.members
        carrying.carry(first.project, tmp_path / "carried.zip")
        with zipfile.ZipFile(tmp_path / "carried.zip") as carried:
            carried.extractall(tmp_path / "carried")
        for machine in others:
            same(tmp_path / "carried", machine.project, first.replica.spaces())
            compared.append(machine.name)

    monkeypatch.setattr(running, "_check", compare)
    # Laptops with a later Kipu write what a reader may pass over, and nothing it must refuse.
    monkeypatch.setattr(later, "choose_novelty", lambda _world: Novelty.NONE)
    outcome = run_seed(seed, cast, tmp_path)
    assert not outcome.broken, outcome.broken
    assert compared


def test_it_says_what_is_wrong_with_another_version() -> None:
    raw = bytearray(columns.encode([], {}))
    raw[0] = 2
    with pytest.raises(block.Unreadable):
        block.read_block(bytes(raw))
