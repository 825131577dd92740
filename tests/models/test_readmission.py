"""A laptop that was shut out is admitted again: what it wrote in between counts nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import membership, syncing
from app.models.ledger import RecordKey
from app.models.restoring import restore
from app.models.vault import Unlocked
from tests.models.laptops import Laptop, agree, join, reopened, settle, shared
from tests.sync.sharing import MemoryRemote


def again(by: Laptop, laptop: Laptop, role: str = "facilitator") -> None:
    """Admit a laptop by the request it made when it first joined."""
    request, _words = membership.read_request(bytes(laptop.project.store.meta("request")))
    membership.admit(by.project, request, role, ["Arajuno"])


def restored(laptop: Laptop) -> None:
    """Put the newest backup in the store's place."""
    project = laptop.project
    unlocked = Unlocked(project.data_key, project.person.id, project.vault.people[0].id)
    project.close()
    restore(project.folder, unlocked)
    laptop.project = reopened(laptop.home)
    laptop.__post_init__()


def standings(laptop: Laptop) -> dict[str, int]:
    """What the creation of every person is worth, by the person's id."""
    rows = laptop.project.store.rows(
        "SELECT r.id, r.class FROM records r JOIN kinds USING(kid) WHERE kinds.name='person'"
    )
    return {bytes(record).hex(): int(standing) for record, standing in rows}


def shut_out(three: list[Laptop]) -> tuple[MemoryRemote, RecordKey, RecordKey]:
    """A share on which the second laptop was shut out; what it wrote before, and not knowing it."""
    ana, beto, _caya = three
    remote = shared(*three)
    before = beto.person("Antes")
    settle(remote, *three)
    membership.revoke(ana.project, beto.device)
    ana.sync(remote)
    return remote, before, beto.person("Entre")


def test_only_what_was_written_while_a_member_counts(three: list[Laptop], tmp_path: Path) -> None:
    ana, beto, _caya = three
    remote, before, between = shut_out(three)
    beto.edit(before, name="Cambiado")
    beto.sync(remote)
    with pytest.raises(KipuError, match="role"):
        beto.edit(before, name="Prohibido")
    again(ana, beto)
    settle(remote, *three)
    after = beto.person("Después")
    settle(remote, *three)
    newcomer = join(ana, tmp_path / "l9", "Nueva", "observer")
    newcomer.sync(remote)
    for one in (*three, newcomer):
        assert (one.values(before)["name"], one.values(after)["name"]) == ("Antes", "Después")
        found = standings(one)
        assert (found[between.id.hex()], found[after.id.hex()]) == (1, 0)
    agree(*three, newcomer)
    newcomer.close()


def test_a_restored_laptop_that_was_shut_out_goes_on_in_new_logs_once_it_is_back(
    three: list[Laptop],
) -> None:
    """What it had sent nobody when its store went back is as if written when it is let in."""
    ana, beto, caya = three
    remote, before, between = shut_out(three)
    beto.sync(remote)
    beto.project.back_up()
    beto.reopen()
    restored(beto)
    beto.sync(remote)
    assert standings(beto)[between.id.hex()] == 1
    settle(remote, caya)
    again(caya, beto)
    settle(remote, *three)
    after = beto.person("Después")
    settle(remote, *three)
    logs = {log.log for log in ana.project.ledger.registers.logs() if log.device == beto.device}
    assert len(logs) > 1
    for one in three:
        found = standings(one)
        assert [found[key.id.hex()] for key in (before, after)] == [0, 0]
        assert found[between.id.hex()] == standings(ana)[between.id.hex()]
    agree(*three)


def test_it_reads_and_writes_only_where_it_was_admitted_again(three: list[Laptop]) -> None:
    ana, beto, caya = three
    remote = shared(*three)
    membership.add_space(ana.project, "Curaray")
    membership.change_role(ana.project, beto.device, "facilitator", ["Curaray"])
    settle(remote, *three)
    elsewhere = beto.person("Antes", space="Curaray")
    settle(remote, *three)
    membership.revoke(ana.project, beto.device)
    settle(remote, *three)
    unread = ana.person("Sin él", space="Curaray")
    again(ana, beto)
    settle(remote, *three)
    beto.person("Después")
    with pytest.raises(KipuError):
        beto.person("Allí", space="Curaray")
    with pytest.raises(KipuError):
        beto.values(unread)
    settle(remote, *three)
    assert caya.values(elsewhere)["name"] == "Antes"
    agree(ana, caya)


def test_a_laptop_that_was_shut_out_is_told_and_never_of_success(
    three: list[Laptop], tmp_path: Path
) -> None:
    ana, beto, _caya = three
    (tmp_path / "share").mkdir()
    share = str(tmp_path / "share")
    syncing.found_share(ana.project, share)
    for one in (ana, beto):
        syncing.sync(one.project, share)
    membership.revoke(ana.project, beto.device)
    syncing.sync(ana.project, share)
    beto.person("Entre")
    (outcome,), _touched = syncing.sync_places(beto.project, share)
    assert outcome.code == "shut-out"
    assert outcome.report is not None
    assert "changes not sent: 1" in str(outcome.error)
    assert not syncing.belongs(beto.project)
    with pytest.raises(KipuError, match="shut out"):
        syncing.sync(beto.project)
    again(ana, beto)
    for one in (ana, beto, ana, beto):
        syncing.sync(one.project, share)
    assert syncing.belongs(beto.project)


def test_what_a_missing_key_held_up_does_not_claim_to_know_of_the_readmission(
    three: list[Laptop],
) -> None:
    """Sealed only after it, the batch named the roster as it stood then, and counted."""
    ana, beto, caya = three
    remote = shared(*three)
    before = beto.person("Antes")
    settle(remote, *three)
    membership.revoke(ana.project, caya.device)
    ana.sync(remote)
    keys = {path: raw for path, raw in remote.files.items() if path.startswith("keys/")}
    for path in keys:
        del remote.files[path]
    beto.sync(remote)
    between = beto.person("Entre")
    assert beto.replica.seal() == 0
    membership.revoke(ana.project, beto.device)
    again(ana, beto)
    remote.files |= keys
    ana.sync(remote)
    beto.sync(remote)
    after = beto.person("Después")
    settle(remote, ana, beto)
    for one in (ana, beto):
        found = standings(one)
        assert [found[key.id.hex()] for key in (before, between, after)] == [0, 1, 0]
        assert one.project.store.value("SELECT count(*) FROM meta WHERE key LIKE 'held:%'") == 0
    agree(ana, beto)
