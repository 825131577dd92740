"""The labels of a project, read without loading any cryptography.

They are the only words that can be read before unlocking, and the unlock page must come up at once:
so this reads just them, leniently. Whether the file is sound is judged when it is opened.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from app.paths import ProjectPaths

_LARGEST: Final = 64 * 1024
_LONGEST: Final = 24


def labels_of(folder: Path) -> list[str]:
    """Return the labels of the persons in ``folder``, from its keys or their copy; [] for none."""
    keys = ProjectPaths(folder).keys
    return _read(keys) or _read(keys.with_name(f"{keys.name}.previous"))


def _read(path: Path) -> list[str]:
    try:
        with path.open("rb") as stream:
            document = json.loads(stream.read(_LARGEST))
    except (OSError, ValueError, RecursionError):
        return []
    slots = document.get("slots") if isinstance(document, dict) else None
    found = [_label(slot) for slot in slots] if isinstance(slots, list) else []
    return [label for label in found if label]


def _label(slot: object) -> str:
    label = slot.get("label") if isinstance(slot, dict) and slot.get("kind") == "person" else None
    return label[:_LONGEST] if isinstance(label, str) and label.isprintable() else ""
