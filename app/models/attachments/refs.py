"""Which sealed files the records and drafts of this laptop name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from app.models.fields import AttachmentRef
from app.models.ledger.projection import table
from app.models.records import KINDS, Kind
from sync.attachments import MAX_BYTES, NAME_BYTES, Seal
from sync.crypto import KEY_BYTES
from sync.values import Value, from_json

if TYPE_CHECKING:
    from app.models.project import Project

KIND: Final = "attachment"


@dataclass(frozen=True)
class File:
    """A kept file as a record names it. ``title`` is the file name people know it by."""

    space: bytes
    seal: Seal
    size: int
    title: str
    media: str

    @property
    def name(self) -> bytes:
        return self.seal.name


def file_of(space: bytes, value: Value) -> File | None:
    """The file a value names (see fields.AttachmentRef); None for any other value.

    A value can come from anybody, so that what no file of ours could be is none.
    """
    if not isinstance(value, dict):
        return None
    name, key, size = value.get("hash"), value.get("key"), value.get("size")
    if not isinstance(name, bytes) or not isinstance(key, bytes) or isinstance(size, bool):
        return None
    if len(name) != NAME_BYTES or len(key) != KEY_BYTES or not isinstance(size, int):
        return None
    if not 0 <= size <= MAX_BYTES:
        return None
    title, media = value.get("name"), value.get("type")
    return File(space, Seal(name, key), size, str(title or ""), str(media or ""))


def files(project: Project) -> dict[bytes, File]:
    """Every file that something here names, by its name: shown, deleted or in a draft."""
    return _named((*_of_records(project), *_of_drafts(project)))


def of_records(project: Project, deleted: bool = True) -> dict[bytes, File]:
    """The files that records name, the deleted ones among them if asked for.

    What a draft holds is nobody else's business until it is a record.
    """
    return _named(_of_records(project, deleted))


def _named(texts: Iterable[tuple[bytes, str]]) -> dict[bytes, File]:
    found: dict[bytes, File] = {}
    for space, text in texts:
        for one in within(space, from_json(text)):
            found.setdefault(one.name, one)
    return found


def within(space: bytes, value: Value) -> Iterator[File]:
    """The files that a value holds, at whatever depth."""
    one = file_of(space, value)
    if one is not None:
        yield one
        return
    parts: Iterable[Value] = ()
    if isinstance(value, dict):
        parts = value.values()
    elif isinstance(value, list):
        parts = value
    for part in parts:
        yield from within(space, part)


def namings(project: Project) -> Iterator[tuple[int, int, File]]:
    """Log (its local number) and number of every change that names a file, with the file."""
    for lid, seq, sid, text in _told(project, deleted=True):
        if lid is not None and text:
            for one in within(project.ledger.registers.space(sid), from_json(text)):
                yield int(lid), int(seq), one


def _of_records(project: Project, deleted: bool = True) -> Iterator[tuple[bytes, str]]:
    for _lid, _seq, sid, text in _told(project, deleted):
        if text:
            yield project.ledger.registers.space(sid), text


def _told(project: Project, deleted: bool) -> Iterable[tuple[Any, ...]]:
    """What was ever written in a record that names a file: its creation and every edit."""
    kinds = {one.name: _file_fields(one) for one in KINDS.values() if _file_fields(one)}
    shown = " UNION ALL ".join(
        f'SELECT rid FROM "{table(name)}" WHERE {" OR ".join(f"{one} NOT NULL" for one in fields)}'
        for name, fields in kinds.items()
    )
    kids = [project.ledger.registers.kid(name) for name in kinds] if deleted else []
    # Left to itself SQLite reads every record there is, at every sync.
    gone = (
        " UNION SELECT rid FROM records INDEXED BY records_of_note WHERE state<>1 "
        f"AND kid IN ({','.join('?' * len(kids))})"
    )
    return project.store.rows(
        f"WITH own(rid) AS ({shown}{gone if deleted else ''}) "
        "SELECT r.lid, r.seq, r.sid, ifnull(r.base, r.data) FROM own CROSS JOIN records r "
        "USING(rid) UNION ALL SELECT e.lid, e.seq, r.sid, e.fields FROM own CROSS JOIN edits e "
        "USING(rid) JOIN records r USING(rid)",
        kids,
    )


def _file_fields(kind: Kind) -> list[str]:
    return [f'"{one.id}"' for one in kind.columns if isinstance(one, AttachmentRef)]


def _of_drafts(project: Project) -> Iterator[tuple[bytes, str]]:
    rows = project.store.rows(
        "SELECT s.space, d.body FROM drafts d JOIN spaces s USING(sid) "
        "WHERE instr(d.body, '\"hash\"')"
    )
    return ((bytes(space), str(body)) for space, body in rows)
