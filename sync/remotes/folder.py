"""A folder as the remote: a stick, a mounted share, the folder of a sync tool.

Everything lies under ``KIPU/`` in the given location; nothing beside it is ever read or written.
File times, modes, locks and rename-over are not relied upon: a file is written whole under a
temporary name, given its final, new name, and read back.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import stat
from collections.abc import Iterator
from pathlib import Path

from sync.ports import (
    Names,
    Occupied,
    RemoteBroken,
    RemoteMissing,
    RemoteNotFolder,
    RemoteTooLarge,
    check_path,
    fault,
    is_ours,
)
from sync.remotes import new_files, os_faults
from sync.remotes.common import ROOT, TEMPORARY, is_empty, is_torn

_READ = (
    os.O_RDONLY
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOFOLLOW", 0)
    # A pipe put in a file's place must not keep us waiting for its writer.
    | getattr(os, "O_NONBLOCK", 0)
)


class FolderRemote:
    """The files under ``location/KIPU``.

    ``writer`` is a short name ([a-z0-9]) that this laptop alone uses: temporary files an earlier,
    interrupted run left under it are removed; nobody else's are.
    """

    is_near = True
    """See `sync.ports.is_near`."""

    def __init__(self, location: str | os.PathLike[str], writer: str = "") -> None:
        if not re.fullmatch("[a-z0-9]{0,40}", writer):
            raise ValueError("a writer's name is made of a-z and 0-9")
        self.location = Path(location)
        self._root = self.location / ROOT
        self._writer = writer
        self._run = secrets.token_hex(6)
        self._count = 0
        self._real_folders: set[Path] = set()
        self.left_alone: set[str] = set()
        """Paths met while listing that are not named as Kipu names things: conflicted copies …"""

    @property
    def name(self) -> str:
        """The location's path, as the person gave it."""
        return str(self.location)

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`; what is not named as Kipu names things is left out."""
        with self._faults(prefix, writing=False):
            folder = self._folder(check_path(prefix, prefix=True))
            try:
                with os.scandir(folder) as entries:
                    names = [entry.name for entry in entries]
            except FileNotFoundError:
                self._require_place()
                return []
        self._note_foreign(prefix, names)
        return sorted(filter(is_ours, names))

    def _note_foreign(self, prefix: str, names: Names) -> None:
        for name in names:
            if not is_ours(name) and not name.startswith(TEMPORARY):
                self.left_alone.add(f"{prefix}/{name}" if prefix else name)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        with self._faults(path, writing=False):
            data = self._content(self._file(path), limit)
            if data is None:
                self._require_place()
            elif len(data) > limit:
                raise fault(RemoteTooLarge, self.name, path, limit=limit)
            return data

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`. The beginning of ``data``, torn off, is written anew."""
        with self._faults(path, writing=True):
            target = self._file(path)
            self._require_place()
            lying = self._content(target, len(data))
            if lying == data:
                return False
            if lying is not None and not is_torn(lying, data):
                raise fault(Occupied, self.name, path)
            with self._temporary(data) as temporary:
                self._make_folders(target.parent)
                if lying is not None:
                    new_files.overwrite(temporary, target, data)
                elif not new_files.publish(temporary, target, data):
                    return self._same_after_race(path, target, data)
            self._check_written(path, target, data)
            return True

    def replace(self, path: str, data: bytes) -> None:
        """See `sync.ports.Remote.replace`."""
        with self._faults(path, writing=True):
            target = self._file(path)
            self._require_place()
            if self._content(target, len(data)) == data:
                return
            with self._temporary(data) as temporary:
                self._make_folders(target.parent)
                new_files.overwrite(temporary, target, data)
            self._check_written(path, target, data)

    def remove(self, path: str) -> None:
        """See `sync.ports.Remote.remove`."""
        with self._faults(path, writing=True):
            target = self._file(path)
            self._require_place()
            target.unlink(missing_ok=True)

    def probe(self) -> None:
        """Raise why this place cannot be synced with; a few bytes are written and removed.

        RemoteMissing, RemoteNotFolder, RemoteUnreadable, RemoteReadOnly (pulling may still work),
        RemoteFull, RemoteBusy or RemoteBroken.
        """
        for folder in (self.location, self._root):
            if os.path.lexists(folder) and not os.path.isdir(folder):
                raise fault(RemoteNotFolder, self.name)
        with self._faults("", writing=False):
            self._require_place()
            self._folder(())
            with os.scandir(self._root if os.path.isdir(self._root) else self.location) as entries:
                next(entries, None)
        existed = os.path.isdir(self._root)
        with self._faults("", writing=True):
            try:
                with self._temporary(bytes(4096)):
                    pass
            finally:
                if not existed and os.path.isdir(self._root):
                    self._root.rmdir()
                    self._real_folders.clear()

    def is_empty_place(self) -> bool:
        """Tell whether a share may be founded here: nothing but hidden and system entries."""
        with self._faults("", writing=False):
            return is_empty(os.listdir(self.location), self._listed_root)

    def _listed_root(self) -> Names:
        """What lies in KIPU; nothing where a mount still lists a folder that was just removed."""
        try:
            return os.listdir(self._root)
        except FileNotFoundError:
            return []

    def foreign(self, most: int = 100) -> Names:
        """Return up to ``most`` paths under KIPU that are not named as Kipu names things.

        Conflicted copies, lock files of office programs and the like: harmless, worth saying.
        """
        found: Names = []
        with self._faults("", writing=False):
            self._require_place()
            folders: list[tuple[str, ...]] = [()] if os.path.isdir(self._root) else []
            while folders and len(found) < most:
                parts = folders.pop()
                for name, is_folder in self._entries(parts):
                    if is_folder and is_ours(name):
                        folders.append((*parts, name))
                    elif not is_ours(name) and not name.startswith(TEMPORARY):
                        found.append("/".join((*parts, name)))
        return sorted(found)[:most]

    def _entries(self, parts: tuple[str, ...]) -> Iterator[tuple[str, bool]]:
        with os.scandir(self._folder(parts)) as entries:
            for entry in entries:
                yield entry.name, entry.is_dir(follow_symlinks=False)

    @contextlib.contextmanager
    def _faults(self, path: str, *, writing: bool) -> Iterator[None]:
        """Turn what the system refuses into the precise `RemoteError`."""
        try:
            yield
        except OSError as error:
            self._require_place()
            # Another hand may have removed a folder we took for known; look again next time.
            self._real_folders &= {self._root}
            kind = os_faults.kind_of(error, writing=writing)
            raise fault(kind, self.name, path, reason=str(error)) from error

    def _require_place(self) -> None:
        """Raise RemoteMissing unless the place is there, with its KIPU if that was ever seen.

        The folder a stick was mounted on stays behind, empty, when the stick is pulled out; in a share
        whose server is away everything fails, which `os.path` takes for "not there" and pathlib raises.
        """
        vanished = self._root in self._real_folders and not os.path.isdir(self._root)
        if vanished or not os.path.isdir(self.location):
            raise fault(RemoteMissing, self.name)

    def _folder(self, parts: tuple[str, ...]) -> Path:
        """Return the folder of ``parts``, refusing links that would lead out of KIPU."""
        folder = self.location
        for part in (ROOT, *parts):
            folder = folder / part
            if folder not in self._real_folders:
                try:
                    mode = os.lstat(folder).st_mode
                except FileNotFoundError:
                    return self._root.joinpath(*parts)
                if not stat.S_ISDIR(mode):
                    raise fault(RemoteBroken, self.name, "/".join(parts), reason="not a folder")
                self._real_folders.add(folder)
        return folder

    def _file(self, path: str) -> Path:
        parts = check_path(path)
        return self._folder(parts[:-1]) / parts[-1]

    def _content(self, file: Path, limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes of ``file``, or None when it is not there."""
        try:
            descriptor = os.open(file, _READ)
        except FileNotFoundError:
            return None
        with open(descriptor, "rb") as stream:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise fault(RemoteBroken, self.name, file.name, reason="not a file")
            return stream.read(limit + 1)

    @contextlib.contextmanager
    def _temporary(self, data: bytes) -> Iterator[Path]:
        """Write ``data`` to a temporary file of our own, which is gone afterwards."""
        self._make_folders(self._root)
        if not self._count:
            self._remove_stale()
        self._count += 1
        name = f"{TEMPORARY}{self._writer}-{self._run}-{self._count}"
        temporary = self._root / name
        new_files.write_new(temporary, data)
        try:
            yield temporary
        finally:
            # What cannot be removed now is stale to the next run.
            with contextlib.suppress(OSError):
                temporary.unlink(missing_ok=True)

    def _remove_stale(self) -> None:
        """Remove what an interrupted run of this writer left; only one runs at a time."""
        if not self._writer:
            return
        for name, _is_folder in self._entries(()):
            if name.startswith(f"{TEMPORARY}{self._writer}-"):
                with contextlib.suppress(OSError):
                    (self._root / name).unlink()

    def _make_folders(self, folder: Path) -> None:
        """Make ``folder`` and what is missing above it, but never the location itself."""
        missing = [each for each in (folder, *folder.parents) if each.is_relative_to(self._root)]
        for each in reversed(missing):
            if each not in self._real_folders:
                with contextlib.suppress(FileExistsError):
                    each.mkdir()
        self._folder(folder.relative_to(self._root).parts)

    def _same_after_race(self, path: str, target: Path, data: bytes) -> bool:
        """Another hand was faster: False (nothing to write) if it wrote the same bytes."""
        if self._content(target, len(data)) == data:
            return False
        raise fault(Occupied, self.name, path)

    def _check_written(self, path: str, target: Path, data: bytes) -> None:
        new_files.sync_folder(target.parent)
        if self._content(target, len(data)) != data:
            raise fault(RemoteBroken, self.name, path, reason="other bytes came back")
