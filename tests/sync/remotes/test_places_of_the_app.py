"""A project's places on real servers, as people add, try, found and sync with them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import remotes, syncing
from app.models.remotes import known, trying
from app.models.remotes import opening as doors
from sync import layout
from sync.remotes.addresses import Secret
from tests.models.laptops import Laptop, found, join
from tests.sync.remotes.conftest import Make
from tests.sync.remotes.places import Bucket, Place


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Laptop, Laptop]]:
    ana = found(tmp_path / "ana")
    beto = join(ana, tmp_path / "beto", "Beto", "secretary")
    yield ana, beto
    ana.close()
    beto.close()


def as_given(place: Place, secret: Secret | None = None) -> doors.Place:
    return doors.Place(place.address, place.secret if secret is None else secret)


def test_two_laptops_meet_at_every_kind_of_place(two: tuple[Laptop, Laptop], place: Place) -> None:
    ana, beto = two
    for one in two:
        remotes.add(one.project, "there", as_given(place))
    trial = remotes.try_known(ana.project, "there")
    assert (trial.code, trial.is_empty) == ("not-a-share", True)
    syncing.found_share(ana.project, "there")
    assert remotes.try_known(ana.project, "there").ok
    key = ana.person("Eva")
    syncing.sync(ana.project)
    beto.project.ledger.now_ms = ana.project.ledger.now_ms
    report, touched = syncing.sync(beto.project)
    assert report.received.changes >= 1
    assert "person" in touched.kinds
    assert beto.values(key)["name"] == "Eva"
    outcomes, _touched = syncing.sync_places(ana.project)
    (kept,) = known.all_known(ana.project)
    assert outcomes[0].location == kept.location == doors.location_of(place.address)
    assert kept.last_ms is not None
    assert kept.failed is None


def test_a_host_key_that_nobody_compared_is_shown_and_nothing_is_sent(
    two: tuple[Laptop, Laptop], make_place: Make, host_key: str
) -> None:
    ana, _beto = two
    place = make_place("sftp")
    bare = doors.Place(place.address.with_option("host-key", ""), place.secret)
    trial = trying.attempt(ana.project, bare)
    assert (trial.ok, trial.code, trial.fingerprint) == (False, "remote-host-key", host_key)
    one = remotes.add(ana.project, "server", bare)
    remotes.trust(ana.project, one, trial.fingerprint)
    syncing.found_share(ana.project, "server")
    assert syncing.sync(ana.project, "server")[0].sent.batches >= 0
    assert known.all_known(ana.project)[0].location == one.location


@pytest.mark.parametrize("kind", ["sftp-password", "webdav-wsgidav", "s3"])
def test_a_wrong_password_is_named_and_written_nowhere(
    two: tuple[Laptop, Laptop], make_place: Make, kind: str
) -> None:
    ana, _beto = two
    place = make_place(kind)
    wrong = Secret(password="zqequivocada", access_key=place.secret.access_key)
    trial = trying.attempt(ana.project, as_given(place, wrong))
    assert (trial.ok, trial.code) == (False, "remote-login")
    assert "zqequivocada" not in trial.message
    remotes.add(ana.project, "server", as_given(place, wrong))
    outcomes, _touched = syncing.sync_places(ana.project)
    assert outcomes[0].code == "remote-login"
    failed = known.all_known(ana.project)[0].failed
    assert failed is not None
    assert "zqequivocada" not in str(failed)


def test_from_a_place_that_may_only_be_read_others_work_is_taken_in(
    two: tuple[Laptop, Laptop], make_place: Make
) -> None:
    ana, beto = two
    place = make_place("sftp-read-only")
    trial = trying.attempt(beto.project, as_given(place))
    assert (trial.code, trial.warnings) == ("remote-read-only", [])
    syncing.found_share(ana.project, str(place.folder))
    key = ana.person("Eva")
    syncing.sync(ana.project, str(place.folder))
    trial = trying.attempt(beto.project, as_given(place))
    assert (trial.ok, trial.code) == (False, "remote-read-only")
    assert "can still be taken in" in trial.warnings[0]
    beto.project.ledger.now_ms = ana.project.ledger.now_ms
    remotes.add(beto.project, "there", as_given(place))
    beto.person("Beto's")
    outcomes, _touched = syncing.sync_places(beto.project, "there")
    assert outcomes[0].code == "remote-read-only"
    assert beto.values(key)["name"] == "Eva"


def test_a_share_is_founded_only_where_nothing_else_lies(
    two: tuple[Laptop, Laptop], place: Place
) -> None:
    ana, _beto = two
    remotes.add(ana.project, "there", as_given(place))
    place.plant("letters.txt", b"x")
    with pytest.raises(KipuError, match="is not empty"):
        syncing.found_share(ana.project, "there")
    assert place.files() == ["letters.txt"]


def test_an_empty_folder_of_ours_and_a_founding_cut_off_are_nothing_else(
    two: tuple[Laptop, Laptop], place: Place
) -> None:
    ana, _beto = two
    if not isinstance(place, Bucket):
        place.plant_folder("KIPU")
    remotes.add(ana.project, "there", as_given(place))
    remote = place.open()
    assert getattr(remote, "is_empty_place")()  # noqa: B009
    remote.put(layout.ROOT_KEY, ana.replica.root_key)
    syncing.found_share(ana.project, "there")
    assert syncing.sync(ana.project, "there")[0].sent.batches >= 0
    with pytest.raises(KipuError) as caught:
        syncing.found_share(ana.project, "there")
    where = doors.location_of(place.address)
    assert str(caught.value) == f"{where} is a share already. Sync with it without --found."
