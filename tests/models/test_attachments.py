"""Files that belong to records: kept, read, moved, let go, and never in the clear."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.errors import KipuError
from app.models import attachments, checking, drafts, handover
from app.models.attachments import loose, whereabouts
from app.models.commands import attachments as attaching
from app.models.commands import erasing, record_tables, records
from app.models.drafts import Draft
from app.models.fields.links import without_key
from app.models.ledger import RecordKey
from app.models.queries import attachments as reading
from app.models.queries.lists import Listing
from app.models.tables import style
from sync.values import Value
from tests.models.laptops import Laptop, found

MARKER = b"zqmarcadora palabra en claro "
PHOTO = MARKER * 9000


@pytest.fixture(scope="module")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Laptop]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KIPU_KDF", "floor")
        made = found(tmp_path_factory.mktemp("attachments") / "l1", "Arajuno", "Curaray")
    yield made
    made.close()


@pytest.fixture
def person(laptop: Laptop) -> RecordKey:
    return laptop.person("Ana")


def attach(laptop: Laptop, owner: RecordKey, data: bytes, name: str = "foto.jpg") -> RecordKey:
    return attaching.attach(laptop.project, owner, data, name)


def ref_of(laptop: Laptop, key: RecordKey) -> dict[str, Value]:
    ref = reading.find(laptop.project, key).ref
    assert isinstance(ref, dict)
    return dict(ref)


def sealed_at(laptop: Laptop, key: RecordKey) -> Path:
    file = reading.find(laptop.project, key).file
    assert file is not None
    return attachments.path_of(laptop.project, file.name)


def sealed_files(laptop: Laptop) -> list[Path]:
    return sorted(path for path in laptop.project.paths.attachments.rglob("*") if path.is_file())


def test_what_is_attached_is_read_again(laptop: Laptop, person: RecordKey) -> None:
    key = attaching.attach(
        laptop.project, person, io.BytesIO(PHOTO), "C:\\fotos\\la casa.JPG",
        caption="La casa", question="/house/photo", taken="2026-11-20T14:30:00",
    )  # fmt: skip
    [one] = reading.of(laptop.project, person)
    assert (one.key, one.is_here, one.question) == (key, True, "/house/photo")
    assert one.file is not None
    assert (one.file.title, one.file.media, one.file.size) == (
        "la casa.JPG", "image/jpeg", len(PHOTO)
    )  # fmt: skip
    assert one.values["type"] == "photo"
    assert attachments.read(laptop.project, one.ref) == PHOTO
    with attachments.open_(laptop.project, one.ref) as stream:
        stream.seek(100_000)
        assert stream.read(50) == PHOTO[100_000:100_050]
    laptop.verify()


@pytest.mark.parametrize(
    ("name", "media", "title", "type_"),
    [
        ("voz.mp3", "", "voz.mp3", "audio"),
        ("acta.pdf", "", "acta.pdf", "document"),
        ("dibujo", "image/png", "dibujo", "photo"),
        ("clip.mp4", "", "clip.mp4", "video"),
        ("/", "", "file", "other"),
        ("a\x00\nb\u202e.pdf", "", "ab.pdf", "document"),
        ("x" * 500 + ".jpeg", "", "x" * 115 + ".jpeg", "photo"),
    ],
)
def test_names_and_types_are_told_from_what_is_given(
    laptop: Laptop, name: str, media: str, title: str, type_: str
) -> None:
    ref = attachments.keep(laptop.project, laptop.space(), b"x", name, media)
    assert ref["name"] == title
    assert attaching.type_of(ref) == type_
    if media:
        assert ref["type"] == media


def test_nothing_is_ever_in_the_clear(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO, "zqmarcadora.jpg")
    attachments.read(laptop.project, ref_of(laptop, key))
    laptop.project.back_up()
    for path in laptop.home.rglob("*"):
        assert b"zqmarcadora" not in (path.read_bytes() if path.is_file() else b"")
        assert "zqmarcadora" not in path.name


def test_equal_files_of_one_space_are_kept_once(laptop: Laptop, person: RecordKey) -> None:
    first = attach(laptop, person, PHOTO + b"1")
    before = sealed_files(laptop)
    second = attach(laptop, laptop.person("Beto"), PHOTO + b"1", "otra.jpg")
    assert sealed_files(laptop) == before
    assert sealed_at(laptop, first) == sealed_at(laptop, second)
    stranger = attach(laptop, laptop.person("Caya", space="Curaray"), PHOTO + b"1")
    assert len(sealed_files(laptop)) == len(before) + 1
    assert sealed_at(laptop, stranger).read_bytes() != sealed_at(laptop, first).read_bytes()


def test_a_damaged_file_is_named_set_aside_and_kept_anew(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO + b"2")
    path = sealed_at(laptop, key)
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(raw)
    with pytest.raises(KipuError, match="does not open any more"):
        attachments.read(laptop.project, ref_of(laptop, key))
    [problem] = checking.verify(laptop.project)
    assert "foto.jpg" in problem
    assert not path.exists()
    assert any(path.name in one.name for one in laptop.project.paths.set_aside.iterdir())
    assert key in [one.key for one in reading.missing(laptop.project)]
    with pytest.raises(KipuError, match=r"not on this laptop yet"):
        attachments.read(laptop.project, ref_of(laptop, key))
    attach(laptop, person, PHOTO + b"2")
    assert key not in [one.key for one in reading.missing(laptop.project)]
    laptop.verify()


def test_a_file_goes_with_its_record(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO + b"3")
    records.delete(laptop.project, person)
    assert reading.of(laptop.project, person) == []
    assert sealed_at(laptop, key).exists()
    records.restore(laptop.project, person)
    moved = records.move(laptop.project, person, laptop.space("Curaray"))
    [one] = reading.of(laptop.project, moved)
    assert one.is_here
    assert attachments.read(laptop.project, one.ref) == PHOTO + b"3"
    assert sealed_at(laptop, one.key) != sealed_at(laptop, key)
    laptop.verify()


def test_what_is_not_here_does_not_move(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO + b"4")
    sealed_at(laptop, key).unlink()
    with pytest.raises(KipuError, match="not on this laptop yet"):
        records.move(laptop.project, person, laptop.space("Curaray"))
    assert len(reading.of(laptop.project, person)) == 1


def test_files_of_any_record_and_of_none_other(laptop: Laptop, person: RecordKey) -> None:
    project = laptop.project
    committee = records.new(project, "committee", {"name": "Comité"}, laptop.space())
    key = attach(laptop, committee, b"acta", "acta.pdf")
    with pytest.raises(KipuError, match="not to another attachment"):
        attach(laptop, key, b"x")
    with pytest.raises(KipuError, match="no attachment"):
        attaching.delete(project, person)
    records.delete(project, committee)
    with pytest.raises(KipuError, match="deleted"):
        attach(laptop, committee, b"x")
    meeting = records.new(
        project, "meeting",
        {"committee": records.new(project, "committee", {"name": "C"}, laptop.space()).id.hex(),
         "date": "2026-11-20"},
    )  # fmt: skip
    signed = attach(laptop, meeting, b"firmada", "firmada.pdf")
    records.close(project, meeting)
    with pytest.raises(KipuError, match="closed"):
        attach(laptop, meeting, b"tarde", "tarde.pdf")
    with pytest.raises(KipuError, match="closed act"):
        erasing.erase(project, signed)
    assert attachments.read(project, ref_of(laptop, signed)) == b"firmada"


def test_erasing_takes_the_bytes_unless_another_record_has_them(
    laptop: Laptop, person: RecordKey
) -> None:
    own = attach(laptop, person, PHOTO + b"5")
    shared = attach(laptop, person, PHOTO + b"6")
    other = attach(laptop, laptop.person("Beto"), PHOTO + b"6")
    paths = sealed_at(laptop, own), sealed_at(laptop, shared)
    ref = ref_of(laptop, own)
    erasing.erase(laptop.project, person)
    assert [path.exists() for path in paths] == [False, True]
    with pytest.raises(KipuError, match="not on this laptop"):
        attachments.read(laptop.project, ref)
    assert attachments.read(laptop.project, ref_of(laptop, other)) == PHOTO + b"6"
    erasing.erase(laptop.project, other)
    assert not paths[1].exists()
    laptop.verify()


def test_erasing_the_value_alone_takes_the_key_too(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO + b"7")
    path = sealed_at(laptop, key)
    erasing.erase(laptop.project, key, ["file"])
    assert not path.exists()
    [one] = reading.of(laptop.project, person)
    assert one.file is None
    assert not one.is_here
    with pytest.raises(KipuError, match="erased"):
        attachments.open_(laptop.project, one.ref)


def test_undoing_an_erasure_that_fails_leaves_the_file(
    laptop: Laptop, person: RecordKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = attach(laptop, person, PHOTO + b"8")

    def fail(*_given: object) -> None:
        raise KipuError("no")

    monkeypatch.setattr(drafts, "forget", fail)
    with pytest.raises(KipuError, match="no"):
        erasing.erase(laptop.project, person)
    monkeypatch.undo()
    attachments.sweep(laptop.project)
    assert attachments.read(laptop.project, ref_of(laptop, key)) == PHOTO + b"8"


# -- drafts ----------------------------------------------------------------------------------------


def kept_draft(laptop: Laptop, data: bytes) -> tuple[Draft, Path]:
    ref = attachments.keep(laptop.project, laptop.space(), data, "voz.ogg")
    body: dict[str, Value] = {"answers": {"/voice": [{"deep": ref}]}}
    draft = Draft(os.urandom(16), "response", laptop.space(), 1, 1, body)
    drafts.keep(laptop.project, draft)
    assert isinstance(ref["hash"], bytes)
    return draft, attachments.path_of(laptop.project, ref["hash"])


def test_a_draft_holds_its_files_until_it_is_discarded(laptop: Laptop) -> None:
    draft, path = kept_draft(laptop, PHOTO + b"9")
    laptop.clock_ms += 10 * loose.KEPT_MS
    attachments.sweep(laptop.project)
    assert path.exists()
    drafts.discard(laptop.project, draft.id)
    assert not path.exists()


def test_a_discarded_draft_leaves_what_a_record_has_too(laptop: Laptop, person: RecordKey) -> None:
    draft, path = kept_draft(laptop, PHOTO + b"10")
    attach(laptop, person, PHOTO + b"10")
    drafts.discard(laptop.project, draft.id)
    assert path.exists()


def test_what_a_draft_kept_is_bound_in_a_transaction_of_more(
    laptop: Laptop, person: RecordKey
) -> None:
    project = laptop.project
    ref = attachments.keep(project, person.space, PHOTO + b"11", "voz.ogg")
    change = attaching.creation((person.kind, person.id), ref, question="/voice")
    project.ledger.commit(person.space, [change], "finish")
    laptop.clock_ms += 10 * loose.KEPT_MS
    attachments.sweep(project)
    [one] = reading.of(project, person)
    assert (one.is_here, one.values["type"], one.question) == (True, "audio", "/voice")
    assert attaching.bind(project, person, ref) != one.key
    with pytest.raises(KipuError, match="no field"):
        attaching.creation((person.kind, person.id), ref, colour="red")


def test_what_nobody_names_is_let_go_after_some_days(laptop: Laptop) -> None:
    ref = attachments.keep(laptop.project, laptop.space(), PHOTO + b"12", "a.jpg")
    assert isinstance(ref["hash"], bytes)
    path = attachments.path_of(laptop.project, ref["hash"])
    attachments.sweep(laptop.project)
    assert path.exists()
    laptop.clock_ms += loose.KEPT_MS + 60_000
    attachments.sweep(laptop.project)
    assert not path.exists()


def test_a_file_that_nothing_names_and_nobody_let_go_stays(laptop: Laptop) -> None:
    """After going back to a backup, records may be missing that the next sync brings back."""
    ref = attachments.keep(laptop.project, laptop.space(), PHOTO + b"13", "a.jpg")
    assert isinstance(ref["hash"], bytes)
    laptop.project.store.run("DELETE FROM attachments_loose")
    laptop.clock_ms += 10 * loose.KEPT_MS
    attachments.sweep(laptop.project)
    path = attachments.path_of(laptop.project, ref["hash"])
    assert path.exists()
    path.unlink()


# -- what can go wrong -----------------------------------------------------------------------------


class Changing(io.BytesIO):
    """A file somebody writes to while it is read: the second reading differs."""

    def seek(self, offset: int, whence: int = 0) -> int:
        self.getbuffer()[0] ^= 1
        return super().seek(offset, whence)


def test_a_file_that_changes_while_it_is_read_is_not_kept(
    laptop: Laptop, person: RecordKey
) -> None:
    before = sealed_files(laptop)
    with pytest.raises(KipuError, match="changed while it was read"):
        attaching.attach(laptop.project, person, Changing(PHOTO + b"17"), "a.jpg")
    assert sealed_files(laptop) == before
    assert reading.of(laptop.project, person) == []


def test_a_file_too_large_is_refused(
    laptop: Laptop, person: RecordKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sync.attachments.MAX_BYTES", 100)
    with pytest.raises(KipuError, match="at most"):
        attach(laptop, person, b"x" * 101)


def test_a_full_disk_keeps_nothing(
    laptop: Laptop, person: RecordKey, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    before = sealed_files(laptop)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(KipuError, match="no room left"):
        attach(laptop, person, PHOTO + b"14")
    monkeypatch.undo()
    assert sealed_files(laptop) == before
    assert reading.of(laptop.project, person) == []


def test_what_was_cut_off_is_cleared_up(laptop: Laptop) -> None:
    left = laptop.project.paths.attachments / "ab" / ".tmp-0011"
    left.parent.mkdir(parents=True, exist_ok=True)
    left.write_bytes(b"half")
    attachments.sweep(laptop.project)
    assert not left.exists()


def test_exports_hold_no_key(laptop: Laptop, person: RecordKey) -> None:
    key = attach(laptop, person, PHOTO + b"15", "unica.jpg")
    ref = ref_of(laptop, key)
    secret = ref["key"]
    assert isinstance(secret, bytes)
    assert "key" not in without_key(ref)
    for suffix in (".csv", ".json"):
        data, _count = record_tables.export_records(
            laptop.project, Listing("attachment"), suffix, style(False, "")
        )
        assert b"unica.jpg" in data
        assert secret.hex().encode() not in data
        assert b'"key"' not in data
        assert person.id.hex().encode() in data


def test_what_no_share_has_is_lost_with_the_laptop(laptop: Laptop, person: RecordKey) -> None:
    attach(laptop, person, PHOTO + b"16")
    standing = handover.standing(laptop.project)
    assert standing.files == len(whereabouts.unsent(laptop.project)) > 0
    assert not standing.is_clear
    assert f"{standing.files} file" in standing.losses
