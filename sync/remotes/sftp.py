"""SFTP as the remote: any machine one may log in to with SSH.

Everything lies under ``KIPU/`` in the given folder. A file is written whole under a temporary
name, flushed, and renamed to a name that must be free. Where the server flushed the file its
length is read back, elsewhere all of it. Requests that do not wait for each other share a trip.
"""

from __future__ import annotations

import asyncio
import contextlib
import stat
import time
from collections.abc import Iterator, Sequence

import asyncssh
from asyncssh import SFTPClient

from sync import ports
from sync.ports import Names, Occupied, RemoteBroken, RemoteMissing, check_path, fault
from sync.remotes.addresses import Address, Secret
from sync.remotes.common import (
    ROOT,
    SURE_SECONDS,
    Addressed,
    Temporaries,
    is_empty,
    is_torn,
)
from sync.remotes.sftp_session import Result, SftpSession, Task

_ABSENT = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath)
_FAULTS: tuple[tuple[type[asyncssh.SFTPError], type[ports.RemoteError]], ...] = (
    (asyncssh.SFTPNoSpaceOnFilesystem, ports.RemoteFull),
    (asyncssh.SFTPQuotaExceeded, ports.RemoteFull),
    (asyncssh.SFTPWriteProtect, ports.RemoteReadOnly),
    (asyncssh.SFTPNoMedia, RemoteMissing),
    (asyncssh.SFTPLockConflict, ports.RemoteBusy),
)
_PIECE = 256 * 1024  # bytes that share a time limit; asyncssh sends their parts together
_READ_ONLY_FLAG = 1  # of statvfs


