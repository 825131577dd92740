"""The helper that opens batches beside the writer: it changes the speed and nothing else."""

from __future__ import annotations

import pytest

from app.models import ahead, helping
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop, agree


def many_batches(laptop: Laptop, count: int) -> None:
    """Batches of creations, with an edit and a deletion among them."""
    from app.models.commands import records

    for turn in range(count):
        key = laptop.person(f"Persona {turn} \0 ñ “{turn}”")
        laptop.person("Otra")
        if turn % 5 == 3:
            laptop.project.ledger.seal()
            laptop.edit(key, notes="después")
        if turn % 7 == 5:
            records.delete(laptop.project, key)
        laptop.project.ledger.seal()


def test_what_a_helper_opened_is_what_everybody_has(
    three: list[Laptop], folder: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, carla = three
    many_batches(ana, 40)
    ana.sync(folder)
    taken: list[bool] = []
    take = ahead._Expected.take

    def watched(self: ahead._Expected, raw: bytes) -> object:
        # However slow this machine is to start it, some batches shall come from the helper.
        if len(taken) == 8:
            answers = self._helper._answers
            first = answers.get()
            with answers.mutex:
                answers.queue.appendleft(first)
        found = take(self, raw)
        taken.append(found is not None)
        return found

    monkeypatch.setattr(helping, "WORTH_IT", 1)
    monkeypatch.setattr(ahead._Expected, "take", watched)
    beto.sync(folder)
    monkeypatch.setattr(helping, "WORTH_IT", 2**40)
    carla.sync(folder)
    assert any(taken)
    agree(ana, beto, carla)


def test_a_helper_that_dies_is_done_without(
    three: list[Laptop], folder: FolderRemote, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, _carla = three
    many_batches(ana, 12)
    ana.sync(folder)
    monkeypatch.setattr(helping, "WORTH_IT", 1)
    expect = ahead._Expected.expect

    def killed(self: ahead._Expected, raw: bytes, key: bytes, paths: ahead.Paths) -> None:
        self._helper._process.kill()
        expect(self, raw, key, paths)

    monkeypatch.setattr(ahead._Expected, "expect", killed)
    report = beto.sync(folder)
    assert not report.warnings
    assert not report.quarantined
    agree(ana, beto)
