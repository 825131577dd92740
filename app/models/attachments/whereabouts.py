"""How sealed files stand between this laptop and each remote; what the sync engine asks of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from app.models.attachments.keeping import fault_of, first_keys, lies_here, name_it, path_of
from app.models.attachments.refs import File, files, of_records
from app.models.safe_files import patiently, set_aside
from sync.attachments import Attachment, open_piece, shape
from sync.errors import SyncError

if TYPE_CHECKING:
    from app.models.project import Project

_THERE: Final = 1
_TO_BLANK: Final = 2
# Words before photographs before audio; within that, what is quickly there first.
_RANKS: Final = {"image": 1, "audio": 2, "video": 3}


def wanted(project: Project, spaces: Iterable[bytes]) -> list[Attachment]:
    """Every file that records of these spaces name, in the order they are to travel.

    Those of deleted records stay where they are and are fetched no more. A space is left out while
    the key is awaited by which what comes could be checked.
    """
    ready = {space for space in spaces if first_keys(project, space)}
    shown = of_records(project, deleted=False)
    found = [
        one
        for one in of_records(project).values()
        if one.space in ready and (one.name in shown or lies_here(project, one))
    ]
    ranked = sorted(found, key=lambda one: (_rank(one), one.size, one.name))
    return [Attachment(one.space, one.seal, one.size) for one in ranked]


def _rank(one: File) -> int:
    """Documents, and the lists that come with forms, go first."""
    return _RANKS.get(one.media.partition("/")[0], 0)


def piece(project: Project, one: Attachment, index: int) -> bytes:
    """A sealed piece of a file that lies here."""
    start, length = shape(one.size).piece(index)
    with path_of(project, one.seal.name).open("rb") as sealed:
        sealed.seek(start)
        return sealed.read(length)


def holds(project: Project, one: Attachment) -> bool:
    return lies_here(project, _file(one))


def is_sound(project: Project, one: Attachment) -> bool:
    """Whether a file that lies here is what its name says; what is not is set aside, to be fetched."""
    code = fault_of(project, _file(one))
    if code not in (None, "missing"):
        set_aside(path_of(project, one.seal.name), project.paths.set_aside)
    return code is None


def _file(one: Attachment) -> File:
    return File(one.space, one.seal, one.size, "", "")


# -- arriving --------------------------------------------------------------------------------------


def part_of(project: Project, name: bytes) -> Path:
    """Where the pieces gather of a file that is on its way."""
    path = path_of(project, name)
    return path.with_name(f"{path.name}.part")


def begun(project: Project, one: Attachment) -> int:
    """How many pieces of it have come; a torn last one is cut off."""
    part = part_of(project, one.seal.name)
    if not part.exists():
        return 0
    cut, length = shape(one.size), part.stat().st_size
    count = next((n for n in range(cut.chunks) if sum(cut.piece(n)) > length), cut.chunks)
    os.truncate(part, sum(cut.piece(count - 1)) if count else 0)
    return count


def take_piece(project: Project, one: Attachment, index: int, raw: bytes) -> None:
    """Add the next piece, once it opens. Raises what `open_piece` does."""
    open_piece(one.seal.key, one.size, index, raw)
    part = part_of(project, one.seal.name)

    def append() -> None:
        part.parent.mkdir(parents=True, exist_ok=True)
        with part.open("r+b" if part.exists() else "xb") as stream:
            stream.seek(shape(one.size).piece(index)[0])
            stream.write(raw)
            stream.flush()
            os.fsync(stream.fileno())

    patiently(append, part)


def take_whole(project: Project, one: Attachment) -> None:
    """Give a file that has come its name, once it is what that says.

    Raises SyncError where it is not; then all of it is fetched anew.
    """
    part, path = part_of(project, one.seal.name), path_of(project, one.seal.name)
    code = fault_of(project, _file(one), part)
    if code is not None:
        part.unlink()
        raise SyncError("an attachment is not what its name says", code)
    if path.exists():
        set_aside(path, project.paths.set_aside)
    patiently(lambda: name_it(part, path), path)


# -- at the remotes --------------------------------------------------------------------------------


def lies_there(project: Project, remote: int, name: bytes) -> bool:
    """Whether a file is known to lie whole at a remote."""
    found = project.store.value(
        "SELECT state FROM attachments_at WHERE remote=? AND name=?", (remote, name)
    )
    return bool(found == _THERE)


def remember_there(project: Project, remote: int, one: Attachment) -> None:
    project.store.run(
        "INSERT OR REPLACE INTO attachments_at VALUES(?,?,?,?)",
        (remote, one.seal.name, one.space, _THERE),
    )


def forget_there(project: Project, remote: int, name: bytes | None = None) -> None:
    """A remote may have lost files, or the one whose name begins so."""
    begins = name or b""
    project.store.run(
        "DELETE FROM attachments_at WHERE remote=? AND state=? AND substr(name, 1, ?)=?",
        (remote, _THERE, len(begins), begins),
    )


def blank(project: Project, file: File) -> None:
    """An erased file is to be written over at every remote."""
    project.store.run(
        "INSERT OR REPLACE INTO attachments_at SELECT remote, ?, ?, ? FROM remotes",
        (file.name, file.space, _TO_BLANK),
    )


def unblank(project: Project, name: bytes) -> None:
    """It is named after all."""
    project.store.run("DELETE FROM attachments_at WHERE name=? AND state=?", (name, _TO_BLANK))


def to_blank(project: Project, remote: int) -> list[tuple[bytes, bytes]]:
    """Space and name of what is to be written over at a remote."""
    rows = project.store.rows(
        "SELECT space, name FROM attachments_at WHERE remote=? AND state=?", (remote, _TO_BLANK)
    )
    named = files(project) if rows else {}
    return [(bytes(space), bytes(name)) for space, name in rows if bytes(name) not in named]


def remember_blanked(project: Project, remote: int, name: bytes) -> None:
    project.store.run("DELETE FROM attachments_at WHERE remote=? AND name=?", (remote, name))


def unsent(project: Project) -> list[File]:
    """The files that are here and that no remote is known to hold."""
    rows = project.store.rows("SELECT name FROM attachments_at WHERE state=?", (_THERE,))
    there = {bytes(name) for (name,) in rows}
    return [
        one for name, one in files(project).items() if name not in there and lies_here(project, one)
    ]


def known_only_at(project: Project, remote: int) -> list[File]:
    """The files that this remote is known to hold and no other."""
    rows = project.store.rows(
        "SELECT name FROM attachments_at WHERE state=? GROUP BY name "
        "HAVING count(*)=1 AND max(remote)=?",
        (_THERE, remote),
    )
    named = files(project) if rows else {}
    return [named[bytes(name)] for (name,) in rows if bytes(name) in named]


def bytes_to_send(project: Project) -> dict[int, int]:
    """By remote, the bytes of files that are here and not known to lie there."""
    return {remote: sum(one.size for one in found) for remote, found in lacking(project).items()}


def lacking(project: Project) -> dict[int, list[File]]:
    """By remote, the files that are here and not known to lie there."""
    here = {name: one for name, one in files(project).items() if lies_here(project, one)}
    missing = {int(remote): dict(here) for (remote,) in
               project.store.rows("SELECT remote FROM remotes")}  # fmt: skip
    for remote, name in project.store.rows(
        "SELECT remote, name FROM attachments_at WHERE state=?", (_THERE,)
    ):
        if int(remote) in missing:
            missing[int(remote)].pop(bytes(name), None)
    return {remote: list(found.values()) for remote, found in missing.items()}
