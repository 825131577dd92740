"""Keeping ``keys.json`` on the disk: two copies, neither ever overwritten while it is damaged.

The second copy always follows the last change, so that no forgotten file keeps an old passphrase
alive.
"""

from __future__ import annotations

import errno
from pathlib import Path
from typing import NamedTuple

from app.errors import KipuError
from app.i18n import _
from app.models import safe_files
from app.models.vault import header as headers
from app.models.vault.header import DamagedHeader, Header

NAME = "keys.json"
COPY_NAME = "keys.json.previous"
SET_ASIDE = "set-aside"


class Loaded(NamedTuple):
    """A header, and whether the copy had to stand in for a missing or damaged keys.json."""

    header: Header
    from_copy: bool


def exists(folder: Path) -> bool:
    """Tell whether ``folder`` holds a project's keys, or what is left of them."""
    return (folder / NAME).exists() or (folder / COPY_NAME).exists()


def load(folder: Path) -> Loaded:
    """Return the header of the project in ``folder``; nothing is written.

    Raises KipuError when there is no project, its keys cannot be read, or both copies are damaged
    (DamagedHeader), or when a newer Kipu wrote them (NewerFormat).
    """
    if not exists(folder):
        raise KipuError(_("There is no Kipu project in {folder}.").format(folder=folder))
    try:
        return Loaded(headers.parse(_read(folder / NAME)), False)
    except DamagedHeader as damage:
        try:
            return Loaded(headers.parse(_read(folder / COPY_NAME)), True)
        except DamagedHeader:
            raise damage from None


def save(folder: Path, header: Header) -> None:
    """Write both copies, the second one first: until keys.json is replaced, nothing has changed.

    A damaged keys.json is moved to ``set-aside`` first. Raises KipuError when the disk refuses.
    """
    data = header.to_bytes()
    if len(data) > headers.MAX_FILE_BYTES:
        raise KipuError(_("This project has no room for more people on this laptop."))
    safe_files.replace_file(folder / COPY_NAME, data)
    if _is_damaged(folder / NAME):
        safe_files.set_aside(folder / NAME, folder / SET_ASIDE)
    safe_files.replace_file(folder / NAME, data)


def _is_damaged(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        headers.parse(_read(path))
    except DamagedHeader:
        return True
    return False


def _read(path: Path) -> bytes:
    """Return the bytes of ``path``, at most one more than a header may have."""
    try:
        with path.open("rb") as stream:
            return stream.read(headers.MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        if error.errno == errno.EIO or isinstance(error, IsADirectoryError):
            return b""
        raise KipuError(_("Kipu cannot read {path}.").format(path=path)) from error
