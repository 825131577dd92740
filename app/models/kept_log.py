"""The log of an open project on the disk: encrypted, bounded, with nothing in it that was typed.

What went wrong is often asked for days later, when the window that told it is long closed. So the
entries of `app.log`, scrubbed already, are kept in one file of the project's folder, each sealed
under a key of its own that follows from the project's: whoever finds the laptop reads nothing.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from app import log
from app.models.project import Project
from app.models.vault import subkey
from sync import crypto

LARGEST: Final = 256 * 1024
"""Bytes; a longer file is cut back to its newest half."""
_NAME: Final = "log.sealed"
_SALT: Final = 16
_LENGTH: Final = 4
_LONGEST: Final = 64 * 1024
_MEANT: Final = b"kipu log 1"


@dataclass(frozen=True)
class Entry:
    """One thing that happened: when (ISO 8601, UTC), how grave, told by whom, where, and what.

    `trace` holds the types and places of the errors behind it, outermost first.
    """

    at: str
    level: str
    logger: str
    place: str
    message: str
    trace: tuple[str, ...]


def attach(project: Project) -> None:
    """Keep this process's log with `project` from now on, and what it remembers already."""
    trail = log.installed()
    if trail is not None:
        trail.keep_with(Keeping(_path(project), subkey(project.data_key, "log")))


def entries(project: Project) -> list[Entry]:
    """What is kept of the log, oldest first; what was damaged on the disk is left out."""
    key = subkey(project.data_key, "log")
    return [_parsed(text) for text in _opened(_bytes(_path(project)), key)]


class Keeping:
    """Writes entries to one file; a log sink."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._key = key
        self._is_mended = False

    def __call__(self, entry: str) -> None:
        """Append an entry. Raises OSError where the folder cannot be written."""
        if not self._is_mended:
            self._mend()
        frame = _sealed(entry.encode()[:_LONGEST], self._key)
        if self._path.exists() and self._path.stat().st_size + len(frame) > LARGEST:
            self._cut_back()
        with self._path.open("ab") as stream:
            stream.write(frame)

    def _mend(self) -> None:
        """Take off an entry that a kill cut short: what follows it could not be told apart."""
        self._is_mended = True
        raw = _bytes(self._path)
        whole = sum(len(frame) + _LENGTH for frame in _frames(raw))
        if whole < len(raw):
            os.truncate(self._path, whole)

    def _cut_back(self) -> None:
        kept, size = [], 0
        for frame in reversed(list(_frames(_bytes(self._path)))):
            size += len(frame) + _LENGTH
            if size > LARGEST // 2:
                break
            kept.append(len(frame).to_bytes(_LENGTH) + frame)
        new = self._path.with_suffix(".new")
        with new.open("wb") as stream:
            stream.writelines(reversed(kept))
            stream.flush()
            os.fsync(stream.fileno())
        new.replace(self._path)


def _path(project: Project) -> Path:
    return project.folder / _NAME


def _bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(2 * LARGEST)
    except FileNotFoundError:
        return b""


def _sealed(plain: bytes, key: bytes) -> bytes:
    salt = secrets.token_bytes(_SALT)
    sealed = crypto.aead_seal(crypto.derive(key, "kipu log entry", salt), plain, _MEANT)
    return (_SALT + len(sealed)).to_bytes(_LENGTH) + salt + sealed


def _frames(raw: bytes) -> Iterator[bytes]:
    at = 0
    while at + _LENGTH <= len(raw):
        length = int.from_bytes(raw[at : at + _LENGTH])
        frame = raw[at + _LENGTH : at + _LENGTH + length]
        if len(frame) < length or length <= _SALT:
            return
        yield frame
        at += _LENGTH + length


def _opened(raw: bytes, key: bytes) -> Iterator[str]:
    for frame in _frames(raw):
        salt, sealed = frame[:_SALT], frame[_SALT:]
        try:
            plain = crypto.aead_open(crypto.derive(key, "kipu log entry", salt), sealed, _MEANT)
        except crypto.CannotOpen:
            # Altered on the disk; its neighbours have keys of their own and still open.
            continue
        yield plain.decode("utf-8", "replace")


def _parsed(text: str) -> Entry:
    first, *trace = text.splitlines() or [""]
    at, level, logger, place, *message = [*first.split(" ", 4), "", "", ""][:5]
    return Entry(at, level, logger, place, "".join(message), tuple(line.strip() for line in trace))
