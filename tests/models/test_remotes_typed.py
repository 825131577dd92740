"""What people type of a place: one place under many spellings, and what is refused at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import remotes, syncing
from app.models.commands.remotes import Given
from app.models.remotes import known, opening, trying
from sync import ports
from sync.remotes.addresses import Secret
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop


@pytest.fixture
def ana(three: list[Laptop]) -> Laptop:
    return three[0]


@pytest.fixture
def places(ana: Laptop, tmp_path: Path) -> tuple[str, str]:
    """Two founded shares, remembered as first and second."""
    made = [tmp_path / f"place-{name}" for name in ("first", "second")]
    for folder in made:
        folder.mkdir()
        name = folder.name.removeprefix("place-")
        add(ana, name, str(folder))
        syncing.found_share(ana.project, name)
    return str(made[0]), str(made[1])


def add(laptop: Laptop, name: str, address: str, secret: str = "", user: str = "") -> known.Known:
    place = remotes.place_from(Given(address, user, secret))
    return remotes.add(laptop.project, name, place)


def test_a_name_that_would_break_a_line_is_refused_and_not_repeated(
    ana: Laptop, places: tuple[str, str]
) -> None:
    for wrong in ("a\nb", "a\x1b[31mb", "a\u202eb", "a\u2028b"):
        with pytest.raises(KipuError, match="control characters") as caught:
            add(ana, wrong, places[0] + "/other")
        assert wrong not in str(caught.value)
    assert known.unused_name("/x/a\x1bb\nc", []) == "a-b-c"


def test_a_place_is_known_under_every_spelling(
    ana: Laptop, places: tuple[str, str], tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(places[0])
    for spelled in (f"{tmp_path}/x/../place-first", f"{places[0]}/", str(link)):
        with pytest.raises(KipuError, match="it is called “first”"):
            add(ana, "again", spelled)
        syncing.sync(ana.project, spelled)
    store = "s3://bucket/x?endpoint=http://10.0.0.1:9000"
    add(ana, "store", store, "clave", "AKIA")
    for spelled in (f"{store}/", f"{store}&region=us-east-1"):
        with pytest.raises(KipuError, match="it is called “store”"):
            add(ana, "again", spelled)
    assert [one.name for one in known.all_known(ana.project)] == ["first", "second", "store"]


def test_a_folder_behind_a_link_is_not_mistaken_for_one_that_reads_alike(tmp_path: Path) -> None:
    (tmp_path / "far" / "inner").mkdir(parents=True)
    (tmp_path / "near").mkdir()
    (tmp_path / "near" / "link").symlink_to(tmp_path / "far" / "inner")
    led_astray = f"{tmp_path}/near/link/../f1"
    (tmp_path / "far" / "f1").mkdir()
    assert opening.location_of(opening.read_address(led_astray)) == led_astray
    plain = opening.read_address(f"{tmp_path}/near/../near")
    assert opening.location_of(plain) == f"{tmp_path}/near"


def test_a_place_remembered_by_another_spelling_stays_the_same_one(
    ana: Laptop, places: tuple[str, str]
) -> None:
    """Earlier Kipus kept what was typed."""
    first = opening.require(ana.project, "first")
    typed = f"{places[0]}/../place-first"
    ana.project.store.run(
        "UPDATE remotes SET location=?, address=? WHERE remote=?", (typed, typed, first.id)
    )
    ana.person("Eva")
    outcomes, _touched = syncing.sync_places(ana.project, places[0])
    assert [(one.name, one.location, one.code) for one in outcomes] == [("first", typed, "")]
    assert len(known.all_known(ana.project)) == 2
    place = remotes.place_for(ana.project, Given(places[0]), first.id)
    assert remotes.change(ana.project, first, place=place).location == typed


def test_trying_a_share_that_is_known_under_another_address_says_so(
    ana: Laptop, places: tuple[str, str], tmp_path: Path
) -> None:
    syncing.sync(ana.project, "first")
    shutil.copytree(places[0], tmp_path / "copy")
    trial = remotes.try_known(ana.project, str(tmp_path / "copy"))
    assert trial.ok
    assert "same share as “first”" in trial.warnings[0]
    assert remotes.try_known(ana.project, "first").warnings == []


@pytest.mark.parametrize("kind", [ports.RemoteReadOnly, ports.RemoteFull])
def test_a_share_that_takes_nothing_still_gives(
    ana: Laptop,
    places: tuple[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[ports.RemoteError],
) -> None:
    def refuse(remote: FolderRemote) -> None:
        raise ports.fault(kind, remote.name)

    monkeypatch.setattr(FolderRemote, "probe", refuse)
    trial = remotes.try_known(ana.project, "first")
    assert (trial.ok, trial.code) == (False, kind.default_code)
    assert "can still be taken in" in trial.warnings[0]
    assert remotes.try_known(ana.project, str(tmp_path)).warnings == []


def test_what_a_secret_lacks_is_said_when_it_is_given(ana: Laptop) -> None:
    with pytest.raises(KipuError, match="access key id is missing"):
        remotes.place_from(Given("s3://bucket/x", secret="clave"))
    one = add(ana, "store", "s3://bucket/x", "clave", "AKIA")
    renewed = remotes.place_for(ana.project, Given(one.address, secret="nueva"), one.id)
    assert renewed.secret == Secret(password="nueva", access_key="AKIA")
    key = "SHA256:" + "A" * 43
    for address in ("webdav+https://eva@nube.ec/dav", "/media/stick"):
        with pytest.raises(KipuError, match="sftp:// only"):
            remotes.place_from(Given(address, host_key=key))
    for wrong in ("A" * 43, "MD5:" + "a:" * 15 + "a"):
        with pytest.raises(KipuError, match="ssh-keygen"):
            remotes.place_from(Given("sftp://eva@h/x", host_key=wrong))


def test_only_what_others_could_see_is_warned_of() -> None:
    def warned(address: str) -> str:
        return "".join(trying.plain_warning(remotes.place_from(Given(address))))

    assert warned("kipu+http://127.0.0.1") == warned("webdav+http://a@localhost/x") == ""
    assert warned("s3://bucket?endpoint=http://[::1]:9000") == warned("webdav+https://nas") == ""
    assert "password" in warned("webdav+http://a@10.0.0.1/x")
    for address in ("s3://bucket?endpoint=http://10.0.0.1", "webdav+http://nas/x"):
        assert "password" not in warned(address) != ""
    with pytest.raises(KipuError, match="this very computer"):
        warned("kipu+http://10.0.0.1")
