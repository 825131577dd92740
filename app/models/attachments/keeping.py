"""Keeping a file: sealed as it is read, flushed, read back, and only then given its name."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import mimetypes
import os
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from app.errors import KipuError
from app.i18n import _
from app.models.attachments.refs import File, file_of, files
from app.models.faults import explained
from app.models.ledger.sealing import KeyAwaited
from app.models.safe_files import patiently, set_aside, sync_folder
from sync import attachments as sealing
from sync.attachments import Naming, Source
from sync.errors import SyncError
from sync.values import Value

if TYPE_CHECKING:
    from app.models.project import Project

TEMPORARY: Final = ".tmp-"
_READ: Final = 1 << 20
_LONGEST_TITLE: Final = 120
_ANY_MEDIA: Final = "application/octet-stream"
# The system's own table differs from laptop to laptop.
_TYPES: Final = mimetypes.MimeTypes()
for _media, _suffix in (
    ("audio/ogg", ".ogg"), ("audio/ogg", ".oga"), ("audio/ogg", ".opus"), ("audio/mp4", ".m4a"),
    ("audio/amr", ".amr"), ("image/heic", ".heic"), ("image/webp", ".webp"),
    ("application/geo+json", ".geojson"), ("application/vnd.oasis.opendocument.text", ".odt"),
):  # fmt: skip
    _TYPES.add_type(_media, _suffix)


def space_keys(project: Project, space: bytes) -> list[bytes]:
    """The keys files of a space are named by: of its epochs that follow no other, mostly one.

    The first stays the same when the epoch rotates, and every reader of the space holds it.
    Raises KeyAwaited when it has not reached this laptop.
    """
    found = first_keys(project, space)
    if not found:
        raise KeyAwaited(
            _("The key of this space has not reached this laptop yet; sync and try again.")
        )
    return found


def first_keys(project: Project, space: bytes) -> list[bytes]:
    """Those of `space_keys` that are here, perhaps none."""
    epochs = project.roster.view().epochs.items()
    first = sorted(e for e, at in epochs if at.body["space"] == space and not at.body["parents"])
    return [key for key in map(project.store.epoch_key, first) if key is not None]


def path_of(project: Project, name: bytes) -> Path:
    """Where a sealed file lies here: half its name is unlike any other's, and paths stay short."""
    short = name.hex()[: sealing.NAME_BYTES]
    return project.paths.attachments / short[:2] / short


def keep(
    project: Project, space: bytes, data: bytes | Source, name: str, media: str = ""
) -> dict[str, Value]:
    """Seal a file and keep it on this laptop; returns the value a record or draft names it by.

    ``data`` is bytes, or a stream that can be sought in and is read from where it stands. A file
    that nothing names within some days, or whose draft is discarded, is let go. Raises KipuError
    when it is too large or the disk refuses it; then nothing is kept.
    """
    content = io.BytesIO(data) if isinstance(data, bytes) else data
    start = content.tell()
    naming = Naming(space_keys(project, space)[0], space)
    while piece := content.read(_READ):
        naming.feed(piece)
        require_fit(naming.size)
    seal = naming.seal()
    project.store.run(
        "INSERT OR REPLACE INTO attachments_loose VALUES(?,?)", (seal.name, project.ledger.now_ms())
    )
    title = _title(name)
    file = File(space, seal, naming.size, title, media or _TYPES.guess_type(title)[0] or _ANY_MEDIA)
    if fault_of(project, file) is not None:
        _keep_new(project, file, content, start)
    return {
        "name": file.title, "type": file.media, "size": file.size,
        "hash": seal.name, "key": seal.key,
    }  # fmt: skip


def require_fit(size: int) -> None:
    """Raises KipuError for a file larger than one may be."""
    if size > sealing.MAX_BYTES:
        limit = sealing.MAX_BYTES >> 20
        raise KipuError(_("A file may have at most {limit} MB.").format(limit=limit))


def _title(name: str) -> str:
    """A file's own name: no folders, no control characters, not too long, its suffix kept."""
    bare = unicodedata.normalize("NFC", name.replace("\\", "/").rpartition("/")[2])
    bare = "".join(sign for sign in bare if sign.isprintable()).strip() or "file"
    stem, suffix = os.path.splitext(bare)
    return stem[: _LONGEST_TITLE - len(suffix[:20])] + suffix[:20]


def _keep_new(project: Project, file: File, content: Source, start: int) -> None:
    path = path_of(project, file.name)
    if path.exists():
        set_aside(path, project.paths.set_aside)
    keys = space_keys(project, file.space)

    def write() -> None:
        content.seek(start)
        source = _Watched(content, Naming(keys[0], file.space))
        with _new_file(path) as out:
            for piece in sealing.seal_pieces(file.seal.key, file.size, source):
                out.write(piece)
            if source.naming.seal() != file.seal:
                raise sealing.Foreign("the file changed")

    try:
        patiently(write, path)
    except SyncError as error:
        raise KipuError(_("The file changed while it was read. Nothing was kept.")) from error


