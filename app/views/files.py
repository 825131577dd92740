"""Asking for a file: the only dialogs there are, because the system's own know every folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from app.errors import KipuError
from app.i18n import _
from app.models.plain_files import write_plain

REQUEST, GRANT = "*.kipu-request", "*.kipu-grant"


def to_open(parent: QWidget, title: str, patterns: str = "*") -> Path | None:
    """Ask which file to read; None when the person thinks better of it."""
    name, _kind = QFileDialog.getOpenFileName(parent, title, "", patterns)
    return Path(name) if name else None


def to_save(parent: QWidget, title: str, suggested: str) -> Path | None:
    """Ask where to write a file; None when the person thinks better of it."""
    name, _kind = QFileDialog.getSaveFileName(parent, title, suggested)
    return Path(name) if name else None


def to_choose(parent: QWidget, title: str) -> Path | None:
    """Ask for a folder; None when the person thinks better of it."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None


def read(path: Path, limit: int = 200 * 1024 * 1024) -> bytes:
    """Return a file's bytes. Raises KipuError when it cannot be read or is larger than `limit`."""
    try:
        with path.open("rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        text = _("“{file}” cannot be read: {reason}.")
        raise KipuError(text.format(file=path.name, reason=error.strerror)) from error
    if len(data) > limit:
        raise KipuError(_("“{file}” is larger than it may be.").format(file=path.name))
    return data


def write(path: Path, data: bytes) -> None:
    """Write a file whole or not at all. Raises KipuError when it cannot be written."""
    write_plain(path, data)