class SftpRemote(Addressed):
    """The files under ``address``/KIPU, as `sync.ports.Remote`.

    Temporary files that an earlier, interrupted run of this ``writer`` left are removed.
    """

    def __init__(self, address: Address, secret: Secret, writer: str = "") -> None:
        super().__init__(address)
        self._session = SftpSession(address, secret)
        self._location = _location(address.path)
        self._root = f"{self._location}/{ROOT}".replace("//", "/")
        self._temporaries = Temporaries(writer)
        self._is_clean = False
        self._folders: set[tuple[str, ...]] = set()
        self._sure_until = 0.0
        self._closing: set[asyncio.Future[None]] = set()

    def close(self) -> None:
        """End the session; the next use makes another."""
        self._session.close()

    def list(self, prefix: str) -> Names:
        """See `sync.ports.Remote.list`."""
        folder = check_path(prefix, prefix=True)

        async def names(sftp: SFTPClient) -> Names | None:
            try:
                return await _names(sftp, self._path(folder))
            except _ABSENT:
                await self._require_place(sftp)
                return None

        found = self._run(names, prefix)
        if found is None:
            return []
        self._is_there(folder)
        return self._listed.ours(prefix, found)

    def read(self, path: str, limit: int) -> bytes | None:
        """See `sync.ports.Remote.read`."""
        parts = check_path(path)

        async def content(sftp: SFTPClient) -> bytes | None:
            data = await self._content(sftp, parts, limit)
            if data is None:
                await self._require_place(sftp)
            return data

        data = self._run(content, path)
        if data is not None:
            self._is_there(parts[:-1])
            if len(data) > limit:
                raise fault(ports.RemoteTooLarge, self.name, path, limit=limit)
        return data

    def put(self, path: str, data: bytes) -> bool:
        """See `sync.ports.Remote.put`. The beginning of ``data``, torn off, is written anew."""
        parts = check_path(path)

        async def put(sftp: SFTPClient) -> bool:
            lying = await self._content(sftp, parts, len(data))
            if lying == data:
                return False
            if lying is not None and not is_torn(lying, data):
                raise fault(Occupied, self.name, path)
            async with _Written(self, sftp, parts, data) as written:
                if lying is not None:
                    await written.over()
                elif not await written.as_new():
                    return await self._same_after_race(sftp, parts, data)
            return True

        return self._run(put, path, writing=True)

    def replace(self, path: str, data: bytes) -> None:
        """See `sync.ports.Remote.replace`."""
        parts = check_path(path)

        async def replace(sftp: SFTPClient) -> None:
            async with _Written(self, sftp, parts, data) as written:
                await written.over()

        self._run(replace, path, writing=True)

    def remove(self, path: str) -> None:
        """See `sync.ports.Remote.remove`."""
        parts = check_path(path)

        async def remove(sftp: SFTPClient) -> None:
            try:
                await sftp.remove(self._path(parts))
            except _ABSENT:
                await self._require_place(sftp)

        self._run(remove, path, writing=True)

    def probe(self) -> None:
        """Raise why this place cannot be synced with; a few bytes are written and removed."""

        async def look(sftp: SFTPClient) -> bool:
            await self._require_place(sftp, now=True)
            try:
                await _names(sftp, self._root)
            except _ABSENT:
                return False
            return True

        had_root = self._run(look)

        async def write(sftp: SFTPClient) -> None:
            try:
                async with _Written(self, sftp, ("probe",), bytes(4096)):
                    pass
            finally:
                if not had_root:
                    self._folders.clear()
                    # Only an empty folder goes.
                    await sftp.rmdir(self._root)

        self._run(write, writing=True)

    def is_empty_place(self) -> bool:
        """Tell whether a share may be founded here: nothing but hidden and system entries."""
        names = self._run(lambda sftp: _names(sftp, self._location))
        return is_empty(names, lambda: self._run(lambda sftp: _names(sftp, self._root)))

    # -- the place ---------------------------------------------------------------------------

    async def _require_place(self, sftp: SFTPClient, *, now: bool = False) -> None:
        """Raise RemoteMissing unless the folder is there, with its KIPU if that was ever seen."""
        if not now and time.monotonic() < self._sure_until:
            return
        try:
            found = await sftp.stat(self._root if () in self._folders else self._location)
        except _ABSENT as error:
            raise fault(RemoteMissing, self.name) from error
        if found.permissions is not None and not stat.S_ISDIR(found.permissions):
            raise fault(ports.RemoteNotFolder, self.name)

    def _is_there(self, folder: Sequence[str]) -> None:
        """Something of ours was seen in ``folder``, so it and those above it are there."""
        self._sure_until = time.monotonic() + SURE_SECONDS
        self._folders |= {tuple(folder[:depth]) for depth in range(len(folder) + 1)}

    async def _make_folders(self, sftp: SFTPClient, folder: Sequence[str]) -> None:
        """Make ``folder`` and what is missing above it, but never the place itself."""
        for depth in range(len(folder) + 1):
            above = tuple(folder[:depth])
            if above in self._folders:
                continue
            if not above:
                await self._require_place(sftp, now=True)
            try:
                await sftp.mkdir(self._path(above))
            except (asyncssh.SFTPFailure, asyncssh.SFTPFileAlreadyExists):
                # What version 3 says of a folder that is there already.
                if not await sftp.isdir(self._path(above)):
                    raise
            self._folders.add(above)

    async def _clean(self, sftp: SFTPClient) -> None:
        """Remove what an interrupted run of this writer left; only one runs at a time."""
        if not self._is_clean:
            for name in self._temporaries.stale(await _names(sftp, self._root)):
                with contextlib.suppress(asyncssh.SFTPError):
                    await sftp.remove(f"{self._root}/{name}")
            self._is_clean = True

    # -- files -------------------------------------------------------------------------------

    async def _content(self, sftp: SFTPClient, parts: Sequence[str], limit: int) -> bytes | None:
        """Return at most ``limit`` + 1 bytes, or None where there is nothing: in two trips."""
        path = self._path(parts)
        found, opened = await asyncio.gather(
            sftp.stat(path), sftp.open(path, "rb"), return_exceptions=True
        )
        if isinstance(opened, _ABSENT):
            return None
        if isinstance(opened, BaseException):
            raise opened
        try:
            if isinstance(found, BaseException):
                raise found
            if found.permissions is not None and not stat.S_ISREG(found.permissions):
                raise fault(RemoteBroken, self.name, "/".join(parts), reason="not a file")
            most = limit + 1 if found.size is None else min(found.size, limit + 1)
            return await self._read(opened, most)
        finally:
            self._close_later(opened)

    async def _read(self, opened: asyncssh.SFTPClientFile, most: int) -> bytes:
        pieces: list[bytes] = []
        for start in range(0, most, _PIECE):
            self._session.go_on(_PIECE)
            pieces.append(await opened.read(min(_PIECE, most - start), start))
        return b"".join(pieces)

    def _close_later(self, opened: asyncssh.SFTPClientFile) -> None:
        """Close a file that was read along with whatever is asked next: a trip less."""
        closing = asyncio.ensure_future(opened.close())
        self._closing.add(closing)
        closing.add_done_callback(self._was_closed)

    def _was_closed(self, closing: asyncio.Future[None]) -> None:
        self._closing.discard(closing)
        if not closing.cancelled():
            # A file that was only read, on a session that may be gone: nothing is lost with it.
            closing.exception()

    async def _same_after_race(self, sftp: SFTPClient, parts: Sequence[str], data: bytes) -> bool:
        """Another hand was faster: False (nothing to write) if it wrote the same bytes."""
        if await self._content(sftp, parts, len(data)) == data:
            return False
        raise fault(Occupied, self.name, "/".join(parts))

    def _path(self, parts: Sequence[str]) -> str:
        return "/".join([self._root, *parts])

    # -- faults ------------------------------------------------------------------------------

    def _run(self, task: Task[Result], path: str = "", *, writing: bool = False) -> Result:
        with self._faults(path, writing=writing):
            return self._session.run(task)

    @contextlib.contextmanager
    def _faults(self, path: str, *, writing: bool) -> Iterator[None]:
        """Turn what the server refuses into the precise `RemoteError`."""
        try:
            yield
        except asyncssh.SFTPError as error:
            # Another hand may have removed a folder we took for known; look again next time.
            self._folders &= {()}
            kind = next((kind for one, kind in _FAULTS if isinstance(error, one)), RemoteBroken)
            if isinstance(error, asyncssh.SFTPPermissionDenied):
                kind = ports.RemoteReadOnly if writing else ports.RemoteUnreadable
            elif writing and isinstance(error, asyncssh.SFTPFailure):
                kind = self._why_it_failed()
            elif isinstance(error, _ABSENT):
                self._session.run(lambda sftp: self._require_place(sftp, now=True))
            raise fault(kind, self.name, path, reason=str(error)) from error

    def _why_it_failed(self) -> type[ports.RemoteError]:
        """Version 3 says only "failure" of a full or read-only disk; the disk itself says more."""
        try:
            disk = self._session.run(lambda sftp: sftp.statvfs(self._location))
        except asyncssh.SFTPError:
            return RemoteBroken
        if disk.flags & _READ_ONLY_FLAG:
            return ports.RemoteReadOnly
        is_full = disk.bavail * disk.frsize < 64 * 1024 or (disk.files and not disk.favail)
        return ports.RemoteFull if is_full else RemoteBroken


