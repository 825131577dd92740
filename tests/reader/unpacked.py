"""A share's files, given by path, as a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def unpacked(files: Mapping[str, bytes], folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder
