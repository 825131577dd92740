"""Several places for one project: each its own watermark and outcome, and no secret anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models.commands import attachments as attaching
from app.models.commands import remotes, syncing
from app.models.commands.remotes import Given
from app.models.ledger import RecordKey
from app.models.queries import sharing
from app.models.remotes import known, opening
from app.models.watched_remote import Stopped
from sync import ports
from sync.ports import Remote, fault
from sync.remotes import addresses
from sync.remotes.addresses import Address, Secret
from sync.remotes.folder import FolderRemote
from tests.models.laptops import Laptop

MARKER = "zqclavemarcada"


@pytest.fixture
def ana(three: list[Laptop]) -> Laptop:
    return three[0]


@pytest.fixture
def places(ana: Laptop, tmp_path: Path) -> tuple[str, str]:
    """Two founded shares, remembered as first and second."""
    made = []
    for name in ("first", "second"):
        folder = tmp_path / f"place-{name}"
        folder.mkdir()
        remotes.add(ana.project, name, remotes.place_from(Given(str(folder))))
        syncing.found_share(ana.project, name)
        made.append(str(folder))
    return made[0], made[1]


def add(laptop: Laptop, name: str, address: str, secret: str = "", user: str = "") -> known.Known:
    place = remotes.place_from(Given(address, user, secret))
    return remotes.add(laptop.project, name, place)


def picture(laptop: Laptop, owner: RecordKey) -> None:
    attaching.attach(laptop.project, owner, b"a picture", "p.jpg")


# --- several places ---------------------------------------------------------------------------------


def test_all_places_are_synced_and_each_has_its_own_watermark(
    ana: Laptop, places: tuple[str, str]
) -> None:
    ana.person("Eva")
    outcomes, _touched = syncing.sync_places(ana.project)
    assert [one.name for one in outcomes] == ["first", "second"]
    assert [one.report.sent.changes for one in outcomes if one.report] == [
        outcomes[0].report.sent.changes if outcomes[0].report else -1
    ] * 2
    ana.person("Ida")
    syncing.sync(ana.project, "first")
    waiting = sharing.to_send(ana.project)
    first, second = known.all_known(ana.project)
    assert waiting[first.id][0] == 0
    assert waiting[second.id][0] > 0
    assert syncing.unsent(ana.project) == 0


def test_a_place_that_fails_stops_no_other_and_is_not_hidden(
    ana: Laptop, places: tuple[str, str], tmp_path: Path
) -> None:
    syncing.sync(ana.project)
    Path(places[0]).rename(tmp_path / "unplugged")
    ana.person("Eva")
    outcomes, _touched = syncing.sync_places(ana.project)
    lost, fine = outcomes
    assert lost.code == "remote-missing"
    assert fine.report is not None
    assert fine.report.sent.changes == 1
    with pytest.raises(KipuError, match=r"^first: .*Your work is safe on this laptop\.$"):
        syncing.require_fine(outcomes)
    with pytest.raises(KipuError, match="first"):
        syncing.sync(ana.project)
    failed = known.all_known(ana.project)[0].failed
    assert failed is not None
    assert failed.code == "remote-missing"
    assert failed.message.endswith("Your work is safe on this laptop.")
    (tmp_path / "unplugged").rename(places[0])
    syncing.sync(ana.project, "first")
    assert known.all_known(ana.project)[0].failed is None


def test_two_that_fail_are_both_named(ana: Laptop, places: tuple[str, str]) -> None:
    for place in places:
        Path(place, "KIPU").rename(Path(place, "elsewhere"))
    with pytest.raises(KipuError) as caught:
        syncing.sync(ana.project)
    first, second = caught.value.message.splitlines()
    assert first.startswith("first: ")
    assert second.startswith("second: ")


def test_a_paused_place_is_left_out_but_may_be_named(ana: Laptop, places: tuple[str, str]) -> None:
    first, second = known.all_known(ana.project)
    remotes.change(ana.project, first, is_paused=True)
    outcomes, _touched = syncing.sync_places(ana.project)
    assert [one.name for one in outcomes] == ["second"]
    syncing.sync(ana.project, "FIRST")
    remotes.change(ana.project, second, is_paused=True)
    with pytest.raises(KipuError, match="Every place is paused"):
        syncing.sync(ana.project)


def test_a_bare_folder_is_remembered_under_a_name_of_its_own(ana: Laptop, tmp_path: Path) -> None:
    for parent in ("a", "b"):
        folder = tmp_path / parent / "stick"
        folder.mkdir(parents=True)
        syncing.found_share(ana.project, str(folder))
        syncing.sync(ana.project, str(folder))
    assert [one.name for one in known.all_known(ana.project)] == ["stick", "stick-2"]
    assert opening.require(ana.project, str(tmp_path / "b" / "stick")).name == "stick-2"


def test_a_folder_that_was_never_a_share_is_not_remembered(ana: Laptop, tmp_path: Path) -> None:
    with pytest.raises(KipuError):
        syncing.sync(ana.project, str(tmp_path / "typo"))
    assert known.all_known(ana.project) == []


def test_without_any_place_a_sync_asks_for_one(ana: Laptop) -> None:
    with pytest.raises(KipuError, match="Say where the share is"):
        syncing.sync(ana.project)


def test_stopping_stops_all_and_is_no_failure(ana: Laptop, places: tuple[str, str]) -> None:
    def stop(_written: int, _read: int) -> None:
        raise Stopped("stopped")

    with pytest.raises(Stopped):
        syncing.sync_places(ana.project, watch=stop)
    assert [one.failed for one in known.all_known(ana.project)] == [None, None]


def test_essentials_of_a_place_are_its_own_wish(ana: Laptop, places: tuple[str, str]) -> None:
    owner = ana.person("Eva")
    picture(ana, owner)
    first, second = known.all_known(ana.project)
    remotes.change(ana.project, first, essentials=True)
    outcomes, _touched = syncing.sync_places(ana.project)
    files = [one.report.attachments.sent.files for one in outcomes if one.report]
    assert files == [0, 1]
    waiting = sharing.to_send(ana.project)
    assert waiting[first.id][1] > 0
    assert waiting[second.id][1] == 0


# --- forgetting -------------------------------------------------------------------------------------


def test_removing_forgets_the_address_and_counts_what_was_only_there(
    ana: Laptop, places: tuple[str, str]
) -> None:
    syncing.sync(ana.project)
    owner = ana.person("Eva")
    picture(ana, owner)
    syncing.sync(ana.project, "first")
    assert syncing.unsent(ana.project) == 0
    before = ana.digests()
    alone = remotes.remove(ana.project, opening.require(ana.project, "first"))
    assert (alone.changes, alone.files, alone.not_here) == (2, 1, 0)
    assert [said.split()[0] for said in alone.sentences()] == ["2", "1"]
    assert syncing.unsent(ana.project) == 2
    assert ana.digests() == before
    assert Path(places[0], "KIPU").is_dir()
    assert [one.name for one in known.all_known(ana.project)] == ["second"]
    report, _touched = syncing.sync(ana.project)
    assert report.sent.changes == 2
    assert report.attachments.sent.files == 1


def test_a_place_added_again_begins_anew_and_nothing_goes_twice(
    ana: Laptop, places: tuple[str, str]
) -> None:
    ana.person("Eva")
    syncing.sync(ana.project, "first")
    remotes.remove(ana.project, opening.require(ana.project, "first"))
    assert syncing.unsent(ana.project) > 0
    add(ana, "again", places[0])
    report, _touched = syncing.sync(ana.project, "again")
    assert report.sent.changes == 0
    assert syncing.unsent(ana.project) == 0


# --- names and addresses ----------------------------------------------------------------------------


def test_names_and_places_are_taken_once(ana: Laptop, places: tuple[str, str]) -> None:
    with pytest.raises(KipuError, match="called “first” already"):
        add(ana, "First", places[0] + "/other")
    with pytest.raises(KipuError, match="it is called “first”"):
        add(ana, "third", places[0])
    for wrong in ("", "a/b", "x" * 61, "sftp://x"):
        with pytest.raises(KipuError, match="cannot be a name"):
            add(ana, wrong, places[0] + "/other")
    with pytest.raises(KipuError, match="there are: first, second"):
        opening.require(ana.project, "nobody")


def test_a_server_may_prove_itself_anew_and_stays_the_same_place(ana: Laptop) -> None:
    one = add(ana, "casa", "sftp://eva@example.org/kipu", secret="clave")
    key = "SHA256:" + "A" * 43
    changed = remotes.trust(ana.project, one, key)
    assert changed.location == one.location
    assert opening.place_of(ana.project, changed).address.option("host-key") == key
    assert opening.stored_secret(ana.project, changed).password == "clave"
    elsewhere = remotes.place_from(Given("sftp://eva@example.com/kipu"))
    with pytest.raises(KipuError, match="another place"):
        remotes.change(ana.project, one, place=elsewhere)


def test_what_is_given_of_a_place_becomes_what_its_driver_takes() -> None:
    web = remotes.place_from(Given("webdav+https://nube.ec/dav", "eva", "clave"))
    assert (web.address.user, web.secret) == ("eva", Secret(password="clave"))
    store = remotes.place_from(Given("s3://bucket/x", "AKIA", "clave"))
    assert store.secret == Secret(password="clave", access_key="AKIA")
    key = remotes.place_from(Given("sftp://eva@h/x", "", "frase", "-----BEGIN"))
    assert key.secret == Secret(key="-----BEGIN", passphrase="frase")
    with pytest.raises(KipuError, match="sftp:// only"):
        remotes.place_from(Given("s3://bucket", key="-----BEGIN"))


def test_the_name_of_a_new_place_follows_from_its_address() -> None:
    taken = ["nube.ec", "Stick"]
    assert known.unused_name("webdav+https://eva@nube.ec/dav", taken) == "nube.ec-2"
    assert known.unused_name("/media/eva/stick", taken) == "stick-2"
    assert known.unused_name("C:\\Users\\Eva\\Nube", taken) == "Nube"
    assert known.unused_name("/", taken) == "share"


# --- trying -----------------------------------------------------------------------------------------


def test_trying_says_whose_share_it_is(
    ana: Laptop, three: list[Laptop], places: tuple[str, str], tmp_path: Path
) -> None:
    assert remotes.try_known(ana.project, "first").ok
    empty = tmp_path / "empty"
    empty.mkdir()
    trial = remotes.try_known(ana.project, str(empty))
    assert (trial.ok, trial.code, trial.is_empty) == (False, "not-a-share", True)
    (empty / "letter.txt").write_text("of somebody's")
    trial = remotes.try_known(ana.project, str(empty))
    assert (trial.ok, trial.code, trial.is_empty) == (False, "place-not-empty", False)
    assert remotes.try_known(ana.project, str(tmp_path / "no")).code == "remote-missing"
    other = tmp_path / "other"
    other.mkdir()
    from tests.models.laptops import found

    stranger = found(tmp_path / "stranger")
    syncing.found_share(stranger.project, str(other))
    stranger.close()
    assert remotes.try_known(ana.project, str(other)).code == "other-project-share"
    assert [one.name for one in empty.iterdir()] == ["letter.txt"]


def test_a_host_key_is_shown_to_be_compared(ana: Laptop, monkeypatch: pytest.MonkeyPatch) -> None:
    shown = "SHA256:" + "B" * 43

    def refuse(place: str) -> Remote:
        raise fault(ports.RemoteHostKey, place, fingerprint=shown)

    _replace_driver(monkeypatch, refuse)
    trial = remotes.try_given(ana.project, Given("sftp://eva@example.org/x"))
    assert (trial.ok, trial.code, trial.fingerprint) == (False, "remote-host-key", shown)


def test_a_certificate_is_shown_and_not_offered_for_trust(
    ana: Laptop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = "b" * 64

    def refuse(place: str) -> Remote:
        raise fault(ports.RemoteCertificate, place, reason="self-signed", fingerprint=shown)

    _replace_driver(monkeypatch, refuse)
    trial = remotes.try_given(ana.project, Given("kipu+https://example.org"))
    assert (trial.ok, trial.code, trial.fingerprint) == (False, "remote-certificate", shown)
    assert trial.host_key == ""


# --- secrets ----------------------------------------------------------------------------------------


def test_no_secret_reaches_a_file_a_sentence_or_a_list(
    ana: Laptop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    given = Given("sftp://eva@example.org/x", "", f"{MARKER}frase", f"BEGIN {MARKER}key")
    one = remotes.add(ana.project, "casa", remotes.place_from(given))
    add(ana, "nube", "s3://bucket/x", f"{MARKER}s3", f"{MARKER}id")

    def refuse(place: str) -> Remote:
        # A library that puts everything it knows into its error.
        reason = f"auth failed for eva with {MARKER}frase"
        raise fault(ports.RemoteBroken, place, reason=reason)

    _replace_driver(monkeypatch, refuse)
    outcomes, _touched = syncing.sync_places(ana.project, "casa")
    (said,) = [one.error.message for one in outcomes if one.error]
    failed = known.all_known(ana.project)[0].failed
    assert failed is not None
    told = [said, failed.message, json.dumps(dict(failed.params)), repr(one), caplog.text,
            repr(opening.place_of(ana.project, one)),
            repr(remotes.try_known(ana.project, "casa"))]  # fmt: skip
    assert [text for text in told if MARKER in text] == []
    ana.project.back_up()
    ana.project.store.run("PRAGMA wal_checkpoint(FULL)")
    ana.reopen()
    assert opening.stored_secret(ana.project, one).passphrase == f"{MARKER}frase"
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path for path in files if MARKER.encode() in path.read_bytes()] == []
    assert len(files) > 5


def test_a_changed_place_keeps_the_secret_that_is_not_given_anew(ana: Laptop) -> None:
    one = add(ana, "nube", "webdav+https://eva@nube.ec/dav", "vieja")
    place = remotes.place_for(ana.project, Given(one.address), one.id)
    remotes.change(ana.project, one, place=place, rate=20, is_automatic=False)
    again = opening.require(ana.project, "nube")
    assert (again.rate, again.is_automatic) == (20, False)
    assert opening.stored_secret(ana.project, again).password == "vieja"
    new = remotes.place_for(ana.project, Given(one.address, secret="nueva"), one.id)
    remotes.change(ana.project, one, place=new)
    assert opening.stored_secret(ana.project, again).password == "nueva"
    other = remotes.place_for(ana.project, Given("webdav+https://eva@ladron.ec/dav"), one.id)
    assert other.secret == opening.NO_SECRET
    with pytest.raises(KipuError):
        remotes.change(ana.project, one, rate=-1)


def _replace_driver(patch: pytest.MonkeyPatch, make: Callable[[str], Remote]) -> None:
    def opened(address: Address, *_rest: object) -> Remote:
        return make(address.shown)

    patch.setattr(addresses, "open_address", opened)


# --- polls ------------------------------------------------------------------------------------------


def test_a_place_by_url_is_polled_and_a_folder_walked(
    ana: Laptop, places: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    polled: list[bool] = []
    real = syncing.engine.synchronise

    def synchronise(replica: object, remote: Remote, *options: bool) -> object:
        polled.append(options[1])
        return real(replica, remote, *options)  # type: ignore[arg-type]

    monkeypatch.setattr(syncing.engine, "synchronise", synchronise)
    syncing.sync(ana.project, "first")
    syncing.sync_places(ana.project, "first", syncing.Wishes(poll=True))
    add(ana, "web", "webdav+https://nube.ec/dav")
    _replace_driver(monkeypatch, lambda _place: FolderRemote(Path(places[0]), "tests"))
    outcomes, _touched = syncing.sync_places(ana.project, "web")
    assert outcomes[0].error is None
    assert polled == [False, True, True]
    assert opening.require(ana.project, "web").last_ms is not None