class _Written:
    """A temporary file of ours with ``data``, to be given its name; gone afterwards."""

    def __init__(
        self, remote: SftpRemote, sftp: SFTPClient, parts: Sequence[str], data: bytes
    ) -> None:
        self._remote, self._sftp, self._parts, self._data = remote, sftp, parts, data
        self._target = remote._path(parts)
        self._temporary = f"{remote._root}/{remote._temporaries.next()}"
        self._is_renamed = self._is_flushed = False

    async def __aenter__(self) -> _Written:
        await self._remote._make_folders(self._sftp, self._parts[:-1])
        await self._remote._clean(self._sftp)
        try:
            async with await self._sftp.open(self._temporary, "xb") as file:
                await self._fill(file)
        except asyncssh.SFTPError:
            await self._remove()
            raise
        return self

    async def _fill(self, file: asyncssh.SFTPClientFile) -> None:
        try:
            for start in range(0, len(self._data), _PIECE):
                self._remote._session.go_on(_PIECE)
                await file.write(self._data[start : start + _PIECE], start)
            with contextlib.suppress(asyncssh.SFTPOpUnsupported):
                await file.fsync()
                self._is_flushed = True
        except asyncssh.SFTPFailure as error:
            # Version 3 has no word for it, but a file that opens and takes no bytes means this.
            raise asyncssh.SFTPQuotaExceeded(str(error)) from error

    async def __aexit__(self, *raised: object) -> None:
        if not self._is_renamed:
            await self._remove()

    async def _remove(self) -> None:
        # What cannot be removed now is stale to the next run.
        with contextlib.suppress(asyncssh.SFTPError):
            await self._sftp.remove(self._temporary)

    async def as_new(self) -> bool:
        """Give it its name, covering no other file; False if the name is taken."""
        # Asked for in the same trip; a server that takes its time with the first is asked again.
        renamed, size = await asyncio.gather(
            self._sftp.rename(self._temporary, self._target),
            self._sftp.getsize(self._target),
            return_exceptions=True,
        )
        refused = isinstance(renamed, asyncssh.SFTPFailure | asyncssh.SFTPFileAlreadyExists)
        if refused and await self._sftp.exists(self._target):
            return False
        if isinstance(renamed, BaseException):
            raise renamed
        await self._check(size if isinstance(size, int) else None)
        return True

    async def over(self) -> None:
        """Give it its name, in one step where the server can do that."""
        try:
            await self._sftp.posix_rename(self._temporary, self._target)
        except asyncssh.SFTPOpUnsupported:
            with contextlib.suppress(*_ABSENT):
                await self._sftp.remove(self._target)
            await self._sftp.rename(self._temporary, self._target)
        await self._check()

    async def _check(self, size: int | None = None) -> None:
        self._is_renamed = True
        size = await self._sftp.getsize(self._target) if size is None else size
        is_good = size == len(self._data)
        if is_good and not self._is_flushed:
            there = await self._remote._content(self._sftp, self._parts, len(self._data))
            is_good = there == self._data
        if not is_good:
            path = "/".join(self._parts)
            raise fault(RemoteBroken, self._remote.name, path, reason="other bytes came back")
        self._remote._is_there(self._parts[:-1])


async def _names(sftp: SFTPClient, folder: str) -> Names:
    names = [str(entry.filename) for entry in await sftp.readdir(folder)]
    return [name for name in names if name not in {".", ".."}]


def _location(path: str) -> str:
    """The path on the server: from its root, or after ``/~/`` from the user's own folder."""
    if path in {"", "/~"}:
        return "."
    return path.removeprefix("/~/") if path.startswith("/~/") else path
