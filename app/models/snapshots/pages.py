"""The image of an SQLite database on its way out of this store or into it, page by page.

What travels is a database in the clear, sealed in parts; on a disk it never lies so. SQLCipher keeps
it in a file attached to the store, under a key that nobody else gets, and each page is enciphered
or deciphered here as SQLCipher does it (AES-256 in CBC mode, a random vector at the page's end, no
authentication: parts were authenticated before they came here). Rows then go from one database to the
other within SQLite, which costs a third of handing each to Python and back.
"""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from app.models.safe_files import patiently
from app.models.store import Store
from sync.errors import SyncError

NAME: Final = "image"
"""What the attached database is called in statements."""
PAGE: Final = 32768
_SUFFIX = ".image"
_KEY_BYTES = 32
_VECTOR_BYTES = 16
# The first page begins with these; SQLCipher has sixteen bytes of its own there.
_MAGIC = b"SQLite format 3\0"
# Behind them: the size of a page, a journal that is rolled back both for writing and reading.
_HEADER = PAGE.to_bytes(2) + b"\1\1"


class UnlikeItself(SyncError):
    """A snapshot whose parts do not agree with one another, or with the batches in them."""

    default_code = "snapshot-unlike"


class Image:
    """An attached database, empty until it is written with statements or by `append`."""

    def __init__(self, path: Path, key: bytes) -> None:
        self._path = path
        self._cipher = AES(key)
        self._size = 0

    def encipher(self, plain: bytes, is_first: bool) -> bytes:
        """Pages as `append` takes them; those of several parts may be enciphered at once.

        Raises UnlikeItself for what are no pages of such a database.
        """
        if is_first and not _is_image(plain):
            raise UnlikeItself("a snapshot is no database of ours")
        if len(plain) % PAGE or not plain:
            raise UnlikeItself("a snapshot ends within a page")
        return b"".join(self._enciphered(plain, is_first))

    def append(self, pages: bytes) -> None:
        """Bring the next pages of an image here; nothing may be read of it before the last.

        Raises KipuError where a disk is full.
        """
        patiently(lambda: self._write(pages), self._path)
        self._size += len(pages)

    def _write(self, pages: bytes) -> None:
        with self._path.open("r+b") as file:
            file.seek(self._size)
            file.write(pages)

    def portions(self, pages: int) -> Iterator[bytes]:
        """What was written and committed, so many pages at a time."""
        with self._path.open("rb") as file:
            is_first = True
            while enciphered := file.read(pages * PAGE):
                yield b"".join(self._plain(enciphered, is_first))
                is_first = False

    def _enciphered(self, plain: bytes, is_first: bool) -> Iterator[bytes]:
        for at in range(0, len(plain), PAGE):
            vector = os.urandom(_VECTOR_BYTES)
            skipped = len(_MAGIC) if is_first and not at else 0
            yield os.urandom(skipped)
            worker = Cipher(self._cipher, CBC(vector)).encryptor()
            yield worker.update(plain[at + skipped : at + PAGE - _VECTOR_BYTES])
            yield vector

    def _plain(self, enciphered: bytes, is_first: bool) -> Iterator[bytes]:
        for at in range(0, len(enciphered), PAGE):
            end = at + PAGE - _VECTOR_BYTES
            skipped = len(_MAGIC) if is_first and not at else 0
            yield _MAGIC[:skipped]
            worker = Cipher(self._cipher, CBC(enciphered[end : at + PAGE])).decryptor()
            yield worker.update(enciphered[at + skipped : end])
            yield bytes(_VECTOR_BYTES)


def _is_image(plain: bytes) -> bool:
    """Whether these begin a database with such pages, each with room for a vector at its end."""
    return plain.startswith(_MAGIC + _HEADER) and plain[20] >= _VECTOR_BYTES


@contextlib.contextmanager
def attached(store: Store, folder: Path) -> Iterator[Image]:
    """An empty database beside the store's, in a file of that folder that goes with it.

    Begin before a transaction and end after it: SQLite lets go of no database within one.
    """
    patiently(lambda: folder.mkdir(exist_ok=True), folder)
    _sweep(folder.glob(f"*{_SUFFIX}"))
    path, key = folder / (secrets.token_hex(8) + _SUFFIX), secrets.token_bytes(_KEY_BYTES)
    try:
        # SQLCipher reads a file that is not empty before it can be told how.
        patiently(path.touch, path)
        store.run(f"ATTACH ? AS {NAME} KEY ?", (str(path), f"x'{key.hex()}'"))
        try:
            for setting in ("cipher_use_hmac=OFF", f"cipher_page_size={PAGE}",
                            "journal_mode=OFF", "synchronous=OFF"):  # fmt: skip
                store.run(f"PRAGMA {NAME}.{setting}")
            yield Image(path, key)
        finally:
            store.run(f"DETACH {NAME}")
    finally:
        _sweep([path])
        with contextlib.suppress(OSError):
            folder.rmdir()


def _sweep(paths: Iterable[Path]) -> None:
    for path in paths:
        # What cannot be removed now is enciphered, and goes with the next snapshot or the project.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)
