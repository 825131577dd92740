"""A witness outside the project folder, to notice that the folder was restored or cloned.

A store that went back in time would give numbers to new changes that its other life already used,
and fork its own log. So the store holds a random token and a counter, this laptop keeps a copy of
both elsewhere, and they are compared before the first write.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from app.models.safe_files import patiently, replace_file

FOLDER = ".witness"
_TOKEN = re.compile(r"[0-9a-f]{2,128}", re.ASCII)
_RECORD = re.compile(rb"kipu-witness 1 ([0-9a-f]{2,128}) ([0-9]{1,18})\n", re.ASCII)

Finding = Literal["same", "absent", "older", "other"]


class Witness:
    """What this laptop remembers of the store ``store_id`` (hexadecimal), under ``home``."""

    def __init__(self, home: Path, store_id: str) -> None:
        if not _TOKEN.fullmatch(store_id):
            raise ValueError("a store id is lower-case hexadecimal")
        self._path = home / FOLDER / store_id

    def check(self, token: bytes, counter: int) -> Finding:
        """Compare what the store holds with what was recorded last.

        "same": this is the store as this laptop left it, or ahead of the record by what a crash
        kept from being recorded. "older": the store went back in time (a backup was restored).
        "other": it carries another token (it lived on elsewhere). "absent": this laptop remembers
        nothing of it, or its memory is damaged: a new store, or one copied from elsewhere.
        """
        remembered = self._read()
        if remembered is None:
            return "absent"
        if remembered[0] != token:
            return "other"
        return "same" if counter >= remembered[1] else "older"

    def record(self, token: bytes, counter: int) -> None:
        """Remember ``token`` and ``counter``, all or nothing; call it after the store's commit.

        Raises KipuError when the disk refuses.
        """
        line = f"kipu-witness 1 {token.hex()} {counter}\n".encode()
        if not _RECORD.fullmatch(line):
            raise ValueError("a token has 1 to 64 bytes and a counter is not negative")
        folder = self._path.parent
        patiently(lambda: folder.mkdir(mode=0o700, parents=True, exist_ok=True), folder)
        replace_file(self._path, line)

    def _read(self) -> tuple[bytes, int] | None:
        try:
            match = _RECORD.fullmatch(self._path.read_bytes())
        except OSError:
            return None
        return (bytes.fromhex(match[1].decode()), int(match[2])) if match else None