class _Watched:
    """A stream that names once more what is read from it: a file can change between two readings."""

    def __init__(self, content: Source, naming: Naming) -> None:
        self._content = content
        self.naming = naming

    def read(self, size: int) -> bytes:
        found = self._content.read(size)
        self.naming.feed(found)
        return found


class _Written:
    """What is being written, hashed on the way, to be compared with what can be read again."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.digest = hashlib.blake2b()

    def write(self, data: bytes) -> None:
        self._stream.write(data)
        self.digest.update(data)


@contextlib.contextmanager
def _new_file(path: Path) -> Iterator[_Written]:
    """A file that takes its name once it lies on the disk as it was written, or not at all."""
    folder = path.parent
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{TEMPORARY}{secrets.token_hex(8)}"
    flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    try:
        with open(os.open(temporary, flags, 0o600), "w+b") as stream:
            out = _Written(stream)
            yield out
            stream.flush()
            os.fsync(stream.fileno())
            stream.seek(0)
            if hashlib.file_digest(stream, "blake2b").digest() != out.digest.digest():
                raise OSError(errno.EIO, os.strerror(errno.EIO), str(path))
        name_it(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def name_it(temporary: Path, path: Path) -> None:
    """Give a whole file its name, for good."""
    os.replace(temporary, path)
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        sync_folder(folder)


# -- reading ---------------------------------------------------------------------------------------


def fault_of(project: Project, file: File, path: Path | None = None) -> str | None:
    """What keeps a file from being whole here: None, "missing", or the code of what is wrong.

    Every byte of it is read, at ``path`` where it is not in its place yet.
    """
    try:
        with (path or path_of(project, file.name)).open("rb") as sealed:
            namings = [Naming(key, file.space) for key in space_keys(project, file.space)]
            sealing.check_stream(file.seal, file.size, sealed, namings)
    except FileNotFoundError:
        return "missing"
    except SyncError as error:
        return error.code
    return None


def is_here(project: Project, ref: Value) -> bool:
    """Whether a file's bytes are on this laptop; `check` says whether they are sound."""
    file = file_of(b"", ref)
    return file is not None and lies_here(project, file)


def lies_here(project: Project, file: File) -> bool:
    try:
        length = path_of(project, file.name).stat().st_size
    except FileNotFoundError:
        return False
    return length == sealing.shape(file.size).sealed


def open_(project: Project, ref: Value) -> io.BufferedReader:
    """Open a kept file to read and seek in; close it when done. Only what is read is decrypted.

    Raises KipuError where it is not on this laptop, was erased, or names no file. Reading from it
    raises sync.errors.SyncError where it is damaged; `read` puts that in words.
    """
    file = file_of(b"", ref)
    if file is None:
        raise KipuError(_("There is no file here any more: it was erased, or never came along."))
    try:
        sealed = path_of(project, file.name).open("rb")
    except FileNotFoundError as error:
        raise KipuError(
            _("“{name}” is not on this laptop yet. Sync to fetch it.").format(name=file.title)
        ) from error
    return io.BufferedReader(sealing.Reader(file.seal.key, file.size, sealed), _READ)


def read(project: Project, ref: Value) -> bytes:
    """A kept file's bytes, all in memory. Raises KipuError as `open_` does, or where damaged."""
    with open_(project, ref) as stream:
        try:
            return stream.read()
        except SyncError as error:
            raise KipuError(explained(error)) from error


def renamed(project: Project, ref: Value, space: bytes) -> Value:
    """The value for the same file in another space, where it is kept anew under another name.

    Raises KipuError where its bytes are not on this laptop.
    """
    file = file_of(b"", ref)
    if file is None:
        return ref
    with open_(project, ref) as content:
        try:
            return keep(project, space, content, file.title, file.media)
        except SyncError as error:
            raise KipuError(explained(error)) from error


# -- checking --------------------------------------------------------------------------------------


@dataclass
class Health:
    """How the files stand that records name: counts, and a sentence for each damaged one."""

    whole: int = 0
    missing: int = 0
    problems: list[str] = field(default_factory=list)


def check(project: Project) -> Health:
    """Read every file through. A damaged one is set aside, so that the next sync fetches it anew."""
    health = Health()
    for file in files(project).values():
        if not first_keys(project, file.space):
            continue
        fault = fault_of(project, file)
        if fault is None:
            health.whole += 1
        elif fault == "missing":
            health.missing += 1
        else:
            set_aside(path_of(project, file.name), project.paths.set_aside)
            text = _("The file “{name}” was damaged ({detail}) and set aside; the next sync fetches "
                     "it from the others.")  # fmt: skip
            health.problems.append(text.format(name=file.title, detail=fault))
    return health
