"""Spaces called something else, and spaces whose keys are nobody's any more."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

from app.cli.projects import summary
from app.errors import KipuError
from app.models import spaces
from app.models.commands import membership, records, space_names, surveys, syncing
from app.models.ledger import RecordKey
from app.models.queries import surveys as reading
from app.views.pages.sync_parts import waits_line
from app.views.pages.sync_reads import state
from app.views.record_reads import homes
from sync import engine, layout
from sync.errors import SyncError
from sync.ids import from_token
from sync.roster import EntryType, parse_entry
from tests.models.laptops import PARISH, PASSPHRASE, Laptop, agree, found, join, settle, shared
from tests.sync.sharing import MemoryRemote

OTHER = "Curaray"


def code_of(laptop: Laptop, name: str) -> str:
    return spaces.find(laptop.project, name).code


def test_a_new_name_reaches_everybody_and_folios_stay(three: list[Laptop]) -> None:
    ana, beto, carla = three
    remote, space = shared(*three), three[0].space()
    space_names.rename_space(ana.project, space, " Río Arajuno ")
    settle(remote, *three)
    for one in three:
        assert spaces.find(one.project, "Río Arajuno").id == space
        assert code_of(one, "Río Arajuno") == "ARJ"
    with pytest.raises(KipuError, match="no space"):
        spaces.find(beto.project, PARISH)
    membership.revoke(ana.project, carla.device)
    settle(remote, ana, beto)
    assert spaces.name_of(beto.project, space) == "Río Arajuno"


def test_two_new_names_at_once_are_one_on_all_laptops(three: list[Laptop]) -> None:
    ana, _beto, carla = three
    remote, space = shared(*three), three[0].space()
    space_names.rename_space(ana.project, space, "Arajuno Norte")
    space_names.rename_space(carla.project, space, "Arajuno Sur")
    settle(remote, *three)
    (name,) = {spaces.name_of(one.project, space) for one in three}
    assert name in {"Arajuno Norte", "Arajuno Sur"}
    space_names.rename_space(ana.project, space, "Arajuno Norte")
    settle(remote, *three)
    assert {spaces.name_of(one.project, space) for one in three} == {"Arajuno Norte"}


def test_a_name_that_cannot_be_is_refused(three: list[Laptop]) -> None:
    ana, beto, _carla = three
    space = ana.space()
    membership.add_space(ana.project, OTHER)
    [other] = {one.id for one in spaces.all_named(ana.project)} - {space}
    taken = ("curaray", "CRR", other.hex(), f"Curaray ({other.hex()[:4]})")
    assert code_of(ana, OTHER) == "CRR"
    wrong = {"  ": "needs a name", "a\nb": "no line breaks", "\u200b": "no line breaks",
             "\u202eabc": "no line breaks", "y" * 81: "up to 80"}  # fmt: skip
    for name, why in [*wrong.items(), *((one, "already a space") for one in taken)]:
        with pytest.raises(KipuError, match=why):
            space_names.rename_space(ana.project, space, name)
        with pytest.raises(KipuError, match=why):
            membership.add_space(ana.project, name)
    with pytest.raises(KipuError, match="needs no new one"):
        space_names.rename_space(ana.project, space, "Otro", with_new_key=True)
    with pytest.raises(KipuError, match="Only a coordinator"):
        space_names.rename_space(beto.project, space, "Otro")
    assert spaces.name_of(ana.project, space) == PARISH


@pytest.fixture
def recovered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Laptop]]:
    """A project whose founder was lost before a sync, recovered by paper; and a member of Curaray.

    Nobody else ever had Arajuno's key.
    """
    monkeypatch.setenv("KIPU_KDF", "floor")
    made = membership.create_project(tmp_path / "own", "Pastaza", "Rosa", PASSPHRASE)
    ana = Laptop(tmp_path / "own", made.project)
    for name in (PARISH, OTHER):
        membership.add_space(ana.project, name)
    beto = join(ana, tmp_path / "beto", "Beto", "facilitator", [OTHER])
    remote = MemoryRemote()
    engine.found(ana.replica, remote)
    beto.sync(remote)
    there = {"root_key": remote.files[layout.ROOT_KEY], **syncing.gathered(remote)}
    again = membership.recover_project(
        tmp_path / "new", there, made.project_code, "Inés", PASSPHRASE
    )
    laptops = [Laptop(tmp_path / "new", again.project), beto, ana]
    settle(remote, *laptops[:2])
    yield laptops
    for one in laptops:
        one.close()


def lost(laptop: Laptop) -> bytes:
    [space] = [one for one in spaces.readable(laptop.project)
               if not spaces.held_epochs(laptop.project, one)]  # fmt: skip
    return space


def test_a_member_brings_the_keys_they_have(recovered: list[Laptop]) -> None:
    ines, _beto, ana = recovered
    assert lost(ines) == ana.space(PARISH)
    assert {one.name for one in spaces.all_named(ines.project)} == {OTHER, spaces.UNKNOWN}


def test_nothing_new_begins_and_nobody_is_let_in_where_no_key_is(
    recovered: list[Laptop], tmp_path: Path
) -> None:
    """What was begun there stayed unsent for good, with folios another space gave as well."""
    ines, beto, _ana = recovered
    space, refused = lost(ines), "key of this space is not on this computer"
    form = (files("resources") / "forms" / "percepcion.md").read_bytes()
    surveys.import_form(ines.project, form, "percepcion.md")
    with pytest.raises(KipuError, match=refused):
        records.new(ines.project, "person", {"name": "Ida"}, space)
    with pytest.raises(KipuError, match=refused):
        surveys.start(ines.project, reading.find_form(ines.project, "percepcion"), space)
    with pytest.raises(KipuError, match=refused):
        membership.change_role(ines.project, beto.device, "secretary", [space.hex()])
    with pytest.raises(KipuError, match=refused):
        join(ines, tmp_path / "carla", "Carla", "secretary", [space.hex()])
    assert [one for one, _name in homes(ines.project, "response") if one == space] == []
    assert syncing.unsent(ines.project) == ines.project.ledger.pending_changes()
    assert ines.project.ledger.awaiting_key() == 0
    # What somebody had there can be taken away all the same.
    membership.change_role(ines.project, beto.device, None, [space.hex()])
    space_names.rename_space(ines.project, space, PARISH, with_new_key=True)
    ines.person("Ida", space=PARISH)


def test_spaces_whose_names_cannot_be_read_are_no_twins(recovered: list[Laptop]) -> None:
    ines, beto, _ana = recovered
    remote = shared(ines, beto)
    settle(remote, ines, beto)
    first = lost(ines)
    ines.project.store.run("DELETE FROM epochs WHERE space=?", (ines.space(OTHER),))
    names = {one.name for one in spaces.all_named(ines.project)}
    assert f"{spaces.UNKNOWN} ({first.hex()[:4]})" in names
    assert spaces.of_one_name(ines.project) == []
    assert spaces.told_of_one_name(ines.project) == []


def test_why_work_of_before_is_not_sent_is_said(
    recovered: list[Laptop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An older Kipu let people begin there; what they wrote goes once a key comes."""
    ines, _beto, ana = recovered
    space = lost(ines)
    key = written_without_key(ines, space, monkeypatch)
    share = tmp_path / "share"
    share.mkdir()
    syncing.found_share(ines.project, str(share))
    report, _touched = syncing.sync(ines.project, str(share))
    assert [(one.code, one.params) for one in report.warnings] == [("key-awaited", {"count": 1})]
    assert summary(ines.project)["awaiting_key"] == 1
    assert "key of their space" in waits_line(state(ines.project))
    syncing.sync(ana.project, str(share))
    report, touched = syncing.sync(ines.project, str(share))
    assert touched.roster
    assert report.warnings == []
    assert syncing.unsent(ines.project) == ines.project.ledger.awaiting_key() == 0
    syncing.sync(ana.project, str(share))
    assert ana.values(key)["name"] == "Antes"


