"""The practice project: what it may not do, and that nothing takes its mark off."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import checking, drafts, practice, practice_interviews, spaces
from app.models.commands import membership, people, practising, record_tables, syncing
from app.models.commands.responses import export_table
from app.models.project import Project, folders, open_project
from app.models.queries import surveys
from app.models.queries.lists import Listing
from app.models.vault import Unlocked, Vault
from app.paths import practice_mark
from tests.models.laptops import Laptop, found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        home = tmp_path_factory.mktemp("practice") / "home"
        practising.begin(home).close()
    return home


@pytest.fixture
def home(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "home"))


@pytest.fixture
def project(home: Path) -> Iterator[Project]:
    opened = practising.open_here(home)
    yield opened
    opened.close()


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Laptop]:
    laptop = found(tmp_path / "real")
    yield laptop
    laptop.close()


def test_it_is_ready_to_look_at_and_whole(project: Project) -> None:
    counts: dict[str, int] = dict(
        project.store.rows(
            "SELECT k.name, count(*) FROM records r JOIN kinds k USING(kid) GROUP BY 1"
        )
    )
    assert counts["response"] == 11 + practice_interviews.HOUSEHOLDS
    assert {"meeting", "commitment", "participant", "person", "place", "survey"} <= counts.keys()
    assert int(project.store.value("SELECT count(*) FROM drafts")) == 3
    assert checking.verify(project) == []
    assert syncing.unsent(project) == 0
    household = surveys.find_form(project, practice_interviews.FORM_ID)
    halves = [
        one for one in drafts.all_drafts(project, "response")
        if one.body["survey"] == household.key.id.hex()
    ]  # fmt: skip
    assert sorted(len(one.body["answers"]) for one in halves) > [10, 30]
    assert [seat.label for seat in people.all_here(project)] == ["AP", "LE"]


def test_it_syncs_with_its_own_folder_and_no_other(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "share"
    other.mkdir()
    with pytest.raises(KipuError, match="only with its own folder"):
        syncing.found_share(project, str(other))
    with pytest.raises(KipuError, match="only with its own folder"):
        syncing.sync(project, str(other))
    assert list(other.iterdir()) == []
    report, _touched = syncing.sync(project)
    assert report.warnings == []


def test_real_data_never_reaches_its_folder(project: Project, real: Laptop) -> None:
    share = str(practice.share_of(project))
    before = sorted(practice.share_of(project).rglob("*"))
    for command in (syncing.found_share, syncing.sync):
        with pytest.raises(KipuError, match="belongs to a practice project"):
            command(real.project, share)
    with pytest.raises(KipuError, match="belongs to a practice project"):
        syncing.read_share(share)
    assert sorted(practice.share_of(project).rglob("*")) == before


def test_it_admits_nobody(project: Project, tmp_path: Path) -> None:
    asked = membership.make_request(tmp_path / "other", "Rosa Tapuy", "una frase de prueba")
    asked.project.close()
    request, _words = membership.read_request(asked.raw)
    with pytest.raises(KipuError, match="on this laptop alone"):
        membership.admit(project, request, "facilitator", [spaces.all_named(project)[0].name])


def test_its_codes_are_never_offered(project: Project) -> None:
    from app.models import papers

    assert papers.unshown(project) == {}


def test_every_table_that_leaves_it_says_so(project: Project, real: Laptop) -> None:
    form = surveys.find_form(project, "practica")
    csv, count = export_table(project, form, ".csv", "", {})
    rows = csv.decode("utf-8-sig").splitlines()
    assert count == 11
    assert all(row.startswith(practice.WORD) for row in rows)
    people_csv, _count = record_tables.export_records(project, Listing("person"), ".csv")
    assert people_csv.decode("utf-8-sig").startswith(practice.WORD)
    whole, _count = record_tables.export_records(project, Listing("person"), ".json")
    assert all(practice.WORD in one for one in json.loads(whole))
    with pytest.raises(KipuError, match="comes from a practice project"):
        record_tables.import_records(real.project, "person", people_csv, ".csv", real.space())


def test_the_mark_is_in_the_store_not_in_the_file(home: Path, real: Laptop) -> None:
    practice_mark(practising.found_here(home) or home).unlink()
    opened = open_project(folders(home)[0], home, lambda vault: vault.unlock(practice.PASSPHRASE))
    try:
        assert practice.is_practice(opened)
    finally:
        opened.close()
    practice_mark(real.project.folder).write_bytes(b"")
    assert not practice.is_practice(real.project)
    with pytest.raises(KipuError, match="no practice project"):
        practising.throw_away(real.project)
    assert real.project.folder.exists()


def test_a_real_project_called_practice_is_not_thrown_away(real: Laptop) -> None:
    practice_mark(real.project.folder).write_bytes(b"")
    real.project.close()
    with pytest.raises(KipuError, match="no practice project"):
        practising.open_here(real.home)
    assert folders(real.home) != []
    real.project = _reopened(real.home)


def test_throwing_away_leaves_nothing(home: Path) -> None:
    project = practising.open_here(home)
    practising.throw_away(project)
    assert [one for one in home.rglob("*") if one.is_file()] == []
    assert practising.found_here(home) is None
    with pytest.raises(KipuError, match="no practice project on this laptop"):
        practising.open_here(home)


def test_there_is_one_at_most(home: Path) -> None:
    with pytest.raises(KipuError, match="is here already"):
        practising.begin(home)


def _reopened(home: Path) -> Project:
    from tests.models.laptops import PASSPHRASE

    def unlock(vault: Vault) -> Unlocked:
        return vault.unlock(PASSPHRASE)

    return open_project(folders(home)[0], home, unlock)
