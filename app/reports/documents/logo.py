"""Whether a logo is a picture that both kinds of document can show."""

from __future__ import annotations

import io

_LIMIT = 40_000_000
"""Pixels; a logo of more is no logo, and would take the memory of an old laptop."""


def picture_size(raw: bytes) -> tuple[int, int] | None:
    """Return width and height in pixels of a sound PNG or JPEG, or None for anything else."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(raw), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > _LIMIT or not all(picture.size):
                return None
            picture.load()
            return picture.size
    # Pillow raises many kinds for a damaged picture; a letterhead does without.
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        return None