def written_without_key(laptop: Laptop, space: bytes, monkeypatch: pytest.MonkeyPatch) -> RecordKey:
    with monkeypatch.context() as patch:
        patch.setattr("app.models.ledger.ledger.require_key", lambda *_: None)
        return records.new(laptop.project, "person", {"name": "Antes"}, space)


def test_who_began_a_key_that_is_nobodys_is_shut_out_all_the_same(recovered: list[Laptop]) -> None:
    ines, beto, ana = recovered
    membership.revoke(ines.project, ana.device)
    remote = shared(ines, beto)
    assert beto.replica.roster.view().role(ana.device, ana.space(PARISH)) is None
    key = ines.person("Ida", space=OTHER)
    settle(remote, ines, beto)
    assert beto.values(key)["name"] == "Ida"


def test_a_space_whose_key_is_nobodys_is_begun_anew(
    recovered: list[Laptop], tmp_path: Path
) -> None:
    ines, beto, _ana = recovered
    remote, space = shared(ines, beto), lost(ines)
    with pytest.raises(KipuError, match="--new-key"):
        space_names.rename_space(ines.project, space, PARISH)
    assert lost(ines) == space
    space_names.rename_space(ines.project, space, PARISH, with_new_key=True)
    assert code_of(ines, PARISH) == "ARJ"
    carla = join(ines, tmp_path / "carla", "Carla", "secretary")
    membership.change_role(ines.project, beto.device, "secretary", [PARISH])
    settle(remote, ines, beto, carla)
    keys = [one.person(f"Ida {n}", space=PARISH) for n, one in enumerate((ines, beto, carla))]
    settle(remote, ines, beto, carla)
    for one in (ines, beto, carla):
        assert [one.values(key)["name"] for key in keys] == ["Ida 0", "Ida 1", "Ida 2"]
    membership.revoke(ines.project, beto.device)
    after = ines.person("Luz", space=PARISH)
    settle(remote, ines, carla)
    assert carla.values(after)["name"] == "Luz"
    agree(ines, carla)
    carla.close()


