"""The way of a file between a control and whoever keeps files: which may answer late, or be away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QObject, QSize, Qt
from PySide6.QtGui import QImage, QImageReader, QPixmap
from shiboken6 import isValid

from app.views.interview import FileBench

_Got = TypeVar("_Got")
LARGEST: Final = 4_000
"""Pixels of the longer side beyond which a picture is read smaller."""


def while_there(owner: QObject, then: Callable[[_Got], object]) -> Callable[[_Got], None]:
    """Return ``then`` for an answer that may come when its control is long gone."""
    return partial(_if_there, owner, then)


def _if_there(owner: QObject, then: Callable[[_Got], object], got: _Got) -> None:
    if isValid(owner):
        then(got)


def bare(reference: str) -> str:
    """Return the file's name of a reference such as ``jr://images/map.svg``."""
    return reference.rpartition("/")[2]


def picture(data: bytes, longest: int = LARGEST) -> QImage:
    """Return a picture at most ``longest`` pixels high and wide; null when it is none.

    It is read at that size from the start, so that a huge one costs no more than a small one.
    """
    held = QByteArray(data)
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if size.isValid() and max(size.width(), size.height()) > longest:
        bound = QSize(longest, longest)
        reader.setScaledSize(size.scaled(bound, Qt.AspectRatioMode.KeepAspectRatio))
    return reader.read()


def png(image: QImage) -> bytes:
    """Return a picture as the bytes of a PNG file."""
    held = QByteArray()
    buffer = QBuffer(held)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload]
    return bytes(held.data())


def show_on(
    bench: FileBench | None,
    references: Mapping[str, str],
    owner: QObject,
    size: int,
    show: Callable[[QPixmap | None], object],
) -> None:
    """Call ``show`` with the picture that goes with some words; None when it is not here."""
    reference = references.get("image") or references.get("big-image") or ""
    if bench is None or not reference:
        show(None)
        return

    def got(data: bytes | None) -> None:
        image = picture(data, size) if data else QImage()
        show(None if image.isNull() else QPixmap.fromImage(image))

    bench.get_media(reference, while_there(owner, got))


class MemoryFiles:
    """Keeps files in memory alone: for trying a form out, which leaves nothing behind."""

    def __init__(self, media: Mapping[str, bytes] | None = None) -> None:
        self.kept: dict[str, bytes] = {}
        self._media = dict(media or {})

    def put(
        self,
        path: str,
        name: str,
        media_type: str,
        data: bytes,
        on_done: Callable[[str], object],
    ) -> None:
        del path, media_type
        stem, _point, ending = name.rpartition(".")
        reference = f"{stem or ending}-{len(self.kept) + 1:04x}"
        reference = f"{reference}.{ending}" if stem else reference
        self.kept[reference] = data
        on_done(reference)

    def get(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        on_done(self.kept.get(reference))

    def get_media(self, reference: str, on_done: Callable[[bytes | None], object]) -> None:
        on_done(self._media.get(bare(reference)))