def test_a_lost_key_that_turns_up_is_used_as_well(recovered: list[Laptop]) -> None:
    ines, beto, ana = recovered
    remote, space = shared(ines, beto), lost(ines)
    early = ana.person("Antes", space=PARISH)
    space_names.rename_space(ines.project, space, "Arajuno otra vez", with_new_key=True)
    late = ines.person("Después", space="Arajuno otra vez")
    settle(remote, ines, ana, beto)
    for one in (ines, ana):
        assert one.values(early)["name"] == "Antes"
        assert one.values(late)["name"] == "Después"
        assert spaces.name_of(one.project, space) == "Arajuno otra vez"
    agree(ines, ana)


def test_wherever_the_first_sync_is_cut_off_no_epoch_is_told_without_its_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who recovers the project by its paper then reads whatever anybody could have written."""
    monkeypatch.setenv("KIPU_KDF", "floor")
    ana = found(tmp_path / "ana", PARISH, OTHER)
    beto = join(ana, tmp_path / "beto", "Beto", "secretary")
    for cut in range(100):
        remote = MemoryRemote()
        engine.found(ana.replica, remote)
        remote.fail_after = cut
        try:
            ana.sync(remote)
        except SyncError:
            is_whole = False
        else:
            is_whole = True
        told = [parse_entry(remote.files[path]) for path in remote.paths("roster/")]
        epochs = {bytes(one.body["epoch"]) for one in told if one.type == EntryType.EPOCH}
        sealed = {from_token(path.split("/")[2]) for path in remote.paths("keys/")
                  if path.endswith("/root")}  # fmt: skip
        assert epochs <= sealed
        if is_whole:
            assert len(epochs) == 3
            break
    else:
        pytest.fail("the first sync never came to its end")
    for one in (ana, beto):
        one.close()
